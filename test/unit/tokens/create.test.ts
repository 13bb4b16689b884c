import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toData } from '../../../src/core/config/tree';
import { parseYaml } from '../../../src/core/config/yaml';
import { GridError } from '../../../src/core/errors';
import { slices } from '../../../src/core/links/split';
import { base64, createTokens, reservedFields, tokenIds, type TokenPlan } from '../../../src/core/tokens/create';
import { templateOf } from '../../../src/core/tokens/template';
import { step05, step1 } from '../config/shapes';

const plan: TokenPlan = {
  dialect: 'lrt',
  type: 'myrun',
  template: { OBSID: 'L123456', STARTSB: 0, lock: 7, status: 'queued', times: {}, _id: 'x', type: 'other' },
  slices: [
    { name: '000', links: ['srm://a/1', 'srm://a/2'] },
    { name: '010', links: [] },
  ],
  idAppend: 'L123456',
  now: 1_795_000_000.5,
};
const content = (document: unknown, name = 'srm.txt'): string => {
  const { _attachments } = document as { readonly _attachments: Record<string, { readonly data: string }> };
  return Buffer.from(_attachments[name]?.data ?? '', 'base64').toString('utf8');
};
const refuses = (make: () => unknown, sentence: RegExp): void => {
  assert.throws(make, (error) => error instanceof GridError && error.kind === 'rejected' && sentence.test(error.sentence));
};

test('a GRID_LRT token: template, key, the library’s fields on top, links attached', () => {
  const [first, second] = [...createTokens(plan)];
  assert.deepEqual(first, {
    _id: 't_myrun_L123456_SB000',
    type: 'myrun',
    OBSID: 'L123456',
    STARTSB: '000',
    status: 'queued',
    times: {},
    lock: 0,
    done: 0,
    hostname: '',
    scrub_count: 0,
    output: '',
    created: 1_795_000_000.5,
    _attachments: { 'srm.txt': { content_type: 'text/plain', data: base64('srm://a/1\nsrm://a/2\n') } },
  });
  assert.deepEqual([second?._id, second?.STARTSB, content(second)], ['t_myrun_L123456_SB010', '010', '']);
});

test('a PiCaS token keeps the type token; the step’s name stands in its id', () => {
  const [token] = [...createTokens({ ...plan, dialect: 'picas', template: { cores: 4 } })];
  assert.deepEqual(
    { ...token, _attachments: undefined },
    {
      ...{ _id: 't_myrun_L123456_SB000', type: 'token', cores: 4, STARTSB: '000', lock: 0, done: 0, hostname: '', scrub_count: 0 },
      ...{ output: {}, uploads: {}, error: [], exit_code: '', _attachments: undefined },
    },
  );
});

test('ids: step, prefix and number as GRID_LRT writes them', () => {
  const named = (change: Partial<TokenPlan>): string | undefined => tokenIds({ ...plan, ...change })[1];
  assert.equal(named({ template: { PIPELINE_STEP: 'pref_cal1' } }), 't_myrun_L123456_pref_cal1_SB010');
  assert.equal(named({ template: { PIPELINE_STEP: '' } }), 't_myrun_L123456_SB010');
  assert.equal(named({ set: { PIPELINE_STEP: 'targ' } }), 't_myrun_L123456_targ_SB010');
  assert.equal(named({ idPrefix: 'AB' }), 't_myrun_L123456_AB010');
  assert.equal(
    tokenIds({ dialect: 'lrt', type: 't', template: {}, slices: [{ name: '1010', links: [] }], now: 0 })[0],
    't_t_L000000_SB1010',
  );
  assert.equal(tokenIds({ ...plan, slices: [{ name: '0007', links: [] }] })[0], 't_myrun_L123456_SB007');
  refuses(() => tokenIds({ ...plan, slices: [{ name: 'x1', links: [] }] }), /“x1” is no number/);
});

