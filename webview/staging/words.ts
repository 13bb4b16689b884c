/** Sentences of the staging panel. */
import { fileStates, fileWord, stateLetters, type FileCounts, type FileState } from '../../src/core/staging/state';
import { count, duration, listing, moment, percent } from '../../src/core/wording';
import type { CampaignHead, Deadline } from '../../src/shared/staging';
import type { Filter } from './filter';
import { stalledLetter } from './filter';
import { endWords, partsWords, tallyWords } from '../words';

const minute = 60_000;

/** States from well to trouble, as bars and legends show them. */
export const shownStates: readonly FileState[] = [
  'online',
  'staging',
  'queued',
  'tape',
  'unknown',
  'cancelled',
  'expired',
  'unavailable',
  'failed',
  'lost',
];

/** "2 583 of 2 928 files, 345 left". */
export function parts(online: number, total: number): string {
  return partsWords(online, total, total - online, 'file', 'there');
}

/** "229 online · 15 staging": counts by state, those of none left out. */
export function tally(counts: FileCounts): string {
  return tallyWords(shownStates, counts, fileWord);
}

/** Counts in columns, as `FileCounts`. */
export function countsOf(counts: ArrayLike<number>): FileCounts {
  return Object.fromEntries(fileStates.map((state, code) => [state, counts[code] ?? 0]));
}

/** "214 files/h over 3 h · ends in 2 to 9 h · as of 13:40", what is known of it. */
export function pace(head: CampaignHead): string {
  const words: string[] = [];
  const online = head.counts.online ?? 0;
  if (head.rate !== undefined) words.push(`${count(Math.round(head.rate.filesPerHour))} files/h over ${duration(head.rate.overMs)}`);
  if (head.end !== undefined) words.push(endWords(head.end, head.now));
  else if (head.rate !== undefined && online < head.total) words.push('end unknown');
  // Old figures stay, and say how old they are.
  if (head.asOf > 0 && head.now - head.asOf > 5 * minute) words.push(`as of ${moment(head.asOf, head.now)}`);
  if (head.asOf === 0 && head.total > 0) words.push('no stager has been heard yet');
  return words.join(' · ');
}

/** What the deadline strip shows. */
export function deadlineSentence(deadlines: readonly Deadline[], end: CampaignHead['end'], now: number): string {
  const each = deadlines.map(({ name, at }) => {
    const words = at < now ? `${name} ended ${duration(now - at)} ago` : `${name} in ${duration(at - now)}`;
    return end !== undefined && at <= end.to ? `${words}, may end before staging does` : words;
  });
  const staging = end === undefined ? '' : ` Staging ${endWords(end, now)}.`;
  return `Deadlines: ${each.length === 0 ? 'none' : each.join('; ')}.${staging}`;
}

/** What the state bar shows. */
export function barSentence(head: CampaignHead): string {
  return `${percent(head.percent)} online: ${tally(head.counts)}`;
}

/** Which files the table shows, after their number: "failed or lost, matching “cache3”". */
export function filterWords(filter: Filter, scope: string | undefined): string {
  const states = shownStates.filter((state) => filter.letters.includes(stateLetters[state])).map(fileWord);
  if (filter.letters.includes(stalledLetter)) states.push('stalled');
  const words = [scope, listing(states, 'or'), filter.text.trim() === '' ? undefined : `matching “${filter.text.trim()}”`];
  return words.filter((each) => each !== undefined && each !== '').join(', ');
}

/** "SB127, failed since 13:52, pool lofar_cache3 is offline". */
export function fileSentence(name: string, state: FileState, since: number, now: number, message: string): string {
  const known = since > 0 ? ` since ${clock(since, now)}` : '';
  const reason = message === '' ? '' : `, ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  return `${name}, ${fileWord(state)}${known}${reason}`;
}

/** "stalled, nothing new for 6 h 20 min". */
export function stalledWords(ms: number): string {
  return `stalled, nothing new for ${duration(ms)}`;
}

/** "SARA and Jülich". */
export function sitesWords(sites: readonly string[]): string {
  return sites.length > 3 ? `${sites.slice(0, 2).join(', ')} and ${sites.length - 2} more` : listing(sites);
}

const clocks = new Map<number, string>();
let clocksOf = 0;

/** `moment` of one of very many files: most came into their state in the same few minutes, and asking for a weekday is slow. */
export function clock(at: number, now: number): string {
  const today = Math.floor(now / minute);
  if (today !== clocksOf || clocks.size > 5000) clocks.clear();
  clocksOf = today;
  const key = Math.floor(at / minute);
  let words = clocks.get(key);
  if (words === undefined) clocks.set(key, (words = moment(at, now)));
  return words;
}
