/**
 * `archiveinfo` of the WLCG Tape REST API at any size: in parts, some at a time, each answer matched by path. A door may
 * answer in another order, twice, with another root, or leave paths out without a word.
 */
import { GridError, asGridError } from '../core/errors';
import type { LocalityAnswer, LocalityOptions } from '../core/ports';
import { readLocality } from '../core/staging/locality';
import { redact } from '../core/redact';
import { fieldsOf, recordsOf, type StorageCall } from './storageCall';
import { LinkPaths } from './storagePath';

/** Paths of one call: dCache answers ten thousand at most, and says nothing about the others. */
const partSize = 1000;
/** Calls at a time. */
const lanes = 4;
/** Failures in a row of which nothing more is expected. */
const patience = 3;

export interface ArchiveDoor {
  readonly call: StorageCall;
  /** Address of `archiveinfo`. */
  readonly url: URL;
}

/**
 * Asks about all links; each is told once. Rejects when not even the first parts get an answer, and when the sign-in is
 * refused on the way: then those not told of are open.
 */
export async function archiveInfo({ call, url }: ArchiveDoor, links: readonly string[], { signal, heard }: LocalityOptions): Promise<void> {
  const paths = new LinkPaths(links);
  const all = paths.paths;
  const parts: string[][] = [];
  for (let at = 0; at < all.length; at += partSize) parts.push(all.slice(at, at + partSize));
  const tell = (path: string, answer: LocalityAnswer) => {
    for (const link of paths.at(path)) heard(link, answer);
  };
  const queue = parts.values();
  let failures = 0;
  let lastError: GridError | undefined;
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const lane = async () => {
    for (const part of queue) {
      if (both.aborted) return;
      try {
        await askPart({ call, url }, paths, part, both, tell);
        failures = 0;
      } catch (thrown) {
        const error = asGridError(thrown);
        if (both.aborted) return;
        lastError = error;
        failures++;
        if (failures < patience && passing.has(error.kind)) continue;
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, parts.length) }, lane));
  if (signal.aborted) throw new GridError('cancelled', `The question to ${call.name} was cancelled.`);
  // Parts that failed on the way leave their links open, for the next source or for this reason.
  if (lastError !== undefined) throw lastError;
}

const passing: ReadonlySet<string> = new Set(['timeout', 'malformed', 'unreachable']);

async function askPart(
  door: ArchiveDoor,
  paths: LinkPaths,
  part: readonly string[],
  signal: AbortSignal,
  tell: (path: string, answer: LocalityAnswer) => void,
): Promise<void> {
  const left = await askOnce(door, paths, part, signal, tell);
  if (left.length === 0) return;
  // An answer about a part of what was asked: the rest is asked once more, then it is the door's last word.
  const still = left.length < part.length ? await askOnce(door, paths, left, signal, tell) : left;
  for (const path of still) tell(path, { problem: `${door.call.name} was asked about this file and did not answer.` });
}

/** One question, in halves where the door takes fewer; the paths it did not tell of. A read may be asked again. */
async function askOnce(
  { call, url }: ArchiveDoor,
  paths: LinkPaths,
  part: readonly string[],
  signal: AbortSignal,
  tell: (path: string, answer: LocalityAnswer) => void,
): Promise<readonly string[]> {
  let value: unknown;
  try {
    ({ value } = await again(() => call.call('POST', url, { paths: part }, { signal }), signal));
  } catch (thrown) {
    if (statusOf(thrown) !== 413 || part.length < 2) throw thrown;
    const middle = part.length >> 1;
    const halves = [part.slice(0, middle), part.slice(middle)];
    return (await Promise.all(halves.map((half) => askOnce({ call, url }, paths, half, signal, tell)))).flat();
  }
  if (!Array.isArray(value)) throw new GridError('malformed', `The answer of ${call.name} has a form that cannot be read.`);
  const open = new Set(part);
  for (const { path: told, locality, error } of recordsOf(value)) {
    const path = typeof told === 'string' ? paths.meant(told) : undefined;
    if (path === undefined || !open.delete(path)) continue;
    if (typeof locality === 'string') tell(path, { locality: readLocality(locality) });
    else tell(path, { problem: problemOf(call.name, error) });
  }
  return [...open];
}

/** dCache tells a bulk service that is slow as 400 without more: of a read it may be asked once more. */
async function again<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    if (signal.aborted || statusOf(thrown) !== 400 || !(thrown instanceof GridError) || thrown.kind !== 'timeout') throw thrown;
    return ask();
  }
}

/** The HTTP status of a refusal. */
export function statusOf(thrown: unknown): number | undefined {
  const { status } = fieldsOf(thrown instanceof GridError ? thrown.cause : undefined);
  return typeof status === 'number' ? status : undefined;
}

function problemOf(name: string, error: unknown): string {
  const text = redact(typeof error === 'string' ? error : '')
    .replace(/\s+/g, ' ')
    .replace(/[.\s]+$/, '')
    .slice(0, 300);
  if (text === '') return `${name} does not tell where this file is.`;
  return /no such file|not (be )?found|does not exist/i.test(text) ? `${name} has no such file.` : `${name}: ${text}.`;
}
