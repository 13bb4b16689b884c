/**
 * A staging request as the desk keeps it. Plain data: written to disk as it is, shown by trees and panels as it is.
 */
import type { FileReport, RequestReport } from '../ports';
import type { AdoptedEvent, NewsEvent } from './event';
import { remark, standing, type PartRecord } from './part';
import {
  countFiles,
  isFinal,
  isTrouble,
  percentStaged,
  rollUp,
  stateLetters,
  stateOfLetter,
  totalOf,
  type FileCounts,
  type FileState,
  type RequestState,
} from './state';

/** One link of a request and what is known of it. */
export interface RequestFile {
  /** Byte for byte as it was submitted. */
  readonly link: string;
  readonly state: FileState;
  /** The stager's reason, where it gave one. */
  readonly message?: string;
}

export interface StagingRequest {
  /** Identity on the desk: `requestKey` once the stager gave an id, before that the key of its part. */
  readonly key: string;
  /** The stager's id; empty while there is none. */
  readonly id: string;
  /** Name of the stager, as in the settings. */
  readonly stager: string;
  /** Site id of the links, or `unknown`. */
  readonly site: string;
  /** Name of the list it was made from; empty for a request made elsewhere. */
  readonly source: string;
  /** Ids of the campaigns it belongs to; the first one is where it was planned. */
  readonly campaigns: readonly string[];
  /** How often these links were retried in their campaign; 0 for a first request. */
  readonly round: number;
  /** When the stager took it, or when it was planned; ms since 1970. */
  readonly createdAt: number;
  /** When a state last changed; ms since 1970. */
  readonly changedAt: number;
  /** When the stager was last heard about it; ms since 1970, 0 for never. */
  readonly checkedAt: number;
  readonly state: RequestState;
  /** The stager's own word; empty when it gave none. */
  readonly word: string;
  readonly files: readonly RequestFile[];
  /** What speaks against it: why it was refused, why nobody knows whether it was taken. */
  readonly trouble?: string;
  /** Submitted, and nobody knows whether it was taken: it may exist without us knowing its id. */
  readonly uncertain?: boolean;
  /** Counts as the stager tells them, where the links are not known. */
  readonly told?: { readonly total: number; readonly online: number };
}

/** Identity across windows and stagers. */
export function requestKey(request: { readonly stager: string; readonly id: string }): string {
  return `${request.stager}\n${request.id}`;
}

/** A part as a request that has no id, or with one of its ids. Undefined for what was dropped. */
export function requestOfPart(part: PartRecord, made: { readonly id: string; readonly at: number } | undefined, now: number) {
  const { stager, site, source, round, campaigns } = part;
  const facts = { stager, site, source, round, campaigns, word: '', checkedAt: 0 };
  const files = (state: FileState, message?: string): readonly RequestFile[] =>
    part.links.map((link) => (message === undefined ? { link, state } : { link, state, message }));
  if (made !== undefined) {
    const { id, at } = made;
    const taken = { key: requestKey({ stager, id }), id, createdAt: at, changedAt: at, state: 'submitted' as const };
    return { ...facts, ...taken, files: files('queued') } satisfies StagingRequest;
  }
  const { state } = standing(part, now);
  const trouble = remark(part);
  const waiting = { ...facts, key: part.key, id: '', createdAt: part.createdAt, changedAt: part.createdAt };
  const told = trouble === undefined ? {} : { trouble };
  switch (state) {
    case 'draft':
      return { ...waiting, state: 'draft' as const, files: files('tape'), ...told } satisfies StagingRequest;
    case 'submitting':
      return { ...waiting, state: 'submitting' as const, files: files('queued') } satisfies StagingRequest;
    case 'overdue':
    case 'uncertain':
      return { ...waiting, state: 'unknown' as const, files: files('unknown'), uncertain: true, ...told } satisfies StagingRequest;
    case 'refused':
      return { ...waiting, state: 'failed' as const, files: files('failed', trouble), ...told } satisfies StagingRequest;
    case 'made':
    case 'dropped':
      return undefined;
  }
}

/** A request made elsewhere, before there is news of it. */
export function requestOfAdopted(event: AdoptedEvent): StagingRequest {
  const { stager, id, site, links, campaign, at } = event;
  const files: readonly RequestFile[] = links.map((link) => ({ link, state: 'unknown' }));
  const times = { createdAt: at, changedAt: at, checkedAt: 0 };
  return {
    key: requestKey(event),
    id,
    stager,
    site,
    source: '',
    campaigns: [campaign],
    round: 0,
    ...times,
    state: 'submitted',
    word: '',
    files,
  };
}

/** The request with its latest news. */
export function withNews(request: StagingRequest, news: NewsEvent): StagingRequest {
  const { state, word, states, messages = {}, told, at } = news;
  const files = request.files.map(({ link }, index): RequestFile => {
    const message = messages[index];
    const fileState = stateOfLetter(states[index] ?? 'n');
    return message === undefined ? { link, state: fileState } : { link, state: fileState, message };
  });
  return { ...request, state, word, files, changedAt: at, ...(told === undefined ? {} : { told }) };
}

