import assert from 'node:assert/strict';
import { test } from 'node:test';
import { todaysCodes } from '../../../src/core/tokens/code';
import { errorGroups } from '../../../src/core/tokens/failures';
import type { Ends, Share } from '../../../src/core/tokens/figures';
import { hoursBack } from '../../../src/core/tokens/throughput';

const last = 490_000;
const first = last - hoursBack + 1;
const zeros = Array.from({ length: hoursBack }, () => 0);
const ends = (more: Partial<Ends>): Ends => ({ hours: { first, done: zeros, error: zeros }, failures: [], old: [], ...more });
const share = (code: number | null, count: number, more: Partial<Share> = {}): Share => ({
  state: 'error',
  step: 'pref_cal1',
  code,
  field: code === null ? null : 'output',
  marked: false,
  count,
  ...more,
});

test('a code of several steps is one meaning, most tokens first; other states are no errors', () => {
  const groups = errorGroups([
    share(21, 4),
    share(22, 3),
    share(22, 9, { step: 'pref_targ1' }),
    share(22, 1, { step: null }),
    { ...share(null, 50), state: 'done' },
  ]);
  assert.deepEqual(
    groups.map(({ code, count, meaning, remedy }) => [code, count, meaning, remedy]),
    [
      [22, 13, 'The data was not staged', 'Retry once staged'],
      [21, 4, 'The download failed', 'Retry'],
    ],
  );
  assert.deepEqual(groups[0]?.steps, [
    { step: 'pref_targ1', count: 9 },
    { step: 'pref_cal1', count: 3 },
    { step: null, count: 1 },
  ]);
  assert.equal(groups[0].hours, undefined, 'not known is not zero');
});

test('the same number means one thing in output and another in exit_code', () => {
  const groups = errorGroups([share(22, 2), share(22, 1, { field: 'exit_code' }), share(137, 1, { field: 'exit_code' })]);
  assert.deepEqual(groups.map(({ meaning }) => meaning).sort(), [
    'Killed (SIGKILL), often for want of memory',
    'No table explains this code',
    'The data was not staged',
  ]);
});

test('codes are read by the time at which their tokens were closed', () => {
  const before = todaysCodes / 3600 - 100;
  const old = (count: number) => ends({ old: [{ hour: before, code: 21, field: 'output', count }] });
  const [all] = errorGroups([share(21, 5)], old(5));
  assert.deepEqual([all?.meaning, all?.once], ['The results could not be uploaded', undefined]);
  const [some] = errorGroups([share(21, 5)], old(2));
  assert.deepEqual([some?.meaning, some?.once], ['The download failed', { meaning: 'The results could not be uploaded', count: 2 }]);
  // A code that never changed its meaning has one, however old.
  const [same] = errorGroups([share(22, 5)], ends({ old: [{ hour: before, code: 22, field: 'output', count: 5 }] }));
  assert.equal(same?.once, undefined);
});

test('what has no code stands together, and says which of the two it is', () => {
  const said = (shares: readonly Share[]) => errorGroups(shares).map(({ meaning, count }) => [meaning, count]);
  const marked = share(null, 3, { marked: true });
  assert.deepEqual(said([marked]), [['Set by the library', 3]]);
  assert.deepEqual(said([share(null, 2)]), [['Closed without a code', 2]]);
  assert.deepEqual(said([share(null, 2), marked]), [['Closed without a code, or set by the library', 5]]);
});

test('the hours of a meaning are those of its code and field, also of clocks that go ahead', () => {
  const failures = [
    { hour: last - 1, code: 22, field: 'output', count: 4 },
    { hour: last, code: 22, field: 'output', count: 2 },
    { hour: last, code: 22, field: 'exit_code', count: 70 },
    { hour: last, code: 21, field: 'output', count: 90 },
  ] as const;
  const [group] = errorGroups([share(22, 6)], ends({ failures }));
  assert.deepEqual(group?.hours?.slice(-3), [0, 4, 2]);
  assert.deepEqual(group.span, { kind: 'between', from: last - 1, to: last + 1 });
});
