/** What a practice stager can do wrong, and how each wrong looks on the wire. */
import type { ServerResponse } from 'node:http';

/** Happen before the method is carried out: nothing is made. */
const early = ['unauthorised', 'forbidden', 'page', 'login', 'redirect', 'empty', 'garbage', 'huge', 'hang', 'drop', 'fault'] as const;
/** Happen to the answer, after the method was carried out. */
const late = ['lose', 'stall', 'truncate', 'cut', 'twice', 'slow', 'nil', 'answer'] as const;

export type EarlyKind = (typeof early)[number];
export type LateKind = (typeof late)[number];
export const mishapKinds: readonly (EarlyKind | LateKind)[] = [...early, ...late];

/** What is common to the mishaps of all practice stagers. */
export interface AnyMishap {
  readonly kind: string;
  /** The method it befalls, without `LtaStager.`; all when absent. */
  readonly method?: string;
  /** How often; until it is cleared when absent. */
  readonly times?: number;
}

export interface Mishap extends AnyMishap {
  readonly kind: EarlyKind | LateKind;
  /** HTTP status of `page` (502). */
  readonly status?: number;
  /** Target of `redirect`. */
  readonly location?: string;
  /** Text of `fault`. */
  readonly message?: string;
  /** Milliseconds of `slow`. */
  readonly ms?: number;
  /** Length of the answer `huge`. */
  readonly bytes?: number;
  /** What `answer` gives in place of the true answer. */
  readonly value?: unknown;
}

/** Lasting peculiarities of a stager, none of them an error. */
export interface Quirks {
  /** Counts and flags in `getprogress` as text, as the real one sends them, or as numbers and booleans. */
  readonly types: 'text' | 'typed';
  /** A status word in place of the true one. */
  readonly word: string | undefined;
  /** `Flagged abort` set while the status stays. */
  readonly flagged: boolean;
  /** `File count` holds the staged count. */
  readonly countStaged: boolean;
  /** Requests of the same account that nobody in the test has made. */
  readonly foreign: number;
  /** How `getstagedurls` spells links. */
  readonly spelling: 'same' | 'port' | 'noPort' | 'managerv2' | 'slashes';
  /** Finished requests leave `getprogress`, as with the real one. */
  readonly vanish: boolean;
  /** What `getstatus` tells of a request that has gone. */
  readonly gone: 'empty' | 'nil' | 'fault';
  /** A server of 1.0 to 1.3, whose `add_getid` takes the list only. */
  readonly oneArgument: boolean;
}

export const noQuirks: Quirks = {
  types: 'text',
  word: undefined,
  flagged: false,
  countStaged: false,
  foreign: 0,
  spelling: 'same',
  vanish: true,
  gone: 'empty',
  oneArgument: false,
};

/** Mishaps that wait for their call. */
export class Mishaps<M extends AnyMishap> {
  #waiting: { mishap: M; left: number }[] = [];

  add(mishap: M): void {
    this.#waiting.push({ mishap, left: mishap.times ?? Infinity });
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The first that fits the method, used up once. */
  take(method: string): M | undefined {
    const found = this.#waiting.find(({ mishap }) => mishap.method === undefined || mishap.method === method);
    if (found && --found.left <= 0) this.#waiting = this.#waiting.filter((each) => each !== found);
    return found?.mishap;
  }
}

/** An error page as Apache's; with its length, or Python's client cannot go on with the connection. */
export function sendPage(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  const page = `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>Service Temporarily Unavailable</h1></body></html>\n`;
  response.writeHead(status, { 'content-type': 'text/html', 'content-length': page.length, ...headers }).end(page);
}

/** Acts out an early mishap; false when the call must go on (a fault is told by the method, a late one by its answer). */
export function actEarly(mishap: Mishap, response: ServerResponse, type = 'text/xml'): boolean {
  switch (mishap.kind) {
    case 'unauthorised':
      refuseSignIn(response);
      return true;
    case 'forbidden':
      sendPage(response, 403);
      return true;
    case 'page':
      sendPage(response, mishap.status ?? 502);
      return true;
    case 'login':
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<html><body><form action="/login"><input type="password"></form></body></html>');
      return true;
    case 'redirect':
      response.writeHead(302, { location: mishap.location ?? '/login' }).end();
      return true;
    case 'empty':
      response.writeHead(200, { 'content-type': type }).end();
      return true;
    case 'garbage':
      response.writeHead(200, { 'content-type': type }).end('OK');
      return true;
    case 'huge':
      sendHuge(response, mishap.bytes ?? 100_000_000, type);
      return true;
    case 'hang':
      return true;
    case 'drop':
      response.socket?.destroy();
      return true;
    default:
      return false;
  }
}

export function refuseSignIn(response: ServerResponse): void {
  sendPage(response, 401, { 'www-authenticate': 'Basic realm="practice"' });
}

/** Chunks without a length, as fast as the other side takes them. */
function sendHuge(response: ServerResponse, bytes: number, contentType: string): void {
  response.writeHead(200, { 'content-type': contentType });
  const chunk = Buffer.alloc(64 * 1024, ' ');
  let left = bytes;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}

/** Sends an answer, spoilt in the way of a late mishap. Returns the timer of a slow one. */
export function deliver(
  response: ServerResponse,
  status: number,
  text: string,
  mishap: Mishap | undefined,
  contentType = 'text/xml',
): NodeJS.Timeout | undefined {
  const type = { 'content-type': contentType };
  const half = text.slice(0, Math.floor(text.length / 2));
  switch (mishap?.kind) {
    case 'lose':
      response.socket?.destroy();
      return undefined;
    case 'stall':
      return undefined;
    case 'truncate':
      response.writeHead(status, type).end(half);
      return undefined;
    case 'cut':
      // All but the last chunk's end: what was sent can be read, and yet the answer is not whole.
      response.writeHead(status, type);
      response.write(text, () => response.socket?.destroy());
      return undefined;
    case 'twice': {
      const whole = `HTTP/1.1 ${status} OK\r\ncontent-type: ${contentType}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
      response.socket?.end(whole + whole);
      return undefined;
    }
    case 'slow':
      return setTimeout(() => response.writeHead(status, type).end(text), mishap.ms ?? 1_000);
    default:
      response.writeHead(status, type).end(text);
      return undefined;
  }
}
