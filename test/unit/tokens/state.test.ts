/** One table of states, written twice: here and in the language of the server. Generated documents hold the two together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { designName, keysUnder, ourDesign, readRow } from '../../../src/core/tokens/design';
import { codeFieldOf, jobOf, stubsOf } from '../../../src/core/tokens/document';
import { rowOf } from '../../../src/core/tokens/row';
import { isToken, standingOf, tokenStates, type TokenDocument } from '../../../src/core/tokens/state';
import { standardDesign } from '../../../src/core/tokens/views';
import { practiceDocuments } from '../../practice/poolTokens';
import { emitted } from './server';

const seed = Number(process.env.GRID_SEED ?? Date.now() % 1_000_000_000);
const { tokens, times } = ourDesign.views;

/** Fields by themselves, then the state, code and reason. */
const table: readonly (readonly [TokenDocument, ReturnType<typeof standingOf>])[] = [
  [{ lock: 0, done: 0 }, { state: 'todo' }],
  [{ lock: 0, done: 0, output: 21 }, { state: 'todo' }],
  [{ lock: 5, done: 0, output: '' }, { state: 'locked' }],
  [{ lock: 5, done: 0, output: 3, status: 'error' }, { state: 'locked' }],
  [
    { lock: 5, done: 6, output: 0 },
    { state: 'done', code: 0 },
  ],
  [
    { lock: 5, done: 6, exit_code: '0' },
    { state: 'done', code: 0 },
  ],
  [
    { lock: 5, done: 6, exit_code: ' +1 ' },
    { state: 'error', code: 1 },
  ],
  [
    { lock: 5, done: 6, exit_code: 0, output: 21 },
    { state: 'done', code: 0 },
  ],
  [
    { lock: 5, done: 6, exit_code: '', output: 21 },
    { state: 'error', code: 21 },
  ],
  [
    { lock: 5, done: 6, exit_code: 'gone', output: {} },
    { state: 'error', reason: 'closed without a code' },
  ],
  [
    { lock: 5, done: 6, output: '-2' },
    { state: 'error', code: -2 },
  ],
  [
    { lock: 5, done: 6, output: '0x15' },
    { state: 'error', reason: 'closed without a code' },
  ],
  [{ lock: 5, done: 6, status: 'done' }, { state: 'done' }],
  [
    { lock: 5, done: 6, status: 'Done' },
    { state: 'error', reason: 'closed without a code' },
  ],
  [
    { lock: 5, done: 6, output: 1, status: 'done' },
    { state: 'error', code: 1 },
  ],
  [
    { lock: -1, done: -1, output: 0 },
    { state: 'error', reason: 'set by the library' },
  ],
  [
    { lock: 99, done: 99, exit_code: 0 },
    { state: 'error', reason: 'set by the library' },
  ],
  [
    { lock: 99, done: 98, exit_code: 0 },
    { state: 'done', code: 0 },
  ],
  [
    { lock: 0, done: -1 },
    { state: 'error', reason: 'set by the library' },
  ],
  [{ lock: 0, done: 6 }, { state: 'unclassified' }],
  [{ done: 0 }, { state: 'unclassified' }],
  [{ lock: '0', done: 0 }, { state: 'unclassified' }],
  [{ lock: null, done: null }, { state: 'unclassified' }],
];

test('the table of states', () => {
  for (const [fields, standing] of table) assert.deepEqual(standingOf({ type: 't', ...fields }), standing, JSON.stringify(fields));
});

test('what is a token and what is not', () => {
  const tokenLike: readonly TokenDocument[] = [{ type: 't', lock: 0 }, { type: 't', scrub_count: 1 }, { type: 'token' }, { type: 'task' }];
  const others: readonly TokenDocument[] = [
    { type: 'job' },
    { type: 'log', done: 0 },
    { lock: 0 },
    { type: 5, lock: 0 },
    { _id: '_design/t', type: 't', lock: 0 },
  ];
  for (const each of tokenLike) assert.ok(isToken({ _id: 'x', ...each }), JSON.stringify(each));
  for (const each of others) assert.ok(!isToken({ _id: 'x', ...each }), JSON.stringify(each));
});

