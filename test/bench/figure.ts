/** One row of bench.json. `peer` and `ratio` are null for a goal that has no peer. */
export interface Figure {
  readonly ours: number;
  readonly peer: number | null;
  /** Ours ÷ peer for goals with ≤, peer ÷ ours for goals with ≥. */
  readonly ratio: number | null;
  readonly unit: string;
  readonly n: number;
  readonly note: string;
}

/** Milliseconds one call takes. */
export function timed(work: () => unknown): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
