/**
 * Calls to StageIT: REST and GraphQL below one address, signed with an API token. A
 * Django REST service with graphene: it says "not signed in" with 401 or 403, and a GraphQL error with 200 or 400.
 */
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { exchange, type Answer, type Limits } from './http';
import { cleanReason, later, pageError, statusError, type Service } from './httpError';

/** A StageIT service. */
export interface Endpoint extends Limits {
  /** Ends in `/api/staging/`. */
  readonly base: URL;
}

/** One thing that GraphQL could not answer; `path` is empty when it concerns the whole query. */
export interface GraphError {
  /** Without secrets, fit for a sentence; '' when there was none. */
  readonly message: string;
  /** Names from the root of the query to the field. */
  readonly path: readonly string[];
}

export interface GraphAnswer {
  /** Undefined when nothing was answered at all. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly errors: readonly GraphError[];
}

/** The way to the service for one connection. */
export interface StageItCall {
  readonly name: string;
  /** The parsed answer; null for an empty body, which is 202's way to say done. */
  rest(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body: unknown, options: CallOptions): Promise<unknown>;
  /** The answer of a query, its errors included; rejects when the service gave none. */
  query(text: string, options: CallOptions): Promise<GraphAnswer>;
  /** What a GraphQL error means, as a sentence. */
  refusal(error: GraphError): GridError;
}

/**
 * The root of the programmable interface from what people put into settings: the site, the site with `/api/staging/`, one
 * of its two doors, or the bare host as in `hostname=` of `.stagingrc`. Throws `rejected`.
 */
export function baseUrl(name: string, text: string): URL {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new GridError('rejected', `The address of ${name} is not a web address.`, { hint: 'It begins with https://.' });
  }
  if (url.username !== '' || url.password !== '') {
    throw new GridError('rejected', `The address of ${name} holds a user name or password.`, {
      hint: 'Take it out of the settings and sign in instead.',
    });
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/(\/api(\/staging(\/(requests|graphql))?)?)$/, '');
  return new URL(`${path === '' ? '/stageit' : path}/api/staging/`, url.origin);
}

