/** The figures of the pool panel against a real server: ours in memory, or the CouchDB at COUCHDB_URL. Nothing here asks which. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { GridError, type ErrorKind } from '../../src/core/errors';
import { designName, ourDesign } from '../../src/core/tokens/design';
import { codeFieldOf } from '../../src/core/tokens/document';
import { errorGroups } from '../../src/core/tokens/failures';
import { readEnds, readLocks, readShares, type Share } from '../../src/core/tokens/figures';
import type { Pool } from '../../src/core/tokens/pool';
import { readPool, type Reading } from '../../src/core/tokens/reading';
import { isToken, standingOf, tokenStates } from '../../src/core/tokens/state';
import { mergeDesign } from '../../src/core/tokens/views';
import { close, here, openPlace } from '../practice/poolPlace';
import { lrtType, practiceDocuments, today, type Document } from '../practice/poolTokens';

after(close);

const isKind =
  (...kinds: readonly ErrorKind[]) =>
  (error: unknown): boolean =>
    error instanceof GridError && kinds.includes(error.kind);
const install = (pool: Pool): Promise<string | undefined> =>
  pool.reviseDesign(designName, (found) => mergeDesign(found, { name: designName, views: ourDesign.views }).document ?? 'keep', here);

test('the figures of a type are those of its documents', async (t) => {
  const { pool } = await openPlace(t, { designs: [] });
  await install(pool);
  const tokens = practiceDocuments().filter(isToken);
  for (const type of [lrtType, 'token']) {
    const own = tokens.filter((token) => token.type === type);
    const shares = await readShares(pool, type, here);
    const counted = (of: (share: Share) => boolean): number => shares.reduce((sum, share) => sum + (of(share) ? share.count : 0), 0);
    for (const state of tokenStates)
      assert.equal(
        counted((share) => share.state === state),
        own.filter((token) => standingOf(token).state === state).length,
        `${type}, ${state}`,
      );
    for (const token of own) {
      const { state, code = null, reason } = standingOf(token);
      if (state !== 'error') continue;
      const marked = reason === 'set by the library';
      const field = code === null ? null : codeFieldOf(token);
      assert.ok(
        counted((share) => share.state === 'error' && share.code === code && share.field === field && share.marked === marked) > 0,
        String(token._id),
      );
    }
    const ends = await readEnds(pool, type, today * 1000, here);
    const lately = (state: string): number =>
      own.filter(({ done, ...token }) => standingOf({ done, ...token }).state === state && Number(done) > today - 24 * 3600).length;
    const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);
    assert.equal(sum(ends.hours.done), lately('done'), `${type}, done`);
    assert.equal(sum(ends.hours.error), lately('error'), `${type}, error`);
    assert.equal(
      ends.failures.reduce((all, { count }) => all + count, 0),
      lately('error'),
    );
    assert.deepEqual(ends.old, []);
    const locks = await readLocks(pool, type, today - 24 * 3600, 4, here);
    const held = own.filter((token) => standingOf(token).state === 'locked');
    const oldest = held.map(({ lock }) => Number(lock)).sort((a, b) => a - b);
    assert.equal(locks.oldest.length, 4);
    assert.equal(locks.oldest[0]?.lock, oldest[0]);
    assert.equal(locks.stuck, oldest.filter((lock) => lock < today - 24 * 3600).length);
    const first = held.find(({ _id: id }) => id === locks.oldest[0]?.id);
    assert.deepEqual([locks.oldest[0]?.job, locks.oldest[0]?.host], [first?.slurm_job_id, first?.hostname]);
  }
});

test('errors of years ago are told apart from those of today', async (t) => {
  const closed = (id: string, code: number, at: number): object => ({ _id: id, type: 'old', lock: at - 60, done: at, output: code });
  const then = Date.UTC(2017, 5, 1) / 1000;
  const documents = [closed('a', 21, then), closed('b', 21, then), closed('c', 21, today - 100), closed('d', 22, then)] as Document[];
  const { pool } = await openPlace(t, { designs: [], documents });
  await install(pool);
  const groups = errorGroups(await readShares(pool, 'old', here), await readEnds(pool, 'old', today * 1000, here));
  assert.deepEqual(
    groups.map(({ code, count, meaning, once }) => [code, count, meaning, once]),
    [
      [21, 3, 'The download failed', { meaning: 'The results could not be uploaded', count: 2 }],
      [22, 1, 'The data was not staged', undefined],
    ],
  );
});

test('a pool is read a part at a time, the counts first, the largest type where none is named', async (t) => {
  const { pool } = await openPlace(t);
  await install(pool);
  const parts: string[] = [];
  const progress = (part: Reading): unknown => parts.push(Object.keys(part).sort().join(' '));
  const reading = await readPool(pool, { ...here, now: today * 1000, stuckHours: 24, progress });
  assert.deepEqual(parts, ['counts type', 'counts shares type', 'counts ends shares type', 'counts ends locks shares type']);
  assert.equal(reading.type, lrtType);
  const other = await readPool(pool, { ...here, now: today * 1000, stuckHours: 24, type: 'token' });
  assert.equal(other.type, 'token');
  const gone = await readPool(pool, { ...here, now: today * 1000, stuckHours: 24, type: 'nobody has it' });
  assert.deepEqual([gone.type, gone.shares, gone.locks], ['nobody has it', undefined, undefined]);
});

test('without our views the server’s own counts are read, and so with those of another version', async (t) => {
  const { pool, poolOf, room } = await openPlace(t);
  const read = (from: Pool): Promise<Reading> => readPool(from, { ...here, now: today * 1000, stuckHours: 24 });
  const { counts, server } = await read(pool);
  assert.equal(counts, undefined);
  assert.equal(server?.designer, true);
  assert.ok(server.documents > 200);
  const monitor = server.overviews.find(({ design }) => design === 'Monitor');
  assert.equal(monitor?.buckets.find(({ name }) => name === 'done')?.count, 14);
  assert.equal((await read(poolOf(room.guest))).server?.designer, false);
  const { views } = ourDesign;
  const older = { ...views, tokens: { ...views.tokens, map: 'function (doc) { emit([doc.type, "todo", doc._id], null); }' } };
  await pool.reviseDesign(designName, () => ({ language: 'javascript', views: older }), here);
  assert.equal((await read(pool)).counts, undefined);
  await pool.reviseDesign(designName, (found) => ({ ...found, views }), here);
  assert.ok(((await read(pool)).counts?.length ?? 0) > 0);
});

test('an empty pool, and one that is not there', async (t) => {
  const { pool, poolOf, room } = await openPlace(t, { designs: [], documents: [] });
  await install(pool);
  const read = (from: Pool): Promise<Reading> => readPool(from, { ...here, now: today * 1000, stuckHours: 24 });
  assert.deepEqual(await read(pool), { counts: [] });
  await assert.rejects(read(poolOf(room.operator, { database: 'nowhere' })), isKind('notFound', 'forbidden'));
  await assert.rejects(read(poolOf({ user: 'nobody', password: 'x' })), isKind('auth'));
});
