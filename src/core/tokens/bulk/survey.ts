/**
 * What an action would be about, counted before it is agreed to: tokens by state, and locks that somebody may still be
 * working under. What was seen is remembered by id, so that the action leaves alone what has changed since.
 */
import type { CallOptions } from '../../ports';
import type { Pool } from '../pool';
import { standingOf, tokenStates, type TokenState } from '../state';
import { sightingsOf, type Sighting } from './batch';
import type { Edit } from './edit';
import type { Which } from './which';

export interface Survey {
  /** By id, in the order in which the pool listed them. */
  readonly seen: ReadonlyMap<string, Sighting>;
  readonly counts: Readonly<Record<TokenState, number>>;
  /** Named by their ids, and not in the pool. */
  readonly missing: readonly string[];
  /** Documents that were named or listed and are no tokens. */
  readonly others: number;
}

export interface SurveyOptions extends CallOptions {
  /** Told after each request: tokens counted. */
  readonly progress?: (counted: number) => void;
}

export async function surveyOf(pool: Pool, whiches: readonly Which[], options: SurveyOptions): Promise<Survey> {
  const seen = new Map<string, Sighting>();
  const missing = new Set<string>();
  let others = 0;
  for (const which of whiches)
    for await (const batch of sightingsOf(pool, which, options)) {
      for (const sighting of batch.seen) seen.set(sighting.id, sighting);
      for (const id of batch.missing) missing.add(id);
      others += batch.others.length;
      options.progress?.(seen.size);
    }
  const counts = Object.fromEntries(tokenStates.map((state) => [state, 0])) as Record<TokenState, number>;
  for (const { state } of seen.values()) counts[state]++;
  return { seen, counts, missing: [...missing], others };
}

/** Locked for less than a time, and so perhaps still at work; the youngest first. A lock of the future is a clock that is wrong. */
export function freshLocks({ seen }: Survey, now: number, hours: number): readonly Sighting[] {
  const fresh = [...seen.values()].filter(({ state, lock }) => state === 'locked' && lock !== null && now - lock < hours * 3600);
  return fresh.sort((a, b) => (b.lock ?? 0) - (a.lock ?? 0));
}

/** An edit that leaves alone what is not as the survey saw it: claimed, closed or put back since. */
export function asSeen({ seen }: Survey, edit: Edit): Edit {
  return (document) => {
    const before = seen.get(String(document._id));
    const same = before?.state === standingOf(document).state && before.lock === (typeof document.lock === 'number' ? document.lock : null);
    return same ? edit(document) : 'changed';
  };
}

/** Exactly the tokens that were counted. */
export function thoseSeen({ seen }: Survey): Which {
  return { by: 'ids', ids: [...seen.keys()] };
}