/** What the view says of a document: nothing, or one row with its state. */
function agree(document: TokenDocument): void {
  const rows = emitted(tokens.map, document);
  if (!isToken(document)) {
    assert.deepEqual(rows, []);
    assert.deepEqual(emitted(times.map, document), []);
    return;
  }
  const [row, ...more] = rows;
  assert.ok(row !== undefined && more.length === 0, 'one row a token');
  const read = readRow({ id: String(document._id), ...row });
  const { state, code, reason } = standingOf(document);
  assert.equal(read?.state, state);
  assert.equal(read.type, document.type);
  if (code !== undefined) assert.equal(read.code, code);
  assert.equal(read.codeField, codeFieldOf(document) ?? null);
  assert.equal(read.job, jobOf(document) ?? null);
  assert.equal(read.attachments, stubsOf(document).length);
  // As text, since JSON has no -0.
  assert.equal(JSON.stringify(rowOf({ ...document, _id: read.id })), JSON.stringify(read));
  const told = emitted(times.map, document);
  const timed = (state === 'locked' || state === 'done' || state === 'error') && reason !== 'set by the library';
  assert.equal(told.length, timed ? 1 : 0);
  if (timed) assert.equal(told[0]?.value, state === 'locked' ? document.lock : document.done);
}

const stamp = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<unknown>(0, 1, 99, -1, 98, 1_795_000_000, 1_795_003_600.25) },
  fc.constantFrom<unknown>('0', '', null, true, 'x', {}, []),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const code = fc.oneof(
  fc.constantFrom<unknown>(0, 1, 22, -2, '', '0', ' 21 ', '-1', '1.5', '1e3', 'x', null, {}, [], false),
  fc.integer(),
  fc.string(),
);
const document = fc.record(
  {
    _id: fc.constantFrom('a', 't_x_SB001', '_design/x', 'a/b'),
    type: fc.constantFrom<unknown>('t', 'token', 'task', 'job', '', 5, null),
    lock: stamp,
    done: stamp,
    exit_code: code,
    output: code,
    status: fc.constantFrom<unknown>('done', 'error', 'queued', '', null, 5),
    scrub_count: fc.constantFrom<unknown>(0, 3, '1', null),
    PIPELINE_STEP: fc.constantFrom<unknown>('pref_cal1', '', null, 7),
    slurm_job_id: fc.constantFrom<unknown>('12_3', 12, ''),
    pbs_job_id: fc.constantFrom<unknown>('9.host', ''),
    _attachments: fc.dictionary(fc.string(), fc.constant({ stub: true }), { maxKeys: 3 }),
  },
  { requiredKeys: ['_id'] },
);

test(`the server's view says the same of 5000 documents, seed ${seed}`, () => {
  fc.assert(
    fc.property(document, (each) => {
      agree(each);
    }),
    { seed, numRuns: 5000 },
  );
});

test('the server’s view says the same of the practice pool, and every state is there', () => {
  const found = new Set<string>();
  for (const each of practiceDocuments()) {
    agree(each);
    if (isToken(each)) found.add(standingOf(each).state);
  }
  assert.deepEqual([...found].sort(), [...tokenStates].sort());
});

