/**
 * What StageIT says of requests and files: a status word, a status letter, and a
 * JSON document inside a string.
 */
import { redact } from '../core/redact';
import type { FileReport } from '../core/ports';
import { isFinal, type FileState, type RequestState } from '../core/staging/state';
import { isRecord } from './stageitCall';
import { Spelling } from './stageitSpelling';

/** Words of the documentation, its misspelling included, and those that scripts compare with. */
const states = new Map<string, RequestState>([
  ['new', 'submitted'],
  ['scheduled', 'scheduled'],
  ['scheduded', 'scheduled'],
  ['in progress', 'running'],
  ['on hold', 'onHold'],
  ['success', 'done'],
  ['completed', 'done'],
  ['partial success', 'partial'],
  ['failed', 'failed'],
  ['aborted', 'aborted'],
]);

/** Letters that a client is known to send or to compare with; the service tells the others itself. */
const seen: ReadonlyMap<string, string> = new Map([
  ['S', 'scheduled'],
  ['A', 'aborted'],
  ['C', 'completed'],
]);

/** The words for the status letters, as the service explains them; case of the letters as received. */
export type Letters = ReadonlyMap<string, string>;

/** What was said of a request's state: its word and its letter, either of which may be missing. */
export interface Said {
  /** As received, trimmed; '' for none. */
  readonly word: string;
  /** As received, trimmed; '' for none. */
  readonly letter: string;
}

/** The fields `currentStatus` and `currentStatusCode` of a node. */
export function readSaid(node: Readonly<Record<string, unknown>>): Said {
  return { word: readText(node.currentStatus), letter: readText(node.currentStatusCode) };
}

/** A text or number, trimmed; '' for anything else. */
export function readText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/**
 * The state and the word of a request. The word counts before the letter; one that nobody has told us of is kept and means
 * `unknown`.
 */
export function readState({ word, letter }: Said, letters: Letters): { readonly state: RequestState; readonly word: string } {
  const told = letters.get(letter) ?? seen.get(letter) ?? '';
  const state = stateOf(word) ?? stateOf(told) ?? stateOf(letter) ?? 'unknown';
  return { state, word: [word, told, letter].find((each) => each !== '') ?? '' };
}

/** Whether the letter alone has to tell the state, and cannot. */
export function needsLetters({ word, letter }: Said, letters: Letters): boolean {
  return stateOf(word) === undefined && letter !== '' && !letters.has(letter) && stateOf(letter) === undefined;
}

function stateOf(word: string): RequestState | undefined {
  return states.get(word.toLowerCase().replace(/[\s_-]+/g, ' '));
}

/** The document in `response`: what has become of which file. Keys and lists in StageIT's own spelling. */
export interface Recalled {
  readonly online: readonly string[];
  readonly progressing: readonly string[];
  /** The reason of each file that failed. */
  readonly errors: ReadonlyMap<string, string>;
}

const nothingYet: Recalled = { online: [], progressing: [], errors: new Map() };

/** Reads `response`. New requests have null or ''. Undefined when it cannot be read: then nothing is known. */
export function readResponse(response: unknown): Recalled | undefined {
  let value = response;
  if (typeof value === 'string' && value.trim() !== '') {
    try {
      value = JSON.parse(value) as unknown;
    } catch {
      return undefined;
    }
  }
  if (value === null || value === undefined || (typeof value === 'string' && value.trim() === '')) return nothingYet;
  if (!isRecord(value)) return undefined;
  return { online: readList(value.online), progressing: readList(value.progressing), errors: readErrors(value.errors) };
}

function readList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

/** Usually `{surl: message}`; a plain list of the failed ones is a failure without reasons. */
function readErrors(value: unknown): ReadonlyMap<string, string> {
  if (isRecord(value)) return new Map(Object.entries(value).map(([link, message]) => [link, readMessage(message)]));
  return new Map(readList(value).map((link) => [link, '']));
}

/** Longest reason kept for one file; a request has a thousand. */
const maxReason = 300;

function readMessage(value: unknown): string {
  const text =
    typeof value === 'string'
      ? value
      : Array.isArray(value)
        ? readList(value).join(' ')
        : isRecord(value)
          ? readMessage(value.message)
          : '';
  const clean = redact(text).replace(/\s+/g, ' ').trim();
  return clean.length > maxReason ? `${clean.slice(0, maxReason)}…` : clean;
}

/** dCache's words for a file's locality come through in the reason: what is lost will not come by asking again. */
function stateOfReason(message: string): FileState {
  if (/\bLOST\b/.test(message)) return 'lost';
  return /\bUNAVAILABLE\b/.test(message) ? 'unavailable' : 'failed';
}

/** What a file is that the document does not list, by the state of its request. */
const unlisted: Record<RequestState, FileState> = {
  draft: 'unknown',
  submitting: 'unknown',
  submitted: 'queued',
  scheduled: 'queued',
  running: 'queued',
  onHold: 'queued',
  aborted: 'cancelled',
  failed: 'failed',
  partial: 'failed',
  // "Success" without the file: no claim is made.
  done: 'unknown',
  unknown: 'unknown',
};

/**
 * State of each link, keyed by the link as given. A file that is there counts as online whatever else is said of it; what
 * is still "progressing" when the request has ended has not come.
 */
export function fileReports(links: readonly string[], state: RequestState, recalled: Recalled): ReadonlyMap<string, FileReport> {
  const places = new Spelling(links);
  const reports = new Map<string, FileReport>(links.map((link) => [link, { state: unlisted[state] }]));
  const set = (spelt: string, report: FileReport) => {
    for (const link of places.find(spelt)) reports.set(link, report);
  };
  if (!isFinal(state)) for (const link of recalled.progressing) set(link, { state: 'staging' });
  for (const [link, message] of recalled.errors)
    set(link, message === '' ? { state: 'failed' } : { state: stateOfReason(message), message });
  for (const link of recalled.online) set(link, { state: 'online' });
  return reports;
}
