/** What a practice StageIT can do wrong beyond what any practice stager can, and its lasting peculiarities. */
import type { ServerResponse } from 'node:http';
import { actEarly, mishapKinds, type AnyMishap, type Mishap } from './stagerMishap';

/** Early ones, in the manner of Django REST: a 403 where 401 is meant, and 429. */
const own = ['anonymous', 'throttled'] as const;
type OwnKind = (typeof own)[number];
export const stageitKinds: readonly (Mishap['kind'] | OwnKind)[] = [...mishapKinds, ...own];

/**
 * `method` is one of submit, abort, reschedule, webdav, gridftp, detail, or the first field of a query: request, requests,
 * __type. A `fault` is a refusal: 400 with `detail`, or `errors` at 200.
 */
export interface StageItMishap extends AnyMishap, Omit<Mishap, 'kind'> {
  readonly kind: Mishap['kind'] | OwnKind;
  /** `Retry-After` of `throttled` and of `page`. */
  readonly retryAfter?: string;
}

export interface StageItQuirks {
  /** What stands in `response`: the true document, none, or one that cannot be read; or an object instead of a text. */
  readonly response: 'true' | 'null' | 'empty' | 'broken' | 'object';
  /** A status word in place of the true one; null for none. */
  readonly word: string | null | undefined;
  /** A status letter in place of the true one. */
  readonly letter: string | undefined;
  /** Ids as numbers, as text, or in lists as Relay's global ids. */
  readonly ids: 'number' | 'text' | 'relay';
  /** Whether `requests` knows `first`, `after` and `pageInfo`. */
  readonly pages: boolean;
  /** Requests a list gives at most. */
  readonly pageLimit: number;
  /** Every page ends at the same cursor. */
  readonly stuckCursor: boolean;
  readonly introspection: boolean;
  /** Status of a query that cannot be run; graphene's own is 400. */
  readonly errorStatus: 200 | 400;
  /** An unknown id empties the whole answer. */
  readonly nonNull: boolean;
}

export const noStageItQuirks: StageItQuirks = {
  response: 'true',
  word: undefined,
  letter: undefined,
  ids: 'number',
  pages: true,
  pageLimit: 100,
  stuckCursor: false,
  introspection: true,
  errorStatus: 200,
  nonNull: false,
};

export const jsonType = 'application/json';

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': jsonType, ...headers }).end(JSON.stringify(body));
}

/** As Django REST's TokenAuthentication refuses. */
export function refuseToken(response: ServerResponse): void {
  sendJson(response, 401, { detail: 'Invalid token.' }, { 'www-authenticate': 'Token' });
}

/** Acts out an early mishap; false when the call must go on. */
export function actStageItEarly(mishap: StageItMishap, response: ServerResponse): boolean {
  switch (mishap.kind) {
    case 'unauthorised':
      refuseToken(response);
      return true;
    case 'forbidden':
      sendJson(response, 403, { detail: 'You do not have permission to perform this action.' });
      return true;
    case 'anonymous':
      sendJson(response, 403, { detail: 'Authentication credentials were not provided.' });
      return true;
    case 'throttled':
      sendJson(
        response,
        429,
        { detail: 'Request was throttled.' },
        mishap.retryAfter === undefined ? {} : { 'retry-after': mishap.retryAfter },
      );
      return true;
    default:
      if (mishap.kind === 'page' && mishap.retryAfter !== undefined) response.setHeader('retry-after', mishap.retryAfter);
      return actEarly(shared(mishap) ?? { kind: 'hang' }, response, jsonType);
  }
}

/** The mishap as other practice stagers know it; undefined for one of our own. */
export function shared(mishap: StageItMishap | undefined): Mishap | undefined {
  const kind = mishapKinds.find((each) => each === mishap?.kind);
  return mishap === undefined || kind === undefined ? undefined : { ...mishap, kind };
}
