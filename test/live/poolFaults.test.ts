/** A pool behind a line that drops, delays, truncates and lies: nothing is lost, nothing is done twice, and every row is accounted for. */
import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import { createTokens } from '../../src/core/tokens/create';
import { GridError } from '../../src/core/errors';
import type { BulkReport, Pool } from '../../src/core/tokens/pool';
import { resetToken } from '../../src/core/tokens/reset';
import { startProxy, type Fault, type FaultyProxy } from '../practice/faultyProxy';
import { close, here, openPlace } from '../practice/poolPlace';

after(close);

const bulkPath = /_bulk_docs$/;
const total = 100;
const chunk = 20;
const plan = {
  dialect: 'lrt' as const,
  type: 'run',
  template: {},
  slices: Array.from({ length: total }, (_, k) => ({ name: String(k), links: [`srm://a/${k}`] })),
  now: 1_795_000_000,
};
const ids = Array.from({ length: total }, (_, k) => `t_run_L000000_SB${String(k).padStart(3, '0')}`);

interface Line {
  /** Through the proxy. */
  readonly pool: Pool;
  /** Past it. */
  readonly straight: Pool;
  readonly proxy: FaultyProxy;
}

async function openLine(t: TestContext, deadlineMs = 60_000): Promise<Line> {
  const { server, room, pool: straight, poolOf } = await openPlace(t, { documents: [], designs: [] });
  const proxy = await startProxy(server.url);
  t.after(() => proxy.stop());
  return { pool: poolOf(room.operator, { url: proxy.url, deadlineMs, retryMs: 5, quietMs: 2_000 }), straight, proxy };
}

const count = ({ rows }: BulkReport, outcome: string): number => rows.filter((row) => row.outcome === outcome).length;

/** What befalls the third request of five, and how many rows it leaves in which outcome. */
const cases: readonly (readonly [string, Fault, Readonly<Record<string, number>>])[] = [
  ['dropped on its way', { kind: 'drop' }, { written: 40, unsent: 60 }],
  ['answer lost', { kind: 'lose' }, { written: 60, unsent: 40 }],
  ['answer truncated', { kind: 'truncate' }, { written: 60, unsent: 40 }],
  ['answer cut', { kind: 'cut' }, { written: 60, unsent: 40 }],
  ['no answer in time', { kind: 'hang' }, { written: 40, unsent: 60 }],
  ['redirected', { kind: 'redirect' }, { written: 40, unsent: 60 }],
  ['error page', { kind: 'page' }, { written: 40, unsent: 60 }],
  ['another page', { kind: 'page', status: 200 }, { written: 40, unsent: 60 }],
  ['a nonsense answer', { kind: 'answer', body: { ok: true } }, { written: 40, unsent: 60 }],
  ['late but whole', { kind: 'delay', ms: 300 }, { written: 100 }],
  ['one document was made by somebody else', { kind: 'rival' }, { written: 99, conflict: 1 }],
];

for (const [name, fault, wanted] of cases) {
  test(`a bulk write, its third request ${name}`, async (t) => {
    const { pool, straight, proxy } = await openLine(t, fault.kind === 'hang' ? 1_000 : 60_000);
    proxy.fault({ ...fault, path: bulkPath, after: 2, times: 1 });
    const first = await pool.bulk(createTokens(plan), { ...here, chunk });
    for (const [outcome, rows] of Object.entries(wanted)) assert.equal(count(first, outcome), rows, outcome);
    assert.equal(first.rows.length, total);
    assert.equal(first.ended === undefined, !('unsent' in wanted));
    const there = await straight.documents(ids, here);
    for (const row of first.rows) {
      if (row.outcome === 'written') assert.equal(there.get(row.id)?._rev, row.rev, 'what is said to be written is there');
      if (row.outcome === 'unsent') assert.ok(!there.has(row.id), 'what is said to be unsent is not there');
    }
    // Once more: only what lacked is made, and nothing is overwritten.
    const second = await pool.bulk(createTokens(plan), { ...here, chunk });
    assert.deepEqual([second.ended, count(second, 'written'), count(second, 'conflict')], [undefined, total - there.size, there.size]);
    const end = await straight.documents(ids, here);
    assert.equal(end.size, total);
    assert.ok([...there].every(([id, { _rev: rev }]) => end.get(id)?._rev === rev));
  });
}