test('the maps are ES5, and the reduce is the server’s own', () => {
  for (const { map, reduce } of [tokens, times]) {
    assert.doesNotMatch(map, /=>|`|\b(?:let|const|class)\b|\.\.\.|\?\?|\?\./);
    assert.equal(reduce, '_count');
  }
  assert.equal(ourDesign._id, `_design/${designName}`);
  assert.deepEqual(keysUnder(['t', 'todo']), { start: ['t', 'todo'], end: ['t', 'todo', {}] });
});

test('a row that another version has made is left out', () => {
  const value = [0, 0, null, null, null, null, 0, null, 0];
  assert.equal(readRow({ id: 'a', key: ['t', 'todo', null, null, 'a'], value })?.state, 'todo');
  for (const row of [
    { id: 'a', key: 'todo', value },
    { id: 'a', key: ['t', 'elsewhere'], value },
    { id: 'a', key: ['t', 'todo'], value: 1 },
  ])
    assert.equal(readRow(row), undefined);
});

/** gridlrt's own views, as they were observed: the document, then rows of 0.5 and of 1. */
const type = 't';
const base = { _id: 'a', type };
const observed: readonly (readonly [string, TokenDocument, string, string, string, string])[] = [
  ['fresh', { lock: 0, done: 0, output: '' }, 'todo', 'todo', 'todo', 'todo'],
  ['fresh, no output', { lock: 0, done: 0 }, 'todo error', 'todo', 'todo', 'todo'],
  ['launched', { lock: 5, done: 0, output: '', status: 'launched' }, 'locked', 'waiting running', 'locked', 'waiting running'],
  [
    'launched, no output',
    { lock: 5, done: 0, status: 'launched' },
    'locked error',
    'error waiting running',
    'locked',
    'error waiting running',
  ],
  ['downloading', { lock: 5, done: 0, output: '', status: 'downloading' }, 'locked', 'downloading', 'locked', 'downloading'],
  ['done', { lock: 5, done: 6, output: 0, status: 'done' }, 'done', 'done', 'done', 'done'],
  ['error', { lock: 5, done: 6, output: 21, status: 'error' }, 'error', 'error', 'error', 'error'],
  [
    'error, not closed',
    { lock: 5, done: 0, output: 21, status: 'error' },
    'locked error',
    'error running',
    'locked error',
    'error running',
  ],
  ['closed without output', { lock: 5, done: 6, output: '', status: 'launched' }, '', 'done waiting', '', 'done waiting'],
  ['set_error', { lock: -1, done: -1, output: '' }, '', '', '', ''],
  ['no sandbox', { lock: 5, done: 6, output: -2, status: 'queued' }, 'error', 'error', '', 'error'],
  ['unlocked by hand', { lock: 0, done: 0, output: 21 }, 'todo error', 'todo', 'todo', 'todo'],
];

test('GRID_LRT’s standard views behave as they were seen to, in both generations', () => {
  for (const [name, fields, views05, overview05, views1, overview1] of observed) {
    for (const [generation, wantedViews, wantedOverview] of [
      ['0.5', views05, overview05],
      ['1', views1, overview1],
    ] as const) {
      const { views } = standardDesign('lrt', { type, generation });
      const token = { ...base, ...fields };
      const seen = ['todo', 'locked', 'done', 'error'].filter((view) => emitted(views[view]?.map ?? '', token).length > 0);
      assert.equal(seen.join(' '), wantedViews, `${name}, views of ${generation}`);
      const overview = views.overview_total ?? views.overview_view;
      const buckets = emitted(overview?.map ?? '', token).map(({ key }) => key);
      assert.equal(buckets.join(' '), wantedOverview, `${name}, overview of ${generation}`);
      assert.deepEqual(emitted(overview?.map ?? '', { ...token, type: 'other' }), []);
    }
  }
});

test('PiCaS’s standard views: one view a token at most, in none where the library marked it by -1', () => {
  const { views } = standardDesign('picas', { type: 'token' });
  const cases: readonly (readonly [TokenDocument, string])[] = [
    [{ lock: 0, done: 0, exit_code: '' }, 'todo'],
    [{ lock: 5, done: 0, exit_code: '' }, 'locked'],
    [{ lock: 5, done: 6, exit_code: 0 }, 'done'],
    [{ lock: 5, done: 6, exit_code: '0' }, 'done'],
    [{ lock: 5, done: 6, exit_code: 1 }, 'error'],
    [{ lock: 5, done: 6, exit_code: '' }, 'error'],
    [{ lock: 99, done: 99 }, 'error'],
    [{ lock: -1, done: -1 }, ''],
    [{ exit_code: 0 }, ''],
    [{ lock: 0, done: 6 }, ''],
  ];
  for (const [fields, wanted] of cases) {
    const token = { _id: 'a', type: 'token', ...fields };
    const seen = ['todo', 'locked', 'done', 'error'].filter((view) => emitted(views[view]?.map ?? '', token).length > 0);
    assert.equal(seen.join(' '), wanted, JSON.stringify(fields));
    assert.equal(
      emitted(views.overview_total?.map ?? '', token)
        .map(({ key }) => key)
        .join(' '),
      wanted,
    );
  }
});
