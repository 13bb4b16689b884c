/**
 * The WLCG Tape REST API, version 1, with the differences of dCache: the one door that tells where ten thousand files are in
 * some seconds. A site's own; a request holds files of this door only.
 */
import { GridError } from '../core/errors';
import { pathOfLink } from '../core/links/path';
import type { CallOptions, PollAnswer, PollQuery, RequestReport, Stager, StagerCapabilities } from '../core/ports';
import { archiveInfo, statusOf } from './archiveInfo';
import { fieldsOf, openStorage, recordsOf, storageAddress, submitFailure, type StorageAnswer, type StorageOptions } from './storageCall';
import { LinkPaths } from './storagePath';
import { discoverTape, forgetTape } from './tapeDiscovery';
import { requestReport, type ToldFile } from './tapeReport';

export interface TapeOptions extends StorageOptions {
  /** How long staged files stay on disk, from the submit; milliseconds. A week when absent (dCache's own would be two days). */
  readonly pinMs?: number;
  /** Files of one request; 500 when absent, as dCache takes them. */
  readonly maxFiles?: number;
}

/** A stager that also tells where files are, and lets go of some of them. */
export type Tape = Stager & Required<Pick<Stager, 'locality' | 'release' | 'extend'>>;

const weekMs = 7 * 24 * 3_600_000;
/** What doors were found not to take, by address: the maximum is not disclosed, so the next plan goes by half. */
const working = new Map<string, number>();
/** Requests that are asked about at a time. */
const lanes = 4;

/** Opens nothing by itself. Throws `rejected` for an address that cannot be used. */
export function createTape(options: TapeOptions): Tape {
  const { name, pinMs = weekMs, maxFiles = 500, clock = Date.now } = options;
  const door = storageAddress(name, options.url);
  const storage = openStorage(options);
  const root = (at: CallOptions) => discoverTape(storage, door, clock(), at);
  const send = async (method: 'GET' | 'POST' | 'DELETE', path: string, body: unknown, at: CallOptions): Promise<StorageAnswer> => {
    const base = await root(at);
    return storage.call(method, new URL(`${base.pathname}/${path}`, base.origin), body, at);
  };
  const requested = async (method: 'GET' | 'POST', id: string, rest: string, body: unknown, at: CallOptions): Promise<unknown> => {
    try {
      return (await send(method, rest.replace('{id}', wireId(name, id)), body, at)).value;
    } catch (thrown) {
      throw statusOf(thrown) === 404 ? unknownRequest(name, thrown) : thrown;
    }
  };
  const details = async (id: string, at: CallOptions) => recordsOf(fieldsOf(await requested('GET', id, 'stage/{id}', undefined, at)).files);

  const tape: Tape = {
    get capabilities(): StagerCapabilities {
      return {
        perFileErrors: true,
        mixedSites: false,
        reschedule: false,
        listMine: false,
        listsLinks: false,
        maxFiles: Math.min(maxFiles, working.get(door.href) ?? Infinity),
        pinMs,
      };
    },
    // The root is a folder of every door: what matters is that the question is let in.
    probe: async (at) => {
      try {
        await send('POST', 'archiveinfo', { paths: ['/'] }, at);
      } catch (thrown) {
        if (statusOf(thrown) !== 400) throw thrown;
      }
    },
    submit: (links, at) => stage(links, pinMs, at),
    poll: (queries, at) =>
      pollEach(queries, at, async ({ id, links }) => {
        const files = await details(id, at);
        return requestReport(links, files.map(toldFile), '', (doubtful, heard) => tape.locality(doubtful, { ...at, heard }));
      }),
    abort: async (id, at) => {
      const paths = (await details(id, at)).map(({ path }) => String(path));
      // Forgetting it (DELETE) would end it as well, and nobody could see any more what has become of it.
      await requested('POST', id, 'stage/{id}/cancel', { paths }, at);
      await requested('POST', id, 'release/{id}', { paths }, at);
    },
    reschedule: () =>
      Promise.reject(
        new GridError('rejected', `${name} cannot start a request again.`, { hint: 'Retry its files: that makes a new one.' }),
      ),
    requestToken: (id) => Promise.resolve(id),
    list: () => Promise.resolve([]),
    locality: async (links, at) => {
      const base = await root(at);
      try {
        await archiveInfo({ call: storage, url: new URL(`${base.pathname}/archiveinfo`, base.origin) }, links, at);
      } catch (thrown) {
        if (statusOf(thrown) === 404) forgetTape(door);
        throw thrown;
      }
    },
    release: async (id, links, at) => void (await requested('POST', id, 'release/{id}', { paths: links.map(pathOfLink) }, at)),
    extend: (_id, links, at) => stage(links, at.pinMs, at),
  };

  async function stage(links: readonly string[], lifetimeMs: number, at: CallOptions): Promise<string> {
    if (links.length === 0) throw new GridError('rejected', 'There are no links to stage.');
    const { paths } = new LinkPaths(links);
    const diskLifetime = javaDuration(lifetimeMs);
    let answer: StorageAnswer;
    await root(at); // a door that cannot be found has surely made nothing
    try {
      answer = await send('POST', 'stage', { files: paths.map((path) => ({ path, diskLifetime })) }, at);
    } catch (thrown) {
      if (statusOf(thrown) === 413) throw tooMany(name, door, paths.length, thrown);
      throw submitFailure(thrown);
    }
    const { requestId } = fieldsOf(answer.value);
    const id = typeof requestId === 'string' ? requestId : lastSegment(answer.headers.location);
    if (isId(id)) return id;
    throw new GridError('malformed', `${name} took the links but gave no id that can be read.`, {
      hint: 'The request may exist. Staging the same files again does no harm: they are pinned once more.',
      uncertain: true,
    });
  }
  return tape;
}

