import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextPoll, paceFrom } from '../../../src/core/staging/pace';

const pace = paceFrom(30);
const minute = 60_000;

test('30 s while watched and young, 60 s when quiet, 300 s in the background', () => {
  assert.equal(nextPoll({ watched: true, quietMs: 0, failures: 0 }, pace), 30_000);
  assert.equal(nextPoll({ watched: true, quietMs: 5 * minute, failures: 0 }, pace), minute);
  assert.equal(nextPoll({ watched: false, quietMs: 0, failures: 0 }, pace), 5 * minute);
});

test('a stager that fails is asked less and less, never faster than without failures, at most ten minutes apart', () => {
  const delays = [0, 1, 2, 3, 4, 5, 9].map((failures) => nextPoll({ watched: true, quietMs: 0, failures }, pace) / 1000);
  assert.deepEqual(delays, [30, 60, 120, 240, 480, 600, 600]);
  assert.equal(nextPoll({ watched: false, quietMs: 0, failures: 1 }, pace), 5 * minute);
});
