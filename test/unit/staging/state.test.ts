import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countFiles, percentStaged, rollUp, totalOf, type FileCounts, type RequestState } from '../../../src/core/staging/state';

test('percent staged has one decimal, is rounded down, and is 100 only when all are there', () => {
  assert.equal(percentStaged(0, 0), 0);
  assert.equal(percentStaged(9996, 10_000), 99.9);
  assert.equal(percentStaged(99_999, 100_000), 99.9);
  assert.equal(percentStaged(45, 51), 88.2);
  assert.equal(percentStaged(7, 10), 70);
  assert.equal(percentStaged(51, 51), 100);
});

test('counts leave out states that no file is in', () => {
  const counts = countFiles(['online', 'failed', 'online']);
  assert.deepEqual(counts, { online: 2, failed: 1 });
  assert.equal(totalOf(counts), 3);
});

describe('a request is what its files are', () => {
  const rows: [RequestState, FileCounts, RequestState, string][] = [
    ['running', { online: 3 }, 'done', 'all online, whatever the word'],
    ['running', { online: 2, staging: 1 }, 'running', 'something still moves'],
    ['running', { online: 2, failed: 1 }, 'partial', 'nothing moves any more'],
    ['done', { online: 2, failed: 1 }, 'partial', '"success" is not all'],
    ['partial', { failed: 3 }, 'failed', 'none came'],
    ['done', { queued: 3 }, 'unknown', '"success" of which nothing can be seen'],
    ['aborted', { online: 1, cancelled: 2 }, 'aborted', 'an abort is the word of the server'],
    ['onHold', { queued: 3 }, 'onHold', 'a hold is the word of the server'],
    ['scheduled', {}, 'scheduled', 'no files known'],
    ['unknown', { online: 1, queued: 1 }, 'unknown', 'no word, and not all there'],
    ['running', { online: 1, lost: 1, unavailable: 1 }, 'partial', 'lost and unavailable have ended'],
  ];
  for (const [server, counts, expected, why] of rows) {
    test(`${server} with ${JSON.stringify(counts)} is ${expected}: ${why}`, () => assert.equal(rollUp(server, counts), expected));
  }
});
