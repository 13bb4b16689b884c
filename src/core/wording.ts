/**
 * Numbers, shares and spans of time as sentences show them. English; the face decides where they
 * stand.
 */

export const thinSpace = '\u2009';

/** 12340 → "12 340" with a thin space; numbers up to 9999 stay whole. */
export function count(n: number): string {
  const digits = String(n);
  return digits.length <= 4 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, thinSpace);
}

/** `count(3, 'link')` → "3 links". */
export function plural(n: number, noun: string, nouns = `${noun}s`): string {
  return `${count(n)} ${n === 1 ? noun : nouns}`;
}

/** 88.2 → "88.2 %"; a whole share keeps its decimal except 0 and 100. */
export function percent(share: number): string {
  const text = share === 0 || share === 100 ? String(share) : share.toFixed(1);
  return `${text}${thinSpace}%`;
}

/** "9 %": a share that is whole already, where it is one of many or stands in the middle of a sentence. */
export function wholePercent(share: number): string {
  return `${share}${thinSpace}%`;
}

/** A part of a whole: 0-100, one decimal, rounded down, so that 100 is only all; 0 of nothing. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.floor((part * 1000) / whole) / 10;
}

/** "1.9 GB"; powers of ten. */
export function sizeOf(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [size, unit] = [bytes, 0];
  while (size >= 999.5 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${unit > 0 && size < 9.95 ? size.toFixed(1) : String(Math.round(size))}${thinSpace}${units[unit] ?? ''}`;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A span in at most two units, never seconds above a minute: "40 s", "12 min", "6 h 20 min", "4 d 6 h". */
export function duration(ms: number): string {
  const span = Math.max(0, ms);
  if (span < minute) return `${Math.floor(span / 1000)} s`;
  if (span < hour) return `${Math.floor(span / minute)} min`;
  if (span < day) return twoUnits(Math.floor(span / hour), 'h', Math.floor((span % hour) / minute), 'min');
  return twoUnits(Math.floor(span / day), 'd', Math.floor((span % day) / hour), 'h');
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** The id of a request where room is short: "5c0ffee0…0001"; those that people read out stay whole. */
export function shortId(id: string): string {
  return id.length <= 16 ? id : `${id.slice(0, 8)}…${id.slice(-4)}`;
}

/** A moment as people say it: today "13:52", within six days "Fri 06:00", else "17 Nov"; local zone. */
export function moment(at: number, now: number): string {
  const date = new Date(at);
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === new Date(now).toDateString()) return clock;
  if (Math.abs(now - at) < 6 * day) return `${date.toLocaleDateString('en-GB', { weekday: 'short' })} ${clock}`;
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}

/** "2026-11-20 13:52 UTC": for who reads it elsewhere or later. */
export function utcMoment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** "a", "a and b", "a, b and c". */
export function listing(items: readonly string[], last: 'and' | 'or' = 'and'): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1) ?? ''}`;
}

/** Words as a sentence begins. */
export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
