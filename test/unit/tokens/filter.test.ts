import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passes, readFilter } from '../../../src/core/tokens/filter';

const token = (fields: object) => ({ _id: 't_x_L1_SB120', type: 'x', lock: 0, done: 0, ...fields });
const found = (text: string, fields: object = {}) => passes(token(fields), readFilter(text));

test('a part of the id, small or capital; several parts must all be there', () => {
  assert.ok(found('sb12'));
  assert.ok(found('L1 SB'));
  assert.ok(!found('L1 SB9'));
});

test('field = value: text, number, number as text, null, object', () => {
  assert.ok(found('OBSID = L1', { OBSID: 'L1' }));
  assert.ok(found('output = 22', { output: 22 }));
  assert.ok(found('output=22', { output: '22' }));
  assert.ok(found('output == "22"', { output: 22 }));
  assert.ok(found('note = null', { note: null }));
  assert.ok(!found('note = null', {}));
  assert.ok(found('output = {}', { output: {} }));
  assert.ok(found('config.json = 1', { 'config.json': 1 }));
  assert.ok(found("status = 'a b'", { status: 'a b' }));
});

test('state is ours, as the tree has it', () => {
  assert.ok(found('state = todo'));
  assert.ok(found('state = "To do"'));
  assert.ok(found('state = error and output = 22 and SB1', { lock: 5, done: 6, output: 22 }));
  assert.ok(!found('state = locked'));
  assert.throws(() => readFilter('state = broken'), /no state of a token/);
});

test('nothing is not everything', () => {
  for (const text of ['', '   ', ' and ']) assert.throws(() => readFilter(text), /nothing to look for/, JSON.stringify(text));
});

test('what is no token is never found', () => {
  assert.equal(passes({ _id: 'log_SB12', type: 'log' }, readFilter('SB12')), false);
  assert.equal(passes({ _id: '_design/SB12', language: 'javascript' }, readFilter('SB12')), false);
});
