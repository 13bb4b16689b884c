/** What the rows about tokens share: a pool, its peer's way to speak to it, and the same tokens for both. */
import nano from 'nano';
import type { TokenDocument } from '../../src/core/tokens/state';
import type { BulkReport } from '../../src/core/tokens/pool';
import { close, openPlace, type Place } from '../practice/poolPlace';
import { median, type Figure } from './figure';

/** CouchDB at COUCHDB_URL is what the goals are for; the pool in memory is too small and too odd to compare with. */
export const embedded = (process.env.COUCHDB_URL ?? '') === '';
const most = 500;

/** As many as the goal says, or what the pool in memory can bear. */
export function sized(tokens: number): number {
  return embedded ? Math.min(tokens, most) : tokens;
}

export interface Bench extends Place {
  /** nano by itself, one request after the other over a kept connection, as the peers' scripts use their libraries. */
  readonly peer: nano.DocumentScope<unknown>;
}

/** Runs in a database of its own, with PiCaS's views, and leaves nothing behind. */
export async function inPool(run: (bench: Bench) => Promise<Figure>): Promise<Figure> {
  const ends: (() => unknown)[] = [];
  try {
    const place = await openPlace({ after: (end) => void ends.push(end as () => unknown) }, { documents: [] });
    const { user, password } = place.room.operator;
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    const scope = nano({ url: place.server.url, headers: { Authorization: authorization } });
    return await run({ ...place, peer: scope.use(place.room.database) });
  } finally {
    for (const end of ends) await end();
    await close();
  }
}

/** Milliseconds that a task takes. */
export async function timedAsync(task: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await task();
  return performance.now() - begin;
}

/** PiCaS's tokens of 450 bytes or so. */
export function plainTokens(count: number, fields: TokenDocument = {}): TokenDocument[] {
  return Array.from({ length: count }, (_, k) => ({
    _id: `token_${String(k).padStart(5, '0')}`,
    type: 'token',
    lock: 0,
    done: 0,
    hostname: '',
    scrub_count: 0,
    input: `srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/lofar/ops/projects/lc9_030/701238/L701238_SB${k}_uv.dppp.MS_a1b2c3d4.tar`,
    output: {},
    uploads: {},
    error: [],
    exit_code: '',
    ...fields,
  }));
}

/** Throws unless every row was written. */
export function allWritten({ rows, ended }: BulkReport): void {
  const other = rows.find(({ outcome }) => outcome !== 'written');
  if (ended !== undefined || other !== undefined) throw ended ?? new Error(`not written: ${JSON.stringify(other)}`);
}

/** A row for a goal with ≥; both sides in milliseconds for `n` tokens. */
export function figureOf(ours: readonly number[], peer: readonly number[], n: number, note: string): Figure {
  const [mine, theirs] = [median(ours), median(peer)];
  const where = embedded ? 'embedded; not comparable' : 'CouchDB';
  return { ours: mine, peer: theirs, ratio: theirs / mine, unit: 'ms', n, note: `${where}; ${note}` };
}
