/** What the WLCG Tape REST API and dCache's bulk requests say of files, and what of it has to be looked at again. */
import { redact } from '../core/redact';
import type { FileReport, LocalityAnswer, RequestReport } from '../core/ports';
import { isStaged } from '../core/staging/locality';
import type { FileState, RequestState } from '../core/staging/state';
import { LinkPaths } from './storagePath';

/** One file as a door tells of it, in the words of either protocol. */
export interface ToldFile {
  readonly path: string;
  /** SUBMITTED, STARTED, … or CREATED, READY, RUNNING, …; '' where only `onDisk` is told. */
  readonly state: string;
  readonly onDisk?: boolean;
  /** '' for none. */
  readonly error: string;
}

/** SKIPPED comes through the tape API as FAILED without a reason. */
type Standing = FileState | 'skipped';

const standings = new Map<string, Standing>([
  ['SUBMITTED', 'queued'],
  ['CREATED', 'queued'],
  ['READY', 'queued'],
  ['STARTED', 'staging'],
  ['RUNNING', 'staging'],
  ['COMPLETED', 'online'],
  ['CANCELLED', 'cancelled'],
  ['CANCELED', 'cancelled'],
  ['SKIPPED', 'skipped'],
]);

function standingOf({ state, onDisk, error }: ToldFile): Standing {
  if (state === '') return onDisk === true ? 'online' : error === '' ? 'staging' : failure(error);
  if (state === 'FAILED') return error === '' ? 'skipped' : failure(error);
  return standings.get(state) ?? 'unknown';
}

/** What is lost will not come by asking again. */
function failure(error: string): FileState {
  if (/\bLOST\b/.test(error)) return 'lost';
  return /\bUNAVAILABLE\b/.test(error) ? 'unavailable' : 'failed';
}

const moving: ReadonlySet<Standing> = new Set(['queued', 'staging', 'unknown']);

/** Asks where files are now; a report says what was, not what is. */
export type Look = (links: readonly string[], heard: (link: string, answer: LocalityAnswer) => void) => Promise<void>;

/**
 * The report of a request. Files that were skipped, or failed without a reason, are looked at before they are told; those that
 * came online are, once the request has ended: it goes on to say COMPLETED when they have left the disk again, and says so of
 * files that only a dead pool has. When looking fails, the door's word stands; of what was skipped nothing is known then.
 */
export async function requestReport(links: readonly string[], told: readonly ToldFile[], word: string, look: Look): Promise<RequestReport> {
  // Of a request made elsewhere the paths are all that is known.
  const known = links.length > 0 ? links : told.map(({ path }) => path);
  const paths = new LinkPaths(known);
  const stands = new Map<string, { readonly standing: Standing; readonly message: string }>();
  for (const file of told) {
    const path = paths.meant(file.path);
    if (path === undefined) continue;
    const heard = { standing: standingOf(file), message: cleanMessage(file.error) };
    for (const link of paths.at(path)) stands.set(link, heard);
  }
  const ended = known.every((link) => !moving.has(stands.get(link)?.standing ?? 'unknown'));
  const doubtful = known.filter((link) => {
    const standing = stands.get(link)?.standing;
    return standing === 'skipped' || (standing === 'online' && ended);
  });
  const seen = new Map<string, LocalityAnswer>();
  if (doubtful.length > 0) await look(doubtful, (link, answer) => seen.set(link, answer)).catch(() => undefined);
  const files = new Map<string, FileReport>();
  for (const link of known) files.set(link, fileReport(stands.get(link), seen.get(link)));
  const state = stateOf([...files.values()].map((file) => file.state));
  let online = 0;
  for (const file of files.values()) if (file.state === 'online') online++;
  return { state, word, files, total: files.size, online };
}

function fileReport(
  told: { readonly standing: Standing; readonly message: string } | undefined,
  seen: LocalityAnswer | undefined,
): FileReport {
  if (told === undefined) return { state: 'unknown' };
  const { standing, message } = told;
  const locality = seen !== undefined && 'locality' in seen ? seen.locality : undefined;
  if (standing === 'skipped') {
    if (locality !== undefined && isStaged(locality)) return { state: 'online' };
    if (locality === 'LOST') return { state: 'lost' };
    if (locality === 'UNAVAILABLE') return { state: 'unavailable' };
    if (locality === 'NEARLINE')
      return { state: 'failed', message: 'The door skipped it, and it is still on tape: a disk that is down may hold a copy' };
    // It may well be on disk: red is only what was looked at.
    if (seen === undefined) return { state: 'unknown', message: 'The door skipped it, and has not told where it is' };
    return {
      state: 'failed',
      message: seen !== undefined && 'problem' in seen ? seen.problem.replace(/\.$/, '') : 'The door gave no reason',
    };
  }
  if (standing === 'online' && locality === 'NEARLINE') return { state: 'expired', message: 'It was recalled, and is no longer on disk' };
  if (standing === 'online' && locality === 'LOST') return { state: 'lost' };
  if (standing === 'online' && locality === 'UNAVAILABLE') return { state: 'unavailable' };
  return message === '' ? { state: standing } : { state: standing, message };
}

/** Both protocols say of a request only that its files have ended, not how: the files tell. */
function stateOf(states: readonly FileState[]): RequestState {
  const some = (...wanted: readonly FileState[]) => states.some((state) => wanted.includes(state));
  if (states.length === 0) return 'unknown';
  if (some('staging')) return 'running';
  if (some('queued')) return some('online') ? 'running' : 'scheduled';
  if (some('unknown')) return 'unknown';
  if (states.every((state) => state === 'online')) return 'done';
  if (some('online')) return 'partial';
  return states.every((state) => state === 'cancelled') ? 'aborted' : 'failed';
}

function cleanMessage(text: string): string {
  return redact(text).replace(/\s+/g, ' ').trim().replace(/\.$/, '').slice(0, 300);
}

/** Seconds since 1970 in the specification, milliseconds in dCache; in milliseconds. Undefined for what is neither. */
export function readMoment(value: unknown): number | undefined {
  if (typeof value !== 'number' || value <= 0) return undefined;
  return value > 1e11 ? value : value * 1000;
}
