/** Bulk writes: what goes into a request, and what is made of its answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BulkRow } from '../../../src/core/tokens/pool';
import type { TokenDocument } from '../../../src/core/tokens/state';
import { here, json, serve, type Answerer, type Asked } from './pool';

const documents = (count: number, fields: TokenDocument = {}): TokenDocument[] =>
  Array.from({ length: count }, (_, k) => ({ _id: `t${k}`, type: 't', lock: 0, done: 0, ...fields }));
const sent = ({ body }: Asked): TokenDocument[] => (JSON.parse(body) as { docs: TokenDocument[] }).docs;
const accept: Answerer = (asked, response) => {
  json(
    response,
    201,
    sent(asked).map(({ _id: id }) => ({ ok: true, id, rev: '1-x' })),
  );
};
const outcomes = (rows: readonly BulkRow[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { outcome } of rows) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

test('500 documents a request, one after the other, each told', async (t) => {
  const { pool, asked } = await serve(t, accept);
  const told: number[] = [];
  const { rows, ended } = await pool.bulk(documents(1201), { ...here, progress: (settled) => told.push(settled) });
  assert.deepEqual([asked.map((each) => sent(each).length), told, ended], [[500, 500, 201], [500, 1000, 1201], undefined]);
  assert.deepEqual(
    rows.map(({ id, outcome }) => [id, outcome]),
    documents(1201).map(({ _id: id }) => [id, 'written']),
  );
  assert.ok(asked.every(({ url, method }) => url === '/practice/_bulk_docs' && method === 'POST'));
  await pool.bulk(documents(3), { ...here, chunk: 2 });
  assert.deepEqual(
    asked.slice(3).map((each) => sent(each).length),
    [2, 1],
  );
  await pool.bulk(documents(1500), { ...here, chunk: 5000 });
  assert.deepEqual(
    asked.slice(5).map((each) => sent(each).length),
    [1000, 500],
  );
  assert.deepEqual(await pool.bulk([], here), { rows: [] });
});

test('6 MB a request; one that is larger by its attachment goes alone', async (t) => {
  const { pool, asked } = await serve(t, accept);
  const text = 'x'.repeat(1_000_000);
  const big = { _id: 'big', _attachments: { 'a.bin': { content_type: 'x/y', data: 'A'.repeat(9_000_000) } } };
  const { rows } = await pool.bulk([...documents(7, { text }), big, ...documents(1)], here);
  assert.deepEqual(
    asked.map((each) => sent(each).length),
    [5, 2, 1, 1],
  );
  assert.ok(asked.filter((each) => sent(each).length > 1).every(({ body }) => body.length <= 6_000_000));
  assert.deepEqual(outcomes(rows), { written: 9 });
});

test('a document that CouchDB would refuse is named and not sent, and the others are', async (t) => {
  const { pool, asked } = await serve(t, accept);
  const huge = { _id: 'huge', text: 'ü'.repeat(4_000_000) };
  const { rows, ended } = await pool.bulk([...documents(2), huge, { type: 't' }, ...documents(1)], here);
  assert.deepEqual([outcomes(rows), ended], [{ written: 3, refused: 2 }, undefined]);
  const [, , row, nameless] = rows;
  assert.match(row?.outcome === 'refused' ? row.message : '', /^“huge” has 8.000.024 bytes, and a document can have 8.000.000\./);
  assert.match(nameless?.outcome === 'refused' ? nameless.message : '', /no id/);
  assert.ok(asked.every(({ body }) => !body.includes('huge')));
});

test('each row of the answer counts by itself, whatever their order', async (t) => {
  const { pool } = await serve(t, (asked, response) => {
    const [a, b, c, d] = sent(asked).map(({ _id: id }) => id);
    json(response, 201, [
      { id: c, error: 'forbidden', reason: 'only admins' },
      { ok: true, id: a, rev: '2-x' },
      { id: b, error: 'conflict', reason: 'Document update conflict.' },
      { id: d, error: 'strange' },
    ]);
  });
  const { rows } = await pool.bulk(documents(5), here);
  assert.deepEqual(rows, [
    { id: 't0', outcome: 'written', rev: '2-x' },
    { id: 't1', outcome: 'conflict' },
    { id: 't2', outcome: 'refused', message: 'only admins' },
    { id: 't3', outcome: 'refused', message: 'strange' },
    { id: 't4', outcome: 'unknown' },
  ]);
});

test('the same id twice: the first is written, the second is a conflict', async (t) => {
  const { pool } = await serve(t, (_, response) => {
    json(response, 201, [
      { ok: true, id: 't0', rev: '1-x' },
      { id: 't0', error: 'conflict', reason: 'x' },
    ]);
  });
  const { rows } = await pool.bulk([...documents(1), ...documents(1)], here);
  assert.deepEqual(
    rows.map(({ outcome }) => outcome),
    ['written', 'conflict'],
  );
});

test('a server that takes less is given less, and the culprit is named', async (t) => {
  const { pool, asked } = await serve(t, (each, response) => {
    if (each.body.includes('"t5"')) json(response, 413, { error: 'document_too_large', reason: 't5' });
    else accept(each, response);
  });
  const told: number[] = [];
  const { rows, ended } = await pool.bulk(documents(8), { ...here, progress: (settled) => told.push(settled) });
  assert.deepEqual([outcomes(rows), ended, told.at(-1)], [{ written: 7, refused: 1 }, undefined, 8]);
  assert.match(rows[5]?.outcome === 'refused' ? rows[5].message : '', /“t5” is too large for Practice/);
  assert.ok(asked.length <= 7);
});

test('a refusal of the whole ends it: what was written is known, the rest was not sent', async (t) => {
  let requests = 0;
  const { pool, asked } = await serve(t, (each, response) => {
    if (++requests === 2) json(response, 403, { error: 'forbidden', reason: 'no' });
    else accept(each, response);
  });
  const { rows, ended } = await pool.bulk(documents(30), { ...here, chunk: 10 });
  assert.deepEqual([outcomes(rows), ended?.kind, asked.length], [{ written: 10, unsent: 20 }, 'forbidden', 2]);
});

/** The answer to the bulk write is lost; what the pool then holds decides. */
async function lost(
  t: Parameters<typeof serve>[0],
  there: (document: TokenDocument) => TokenDocument | undefined,
  given: readonly TokenDocument[],
) {
  const { pool } = await serve(t, (asked, response) => {
    if (asked.url.includes('_bulk_docs')) {
      response.socket?.destroy();
      return;
    }
    const { keys } = JSON.parse(asked.body) as { readonly keys: readonly string[] };
    const rows = keys.map((id) => {
      const doc = there(given.find((each) => each._id === id) ?? {});
      return doc === undefined ? { key: id, error: 'not_found' } : { id, key: id, value: {}, doc };
    });
    json(response, 200, { rows });
  });
  return pool.bulk(given, here);
}