/** Asks for the token before each call, so that a changed one is used at once. */
export function openStageIt(endpoint: Endpoint, token: () => Promise<string | undefined>): StageItCall {
  const { name } = endpoint;
  const service: Service = {
    name,
    secret: 'API token',
    sign: 'an API token',
    noun: 'StageIT service',
    signIn: 'Copy the token from your profile page of StageIT and sign in again.',
  };
  const ask = async (method: string, path: string, body: unknown, { signal }: CallOptions): Promise<Told> => {
    const secret = checkedToken(name, await token());
    const headers = { authorization: `Token ${secret}`, 'content-type': 'application/json', accept: 'application/json' };
    const url = new URL(path, endpoint.base);
    const answer = await exchange(
      endpoint,
      { method, url, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
      signal,
    );
    return { ...answer, reason: (text) => cleanReason(text, [secret]) };
  };
  return {
    name,
    rest: async (method, path, body, at) => {
      const told = await ask(method, path, body, at);
      if (told.status < 200 || told.status > 299) throw restError(service, told, path);
      return told.text.trim() === '' ? null : parse(name, told.text);
    },
    query: async (text, at) => {
      const told = await ask('POST', 'graphql/', { query: text }, at);
      const { status } = told;
      const graph = readGraph(status === 200 ? parse(name, told.text) : parseSoftly(told.text), told.reason);
      // graphene answers a query that it cannot run with 400 and `errors`.
      if (graph !== undefined && (status === 200 || status === 400 || status >= 500)) return graph;
      throw status === 200 ? strange(name) : restError(service, told, 'graphql/');
    },
    refusal: ({ message }) => graphRefusal(service, message),
  };
}

/** An answer, and how its words are made fit for a sentence: without the token that was sent. */
interface Told extends Answer {
  readonly reason: (text: string) => string;
}

function checkedToken(name: string, given: string | undefined): string {
  const token = given?.replace(/^\s*Token\s+/i, '').trim() ?? ''; // as it stands in examples of the header
  if (token === '') throw new GridError('auth', `Nobody is signed in to ${name}.`, { hint: 'Sign in to the stager with its API token.' });
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new GridError('auth', `The API token for ${name} holds characters that no token has.`, { hint: 'Copy it again and sign in.' });
  return token;
}

/** The value in an answer that should be JSON. */
function parse(name: string, text: string): unknown {
  const page = pageError(name, text);
  if (page !== undefined) throw page;
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    // JSON begins with a bracket here; what began and cannot be read has been cut off or spoilt on the way.
    if (/^\s*[[{]/.test(text)) throw new GridError('malformed', `The answer of ${name} breaks off or is damaged.`, { hint: later, cause });
    throw strange(name);
  }
}

function parseSoftly(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** An answer that can be read and still tells nothing. */
export function strange(name: string): GridError {
  return new GridError('malformed', `The answer of ${name} has a form that cannot be read.`, {
    hint: 'Check the address of the stager; it may also have changed.',
  });
}

/** Whether a value is an object with named fields. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readGraph(value: unknown, reason: (text: string) => string): GraphAnswer | undefined {
  if (!isRecord(value) || !('data' in value || 'errors' in value)) return undefined;
  const errors = Array.isArray(value.errors) ? value.errors.filter(isRecord) : [];
  return {
    data: isRecord(value.data) ? value.data : undefined,
    errors: errors.map(({ message, path }) => ({
      message: typeof message === 'string' ? reason(message) : '',
      path: Array.isArray(path) ? path.map(String) : [],
    })),
  };
}

/** Django and its kin on who asks: "Invalid token.", "Authentication credentials were not provided.", "User inactive". */
const unknownAccount =
  /(invalid|unknown|expired|no|bad) token|token (is|has|was)|credentials|authenticat|(not|must be) (logged|signed) in|inactive/i;

function restError(service: Service, answer: Told, path: string): GridError {
  const { status } = answer;
  const told = parseSoftly(answer.text);
  const words = answer.reason(wordsOf(told));
  const cause = { status };
  // Without a challenge to send, Django's REST framework says 403 where 401 is meant.
  if (status === 403 && unknownAccount.test(words)) return statusError(service, { ...answer, status: 401 });
  if (status === 404 && told !== undefined && /^requests\/[^/]/.test(path)) {
    return new GridError('notFound', `${service.name} does not know this request.`, {
      hint: 'It may belong to another account, or be too old.',
      cause,
    });
  }
  if ((status === 400 || status === 409 || status === 422) && told !== undefined)
    return new GridError('rejected', words === '' ? `${service.name} refused, without a reason.` : `${service.name} refused: ${words}.`, {
      cause,
    });
  return statusError(service, answer);
}

/** The words in `{"detail": …}`, `{"field": ["…"]}` or a list of them. */
function wordsOf(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value;
  if (depth > 4 || typeof value !== 'object' || value === null) return '';
  const parts = Array.isArray(value)
    ? value.map((each) => wordsOf(each, depth + 1))
    : Object.entries(value).map(([key, each]) => {
        const words = wordsOf(each, depth + 1);
        return words === '' || /^(detail|message|errors?|non_field_errors|\d+)$/.test(key) ? words : `${key}: ${words}`;
      });
  return [...new Set(parts.filter((part) => part !== ''))].join(' ');
}

function graphRefusal(service: Service, words: string): GridError {
  const { name } = service;
  if (/does not exist|not found/i.test(words))
    return new GridError('notFound', `${name} does not know this request: ${words}.`, {
      hint: 'It may belong to another account, or be too old.',
    });
  if (unknownAccount.test(words)) return new GridError('auth', `${name} refused the API token: ${words}.`, { hint: service.signIn });
  if (/permission|not allowed|forbidden/i.test(words))
    return new GridError('forbidden', `${name} knows this account but does not let it see this: ${words}.`, {
      hint: 'Ask the archive to give the account access to the project.',
    });
  return new GridError('rejected', words === '' ? `${name} refused, without a reason.` : `${name} refused: ${words}.`);
}
