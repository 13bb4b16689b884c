import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { GridError } from '../../../src/core/errors';
import type { Desk } from '../../../src/core/staging/desk';
import { files, options, part, Room, signal } from './stage';

let room: Room;
let desk: Desk;
const only = (of = desk) => {
  const [request, more] = of.requests;
  assert.ok(request !== undefined && more === undefined, `${of.requests.length} requests`);
  return request;
};
const states = (of = desk) => of.requests.map(({ state }) => state).sort();

beforeEach(() => {
  room = new Room();
  desk = room.window();
});

describe('staging', () => {
  test('a request is on record the moment its id is known, and there again in the next window', async () => {
    const [submission] = await desk.stage([part('a', 'b')], options);
    assert.equal(submission?.request?.id, '101');
    const next = room.window();
    await next.load({ signal });
    assert.deepEqual(next.requests, desk.requests);
    assert.equal(next.campaigns[0]?.name, 'srm');
  });

  test('it is on record before it leaves', async () => {
    let seen: readonly string[] = [];
    const { submit } = room.stager;
    room.stager.submit = (links) => {
      seen = room.shared.events.map(({ e }) => e);
      return submit.call(room.stager, links);
    };
    await desk.stage([part('a')], options);
    assert.deepEqual(seen, ['campaign', 'part', 'submitting']);
    assert.equal(room.shared.claims.size, 1);
  });

  test('a part that is refused does not hold up the next, and says why', async () => {
    const { submit } = room.stager;
    room.stager.submit = (links) =>
      links[0] === 'a' ? Promise.reject(new GridError('rejected', 'Not this one.')) : submit.call(room.stager, links);
    const [first, second] = await desk.stage([part('a'), part('b')], options);
    assert.equal(first?.error?.message, 'Not this one.');
    assert.equal(second?.request?.id, '101');
    assert.deepEqual(states(), ['failed', 'submitted']);
    assert.equal(desk.requests.find(({ id }) => id === '')?.trouble, 'Not this one.');
  });

  test('when the stager takes nothing, nothing stays on the desk, and it can be staged anew', async () => {
    room.stager.failure = new GridError('auth', 'Who are you?');
    const [first, second] = await desk.stage([part('a'), part('b')], options);
    assert.deepEqual([first?.error?.kind, second?.error?.kind], ['auth', 'conflict']);
    assert.deepEqual(desk.requests, []);
    room.stager.failure = undefined;
    await desk.stage([part('a'), part('b')], options);
    assert.deepEqual(room.stager.submitted, [['a'], ['b']]);
  });

  test('a sign-in revoked in the middle leaves drafts, which go when it is back', async () => {
    const { submit } = room.stager;
    const revoked = new GridError('auth', 'Revoked.');
    room.stager.submit = (links) => (links[0] === 'b' ? Promise.reject(revoked) : submit.call(room.stager, links));
    await desk.stage([part('a'), part('b'), part('c')], options);
    assert.deepEqual(states(), ['draft', 'draft', 'submitted']);
    assert.equal(desk.waiting.get('LTA')?.reason, 'trouble');
    await desk.pump({ signal });
    assert.equal(room.stager.submitted.length, 1, 'left alone for a while');
    room.stager.submit = submit;
    room.now += 2 * 60_000;
    await desk.pump({ signal });
    assert.deepEqual(room.stager.submitted, [['a'], ['b'], ['c']]);
  });

  test('a cancel keeps what was made and drops the drafts', async () => {
    const cancel = new AbortController();
    await desk.stage([part('a'), part('b'), part('c')], {
      ...options,
      signal: cancel.signal,
      progress: (index) => index === 1 && cancel.abort(),
    });
    assert.deepEqual(room.stager.submitted, [['a']]);
    assert.deepEqual(states(), ['submitted']);
  });

  test('a disk that refuses before the submit: nothing is sent', async () => {
    room.shared.full = true;
    await assert.rejects(desk.stage([part('a')], options), /disk is full/);
    assert.deepEqual(room.stager.submitted, []);
    assert.deepEqual(desk.requests, []);
  });

  test('a disk that fills between submit and answer: the id is told, kept, and written as soon as it can be', async () => {
    const { submit } = room.stager;
    room.stager.submit = (links) => {
      room.shared.full = true;
      return submit.call(room.stager, links);
    };
    const [submission] = await desk.stage([part('a')], options);
    assert.match(submission?.error?.sentence ?? '', /^Request 101 was made, but it could not be written down: The disk is full\./);
    assert.equal(only().id, '101');
    room.shared.full = false;
    await desk.refresh({ signal });
    const next = room.window();
    await next.load({ signal });
    assert.equal(only(next).id, '101');
  });

  test('two windows with the same list at the same second: one request, and both have its id', async () => {
    let go: () => void = () => undefined;
    room.stager.answer = new Promise((resolve) => (go = resolve));
    room.limits = { ...room.limits, callMs: 60_000 };
    const other = room.window();
    const both = Promise.all([desk.stage([part('a', 'b')], options), other.stage([part('a', 'b')], options)]);
    for (let k = 0; k < 20; k++) await new Promise((resolve) => setImmediate(resolve));
    go();
    const [[mine], [theirs]] = await both;
    assert.equal(room.stager.submitted.length, 1);
    assert.deepEqual([mine?.request?.id, theirs?.request?.id], ['101', '101']);
  });

  test('the same list again, while it is under way, is the same request; anew it is another one', async () => {
    await desk.stage([part('a')], options);
    const [again] = await desk.stage([part('a')], options);
    assert.equal(again?.request?.id, '101');
    const [anew] = await desk.stage([part('a')], { ...options, anew: true });
    assert.equal(anew?.request?.id, '102');
    assert.equal(room.stager.submitted.length, 2);
  });

  test('a journal of a newer version: nothing is submitted, and it is said why', async () => {
    room.shared.newer = true;
    await assert.rejects(desk.stage([part('a')], options), /newer Grid Workbench/);
    assert.deepEqual(room.stager.submitted, []);
    assert.match(desk.problems.join(), /newer Grid Workbench/);
  });
});

