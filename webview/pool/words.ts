/** Sentences of the pool panel. */
import { tokenWord, type TokenState } from '../../src/core/tokens/state';
import { count, duration, moment, percent, percentOf, wholePercent } from '../../src/core/wording';
import type { LocksSight, PoolSight } from '../../src/shared/pool';
import { endWords, partsWords, tallyWords } from '../words';

const minute = 60_000;
const hour = 60 * minute;

export type Counts = NonNullable<PoolSight['counts']>;
export type Group = NonNullable<PoolSight['errors']>[number];

/** States as bars and legends show them: what is done, what moves, what waits, what went wrong. */
export const shownStates: readonly TokenState[] = ['done', 'locked', 'todo', 'error', 'unclassified'];

export function totalOf(counts: Counts): number {
  return shownStates.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
}

/** Done ÷ all, 0-100, one decimal, rounded down. */
export function percentDone(counts: Counts): number {
  return percentOf(counts.done ?? 0, totalOf(counts));
}

/** Tokens to do and locked. */
export function leftOf(counts: Counts): number {
  return (counts.todo ?? 0) + (counts.locked ?? 0);
}

/** "5087 of 8312 tokens, 2506 left". */
export function parts(counts: Counts): string {
  return partsWords(counts.done ?? 0, totalOf(counts), leftOf(counts), 'token', 'done');
}

/** "148 tokens/h over the last 6 h, 8 % of them in error · ends in 15 to 23 h · as of 13:40", what is known of it. */
export function paceWords({ pace, end, counts = {}, now, asOf }: PoolSight): string {
  const words: string[] = [];
  if (pace !== undefined) words.push(rate(pace));
  if (leftOf(counts) > 0) {
    if (end !== undefined) words.push(endWords(end, now));
    else if (pace !== undefined) words.push('end unknown');
  }
  // Old figures stay, and say how old they are.
  if (asOf > 0 && now - asOf > 3 * minute) words.push(`as of ${moment(asOf, now)}`);
  return words.join(' · ');
}

function rate({ tokensPerHour, errorsPerHour, overMs }: NonNullable<PoolSight['pace']>): string {
  const over = overMs < 1.5 * hour ? `the last ${duration(overMs)}` : `the last ${Math.round(overMs / hour)} h`;
  if (tokensPerHour === 0) return `no token closed in ${over}`;
  return `${perHour(tokensPerHour)} tokens/h over ${over}${inError(errorsPerHour / tokensPerHour)}`;
}

function inError(share: number): string {
  if (share === 0) return '';
  return `, ${share < 0.01 ? `under ${wholePercent(1)}` : wholePercent(Math.round(share * 100))} of them in error`;
}

function perHour(number: number): string {
  return number >= 9.95 ? count(Math.round(number)) : String(Math.round(number * 10) / 10);
}

/** "5087 done · 96 locked": counts by state, those of none left out. */
export function tally(counts: Counts): string {
  return tallyWords(shownStates, counts, tokenWord);
}

/** What the state bar shows. */
export function barSentence(counts: Counts): string {
  return `${percent(percentDone(counts))} done: ${tally(counts)}`;
}

/** "since 09:00", "all day", "Thu 18:00–21:00", "over a day ago". */
export function spanWords(span: NonNullable<Group['span']>, now: number): string {
  switch (span.kind) {
    case 'none':
      return 'over a day ago';
    case 'rising':
      return `since ${moment(span.from * hour, now)}`;
    case 'allDay':
      return 'all day';
    case 'between': {
      const from = moment(span.from * hour, now);
      if (span.to * hour > now) return `since ${from}`;
      const to = moment(span.to * hour, now);
      return to.startsWith(from.slice(0, 4)) ? `${from}–${to.slice(4)}` : `${from}–${to}`;
    }
  }
}

/** "22", "−9". */
export function codeWords(code: number): string {
  return String(code).replace('-', '−');
}

/** "pref_cal1", "no step", "3 steps". */
export function stepsWords(steps: readonly { readonly step: string | null }[]): string {
  const [first] = steps;
  if (first === undefined) return '';
  return steps.length === 1 ? stepName(first.step) : `${count(steps.length)} steps`;
}

export function stepName(step: string | null): string {
  return step ?? 'no step';
}

/** "3 of 96 look stuck: locked for more than 24 h". */
export function locksWords({ stuck, stuckHours }: LocksSight, locked: number): string {
  if (stuck === 0) return `${count(locked)}, none longer than ${duration(stuckHours * hour)}`;
  return `${count(stuck)} of ${count(locked)} ${stuck === 1 ? 'looks' : 'look'} stuck: locked for more than ${duration(stuckHours * hour)}`;
}
