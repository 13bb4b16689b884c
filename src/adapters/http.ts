/**
 * One exchange over HTTP(S): sent whole, answered whole, within a deadline and a size limit. Redirects are not followed
 * and connections not kept: both are decisions about secrets and about calls that must not be made twice.
 */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest, type RequestOptions as HttpsOptions } from 'node:https';
import type { GridError } from '../core/errors';
import { cancelled, networkError, noAnswer, tooLarge } from './httpError';

/** How long and how much an exchange with a service may take. */
export interface Limits {
  /** The name of the service in sentences. */
  readonly name: string;
  /** Milliseconds for one exchange, from connecting to the last byte. */
  readonly deadlineMs: number;
  /** Bytes of one answer. */
  readonly maxBytes: number;
}

export interface Question {
  readonly method: string;
  /** Without user and password. */
  readonly url: URL;
  /** Names in lower case; `content-length` and `connection` are added. */
  readonly headers: Readonly<Record<string, string>>;
  /** None is sent when absent. */
  readonly body?: string;
  /** Who calls, and whom it trusts, over https; Node's own when absent. */
  readonly tls?: ClientTls;
}

/** PEM texts. */
export interface ClientTls {
  /** The certificate and those that signed it, in this order. */
  readonly cert?: string;
  readonly key?: string;
  /** All authorities that are trusted, in place of Node's own. */
  readonly ca?: readonly string[];
}

export interface Answer {
  readonly status: number;
  /** Target of a redirect. */
  readonly location: string | undefined;
  /** Milliseconds to wait before asking again, as the service wants it (`Retry-After`). */
  readonly retryAfterMs: number | undefined;
  /** All of them; names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * Sends the question and collects the answer, whatever its status. Rejects with a GridError when there is none:
 * `cancelled`, `timeout`, `unreachable`, `tls`, or `malformed` when it is too large or no HTTP. Nothing outlives the
 * promise.
 */
export function exchange(limits: Limits, question: Question, signal: AbortSignal): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    if (signal.aborted) {
      reject(cancelled(limits.name));
      return;
    }
    const request = (question.url.protocol === 'https:' ? httpsRequest : httpRequest)(requestOptions(question));
    let response: IncomingMessage | undefined;
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      act(); // the first one counts; a promise settles once
      request.destroy();
    };
    const fail = (error: GridError) => {
      settle(() => {
        reject(error);
      });
    };
    const onAbort = () => {
      fail(cancelled(limits.name));
    };
    const onError = (error: Error) => {
      // A complete answer stays an answer, whatever the server sends after it; its 'end' is still to come.
      if (response?.complete !== true) fail(networkError(limits.name, error, response !== undefined));
    };
    const timer = setTimeout(() => {
      fail(noAnswer(limits.name, limits.deadlineMs));
    }, limits.deadlineMs);
    signal.addEventListener('abort', onAbort);
    request.on('error', onError);
    request.on('response', (incoming) => {
      response = incoming;
      collect(incoming, limits, fail, onError, (text) => {
        settle(() => {
          resolve({ ...readHead(incoming), text });
        });
      });
    });
    request.end(question.body);
  });
}

function requestOptions({ method, url, headers, body, tls }: Question): RequestOptions & HttpsOptions {
  return {
    method,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    path: url.pathname + url.search,
    // A kept connection that the server has just closed looks like a lost answer, and after a submit that is a question.
    agent: false,
    ...(tls === undefined ? {} : { ...tls, ca: tls.ca === undefined ? undefined : [...tls.ca] }),
    headers: {
      ...headers,
      ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      connection: 'close',
      'user-agent': 'grid-workbench',
    },
  };
}

function readHead({ statusCode, headers }: IncomingMessage): Omit<Answer, 'text'> {
  return { status: statusCode ?? 0, location: headers.location, retryAfterMs: readWait(headers['retry-after'], headers.date), headers };
}

/** `Retry-After` is in seconds or a date (RFC 9110, 10.2.3); a date counts from the server's own, whose clock may differ. */
function readWait(text: string | undefined, serverDate: string | undefined): number | undefined {
  const value = text?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const until = Date.parse(value);
  if (Number.isNaN(until)) return undefined;
  const from = Date.parse(serverDate ?? '');
  return Math.max(0, until - (Number.isNaN(from) ? Date.now() : from));
}

function collect(
  response: IncomingMessage,
  limits: Limits,
  fail: (error: GridError) => void,
  onError: (error: Error) => void,
  done: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limits.maxBytes) fail(tooLarge(limits.name, limits.maxBytes));
    else chunks.push(chunk);
  });
  response.on('error', onError);
  response.on('end', () => {
    done(Buffer.concat(chunks).toString('utf8'));
  });
}
