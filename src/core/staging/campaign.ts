/**
 * A campaign: several lists, sites and stagers as one thing with one state. It is made of its requests; where links were
 * retried, the latest request that holds a link speaks for it.
 */
import type { CampaignRecord, Past } from './memory';
import { isOpen, progressOfFiles, withTold, type Progress, type RequestFile, type StagingRequest } from './request';
import { isFinal, type FileCounts, type RequestState } from './state';

export interface CampaignFile {
  readonly file: RequestFile;
  readonly request: StagingRequest;
  /** Of the file in its request. */
  readonly index: number;
}

export interface Campaign {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  /** Oldest first. */
  readonly requests: readonly StagingRequest[];
  /** Each link once, in the order in which it was first planned. */
  readonly files: readonly CampaignFile[];
  readonly progress: Progress;
  readonly state: RequestState;
}

export function campaignOf(record: Pick<CampaignRecord, 'id' | 'name' | 'createdAt'>, requests: readonly StagingRequest[]): Campaign {
  const ordered = inOrder(requests);
  const files = currentFiles(ordered);
  const progress = withTold(progressOfFiles(files.map(({ file }) => file)), ordered);
  return { ...record, requests: ordered, files, progress, state: stateOf(ordered, progress) };
}

/** First requests before their retries, older ones first. */
export function inOrder(requests: readonly StagingRequest[]): readonly StagingRequest[] {
  return [...requests].sort((a, b) => a.round - b.round || a.createdAt - b.createdAt || (a.key < b.key ? -1 : 1));
}

/** Each link once, with the latest request that holds it; requests in order of their rounds. */
export function currentFiles(requests: readonly StagingRequest[]): readonly CampaignFile[] {
  const byLink = new Map<string, CampaignFile>();
  for (const request of requests) {
    for (const [index, file] of request.files.entries()) byLink.set(file.link, { file, request, index });
  }
  return [...byLink.values()];
}

/** From the files where all is said; else by what the requests still do. */
function stateOf(requests: readonly StagingRequest[], { total, online }: Progress): RequestState {
  if (total > 0 && online === total) return 'done';
  const has = (state: RequestState) => requests.some((request) => request.state === state);
  for (const state of ['onHold', 'running', 'scheduled', 'submitted', 'submitting', 'draft', 'unknown'] as const)
    if (has(state)) return state;
  if (online > 0) return 'partial';
  return requests.length > 0 && requests.every((request) => request.state === 'aborted') ? 'aborted' : 'failed';
}

/** Whether the desk still has something to do for one of its requests. */
export function isUnfinished(campaign: Campaign, now: number): boolean {
  return campaign.requests.some((request) => isOpen(request, now));
}

/** Milliseconds without news after which a request that is not done counts as stalled. */
export function isStalled(request: StagingRequest, now: number, afterMs: number): boolean {
  return request.id !== '' && !isFinal(request.state) && now - request.changedAt > afterMs;
}

export interface Rate {
  readonly filesPerHour: number;
  /** The window it was taken over; ms. */
  readonly overMs: number;
}

const hourMs = 60 * 60_000;

/** Files that came online in the last `overMs`, an hour; undefined before there are two moments to compare. */
export function rateOf(pasts: readonly Past[], now: number, overMs = 6 * hourMs): Rate | undefined {
  const history = historyOf(pasts);
  const last = history.at(-1);
  const first = history.find(([at]) => now - at <= overMs);
  if (first === undefined || last === undefined) return undefined;
  const span = now - first[0];
  if (span < hourMs / 12) return undefined; // five minutes say nothing about hours
  return { filesPerHour: (((last[1].online ?? 0) - (first[1].online ?? 0)) * hourMs) / span, overMs: span };
}

/** When the rest is online: from the rate as it is, to what it takes when it drops to a quarter. */
export function endOf(left: number, rate: Rate | undefined, now: number): { readonly from: number; readonly to: number } | undefined {
  if (rate === undefined || rate.filesPerHour <= 0 || left <= 0) return undefined;
  const span = (left / rate.filesPerHour) * hourMs;
  return { from: now + span * 0.8, to: now + span * 4 };
}

/** The sum of the counts of several requests over time: at each moment the latest of each. */
export function historyOf(pasts: readonly Past[]): Past {
  const moments = [...new Set(pasts.flatMap((past) => past.map(([at]) => at)))].sort((a, b) => a - b);
  const next = pasts.map(() => 0);
  return moments.map((at) => {
    const sum: FileCounts = {};
    for (const [k, past] of pasts.entries()) {
      let index = next[k] ?? 0;
      while (index < past.length && (past[index]?.[0] ?? Infinity) <= at) index++;
      next[k] = index;
      const counts = past[index - 1]?.[1];
      if (counts !== undefined) add(sum, counts);
    }
    return [at, sum] as const;
  });
}

function add(sum: FileCounts, counts: FileCounts): void {
  for (const [state, count] of Object.entries(counts) as [keyof FileCounts, number][]) sum[state] = (sum[state] ?? 0) + count;
}
