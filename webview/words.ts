/** How panels say things that more than one of them says. */
import { count, plural } from '../src/core/wording';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** "5087 of 8312 tokens, 2506 left"; of all of them, what they are: "all 12 files are there". */
export function partsWords(got: number, total: number, left: number, noun: string, end: string): string {
  if (total === 0) return `no ${noun}s`;
  if (got === total) return total === 1 ? `the one ${noun} is ${end}` : `all ${count(total)} ${noun}s are ${end}`;
  return `${count(got)} of ${plural(total, noun)}, ${left === 0 ? 'none' : count(left)} left`;
}

/** "229 online · 15 staging": counts by state, in the order of `states`, those of none left out. */
export function tallyWords<State extends string>(
  states: readonly State[],
  counts: Readonly<Partial<Record<State, number>>>,
  word: (state: State) => string,
): string {
  return states
    .map((state) => ({ state, number: counts[state] ?? 0 }))
    .filter(({ number }) => number > 0)
    .map(({ state, number }) => `${count(number)} ${word(state)}`)
    .join(' · ');
}

/** "ends in 2 to 9 h"; moments in ms since 1970. */
export function endWords({ from, to }: { readonly from: number; readonly to: number }, now: number): string {
  return `ends in ${range(from - now, to - now)}`;
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
