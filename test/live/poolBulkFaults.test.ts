/** Bulk actions behind a line that fails, beside somebody who is faster, and stopped at every step: nothing lost, nothing twice, every token accounted for. */
import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import { attachmentWrite, enclose } from '../../src/adapters/enclosure';
import { GridError } from '../../src/core/errors';
import { changeTokens, type ChangeReport, type Write } from '../../src/core/tokens/bulk/change';
import { attaching, deleting, resetting, setting, type Edit } from '../../src/core/tokens/bulk/edit';
import type { Which } from '../../src/core/tokens/bulk/which';
import { deleteType } from '../../src/core/tokens/bulk/type';
import type { Pool } from '../../src/core/tokens/pool';
import type { TokenDocument } from '../../src/core/tokens/state';
import { standardDesign } from '../../src/core/tokens/views';
import { startProxy, type Fault, type FaultyProxy } from '../practice/faultyProxy';
import { close, here, openPlace } from '../practice/poolPlace';

after(close);

/** Three requests' worth, of which the second or third is hit. */
const total = 1_100;
const ids = Array.from({ length: total }, (_, k) => `t${String(k).padStart(4, '0')}`);
const failed = { type: 'run', lock: 5, done: 6, output: 21, status: 'error', scrub_count: 0 };
const byIds: Which = { by: 'ids', ids };
const byFields: Which = { by: 'where', where: { state: 'error', fields: { type: 'run' } } };

interface Line {
  /** Through the proxy. */
  readonly pool: Pool;
  /** Past it. */
  readonly straight: Pool;
  readonly proxy: FaultyProxy;
}

async function openLine(t: TestContext, documents: readonly TokenDocument[], deadlineMs = 20_000): Promise<Line> {
  const { server, room, pool: straight, poolOf } = await openPlace(t, { documents, designs: [standardDesign('lrt', { type: 'run' })] });
  const proxy = await startProxy(server.url);
  t.after(() => proxy.stop());
  return { pool: poolOf(room.operator, { url: proxy.url, deadlineMs }), straight, proxy };
}

const tokens = (): TokenDocument[] => ids.map((id) => ({ _id: id, ...failed }));
const accounted = ({ changed, skipped, conflicts, failed: lost }: ChangeReport): number =>
  changed + skipped + conflicts.length + lost.filter(({ id }) => id !== '').length;

/** What befalls a request in the middle of a reset by ids: the rows that are named as not done. */
const faults: readonly (readonly [string, Fault, number])[] = [
  ['reading is dropped', { kind: 'drop', path: /_all_docs$/, after: 1, times: 1 }, 600],
  ['reading breaks off', { kind: 'truncate', path: /_all_docs$/, after: 2, times: 1 }, 100],
  ['writing is dropped', { kind: 'drop', path: /_bulk_docs$/, after: 1, times: 1 }, 600],
  ['the answer is lost', { kind: 'lose', path: /_bulk_docs$/, after: 1, times: 1 }, 100],
  ['the answer is cut', { kind: 'cut', path: /_bulk_docs$/, after: 2, times: 1 }, 0],
  ['an error page', { kind: 'page', path: /_bulk_docs$/, after: 1, times: 1 }, 600],
  ['a sign-in page', { kind: 'redirect', path: /_bulk_docs$/, after: 1, times: 1 }, 600],
  ['it is slow', { kind: 'delay', path: /_bulk_docs$/, after: 1, times: 1, ms: 300 }, 0],
];

