import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GridError } from '../../../src/core/errors';
import { parseList } from '../../../src/core/links/list';
import { sites } from '../../../src/core/links/site';
import { planTokens, type SetOptions } from '../../../src/core/tokens/plan';

const { table } = sites();
const link = (observation: string, band: number): string =>
  `srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/lofar/ops/projects/lc9/${observation.slice(1)}/${observation}_SB${String(band).padStart(3, '0')}_uv.MS_ab.tar`;
const bands = (observation: string, from: number, count: number): string[] =>
  Array.from({ length: count }, (_, k) => link(observation, from + k));
const step = { Token: { OBSID: '', PIPELINE_STEP: 'pref_cal1', STARTSB: 0, type: 'test', lock: 5 }, Sandbox: {}, Shell_variables: {} };

const plan = (lines: readonly string[], options: SetOptions = {}, data: unknown = step) =>
  planTokens({ step: data, stem: 'my_step', list: parseList(lines.join('\n'), table), now: 1000 }, options);
const refused = (lines: readonly string[], options: SetOptions, words: RegExp, data: unknown = step) =>
  assert.throws(
    () => plan(lines, options, data),
    (error) => error instanceof GridError && error.kind === 'rejected' && words.test(error.sentence),
  );

test('51 subbands by ten are six tokens, named as GRID_LRT names them, with their links', () => {
  const tokens = plan(bands('L229507', 100, 51), { type: 'myrun', slice: 10 });
  assert.deepEqual(
    tokens.ids,
    ['100', '110', '120', '130', '140', '150'].map((band) => `t_myrun_L229507_pref_cal1_SB${band}`),
  );
  const documents = [...tokens.documents()];
  const [first] = documents;
  assert.equal(first?.OBSID, 'L229507');
  assert.equal(first?.STARTSB, '100');
  assert.equal(first?.lock, 0);
  assert.equal(first?.type, 'myrun');
  const attached = (first?._attachments as Record<string, { readonly data: string }>)['srm.txt']?.data ?? '';
  assert.equal(
    Buffer.from(attached, 'base64').toString(),
    bands('L229507', 100, 10)
      .map((line) => `${line}\n`)
      .join(''),
  );
  assert.equal(tokens.links, 51);
});

test('what is left out keeps its place: those that exist are not made again', () => {
  const tokens = plan(bands('L1', 0, 30));
  const without = new Set(tokens.ids.slice(0, 2));
  assert.deepEqual(
    [...tokens.documents(without)].map(({ _id: id }) => id),
    tokens.ids.slice(2),
  );
});

test('a token waits until all of its files are there, and has the same id and links then', () => {
  const links = bands('L229507', 100, 51);
  const options = { type: 'myrun', slice: 10 };
  const ready = new Set(links.filter((_, k) => k < 20 || k === 50));
  const some = plan(links, { ...options, ready });
  assert.deepEqual(
    some.ids.map((id) => id.slice(-5)),
    ['SB100', 'SB110', 'SB150'],
  );
  assert.deepEqual([some.links, some.waiting], [21, { tokens: 3, files: 30 }]);
  const whole = plan(links, options);
  assert.deepEqual(whole.waiting, { tokens: 0, files: 0 });
  const byId = new Map([...whole.documents()].map((document) => [document._id, document]));
  for (const document of some.documents()) assert.deepEqual(document, byId.get(document._id));
  refused(links, { ...options, ready: new Set([links[0] ?? '']) }, /^No token has all of its files online: 6 tokens wait for 50 files\./);
  // A list without subbands is counted through, whatever is there.
  const plain = ['a', 'b', 'c', 'd'].map((name) => `srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/${name}.tar`);
  const late = plan(plain, { slice: 2, idAppend: 'x', ready: new Set(plain.slice(2)) });
  assert.deepEqual(late.ids, plan(plain, { slice: 2, idAppend: 'x' }).ids.slice(1));
});

