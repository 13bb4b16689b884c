/** What a person reads before many tokens are changed, and after. Numbers first; then what would be lost. */
import { count, duration, listing, plural } from '../../wording';
import { tokenStates, tokenWord } from '../state';
import type { Tally } from './change';
import { freshLocks, type Survey } from './survey';

/** "358 in error, 13 locked": of one state alone, its word. */
export function statesOf({ counts, seen }: Survey): string {
  const there = tokenStates.filter((state) => counts[state] > 0);
  const word = (state: (typeof tokenStates)[number]): string => (state === 'error' ? 'in error' : tokenWord(state));
  if (there.length === 1 && there[0] !== undefined) return seen.size === 1 ? `It is ${word(there[0])}.` : `All are ${word(there[0])}.`;
  return there.length === 0 ? '' : `${listing(there.map((state) => `${count(counts[state])} ${word(state)}`))}.`;
}

/**
 * What would be lost with locks that are young: whoever works under one writes its result over nothing any more.
 * @param now in seconds since 1970
 */
export function lossOf(survey: Survey, now: number, hours: number): string | undefined {
  const fresh = freshLocks(survey, now, hours);
  const [youngest] = fresh;
  if (youngest === undefined) return undefined;
  const age = duration((now - (youngest.lock ?? now)) * 1000);
  const job = youngest.job === null ? '' : ` by job ${youngest.job}`;
  const limit = duration(hours * 3_600_000);
  if (fresh.length === 1)
    return `${seenAs(survey, 'It', 'One')} has been locked for ${age}${job}: if its pilot still works, what it writes is lost.`;
  return `${count(fresh.length)} have been locked for less than ${limit}, the youngest for ${age}${job}: where pilots still work, what they write is lost.`;
}

function seenAs({ seen }: Survey, one: string, several: string): string {
  return seen.size === 1 ? one : several;
}

/** What was named and is not changed. */
export function gapsOf({ missing, others }: Survey): readonly string[] {
  return [
    ...(missing.length === 0
      ? []
      : [`${plural(missing.length, 'token')} of the selection ${missing.length === 1 ? 'is' : 'are'} not in the pool.`]),
    ...(others === 0
      ? []
      : [
          `${plural(others, 'document')} of the selection ${others === 1 ? 'is no token and stays as it is' : 'are no tokens and stay as they are'}.`,
        ]),
  ];
}

/** "97 reset, 3 changed meanwhile, 2 had nothing to change, 1 failed". */
export function summaryOf({ changed, skipped, conflicts, failed }: Tally, done: string): string {
  const rest = failed.some(({ id }) => id === '');
  const lost = failed.filter(({ id }) => id !== '').length;
  return [
    `${count(changed)} ${done}`,
    ...(conflicts.length === 0 ? [] : [`${count(conflicts.length)} changed meanwhile`]),
    ...(skipped === 0 ? [] : [`${count(skipped)} had nothing to change`]),
    ...(lost === 0 ? [] : [`${count(lost)} not`]),
    ...(rest ? ['the rest not reached'] : []),
  ].join(', ');
}
