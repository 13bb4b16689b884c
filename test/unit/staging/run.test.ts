import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, overview, runsOf } from '../../../src/core/staging/run';
import { fileStates, type FileState } from '../../../src/core/staging/state';

const codes = (...states: readonly (FileState | '')[]) => Uint8Array.from(states, (state) => (state === '' ? 0 : codeOf(state)));

test('neighbours in one state are one run; lines without a state are in none', () => {
  assert.deepEqual(runsOf(codes('online', 'online', '', 'tape', 'lost', 'lost')), [
    { state: 'online', from: 0, to: 1 },
    { state: 'tape', from: 3, to: 3 },
    { state: 'lost', from: 4, to: 5 },
  ]);
  assert.deepEqual(runsOf(codes()), []);
  assert.deepEqual(runsOf(codes('', '')), []);
});

test('of a part of the lines the runs end with it', () => {
  assert.deepEqual(runsOf(codes('online', 'online', 'online', 'tape'), 1, 2), [{ state: 'online', from: 1, to: 2 }]);
});

test('an overview has few runs, and hides no trouble', () => {
  const many = Uint8Array.from({ length: 100_000 }, (_, line) => codeOf(line === 77_777 ? 'lost' : line % 2 === 0 ? 'online' : 'tape'));
  const runs = overview(many, 1000);
  assert.ok(runs.length <= 1000);
  assert.deepEqual(
    runs.map(({ state }) => state),
    ['tape', 'lost', 'tape'],
  );
  assert.ok(runs[1] && runs[1].from <= 77_777 && runs[1].to >= 77_777);
});

test('each state has a code of its own', () => {
  assert.equal(new Set(fileStates.map(codeOf)).size, fileStates.length);
  assert.ok(fileStates.every((state) => codeOf(state) > 0));
});
