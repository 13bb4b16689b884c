import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sighting } from '../../../../src/core/tokens/bulk/batch';
import { gapsOf, lossOf, statesOf, summaryOf } from '../../../../src/core/tokens/bulk/preview';
import type { Survey } from '../../../../src/core/tokens/bulk/survey';
import type { TokenState } from '../../../../src/core/tokens/state';

const now = 1_795_000_000;
const survey = (states: readonly (readonly [TokenState, number | null, string | null])[], missing: string[] = [], others = 0): Survey => {
  const counts = { todo: 0, locked: 0, done: 0, error: 0, unclassified: 0 };
  const seen = new Map(states.map(([state, lock, job], k): [string, Sighting] => [`t${k}`, { id: `t${k}`, state, lock, job }]));
  for (const [state] of states) counts[state]++;
  return { seen, counts, missing, others };
};

test('states, with their numbers', () => {
  assert.equal(statesOf(survey([])), '');
  assert.equal(statesOf(survey([['error', 5, null]])), 'It is in error.');
  assert.equal(
    statesOf(
      survey([
        ['todo', 0, null],
        ['todo', 0, null],
      ]),
    ),
    'All are to do.',
  );
  assert.equal(
    statesOf(
      survey([
        ['todo', 0, null],
        ['error', 5, null],
        ['error', 5, null],
      ]),
    ),
    '1 to do and 2 in error.',
  );
});

test('what would be lost', () => {
  assert.equal(lossOf(survey([['error', now, null]]), now, 24), undefined);
  assert.equal(lossOf(survey([['locked', now - 25 * 3600, null]]), now, 24), undefined);
  assert.equal(
    lossOf(survey([['locked', now - 720, '8842_3']]), now, 24),
    'It has been locked for 12 min by job 8842_3: if its pilot still works, what it writes is lost.',
  );
  assert.match(
    lossOf(
      survey([
        ['locked', now - 720, null],
        ['todo', 0, null],
      ]),
      now,
      24,
    ) ?? '',
    /^One has been locked for 12 min: /,
  );
  assert.equal(
    lossOf(
      survey([
        ['locked', now - 7200, '1'],
        ['locked', now - 60, '2'],
        ['locked', 5, '3'],
      ]),
      now,
      24,
    ),
    '2 have been locked for less than 1 d, the youngest for 1 min by job 2: where pilots still work, what they write is lost.',
  );
});

test('what was named and is not there, or is no token', () => {
  assert.deepEqual(gapsOf(survey([])), []);
  assert.deepEqual(gapsOf(survey([], ['a'], 1)), [
    '1 token of the selection is not in the pool.',
    '1 document of the selection is no token and stays as it is.',
  ]);
  assert.deepEqual(gapsOf(survey([], ['a', 'b'], 2)), [
    '2 tokens of the selection are not in the pool.',
    '2 documents of the selection are no tokens and stay as they are.',
  ]);
});

test('what came of it', () => {
  const failure = { id: 'a', message: 'x' };
  assert.equal(
    summaryOf({ changed: 97, skipped: 0, conflicts: [failure, failure, failure], failed: [] }, 'reset'),
    '97 reset, 3 changed meanwhile',
  );
  assert.equal(
    summaryOf({ changed: 0, skipped: 2, conflicts: [], failed: [failure, { id: '', message: 'y' }] }, 'deleted'),
    '0 deleted, 2 had nothing to change, 1 not, the rest not reached',
  );
});
