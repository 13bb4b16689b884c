import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches, readWhich } from '../../../../src/core/tokens/bulk/which';
import { GridError } from '../../../../src/core/errors';

test('a selection is one of three', () => {
  assert.deepEqual(readWhich({ ids: ['a/b', 'c'] }), { by: 'ids', ids: ['a/b', 'c'] });
  assert.deepEqual(readWhich({ view: 'Monitor/error' }), { by: 'view', view: { design: 'Monitor', view: 'error' } });
  assert.deepEqual(readWhich({ view: '_design/my/run/todo' }), { by: 'view', view: { design: 'my/run', view: 'todo' } });
  assert.deepEqual(readWhich({ where: { type: 't', state: 'locked', 'config.json': {} } }), {
    by: 'where',
    where: { state: 'locked', fields: { type: 't', 'config.json': {} } },
  });
  assert.deepEqual(readWhich({ ids: [] }), { by: 'ids', ids: [] });
});

const refused: readonly (readonly [Readonly<Record<string, unknown>>, RegExp])[] = [
  [{}, /was not said/],
  [{ ids: ['a'], view: 'a/b' }, /ids and view cannot be given together/],
  [{ ids: 'a' }, /must be a list/],
  [{ ids: ['a', 3] }, /Entry 2 of "ids" is no id/],
  [{ ids: [''] }, /Entry 1/],
  [{ view: 'error' }, /"design\/view"/],
  [{ view: '/error' }, /"design\/view"/],
  [{ view: 'Monitor/' }, /"design\/view"/],
  [{ view: 7 }, /"design\/view"/],
  [{ where: [] }, /must be an object/],
  [{ where: {} }, /would mean every token/],
  [{ where: { state: 'failed' } }, /“failed” is no state of a token\. There are: todo, locked/],
  [{ where: { state: 1 } }, /“1” is no state/],
  [{ where: { type: undefined } }, /value of "type"/],
];
for (const [options, sentence] of refused)
  test(`refused: ${JSON.stringify(options)}`, () => {
    assert.throws(
      () => readWhich(options),
      (error) => error instanceof GridError && error.kind === 'rejected' && sentence.test(error.sentence),
    );
  });

test('what a token has to hold, type and all', () => {
  const token = { _id: 'a', type: 't', lock: 0, done: 0, STARTSB: '010', n: 1, o: { a: [1, { b: null }], c: 2 } };
  const fits = (where: Readonly<Record<string, unknown>>): boolean => {
    const which = readWhich({ where });
    return which.by === 'where' && matches(token, which.where);
  };
  for (const where of [{ state: 'todo' }, { STARTSB: '010' }, { n: 1, type: 't' }, { o: { c: 2, a: [1, { b: null }] } }, { _id: 'a' }])
    assert.ok(fits(where), JSON.stringify(where));
  for (const where of [
    { state: 'done' },
    { STARTSB: 10 },
    { n: '1' },
    { o: { c: 2 } },
    { missing: null },
    { toString: null },
    { type: 't', n: 2 },
  ])
    assert.ok(!fits(where), JSON.stringify(where));
  assert.ok(!matches({ _id: 'note', text: 'x' }, { fields: { text: 'x' } }), 'what is no token is not meant');
});
