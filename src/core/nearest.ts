/** Which known word a mistyped one was meant to be. */

/**
 * The candidate that is closest to a word, or undefined when none is closer than `limit` single-letter changes. Upper
 * and lower case do not count; of equally close ones the first.
 */
export function nearest(word: string, candidates: Iterable<string>, limit: number): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let least = limit;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least || (least <= 2 && endsElse(word, candidate))) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), least);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** In a word of more than two letters one change leaves the first letter or the last; 32 is the bit of the case. */
function endsElse(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) <= 2) return false;
  const first = (a.charCodeAt(0) | 32) === (b.charCodeAt(0) | 32);
  return !first && (a.charCodeAt(a.length - 1) | 32) !== (b.charCodeAt(b.length - 1) | 32);
}

/**
 * How many letters have to be changed, added, left out or swapped with their neighbour (optimal string alignment), or
 * `limit` when it is not below that.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || a.length > 255) return limit;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const swap = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let cost = Math.min(swap, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      }
      current.push(cost);
      if (cost < least) least = cost;
    }
    // A swap looks two rows back, so that one row alone cannot tell that nothing is near.
    if (least > limit) return limit;
    before = previous;
    previous = current;
  }
  return Math.min(limit, previous[b.length] ?? limit);
}
