import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TokenDocument } from '../../../src/core/tokens/state';
import { mergeDesign, readDesign, standardDesign, withoutView } from '../../../src/core/tokens/views';
import { emitted } from './server';

const monitor = standardDesign('picas', { type: 'token' });
const found = (change: Record<string, unknown> = {}): TokenDocument => ({
  _id: '_design/Monitor',
  _rev: '4-x',
  language: 'javascript',
  views: { ...monitor.views, ...change },
});

test('the standard sets have the names that pilots ask for', () => {
  assert.deepEqual([monitor.name, Object.keys(monitor.views)], ['Monitor', ['todo', 'locked', 'done', 'error', 'overview_total']]);
  const first = standardDesign('lrt', { type: 'my_run', apiVersion: '1.0.7' });
  assert.deepEqual([first.name, Object.keys(first.views)], ['my_run', ['todo', 'locked', 'done', 'error', 'overview_view']]);
  assert.deepEqual(first.fields, { PICAS_API_VERSION: '1.0.7' });
  assert.deepEqual(Object.keys(standardDesign('lrt', { type: 'x', generation: '0.5' }).views).at(-1), 'overview_total');
});

test('rows of the standard views hold what the libraries read', () => {
  const token = { _id: 'a', type: 'my_run', lock: 5, done: 0, status: 'running', output: '' };
  assert.deepEqual(emitted(standardDesign('lrt', { type: 'my_run' }).views.locked?.map ?? '', token), [{ key: 'a', value: 'running' }]);
  assert.deepEqual(emitted(standardDesign('lrt', { type: 'my_run', generation: '0.5' }).views.locked?.map ?? '', token), [
    { key: 'a', value: 'a' },
  ]);
  assert.deepEqual(emitted(monitor.views.todo?.map ?? '', { _id: 'a', type: 'token', lock: 0, done: 0 }), [{ key: 'a', value: 'a' }]);
});

test('a part of the tokens has a design document of its own', () => {
  const single = standardDesign('picas', { type: 'token', design: 'SingleCore', condition: 'doc.cores == 1 || doc.cores == 2' });
  const todo = single.views.todo?.map ?? '';
  assert.equal(single.name, 'SingleCore');
  for (const [cores, rows] of [
    [1, 1],
    [2, 1],
    [4, 0],
  ] as const)
    assert.equal(emitted(todo, { _id: 'a', type: 'token', lock: 0, done: 0, cores }).length, rows);
  assert.deepEqual(emitted(todo, { _id: 'a', type: 'token', lock: 1, done: 0, cores: 2 }), [], 'its “or” stays inside');
});

test('a new design document holds the plan alone', () => {
  const { document, added, replaced, differing } = mergeDesign(undefined, monitor);
  assert.deepEqual(document, { _id: '_design/Monitor', language: 'javascript', views: monitor.views });
  assert.deepEqual([added, replaced, differing], [Object.keys(monitor.views), [], []]);
});

test('what is there already in another layout is not written again', () => {
  const spaced = { todo: { map: `${monitor.views.todo?.map.replaceAll(' ', '\n  ') ?? ''} // as before` } };
  assert.equal(mergeDesign(found(spaced), monitor).document, undefined);
});

test('other views and unknown fields stay; a view of the same name is replaced when it may be', () => {
  const there: TokenDocument = {
    ...found({ mine: { map: 'm' }, todo: { map: 'function(doc) { emit(1, 1); }' } }),
    updates: { x: 'y' },
    PICAS_API_VERSION: '0.9',
  };
  const kept = mergeDesign(there, monitor);
  assert.deepEqual([kept.document, kept.differing], [undefined, ['todo']]);
  const { document, replaced, differing } = mergeDesign(there, { ...monitor, fields: { PICAS_API_VERSION: '1.0' } }, ['todo']);
  assert.deepEqual([replaced, differing], [['todo'], []]);
  assert.deepEqual(document, { ...there, PICAS_API_VERSION: '1.0', views: { ...(there.views as object), todo: monitor.views.todo } });
});

test('a reduce that differs is a difference too', () => {
  const { map = '' } = monitor.views.overview_total ?? {};
  for (const overview of [{ map }, { map, reduce: '_sum' }, { map: 5 }, 'text'])
    assert.deepEqual(mergeDesign(found({ overview_total: overview }), monitor).differing, ['overview_total']);
});

test('a view is taken out; the document goes with its last one, unless it holds more', () => {
  const one = { _id: '_design/x', _rev: '1-a', language: 'javascript', views: { a: { map: 'm' } } };
  assert.equal(withoutView(one, 'a'), 'delete');
  assert.equal(withoutView(one, 'b'), 'keep');
  assert.equal(withoutView(undefined, 'a'), 'keep');
  assert.deepEqual(withoutView({ ...one, validate_doc_update: 'f' }, 'a'), { ...one, validate_doc_update: 'f', views: {} });
  assert.deepEqual(withoutView({ ...one, views: { a: 1, toString: 2 } }, 'a'), { ...one, views: { toString: 2 } });
  assert.equal(withoutView(one, 'toString'), 'keep');
});

test('a design document as it is shown, however odd', () => {
  const document = {
    _id: '_design/a/b',
    _rev: '1-a',
    views: { x: { map: 'm', reduce: '_count' }, y: { map: 'n' }, lib: { code: '' }, z: 5 },
  };
  assert.deepEqual(readDesign(document), {
    name: 'a/b',
    rev: '1-a',
    views: [
      { name: 'x', map: 'm', reduce: '_count' },
      { name: 'y', map: 'n' },
    ],
    document,
  });
  assert.deepEqual(readDesign({ _id: '_design/empty', _rev: '1-a' }).views, []);
});