describe('pacing', () => {
  test('never more in flight than the cap; the rest goes as room appears, also from the next window', async () => {
    room.limits = { ...room.limits, filesInFlight: 4 };
    await desk.stage([part('a', 'b'), part('c', 'd'), part('e', 'f')], options);
    assert.deepEqual(states(), ['draft', 'submitted', 'submitted']);
    assert.equal(desk.waiting.get('LTA')?.reason, 'room');
    room.stager.report = { state: 'done', word: 'success', files: files({ a: 'online', b: 'online', c: 'online', d: 'online' }) };
    const next = room.window();
    await next.refresh({ signal });
    assert.deepEqual(room.stager.submitted, [
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ]);
  });

  test('a pause between two submits, over all windows; a clock set back does not make it a day', async () => {
    room.limits = { ...room.limits, secondsBetweenSubmits: 60 };
    await desk.stage([part('a'), part('b')], options);
    assert.deepEqual([room.stager.submitted.length, desk.waiting.get('LTA')], [1, { reason: 'pause', ms: 60_000 }]);
    const other = room.window();
    room.now += 1000;
    await other.stage([part('c')], options);
    assert.equal(room.stager.submitted.length, 1);
    room.now += 60_000;
    await other.pump({ signal });
    assert.deepEqual(room.stager.submitted, [['a'], ['b']]);
    room.now -= 24 * 60 * 60_000;
    await other.pump({ signal });
    assert.deepEqual(room.stager.submitted.length, 3);
  });
});

describe('news', () => {
  beforeEach(() => desk.stage([part('a', 'b')], options));

  test('files move, the state follows them, and only changes are written', async () => {
    room.stager.report = { state: 'running', word: 'in progress', files: files({ a: 'online', b: 'staging' }) };
    await desk.refresh({ signal });
    assert.equal(only().state, 'running');
    const written = room.shared.events.length;
    await desk.refresh({ signal });
    assert.equal(room.shared.events.length, written);
    room.stager.report = { state: 'partial', word: 'partial success', files: files({ a: 'online', b: 'failed' }) };
    room.now += 1;
    await desk.refresh({ signal });
    assert.equal(only().state, 'partial');
    const next = room.window();
    await next.load({ signal });
    assert.deepEqual(
      only(next).files.map((file) => file.state),
      ['online', 'failed'],
    );
  });

  test('a finished request is not asked for again', async () => {
    room.stager.report = { state: 'done', word: 'success', files: files({ a: 'online', b: 'online' }) };
    await desk.refresh({ signal });
    await desk.refresh({ signal });
    assert.equal(room.stager.polls.length, 1);
    assert.equal(only().state, 'done');
  });

  test('calls that come together are one poll', async () => {
    await Promise.all([desk.refresh({ signal }), desk.refresh({ signal }), desk.refresh({ signal })]);
    assert.equal(room.stager.polls.length, 1);
  });

  test('a stager that fails is a trouble with its beginning, not an exception; the figures stay', async () => {
    room.stager.failure = new GridError('unreachable', 'No answer.');
    await desk.refresh({ signal });
    const since = room.now;
    room.now += 60_000;
    await desk.refresh({ signal });
    assert.deepEqual({ ...desk.troubles.get('LTA'), error: undefined }, { error: undefined, since, failures: 2 });
    assert.equal(only().files.length, 2);
    room.stager.failure = undefined;
    await desk.refresh({ signal });
    assert.equal(desk.troubles.size, 0);
  });

  test('an answer that was under way does not undo an abort', async () => {
    let release: () => void = () => undefined;
    room.stager.gate = new Promise((resolve) => (release = resolve));
    const refreshing = desk.refresh({ signal });
    while (room.stager.polls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await desk.abort(only(), { signal });
    release();
    await refreshing;
    assert.equal(only().state, 'aborted');
    assert.deepEqual(room.stager.aborted, ['101']);
  });

  test('a forgotten request stays forgotten, here and in the next window, and its links can be staged anew', async () => {
    await desk.forget(only());
    await desk.refresh({ signal });
    assert.deepEqual(desk.requests, []);
    const next = room.window();
    await next.load({ signal });
    assert.deepEqual(next.requests, []);
    await next.stage([part('a', 'b')], options);
    assert.equal(only(next).id, '102');
  });

  test('a request made in another window appears with the next poll; one forgotten there goes', async () => {
    const other = room.window();
    await other.load({ signal });
    await other.stage([part('c')], options);
    await desk.refresh({ signal });
    assert.equal(desk.requests.length, 2);
    const first = other.find('LTA', '101');
    assert.ok(first);
    await other.forget(first);
    await desk.refresh({ signal });
    assert.equal(only().id, '102');
  });

  test('a rescheduled request is live again, its online files kept', async () => {
    room.stager.report = { state: 'partial', word: 'partial success', files: files({ a: 'online', b: 'failed' }) };
    await desk.refresh({ signal });
    await desk.reschedule(only(), { signal });
    assert.equal(only().state, 'scheduled');
    assert.deepEqual(
      only().files.map((file) => file.state),
      ['online', 'queued'],
    );
    const polls = room.stager.polls.length;
    await desk.refresh({ signal });
    assert.equal(room.stager.polls.length, polls + 1);
  });
});
