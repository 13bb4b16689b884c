import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { endOf, hourMs, hoursBack, lastClosed, paceOf, pastOf, spanOf, type Hours } from '../../../src/core/tokens/throughput';

const last = 490_000;
const first = last - hoursBack + 1;
/** Twelve minutes into the hour that runs. */
const now = (last + 0.2) * hourMs;

/** The latest hours, the running one last; before them nothing. */
function hours(done: readonly number[], error: readonly number[] = []): Hours {
  const whole = (counts: readonly number[]) => Array.from({ length: hoursBack }, (_, k) => counts[counts.length - hoursBack + k] ?? 0);
  return { first, done: whole(done), error: whole(error) };
}

const flat = (count: number) => Array.from({ length: hoursBack }, () => count);

test('a pace is tokens closed over a window that begins with an hour and says how long it is', () => {
  const pace = paceOf(hours(flat(100), flat(20)), 1e6, now);
  assert.equal(Math.round((pace?.overMs ?? 0) / hourMs), 6);
  assert.equal(Math.round(pace?.overMs ?? 0), Math.round(6.2 * hourMs));
  // Seven hours of 120, the running one as full as the others though it has just begun.
  assert.equal(Math.round(pace?.tokensPerHour ?? 0), Math.round((7 * 120) / 6.2));
  assert.equal(Math.round(pace?.errorsPerHour ?? 0), Math.round((7 * 20) / 6.2));
  // Late in an hour the window begins one hour later, and is six hours long all the same.
  assert.equal(Math.round(paceOf(hours(flat(100)), 1e6, (last + 0.9) * hourMs)?.overMs ?? 0) / hourMs, 5.9);
});

test('a pool that has just begun is measured from its beginning', () => {
  const pace = paceOf(hours([30, 40, 10]), 80, now);
  assert.equal(Math.round(pace?.overMs ?? 0), Math.round(2.2 * hourMs));
  assert.equal(Math.round(pace?.tokensPerHour ?? 0), Math.round(80 / 2.2));
  // The same ends in a pool that worked before: then it had a pause.
  assert.equal(Math.round(paceOf(hours([30, 40, 10]), 500, now)?.overMs ?? 0), Math.round(6.2 * hourMs));
  // Of the first minutes nothing is said.
  assert.equal(paceOf(hours([4]), 4, (last + 0.05) * hourMs), undefined);
});

test('the end is a range, and unknown when nothing moves', () => {
  const end = endOf(600, hours(flat(100)), 1e6, now);
  assert.ok(end !== undefined && end.from > now && end.from < end.to);
  assert.ok(end.from <= now + 6 * hourMs && end.to >= now + 6 * hourMs);
  assert.equal(endOf(600, hours(flat(0)), 1e6, now), undefined);
  assert.equal(endOf(0, hours(flat(100)), 1e6, now), undefined);
  // Fast once, still now: nobody knows.
  assert.equal(endOf(600, hours([200, 200, 0, 0, 0, 0, 0]), 1e6, now), undefined);
  // Slower now than over the day: the range reaches from one to the other.
  const slowing = endOf(600, hours([...flat(100).slice(6), 10, 10, 10, 10, 10, 10]), 1e6, now);
  assert.ok(slowing !== undefined && slowing.to - now > 3 * (slowing.from - now));
});

test('the past is told backwards: what was closed later was open before', () => {
  const past = pastOf(hours([5, 10, 1], [0, 2, 0]), { done: 50, error: 6, open: 20 }, now);
  assert.equal(past.times.length, hoursBack + 1);
  assert.deepEqual([past.times.at(-1), past.done.at(-1), past.error.at(-1), past.open.at(-1)], [now, 50, 6, 20]);
  assert.deepEqual(past.done.slice(-4), [34, 39, 49, 50]);
  assert.deepEqual(past.error.slice(-4), [4, 4, 6, 6]);
  assert.deepEqual(past.open.slice(-4), [38, 33, 21, 20]);
  assert.equal(past.times.at(-2), last * hourMs);
});

test('whatever comes in, the parts of the past are whole and never below nothing', () => {
  const counts = fc.array(fc.nat(1000), { minLength: hoursBack, maxLength: hoursBack });
  fc.assert(
    fc.property(counts, counts, fc.nat(5000), fc.nat(5000), fc.nat(5000), (done, error, d, e, o) => {
      const past = pastOf({ first, done, error }, { done: d, error: e, open: o }, now);
      past.times.forEach((_, k) => {
        const parts = [past.done[k] ?? -1, past.error[k] ?? -1, past.open[k] ?? -1];
        assert.ok(parts.every((part) => part >= 0));
        assert.ok(parts.reduce((a, b) => a + b, 0) === d + e + o);
      });
    }),
  );
});

test('the last end is that of its hour, now at most', () => {
  assert.equal(lastClosed(hours([3, 0, 0]), now), (last - 1) * hourMs);
  assert.equal(lastClosed(hours([0], [1]), now), now);
  assert.equal(lastClosed(hours([]), now), undefined);
});

test('since when: a rise that goes on, a time of day, all day, or long ago', () => {
  const span = (counts: readonly number[], closed: readonly number[] = flat(100)) => spanOf(hours(counts).done, first, closed);
  assert.deepEqual(span([]), { kind: 'none' });
  assert.deepEqual(span([1, 0, 9, 40, 30, 2]), { kind: 'rising', from: last - 3 });
  assert.deepEqual(span([9, 40, 30]), { kind: 'rising', from: last - 2 });
  assert.deepEqual(span(flat(7)), { kind: 'allDay' });
  assert.deepEqual(span([30, 40, 9, 0, 0, 0, 0, 0, 0, 1]), { kind: 'between', from: last - 9, to: last - 7 });
  assert.deepEqual(span([1, 0]), { kind: 'between', from: last - 1, to: last });
  // One or two in an hour are no trend.
  assert.deepEqual(span([2, 2]), { kind: 'between', from: last - 1, to: last + 1 });
  // Twice as many errors of twice as many tokens are none either: before there was no work.
  assert.deepEqual(span([6, 8, 7], hours([20, 20, 20]).done), { kind: 'between', from: last - 2, to: last + 1 });
});
