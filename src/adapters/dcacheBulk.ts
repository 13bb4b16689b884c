/**
 * dCache's bulk requests, as `ada` uses them: PIN recalls and holds, UNPIN lets go. Unlike the Tape REST API they can be listed,
 * so that a submit whose answer was lost is found again. Where files are is asked of the tape API beside them, or, of older
 * frontends, of the name space file by file.
 */
import { GridError, asGridError } from '../core/errors';
import type { CallOptions, ListedRequest, LocalityOptions, StagerCapabilities } from '../core/ports';
import { readLocality } from '../core/staging/locality';
import { archiveInfo, statusOf } from './archiveInfo';
import { fieldsOf, openStorage, recordsOf, storageAddress, submitFailure, type StorageAnswer, type StorageOptions } from './storageCall';
import { LinkPaths } from './storagePath';
import { isId, lastSegment, pollEach, tooMany, unknownRequest, wireId, workingSize, type Tape } from './tape';
import { readMoment, requestReport, type ToldFile } from './tapeReport';

export interface DcacheBulkOptions extends StorageOptions {
  /** How long files stay pinned, from the submit; milliseconds. A week when absent (dCache's own would be five minutes). */
  readonly pinMs?: number;
  /** Files of one request; 500 when absent, dCache's own limit for lists without directories. */
  readonly maxFiles?: number;
}

const weekMs = 7 * 24 * 3_600_000;
/** Requests of others and of long ago are in the list too; so many are looked into. */
const maxListed = 500;
/** Pages after which a frontend that always promises another one is not believed. */
const maxPages = 1000;
/** Questions at a time, where each file is one. */
const lanes = 8;

