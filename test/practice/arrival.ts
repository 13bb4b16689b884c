/** A request as the logs of the practice servers keep it. */
import type { IncomingMessage } from 'node:http';

export interface Arrival {
  /** Milliseconds since 1970, by the server's clock. */
  readonly at: number;
  /** Of HTTP. */
  readonly method: string;
  /** With the query string, from the root. */
  readonly path: string;
  /** As received, but for the secret: `authorization` is its scheme alone. */
  readonly headers: Readonly<Record<string, string>>;
  /** As received. */
  readonly body: string;
}

export function arrivalOf({ method = '', url = '', headers }: IncomingMessage, body: string, at: number): Arrival {
  const told = Object.entries(headers).map(([name, value]) => {
    const text = String(value);
    return [name, name === 'authorization' ? (text.split(' ')[0] ?? '') : text] as const;
  });
  return { at, method, path: url, headers: Object.fromEntries(told), body };
}