test('fields can be set, those of the library cannot', () => {
  const [token] = [...createTokens({ ...plan, set: { OBSID: 'L9', SBXloc: 'a/b.tar' }, keyName: 'ABN' })];
  assert.deepEqual([token?.OBSID, token?.SBXloc, token?.ABN, token?.STARTSB], ['L9', 'a/b.tar', '000', 0]);
  for (const field of reservedFields('lrt'))
    refuses(() => createTokens({ ...plan, set: { [field]: 1 } }), new RegExp(`“${field}” of a new token`));
  refuses(() => createTokens({ ...plan, keyName: 'lock' }), /“lock”/);
  refuses(() => createTokens({ ...plan, template: { _private: 1 } }), /“_private”/);
});

test('what JSON cannot hold is told before anything is made', () => {
  const template = toData(parseYaml('OBSERVED: 2018-03-01\n').root) as Record<string, unknown>;
  refuses(() => createTokens({ ...plan, template }), /“OBSERVED” is a date, which no token can hold/);
  refuses(() => createTokens({ ...plan, template: { a: { b: [NaN] } } }), /“a” is no finite number/);
  refuses(() => createTokens({ ...plan, template: { a: new Uint8Array(3) } }), /binary/);
});

test('attachments for all are encoded once, and the links keep their name', () => {
  const data = Buffer.from([0, 255, 10]).toString('base64');
  const tokens = [...createTokens({ ...plan, attach: [{ name: 'My.parset', contentType: 'text/plain', data }], linksName: 'links' })];
  for (const token of tokens) {
    const files = token._attachments as Record<string, { readonly data: string }>;
    assert.deepEqual(Object.keys(files), ['My.parset', 'links']);
    assert.equal(files['My.parset']?.data, data);
  }
});

test('51 subbands sliced by 10 are 6 tokens with all links, and a gap stays a gap', () => {
  const bands = new Map(Array.from({ length: 51 }, (_, k) => [String(k).padStart(3, '0'), `srm://a/SB${k}`]));
  const sliced = slices(bands, 10).slices.map(({ name, values }) => ({ name, links: values }));
  const tokens = [...createTokens({ ...plan, slices: sliced })];
  assert.deepEqual(
    tokens.map(({ STARTSB }) => STARTSB),
    ['000', '010', '020', '030', '040', '050'],
  );
  assert.equal(tokens.map((token) => content(token)).join(''), [...bands.values()].map((link) => `${link}\n`).join(''));
});

test('the same plan gives the same tokens twice, and its template is left alone', () => {
  const template = Object.freeze({ ...plan.template });
  assert.deepEqual([...createTokens({ ...plan, template })], [...createTokens({ ...plan, template })]);
});

test('base64 is that of UTF-8, however long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat({ max: 300 }), (text, times) => {
      const long = text.repeat(times);
      assert.equal(base64(long), Buffer.from(long, 'utf8').toString('base64'));
    }),
    { numRuns: 50 },
  );
});

test('the template of a step of 0.5 is its map Token', () => {
  const template = templateOf(toData(parseYaml(step05).root));
  assert.ok('PIPELINE_STEP' in template);
  assert.ok(!('Sandbox' in template));
});

test('the template of a step of 1 is put together, and building twice changes nothing', () => {
  const data = JSON.parse(step1) as Record<string, Record<string, unknown>>;
  const before = JSON.stringify(data);
  const template = templateOf(data);
  assert.deepEqual(templateOf(data), template);
  assert.equal(JSON.stringify(data), before);
  assert.deepEqual(template['config.json'], { variables: data.Token?.variables, container: data.container, sandbox: data.sandbox });
  assert.ok(!('variables' in template) && !('downloader' in template) && !('Job' in template));
  for (const [field, value] of Object.entries(data.Job?.variables ?? {})) assert.deepEqual(template[field], value);
});

test('a token template is a map of fields alone; what is none is told', () => {
  assert.deepEqual(templateOf({ OBSID: 'L1', lock: 0 }), { OBSID: 'L1', lock: 0 });
  refuses(() => templateOf(null), /holds no fields/);
  refuses(() => templateOf({ Token: 'x' }), /no map/);
  refuses(() => templateOf({ Sandbox: {} }), /no “Token”/);
});
