/** A pool as its panel shows it: its words and figures, from what has been read of it so far. Pure. */
import type { GridError } from '../../core/errors';
import { errorGroups } from '../../core/tokens/failures';
import type { Ends, Share } from '../../core/tokens/figures';
import type { Reading } from '../../core/tokens/reading';
import { tokenStates, type TokenState } from '../../core/tokens/state';
import { typesOf, wantsSignIn } from '../../core/tokens/stock';
import { closedIn, endOf, hourMs, lastClosed, paceOf, pastOf, spanOf } from '../../core/tokens/throughput';
import { duration, moment, plural } from '../../core/wording';
import type { Notice, Phrase } from '../../shared/panel';
import type { LocksSight, PoolAction, PoolSight, StepCounts } from '../../shared/pool';

/** What has been read; what is absent is not known yet. */
export interface Known extends Reading {
  readonly pool: string;
  /** When the pool answered last; ms since 1970, 0 for never. */
  readonly asOf: number;
  /** Why it does not answer now. */
  readonly trouble?: { readonly error: GridError; readonly since: number };
}

export interface Moment {
  /** ms since 1970 */
  readonly now: number;
  /** A lock older than this looks stuck. */
  readonly stuckHours: number;
}

/** So long without an end of any token is worth a word. */
const idleMs = 2 * hourMs;

type Counts = Partial<Record<TokenState, number>>;

export function sightOf(known: Known, { now, stuckHours }: Moment): PoolSight {
  const { pool, type, shares, ends, server, asOf } = known;
  const counts = countsOf(known);
  const locks = locksOf(known, now, stuckHours);
  return {
    pool,
    ...(type === undefined ? {} : { type }),
    types: typesOf(known.counts ?? []).map((each) => ({ type: each.type, count: each.total })),
    sentence: sentenceOf(known, counts, locks, now),
    now,
    asOf,
    notices: noticesOf(known, now),
    actions: actionsOf(known, counts),
    ...(counts === undefined ? {} : { counts }),
    ...(server === undefined ? {} : serverOf(server)),
    ...(shares === undefined ? {} : { steps: stepsOf(shares), errors: errorGroups(shares, ends) }),
    ...(shares === undefined || ends === undefined || counts === undefined ? {} : timesOf(shares, ends, counts, now)),
    ...(locks === undefined ? {} : { locks }),
  };
}

/** Of the type that is shown, from the newer of the two answers that tell. */
function countsOf({ counts, type, shares }: Known): Counts | undefined {
  if (shares !== undefined) return sums(shares);
  return counts === undefined ? undefined : sums(counts.filter((each) => each.type === type));
}

function sums(parts: readonly { readonly state: TokenState; readonly count: number }[]): Counts {
  const counts: Counts = {};
  for (const { state, count } of parts) counts[state] = (counts[state] ?? 0) + count;
  return counts;
}

/** By name: the steps of a pipeline are numbered. */
function stepsOf(shares: readonly Share[]): readonly StepCounts[] {
  const steps = new Map<string | null, Share[]>();
  for (const share of shares) steps.set(share.step, [...(steps.get(share.step) ?? []), share]);
  return [...steps]
    .map(([step, parts]) => ({ step, counts: sums(parts) }))
    .sort((a, b) => (a.step === null ? 1 : b.step === null ? -1 : a.step.localeCompare(b.step, 'en', { numeric: true })));
}

function timesOf(shares: readonly Share[], { hours }: Ends, counts: Counts, now: number): Partial<PoolSight> {
  const done = counts.done ?? 0;
  // What the library marked has no time of its end.
  const error = shares.reduce((sum, share) => sum + (share.state === 'error' && !share.marked ? share.count : 0), 0);
  const open = leftOf(counts);
  const pace = paceOf(hours, done + error, now);
  const end = endOf(open, hours, done + error, now);
  return {
    past: pastOf(hours, { done, error, open }, now),
    hours,
    ...(pace === undefined || done + error === 0 ? {} : { pace }),
    ...(end === undefined ? {} : { end }),
  };
}

function leftOf({ todo = 0, locked = 0 }: Counts): number {
  return todo + locked;
}

function locksOf({ locks }: Known, now: number, stuckHours: number): LocksSight | undefined {
  if (locks === undefined) return undefined;
  const before = now / 1000 - stuckHours * 3600;
  return { stuckHours, stuck: locks.stuck, oldest: locks.oldest.map((lock) => ({ ...lock, stuck: lock.lock < before })) };
}