for (const [name, fault, wanted] of faults)
  test(`a reset of ${total}: ${name}`, async (t) => {
    const { pool, straight, proxy } = await openLine(t, tokens());
    proxy.fault(fault);
    const first = await changeTokens(pool, byIds, resetting('lrt'), here);
    assert.equal(accounted(first), total, 'each is accounted for');
    assert.equal(first.failed.length, wanted);
    assert.equal(first.ended === undefined, fault.kind === 'delay');
    assert.ok(first.failed.every(({ id, message }) => ids.includes(id) && message.endsWith('.')));
    const there = await straight.documents(ids, here);
    const lost = new Set(first.failed.map(({ id }) => id));
    for (const [id, { scrub_count: scrubs }] of there) assert.equal(scrubs, lost.has(id) ? 0 : 1, id);
    // Once more, by ids and by state: nothing is counted twice.
    const second = await changeTokens(pool, byIds, resetting('lrt'), here);
    assert.deepEqual([second.changed, second.skipped, second.failed], [lost.size, total - lost.size, []]);
    assert.equal((await changeTokens(pool, byFields, resetting('lrt'), here)).changed, 0);
    assert.ok([...(await straight.documents(ids, here)).values()].every(({ scrub_count: scrubs }) => scrubs === 1));
  });

test('a server that is gone from the start is an error, and one that goes and stays away names what it may have done', async (t) => {
  const { pool, straight, proxy } = await openLine(t, tokens());
  proxy.fault({ kind: 'drop' });
  await assert.rejects(changeTokens(pool, byFields, deleting, here), (error) => error instanceof GridError && error.kind === 'unreachable');
  proxy.heal();
  proxy.fault({ kind: 'lose', path: /_bulk_docs$/, after: 1 });
  proxy.fault({ kind: 'drop', path: /_all_docs$/, method: 'POST', after: 2 });
  const report = await changeTokens(pool, byIds, deleting, here);
  proxy.heal();
  assert.deepEqual([report.changed, accounted(report), report.ended?.kind], [500, total, 'unreachable']);
  assert.deepEqual(
    [/Whether it was changed is not known/, /It was not reached/].map(
      (sentence) => report.failed.filter(({ message }) => sentence.test(message)).length,
    ),
    [500, 100],
  );
  assert.equal((await straight.documents(ids, here)).size, 100);
  const rest = await changeTokens(pool, byFields, deleting, here);
  assert.deepEqual([rest.changed, rest.failed], [100, []]);
});

test('a search that breaks off says that there is more', async (t) => {
  const { pool, proxy } = await openLine(t, tokens());
  proxy.fault({ kind: 'drop', path: /_all_docs$/, method: 'GET', after: 1 });
  const report = await changeTokens(pool, byFields, resetting('scrub'), here);
  assert.ok(report.changed > 0 && report.changed < total);
  assert.deepEqual(
    report.failed.map(({ id }) => id),
    [''],
  );
  assert.match(report.failed[0]?.message ?? '', /^What comes after was not reached: Practice/);
});

test('somebody who is faster keeps what they wrote, and is named', async (t) => {
  const { pool, straight, proxy } = await openLine(t, tokens());
  proxy.fault({ kind: 'rival', path: /_bulk_docs$/ });
  const report = await changeTokens(pool, byIds, resetting('hard'), here);
  assert.deepEqual([report.changed, report.conflicts.length, report.failed], [total - 3, 3, []]);
  for (const { id, message } of report.conflicts) {
    assert.match(message, /changed meanwhile/);
    assert.equal((await straight.document(id, here)).hostname, 'rival');
  }
  proxy.heal();
  const again = await changeTokens(pool, byIds, resetting('hard'), here);
  assert.deepEqual([again.changed, again.skipped], [3, total - 3]);
});

