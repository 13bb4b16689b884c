/**
 * The two halves of the `xmlrpc` package (1.3.2) that turn calls into text and back. @types/xmlrpc describes its main
 * module only.
 */
declare module 'xmlrpc/lib/serializer.js' {
  /** The XML of a call. */
  export function serializeMethodCall(method: string, params: readonly unknown[]): string;
}

declare module 'xmlrpc/lib/deserializer.js' {
  /** What the deserializer asks of a stream. */
  interface Source {
    setEncoding(encoding: string): void;
    on(event: string, listener: () => void): void;
    pipe(parser: { write(text: string): void; end(): void }): void;
  }

  class Deserializer {
    /** Calls back once with the value or the error; a fault is an error with `faultCode` and `faultString`. */
    deserializeMethodResponse(source: Source, callback: (error: Error | null, value?: unknown) => void): void;
  }
  export = Deserializer;
}
