/**
 * Calls to the programmable side of a storage system (WLCG Tape REST, dCache's frontend), signed with a bearer token or a
 * grid proxy. Its refusals come as RFC 7807, in an older form, in headers, or as a bare phrase; all become one sentence.
 */
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { proxyProblem } from '../core/staging/proxy';
import { authorities } from './authorities';
import { bareToken, expiredBearer, lacksStaging, readBearer, type Bearer } from './bearer';
import { exchange, type Answer, type ClientTls, type Limits } from './http';
import { cleanReason, later, neverArrived, pageError, statusError, type Service } from './httpError';
import { readProxy } from './proxy';

/** What opens a storage system: a JWT or macaroon, or the path of a grid proxy. */
export type StorageSecret = { readonly token: string } | { readonly proxy: string };

export interface StorageOptions {
  /** The name in sentences. */
  readonly name: string;
  /** Of the WebDAV door, the frontend, or the programmable interface itself; without user and password. */
  readonly url: string;
  /** Asked before each call, so that a changed one is used at once; undefined when nobody is signed in. */
  readonly secret: () => Promise<StorageSecret | undefined>;
  /** Milliseconds for one call. */
  readonly deadlineMs?: number;
  /** Bytes of one answer. */
  readonly maxBytes?: number;
  /** Of the machine: X509_CERT_DIR and NODE_EXTRA_CA_CERTS are looked at. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

export interface StorageAnswer {
  /** The parsed body; undefined for an empty one. */
  readonly value: unknown;
  readonly headers: Answer['headers'];
}

/** The way to one storage system. */
export interface StorageCall {
  readonly name: string;
  /** Resolves for 2xx only. */
  call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: URL, body: unknown, options: CallOptions): Promise<StorageAnswer>;
}

/** Opens nothing by itself. */
export function openStorage(options: StorageOptions): StorageCall {
  const { name, deadlineMs = 60_000, maxBytes = 64 * 1024 * 1024, env = {}, clock = Date.now } = options;
  const limits: Limits = { name, deadlineMs, maxBytes };
  return {
    name,
    call: async (method, url, body, { signal }) => {
      const signed = await sign(name, await options.secret(), url, { signal, env, now: clock() });
      const headers = {
        accept: 'application/json',
        ...signed.headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const question = { method, url, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }), tls: signed.tls };
      const answer = await exchange(limits, question, signal).catch((thrown: unknown) => {
        if (thrown instanceof GridError) throw thrown;
        // OpenSSL reads certificate and key when the connection is made, and says what it dislikes in its own way.
        throw new GridError('auth', `The grid proxy cannot be used for ${name}.`, {
          hint: 'Make a new one with voms-proxy-init.',
          cause: thrown,
        });
      });
      if (answer.status < 200 || answer.status > 299) throw refusal(name, answer, signed, clock());
      return { value: readBody(name, answer), headers: answer.headers };
    },
  };
}

interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: ClientTls;
  readonly bearer?: Bearer;
  readonly secrets: readonly string[];
}

async function sign(
  name: string,
  secret: StorageSecret | undefined,
  url: URL,
  { signal, env, now }: { readonly signal: AbortSignal; readonly env: NodeJS.ProcessEnv; readonly now: number },
): Promise<Signed> {
  if (secret === undefined)
    throw new GridError('auth', `Nobody is signed in to ${name}.`, { hint: 'Sign in with a token, or name a grid proxy.' });
  const ca = url.protocol === 'https:' ? await authorities(env) : undefined;
  const trust = ca === undefined ? {} : { ca };
  if ('proxy' in secret) {
    if (url.protocol !== 'https:') throw new GridError('rejected', `${name} is not reached over https: a grid proxy signs nothing there.`);
    const proxy = await readProxy(secret.proxy, signal);
    const problem = proxyProblem(proxy, now);
    if (problem !== undefined) throw problem;
    return { headers: {}, tls: { ...trust, ...proxy.tls }, secrets: [] };
  }
  const token = bareToken(secret.token);
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new GridError('auth', `The token for ${name} is empty or holds characters that no token has.`, {
      hint: 'Copy it again and sign in.',
    });
  }
  const bearer = readBearer(token);
  const over = expiredBearer(bearer, name, now);
  if (over !== undefined) throw over;
  return { headers: { authorization: `Bearer ${token}` }, tls: trust, bearer, secrets: [token] };
}

function readBody(name: string, { text }: Answer): unknown {
  if (text.trim() === '') return undefined;
  const page = pageError(name, text);
  if (page !== undefined) throw page;
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    throw new GridError('malformed', `The answer of ${name} breaks off or is no JSON.`, { hint: later, cause });
  }
}