/** What is to be written down of a request. */
export function newsOf(request: StagingRequest, n: number): NewsEvent {
  const { stager, id, state, word, files, told, changedAt: at } = request;
  const messages: Record<string, string> = {};
  for (const [index, { message }] of files.entries()) if (message !== undefined) messages[index] = message;
  return {
    e: 'news',
    at,
    stager,
    id,
    n,
    state,
    word,
    states: files.map((file) => stateLetters[file.state]).join(''),
    ...(Object.keys(messages).length === 0 ? {} : { messages }),
    ...(told === undefined ? {} : { told }),
  };
}

/** A number the desk shows for a request. */
export interface Progress {
  readonly total: number;
  readonly online: number;
  readonly failed: number;
  /** 0-100, one decimal, rounded down. */
  readonly percent: number;
  readonly counts: FileCounts;
}

/** Counts of one or several requests. */
export function progressOf(...requests: readonly StagingRequest[]): Progress {
  return withTold(progressOfFiles(requests.flatMap((request) => request.files)), requests);
}

/** Of a request whose links are not known the stager's counts are all there is: they are added to what is known of files. */
export function withTold(known: Progress, requests: readonly StagingRequest[]): Progress {
  const told = requests.flatMap((request) => (request.files.length === 0 && request.told !== undefined ? [request.told] : []));
  if (told.length === 0) return known;
  const sum = (of: 'total' | 'online') => told.reduce((total, each) => total + each[of], known[of]);
  return { ...known, total: sum('total'), online: sum('online'), percent: percentStaged(sum('online'), sum('total')) };
}

export function progressOfFiles(files: readonly RequestFile[]): Progress {
  const counts = countFiles(files.map((file) => file.state));
  const total = totalOf(counts);
  const online = counts.online ?? 0;
  const failed = (Object.keys(counts) as FileState[]).filter(isTrouble).reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  return { total, online, failed, percent: percentStaged(online, total), counts };
}

/**
 * The request after a poll. Nothing known is unlearned: a report without files leaves them as they were, and a stager
 * that has forgotten a finished request does not make it unfinished.
 */
export function applyReport(request: StagingRequest, report: RequestReport, now: number): StagingRequest {
  const silent = report.state === 'unknown' && report.files === undefined && report.word === '';
  // Not listed any more: it has ended, as we know. Not listed yet: it was taken, as we know.
  if (silent && (isFinal(request.state) || request.state === 'submitted')) return { ...request, checkedAt: now };
  const files = mergeFiles(request.files, report.files);
  const state = rollUp(report.state, countFiles(files.map((file) => file.state)));
  const told = files.length > 0 || report.total === undefined ? request.told : { total: report.total, online: report.online ?? 0 };
  const after = { ...request, files, state, word: report.word, checkedAt: now, ...(told === undefined ? {} : { told }) };
  return isNews(request, after) ? { ...after, changedAt: now } : after;
}

/** Whether a request has changed, beyond having been asked for. */
export function isNews(before: StagingRequest, after: StagingRequest): boolean {
  return (
    after.state !== before.state ||
    after.files !== before.files ||
    after.word !== before.word ||
    after.told?.total !== before.told?.total ||
    after.told?.online !== before.told?.online
  );
}

/** The same array when nothing changed, so that "changed" is one comparison for callers. */
function mergeFiles(files: readonly RequestFile[], news: ReadonlyMap<string, FileReport> | undefined): readonly RequestFile[] {
  if (news === undefined) return files;
  let changed = false;
  const merged = files.map((file) => {
    const report = news.get(file.link);
    if (report === undefined || (report.state === file.state && report.message === file.message)) return file;
    changed = true;
    return { link: file.link, state: report.state, ...(report.message === undefined ? {} : { message: report.message }) };
  });
  return changed ? merged : files;
}

/** How long a request that its stager does not list is asked for: it may not be listed yet, or be back tomorrow. */
const patienceMs = 24 * 60 * 60_000;

/** Whether a poll may change the request: it was made, is not final, and its stager has not long had nothing to say of it. */
export function isLive(request: StagingRequest, now: number): boolean {
  if (request.id === '') return false;
  const unconfirmed = request.state === 'unknown' || request.state === 'submitted';
  return !isFinal(request.state) && !(unconfirmed && now - request.changedAt > patienceMs);
}

/** Whether the desk still has something to do for it: ask, submit, or find out. */
export function isOpen(request: StagingRequest, now: number): boolean {
  return isLive(request, now) || request.state === 'draft' || request.state === 'submitting' || request.uncertain === true;
}

/** Files the stager is at work on for this request, as far as we know. */
export function inFlight(request: StagingRequest): number {
  if (request.state === 'draft' || isFinal(request.state)) return 0;
  if (request.files.length === 0 && request.told !== undefined) return request.told.total - request.told.online;
  const { counts } = progressOfFiles(request.files);
  return (counts.queued ?? 0) + (counts.staging ?? 0) + (counts.unknown ?? 0) + (counts.tape ?? 0);
}