test('a lost answer is made good by looking', async (t) => {
  const given = documents(2, { _rev: '1-a', _attachments: { x: { data: 'AA==', content_type: 'a/b' } }, nested: { b: 1, a: [1] } });
  const stored = (document: TokenDocument): TokenDocument => ({
    ...document,
    nested: { a: [1], b: 1 },
    _rev: '2-b',
    _attachments: { x: { stub: true, length: 1, digest: 'md5-x' } },
  });
  const written = await lost(t, stored, given);
  assert.deepEqual([outcomes(written.rows), written.ended?.kind], [{ written: 2 }, 'unreachable']);
  assert.deepEqual(outcomes((await lost(t, (document) => ({ ...document, _rev: '1-a' }), given)).rows), { unsent: 2 });
  assert.deepEqual(outcomes((await lost(t, (document) => ({ ...stored(document), lock: 5 }), given)).rows), { conflict: 2 });
  assert.deepEqual(outcomes((await lost(t, () => undefined, documents(2))).rows), { unsent: 2 });
  assert.deepEqual(outcomes((await lost(t, () => undefined, documents(2, { _rev: '1-a', _deleted: true }))).rows), { written: 2 });
});

test('where looking fails too, nothing is claimed', async (t) => {
  const { pool, asked } = await serve(t, (_, response) => response.socket?.destroy());
  const { rows, ended } = await pool.bulk(documents(20), { ...here, chunk: 10 });
  assert.deepEqual([outcomes(rows), ended?.kind, asked.length], [{ unknown: 10, unsent: 10 }, 'unreachable', 2]);
});

test('stopped in the middle: the request that was on its way is not known, the rest was not sent', async (t) => {
  const control = new AbortController();
  const { pool, asked } = await serve(t, (each, response) => {
    if (asked.length === 1) accept(each, response);
    else control.abort();
  });
  const { rows, ended } = await pool.bulk(documents(30), { signal: control.signal, chunk: 10 });
  assert.deepEqual([outcomes(rows), ended?.kind, asked.length], [{ written: 10, unknown: 10, unsent: 10 }, 'cancelled', 2]);
});

test('an answer that is no list of rows is looked into', async (t) => {
  const { pool } = await serve(t, ({ url }, response) => {
    json(response, 201, url.includes('_bulk_docs') ? { ok: true } : { rows: [] });
  });
  const { rows, ended } = await pool.bulk(documents(2), here);
  assert.deepEqual([outcomes(rows), ended?.kind], [{ unsent: 2 }, 'malformed']);
});