function serverOf({ overviews, documents }: NonNullable<Known['server']>): Pick<PoolSight, 'overviews' | 'documents'> {
  return {
    documents,
    overviews: overviews.map(({ design, view, buckets, problem }) => ({
      view: `${design}/${view}`,
      buckets,
      ...(problem === undefined ? {} : { problem: problem.message }),
    })),
  };
}

/** Where it is and what holds it: "Working, errors rising since 09:00". */
function sentenceOf(known: Known, counts: Counts | undefined, locks: LocksSight | undefined, now: number): readonly Phrase[] {
  const { trouble, ends, asOf } = known;
  if (trouble !== undefined && wantsSignIn(trouble.error)) return [{ text: 'Not signed in', tone: 'warning' }];
  if (trouble !== undefined && asOf === 0)
    return [{ text: trouble.error.kind === 'untrusted' ? 'Restricted mode' : 'No answer', tone: 'warning' }];
  if (counts === undefined) return [];
  const { locked = 0, todo = 0, error = 0 } = counts;
  const phrases: Phrase[] = [];
  const say = (text: string, tone: Phrase['tone'] = 'plain') => phrases.push({ text: phrases.length === 0 ? text : `, ${text}`, tone });
  if (tokenStates.every((state) => (counts[state] ?? 0) === 0)) return [];
  const last = ends === undefined ? now : lastClosed(ends.hours, now);
  const idle = (last === undefined || now - last > idleMs) && hasWorked(counts, locks, now);
  if (locked + todo === 0) say(error === 0 ? 'All tokens are done' : `All tokens are closed, ${plural(error, 'token')} in error`);
  else if (locked === 0) say('Waiting: no pilot holds a token');
  else if (locks !== undefined && locks.stuck >= locked)
    say(`Stuck: every lock is older than ${duration(locks.stuckHours * hourMs)}`, 'warning');
  else if (idle)
    say(`${plural(locked, 'token')} locked, none closed for ${last === undefined ? 'more than a day' : duration(now - last)}`, 'warning');
  else say('Working');
  if (ends === undefined || idle || locked + todo === 0) return phrases;
  if (error === 0 && (counts.done ?? 0) > 0) say('no errors');
  const span = spanOf(ends.hours.error, ends.hours.first, closedIn(ends.hours));
  if (span.kind === 'rising') say(`errors rising since ${moment(span.from * hourMs, now)}`, 'warning');
  return phrases;
}

/** Whether something could have been closed by now: a pool that has only begun to work is not idle. */
function hasWorked({ done = 0, error = 0 }: Counts, locks: LocksSight | undefined, now: number): boolean {
  const oldest = locks?.oldest[0]?.lock ?? 0;
  return done + error > 0 && now / 1000 - oldest > idleMs / 1000;
}

function noticesOf({ pool, trouble, server, asOf }: Known, now: number): readonly Notice[] {
  const notices: Notice[] = [];
  if (trouble !== undefined) notices.push(troubleOf(pool, trouble, asOf, now));
  if (server === undefined) return notices;
  const may = server.designer !== false;
  notices.push({
    id: 'counts',
    tone: 'plain',
    sentence: may
      ? 'Counts by state, errors and history come from one small view of ours, which this pool does not have yet.'
      : 'Counts by state, errors and history come from one small view of ours, which this account may not install. Whoever keeps the pool can.',
    answers: may ? [{ id: 'install', label: 'Install counts…' }] : [],
  });
  return notices;
}

function troubleOf(pool: string, { error, since }: NonNullable<Known['trouble']>, asOf: number, now: number): Notice {
  const again = { id: 'tryNow', label: 'Try now' };
  if (wantsSignIn(error)) return { id: 'trouble', tone: 'error', sentence: error.sentence, answers: [{ id: 'signIn', label: 'Sign In…' }] };
  if (error.kind === 'untrusted') return { id: 'trouble', tone: 'warning', sentence: error.sentence, answers: [] };
  const silent = asOf > 0 ? `${pool} does not answer since ${moment(since, now)}. ` : '';
  return { id: 'trouble', tone: 'warning', sentence: `${silent}${error.sentence}`, answers: [again] };
}

function actionsOf({ trouble, asOf }: Known, counts: Counts | undefined): readonly PoolAction[] {
  if (trouble !== undefined && (asOf === 0 || wantsSignIn(trouble.error))) return [];
  const empty = counts !== undefined && tokenStates.every((state) => (counts[state] ?? 0) === 0);
  const create: PoolAction = { id: 'createTokens', label: 'Create tokens…', ...(empty ? { primary: true } : {}) };
  if (empty || counts === undefined) return [create];
  const idle = (counts.locked ?? 0) === 0;
  return [create, { id: 'findStuck', label: 'Find stuck…', ...(idle ? { disabled: 'No token is locked.' } : {}) }];
}
