/**
 * The one definition of file and request states. Trees, editor, panels, results and tests use these words; how each
 * looks is in `src/shared/shape.ts`.
 */
import { percentOf } from '../wording';

export const fileStates = [
  'unknown',
  'tape',
  'queued',
  'staging',
  'online',
  'failed',
  'lost',
  'unavailable',
  'cancelled',
  'expired',
] as const;
export type FileState = (typeof fileStates)[number];

export const requestStates = [
  'draft',
  'submitting',
  'submitted',
  'scheduled',
  'running',
  'onHold',
  'done',
  'partial',
  'failed',
  'aborted',
  'unknown',
] as const;
export type RequestState = (typeof requestStates)[number];

const fileWords: Record<FileState, string> = {
  unknown: 'unknown',
  tape: 'on tape',
  queued: 'queued',
  staging: 'staging',
  online: 'online',
  failed: 'failed',
  lost: 'lost',
  unavailable: 'unavailable',
  cancelled: 'cancelled',
  expired: 'expired',
};

const requestWords: Record<RequestState, string> = {
  draft: 'draft',
  submitting: 'submitting',
  submitted: 'submitted',
  scheduled: 'scheduled',
  running: 'running',
  onHold: 'on hold',
  done: 'done',
  partial: 'partly online',
  failed: 'failed',
  aborted: 'aborted',
  unknown: 'unknown',
};

/** One letter a state: in journals, between panel and host, and the key that filters a panel. */
export const stateLetters: Record<FileState, string> = {
  unknown: 'n',
  tape: 't',
  queued: 'q',
  staging: 's',
  online: 'o',
  failed: 'f',
  lost: 'l',
  unavailable: 'u',
  cancelled: 'c',
  expired: 'e',
};
const byLetter = new Map(fileStates.map((state) => [stateLetters[state], state]));

/** The state of a letter; `unknown` for a letter that is none. */
export function stateOfLetter(letter: string): FileState {
  return byLetter.get(letter) ?? 'unknown';
}

/** The word a person reads for a file's state. */
export function fileWord(state: FileState): string {
  return fileWords[state];
}

/** The word a person reads for a request's state. */
export function requestWord(state: RequestState): string {
  return requestWords[state];
}

/** Trouble first, then what moves, then what waits, then what is well. */
const urgency: readonly FileState[] = [
  'lost',
  'failed',
  'unavailable',
  'expired',
  'unknown',
  'staging',
  'queued',
  'tape',
  'cancelled',
  'online',
];

/** Sort order of file states: smaller needs a person sooner. */
export function fileUrgency(state: FileState): number {
  return urgency.indexOf(state);
}

/** A request the stager will not change any more by itself. */
export function isFinal(state: RequestState): boolean {
  return state === 'done' || state === 'partial' || state === 'failed' || state === 'aborted';
}

/** A file that needs a person. */
export function isTrouble(state: FileState): boolean {
  return state === 'failed' || state === 'lost' || state === 'unavailable' || state === 'expired';
}

/** How many files are in each state; states with none are absent. */
export type FileCounts = Partial<Record<FileState, number>>;

/** Counts states; O(n). */
export function countFiles(states: Iterable<FileState>): FileCounts {
  const counts: FileCounts = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** The same from one letter a file. */
export function countLetters(states: string): FileCounts {
  return countFiles(Array.from(states, stateOfLetter));
}

/** The sum of all counts. */
export function totalOf(counts: FileCounts): number {
  let sum = 0;
  for (const state of fileStates) sum += counts[state] ?? 0;
  return sum;
}

/**
 * Staged ÷ all, 0-100, one decimal, rounded down: 99.96 is 99.9, and 100 means that all are there. No files is 0.
 * Integer arithmetic, because 0.7 × 1000 is not 700 in floating point.
 */
export function percentStaged(online: number, total: number): number {
  return percentOf(online, total);
}

/**
 * The state of a request: from its files where they are known, because the server's word says "success" for pins that
 * have run out and "in progress" for requests whose files are all there. `server` decides while files still move, and
 * an abort or a hold is the server's to say.
 */
export function rollUp(server: RequestState, counts: FileCounts): RequestState {
  const total = totalOf(counts);
  const online = counts.online ?? 0;
  if (total === 0 || server === 'draft' || server === 'submitting' || server === 'aborted') return server;
  if (online === total) return 'done';
  const ended =
    online + (counts.failed ?? 0) + (counts.lost ?? 0) + (counts.unavailable ?? 0) + (counts.expired ?? 0) + (counts.cancelled ?? 0);
  if (ended < total && !isFinal(server)) return server;
  if (online > 0) return 'partial';
  // "Success" of which no file can be seen is a claim, not a fact.
  return server === 'done' ? 'unknown' : 'failed';
}
