/** What the practice tape door can do wrong, and its manners: those of dCache unless a test says otherwise. */
import type { ServerResponse } from 'node:http';
import { actEarly, mishapKinds, type AnyMishap, type Mishap } from './stagerMishap';

/**
 * `phrase`: a status with nothing but its reason phrase, as dCache sends 401, 403, 413 and 429. `header`: a 400 whose
 * words stand in the headers `title` and `detail`. `half`: an answer about half of what was asked. `again`: every entry
 * twice.
 */
const own = ['phrase', 'header', 'half', 'again'] as const;
type OwnKind = (typeof own)[number];
export const doorKinds: readonly (Mishap['kind'] | OwnKind)[] = [...mishapKinds, ...own];

/** `method` is one of discover, archiveinfo, stage, poll, cancel, forget, release, bulk, namespace, user, or a method of WebDAV. */
export interface DoorMishap extends AnyMishap, Omit<Mishap, 'kind'> {
  readonly kind: Mishap['kind'] | OwnKind;
  /** Value of `Retry-After`. */
  readonly retryAfter?: string;
}

export interface DoorQuirks {
  /** Moments in the spec's seconds or in dCache's milliseconds. */
  readonly time: 'ms' | 's';
  /** Answers in the order of the question, or not. */
  readonly order: 'same' | 'reversed';
  /** A path asked twice is answered once. */
  readonly merge: boolean;
  /** Put before each path of an answer. */
  readonly prefix: string;
  /** Files are told by `state`, or by `onDisk` alone. */
  readonly files: 'state' | 'onDisk';
  /** Errors as RFC 7807 (with a status that is a text), or as before dCache 8.2. */
  readonly errors: 'rfc7807' | 'old' | 'empty';
  /** Most paths that archiveinfo answers, silently. */
  readonly archiveLimit: number;
  /** Most paths that archiveinfo takes. */
  readonly archiveMax: number;
  /** Most files of one request. */
  readonly maxTargets: number;
  /** Whether there is a tape API at all. */
  readonly discovery: boolean;
  /** Address of the tape API, where it is not the door's own. */
  readonly endpoint: string | undefined;
}

export const dcacheManners: DoorQuirks = {
  time: 'ms',
  order: 'reversed',
  merge: true,
  prefix: '',
  files: 'state',
  errors: 'rfc7807',
  archiveLimit: 10_000,
  archiveMax: 100_000,
  maxTargets: 500,
  discovery: true,
  endpoint: undefined,
};

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};

/** Codes for which dCache keeps its reasons to itself. */
const silent = new Set([401, 403, 413, 429]);

/** A refusal as the door words it. */
export function sendProblem(response: ServerResponse, quirks: DoorQuirks, status: number, detail: string): void {
  const title = phrases[status] ?? 'Error';
  const shown = silent.has(status) ? {} : { detail };
  const bodies = {
    rfc7807: { title, status: String(status), ...shown },
    old: { errors: [{ message: title, status: String(status) }] },
    empty: undefined,
  };
  const body = bodies[quirks.errors];
  response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? '' : JSON.stringify(body));
}

/** Acts out an early mishap; false when the call must go on. */
export function actDoorEarly(mishap: DoorMishap, response: ServerResponse): boolean {
  const wait = mishap.retryAfter === undefined ? {} : { 'retry-after': mishap.retryAfter };
  if (mishap.kind === 'phrase') {
    const status = mishap.status ?? 429;
    response.writeHead(status, { 'content-type': 'text/plain', ...wait }).end(phrases[status] ?? '');
    return true;
  }
  if (mishap.kind === 'header') {
    response.writeHead(mishap.status ?? 400, { title: 'Bad Request', detail: mishap.message ?? 'path is not part of the request' }).end();
    return true;
  }
  if (mishap.kind === 'fault') {
    response.writeHead(mishap.status ?? 500, { 'content-type': 'application/json', ...wait }).end(
      JSON.stringify({
        title: 'Internal Server Error',
        status: String(mishap.status ?? 500),
        detail: mishap.message ?? 'Internal error: no pool',
      }),
    );
    return true;
  }
  if (mishap.kind === 'page' && mishap.retryAfter !== undefined) response.setHeader('retry-after', mishap.retryAfter);
  const common = sharedMishap(mishap);
  return common !== undefined && actEarly(common, response, 'application/json');
}

/** The mishap as all practice services know it; undefined for one of our own. */
export function sharedMishap(mishap: DoorMishap | undefined): Mishap | undefined {
  const kind = mishapKinds.find((each) => each === mishap?.kind);
  return mishap === undefined || kind === undefined ? undefined : { ...mishap, kind };
}