const edits: readonly (readonly [string, Edit])[] = [
  ['a reset', resetting('scrub')],
  ['a field', setting('x', { a: 1 })],
  ['a deletion', deleting],
];
for (const [name, edit] of edits)
  test(`${name} stopped at each step, and repeated`, async (t) => {
    const { pool, straight } = await openLine(t, tokens());
    const control = new AbortController();
    const report = await changeTokens(pool, byIds, edit, { signal: control.signal, progress: () => control.abort() });
    assert.deepEqual([report.changed, accounted(report), report.ended?.kind], [500, total, 'cancelled']);
    // A request of many that are large is several: stopped between those, too.
    const within = new AbortController();
    const write: Write = (documents, options) => pool.bulk(documents, { ...options, chunk: 100, progress: () => within.abort() });
    const next = await changeTokens(pool, { by: 'ids', ids: ids.slice(500) }, edit, { signal: within.signal, write });
    // The document that was taken already still goes.
    assert.deepEqual([next.changed, next.failed.length, next.ended?.kind], [101, 499, 'cancelled']);
    const done = 601;
    const rest = await changeTokens(pool, byFields, edit, here);
    assert.equal(rest.changed, total - done);
    const left = [...(await straight.documents(ids, here)).values()];
    assert.equal(left.length, edit === deleting ? 0 : total);
    if (name === 'a reset') assert.ok(left.every(({ scrub_count: scrubs }) => scrubs === 1));
  });

test('stopped before anything is done is an error', async (t) => {
  const { pool } = await openLine(t, []);
  const control = new AbortController();
  control.abort();
  await assert.rejects(
    changeTokens(pool, byIds, deleting, { signal: control.signal }),
    (error) => error instanceof GridError && error.kind === 'cancelled',
  );
});

test('a document that is too large for the server is named, and the others are written', async (t) => {
  const { pool } = await openLine(t, [
    { _id: 'large', ...failed, text: 'x'.repeat(7_900_000) },
    { _id: 'small', ...failed },
  ]);
  const report = await changeTokens(pool, { by: 'ids', ids: ['large', 'small'] }, setting('more', 'y'.repeat(200_000)), here);
  assert.deepEqual([report.changed, report.failed.map(({ id }) => id)], [1, ['large']]);
  assert.match(report.failed[0]?.message ?? '', /8.100.\d{3} bytes/);
});

test('a large file for each: one that is changed meanwhile keeps what it has, one that fails ends it', async (t) => {
  const few = ids.slice(0, 4);
  const { pool, straight, proxy } = await openLine(
    t,
    few.map((id) => ({ _id: id, ...failed })),
  );
  const bytes = Buffer.alloc(1_200_000, 'grid');
  const file = enclose('big.bin', 'application/octet-stream', bytes);
  const which: Which = { by: 'ids', ids: few };
  const attach = (): Promise<ChangeReport> =>
    changeTokens(pool, which, attaching(file.enclosure), { ...here, ...attachmentWrite(pool, file) });
  proxy.fault({ kind: 'lose', path: /big\.bin$/, after: 1, times: 1 });
  const first = await attach();
  assert.deepEqual([first.changed, first.failed.length, first.ended?.kind], [1, 3, 'unreachable']);
  const second = await attach();
  assert.deepEqual([second.changed + second.skipped, second.conflicts, second.failed], [4, [], []]);
  for (const id of few) assert.equal(Buffer.compare((await straight.attachment(id, 'big.bin', here)).bytes, bytes), 0);
  const [rival = ''] = few;
  let once = true;
  const write = attachmentWrite(pool, enclose('other.bin', 'application/octet-stream', bytes)).write;
  const third = await changeTokens(pool, which, attaching(enclose('other.bin', 'application/octet-stream', bytes).enclosure), {
    ...here,
    write: async (documents, options) => {
      if (once) await straight.save({ ...(await straight.document(rival, here)), status: 'mine' }, here);
      once = false;
      return (await write?.(documents, options)) ?? { rows: [] };
    },
  });
  assert.deepEqual([third.changed, third.conflicts.map(({ id }) => id)], [3, [rival]]);
});

test('the design document of a type stays while tokens of it do', async (t) => {
  const { pool, straight, proxy } = await openLine(t, tokens());
  proxy.fault({ kind: 'rival', path: /_bulk_docs$/, times: 1 });
  const first = await deleteType(pool, 'run', here);
  assert.deepEqual([first.conflicts.length, first.views, (await straight.designs(here)).length], [1, 0, 1]);
  const second = await deleteType(pool, 'run', here);
  assert.deepEqual([second.changed, second.views, (await straight.designs(here)).length], [1, 5, 0]);
});
