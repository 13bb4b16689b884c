/** Bulk actions on a pool as it is left by years of use: each token is dealt with once, and every one that is not is named. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { attachmentWrite, enclose } from '../../src/adapters/enclosure';
import { GridError } from '../../src/core/errors';
import { changeTokens, type ChangeReport } from '../../src/core/tokens/bulk/change';
import { attaching, deleting, resetting, setting, unlocking } from '../../src/core/tokens/bulk/edit';
import { linksOf } from '../../src/core/tokens/bulk/links';
import { stuckTokens } from '../../src/core/tokens/bulk/stuck';
import { asSeen, freshLocks, surveyOf, thoseSeen } from '../../src/core/tokens/bulk/survey';
import { deleteType, ofType, viewsOfType } from '../../src/core/tokens/bulk/type';
import { readWhich, type Which } from '../../src/core/tokens/bulk/which';
import { designName, ourDesign } from '../../src/core/tokens/design';
import { stubsOf } from '../../src/core/tokens/document';
import { sites as siteTable } from '../../src/core/links/site';
import type { Pool } from '../../src/core/tokens/pool';
import { isToken, standingOf, type TokenDocument } from '../../src/core/tokens/state';
import { mergeDesign } from '../../src/core/tokens/views';
import { lrt1Type, lrtType, pixel, practiceDocuments, today } from '../practice/poolTokens';
import { close, here, openPlace } from '../practice/poolPlace';

after(close);

const tokens = practiceDocuments().filter(isToken);
const idsOf = (fits: (token: TokenDocument) => boolean): string[] => tokens.filter(fits).map(({ _id: id }) => String(id));
const inState = (type: string, state: string): string[] => idsOf((token) => token.type === type && standingOf(token).state === state);
const counts = ({ changed, skipped, conflicts, failed }: ChangeReport): readonly number[] => [
  changed,
  skipped,
  conflicts.length,
  failed.length,
];
const install = (pool: Pool): Promise<unknown> =>
  pool.reviseDesign(designName, (found) => mergeDesign(found, { name: designName, views: ourDesign.views }).document ?? 'keep', here);
const read = async (pool: Pool, ids: readonly string[]): Promise<TokenDocument[]> => [...(await pool.documents(ids, here)).values()];

/** The same selection by each of the three ways, and with our view and without. */
const ways: readonly (readonly [string, Which, boolean])[] = [
  ['ids', { by: 'ids', ids: inState(lrtType, 'error') }, false],
  ['where', readWhich({ where: { type: lrtType, state: 'error' } }), false],
  ['where with our view', readWhich({ where: { type: lrtType, state: 'error' } }), true],
];

for (const [name, which, ours] of ways) {
  test(`a reset of those in error, by ${name}, and once more`, async (t) => {
    const { pool } = await openPlace(t);
    if (ours) await install(pool);
    const ids = inState(lrtType, 'error');
    const before = await pool.documents(ids, here);
    const report = await changeTokens(pool, which, resetting('lrt'), here);
    assert.deepEqual(counts(report), [ids.length, 0, 0, 0]);
    for (const [id, document] of await pool.documents(ids, here)) {
      const old = before.get(id);
      assert.deepEqual([standingOf(document).state, document.scrub_count], ['todo', Number(old?.scrub_count ?? 0) + 1]);
      assert.deepEqual(stubsOf(document), stubsOf(old ?? {}));
    }
    const again = await changeTokens(pool, which, resetting('lrt'), here);
    assert.deepEqual(counts(again), [0, which.by === 'ids' ? ids.length : 0, 0, 0]);
    assert.equal((await pool.facts(here)).documents, practiceDocuments().length + 4 + (ours ? 1 : 0));
  });
}

test('a view of the server: its tokens, once each though it lists them more often', async (t) => {
  const map = `function(doc) { if(doc.type == "${lrt1Type}") { emit(doc.STARTSB, 1); emit('again', 2); emit(doc.scrub_count, 3); } }`;
  const { pool } = await openPlace(t, { designs: [{ name: 'my-run', views: { all: { map } } }] });
  const which = readWhich({ view: 'my-run/all' });
  const report = await changeTokens(pool, which, resetting('scrub'), here);
  const todo = inState(lrt1Type, 'todo').length;
  assert.deepEqual(counts(report), [40 - todo, todo, 0, 0]);
  await assert.rejects(
    changeTokens(pool, readWhich({ view: 'my-run/none' }), unlocking, here),
    (error) => error instanceof GridError && error.kind === 'notFound',
  );
});

test('a view whose rows move while it is worked on is worked through once', async (t) => {
  const map = 'function(doc) { emit(doc.place, null); }';
  const documents = Array.from({ length: 1200 }, (_, k) => ({
    _id: `m${String(k).padStart(4, '0')}`,
    type: 't',
    lock: 0,
    done: 0,
    place: k,
    note: k,
  }));
  const { pool } = await openPlace(t, { documents, designs: [{ name: 'd', views: { v: { map } } }] });
  let edits = 0;
  const report = await changeTokens(
    pool,
    { by: 'view', view: { design: 'd', view: 'v' } },
    (document) => {
      edits++;
      return { ...document, place: Number(document.place) + 5000 };
    },
    here,
  );
  assert.deepEqual([edits, ...counts(report)], [1200, 1200, 0, 0, 0]);
});

