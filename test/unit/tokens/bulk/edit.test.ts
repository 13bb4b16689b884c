import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attaching, deleting, resetting, setting, unlocking } from '../../../../src/core/tokens/bulk/edit';
import { asSeen, freshLocks, type Survey } from '../../../../src/core/tokens/bulk/survey';
import { resetChoices } from '../../../../src/core/tokens/reset';
import { GridError } from '../../../../src/core/errors';
import { isToken, type TokenDocument } from '../../../../src/core/tokens/state';
import { practiceDocuments } from '../../../practice/poolTokens';

const token: TokenDocument = { _id: 'a', _rev: '1-a', type: 't', lock: 9, done: 0, hostname: 'w', x: { a: 1 } };

test('every reset, repeated, has nothing more to do', () => {
  for (const document of practiceDocuments().filter(isToken))
    for (const { kind } of resetChoices) {
      const once = resetting(kind)(document);
      if (typeof once === 'string') assert.equal(once, 'keep');
      else assert.equal(resetting(kind)(once), 'keep', `${String(document._id)} ${kind}`);
    }
});

test('a token that was only unlocked by hand still has something to clear', () => {
  const unlocked = { _id: 'a', type: 't', lock: 0, done: 0, scrub_count: 1, hostname: '', output: 21, status: 'error' };
  assert.notEqual(resetting('lrt')(unlocked), 'keep');
  assert.equal(resetting('scrub')(unlocked), 'keep');
});

test('unlocking is for locks alone', () => {
  assert.deepEqual(unlocking(token), { ...token, lock: 0, hostname: '' });
  for (const marks of [
    { lock: 99, done: 99 },
    { lock: -1, done: -1 },
    { lock: 0, done: 0 },
    { lock: 5, done: 6 },
    { lock: '9', done: 0 },
  ])
    assert.equal(unlocking({ ...token, ...marks }), 'keep');
});

test('a deletion says no more than it must', () => {
  assert.deepEqual(deleting(token), { _id: 'a', _rev: '1-a', _deleted: true });
});

test('a field is set to any JSON value, typed as given', () => {
  for (const value of [0, '0', false, null, '', [], { b: [1] }]) assert.deepEqual(setting('x', value)(token), { ...token, x: value });
  assert.equal(setting('x', { a: 1 })(token), 'keep');
  assert.deepEqual(setting('a.b', 1)(token), { ...token, 'a.b': 1 });
  for (const [field, value, sentence] of [
    ['', 1, /name of the field is missing/],
    ['_id', 'b', /“_id” cannot be set/],
    ['_rev', '2-b', /belong to CouchDB/],
    ['_attachments', {}, /belong to CouchDB/],
    ['x', undefined, /value for “x” is missing/],
    ['x', NaN, /no finite number/],
    ['x', { y: new Date() }, /a date/],
    ['x', () => 1, /no JSON value/],
  ] as const)
    assert.throws(
      () => setting(field, value),
      (error) => error instanceof GridError && error.kind === 'rejected' && sentence.test(error.sentence),
    );
});

test('a file is attached beside the others, and once', () => {
  const file = { name: 'a b', contentType: 'text/plain', length: 1, digest: 'md5-x' };
  const stub = { content_type: 'x/y', stub: true };
  assert.deepEqual(attaching({ ...file, data: 'YQ==' })({ ...token, _attachments: { c: stub } }), {
    ...token,
    _attachments: { c: stub, 'a b': { content_type: 'text/plain', data: 'YQ==' } },
  });
  assert.equal(attaching(file)({ ...token, _attachments: { 'a b': { content_type: 'text/plain', digest: 'md5-x' } } }), 'keep');
  assert.notEqual(attaching(file)({ ...token, _attachments: { 'a b': { content_type: 'text/html', digest: 'md5-x' } } }), 'keep');
  for (const name of ['', '_x']) assert.throws(() => attaching({ ...file, name }), GridError);
});

test('what is not as it was seen is left alone', () => {
  const seen = (lock: number | null, state: 'locked' | 'todo' = 'locked'): Survey => ({
    seen: new Map([['a', { id: 'a', lock, state, job: '7_1' }]]),
    counts: { todo: 0, locked: 1, done: 0, error: 0, unclassified: 0 },
    missing: [],
    others: 0,
  });
  assert.deepEqual(asSeen(seen(9), unlocking)(token), { ...token, lock: 0, hostname: '' });
  assert.equal(asSeen(seen(8), unlocking)(token), 'changed');
  assert.equal(asSeen(seen(0, 'todo'), unlocking)(token), 'changed');
  assert.equal(asSeen(seen(9), unlocking)({ ...token, done: 10 }), 'changed');
  assert.equal(asSeen(seen(9), unlocking)({ ...token, _id: 'b' }), 'changed');
  assert.equal(freshLocks(seen(1000), 1000 + 3599, 1).length, 1);
  assert.equal(freshLocks(seen(1000), 1000 + 3600, 1).length, 0);
  assert.equal(freshLocks(seen(2000), 1000, 1).length, 1, 'a clock that is ahead');
});
