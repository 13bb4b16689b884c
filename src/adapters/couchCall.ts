/**
 * One call to CouchDB, within a deadline. nano speaks to it wherever the answer is JSON; for attachments, of which nano
 * makes text when their type is text, the same call goes over `fetch` by itself.
 *
 * Measured with nano 11.0.7, and met here: no deadline; ids that hold `_local` and names of attachments are not encoded
 * (so paths are made here); JSON that breaks off is an empty string; a broken connection keeps its text and loses its
 * code; an error carries the request (so it is never a cause).
 */
import type { Configuration, RequestOptions } from 'nano';
import { GridError } from '../core/errors';
import type { CallOptions, Credentials } from '../core/ports';
import type { Poured } from '../core/tokens/pool';
import { connectionError, endedError, refusalError, uncertain, unreadableError, type Subject } from './couchError';
import { neverArrived } from './httpError';

export interface Endpoint {
  /** The name of the pool in sentences. */
  readonly name: string;
  /** Root of the server, without user and password. */
  readonly url: string;
  readonly database: string;
  /** Milliseconds for one call, or between two parts of an attachment. */
  readonly deadlineMs: number;
}

export interface Question {
  readonly method?: 'GET' | 'PUT' | 'POST';
  /** Below the database, encoded; absent for the database itself. */
  readonly path?: string;
  /** A path of the server instead of the database. */
  readonly server?: string;
  readonly query?: Readonly<Record<string, unknown>>;
  /** JSON data, or bytes that are JSON already. */
  readonly body?: object;
  /** What is asked for, for the sentence when it is missing. */
  readonly what?: string;
  readonly deadlineMs?: number;
}

export interface RawAnswer {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface CouchCall {
  readonly endpoint: Endpoint;
  /** The parsed answer; an object or a list. */
  json(question: Question, options: CallOptions): Promise<object>;
  /** Bytes as they are. */
  get(path: string, what: string, maxBytes: number, options: CallOptions): Promise<RawAnswer>;
  put(path: string, what: string, content: RawAnswer, options: CallOptions): Promise<object>;
  /** Bytes as they come, each part waited for; their type and number. */
  pour(path: string, what: string, take: (part: Uint8Array) => Promise<void>, options: CallOptions): Promise<Poured>;
  /** JSON that is written while it is sent. */
  send(path: string, what: string, parts: AsyncIterable<Uint8Array>, options: CallOptions): Promise<object>;
}

/** A segment of a path. @throws GridError `rejected` for half a character, which no address can hold */
export function segment(text: string): string {
  if (text === '.' || text === '..')
    throw new GridError('rejected', `“${text}” cannot be a name: in an address it means another place.`, { hint: 'Choose another name.' });
  try {
    return encodeURIComponent(text);
  } catch {
    throw new GridError('rejected', 'The name holds half of a character and cannot be sent.', { hint: 'Choose another name.' });
  }
}

/** The path of a document. Ids that begin with an underscore are the server's own and no token's, design documents excepted. */
export function documentPath(id: string): string {
  if (id === '') throw new GridError('rejected', 'A token needs an id.', { hint: 'Give it one.' });
  if (id.startsWith('_design/')) return `_design/${segment(id.slice('_design/'.length))}`;
  if (id.startsWith('_'))
    throw new GridError('rejected', `“${id}” cannot be the id of a token.`, { hint: 'Ids that begin with _ belong to CouchDB.' });
  return segment(id);
}

/** Asks for the account before each call, so that a changed password is used at once. */
export function openCouch(endpoint: Endpoint, credentials: () => Promise<Credentials | undefined>): CouchCall {
  return new Line(endpoint, credentials);
}

class Line implements CouchCall {
  constructor(
    readonly endpoint: Endpoint,
    private readonly credentials: () => Promise<Credentials | undefined>,
  ) {}

