/** What a person or a program does with requests of the book. Each function is one act; none polls. */
import { GridError } from '../errors';
import type { CallOptions, Stager } from '../ports';
import type { Book } from './book';
import { currentFiles, inOrder } from './campaign';
import type { PartEvent, StagingEvent } from './event';
import { backOff, partKey, standing } from './part';
import { newsOf, requestKey, type StagingRequest } from './request';
import { isFinal, type FileState } from './state';

export type Open = (name: string) => Promise<Stager>;

/** Ends a request on its stager; a finished one has its files released, a draft is dropped. */
export async function abort(book: Book, open: Open, request: StagingRequest, options: CallOptions): Promise<StagingRequest> {
  if (request.id === '') {
    if (request.state !== 'draft' && request.state !== 'failed') throw unsettled(request);
    await drop(book, request.key);
    return { ...request, state: 'aborted' };
  }
  await (await open(request.stager)).abort(request.id, { ...options, links: request.files.map(({ link }) => link) });
  const files = request.files.map((file) =>
    file.state === 'failed' || file.state === 'lost' ? file : { link: file.link, state: 'cancelled' as const },
  );
  return record(book, { ...request, state: 'aborted', word: 'aborted', files });
}

/** Starts a request again under its own id: one on hold, aborted, failed or partly online. */
export async function reschedule(book: Book, open: Open, request: StagingRequest, options: CallOptions): Promise<StagingRequest> {
  if (request.id === '') throw unsettled(request);
  await (await open(request.stager)).reschedule(request.id, options);
  const files = request.files.map((file) =>
    file.state === 'online' || file.state === 'lost' ? file : { link: file.link, state: 'queued' as const },
  );
  return record(book, { ...request, state: 'scheduled', word: '', files });
}

/** Takes requests off the desk; the stager keeps them. */
export async function forget(book: Book, ...requests: readonly StagingRequest[]): Promise<void> {
  const at = book.clock();
  const keys = new Set(requests.map(({ key }) => key));
  // A part goes with the last of its requests, so that its links may be planned anew.
  for (const part of book.memory.parts) {
    const own = part.made.map(({ id }) => requestKey({ stager: part.stager, id }));
    if (own.length > 0 && own.every((key) => keys.has(key) || book.memory.isForgotten(key))) keys.add(part.key);
  }
  await book.write(...[...keys].map((key): StagingEvent => ({ e: 'forgotten', at, key, life: book.memory.lifeOf(key) })));
}

/** Sees to it that parts are not sent any more. What another window is sending at this moment stays on the desk. */
export async function drop(book: Book, ...keys: readonly string[]): Promise<void> {
  const at = book.clock();
  const events = keys.flatMap((key): StagingEvent[] => {
    const part = book.memory.part(key);
    if (part === undefined) return [];
    const { state, turn } = standing(part, at);
    // A turn that somebody has begun since may be received: it stands above the drop, or its id would be lost.
    const begun = state === 'submitting' || state === 'overdue';
    return [{ e: 'dropped', at, part: key, turn: state === 'draft' || begun ? turn : turn + 1 }];
  });
  await book.write(...events);
}

/** What a person says of a submit that nobody else knows about. */
export type Verdict = { readonly id: string } | 'notMade' | 'drop';

/** Settles an uncertain or refused part by a person's word. */
export async function settle(book: Book, request: StagingRequest, verdict: Verdict): Promise<void> {
  const part = book.memory.part(request.key);
  if (part === undefined || part.made.length > 0) throw new GridError('conflict', 'This request is settled already.');
  const at = book.clock();
  const { state, turn } = standing(part, at);
  // A person's word: also what may have been received is to go.
  if (verdict === 'drop') return book.write({ e: 'dropped', at, part: part.key, turn: turn + 1 });
  if (verdict !== 'notMade') return book.write({ e: 'made', at, part: part.key, id: verdict.id });
  if (state === 'uncertain' || state === 'refused') return book.write({ e: 'again', at, part: part.key, turn });
  throw new GridError('conflict', 'An answer to this request may still come.', { hint: 'Wait a minute, then look again.' });
}

