/**
 * A staging request as the desk keeps it. Plain data: written to disk as it is, shown by trees and panels as it is.
 */
import type { FileReport, RequestReport } from '../ports';
import {
  countFiles,
  isFinal,
  isTrouble,
  percentStaged,
  rollUp,
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
  /** The stager's id. */
  readonly id: string;
  /** Name of the stager, as in the settings. */
  readonly stager: string;
  /** Site id of the links, or `unknown`. */
  readonly site: string;
  /** Name of the list it was made from; empty for a request made elsewhere. */
  readonly source: string;
  /** When the stager took it; ms since 1970. */
  readonly createdAt: number;
  /** When a state last changed; ms since 1970. */
  readonly changedAt: number;
  /** When the stager was last heard about it; ms since 1970, 0 for never. */
  readonly checkedAt: number;
  readonly state: RequestState;
  /** The stager's own word; empty when it gave none. */
  readonly word: string;
  readonly files: readonly RequestFile[];
}

/** What a submitted part becomes. */
export function newRequest(
  part: { readonly stager: string; readonly site: string; readonly source: string; readonly links: readonly string[] },
  id: string,
  now: number,
): StagingRequest {
  return {
    id,
    stager: part.stager,
    site: part.site,
    source: part.source,
    createdAt: now,
    changedAt: now,
    checkedAt: 0,
    state: 'submitted',
    word: '',
    files: part.links.map((link) => ({ link, state: 'queued' })),
  };
}

/** Identity across windows and stagers. */
export function requestKey(request: { readonly stager: string; readonly id: string }): string {
  return `${request.stager}\n${request.id}`;
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
  const counts = countFiles(requests.flatMap((request) => request.files.map((file) => file.state)));
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
  const changed = state !== request.state || files !== request.files || report.word !== request.word;
  return { ...request, files, state, word: report.word, checkedAt: now, changedAt: changed ? now : request.changedAt };
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

/** Whether a poll may change the request: not when it is final, nor when its stager has long had nothing to say of it. */
export function isLive(request: StagingRequest, now: number): boolean {
  const unconfirmed = request.state === 'unknown' || request.state === 'submitted';
  return !isFinal(request.state) && !(unconfirmed && now - request.changedAt > patienceMs);
}