function toldFile({ path, state, onDisk, error }: Readonly<Record<string, unknown>>): ToldFile {
  return {
    path: typeof path === 'string' ? path : '',
    state: typeof state === 'string' ? state.toUpperCase() : '',
    ...(typeof onDisk === 'boolean' ? { onDisk } : {}),
    error: typeof error === 'string' ? error : '',
  };
}

/** The answer of a poll, a request at a time: one that fails hides no other. Rejects when all fail alike for the service's sake. */
export async function pollEach(
  queries: readonly PollQuery[],
  { signal }: CallOptions,
  ask: (query: PollQuery) => Promise<RequestReport>,
): Promise<PollAnswer> {
  const answers = new Map<string, RequestReport | Error>();
  const queue = queries.values();
  let whole: GridError | undefined;
  const lane = async () => {
    for (const query of queue) {
      if (whole !== undefined) return;
      try {
        answers.set(query.id, await ask(query));
      } catch (thrown) {
        if (!(thrown instanceof GridError)) throw thrown;
        if (service.has(thrown.kind)) whole = thrown;
        else answers.set(query.id, thrown);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, queries.length) }, lane));
  if (signal.aborted) throw new GridError('cancelled', 'The poll was cancelled.');
  if (whole !== undefined) throw whole;
  return answers;
}

/** What is wrong with the service, not with one request. */
const service: ReadonlySet<string> = new Set(['auth', 'expired', 'unreachable', 'tls', 'cancelled', 'toolMissing', 'toolFailed']);

/** Remembers that a door does not take so many, for the plans to come. */
export function tooMany(name: string, door: URL, count: number, cause: unknown): GridError {
  const half = Math.max(1, count >> 1);
  working.set(door.href, Math.min(half, working.get(door.href) ?? Infinity));
  return new GridError('rejected', `${name} does not take ${count} files in one request.`, {
    hint: `It does not say how many it takes; the next plan makes parts of ${half}. Stage the list again.`,
    cause,
  });
}

/** What is known of how many files a door takes. */
export function workingSize(door: URL): number {
  return working.get(door.href) ?? Infinity;
}

/** A span as Java's Duration reads it: no weeks, no months. */
export function javaDuration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds % 86_400 === 0 ? `P${seconds / 86_400}D` : `PT${seconds}S`;
}

export function isId(id: string): boolean {
  return /^[\w.-]{1,200}$/.test(id);
}

/** The id for an address. Throws `notFound` for what can be none. */
export function wireId(name: string, id: string): string {
  if (!isId(id)) throw new GridError('notFound', `No request of ${name} has such an id.`);
  return id;
}

export function unknownRequest(name: string, cause: unknown): GridError {
  return new GridError('notFound', `${name} does not know this request.`, { hint: 'It may have been cleared, or be too old.', cause });
}

/** The end of an address. */
export function lastSegment(address: string | string[] | undefined): string {
  return typeof address === 'string' ? (address.replace(/\/+$/, '').split('/').pop() ?? '') : '';
}
