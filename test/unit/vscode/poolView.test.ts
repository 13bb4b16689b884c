import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GridError } from '../../../src/core/errors';
import type { Share } from '../../../src/core/tokens/figures';
import { hoursBack } from '../../../src/core/tokens/throughput';
import { sightOf, type Known } from '../../../src/vscode/panels/poolView';
import { done, guestSight, huge, many, now, one, picas, silent, well } from '../../ui/sights';

const hour = 3_600_000;
const last = Math.floor(now / hour);
const moment = { now, stuckHours: 24 };
const share = (state: Share['state'], count: number, more: Partial<Share> = {}): Share => ({
  state,
  count,
  step: null,
  code: null,
  field: null,
  marked: false,
  ...more,
});
/** A pool with these tokens, of which so many were closed in each of the last hours. */
function known(shares: readonly Share[], closed: readonly number[] = [], more: Partial<Known> = {}): Known {
  const done = Array.from({ length: hoursBack }, (_, k) => closed[closed.length - hoursBack + k] ?? 0);
  const hours = { first: last - hoursBack + 1, done, error: done.map(() => 0) };
  const counts = shares.map(({ state, count }) => ({ type: 't', state, count }));
  return { pool: 'p', type: 't', asOf: now, counts, shares, ends: { hours, failures: [], old: [] }, ...more };
}
const sentence = (sight: { readonly sentence: readonly { readonly text: string }[] }): string =>
  sight.sentence.map(({ text }) => text).join('');

test('the sentence says where it is and what holds it', () => {
  assert.equal(sentence(one()), 'Working, errors rising since 09:00');
  assert.equal(sentence(well()), 'Working, no errors');
  assert.equal(sentence(done()), 'All tokens are done');
  assert.equal(sentence(sightOf(known([share('done', 3), share('error', 2)]), moment)), 'All tokens are closed, 2 tokens in error');
  assert.equal(sentence(sightOf(known([share('todo', 3)]), moment)), 'Waiting: no pilot holds a token');
  const idle = known([share('todo', 3), share('locked', 2), share('done', 9)], [9, 0, 0, 0, 0]);
  assert.equal(sentence(sightOf(idle, moment)), '2 tokens locked, none closed for 3 h 5 min');
  const young = { oldest: [{ id: 'a', lock: now / 1000 - 1200, job: null, host: null, step: null, status: null }], stuck: 0 };
  assert.equal(sentence(sightOf({ ...idle, locks: young }, moment)), 'Working, no errors', 'it has only begun again');
  assert.equal(sentence(sightOf(known([share('todo', 3), share('locked', 2)]), moment)), 'Working');
  const locks = { oldest: [{ id: 'a', lock: now / 1000 - 30 * 3600, job: null, host: null, step: null, status: null }], stuck: 2 };
  assert.match(sentence(sightOf({ ...idle, locks }, moment)), /^Stuck: every lock is older than 1 d$/);
  assert.equal(sentence(sightOf({ pool: 'p', asOf: 0 }, moment)), '', 'before anything is known nothing is said');
});

test('what the library marked has no time: it is in the counts and not in the history', () => {
  const sight = sightOf(known([share('done', 5), share('error', 4, { marked: true }), share('error', 2, { code: 22 })], [5]), moment);
  assert.equal(sight.counts?.error, 6);
  assert.equal(sight.past?.error.at(-1), 2);
  assert.deepEqual(
    picas().errors?.map(({ meaning, count }) => [meaning, count]),
    [
      ['Closed without a code, or set by the library', 21],
      ['Killed (SIGKILL), often for want of memory', 7],
      ['No table explains this code', 7],
    ],
  );
});

test('steps stand in the order of their numbers, those without a name last', () => {
  const names = many().steps?.map(({ step }) => step) ?? [];
  assert.deepEqual(names.slice(0, 3), ['step_0', 'step_1', 'step_2']);
  assert.equal(names.indexOf('step_10') > names.indexOf('step_9'), true);
  assert.equal(one().steps?.at(-1)?.step, null);
});

test('a trouble says what to do: sign in, try again, or nothing where it is not up to the person', () => {
  const trouble = (error: GridError, asOf = 0) => sightOf({ pool: 'p', asOf, trouble: { error, since: now - hour } }, moment);
  const refused = trouble(new GridError('auth', 'p refused ann.', { hint: 'Sign in again.' }));
  assert.deepEqual(refused.notices[0]?.answers, [{ id: 'signIn', label: 'Sign In…' }]);
  assert.deepEqual(refused.actions, []);
  const untrusted = trouble(new GridError('untrusted', 'Not in restricted mode.'));
  assert.deepEqual([sentence(untrusted), untrusted.notices[0]?.answers], ['Restricted mode', []]);
  assert.equal(silent().notices[0]?.sentence.startsWith('lofar-dr3 does not answer since 13:40. '), true);
  assert.equal(silent().counts?.done, 5087, 'old figures stay');
});

test('without our views the server’s counts are shown, and ours offered to who may install them', () => {
  assert.deepEqual(
    guestSight().notices.map(({ answers }) => answers.length),
    [0],
  );
  assert.equal(guestSight().counts, undefined);
});

test('a sight is small, whatever the size of the pool', () => {
  assert.ok(JSON.stringify(huge()).length < 10_000);
  assert.ok(JSON.stringify(many()).length < 20_000);
});
