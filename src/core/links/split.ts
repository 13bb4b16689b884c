import { GridError } from '../errors';
import { type Link } from './link';
import { wholeLine, type LinkList } from './list';

/** Name of the group of links that do not tell what is asked for. */
export const unknownGroup = 'unknown';

/** Links by observation ("L229507", or "unknown"), in order of first appearance. */
export function byObservation(links: Iterable<Link>): Map<string, Link[]> {
  return groupBy(links, (link) => link.observation ?? unknownGroup);
}

/** Links by site id ("sara", or "unknown"), in order of first appearance. */
export function bySite(links: Iterable<Link>): Map<string, Link[]> {
  return groupBy(links, (link) => link.site?.id ?? unknownGroup);
}

/** Links by the text that stands for their subband. */
export interface Subbands {
  /** "100" → its links, in order of first appearance. Every link that names a subband is here. */
  readonly groups: Map<string, Link[]>;
  /** Subbands of more than one link, which GRID_LRT would reduce to the last one without a word. */
  readonly conflicts: readonly { readonly band: string; readonly links: readonly Link[] }[];
  /** Links in which nothing was found between prefix and suffix. */
  readonly unmatched: readonly Link[];
}

/**
 * GRID_LRT's `sbn_dict`: the shortest text between two regular expressions. The file name is
 * searched first and the whole link only when it has none, because folders are named `SB…_` too.
 * @throws GridError `rejected` when prefix and suffix are not regular expressions.
 */
export function bySubband(links: Iterable<Link>, options: { readonly prefix?: string; readonly suffix?: string } = {}): Subbands {
  const pattern = bandPattern(options.prefix ?? 'SB', options.suffix ?? '_');
  const groups = new Map<string, Link[]>();
  const unmatched: Link[] = [];
  for (const link of links) {
    const band = (pattern.exec(link.file) ?? pattern.exec(link.text))?.groups?.band;
    if (band === undefined) unmatched.push(link);
    else append(groups, band, link);
  }
  const conflicts = Array.from(groups, ([band, same]) => ({ band, links: same })).filter((group) => group.links.length > 1);
  return { groups, conflicts, unmatched };
}

function bandPattern(prefix: string, suffix: string): RegExp {
  try {
    // Each by itself first: "(" and ")" would make one valid expression together.
    for (const part of [prefix, suffix]) new RegExp(part);
    return new RegExp(`(?:${prefix})(?<band>.+?)(?:${suffix})`);
  } catch (error) {
    throw new GridError('rejected', `“${prefix}” and “${suffix}” do not work as regular expressions before and behind the subband.`, {
      hint: 'Correct them; a full stop, a bracket or a plus sign that stands for itself needs a backslash before it.',
      cause: error,
    });
  }
}

/** Bands that are processed together. */
export interface Slice<T> {
  /** Position on the grid, padded with zeros: "100", "110"; the first band itself need not be there. */
  readonly name: string;
  /** Keys in numerical order, as they were given. */
  readonly bands: readonly string[];
  /** The value of each band. */
  readonly values: readonly T[];
}

/** Slices and what could not be sliced. */
export interface Slices<T> {
  readonly slices: readonly Slice<T>[];
  /** Keys that are not numbers. */
  readonly leftovers: readonly string[];
}

const leastWidth = 3;

/**
 * GRID_LRT's `slice_dicts`: grid positions count from the first band in steps of `size`, so
 * gaps stay gaps and a slice is named by its position. Keys are numbers here, of any and of mixed width. Takes time in
 * proportion to the number of bands (times its logarithm for the order), never to their range.
 * @param size number of grid positions in a slice, at least 1.
 * @throws GridError `rejected` for another size.
 */
