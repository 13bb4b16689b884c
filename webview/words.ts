/** How panels say things that all of them say. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "2 to 9 h", "40 min to 3 h", "about 2 h"; from and to in ms from now. */
export function range(from: number, to: number): string {
  const [low, lowUnit] = rounded(from, to, Math.floor);
  const [high, highUnit] = rounded(to, to, Math.ceil);
  if (lowUnit !== highUnit) return `${low} ${lowUnit} to ${high} ${highUnit}`;
  return low === high ? `about ${low} ${lowUnit}` : `${low} to ${high} ${highUnit}`;
}

function rounded(time: number, largest: number, round: (n: number) => number): [number, string] {
  if (largest >= 3 * day && time >= day) return [round(time / day), 'd'];
  if (largest >= 2 * hour && time >= hour) return [round(time / hour), 'h'];
  return [Math.max(1, round(time / minute)), 'min'];
}

/** The moment in full, with its zone beside ours. */
export function fullMoment(at: number): string {
  return at > 0
    ? new Date(at)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, ' UTC')
    : '';
}