test('a server that is gone and comes back: the rest is sent when asked again', async (t) => {
  const { pool, straight, proxy } = await openLine(t);
  proxy.fault({ kind: 'drop', after: 1 });
  const first = await pool.bulk(createTokens(plan), { ...here, chunk });
  assert.deepEqual([count(first, 'written'), count(first, 'unknown'), count(first, 'unsent')], [20, 20, 60]);
  assert.equal(first.ended?.kind, 'unreachable');
  proxy.heal();
  const second = await pool.bulk(createTokens(plan), { ...here, chunk });
  assert.deepEqual([count(second, 'written'), count(second, 'conflict')], [80, 20]);
  assert.equal((await straight.documents(ids, here)).size, total);
});

test('a reset that is cut off and repeated counts once', async (t) => {
  const { pool, straight, proxy } = await openLine(t);
  await straight.bulk(
    [...createTokens(plan)].map((token) => ({ ...token, lock: 5, done: 6, output: 21, status: 'error' })),
    here,
  );
  proxy.fault({ kind: 'lose', path: bulkPath, after: 1, times: 1 });
  const reset = async (): Promise<BulkReport> => {
    const found = [...(await straight.documents(ids, here)).values()].filter(({ lock }) => lock !== 0);
    return pool.bulk(
      found.map((each) => resetToken(each, 'scrub')),
      { ...here, chunk },
    );
  };
  assert.equal(count(await reset(), 'written'), 40);
  assert.equal(count(await reset(), 'written'), 60);
  assert.equal(count(await reset(), 'written'), 0);
  const documents = [...(await straight.documents(ids, here)).values()];
  assert.ok(documents.every(({ scrub_count: scrubs }) => scrubs === 1));
});

test('stopped at each request in turn, and repeated: every token is there once', async (t) => {
  const { pool, straight, proxy } = await openLine(t);
  for (let at = 0; at < total / chunk; at++) {
    const control = new AbortController();
    const report = await pool.bulk(createTokens(plan), {
      signal: control.signal,
      chunk,
      progress: (settled) => {
        if (settled === at * chunk) control.abort();
      },
    });
    if (at > 0) assert.equal(report.ended?.kind, 'cancelled');
  }
  const last = await pool.bulk(createTokens(plan), { ...here, chunk });
  assert.deepEqual([last.ended, count(last, 'conflict') + count(last, 'written')], [undefined, total]);
  const documents = await straight.documents(ids, here);
  assert.ok([...documents.values()].every(({ _rev: rev }) => String(rev).startsWith('1-')));
  assert.equal(documents.size, total);
  assert.ok(proxy.log.every((line) => !line.includes('_purge')));
});

test('reading through each fault ends in a sentence, and then works again', async (t) => {
  const { pool, straight, proxy } = await openLine(t, 500);
  await straight.save({ _id: 'a', type: 't', lock: 0, done: 0 }, here);
  for (const kind of ['drop', 'lose', 'truncate', 'cut', 'hang', 'redirect', 'page'] as const) {
    proxy.fault({ kind });
    for (const call of [
      () => pool.facts(here),
      () => pool.document('a', here),
      () => pool.documents(['a'], here),
      () => pool.designs(here),
      () => pool.rows({ design: 'x', view: 'y' }, {}, here),
      () => pool.attachment('a', 'x', here),
    ])
      await assert.rejects(call, (error) => error instanceof GridError && error.sentence.endsWith('.'), kind);
    proxy.heal();
    assert.equal((await pool.document('a', here))._id, 'a');
  }
});

test('the changes feed comes back by itself and misses nothing', async (t) => {
  const { pool, straight, proxy } = await openLine(t);
  const { seq } = await straight.facts(here);
  const control = new AbortController();
  const heard = new Set<string>();
  const silences: string[] = [];
  let turn: (() => void) | undefined;
  const next = (): Promise<void> => new Promise((resolve) => (turn = resolve));
  const following = (async () => {
    for await (const each of pool.changes(seq, { signal: control.signal })) {
      if (each.kind === 'silence') silences.push(each.error.kind);
      else for (const { id } of each.changes) heard.add(id);
      turn?.();
    }
  })();
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) await next();
  };
  await straight.save({ _id: 'a' }, here);
  await until(() => heard.has('a'));
  proxy.fault({ kind: 'drop' });
  // The question that is on its way still gets its answer; the next ones are dropped.
  await straight.save({ _id: 'b' }, here);
  await until(() => silences.length >= 2);
  await straight.save({ _id: 'c' }, here);
  proxy.heal();
  await until(() => heard.has('b') && heard.has('c'));
  control.abort();
  await following;
  assert.deepEqual([...new Set(silences)], ['unreachable']);
});