test('fields and values: typed, with dots, unknown ones, and by any of them', async (t) => {
  const { pool } = await openPlace(t);
  const which = readWhich({ where: { OBSID: 'L701240', PIPELINE_STEP: 'pref_targ2' } });
  for (const [field, value] of [
    ['new field', 0],
    ['config.json', { a: [1, null, 'ü'] }],
    ['STARTSB', '010'],
    ['constructor', 'x'],
    ['status', null],
  ] as const) {
    assert.deepEqual(counts(await changeTokens(pool, which, setting(field, value), here)), [20, 0, 0, 0], field);
    assert.deepEqual(counts(await changeTokens(pool, which, setting(field, value), here)), [0, 20, 0, 0], field);
    const found = readWhich({
      where: Object.fromEntries([
        ['OBSID', 'L701240'],
        ['PIPELINE_STEP', 'pref_targ2'],
        [field, value],
      ]),
    });
    assert.equal((await surveyOf(pool, [found], here)).seen.size, 20, field);
  }
  assert.equal((await surveyOf(pool, [readWhich({ where: { STARTSB: 10 } })], here)).seen.size, 0, 'a number is no text');
});

test('unlock takes the locked ones only, delete takes all, and what is no token is refused', async (t) => {
  const { pool } = await openPlace(t);
  const all = readWhich({ where: { type: lrtType } });
  const locked = inState(lrtType, 'locked').length;
  const size = idsOf(({ type }) => type === lrtType).length;
  assert.deepEqual(counts(await changeTokens(pool, all, unlocking, here)), [locked, size - locked, 0, 0]);
  const mixed = {
    by: 'ids',
    ids: ['odd/with/slashes', 'note', '_design/Monitor', 'nowhere', 'odd+plus %percent & blank', 'odd/with/slashes'],
  } as const;
  const report = await changeTokens(pool, mixed, deleting, here);
  assert.deepEqual(counts(report), [2, 0, 0, 3]);
  assert.deepEqual(report.failed, [
    { id: 'nowhere', message: 'There is no token “nowhere” in Practice.' },
    { id: 'note', message: '“note” is no token.' },
    { id: '_design/Monitor', message: '“_design/Monitor” is no token.' },
  ]);
  assert.equal((await pool.document('note', here))._id, 'note');
  assert.equal((await read(pool, ['odd/with/slashes'])).length, 0);
});

test('a file is attached to all: within the documents, or by itself when it is large', async (t) => {
  const { pool } = await openPlace(t);
  const ids = idsOf(({ type }) => type === lrt1Type);
  const large = Buffer.alloc(1_500_000, 'abc\0\xff');
  for (const [name, contentType, bytes, which] of [
    ['dir/plot 1+2.png', 'image/png', pixel, { by: 'ids', ids }],
    ['big.bin', 'application/octet-stream', large, { by: 'ids', ids: ids.slice(0, 3) }],
  ] as const) {
    const file = enclose(name, contentType, bytes);
    const report = await changeTokens(pool, which, attaching(file.enclosure), { ...here, ...attachmentWrite(pool, file) });
    assert.deepEqual(counts(report), [which.ids.length, 0, 0, 0]);
    for (const id of which.ids) assert.equal(Buffer.compare((await pool.attachment(id, name, here)).bytes, bytes), 0);
    const stubs = stubsOf(await pool.document(ids[0] ?? '', here)).map((stub) => stub.name);
    assert.ok(stubs.includes('srm.txt') && stubs.includes('targ.parset') && stubs.includes(name));
    const once = await read(pool, which.ids);
    const again = await changeTokens(pool, which, attaching(file.enclosure), { ...here, ...attachmentWrite(pool, file) });
    assert.deepEqual([again.changed + again.skipped, again.conflicts.length + again.failed.length], [which.ids.length, 0]);
    assert.equal(once.length, which.ids.length);
  }
});

test('numbers first; and what has changed since they were counted is left alone', async (t) => {
  const { pool } = await openPlace(t);
  const which = readWhich({ where: { type: lrtType, state: 'locked' } });
  const survey = await surveyOf(pool, [which, { by: 'ids', ids: ['gone', 'note'] }], here);
  const ids = inState(lrtType, 'locked');
  assert.deepEqual([survey.seen.size, survey.counts.locked, survey.missing, survey.others], [ids.length, ids.length, ['gone'], 1]);
  const fresh = freshLocks(survey, today, 72);
  assert.deepEqual(
    fresh.map(({ lock }) => (lock ?? 0) > today - 72 * 3600),
    fresh.map(() => true),
  );
  assert.ok(fresh.length > 0 && fresh.length < ids.length);
  // One is closed, one is claimed anew, one is deleted.
  const [closed, claimed, deleted] = await read(pool, ids);
  await pool.save({ ...closed, done: today, output: 0 }, here);
  await pool.save({ ...claimed, lock: today }, here);
  await pool.save({ _id: deleted?._id, _rev: deleted?._rev, _deleted: true }, here);
  const report = await changeTokens(pool, thoseSeen(survey), asSeen(survey, resetting('hard')), here);
  assert.deepEqual(counts(report), [ids.length - 3, 0, 2, 1]);
  assert.deepEqual(report.conflicts.map(({ id }) => id).sort(), [closed?._id, claimed?._id].sort());
  assert.equal((await pool.document(String(closed?._id), here)).output, 0);
});

