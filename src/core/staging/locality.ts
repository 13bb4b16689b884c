/**
 * Where a file is, in the words of SRM, and what it means. Every protocol's own words come to these: the one definition
 * for lists, panels, trees and results.
 */
import type { FileState } from './state';

export const localities = ['ONLINE', 'ONLINE_AND_NEARLINE', 'NEARLINE', 'LOST', 'NONE', 'UNAVAILABLE', 'UNKNOWN'] as const;
export type Locality = (typeof localities)[number];

/** The state that a locality means; NONE is an empty file, of which nothing is told (reference: SRM 2.2, dCache). */
const states: Record<Locality, FileState> = {
  ONLINE: 'online',
  ONLINE_AND_NEARLINE: 'online',
  NEARLINE: 'tape',
  LOST: 'lost',
  NONE: 'unknown',
  UNAVAILABLE: 'unavailable',
  UNKNOWN: 'unknown',
};

/** The words of the WLCG Tape REST API. */
const tapeWords = new Map<string, Locality>([
  ['DISK', 'ONLINE'],
  ['TAPE', 'NEARLINE'],
  ['DISK_AND_TAPE', 'ONLINE_AND_NEARLINE'],
]);
const words = new Map<string, Locality>([...localities.map((each) => [each, each] as const), ...tapeWords]);

/** A word of any protocol; UNKNOWN for one that nobody knows. Case and what surrounds it do not matter. */
export function readLocality(word: string): Locality {
  // gfal2 2.21 leaves bytes of an earlier value behind the end of an attribute of a local file.
  const plain = (word.split('\0')[0] ?? '').trim().toUpperCase();
  return words.get(plain) ?? 'UNKNOWN';
}

export function stateOfLocality(locality: Locality): FileState {
  return states[locality];
}

/** Whether the file can be read now, without waiting for a tape. */
export function isStaged(locality: Locality): boolean {
  return states[locality] === 'online';
}

/** What a person reads beside the state where the state alone would not say why. */
export function localityNote(locality: Locality): string | undefined {
  if (locality === 'NONE') return 'The file is empty.';
  if (locality === 'UNAVAILABLE') return 'Its disk or tape is out of order at the moment.';
  if (locality === 'LOST') return 'The storage has lost it; no recall brings it back.';
  return locality === 'UNKNOWN' ? 'The storage does not say where it is.' : undefined;
}
