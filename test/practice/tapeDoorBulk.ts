/** dCache's own REST beside the Tape API: bulk requests (pin and unpin), the namespace, and who one is. */
import type { DoorQuirks } from './tapeDoorMishap';
import { type Outcome } from './tapeDoorRest';
import type { TapeRequest, TapeStore } from './tapeDoorStore';

/** Targets of one page. */
const pageSize = 10_000;
const unitMs: Readonly<Record<string, number>> = { SECONDS: 1000, MINUTES: 60_000, HOURS: 3_600_000, DAYS: 24 * 3_600_000 };

export async function answerBulk(
  store: TapeStore,
  quirks: DoorQuirks,
  owner: string,
  { method, url, origin, body }: { readonly method: string; readonly url: URL; readonly origin: string; readonly body: unknown },
): Promise<Outcome> {
  const id = url.pathname.split('/').filter((part) => part !== '')[3] ?? '';
  if (id === '') return method === 'POST' ? make(store, quirks, owner, origin, body) : { status: 200, body: list(store, origin) };
  const request = store.requests.get(id);
  if (request === undefined) return { status: 404, problem: `no bulk request ${id}` };
  if (request.owner !== owner) return { status: 403, problem: 'not the owner' };
  if (method === 'PATCH') {
    const { action, paths } = (body ?? {}) as { action?: unknown; paths?: unknown };
    if (action !== 'cancel') return { status: 400, problem: `unknown action ${String(action)}` };
    store.cancel(request, Array.isArray(paths) ? paths.map(String) : undefined);
    return { status: 200 };
  }
  if (method === 'DELETE') {
    store.cancel(request);
    store.requests.delete(id);
    return { status: 204 };
  }
  return { status: 200, body: page(store, quirks, request, Number(url.searchParams.get('offset') ?? 0)) };
}

async function make(store: TapeStore, quirks: DoorQuirks, owner: string, origin: string, body: unknown): Promise<Outcome> {
  const given = (body ?? {}) as Record<string, unknown>;
  const known = new Set(['activity', 'target', 'expand_directories', 'expandDirectories', 'arguments', 'targetPrefix', 'target_prefix']);
  const alien = Object.keys(given).find((key) => !known.has(key));
  if (alien !== undefined) return { status: 400, problem: `unrecognized key ${alien}` };
  const target = Array.isArray(given.target) ? given.target.map(String) : [];
  const activity = given.activity;
  if (target.length === 0 || (activity !== 'PIN' && activity !== 'UNPIN')) return { status: 400, problem: 'activity or target is missing' };
  const expand = given.expand_directories ?? given.expandDirectories ?? 'NONE';
  const most = expand === 'NONE' ? quirks.maxTargets : expand === 'TARGETS' ? 10 : 1;
  if (target.length > most) return { status: 413, problem: 'too many targets' };
  const { lifetime = '5', lifetimeUnit = 'MINUTES', id } = (given.arguments ?? {}) as Record<string, unknown>;
  const ms = Number(lifetime) * (unitMs[String(lifetimeUnit)] ?? NaN);
  if (Number.isNaN(ms)) return { status: 400, problem: 'lifetime cannot be read' };
  const request = await store.make(owner, activity, new Map(target.map((path) => [path, ms])));
  if (activity === 'UNPIN') store.release(target, typeof id === 'string' ? id : undefined);
  return { status: 201, headers: { 'request-url': `${origin}/api/v1/bulk-requests/${request.id}` } };
}

function list(store: TapeStore, origin: string): unknown {
  return [...store.requests.values()].map((request) => ({
    id: request.id,
    url: `${origin}/api/v1/bulk-requests/${request.id}`,
    owner: request.owner,
    activity: request.activity,
    status: statusOf(store, request),
    active: statusOf(store, request) === 'STARTED',
  }));
}

function statusOf(store: TapeStore, request: TapeRequest): string {
  if (request.activity === 'UNPIN') return 'COMPLETED';
  const states = store.targets(request).map(({ state }) => state);
  if (states.every((state) => state === 'CREATED')) return 'QUEUED';
  if (states.some((state) => state === 'CREATED' || state === 'RUNNING')) return 'STARTED';
  return states.every((state) => state === 'CANCELLED') ? 'CANCELLED' : 'COMPLETED';
}

function page(store: TapeStore, quirks: DoorQuirks, request: TapeRequest, offset: number): unknown {
  const targets = request.activity === 'UNPIN' ? [] : store.targets(request);
  const told = targets.slice(offset, offset + pageSize).map(({ path, state, startedAt, finishedAt, error }, k) => ({
    id: offset + k,
    target: path,
    state,
    submittedAt: request.createdAt,
    startedAt,
    finishedAt,
    ...(error === undefined ? {} : { errorType: 'diskCacheV111.util.CacheException', errorMessage: error }),
  }));
  return {
    nextId: offset + told.length < targets.length ? offset + told.length : -1,
    uid: request.id,
    arrivedAt: request.createdAt,
    startedAt: request.createdAt,
    lastModified: request.createdAt,
    status: statusOf(store, request),
    targetPrefix: '/',
    targets: quirks.order === 'reversed' ? told.reverse() : told,
  };
}

const localities: Readonly<Record<string, string>> = { DISK: 'ONLINE', TAPE: 'NEARLINE', DISK_AND_TAPE: 'ONLINE_AND_NEARLINE' };

/** `/api/v1/namespace/<path>`: one file. */
export async function answerNamespace(store: TapeStore, path: string): Promise<Outcome> {
  const word = await store.wordOf(path);
  if (word === undefined) return { status: 404, problem: `no such file ${path}` };
  return {
    status: 200,
    body: { fileType: 'REGULAR', size: await store.size(path), fileLocality: localities[word] ?? word, currentQos: 'tape' },
  };
}