  async json(question: Question, { signal }: CallOptions): Promise<object> {
    const { name, database, url } = this.endpoint;
    const { authorization, subject } = await this.account(question.what);
    const { default: nano } = await import('nano');
    const deadlineMs = (question.deadlineMs ?? this.endpoint.deadlineMs) + sendingMs(question.body);
    // Documents are read by POST, too.
    const writes = question.method === 'PUT' || question.path === '_bulk_docs';
    return this.within(deadlineMs, signal, writes, async (stop) => {
      // A scope for each call: nano keeps the cookies of a scope, and with them a session that outlives a password.
      const configuration: Configuration & { parseUrl: boolean } = { url, parseUrl: false, headers: authorization };
      const scope = nano(configuration);
      let answer: unknown;
      try {
        answer = await scope.request(requestOf(question, database, stop));
      } catch (thrown) {
        throw statusOf(thrown) === undefined ? connectionError(name, thrown) : refusalError(subject, readRefusal(thrown));
      }
      if (typeof answer !== 'object' || answer === null || Buffer.isBuffer(answer)) throw unreadableError(name, answer);
      return answer;
    });
  }

  async get(path: string, what: string, maxBytes: number, options: CallOptions): Promise<RawAnswer> {
    const parts: Uint8Array[] = [];
    let size = 0;
    const take = (part: Uint8Array): void => {
      parts.push(part);
      size += part.length;
      if (size > maxBytes)
        throw new GridError(
          'rejected',
          `${this.endpoint.name} has ${what} with more than ${Math.round(maxBytes / 1e6)} MB, and it was not read.`,
          { hint: 'Download it with another program.', cause: { tooMuch: true } },
        );
    };
    const { contentType } = await this.pour(path, what, take, options);
    return { contentType, bytes: new Uint8Array(Buffer.concat(parts)) };
  }

  async pour(path: string, what: string, take: (part: Uint8Array) => Promise<void> | void, options: CallOptions): Promise<Poured> {
    return this.raw({ method: 'GET' }, path, what, options, async (response, alive) => {
      const contentType = response.headers.get('content-type') ?? 'application/octet-stream';
      let length = 0;
      for await (const part of response.body ?? []) {
        alive();
        await take(part as Uint8Array);
        // Whoever takes it may be slow; the pool is not to blame.
        alive();
        length += (part as Uint8Array).length;
      }
      return { contentType, length };
    });
  }

  async send(path: string, what: string, parts: AsyncIterable<Uint8Array>, options: CallOptions): Promise<object> {
    const send = { method: 'PUT', body: parts, headers: { 'content-type': 'application/json' } };
    return this.raw(send, path, what, options, readJson(this.endpoint.name));
  }

  async put(path: string, what: string, { contentType, bytes }: RawAnswer, options: CallOptions): Promise<object> {
    const send = { method: 'PUT', body: bytes, headers: { 'content-type': contentType } };
    return this.raw(send, path, what, options, readJson(this.endpoint.name));
  }

  private async raw<T>(
    send: {
      readonly method: string;
      readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
      readonly headers?: Readonly<Record<string, string>>;
    },
    path: string,
    what: string,
    { signal }: CallOptions,
    read: (response: Response, alive: () => void) => Promise<T>,
  ): Promise<T> {
    const { name, url, database, deadlineMs } = this.endpoint;
    const { authorization, subject } = await this.account(what);
    return this.within(deadlineMs + sendingMs(send.body), signal, send.body !== undefined, async (stop, alive) => {
      const source: Source = {};
      try {
        const headers = { ...authorization, ...send.headers, 'user-agent': 'grid-workbench' };
        const body = send.body === undefined || send.body instanceof Uint8Array ? (send.body ?? null) : watched(send.body, source, alive);
        // `duplex` is what `fetch` wants beside a body that is still being written.
        const request = { method: send.method, headers, body, redirect: 'error' as const, signal: stop, duplex: 'half' as const };
        const response = await fetch(`${url}/${segment(database)}/${path}`, request);
        alive();
        if (response.ok) return await read(response, alive);
        throw refusalError(subject, { status: response.status, ...parse(await response.text()) });
      } catch (thrown) {
        // What could not be read here is no fault of the connection.
        if (source.error instanceof GridError) throw source.error;
        throw thrown instanceof GridError ? thrown : connectionError(name, thrown);
      }
    });
  }

