/** When to ask the stagers again. Pure: the editor tells what is seen, the desk tells what happened. */

export interface Attention {
  /** The window has the focus and the view is on screen. */
  readonly watched: boolean;
  /** Since the youngest live request was made or something last changed; ms. */
  readonly quietMs: number;
  /** Polls in a row that failed. */
  readonly failures: number;
  /** What a stager has asked to be left alone for; ms. */
  readonly wantedMs?: number;
}

/** Intervals in ms: watched and fresh, watched, and in the background. */
export interface Pace {
  readonly fresh: number;
  readonly steady: number;
  readonly background: number;
}

/** 30 s for five minutes, then 60 s, and 300 s in the background, scaled by the setting's first interval. */
export function paceFrom(seconds: number): Pace {
  return { fresh: seconds * 1000, steady: seconds * 2000, background: seconds * 10_000 };
}

const freshFor = 10; // fresh intervals: 5 minutes at 30 s
const longestBackOff = 20; // fresh intervals: 10 minutes at 30 s
const longestWantedMs = 6 * 60 * 60_000; // a `Retry-After` of a year is a mistake of the server

/**
 * Milliseconds until the next poll. A stager that fails is asked less and less, down to every ten minutes; being watched
 * does not shorten that, since the account is what suffers.
 */
export function nextPoll(attention: Attention, pace: Pace): number {
  const calm = !attention.watched ? pace.background : attention.quietMs < freshFor * pace.fresh ? pace.fresh : pace.steady;
  if (attention.failures === 0) return calm;
  const backOff = Math.min(pace.fresh * 2 ** attention.failures, pace.fresh * longestBackOff);
  return Math.max(calm, backOff, Math.min(attention.wantedMs ?? 0, longestWantedMs));
}