export function slices<T>(bands: ReadonlyMap<string, T>, size = 10): Slices<T> {
  checkSize(size);
  const leftovers: string[] = [];
  const items: { key: string; number: number; value: T }[] = [];
  for (const [key, value] of bands) {
    const number = /^\d+$/.test(key) ? Number(key) : NaN;
    if (Number.isSafeInteger(number)) items.push({ key, number, value });
    else leftovers.push(key);
  }
  items.sort((a, b) => a.number - b.number);
  const first = items[0]?.number ?? 0;
  const width = commonWidth(items.map((item) => item.key));
  const found = new Map<number, { name: string; bands: string[]; values: T[] }>();
  for (const { key, number, value } of items) {
    const position = number - ((number - first) % size);
    let slice = found.get(position);
    if (slice === undefined) found.set(position, (slice = { name: String(position).padStart(width, '0'), bands: [], values: [] }));
    slice.bands.push(key);
    slice.values.push(value);
  }
  return { slices: [...found.values()], leftovers };
}

function checkSize(size: number): void {
  if (Number.isSafeInteger(size) && size >= 1) return;
  throw new GridError('rejected', `A slice cannot hold ${size} subbands.`, { hint: 'Give a whole number of at least 1.' });
}

function commonWidth(keys: readonly string[]): number {
  const width = keys[0]?.length ?? 0;
  return width > leastWidth && keys.every((key) => key.length === width) ? width : leastWidth;
}

/** What a list can be split by. */
export type SplitBy = 'observation' | 'site' | 'slice';

/** A part of a list. */
export interface ListPart {
  /** "L229507", "sara", "000" or "unknown"; a slice's name is its grid position. */
  readonly name: string;
  /** Whole lines as they stand in the list, further columns included. */
  readonly lines: string[];
}

/**
 * Splits a list into parts. Every line that is neither blank nor a comment is in exactly one part, in the order of the
 * list; lines that are not links are in "unknown". Parts come in order of first appearance, slices in numerical order.
 * Slices go by the band in the file name (`SB` or `ABN_`), whatever the observation.
 * @param size bands in a slice, at least 1.
 * @throws GridError `rejected` for another size.
 */
export function splitList(list: LinkList, by: SplitBy, size = 10): ListPart[] {
  const names = by === 'slice' ? sliceNames(list.links, size) : undefined;
  const nameOf = (link: Link): string | undefined => {
    if (by === 'site') return link.site?.id;
    if (by === 'observation') return link.observation;
    return link.band === undefined ? undefined : names?.get(link.band.digits);
  };
  const parts = new Map<string, string[]>();
  for (const name of new Set(names?.values())) parts.set(name, []);
  for (const { name, line } of inOrder(list, nameOf)) append(parts, name, line);
  return Array.from(parts, ([name, lines]) => ({ name, lines }));
}

/** Digits of a band → name of its slice. */
function sliceNames(links: readonly Link[], size: number): Map<string, string> {
  const bands = new Map<string, true>();
  for (const { band } of links) if (band !== undefined) bands.set(band.digits, true);
  const names = new Map<string, string>();
  for (const slice of slices(bands, size).slices) for (const band of slice.bands) names.set(band, slice.name);
  return names;
}

/** Links and junk lines together, by line. */
function* inOrder(list: LinkList, nameOf: (link: Link) => string | undefined): Generator<{ name: string; line: string }> {
  let next = 0;
  for (const link of list.links) {
    for (; (list.junk[next]?.line ?? Infinity) < link.line; next++) yield { name: unknownGroup, line: list.junk[next]?.text ?? '' };
    yield { name: nameOf(link) ?? unknownGroup, line: wholeLine(list, link) };
  }
  for (; next < list.junk.length; next++) yield { name: unknownGroup, line: list.junk[next]?.text ?? '' };
}

function groupBy(links: Iterable<Link>, nameOf: (link: Link) => string): Map<string, Link[]> {
  const groups = new Map<string, Link[]>();
  for (const link of links) append(groups, nameOf(link), link);
  return groups;
}

function append<T>(groups: Map<string, T[]>, name: string, value: T): void {
  const group = groups.get(name);
  if (group === undefined) groups.set(name, [value]);
  else group.push(value);
}