/** Worth another try: the file is there, and this time something was wrong with the recall. Never what is lost. */
const retried: ReadonlySet<FileState> = new Set(['failed', 'unavailable', 'expired']);

/**
 * Plans a new request with exactly the given links of a request that have failed, or with all that have; it is submitted
 * after a back-off that grows with each round. Links for which a later request already stands are left alone.
 */
export async function planRetry(
  book: Book,
  digest: (text: string) => string,
  request: StagingRequest,
  links?: ReadonlySet<string>,
): Promise<string> {
  const [campaign] = request.campaigns;
  const family = book.requests.filter((each) => each.campaigns.some((id) => request.campaigns.includes(id)));
  const current = currentFiles(inOrder(family)).filter((each) => each.request.key === request.key && retried.has(each.file.state));
  const chosen = current.map(({ file }) => file.link).filter((link) => links?.has(link) ?? true);
  if (chosen.length === 0 || campaign === undefined) {
    throw new GridError('rejected', `No file of request ${request.id} is to be retried.`, {
      hint: 'Lost files are never retried, and those that a later request holds are not retried twice.',
    });
  }
  const at = book.clock();
  const round = request.round + 1;
  const key = freeKey(book, digest, request.stager, chosen, true);
  const wait = backOff(round);
  const event: PartEvent = {
    e: 'part',
    at,
    part: key,
    campaign,
    stager: request.stager,
    site: request.site,
    source: request.source,
    links: chosen,
    notify: false,
    round,
    order: 0,
    ...(wait === 0 ? {} : { notBefore: at + wait }),
  };
  await book.write(event);
  return key;
}

/** Takes a request that was made elsewhere onto the desk. */
export async function adopt(
  book: Book,
  stager: string,
  { id, site = '', links = [] }: { readonly id: string; readonly site?: string; readonly links?: readonly string[] },
  campaign: string,
): Promise<string> {
  const at = book.clock();
  const key = requestKey({ stager, id });
  if (book.find(key) !== undefined) throw new GridError('conflict', `Request ${id} of ${stager} is on the desk already.`);
  const life = book.memory.nextLife(key);
  await book.write({ e: 'campaign', at, campaign, name: `Request ${id}` }, { e: 'adopted', at, stager, id, campaign, site, links, life });
  return key;
}

/**
 * The key for links that are to be staged: that of a part which still waits or is under way with the very same links,
 * unless `anew`, else the first one that was never used.
 */
export function freeKey(book: Book, digest: (text: string) => string, stager: string, links: readonly string[], anew: boolean): string {
  for (let again = 0; ; again++) {
    const key = partKey(digest, stager, links, again);
    if (!book.memory.knowsPart(key)) return key;
    if (!anew && isWaiting(book, key)) return key;
  }
}

function isWaiting(book: Book, key: string): boolean {
  const part = book.memory.part(key);
  if (part === undefined) return false;
  const { state } = standing(part, book.clock());
  if (state !== 'made') return state !== 'dropped' && state !== 'refused';
  return part.made.some(({ id }) => {
    const request = book.find(requestKey({ stager: part.stager, id }));
    return request !== undefined && !isFinal(request.state);
  });
}

/** Writes down what has been done to a request; the stager has done it, so the disk is not asked first. */
export async function record(book: Book, request: StagingRequest): Promise<StagingRequest> {
  const now = book.clock();
  const after = { ...request, changedAt: now, checkedAt: now };
  const n = (book.memory.standing(request.key)?.news.n ?? 0) + 1;
  book.heard(request.key, now);
  const unsaved = await book.note(newsOf(after, n));
  if (unsaved !== undefined) {
    throw new GridError(unsaved.kind, `It was done, but it could not be written down: ${unsaved.message}`, { cause: unsaved });
  }
  return after;
}

function unsettled(request: StagingRequest): GridError {
  return new GridError('conflict', `Nobody knows yet whether ${request.stager} has taken this request.`, {
    hint: 'The desk asks it; else say yourself what became of it.',
  });
}
