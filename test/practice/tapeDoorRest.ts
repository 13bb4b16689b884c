/** The WLCG Tape REST API of the practice door, as dCache answers it. */
import type { DoorQuirks } from './tapeDoorMishap';
import type { TapeRequest, TapeStore, Target } from './tapeDoorStore';

/** What a call comes to: a status with a body, or a refusal with a reason. */
export type Outcome =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly status: number; readonly problem: string };

export interface TapeCall {
  readonly call: 'archiveinfo' | 'stage' | 'poll' | 'cancel' | 'forget' | 'release';
  readonly id: string;
}

/** Which call a path below `/api/v1/tape` is; a slash at its end does not matter. */
export function tapeCallOf(method: string, rest: string): TapeCall | undefined {
  const [first = '', id = '', last = ''] = rest.split('/').filter((part) => part !== '');
  const spelt = `${method} ${first}${id === '' ? '' : '/id'}${last === '' ? '' : `/${last}`}`;
  const calls: Readonly<Record<string, TapeCall['call']>> = {
    'POST archiveinfo': 'archiveinfo',
    'POST stage': 'stage',
    'GET stage/id': 'poll',
    'POST stage/id/cancel': 'cancel',
    'DELETE stage/id': 'forget',
    'POST release/id': 'release',
  };
  const call = calls[spelt];
  return call === undefined ? undefined : { call, id };
}

const day = 24 * 3_600_000;

export async function answerTape(
  store: TapeStore,
  quirks: DoorQuirks,
  owner: string,
  { call, id }: TapeCall,
  body: unknown,
): Promise<Outcome> {
  if (call === 'archiveinfo') return archiveInfo(store, quirks, body);
  if (call === 'stage') return stage(store, quirks, owner, body);
  const request = store.requests.get(id);
  if (call === 'release') {
    // Fire and forget: whatever was sent, the answer is 200.
    store.release(pathsIn(body) ?? [], request?.id);
    return { status: 200 };
  }
  if (request === undefined) return { status: 404, problem: `${id} is not found` };
  if (request.owner !== owner) return { status: 403, problem: 'not the owner' };
  if (call === 'poll') return { status: 200, body: report(store, quirks, request) };
  if (call === 'forget') {
    store.cancel(request);
    store.requests.delete(id);
    return { status: 200 };
  }
  const paths = pathsIn(body) ?? [];
  const foreign = paths.find((path) => !request.files.has(path));
  if (foreign !== undefined) return { status: 400, problem: `${foreign} is not part of request ${id}` };
  store.cancel(request, paths);
  return { status: 200 };
}

async function archiveInfo(store: TapeStore, quirks: DoorQuirks, body: unknown): Promise<Outcome> {
  const paths = pathsIn(body);
  if (paths === undefined) return { status: 400, problem: 'paths is missing' };
  if (paths.length > quirks.archiveMax) return { status: 413, problem: 'too many paths' };
  const asked = (quirks.merge ? [...new Set(paths)] : paths).slice(0, quirks.archiveLimit);
  const entries: unknown[] = [];
  for (const path of asked) {
    const word = await store.wordOf(path);
    const spelt = quirks.prefix + path;
    entries.push(word === undefined ? { path: spelt, error: `No such file or directory: ${path}` } : { path: spelt, locality: word });
  }
  return { status: 200, body: quirks.order === 'reversed' ? entries.reverse() : entries };
}

async function stage(store: TapeStore, quirks: DoorQuirks, owner: string, body: unknown): Promise<Outcome> {
  if (typeof body !== 'object' || body === null) return { status: 400, problem: 'no body' };
  const alien = Object.keys(body).find((key) => key !== 'files');
  if (alien !== undefined) return { status: 400, problem: `Unrecognized field "${alien}"` };
  const { files } = body as { files?: unknown };
  if (!Array.isArray(files) || files.length === 0) return { status: 400, problem: 'files is missing' };
  if (files.length > quirks.maxTargets) return { status: 413, problem: `The number of targets ${files.length} exceeds maximum` };
  const wanted = new Map<string, number>();
  for (const file of files as { path?: unknown; diskLifetime?: unknown }[]) {
    const lifetime =
      typeof file.diskLifetime === 'string' ? javaDuration(file.diskLifetime) : file.diskLifetime === undefined ? 2 * day : undefined;
    if (typeof file.path !== 'string' || lifetime === undefined) return { status: 400, problem: 'Text cannot be parsed to a Duration' };
    wanted.set(file.path, lifetime);
  }
  const request = await store.make(owner, 'STAGE', wanted);
  return { status: 201, body: { requestId: request.id }, headers: { location: `/api/v1/tape/stage/${request.id}` } };
}

/** Java's Duration: days, hours, minutes and seconds, no weeks and no months. Milliseconds. */
export function javaDuration(text: string): number | undefined {
  const [, days, hours, minutes, seconds] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text) ?? [];
  if ([days, hours, minutes, seconds].every((part) => part === undefined)) return undefined;
  const of = (part: string | undefined) => Number(part ?? 0);
  return of(days) * day + ((of(hours) * 60 + of(minutes)) * 60 + of(seconds)) * 1000;
}

function pathsIn(body: unknown): string[] | undefined {
  const { paths } = (body ?? {}) as { paths?: unknown };
  return Array.isArray(paths) ? paths.map(String) : undefined;
}

const states: Readonly<Record<Target['state'], string>> = {
  CREATED: 'SUBMITTED',
  RUNNING: 'STARTED',
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
  SKIPPED: 'FAILED',
};

function report(store: TapeStore, quirks: DoorQuirks, request: TapeRequest): unknown {
  const time = (at: number | undefined) => (at === undefined ? undefined : quirks.time === 'ms' ? at : Math.floor(at / 1000));
  const targets = store.targets(request);
  const files = targets.map(({ path, state, startedAt, finishedAt, error }) => ({
    path: quirks.prefix + path,
    ...(quirks.files === 'onDisk'
      ? { onDisk: state === 'COMPLETED' }
      : { state: states[state], startedAt: time(startedAt), finishedAt: time(finishedAt) }),
    ...(error === undefined ? {} : { error }),
  }));
  const ended = targets.every(({ finishedAt }) => finishedAt !== undefined);
  return {
    id: request.id,
    createdAt: time(request.createdAt),
    startedAt: time(request.createdAt),
    ...(ended ? { completedAt: time(Math.max(...targets.map(({ finishedAt }) => finishedAt ?? 0))) } : {}),
    files: quirks.order === 'reversed' ? files.reverse() : files,
  };
}
