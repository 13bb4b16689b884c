import { count } from '../wording';

/** The bands of one series, summed up. */
export interface BandRange {
  readonly kind: 'SB' | 'ABN';
  /** Number of different bands. */
  readonly count: number;
  readonly first: number;
  readonly last: number;
  /** Digits a number is padded to with zeros: the fewest any band of the series is written with. */
  readonly width: number;
  /** Distance of neighbours: 1 for SB; for ABN the greatest common divisor of all distances. */
  readonly step: number;
  /** How many bands between first and last are not there. */
  readonly missing: number;
  /** The missing ones in order, at most the number asked for; empty when there are more than that. */
  readonly named: readonly number[];
}

/** "Missing ones are named when at most five, else counted". */
export const nameAtMost = 5;

/**
 * Sums up a series: the keys of a set or map, in any order, at least one. Takes time in proportion to their number and
 * `limit`, never to their range: one mistyped SB99999999 must not stop the editor.
 * @param limit the largest number of missing bands that are listed.
 */
export function summarise(kind: 'SB' | 'ABN', bands: Bands, width: number, limit = nameAtMost): BandRange {
  let first = Infinity;
  let last = -Infinity;
  let step = 0;
  let base = -1;
  for (const number of bands.keys()) {
    if (number < first) first = number;
    if (number > last) last = number;
    if (base < 0) base = number;
    else step = greatestDivisor(step, Math.abs(number - base));
  }
  if (kind === 'SB' || step === 0) step = 1;
  const missing = (last - first) / step + 1 - bands.size;
  const named: number[] = [];
  if (missing > 0 && missing <= limit) {
    for (let number = first; number <= last; number += step) if (!bands.has(number)) named.push(number);
  }
  return { kind, count: bands.size, first, last, width, step, missing, named };
}

/** A set of numbers, or a map by number. */
type Bands = Pick<ReadonlyMap<number, unknown>, 'size' | 'has' | 'keys'>;

function greatestDivisor(a: number, b: number): number {
  let [high, low] = [a, b];
  while (low !== 0) [high, low] = [low, high % low];
  return high;
}

/** "SB100–150", or "SB100" for a single one. */
export function bandRange(range: BandRange): string {
  const first = bandName(range, range.first);
  return range.first === range.last ? first : `${first}–${padded(range, range.last)}`;
}

/** "none missing", "SB120 missing", "SB120, SB123 missing" or "12 missing". */
export function missingBands(range: BandRange): string {
  if (range.missing === 0) return 'none missing';
  if (range.missing > nameAtMost) return `${count(range.missing)} missing`;
  return `${range.named.map((number) => bandName(range, number)).join(', ')} missing`;
}

/** "SB007" or "ABN_314". */
export function bandName(range: Pick<BandRange, 'kind' | 'width'>, number: number): string {
  return `${range.kind === 'SB' ? 'SB' : 'ABN_'}${padded(range, number)}`;
}

function padded(range: Pick<BandRange, 'width'>, number: number): string {
  return String(number).padStart(range.width, '0');
}