test('two observations with the same subbands are two sets of tokens', () => {
  const tokens = plan([...bands('L1', 0, 10), ...bands('L2', 0, 10)]);
  assert.deepEqual(tokens.ids, ['t_test_L1_pref_cal1_SB000', 't_test_L2_pref_cal1_SB000']);
  assert.deepEqual(
    [...tokens.documents()].map(({ OBSID: id }) => id),
    ['L1', 'L2'],
  );
  refused([link('L1', 0), link('L2', 0)], { idAppend: 'L1' }, /2 observations.*split the list/);
});

test('PiCaS: the type stays token, and the step stands in the id', () => {
  const tokens = plan(bands('L1', 0, 1), {}, { Token: { type: 'token', PIPELINE_STEP: 'ddcal' } });
  assert.equal(tokens.type, 'token');
  assert.deepEqual(tokens.ids, ['t_ddcal_L1_ddcal_SB000']);
  assert.equal([...tokens.documents()][0]?.type, 'token');
  assert.equal(plan(bands('L1', 0, 1), { type: 'token' }).dialect, 'picas');
  assert.equal(plan(bands('L1', 0, 1), { dialect: 'picas', type: 'x' }).ids[0], 't_x_L1_pref_cal1_SB000');
});

test('every choice of create_dict_tokens can be made', () => {
  const attach = [{ name: 'x.parset', contentType: 'text/plain', data: 'eA==' }];
  const tokens = plan(bands('L1', 7, 3), {
    slice: 1,
    idPrefix: 'AB',
    idAppend: 'L99',
    keyName: 'ABN',
    set: { RESULTS_DIR: 'gsiftp://x/y', OBSID: 'L3' },
    attach,
  });
  assert.deepEqual(
    tokens.ids,
    ['007', '008', '009'].map((band) => `t_test_L99_pref_cal1_AB${band}`),
  );
  const [first] = [...tokens.documents()];
  assert.deepEqual([first?.ABN, first?.RESULTS_DIR, first?.OBSID], ['007', 'gsiftp://x/y', 'L3']);
  assert.deepEqual(Object.keys(first?._attachments as object), ['x.parset', 'srm.txt']);
});

test('an observation that the step file gives is kept', () => {
  const [token] = [...plan(bands('L1', 0, 1), {}, { Token: { OBSID: 'L5' } }).documents()];
  assert.equal(token?.OBSID, 'L5');
  assert.equal('OBSID' in ([...plan(bands('L1', 0, 1), {}, { Token: { a: 1 } }).documents()][0] ?? {}), false);
});

test('the file’s name is the type where nothing else gives one', () => {
  assert.deepEqual(plan(bands('L1', 0, 1), {}, { Token: { a: 1 } }).ids, ['t_my_step_L1_SB000']);
});

test('lines that are no links, and links without a subband among others, are named', () => {
  const odd = 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/L1_readme.tar';
  const tokens = plan([...bands('L1', 0, 2), 'scrap', odd]);
  assert.deepEqual(tokens.left, [
    { link: 'scrap', message: 'Line 3 is not a link.' },
    { link: odd, message: 'Its name says no subband.' },
  ]);
  assert.equal(tokens.links, 2);
});

test('a list without any subband is counted through', () => {
  const lines = Array.from(
    { length: 25 },
    (_, k) => `srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/file${String.fromCharCode(97 + k)}.tar`,
  );
  assert.deepEqual(
    plan(lines).ids,
    ['000', '010', '020'].map((n) => `t_test_L000000_pref_cal1_SB${n}`),
  );
});

test('nothing to make tokens of is said', () => {
  refused([], {}, /no link in the list/);
  refused(bands('L1', 0, 1), { slice: 0 }, /cannot hold 0 subbands/);
  refused(bands('L1', 0, 1), {}, /Token/, { Sandbox: {} });
  refused(bands('L1', 0, 1), { set: { lock: 4 } }, /“lock” of a new token cannot be chosen/);
});
