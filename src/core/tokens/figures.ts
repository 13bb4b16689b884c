/**
 * The figures of one token type, from a constant number of reduced requests whatever the size of the pool: counts by
 * step, code and field, ends by the hour of one day, and one small page of the oldest locks.
 */
import type { CallOptions } from '../ports';
import { todaysCodes } from './code';
import { designName, isState, keysUnder, poolView, timesView } from './design';
import { jobOf } from './document';
import type { Group, Pool, TokenRow } from './pool';
import type { TokenDocument, TokenState } from './state';
import { hoursBack, type Hours } from './throughput';

/** Which field an exit code stands in; null for a token that was closed without one, or marked by the library. */
export type CodeField = TokenRow['codeField'];

/** Tokens of one state, step, code and field. */
export interface Share {
  readonly state: TokenState;
  readonly step: string | null;
  /** Of errors only. */
  readonly code: number | null;
  readonly field: CodeField;
  /** The library marked the error itself. */
  readonly marked: boolean;
  readonly count: number;
}

/** Tokens in error that were closed in an hour. */
export interface Failure {
  /** Hours since 1970. */
  readonly hour: number;
  readonly code: number | null;
  readonly field: CodeField;
  readonly count: number;
}

export interface Ends {
  readonly hours: Hours;
  /** Of the same hours. */
  readonly failures: readonly Failure[];
  /** Closed while some codes had another meaning. */
  readonly old: readonly Failure[];
}

export interface Lock {
  readonly id: string;
  /** Seconds since 1970. */
  readonly lock: number;
  readonly job: string | null;
  readonly host: string | null;
  readonly step: string | null;
  readonly status: string | null;
}

export interface Locks {
  /** Oldest first. */
  readonly oldest: readonly Lock[];
  /** Tokens locked before the time given: at least so many. */
  readonly stuck: number;
}

const shares = { design: designName, view: poolView };
const times = { design: designName, view: timesView };

/** Counts by state, step, code and field: one request. */
export async function readShares(pool: Pool, type: string, options: CallOptions): Promise<readonly Share[]> {
  const groups = await pool.groups(shares, { ...keysUnder([type]), level: 5 }, options);
  return groups.flatMap(({ key, value }): Share[] => {
    const [, state, step, code, field] = partsOf(key);
    if (!isState(state) || typeof value !== 'number') return [];
    return [{ state, step: textOr(step), code: numberOr(code), field: fieldOr(field), marked: field === 'library', count: value }];
  });
}

/** When tokens were closed: three requests. @param now ms since 1970 */
export async function readEnds(pool: Pool, type: string, now: number, options: CallOptions): Promise<Ends> {
  const last = Math.floor(now / 3_600_000);
  const first = last - hoursBack + 1;
  const from = (state: TokenState) => ({ start: [type, state, first], end: [type, state, {}] });
  const [done, error, old] = await Promise.all([
    pool.groups(times, { ...from('done'), level: 3 }, options),
    pool.groups(times, { ...from('error'), level: 5 }, options),
    pool.groups(times, { start: [type, 'error'], end: [type, 'error', todaysCodes / 3600 - 1, {}], level: 5 }, options),
  ]);
  // A clock that goes ahead must not hide what its worker has done.
  const failures = failuresIn(error).map((each) => ({ ...each, hour: Math.min(each.hour, last) }));
  return {
    hours: { first, done: byHour(failuresIn(done), first, last), error: byHour(failures, first, last) },
    failures,
    old: failuresIn(old),
  };
}

/** Locks of one hour stand in the order of their ids: so many are read to find the oldest among them. */
const lockRows = 100;

/**
 * The oldest locks and how many there are from before a time: three requests, one of them for the documents of the few
 * that are shown. Where more than {@link lockRows} were locked in one hour, the oldest are so to the hour.
 * @param before seconds since 1970
 */
export async function readLocks(pool: Pool, type: string, before: number, few: number, options: CallOptions): Promise<Locks> {
  const [page, groups] = await Promise.all([
    pool.rows(times, { ...keysUnder([type, 'locked']), limit: lockRows }, options),
    pool.groups(times, { start: [type, 'locked'], end: [type, 'locked', Math.floor(before / 3600) - 1, {}], level: 2 }, options),
  ]);
  const locks = page.rows.map(({ id, value }) => ({ id, lock: numberOr(value) ?? 0 })).sort((a, b) => a.lock - b.lock);
  const shown = locks.slice(0, few);
  const ids = shown.map(({ id }) => id);
  const documents = ids.length === 0 ? new Map<string, TokenDocument>() : await pool.documents(ids, options);
  const counted = groups.reduce((sum, { value }) => sum + (numberOr(value) ?? 0), 0);
  return {
    oldest: shown.map((each) => ({ ...each, ...holderOf(documents.get(each.id) ?? {}) })),
    stuck: Math.max(counted, locks.filter(({ lock }) => lock < before).length),
  };
}

function holderOf(document: TokenDocument): Omit<Lock, 'id' | 'lock'> {
  const { hostname, PIPELINE_STEP: step, workflow, status } = document;
  return { job: jobOf(document) ?? null, host: textOr(hostname), step: textOr(step) ?? textOr(workflow), status: textOr(status) };
}

function failuresIn(groups: readonly Group[]): readonly Failure[] {
  return groups.flatMap(({ key, value }): Failure[] => {
    const [, , hour, code, field] = partsOf(key);
    return typeof hour === 'number' && typeof value === 'number'
      ? [{ hour, code: numberOr(code), field: fieldOr(field), count: value }]
      : [];
  });
}

/** Counts of each hour from the first to the last. */
export function byHour(failures: readonly Failure[], first: number, last: number): readonly number[] {
  const counts = Array.from({ length: last - first + 1 }, () => 0);
  for (const { hour, count } of failures) {
    const k = Math.min(hour, last) - first;
    if (k >= 0) counts[k] = (counts[k] ?? 0) + count;
  }
  return counts;
}

function partsOf(key: unknown): readonly unknown[] {
  return Array.isArray(key) ? (key as readonly unknown[]) : [];
}

function numberOr(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function fieldOr(value: unknown): CodeField {
  return value === 'output' || value === 'exit_code' ? value : null;
}
