/**
 * How fast a pool works, and how it came to stand where it stands, from the hours in which its tokens were closed. A
 * token knows its last end only: one that was put back and ran again counts where it ended last, and one that was put
 * back counts nowhere.
 */

/** Tokens closed in each hour, oldest first; the last is the hour that runs. */
export interface Hours {
  /** Hours since 1970 at which the first begins. */
  readonly first: number;
  readonly done: readonly number[];
  readonly error: readonly number[];
}

export const hourMs = 3_600_000;
/** Hours that are looked at: a whole day and the one that runs. */
export const hoursBack = 25;

export interface Pace {
  /** Tokens closed in an hour, in error or not. */
  readonly tokensPerHour: number;
  /** Those of them that are in error. */
  readonly errorsPerHour: number;
  /** The window it was taken over; ms. */
  readonly overMs: number;
}

/** Of less nothing is said about hours. */
const shortestMs = hourMs / 12;

/**
 * How fast tokens were closed in the last `hours`, about: the window begins with an hour.
 * @param closed tokens closed ever; when all of them were closed lately, the window begins with the first of them
 * @param now ms since 1970
 */
export function paceOf(ends: Hours, closed: number, now: number, hours = 6): Pace | undefined {
  const { first, error } = ends;
  const all = closedIn(ends);
  const part = now / hourMs - (first + all.length - 1);
  const whole = Math.min(all.length - 1, part < 0.5 ? hours : hours - 1);
  let from = all.length - 1 - whole;
  if (sum(all) >= closed) from = Math.max(from, earliest(all));
  const overMs = now - (first + from) * hourMs;
  if (overMs < shortestMs) return undefined;
  const inWindow = (counts: readonly number[]) => (sum(counts.slice(from)) * hourMs) / overMs;
  return { tokensPerHour: inWindow(all), errorsPerHour: inWindow(error), overMs };
}

function earliest(counts: readonly number[]): number {
  const found = counts.findIndex((count) => count > 0);
  return found < 0 ? counts.length - 1 : found;
}

/**
 * When the rest is closed, in ms since 1970: from what it takes at the fastest to what it takes at the slowest of the
 * paces of 3, 6 and 24 hours, a tenth to either side. Undefined while nothing moves: then nobody knows.
 * @param left tokens to do and locked
 */
export function endOf(left: number, hours: Hours, closed: number, now: number): { readonly from: number; readonly to: number } | undefined {
  const paces = [3, 6, 24].map((window) => paceOf(hours, closed, now, window)?.tokensPerHour ?? 0);
  const slowest = Math.min(...paces);
  if (left <= 0 || slowest <= 0) return undefined;
  const span = (pace: number) => (left / pace) * hourMs;
  return { from: now + span(Math.max(...paces)) * 0.9, to: now + span(slowest) * 1.1 };
}

/** How today's tokens stood at each time. */
export interface Past {
  /** ms since 1970, oldest first; the last is now. */
  readonly times: readonly number[];
  readonly done: readonly number[];
  readonly error: readonly number[];
  /** To do, locked, or not made yet: which of them is not known of the past. */
  readonly open: readonly number[];
}

export interface Standing {
  readonly done: number;
  /** Tokens in error of which the end is known. */
  readonly error: number;
  /** To do and locked. */
  readonly open: number;
}

/** Tokens closed in each hour, done or in error. */
export function closedIn({ done, error }: Hours): readonly number[] {
  return done.map((count, k) => count + (error[k] ?? 0));
}

/** Backwards from now: what was closed later was open before. */
export function pastOf(hours: Hours, { done, error, open }: Standing, now: number): Past {
  const before = (counts: readonly number[], last: number) => counts.map((_, k) => Math.max(0, last - sum(counts.slice(k)))).concat(last);
  const pastDone = before(hours.done, done);
  const pastError = before(hours.error, error);
  return {
    times: [...hours.done.map((_, k) => (hours.first + k) * hourMs), now],
    done: pastDone,
    error: pastError,
    open: pastDone.map((count, k) => Math.max(0, done + error + open - count - (pastError[k] ?? 0))),
  };
}

/** ms since 1970 at which the last hour in which a token was closed ended, now at most; undefined for none. */
export function lastClosed(hours: Hours, now: number): number | undefined {
  const last = closedIn(hours).findLastIndex((count) => count > 0);
  return last < 0 ? undefined : Math.min(now, (hours.first + last + 1) * hourMs);
}

/** When things of a kind happened. Times are hours since 1970. */
export type Span =
  | { readonly kind: 'none' }
  /** Much more than before, until now. */
  | { readonly kind: 'rising'; readonly from: number }
  | { readonly kind: 'allDay' }
  /** Nearly all of them; the end is the hour after the last. */
  | { readonly kind: 'between'; readonly from: number; readonly to: number };

/** Fewer in an hour are no trend. */
const leastRising = 3;
/** Hours of work before a rise, to compare it with. */
const leastBefore = 3;

/**
 * @param first hours since 1970 of the first count
 * @param closed tokens closed in each hour, of whatever kind: of an hour in which none was, nothing can be learned
 */
export function spanOf(counts: readonly number[], first: number, closed: readonly number[]): Span {
  const total = sum(counts);
  if (total === 0) return { kind: 'none' };
  const rise = risingFrom(counts, closed);
  if (rise !== undefined) return { kind: 'rising', from: first + rise };
  const { from, to } = narrowest(counts, total * 0.8);
  if (to - from > counts.length / 2) return { kind: 'allDay' };
  return { kind: 'between', from: first + from, to: first + to };
}

/** The first of the latest hours with more than twice the usual; undefined when those before the hour that runs have not. */
function risingFrom(counts: readonly number[], closed: readonly number[]): number | undefined {
  const worked = counts.filter((_, k) => (closed[k] ?? 0) > 0).sort((a, b) => a - b);
  const usual = worked[Math.floor(worked.length / 2)] ?? 0;
  const high = (k: number) => (counts[k] ?? 0) >= leastRising && (counts[k] ?? 0) > 2 * usual;
  // The hour that runs may have only begun.
  let from = high(counts.length - 1) ? counts.length - 1 : counts.length - 2;
  if (!high(from)) return undefined;
  while (from > 0 && high(from - 1)) from--;
  // More than half a day is no rise any more, nor is what began with the work itself.
  const before = closed.slice(0, from).filter((count) => count > 0).length;
  return counts.length - from > counts.length / 2 || before < leastBefore ? undefined : from;
}

/** The shortest run of hours that holds at least so many; `to` is the hour after it. */
function narrowest(counts: readonly number[], least: number): { from: number; to: number } {
  let best = { from: 0, to: counts.length };
  let held = 0;
  let from = 0;
  counts.forEach((count, k) => {
    held += count;
    while (held - (counts[from] ?? 0) >= least) held -= counts[from++] ?? 0;
    if (held >= least && k + 1 - from < best.to - best.from) best = { from, to: k + 1 };
  });
  return best;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