for (const ours of [false, true])
  test(`stuck tokens, the oldest first, ${ours ? 'with' : 'without'} our view`, async (t) => {
    const { pool } = await openPlace(t);
    if (ours) await install(pool);
    for (const hours of [0, 1, 72, 90, 1000]) {
      const wanted = tokens
        .filter((token) => standingOf(token).state === 'locked' && Number(token.lock) < today - hours * 3600)
        .sort((a, b) => Number(a.lock) - Number(b.lock) || (String(a._id) < String(b._id) ? -1 : 1));
      const found = await stuckTokens(pool, hours, today, here);
      assert.deepEqual(
        found.map(({ id, lock }) => [id, lock]),
        wanted.map(({ _id: id, lock }) => [id, lock]),
      );
    }
  });

test('links of tokens: their lists, else their fields', async (t) => {
  const documents = [
    { _id: 'a', type: 'token', input: ' srm://x/1 ' },
    { _id: 'b', type: 'token', RESULTS_DIR: 'gsiftp://no/', SURL_SUBBAND: 'srm://x/2', input: { files: ['srm://x/3', 'no link', 4] } },
    { _id: 'c', type: 'token', input: 17 },
    {
      _id: 'd',
      type: 'token',
      'config.json': { variables: { _attachments: { $SRMFILE: 'mine.list' } } },
      _attachments: {
        'srm.txt': { content_type: 'text/plain', data: Buffer.from('srm://not/this\n').toString('base64') },
        'mine.list': {
          content_type: 'text/plain',
          data: Buffer.from('\ufeffsrm://x/1 second\r\n\r\n# no\njunk\nsrm://x/1').toString('base64'),
        },
      },
    },
  ];
  const { pool } = await openPlace(t, { documents, designs: [] });
  const { table: sites } = siteTable();
  const { text, links, failed } = await linksOf(pool, { by: 'ids', ids: ['d', 'a', 'b', 'c', 'gone'] }, { ...here, sites });
  assert.equal(text, 'srm://x/1\nsrm://x/1\nsrm://x/1\nsrm://x/2\nsrm://x/3\n');
  assert.equal(links, 5);
  assert.deepEqual(failed, [
    { id: 'gone', message: 'There is no token “gone” in Practice.' },
    { id: 'd', message: '“junk” is no link.' },
    { id: 'c', message: 'It has no links.' },
  ]);
});

test('a whole type goes with its views, and other design documents stay', async (t) => {
  const { pool } = await openPlace(t);
  assert.deepEqual(
    [await viewsOfType(pool, lrtType, here), await viewsOfType(pool, 'token', here), await viewsOfType(pool, 'Monitor', here)],
    [5, 0, 0],
  );
  const size = idsOf(({ type }) => type === lrtType).length;
  const report = await deleteType(pool, lrtType, here);
  assert.deepEqual([report.changed, report.views, report.failed, report.conflicts], [size, 5, [], []]);
  assert.equal((await surveyOf(pool, [ofType(lrtType)], here)).seen.size, 0);
  assert.deepEqual(await deleteType(pool, lrtType, here).then(({ changed, views }) => [changed, views]), [0, 0]);
  const picas = await deleteType(pool, 'token', here);
  assert.deepEqual([picas.changed, picas.views], [idsOf(({ type }) => type === 'token').length, 0]);
  assert.deepEqual((await pool.designs(here)).map(({ name }) => name).sort(), ['Monitor', 'SingleCore', lrt1Type].sort());
});

test('every document, whatever its size and id, once', async (t) => {
  const big = 'x'.repeat(700_000);
  const documents = Array.from({ length: 330 }, (_, k) => ({
    _id: `doc/${k} ü`,
    type: 't',
    lock: 0,
    done: 0,
    ...(k > 40 && k < 60 ? { big } : {}),
  }));
  const { pool } = await openPlace(t, { documents });
  const seen: string[] = [];
  const pages: number[] = [];
  for await (const page of pool.all(here)) {
    seen.push(...page.map(({ _id: id }) => String(id)));
    pages.push(page.length);
  }
  assert.deepEqual(seen.sort(), documents.map(({ _id: id }) => id).sort());
  assert.ok(pages.length >= 3, `${pages.join(' ')}: pages of large documents are small`);
});
