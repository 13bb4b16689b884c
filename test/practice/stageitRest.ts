/** The REST side of the practice StageIT: paths, what they do, and Django REST's way of saying no. */
import type { PracticeStageIt } from './stageit';
import { addressOf } from './stageitMacaroon';
import { letterOf } from './stageitNode';
import { Refusal, type Recall } from './stagerRecall';

export type RestCall = 'submit' | 'detail' | 'abort' | 'reschedule' | 'webdav' | 'gridftp';

export interface Route {
  /** '' for a path or a method that is none of these. */
  readonly call: RestCall | 'graphql' | '';
  /** As it stands in the path. */
  readonly id: string;
}

/** `body` is undefined for an empty one. */
export interface RestResult {
  readonly status: number;
  readonly body?: unknown;
}

const routes: readonly (readonly [string, RegExp, RestCall | 'graphql'])[] = [
  ['POST', /^graphql\/$/, 'graphql'],
  ['POST', /^requests\/$/, 'submit'],
  ['GET', /^requests\/([^/]+)\/$/, 'detail'],
  ['PATCH', /^requests\/([^/]+)\/$/, 'reschedule'],
  ['PUT', /^requests\/([^/]+)\/abort\/$/, 'abort'],
  ['GET', /^requests\/([^/]+)\/convert2webdav\/$/, 'webdav'],
  ['GET', /^requests\/([^/]+)\/convert2gridftp\/$/, 'gridftp'],
];

export function routeOf(method: string, pathname: string): Route {
  const root = '/stageit/api/staging/';
  const path = pathname.startsWith(root) ? pathname.slice(root.length) : '';
  for (const [verb, pattern, call] of routes) {
    const found = verb === method ? pattern.exec(path) : null;
    if (found !== null) return { call, id: found[1] ?? '' };
  }
  return { call: '', id: '' };
}

const unknown: RestResult = { status: 404, body: { detail: 'Not found.' } };

export function answerRest(stageit: PracticeStageIt, user: string, { call, id }: Route, text: string): RestResult {
  if (call === '' || call === 'graphql') return unknown;
  let given: unknown;
  try {
    given = text === '' ? {} : (JSON.parse(text) as unknown);
  } catch {
    return { status: 400, body: { detail: 'JSON parse error' } };
  }
  if (call === 'submit') return submit(stageit, user, given);
  const recall = stageit.recalls.get(Number(id));
  if (recall?.user !== user) return unknown;
  try {
    return act(stageit, recall, call, given);
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return { status: 400, body: { current_status_code: [thrown.message] } };
  }
}

function submit(stageit: PracticeStageIt, user: string, given: unknown): RestResult {
  const { surls, notify, request_type } = (given ?? {}) as Readonly<Record<string, unknown>>;
  const errors = {
    ...(Array.isArray(surls) && surls.length > 0 && surls.every((link) => typeof link === 'string')
      ? {}
      : { surls: ['This field is required.'] }),
    ...(typeof notify === 'boolean' ? {} : { notify: ['Must be a valid boolean.'] }),
    ...(request_type === 'stage' ? {} : { request_type: [`"${String(request_type)}" is not a valid choice.`] }),
  };
  if (Object.keys(errors).length > 0) return { status: 400, body: errors };
  const id = stageit.add(user, surls as string[], notify as boolean);
  return { status: 201, body: { id: stageit.quirks.ids === 'text' ? String(id) : id, surls, notify, request_type } };
}

function act(stageit: PracticeStageIt, recall: Recall, call: Exclude<RestCall, 'submit'>, given: unknown): RestResult {
  switch (call) {
    case 'abort':
      recall.abort(stageit.world);
      return { status: 202 };
    case 'reschedule': {
      const { current_status_code: letter } = given as { current_status_code?: unknown };
      if (letter !== 'S') throw new Refusal(`"${String(letter)}" is not a valid choice.`);
      recall.reschedule(stageit.world);
      return { status: 200, body: detail(stageit, recall) };
    }
    case 'detail':
      return { status: 200, body: detail(stageit, recall) };
    case 'webdav':
    case 'gridftp':
      return { status: 200, body: recall.links.map((link) => addressOf(link, call)) };
  }
}

function detail(stageit: PracticeStageIt, recall: Recall): unknown {
  return {
    id: recall.id,
    surls: recall.links,
    notify: recall.notify,
    request_type: 'stage',
    current_status_code: letterOf(recall.at(stageit.world).status),
  };
}