  /** Runs a call; its signal fires at the deadline and with the caller's. Whatever the call does then, the promise is over. */
  private within<T>(
    deadlineMs: number,
    signal: AbortSignal,
    writes: boolean,
    call: (stop: AbortSignal, alive: () => void) => Promise<T>,
  ): Promise<T> {
    const { name } = this.endpoint;
    return new Promise<T>((resolve, reject) => {
      if (signal.aborted) {
        reject(endedError(name, false, deadlineMs));
        return;
      }
      const control = new AbortController();
      const end = (late: boolean) => {
        const error = endedError(name, late, deadlineMs);
        settle(() => {
          reject(writes ? uncertain(error) : error);
        });
        control.abort();
      };
      const onAbort = () => {
        end(false);
      };
      const onTime = () => {
        end(true);
      };
      let timer = setTimeout(onTime, deadlineMs);
      const settle = (act: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        act();
      };
      const alive = () => {
        if (control.signal.aborted) return;
        clearTimeout(timer);
        timer = setTimeout(onTime, deadlineMs);
      };
      signal.addEventListener('abort', onAbort);
      call(control.signal, alive).then(
        (value) => {
          settle(() => {
            resolve(value);
          });
        },
        (thrown: unknown) => {
          settle(() => {
            const error = thrown instanceof GridError ? thrown : connectionError(name, thrown);
            reject(writes && !neverArrived(error) ? uncertain(error) : error);
          });
        },
      );
    });
  }

  private async account(
    what: string | undefined,
  ): Promise<{ readonly authorization: Readonly<Record<string, string>>; readonly subject: Subject }> {
    const { name, database } = this.endpoint;
    const found = await this.credentials();
    if (found?.user.includes(':') === true)
      throw new GridError('auth', `The user name for ${name} holds a colon, which no sign-in can carry.`, {
        hint: 'Sign in with another name.',
      });
    const subject = {
      name,
      database,
      user: found?.user,
      secrets: found === undefined ? [] : [found.password],
      ...(what === undefined ? {} : { what }),
    };
    if (found === undefined) return { authorization: {}, subject };
    // With a capital A: nano takes it out of its errors by that spelling.
    return {
      authorization: { Authorization: `Basic ${Buffer.from(`${found.user}:${found.password}`, 'utf8').toString('base64')}` },
      subject,
    };
  }
}

/** What a body may take beyond the deadline: a line of 100 kB/s is slow, and no fault. */
function sendingMs(body: object | undefined): number {
  return body instanceof Uint8Array ? body.length / 100 : 0;
}

/** Where a body comes from, and what went wrong there. */
interface Source {
  error?: unknown;
}

/** Parts of a body; each one that goes out is a sign of life. */
async function* watched(parts: AsyncIterable<Uint8Array>, source: Source, alive: () => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of parts) {
      alive();
      yield part;
    }
  } catch (error) {
    source.error = error;
    throw error;
  }
}

function readJson(name: string): (response: Response) => Promise<object> {
  return async (response) => {
    const answer = parse(await response.text());
    if (answer === undefined) throw unreadableError(name, '');
    return answer;
  };
}

function requestOf({ method = 'GET', path, server, query = {}, body }: Question, database: string, signal: AbortSignal): RequestOptions {
  return {
    method,
    ...(server === undefined ? { db: database } : {}),
    path: server ?? path ?? '',
    qs: query,
    ...(body === undefined ? {} : { body }),
    signal,
  } as RequestOptions;
}

function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number' ? thrown.statusCode : undefined;
}

function readRefusal(thrown: unknown): { readonly status: number; readonly error?: string; readonly reason?: string } {
  const { error, reason } = thrown as { readonly error?: unknown; readonly reason?: unknown };
  return { status: statusOf(thrown) ?? 0, ...words({ error, reason }) };
}

function words({ error, reason }: { readonly error?: unknown; readonly reason?: unknown }): {
  readonly error?: string;
  readonly reason?: string;
} {
  return { ...(typeof error === 'string' ? { error } : {}), ...(typeof reason === 'string' ? { reason } : {}) };
}

function parse(text: string): object | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
