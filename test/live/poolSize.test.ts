/** A pool of ten thousand and of a hundred thousand: the first page and the counts take as many requests, and as many bytes, as in a small one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCouchPool } from '../../src/adapters/couch';
import type { Pool, RowPage, TokenRow } from '../../src/core/tokens/pool';
import { readPool } from '../../src/core/tokens/reading';
import { Stock, typesOf } from '../../src/core/tokens/stock';
import { hugeType, idOf, startHugePool } from '../practice/hugePool';
import { today } from '../practice/poolTokens';

const here = { signal: new AbortController().signal };
const sizes = [10_000, 100_000];

interface Opening {
  readonly requests: readonly string[];
  readonly bytes: number;
}

async function open(
  tokens: number,
  t: { after(run: () => Promise<void>): void },
): Promise<{ opening: Opening; pool: Pool; log: string[]; sent: () => number }> {
  const { url, database, log, sent, stop } = await startHugePool(tokens);
  t.after(stop);
  const pool = createCouchPool({ name: 'Huge', url, database, credentials: () => Promise.resolve({ user: 'operator', password: 'x' }) });
  const facts = await pool.facts(here);
  assert.equal(facts.documents, tokens + 1);
  const counts = await pool.counts(here);
  assert.deepEqual(
    counts.map(({ state, count }) => [state, count]),
    [
      ['done', (tokens * 4) / 10],
      ['error', tokens / 10],
      ['locked', tokens / 10],
      ['todo', (tokens * 4) / 10],
    ],
  );
  const page = await pool.page({ type: hugeType, state: 'todo' }, here);
  assert.equal(page.rows.length, 200);
  return { opening: { requests: [...log], bytes: sent() }, pool, log, sent };
}

test('first page and counts', async (t) => {
  const [small, large] = await Promise.all(sizes.map((tokens) => open(tokens, t)));
  assert.ok(small !== undefined && large !== undefined);
  assert.equal(small.opening.requests.length, 6, 'four for the facts, one for the counts, one for the page');
  const sorted = ({ opening }: { readonly opening: Opening }): string[] => [...opening.requests].sort();
  assert.deepEqual(sorted(large), sorted(small));
  assert.ok(large.opening.bytes - small.opening.bytes < 100, `${small.opening.bytes} and ${large.opening.bytes} bytes`);
  assert.ok(large.opening.requests.every((line) => !/skip=|include_docs=true|_all_docs/.test(line)));
});

test('the tree: a pool, its types, a state opened, and all of it renewed', async (t) => {
  const look = async (tokens: number) => {
    const { pool, log, sent } = await open(tokens, t);
    const stock = new Stock(() => Promise.resolve(pool));
    const before = { requests: log.length, bytes: sent() };
    const { counts = [] } = await stock.sight(here);
    assert.equal(typesOf(counts)[0]?.total, tokens);
    const shown = await stock.tokens({ type: hugeType, state: 'error' }, here);
    assert.equal(shown.rows.length, 200);
    await stock.tokens({ type: hugeType, state: 'error' }, here);
    const opened = log.length - before.requests;
    await stock.more({ type: hugeType, state: 'error' }, here);
    assert.equal((await stock.tokens({ type: hugeType, state: 'error' }, here)).rows.length, 400);
    assert.equal(await stock.renew(here), false, 'nothing is different');
    return { opened, requests: log.slice(before.requests), bytes: sent() - before.bytes };
  };
  const [small, large] = [await look(10_000), await look(100_000)];
  assert.equal(small.opened, 3, 'one for the design documents, one for the counts, one for the page; the second look asks nobody');
  assert.deepEqual([...large.requests].sort(), [...small.requests].sort());
  assert.ok(large.bytes - small.bytes < 200, `${small.bytes} and ${large.bytes} bytes`);
});

test('all figures of the panel', async (t) => {
  const read = async (tokens: number) => {
    const { pool, log, sent } = await open(tokens, t);
    const before = { requests: log.length, bytes: sent() };
    const now = today * 1000;
    const { shares = [], ends, locks } = await readPool(pool, { ...here, now, stuckHours: 24 });
    assert.ok(ends !== undefined && locks !== undefined);
    return { tokens, shares, ends, locks, requests: log.slice(before.requests), bytes: sent() - before.bytes };
  };
  const [small, large] = [await read(10_000), await read(100_000)];
  assert.equal(
    small.requests.length,
    9,
    'one for the design, one for the counts, one for the shares, three for the ends, three for the locks',
  );
  assert.deepEqual([...large.requests].sort(), [...small.requests].sort());
  assert.ok(large.bytes - small.bytes < 100, `${small.bytes} and ${large.bytes} bytes`);
  for (const { tokens, shares, ends, locks } of [small, large]) {
    const of = (state: string) => shares.filter((each) => each.state === state).map(({ count, code, field }) => [count, code, field]);
    assert.deepEqual(of('done'), [[(tokens * 4) / 10, null, null]]);
    assert.deepEqual(of('error'), [[tokens / 10, 22, 'output']]);
    assert.equal(ends.hours.done.at(-2), (tokens * 4) / 10, 'all of them two minutes before the hour');
    assert.deepEqual(ends.old, []);
    assert.equal(locks.oldest.length, 8);
    assert.equal(locks.stuck, 0);
  }
});

for (const tokens of sizes) {
  test(`all tokens of a state of ${tokens}, page by page, once each and in order`, async (t) => {
    const { pool, log, sent } = await open(tokens, t);
    const before = { requests: log.length, bytes: sent() };
    let last = '';
    let seen = 0;
    let page: RowPage<TokenRow> | undefined;
    do {
      page = await pool.page({ type: hugeType, state: 'error', ...(page?.next === undefined ? {} : { cursor: page.next }) }, here);
      for (const { id, state, code } of page.rows) {
        assert.ok(id > last && state === 'error' && code === 22);
        last = id;
        seen++;
      }
    } while (page.next !== undefined);
    assert.equal(seen, tokens / 10);
    const pages = Math.ceil(seen / 200);
    assert.equal(log.length - before.requests, pages, 'one request a page');
    assert.ok((sent() - before.bytes) / pages < 60_000, 'no page grows with the pool');
  });

  test(`${tokens} documents written and read in requests of 500`, async (t) => {
    const { pool, log } = await open(tokens, t);
    const before = log.length;
    const documents = {
      *[Symbol.iterator]() {
        for (let k = 0; k < tokens; k++) yield { _id: idOf(k), _rev: '1-made', type: hugeType, lock: 0, done: 0 };
      },
    };
    const { rows, ended } = await pool.bulk(documents, here);
    assert.deepEqual(
      [ended, rows.length, rows.every(({ outcome }) => outcome === 'written'), log.length - before],
      [undefined, tokens, true, tokens / 500],
    );
    const ids = Array.from({ length: 1200 }, (_, k) => idOf(k * 7));
    assert.equal((await pool.documents(ids, here)).size, 1200);
    assert.equal(log.length - before - tokens / 500, 3);
  });
}
