import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keys } from '../../../webview/keys';
import { locksWords, paceWords, parts, percentDone, spanWords, stepsWords } from '../../../webview/pool/words';
import { columnsPath } from '../../../webview/spark';
import { empty, now, one, silent, unheard, well } from '../../ui/sights';

const thin = '\u2009';
const hour = 3_600_000;

test('parts name what is left, and answer when nothing is', () => {
  assert.equal(parts({ done: 5087, locked: 96, todo: 2410, error: 655, unclassified: 64 }), '5087 of 8312 tokens, 2506 left');
  assert.equal(parts({ done: 90, error: 7 }), '90 of 97 tokens, none left');
  assert.equal(parts({ done: 12_000 }), `all 12${thin}000 tokens are done`);
  assert.equal(parts({ done: 1 }), 'the one token is done');
  assert.equal(parts({}), 'no tokens');
});

test('a share is rounded down: all is only all', () => {
  assert.equal(percentDone({ done: 9999, todo: 1 }), 99.9);
  assert.equal(percentDone({ done: 5 }), 100);
  assert.equal(percentDone({}), 0);
});

test('pace, end and age are said as far as they are known', () => {
  assert.equal(paceWords(one()), `199 tokens/h over the last 6 h, 35${thin}% of them in error · ends in 10 to 18 h`);
  assert.equal(paceWords(silent()), `199 tokens/h over the last 6 h, 35${thin}% of them in error · ends in 10 to 18 h · as of 13:40`);
  assert.equal(paceWords(unheard()), '');
  const { pace, end, ...unknown } = well();
  assert.ok(pace !== undefined && end !== undefined);
  assert.equal(paceWords(unknown), '');
  const slow = { tokensPerHour: 2, errorsPerHour: 0.01, overMs: 6.2 * hour };
  assert.equal(paceWords({ ...unknown, pace: slow }), `2 tokens/h over the last 6 h, under 1${thin}% of them in error · end unknown`);
  const still = { tokensPerHour: 0, errorsPerHour: 0, overMs: 6 * hour };
  assert.equal(paceWords({ ...unknown, pace: still }), 'no token closed in the last 6 h · end unknown');
  assert.equal(
    paceWords({ ...unknown, pace: { tokensPerHour: 12, errorsPerHour: 0, overMs: 0.4 * hour } }),
    '12 tokens/h over the last 24 min · end unknown',
  );
  assert.equal(paceWords(empty()), '');
});

test('since when, in the words of a person', () => {
  const at = (hoursBack: number): number => Math.floor(now / hour) - hoursBack;
  assert.equal(spanWords({ kind: 'none' }, now), 'over a day ago');
  assert.equal(spanWords({ kind: 'allDay' }, now), 'all day');
  assert.equal(spanWords({ kind: 'rising', from: at(5) }, now), 'since 09:00');
  assert.equal(spanWords({ kind: 'between', from: at(5), to: at(3) }, now), '09:00–11:00');
  assert.equal(spanWords({ kind: 'between', from: at(20), to: at(17) }, now), 'Thu 18:00–21:00');
  assert.equal(spanWords({ kind: 'between', from: at(16), to: at(12) }, now), 'Thu 22:00–02:00');
  assert.equal(spanWords({ kind: 'between', from: at(1), to: at(-1) }, now), 'since 13:00');
});

test('steps and locks in words', () => {
  assert.equal(stepsWords([]), '');
  assert.equal(stepsWords([{ step: null }]), 'no step');
  assert.equal(stepsWords([{ step: 'pref_cal1' }, { step: null }]), '2 steps');
  const locks = { stuckHours: 24, oldest: [] };
  assert.equal(locksWords({ ...locks, stuck: 3 }, 96), '3 of 96 look stuck: locked for more than 1 d');
  assert.equal(locksWords({ ...locks, stuck: 1 }, 1), '1 of 1 looks stuck: locked for more than 1 d');
  assert.equal(locksWords({ ...locks, stuckHours: 36, stuck: 0 }, 8), '8, none longer than 1 d 12 h');
});

test('columns stand on those below, and one among hundreds is seen', () => {
  assert.equal(columnsPath([0, 10, 1], 10, 10), 'M1 10h.8v-10h-.8zM2 10h.8v-1.5h-.8z');
  assert.equal(columnsPath([0, 4], 10, 10, [3, 6]), 'M1 4h.8v-4h-.8z');
  // What is raised to be seen never leaves the drawing.
  assert.equal(columnsPath([1], 1000, 10, [999]), 'M0 0.01h.8v-0.01h-.8z');
  assert.equal(columnsPath([0, 0], 0, 10), '');
});

test('a thing keeps its number whatever comes and goes', () => {
  const keys = new Keys<string>((thing) => thing);
  assert.deepEqual(keys.renew(['a', 'b']), [0, 1]);
  assert.deepEqual(keys.renew(['c', 'b']), [2, 1]);
  assert.equal(keys.get(0), undefined);
  assert.deepEqual(keys.renew(['a']), [0]);
  assert.equal(keys.get(0), 'a');
});
