/** Times in token documents: seconds since 1970, at known places. */
import type { Step } from '../config/tree';
import { duration, moment } from '../wording';

const fields: ReadonlySet<Step> = new Set(['lock', 'done', 'created']);

/** Whether a number at this place is a time: `lock`, `done`, `created`, `times.<status>`, `error[n].time`. */
export function isTimeAt([first, second, third, ...rest]: readonly Step[]): boolean {
  if (first === undefined || rest.length > 0) return false;
  if (second === undefined) return fields.has(first);
  if (first === 'times') return third === undefined;
  return first === 'error' && third === 'time';
}

/** Times of pilots lie between 1980 and 2100; smaller numbers are marks (0, 99), larger ones are not in seconds. */
const earliest = 3.2e8;
const latest = 4.2e9;

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= earliest && value <= latest;
}

/** A time that was written in milliseconds. */
export function isInMilliseconds(value: unknown): value is number {
  return typeof value === 'number' && isTime(value / 1000);
}

/** "6 h 20 min ago", "in 5 min"; `now` in ms. */
export function age(seconds: number, now: number): string {
  const ms = now - seconds * 1000;
  return ms >= 0 ? `${duration(ms)} ago` : `in ${duration(-ms)}`;
}

/** "Fri 06:00, 2 d 3 h ago", in the local zone. */
export function momentWords(seconds: number, now: number): string {
  return `${moment(seconds * 1000, now)}, ${age(seconds, now)}`;
}

/** "17 Nov 2026 06:12:05 UTC". */
export function utc(seconds: number): string {
  const date = new Date(seconds * 1000);
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  return `${day} ${date.toISOString().slice(11, 19)} UTC`;
}
