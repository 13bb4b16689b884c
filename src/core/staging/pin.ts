/**
 * Pins of requests that have been made: letting go of files before their time, and keeping them longer. A file that
 * another request of the desk still uses is not let go of.
 */
import { GridError } from '../errors';
import { pathOfLink } from '../links/path';
import type { CallOptions } from '../ports';
import { plural } from '../wording';
import { abort, record, type Open } from './action';
import type { Book } from './book';
import { newsOf, requestKey, type StagingRequest } from './request';
import { isFinal, type FileState } from './state';

const weekMs = 7 * 24 * 3_600_000;

/** A file of the desk, whatever door and form its link names. */
function fileKey(request: StagingRequest, link: string): string {
  return `${request.site}\n${pathOfLink(link)}`;
}

/** On disk for a request, or on the way there. */
const using: ReadonlySet<FileState> = new Set(['online', 'staging', 'queued']);

const none: ReadonlySet<string> = new Set();

/** The online files of a request: those that nobody else on the desk uses, and those that others use. */
export interface Uses {
  readonly free: readonly string[];
  readonly shared: readonly string[];
  /** The requests that use the shared ones. */
  readonly others: readonly StagingRequest[];
}

/** @param together keys of requests that are let go of with this one, and so need nothing of it */
export function usesOf(request: StagingRequest, requests: readonly StagingRequest[], together: ReadonlySet<string> = none): Uses {
  const online = request.files.filter(({ state }) => state === 'online').map(({ link }) => link);
  const keys = new Map(online.map((link) => [fileKey(request, link), link]));
  const shared = new Set<string>();
  const others = new Set<StagingRequest>();
  for (const other of requests) {
    if (other.key === request.key || together.has(other.key) || other.state === 'aborted' || other.site !== request.site) continue;
    for (const { link, state } of other.files) {
      const own = using.has(state) ? keys.get(fileKey(other, link)) : undefined;
      if (own === undefined) continue;
      shared.add(own);
      others.add(other);
    }
  }
  return { free: online.filter((link) => !shared.has(link)), shared: online.filter((link) => shared.has(link)), others: [...others] };
}

export interface ReleaseOptions extends CallOptions {
  /** Also the files that other requests use. */
  readonly all?: boolean;
  /** Keys of requests that are released with it. */
  readonly together?: ReadonlySet<string>;
}

/**
 * Lets the disk have the space of a finished request's files again, of those alone that no other request uses, unless `all`. A
 * stager that can only end a request as a whole does so when all of them are to go.
 */
export async function release(book: Book, open: Open, request: StagingRequest, options: ReleaseOptions): Promise<StagingRequest> {
  const uses = usesOf(request, book.requests, options.together);
  const free = options.all === true ? [...uses.free, ...uses.shared] : uses.free;
  const shared = options.all === true ? [] : uses.shared;
  const name = `request ${request.id} of ${request.stager}`;
  if (request.id === '' || !isFinal(request.state)) {
    throw new GridError('rejected', 'Only a request that has ended can be released.', { hint: 'Abort it instead.' });
  }
  if (free.length + shared.length === 0) throw new GridError('rejected', `No file of ${name} is held on disk any more.`);
  const used = `${plural(shared.length, 'file')} of ${name} ${shared.length === 1 ? 'is' : 'are'} used by another request`;
  if (free.length === 0) throw new GridError('conflict', `${used}: nothing was released.`, { hint: 'Say that all are to go.' });
  const stager = await open(request.stager);
  if (stager.release === undefined) {
    if (shared.length === 0) return abort(book, open, request, options);
    throw new GridError('conflict', `${used}, and ${request.stager} can only release a request as a whole.`);
  }
  await stager.release(request.id, free, { signal: options.signal });
  const gone = new Set(free);
  const files = request.files.map((file) => (gone.has(file.link) ? { link: file.link, state: 'cancelled' as const } : file));
  const state = files.some((file) => file.state === 'online') ? request.state : 'aborted';
  return record(book, { ...request, state, word: 'released', files });
}

/**
 * Keeps the online files of a request on disk, from now for as long as a new request would. What holds them then is a request
 * of its own, which is returned; the old pin runs out by itself.
 */
export async function extend(book: Book, open: Open, request: StagingRequest, options: CallOptions): Promise<StagingRequest> {
  const links = request.files.filter(({ state }) => state === 'online').map(({ link }) => link);
  if (request.id === '' || links.length === 0)
    throw new GridError('rejected', 'No file of this request is online.', { hint: 'Stage them again.' });
  const stager = await open(request.stager);
  if (stager.extend === undefined) {
    throw new GridError('rejected', `${request.stager} cannot keep files longer.`, {
      hint: 'Stage the list again once they have left the disk.',
    });
  }
  const at = book.clock();
  const id = await stager.extend(request.id, links, { signal: options.signal, pinMs: stager.capabilities.pinMs ?? weekMs });
  const [campaign = id] = request.campaigns;
  const { site } = request;
  const life = book.memory.nextLife(requestKey({ stager: request.stager, id }));
  // It has happened: known at once, and on disk as soon as that takes it.
  await book.note({ e: 'adopted', at, stager: request.stager, id, campaign, site, links, life });
  const made = book.find(requestKey({ stager: request.stager, id }));
  if (made === undefined) throw new GridError('conflict', `Request ${id} of ${request.stager} was forgotten meanwhile.`);
  // They are online all the while; the next poll says whether the new request agrees.
  const files = links.map((link) => ({ link, state: 'online' as const }));
  await book.note(newsOf({ ...made, state: 'running', files, changedAt: at }, 1));
  return book.find(made.key) ?? made;
}
