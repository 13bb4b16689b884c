/**
 * Tokens whose pilot is probably gone: a pilot that is killed leaves its token locked for ever, there is no lease. Age is
 * all that is known; a slow job looks the same. The library's marks of an error (−1, 99) are errors and no locks.
 */
import { GridError } from '../../errors';
import type { CallOptions } from '../../ports';
import { designName, timesView } from '../design';
import { jobOf } from '../document';
import type { Pool } from '../pool';
import { isToken, standingOf } from '../state';
import { hasOurView, rowsOf } from './batch';

export interface Stuck {
  readonly id: string;
  /** Seconds since 1970. */
  readonly lock: number;
  /** Absent where our view told of it, which knows locks only. */
  readonly job?: string;
}

/** @throws GridError `rejected` for what is no number of hours */
export function checkHours(hours: unknown): number {
  if (typeof hours === 'number' && Number.isFinite(hours) && hours >= 0) return hours;
  throw new GridError('rejected', 'The option "hours" must be a number, 0 or more.');
}

/**
 * Tokens that have been locked for longer than that, the oldest lock first.
 * @param now in seconds since 1970
 */
export async function stuckTokens(pool: Pool, hours: number, now: number, options: CallOptions): Promise<readonly Stuck[]> {
  const before = now - checkHours(hours) * 3600;
  const stuck = (await hasOurView(pool, timesView, options)) ? await inView(pool, before, options) : await inAll(pool, before, options);
  return stuck.sort((a, b) => a.lock - b.lock || (a.id < b.id ? -1 : 1));
}

/** Our view keeps locks by their hour: younger ones are not even read. */
async function inView(pool: Pool, before: number, options: CallOptions): Promise<Stuck[]> {
  const view = { design: designName, view: timesView };
  const groups = await pool.groups(view, { level: 2 }, options);
  const types = groups.flatMap(({ key }) => {
    const [type, state] = Array.isArray(key) ? (key as readonly unknown[]) : [];
    return state === 'locked' && typeof type === 'string' ? [type] : [];
  });
  const stuck: Stuck[] = [];
  for (const type of types) {
    const range = { start: [type, 'locked'], end: [type, 'locked', Math.floor(before / 3600), {}] };
    for await (const rows of rowsOf(pool, view, range, options))
      for (const { id, value } of rows) if (typeof value === 'number' && value < before) stuck.push({ id, lock: value });
  }
  return stuck;
}

async function inAll(pool: Pool, before: number, options: CallOptions): Promise<Stuck[]> {
  const stuck: Stuck[] = [];
  for await (const documents of pool.all(options))
    for (const document of documents) {
      const { _id: id, lock } = document;
      if (!isToken(document) || standingOf(document).state !== 'locked' || typeof lock !== 'number' || lock >= before) continue;
      const job = jobOf(document);
      stuck.push({ id: String(id), lock, ...(job === undefined ? {} : { job }) });
    }
  return stuck;
}