/** Opens nothing by itself. Throws `rejected` for an address that cannot be used. `url` is the frontend, with or without `/api/v1`. */
export function createDcacheBulk(options: DcacheBulkOptions): Tape {
  const { name, pinMs = weekMs, maxFiles = 500 } = options;
  const address = storageAddress(name, options.url);
  const root = new URL(`${address.pathname.replace(/\/(api(\/v1(\/(bulk-requests|tape|namespace))?)?)?$/, '')}/api/v1`, address.origin);
  const storage = openStorage(options);
  const at = (path: string) => new URL(`${root.pathname}/${path}`, root.origin);
  const requested = async (method: 'GET' | 'PATCH', id: string, query: string, body: unknown, where: CallOptions): Promise<unknown> => {
    try {
      return (await storage.call(method, at(`bulk-requests/${wireId(name, id)}${query}`), body, where)).value;
    } catch (thrown) {
      throw statusOf(thrown) === 404 ? unknownRequest(name, thrown) : thrown;
    }
  };
  const make = async (activity: 'PIN' | 'UNPIN', target: readonly string[], args: object, where: CallOptions): Promise<StorageAnswer> =>
    // TARGETS would look for folders among them, and is capped at ten.
    storage.call('POST', at('bulk-requests'), { activity, target, expand_directories: 'NONE', arguments: args }, where);

  const pin = async (links: readonly string[], ms: number, where: CallOptions): Promise<string> => {
    if (links.length === 0) throw new GridError('rejected', 'There are no links to stage.');
    const { paths } = new LinkPaths(links);
    let answer: StorageAnswer;
    try {
      answer = await make('PIN', paths, { lifetime: String(Math.ceil(ms / 1000)), lifetimeUnit: 'SECONDS' }, where);
    } catch (thrown) {
      if (statusOf(thrown) === 413) throw tooMany(name, root, paths.length, thrown);
      throw submitFailure(thrown);
    }
    const id = lastSegment(answer.headers['request-url'] ?? answer.headers.location);
    if (isId(id)) return id;
    throw new GridError('malformed', `${name} took the links but gave no id that can be read.`, {
      hint: 'The request may exist: it is looked for among the requests of this account.',
      uncertain: true,
    });
  };
  const details = (id: string, where: CallOptions) =>
    readPages((offset) => requested('GET', id, `?offset=${offset}`, undefined, where), name);
  /** In parts that the door takes. */
  const unpin = async (id: string, paths: readonly string[], where: CallOptions) => {
    for (let from = 0; from < paths.length; from += maxFiles) await make('UNPIN', paths.slice(from, from + maxFiles), { id }, where);
  };

  const stager: Tape = {
    get capabilities(): StagerCapabilities {
      return {
        perFileErrors: true,
        mixedSites: false,
        reschedule: false,
        listMine: true,
        listsLinks: true,
        maxFiles: Math.min(maxFiles, workingSize(root)),
        pinMs,
      };
    },
    probe: async (where) => {
      const { status } = fieldsOf((await storage.call('GET', at('user'), undefined, where)).value);
      if (status === 'AUTHENTICATED') return;
      throw new GridError('auth', `${name} does not know who signs in.`, {
        hint: 'Sign in with a token or macaroon of this storage system.',
      });
    },
    submit: (links, where) => pin(links, pinMs, where),
    poll: (queries, where) =>
      pollEach(queries, where, async ({ id, links }) => {
        const { targets, status } = await details(id, where);
        return requestReport(links, targets.map(toldFile), status, (doubtful, heard) => stager.locality(doubtful, { ...where, heard }));
      }),
    abort: async (id, where) => {
      const { targets } = await details(id, where);
      await requested('PATCH', id, '', { action: 'cancel' }, where);
      await unpin(
        id,
        targets.map(({ target }) => String(target)),
        where,
      );
    },
    reschedule: () =>
      Promise.reject(
        new GridError('rejected', `${name} cannot start a request again.`, { hint: 'Retry its files: that makes a new one.' }),
      ),
    requestToken: (id) => Promise.resolve(id),
    list: ({ since, signal }) => list(since, { signal }),
    locality: async (links, where) => {
      try {
        await archiveInfo({ call: storage, url: at('tape/archiveinfo') }, links, where);
      } catch (thrown) {
        if (statusOf(thrown) !== 404) throw thrown;
        await askNamespace(links, where);
      }
    },
    release: (id, links, where) => unpin(wireId(name, id), new LinkPaths(links).paths, where),
    extend: (_id, links, where) => pin(links, where.pinMs, where),
  };

  /** The list is everybody's; details are the owner's alone, and that is how one's own are told. */
  async function list(since: number | undefined, where: CallOptions): Promise<readonly ListedRequest[]> {
    const { value } = await storage.call('GET', at('bulk-requests'), undefined, where);
    if (!Array.isArray(value)) throw new GridError('malformed', `The list of ${name} has a form that cannot be read.`);
    const ids = recordsOf(value)
      .filter(({ activity }) => activity === 'PIN' || activity === 'STAGE')
      .map(({ id, url }) => (typeof id === 'string' ? id : lastSegment(typeof url === 'string' ? url : '')))
      .filter(isId);
    if (ids.length > maxListed) {
      throw new GridError('rejected', `${name} lists ${ids.length} requests, too many to look into each.`, {
        hint: 'Look at its own web page for yours.',
      });
    }
    const found = new Map<string, ListedRequest>();
    await inLanes(ids, async (id) => {
      const request = await own(id, where);
      if (request !== undefined && (since === undefined || (request.when ?? Infinity) >= since)) found.set(id, request);
    });
    return ids.map((id) => found.get(id)).filter((each) => each !== undefined);
  }

  async function own(id: string, where: CallOptions): Promise<ListedRequest | undefined> {
    try {
      const { targets, status, arrivedAt } = await details(id, where);
      const links = targets.map(({ target }) => String(target));
      const report = await requestReport([], targets.map(toldFile), status, () => Promise.resolve());
      const when = readMoment(arrivedAt);
      return { ...report, id, links, ...(when === undefined ? {} : { when }) };
    } catch (thrown) {
      const { kind } = asGridError(thrown);
      if (kind === 'forbidden' || kind === 'notFound') return undefined;
      throw thrown;
    }
  }

  async function askNamespace(links: readonly string[], { signal, heard }: LocalityOptions): Promise<void> {
    const paths = new LinkPaths(links);
    await inLanes(paths.paths, async (path) => {
      try {
        const url = at(`namespace/${path.slice(1).split('/').map(encodeURIComponent).join('/')}?locality=true`);
        const { fileLocality, fileType } = fieldsOf((await storage.call('GET', url, undefined, { signal })).value);
        const answer =
          fileType === 'DIR'
            ? { problem: 'This is a folder.' }
            : { locality: readLocality(typeof fileLocality === 'string' ? fileLocality : '') };
        for (const link of paths.at(path)) heard(link, answer);
      } catch (thrown) {
        const error = asGridError(thrown);
        if (!['notFound', 'malformed', 'rejected', 'forbidden', 'timeout'].includes(error.kind)) throw error;
        const problem = error.kind === 'notFound' ? `${name} has no such file.` : error.message;
        for (const link of paths.at(path)) heard(link, { problem });
      }
    });
  }
  return stager;
}

function toldFile({ target, state, errorMessage, errorType }: Readonly<Record<string, unknown>>): ToldFile {
  const error = [errorMessage, errorType].find((each) => typeof each === 'string' && each !== '');
  return {
    path: typeof target === 'string' ? target : '',
    state: typeof state === 'string' ? state : '',
    error: typeof error === 'string' ? error : '',
  };
}

interface Details {
  readonly targets: readonly Readonly<Record<string, unknown>>[];
  readonly status: string;
  readonly arrivedAt: unknown;
}

/** Ten thousand targets a page, until it says -1; one that comes again would go round for ever. */
async function readPages(ask: (offset: number) => Promise<unknown>, name: string): Promise<Details> {
  const targets: Readonly<Record<string, unknown>>[] = [];
  let page: Readonly<Record<string, unknown>> = {};
  let offset = 0;
  for (let count = 0; count < maxPages; count++) {
    page = fieldsOf(await ask(offset));
    if (!Array.isArray(page.targets)) throw new GridError('malformed', `The answer of ${name} has a form that cannot be read.`);
    targets.push(...recordsOf(page.targets));
    const next = typeof page.nextId === 'number' ? page.nextId : -1;
    if (next <= offset) break;
    offset = next;
  }
  return { targets, status: typeof page.status === 'string' ? page.status : '', arrivedAt: page.arrivedAt };
}

/** Some at a time; the first that fails ends all. */
async function inLanes<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  let failed = false;
  const lane = async () => {
    for (const item of queue) {
      if (failed) return;
      await task(item).catch((thrown: unknown) => {
        failed = true;
        throw thrown;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}
