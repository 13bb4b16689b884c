/** What the trees read of a pool: counts, pages in both orders, renewal, and what is not installed. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ourDesign } from '../../src/core/tokens/design';
import { Stock, typesOf } from '../../src/core/tokens/stock';
import { ask } from '../practice/poolSeed';
import { lrtType, practiceDocuments } from '../practice/poolTokens';
import { close, here, openPlace } from '../practice/poolPlace';

after(close);

test('without our view: the server’s own counts; with it ours, and a view of another version is as none', async (t) => {
  const { pool, server, room } = await openPlace(t, { documents: practiceDocuments() });
  const stock = new Stock(() => Promise.resolve(pool));
  const before = await stock.sight(here);
  assert.equal(before.counts, undefined);
  assert.ok(before.overviews.some(({ design }) => design === 'Monitor'));
  await pool.reviseDesign(
    'grid-workbench',
    () => ({ ...ourDesign, views: { tokens: { map: 'function (doc) { emit(doc.type, 1); }', reduce: '_count' } } }),
    here,
  );
  assert.equal(await stock.renew(here), true);
  assert.equal((await stock.sight(here)).counts, undefined, 'its keys mean something else');
  await pool.reviseDesign('grid-workbench', (found) => ({ ...ourDesign, _rev: found?._rev }), here);
  assert.equal(await stock.renew(here), true);
  const { counts = [] } = await stock.sight(here);
  assert.ok(typesOf(counts).some(({ type }) => type === lrtType));
  const path = `${encodeURIComponent(room.database)}/_design/grid-workbench`;
  const { _rev: rev } = (await ask(server, 'GET', path)) as { readonly _rev: string };
  await ask(server, 'DELETE', `${path}?rev=${rev}`);
  assert.equal(await stock.renew(here), true);
  assert.equal((await stock.sight(here)).counts, undefined);
});

test('pages by name and by age hold the same tokens; by age the oldest are first', async (t) => {
  const { pool } = await openPlace(t, { documents: practiceDocuments() });
  await pool.reviseDesign('grid-workbench', () => ourDesign, here);
  const stock = new Stock(() => Promise.resolve(pool));
  for (const state of ['locked', 'done'] as const) {
    stock.order = 'name';
    const byName = await stock.tokens({ type: lrtType, state }, here);
    stock.order = 'age';
    const byAge = await stock.tokens({ type: lrtType, state }, here);
    assert.deepEqual(byAge.rows.map(({ id }) => id).sort(), byName.rows.map(({ id }) => id).sort());
    const hours = byAge.rows.map(({ lock, done }) => Math.floor(((state === 'locked' ? lock : done) ?? 0) / 3600));
    assert.deepEqual(
      hours,
      [...hours].sort((a, b) => a - b),
    );
    const row = byAge.rows[0];
    assert.deepEqual(
      row,
      byName.rows.find(({ id }) => id === row?.id),
    );
  }
  const todo = await stock.tokens({ type: lrtType, state: 'todo' }, here);
  assert.ok(todo.rows.length > 0, 'what has no time is still there');
});

test('a change is seen by renewal, and a token’s attachments are asked for again', async (t) => {
  const { pool } = await openPlace(t, { documents: practiceDocuments() });
  await pool.reviseDesign('grid-workbench', () => ourDesign, here);
  const stock = new Stock(() => Promise.resolve(pool));
  await stock.sight(here);
  const { rows } = await stock.tokens({ type: lrtType, state: 'todo' }, here);
  const id = rows.find(({ attachments }) => attachments === 1)?.id ?? '';
  assert.equal((await stock.stubs(id, here)).length, 1);
  assert.equal(await stock.renew(here), false);
  const document = await pool.document(id, here);
  await pool.attach(id, String(document._rev), 'note.txt', { contentType: 'text/plain', bytes: Buffer.from('x') }, here);
  assert.equal(await stock.renew(here), true);
  assert.equal((await stock.stubs(id, here)).length, 2);
});
