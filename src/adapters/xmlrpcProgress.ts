/**
 * Reads what the LTA stager says of requests and files. Its types are not documented: a
 * number may come as text, a flag as 'true', a missing list as nil or ''.
 */
import { GridError } from '../core/errors';
import type { FileReport } from '../core/ports';
import type { FileState, RequestState } from '../core/staging/state';

/** One request in the stager's list. Counts are whole numbers; absent when the stager gave none that can be read. */
export interface Entry {
  readonly state: RequestState;
  /** As received, trimmed. */
  readonly word: string;
  readonly total?: number;
  readonly online?: number;
  readonly site?: string;
}

/** Status words of clients 1.0 to 1.5. */
const states = new Map<string, RequestState>([
  ['new', 'submitted'],
  ['scheduled', 'scheduled'],
  ['in progress', 'running'],
  ['on hold', 'onHold'],
  ['aborted', 'aborted'],
  ['failed', 'failed'],
  ['success', 'done'],
  ['partial success', 'partial'],
]);

/** The state that a status word means; `unknown` for a word nobody has told us of. */
export function stateOf(word: string): RequestState {
  return states.get(word.trim().toLowerCase()) ?? 'unknown';
}

/** The answer of `getprogress`, by id. Nobody's list is nil, and with some servers '' or an empty array. */
export function readProgress(answer: unknown, name: string): ReadonlyMap<string, Entry> {
  if (isNothing(answer)) return new Map();
  if (!isStruct(answer)) throw strange(name, 'list of requests');
  const entries = new Map<string, Entry>();
  // A row that is no struct is passed over: the others are still true.
  for (const [id, row] of Object.entries(answer)) if (isStruct(row)) entries.set(id, readEntry(row));
  return entries;
}

function readEntry(row: Record<string, unknown>): Entry {
  const word = readWord(row.Status);
  const online = readCount(row['Files done']);
  const listed = readCount(row['File count']);
  // One client saw the staged count under `File count`; a total below what is done is no total.
  const total = listed !== undefined && online !== undefined && listed < online ? undefined : listed;
  const site = readWord(row.Location);
  return {
    state: readFlag(row['Flagged abort']) ? 'aborted' : stateOf(word),
    word,
    ...(total === undefined ? {} : { total }),
    ...(online === undefined ? {} : { online }),
    ...(site === '' ? {} : { site }),
  };
}

/** A word or text; '' for nil. */
export function readWord(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function readCount(value: unknown): number | undefined {
  const text = readWord(value);
  const count = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(count) && count >= 0 ? Math.floor(count) : undefined;
}

function readFlag(value: unknown): boolean {
  return value === true || /^(true|yes|1)$/i.test(readWord(value));
}

/** The answer of `getstagedurls`: links that are online, in the stager's spelling. */
export function readLinks(answer: unknown, name: string): readonly string[] {
  if (isNothing(answer)) return [];
  if (typeof answer === 'string') return [answer.trim()];
  if (!Array.isArray(answer)) throw strange(name, 'list of staged files');
  return answer.filter((link): link is string => typeof link === 'string').map((link) => link.trim());
}

/** The answer of `getsrmstorageinfo`: a struct by site. */
export function readStorage(answer: unknown, name: string): Readonly<Record<string, unknown>> {
  if (isNothing(answer)) return {};
  if (!isStruct(answer)) throw strange(name, 'account of the storage');
  return answer;
}

function isNothing(answer: unknown): boolean {
  return answer === null || answer === undefined || answer === '' || (Array.isArray(answer) && answer.length === 0);
}

function isStruct(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !Buffer.isBuffer(value);
}

function strange(name: string, thing: string): GridError {
  return new GridError('malformed', `The ${thing} of ${name} has a form that cannot be read.`, {
    hint: 'The stager may have changed; the log has the details.',
  });
}

/**
 * Which of `links` are in `staged`. The stager may spell a link in another way (port, managerv2, double slash), so what
 * is not equal is compared by path; a path that the links name on several hosts counts only with its own host. O(n).
 */
export function matchLinks(links: readonly string[], staged: readonly string[]): ReadonlySet<string> {
  const wanted = new Set(links);
  const online = new Set(staged.filter((link) => wanted.has(link)));
  if (online.size === wanted.size) return online;
  const byPath = new Map<string, { readonly link: string; readonly host: string }[]>();
  for (const link of wanted) {
    const { host, path } = place(link);
    const same = byPath.get(path);
    if (same) same.push({ link, host });
    else byPath.set(path, [{ link, host }]);
  }
  for (const link of staged) {
    const { host, path } = place(link);
    const same = byPath.get(path) ?? [];
    const oneHost = same.every((each) => each.host === same[0]?.host);
    for (const each of same) if (oneHost || each.host === host) online.add(each.link);
  }
  return online;
}

/** Host and path of a link, whatever its form: `srm://h:8443/srm/managerv2?SFN=/p` and `srm://h//p` are at h, /p. */
function place(link: string): { readonly host: string; readonly path: string } {
  const parts = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/is.exec(link);
  const rest = parts?.[2] ?? link;
  const path = /[?&]SFN=([^&]*)/i.exec(rest)?.[1] ?? rest;
  return { host: (parts?.[1] ?? '').replace(/:\d*$/, '').toLowerCase(), path: `/${path}`.replace(/\/{2,}/g, '/') };
}

/** What a file is that is not online, by the state of its request. */
const offline: Record<RequestState, FileState> = {
  draft: 'unknown',
  submitting: 'unknown',
  submitted: 'queued',
  scheduled: 'queued',
  onHold: 'queued',
  running: 'staging',
  aborted: 'cancelled',
  failed: 'failed',
  partial: 'failed',
  // "Success", yet not to be seen: its pin may have run out. No claim is made.
  done: 'unknown',
  unknown: 'unknown',
};

/** State of each link of a request. */
export function fileReports(links: readonly string[], state: RequestState, online: ReadonlySet<string>): ReadonlyMap<string, FileReport> {
  return new Map(links.map((link) => [link, { state: online.has(link) ? 'online' : offline[state] }]));
}
