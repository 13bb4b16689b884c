/** The files of a campaign by observation, and where each stands in its map. */
import { fileStates, fileUrgency, isTrouble } from '../../src/core/staging/state';
import type { Files } from '../../src/shared/staging';
import type { Kind } from '../strip';

/** From this many positions on a map is no picture any more: only the strip shows it. */
const mapLimit = 1000;
/** Lines of fifty: a map begins and ends with a whole one. */
export const perLine = 50;
/** Positions of the common axis of strips: SB000 to SB243. */
export const axisLength = 244;

export interface Observation {
  /** Place in `Files.observations`; -1 for files that name none. */
  readonly index: number;
  /** "L701234", or what such files are called. */
  readonly name: string;
  readonly prefix: string;
  /** Its files, in the order of positions. */
  readonly files: Int32Array;
  /** Whether positions are bands; else they are places in the order of names. */
  readonly banded: boolean;
  /** Band of the first position: a multiple of fifty. */
  readonly first: number;
  /** File at each position, -1 for none. */
  readonly at: Int32Array;
  readonly mapped: boolean;
  /** Display names of its sites. */
  readonly sites: readonly string[];
  /** How many are in each state, by code. */
  readonly counts: Int32Array;
}

/** @param byName all files by name, in which those without a band stand. O(files). */
export function observationsOf(files: Files, byName: Int32Array): Observation[] {
  const members = new Map<number, number[]>();
  for (const file of byName) {
    const index = files.observation[file] ?? -1;
    const list = members.get(index);
    if (list === undefined) members.set(index, [file]);
    else list.push(file);
  }
  const all = [...members].map(([index, list]) => observationOf(files, index, list));
  return all.sort((a, b) => (a.index < 0 ? 1 : b.index < 0 ? -1 : a.name < b.name ? -1 : 1));
}

function observationOf(files: Files, index: number, members: readonly number[]): Observation {
  const bands = members.map((file) => files.band[file] ?? -1);
  const lowest = Math.min(...bandsIn(bands));
  const highest = bands.reduce((most, band) => Math.max(most, band), -1);
  const first = lowest === Infinity ? 0 : Math.floor(lowest / perLine) * perLine;
  const length = highest - first + 1;
  // Two files of one band, a file without one, or a mistyped number far away: then the order of names is the better map.
  const banded = lowest !== Infinity && !bands.includes(-1) && new Set(bands).size === bands.length && length <= mapLimit;
  const at = new Int32Array(banded ? length : members.length).fill(-1);
  members.forEach((file, k) => (at[banded ? (bands[k] ?? 0) - first : k] = file));
  return {
    index,
    name: files.observations[index] ?? 'No observation',
    prefix: files.prefix[index] ?? '',
    files: at.filter((file) => file >= 0),
    banded,
    first: banded ? first : 0,
    at,
    mapped: at.length <= mapLimit,
    sites: [...new Set(members.map((file) => files.sites[files.site[file] ?? -1] ?? ''))].filter((site) => site !== ''),
    counts: new Int32Array(fileStates.length),
  };
}

/** A list long enough to break a call of `Math.min` is cut: then it is no map of bands anyway. */
function bandsIn(bands: readonly number[]): number[] {
  return bands.length > mapLimit ? [] : bands.filter((band) => band >= 0);
}

/** "SB127", or "file 12" where positions are no bands. */
export function positionName(observation: Observation, position: number): string {
  if (!observation.banded) return `file ${position + 1}`;
  return observation.prefix + String(observation.first + position).padStart(3, '0');
}

/** Files that are in trouble, by observation. */
export function troubleIn({ counts }: Observation): number {
  return fileStates.reduce((sum, state, code) => sum + (isTrouble(state) ? (counts[code] ?? 0) : 0), 0);
}

export function onlineIn({ counts }: Observation): number {
  return counts[fileStates.indexOf('online')] ?? 0;
}

/** Files that are neither online nor given up: what is left to wait for. */
export function leftIn(observation: Observation): number {
  const cancelled = observation.counts[fileStates.indexOf('cancelled')] ?? 0;
  return observation.files.length - onlineIn(observation) - troubleIn(observation) - cancelled;
}

/** All its files are online. */
export function isComplete(observation: Observation): boolean {
  return onlineIn(observation) === observation.files.length;
}

/** Most trouble first: lost, failed, other trouble, stalled, then what works, waits and is complete; then by name. */
export function bySeverity(stalled: Readonly<Record<string, number>>): (a: Observation, b: Observation) => number {
  const stalledRank = 4.5;
  const rank = (observation: Observation): number => {
    if (isComplete(observation)) return 100;
    const own = fileStates.reduce((least, state, code) => {
      return (observation.counts[code] ?? 0) > 0 && isTrouble(state) ? Math.min(least, fileUrgency(state)) : least;
    }, 50);
    return stalled[observation.name] === undefined ? own : Math.min(own, stalledRank);
  };
  return (a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

const kindOfCode: readonly Kind[] = fileStates.map((state) => {
  if (isTrouble(state)) return 'trouble';
  if (state === 'online') return 'done';
  return state === 'staging' ? 'work' : 'wait';
});

/** What each position shows in a strip that begins at position 0 of the common axis. */
export function kindsOf(observation: Observation, codes: Uint8Array): Kind[] {
  const kinds: Kind[] = Array.from({ length: observation.first }, () => undefined);
  for (const file of observation.at) kinds.push(file < 0 ? undefined : kindOfCode[codes[file] ?? 0]);
  return kinds;
}
