/** The whole port against a real server: ours in memory, or the CouchDB at COUCHDB_URL. Nothing here asks which. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createTokens } from '../../src/core/tokens/create';
import { designName, ourDesign, timesView } from '../../src/core/tokens/design';
import { stubsOf } from '../../src/core/tokens/document';
import { GridError, type ErrorKind } from '../../src/core/errors';
import type { BulkRow, Pool, TokenRow } from '../../src/core/tokens/pool';
import { resetToken } from '../../src/core/tokens/reset';
import { isToken, standingOf } from '../../src/core/tokens/state';
import { mergeDesign, standardDesign, withoutView } from '../../src/core/tokens/views';
import { lrtType, pixel, practiceDocuments } from '../practice/poolTokens';
import { close, here, openPlace } from '../practice/poolPlace';

after(close);

const isKind =
  (kind: ErrorKind) =>
  (error: unknown): boolean =>
    error instanceof GridError && error.kind === kind;
const install = (pool: Pool): Promise<string | undefined> =>
  pool.reviseDesign(designName, (found) => mergeDesign(found, { name: designName, views: ourDesign.views }).document ?? 'keep', here);
const tallied = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

async function allRows(pool: Pool, type: string, state: TokenRow['state'], limit: number): Promise<TokenRow[]> {
  const rows: TokenRow[] = [];
  let cursor: Awaited<ReturnType<Pool['page']>>['next'];
  do {
    const page = await pool.page({ type, state, limit, ...(cursor === undefined ? {} : { cursor }) }, here);
    assert.ok(page.rows.length <= limit);
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor !== undefined);
  return rows;
}

test('facts: what it is, who we are, what we may', async (t) => {
  const { pool, poolOf, room, server } = await openPlace(t, { documents: [{ _id: 'a', type: 't', lock: 0, done: 0 }], designs: [] });
  const facts = await pool.facts(here);
  assert.deepEqual([facts.database, facts.documents, facts.user, facts.designer], [room.database, 1, room.operator.user, true]);
  assert.match(facts.version ?? '', /^\d+\.\d+/);
  assert.notEqual(facts.seq, '');
  assert.equal((await poolOf(room.guest).facts(here)).designer, false);
  assert.equal((await poolOf(server.admin).facts(here)).designer, true);
});

test('those who may not are told so', async (t) => {
  const { poolOf, room } = await openPlace(t, { documents: [], designs: [] });
  await assert.rejects(poolOf({ user: room.operator.user, password: 'wrong' }).facts(here), isKind('auth'));
  await assert.rejects(poolOf(undefined).facts(here), isKind('auth'));
  await assert.rejects(poolOf(room.operator, { database: 'no_such_database' }).facts(here), isKind('notFound'));
  await assert.rejects(
    poolOf(room.guest).reviseDesign('mine', () => ({ views: {} }), here),
    (error) => error instanceof GridError && ['auth', 'forbidden'].includes(error.kind),
  );
});

test('counts and pages agree with the documents, token by token', async (t) => {
  const { pool } = await openPlace(t, { designs: [] });
  await assert.rejects(pool.counts(here), isKind('notFound'));
  await install(pool);
  const tokens = practiceDocuments().filter(isToken);
  const wanted = tallied(tokens.map((token) => `${String(token.type)} ${standingOf(token).state}`));
  const counts = await pool.counts(here);
  assert.deepEqual(Object.fromEntries(counts.map(({ type, state, count }) => [`${type} ${state}`, count])), wanted);
  for (const { type, state, count } of counts) {
    const rows = await allRows(pool, type, state, 7);
    assert.equal(rows.length, count);
    assert.deepEqual(
      rows.map(({ id }) => id).sort(),
      tokens
        .filter((token) => token.type === type && standingOf(token).state === state)
        .map(({ _id: id }) => String(id))
        .sort(),
    );
  }
  const [row] = (await pool.page({ type: lrtType, state: 'error', step: 'pref_cal1', code: 22 }, here)).rows;
  assert.deepEqual([row?.code, row?.codeField, row?.step, row?.status, row?.attachments], [22, 'output', 'pref_cal1', 'error', 2]);
  assert.deepEqual(await pool.page({ type: 'nobody has it', state: 'todo' }, here).then(({ rows, next }) => [rows, next]), [[], undefined]);
});

test('locks and ends by the hour, the oldest first', async (t) => {
  const { pool } = await openPlace(t, { designs: [] });
  await install(pool);
  const view = { design: designName, view: timesView };
  const { rows } = await pool.rows(view, { start: [lrtType, 'locked'], end: [lrtType, 'locked', {}], limit: 500 }, here);
  const locks = rows.map(({ value }) => Number(value));
  const hours = locks.map((lock) => Math.floor(lock / 3600));
  assert.deepEqual(
    hours,
    [...hours].sort((a, b) => a - b),
  );
  assert.equal(locks.length, practiceDocuments().filter((each) => each.type === lrtType && standingOf(each).state === 'locked').length);
  const byCode = await pool.groups(view, { start: [lrtType, 'error'], end: [lrtType, 'error', {}], level: 4 }, here);
  assert.ok(byCode.length > 1 && byCode.every(({ value }) => typeof value === 'number'));
});

test("the server's own designs, sizes and overviews, under their own names", async (t) => {
  const { pool } = await openPlace(t);
  const designs = await pool.designs(here);
  assert.deepEqual(designs.map(({ name }) => name).sort(), ['Monitor', 'SingleCore', lrtType, 'pref_targ1_L701240'].sort());
  const monitor = designs.find(({ name }) => name === 'Monitor');
  assert.equal(monitor?.views.find(({ name }) => name === 'overview_total')?.reduce?.includes('sum'), true);
  const overviews = await pool.overviews(designs, here);
  assert.deepEqual(
    overviews.map(({ design, view }) => `${design}/${view}`).sort(),
    ['Monitor/overview_total', 'SingleCore/overview_total', `${lrtType}/overview_total`, 'pref_targ1_L701240/overview_view'].sort(),
  );
  const buckets = Object.fromEntries(
    overviews.find(({ design }) => design === 'Monitor')?.buckets.map(({ name, count }) => [name, count]) ?? [],
  );
  assert.deepEqual(buckets, { todo: 7, locked: 7, done: 14, error: 28 });
  assert.equal(await pool.size({ design: 'Monitor', view: 'error' }, here), 28);
  assert.equal(await pool.size({ design: 'Monitor', view: 'overview_total' }, here), 56);
  const [sum] = await pool.groups({ design: 'Monitor', view: 'overview_total' }, { level: 0 }, here);
  assert.equal(sum?.value, 56);
  await assert.rejects(pool.size({ design: 'Monitor', view: 'nothing' }, here), isKind('notFound'));
});

test('rows of any view come once each, also where many have one key', async (t) => {
  const { pool } = await openPlace(t);
  const view = { design: 'Monitor', view: 'overview_total' };
  const seen: string[] = [];
  let cursor: Awaited<ReturnType<Pool['rows']>>['next'];
  do {
    const page = await pool.rows(view, { limit: 5, ...(cursor === undefined ? {} : { cursor }) }, here);
    seen.push(...page.rows.map(({ key, id }) => `${String(key)} ${id}`));
    cursor = page.next;
  } while (cursor !== undefined);
  assert.equal(seen.length, 56);
  assert.equal(new Set(seen).size, 56);
  const { rows } = await pool.rows(view, { start: 'locked', end: 'locked' }, here);
  assert.deepEqual([...new Set(rows.map(({ key }) => key))], ['locked']);
});

test('a design document is written once, kept where it is the same, and read again when somebody was faster', async (t) => {
  const { pool } = await openPlace(t, { documents: [], designs: [] });
  const plan = standardDesign('lrt', { type: 'my/run' });
  const first = await pool.reviseDesign(plan.name, (found) => mergeDesign(found, plan).document ?? 'keep', here);
  assert.match(first ?? '', /^1-/);
  assert.equal(await pool.reviseDesign(plan.name, (found) => mergeDesign(found, plan).document ?? 'keep', here), first);
  const rival = await pool.reviseDesign(plan.name, (found) => ({ ...found, note: 1 }), here);
  assert.match(rival ?? '', /^2-/);
  // Somebody else writes between our reading and our writing, twice.
  const save = pool.save.bind(pool);
  let busy = 2;
  pool.save = async (document, options) => {
    if (busy-- > 0) {
      const there = await pool.document(`_design/${plan.name}`, here);
      await save({ ...there, other: busy }, here);
    }
    return save(document, options);
  };
  const last = await pool.reviseDesign(plan.name, (found) => ({ ...found, mine: true }), here);
  pool.save = save;
  assert.match(last ?? '', /^5-/);
  const { mine, other, note } = await pool.document(`_design/${plan.name}`, here);
  assert.deepEqual([mine, other, note], [true, 0, 1]);
  await pool.reviseDesign(plan.name, (found) => withoutView(found, 'todo'), here);
  assert.equal(
    (await pool.designs(here))[0]?.views.some(({ name }) => name === 'todo'),
    false,
  );
  assert.equal(await pool.reviseDesign(plan.name, () => 'delete', here), undefined);
  assert.equal(await pool.reviseDesign(plan.name, () => 'delete', here), undefined);
  assert.deepEqual(await pool.designs(here), []);
});

test('documents with odd ids are read, written, found among many, and deleted', async (t) => {
  const { pool } = await openPlace(t, { documents: [], designs: [] });
  const ids = ['a/b:c', 'tok_local a/b', '1+1=2 & 100%', 'ünï😀', 'quote"s', ...Array.from({ length: 620 }, (_, k) => `t${k}`)];
  await pool.bulk(
    ids.map((id) => ({ _id: id, type: 't', lock: 0, done: 0 })),
    here,
  );
  for (const id of ids.slice(0, 5)) {
    const read = await pool.document(id, here);
    assert.equal(read._id, id);
    const { rev } = await pool.save({ ...read, lock: 7 }, here);
    await assert.rejects(pool.save(read, here), isKind('conflict'));
    assert.deepEqual([(await pool.document(id, here)).lock, (await pool.document(id, here))._rev], [7, rev]);
  }
  const found = await pool.documents([...ids, 'not there'], here);
  assert.deepEqual([...found.keys()].sort(), [...ids].sort());
  const first = found.get('a/b:c') ?? {};
  await pool.save({ _id: first._id, _rev: first._rev, _deleted: true }, here);
  await assert.rejects(pool.document('a/b:c', here), isKind('notFound'));
  assert.equal((await pool.documents(['a/b:c'], here)).size, 0);
});

test('a document in its own words: read, written, an earlier revision, a conflict', async (t) => {
  const { pool } = await openPlace(t, { documents: [], designs: [] });
  const id = 'a/b:c +%';
  const first = await pool.write(id, `{"_id":${JSON.stringify(id)},"type":"t","lock":0,"done":0,"note":"ü"}`, here);
  const text = await pool.text(id, here);
  assert.deepEqual(JSON.parse(text), { _id: id, _rev: first.rev, type: 't', lock: 0, done: 0, note: 'ü' });
  const second = await pool.write(id, text.replace('"lock":0', '"lock":5'), here);
  assert.equal((JSON.parse(await pool.text(id, here)) as { lock: number }).lock, 5);
  assert.equal((JSON.parse(await pool.text(id, { ...here, rev: first.rev })) as { lock: number }).lock, 0);
  await assert.rejects(pool.write(id, text, here), isKind('conflict'));
  await pool.save({ _id: id, _rev: second.rev, _deleted: true }, here);
  await assert.rejects(pool.text(id, here), isKind('notFound'));
  await assert.rejects(pool.text(id, { ...here, rev: '7-0123456789abcdef0123456789abcdef' }), isKind('notFound'));
});

test('attachments keep their bytes, names and types', async (t) => {
  const { pool } = await openPlace(t, { documents: [{ _id: 'a/b', type: 't', lock: 0, done: 0 }], designs: [] });
  const files: readonly (readonly [string, string, Uint8Array])[] = [
    ['srm.txt', 'text/plain', Buffer.from('srm://a\r\nsrm://ü\n')],
    ['17/11/2026_12:00:00_logs+%.out', 'text/plain', Buffer.from([0xff, 0xfe, 0, 0x0d, 0x0a, 0x80])],
    ['picture 1.png', 'image/png', pixel],
    ['empty', 'application/octet-stream', new Uint8Array()],
    ['large', 'application/x-tar', Buffer.alloc(300_000, 'abc')],
  ];
  let { _rev: rev } = await pool.document('a/b', here);
  for (const [name, contentType, bytes] of files)
    ({ rev } = await pool.attach('a/b', String(rev), name, { contentType, bytes: new Uint8Array(bytes) }, here));
  const stubs = stubsOf(await pool.document('a/b', here));
  assert.deepEqual(
    Object.fromEntries(stubs.map((stub) => [stub.name, stub.bytes])),
    Object.fromEntries(files.map(([name, , bytes]) => [name, bytes.length])),
  );
  for (const [name, contentType, bytes] of files) {
    const read = await pool.attachment('a/b', name, here);
    assert.equal(Buffer.compare(read.bytes, bytes), 0, name);
    assert.equal(read.contentType.split(';')[0], contentType);
  }
  await assert.rejects(
    pool.attach('a/b', '1-0123456789abcdef0123456789abcdef', 'x', { contentType: 'a/b', bytes: new Uint8Array(1) }, here),
    isKind('conflict'),
  );
  await assert.rejects(pool.attachment('a/b', 'not there', here), isKind('notFound'));
});

test('tokens are created in bulk with their links; again, only what lacks is made', async (t) => {
  const { pool } = await openPlace(t, { documents: [], designs: [] });
  const slices = Array.from({ length: 60 }, (_, k) => ({
    name: String(k * 10).padStart(3, '0'),
    links: [`srm://a/SB${k}`, `srm://b/SB${k}`],
  }));
  const plan = { dialect: 'lrt' as const, type: 'my_run', template: { PIPELINE_STEP: 'pref_cal1' }, slices, now: 1_795_000_000 };
  const some = await pool.bulk([...createTokens(plan)].slice(20, 40), { ...here, chunk: 7 });
  assert.deepEqual(tallied(some.rows.map(({ outcome }) => outcome)), { written: 20 });
  const all = await pool.bulk(createTokens(plan), { ...here, chunk: 25 });
  assert.deepEqual(tallied(all.rows.map(({ outcome }) => outcome)), { written: 40, conflict: 20 });
  const { bytes } = await pool.attachment('t_my_run_L000000_pref_cal1_SB590', 'srm.txt', here);
  assert.equal(Buffer.from(bytes).toString('utf8'), 'srm://a/SB59\nsrm://b/SB59\n');
});

test('a reset in bulk keeps attachments, or drops them, and tells who changed meanwhile', async (t) => {
  const { pool } = await openPlace(t, { designs: [] });
  const ids = practiceDocuments()
    .filter((each) => each.type === lrtType && standingOf(each).state === 'error')
    .map(({ _id: id }) => String(id));
  const read = await pool.documents(ids, here);
  const [rival = ''] = ids;
  await pool.save({ ...read.get(rival), status: 'touched' }, here);
  const { rows } = await pool.bulk(
    [...read.values()].map((each) => resetToken(each, 'lrt')),
    here,
  );
  assert.deepEqual(tallied(rows.map(({ outcome }) => outcome)), { written: ids.length - 1, conflict: 1 });
  assert.deepEqual(
    rows.filter((row: BulkRow) => row.outcome === 'conflict').map(({ id }) => id),
    [rival],
  );
  const after = await pool.documents(ids, here);
  for (const [id, document] of after) {
    if (id === rival) continue;
    assert.equal(standingOf(document).state, 'todo');
    assert.deepEqual(
      stubsOf(document)
        .map(({ name }) => name)
        .sort(),
      stubsOf(read.get(id) ?? {})
        .map(({ name }) => name)
        .sort(),
    );
  }
  await pool.bulk(
    [...after.values()].map((each) => resetToken(each, 'resetTokens')),
    here,
  );
  assert.ok([...(await pool.documents(ids, here)).values()].every((each) => stubsOf(each).length === 0));
});

test('changes are heard from where we were: new, changed, deleted, many', async (t) => {
  const { pool } = await openPlace(t, { documents: [{ _id: 'before', type: 't', lock: 0, done: 0 }], designs: [] });
  const { seq } = await pool.facts(here);
  const control = new AbortController();
  const heard = new Map<string, boolean>();
  let last = seq;
  const following = (async () => {
    for await (const each of pool.changes(seq, { signal: control.signal })) {
      assert.equal(each.kind, 'changes');
      if (each.kind !== 'changes') continue;
      for (const { id, deleted } of each.changes) heard.set(id, deleted);
      last = each.seq;
      if (heard.size === 32 && heard.get('a') === true) control.abort();
    }
  })();
  const { rev } = await pool.save({ _id: 'a', type: 't', lock: 0, done: 0 }, here);
  await pool.save({ _id: 'b', type: 't', lock: 0, done: 0 }, here);
  await pool.bulk(
    Array.from({ length: 30 }, (_, k) => ({ _id: `t${k}` })),
    here,
  );
  await pool.save({ _id: 'a', _rev: rev, _deleted: true }, here);
  await following;
  assert.ok(!heard.has('before'));
  assert.equal(heard.get('b'), false);
  await pool.save({ _id: 'c', type: 't' }, here);
  for await (const each of pool.changes(last, here)) {
    assert.deepEqual(each.kind === 'changes' ? each.changes.map(({ id }) => id) : each, ['c']);
    break;
  }
});