/** The reason in an answer that is no success; '' when it keeps it to itself. */
function reasonOf({ text, headers }: Answer, secrets: readonly string[]): string {
  const told = wordsOf(text);
  const inHeader = typeof headers.detail === 'string' ? headers.detail : '';
  return cleanReason(told === '' ? inHeader : told, secrets);
}

function wordsOf(text: string): string {
  try {
    const value = JSON.parse(text) as { detail?: unknown; errors?: unknown } | null;
    if (typeof value?.detail === 'string') return value.detail;
    const [first] = Array.isArray(value?.errors) ? (value.errors as { message?: unknown }[]) : [];
    // The status in words says no more than the status.
    return typeof first?.message === 'string' && !/^(bad request|not found|forbidden|unauthorized)$/i.test(first.message)
      ? first.message
      : '';
  } catch {
    return '';
  }
}

/** dCache's bulk service did not answer its frontend, which tells it as 400. */
const unanswered = /time[d]?[ -]?out|no route|cannot be reached|not responding|unavailable|no such cell|failed to (contact|send)/i;

function refusal(name: string, answer: Answer, { bearer, secrets }: Signed, now: number): GridError {
  const { status, retryAfterMs } = answer;
  const service: Service = {
    name,
    secret: bearer === undefined ? 'grid proxy' : bearer.kind === 'macaroon' ? 'macaroon' : 'token',
    sign: 'a token or a grid proxy',
    noun: 'storage system',
    signIn: bearer === undefined ? 'Make a new proxy with the right VO.' : 'Get a new one and sign in again.',
  };
  const reason = reasonOf(answer, secrets);
  const cause = { status };
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  switch (status) {
    case 400:
      if (reason === '' || unanswered.test(reason)) {
        return new GridError('timeout', `${name} could not carry this out${reason === '' ? ', and does not say why' : `: ${reason}`}.`, {
          hint: later,
          cause,
        });
      }
      return new GridError('rejected', `${name} refused: ${reason}.`, { cause });
    case 401: {
      const over = bearer === undefined ? undefined : expiredBearer(bearer, name, now);
      return over ?? statusError(service, answer);
    }
    case 403: {
      const lack = bearer === undefined ? undefined : lacksStaging(bearer);
      return new GridError('forbidden', `${name} does not allow this${lack === undefined ? '' : `: ${lack.replace(/\.$/, '')}`}.`, {
        hint:
          lack === undefined
            ? 'A request obeys the token it was made with only, and a token may be for one folder: sign in with the right one.'
            : 'Get one that allows it and sign in again.',
        cause,
      });
    }
    case 404:
      return new GridError('notFound', reason === '' ? `${name} does not know this (404).` : `${name} does not know this: ${reason}.`, {
        cause,
      });
    case 413:
      return new GridError('rejected', `${name} does not take so many files in one request (413).`, {
        hint: 'Stage them in smaller parts.',
        cause,
      });
    case 429:
      return new GridError('unreachable', `${name} has too many unfinished requests of this account (429).`, {
        hint: 'Wait until some have ended.',
        cause,
        ...wait,
      });
  }
  if (status >= 500 && reason !== '') return new GridError('unreachable', `${name} failed: ${reason}.`, { hint: later, cause, ...wait });
  return statusError(service, answer);
}

/** A submit that failed, told with what it leaves open. */
export function submitFailure(thrown: unknown): unknown {
  if (!(thrown instanceof GridError)) return thrown;
  const sure = neverArrived(thrown) || thrown.kind === 'expired' || thrown.kind === 'cancelled';
  if (sure && thrown.kind !== 'cancelled') return thrown;
  return new GridError(thrown.kind, thrown.message, {
    hint: 'The request may exist. Staging the same files again does no harm: they are pinned once more.',
    cause: thrown,
    uncertain: true,
    ...(thrown.retryAfterMs === undefined ? {} : { retryAfterMs: thrown.retryAfterMs }),
  });
}

/** The web address of a setting, without a slash at its end. Throws `rejected`. */
export function storageAddress(name: string, text: string): URL {
  const url = URL.canParse(text.trim()) ? new URL(text.trim().replace(/^dav(s?):/i, 'http$1:')) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new GridError('rejected', `The address of ${name} is not a web address.`, { hint: 'It begins with https://.' });
  }
  if (url.username !== '' || url.password !== '') {
    throw new GridError('rejected', `The address of ${name} holds a user name or password.`, {
      hint: 'Take it out of the settings and sign in instead.',
    });
  }
  return new URL(url.pathname.replace(/\/+$/, ''), url.origin);
}

/** Fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function recordsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}
