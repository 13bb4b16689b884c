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
const lostAnswer = new GridError('timeout', 'No answer.', { uncertain: true });

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

describe('an answer that was lost', () => {
  beforeEach(async () => {
    room.stager.lost = lostAnswer;
    await desk.stage([part('a', 'b')], options);
    room.stager.lost = undefined;
  });

  test('is uncertain, and nothing is sent again, however often it is asked for', async () => {
    assert.deepEqual([only().state, only().uncertain, only().id], ['unknown', true, '']);
    for (let k = 0; k < 5; k++) {
      room.now += 60 * 60_000;
      await desk.refresh({ signal });
      await room.window().refresh({ signal });
    }
    assert.equal(room.stager.submitted.length, 1);
    assert.equal(only().uncertain, true);
    assert.equal(desk.doubt(only())?.absences, 5);
  });

  test('a stager that tells links settles it', async () => {
    room.stager.capabilities.listsLinks = true;
    room.stager.listed = [
      { id: '55', state: 'running', word: '', links: ['a', 'c'] },
      { id: '101', state: 'running', word: '', links: ['b', 'a'], when: room.now },
    ];
    await desk.refresh({ signal });
    assert.equal(only().id, '101');
    assert.equal(only().uncertain, undefined);
  });

  test('an old request with the same links is not it', async () => {
    room.stager.capabilities.listsLinks = true;
    room.stager.listed = [{ id: '55', state: 'done', word: '', links: ['b', 'a'], when: room.now - 24 * 60 * 60_000 }];
    await desk.refresh({ signal });
    assert.equal(only().uncertain, true);
  });

  test('a stager without links: count and site make a candidate, staged files that are ours make it sure', async () => {
    room.stager.listed = [
      { id: '101', state: 'running', word: '', total: 2, online: 0, site: 'SARA' },
      { id: '90', state: 'running', word: '', total: 7, online: 0, site: 'SARA' },
      { id: '91', state: 'running', word: '', total: 2, online: 0, site: 'juelich' },
    ];
    await desk.refresh({ signal });
    assert.deepEqual(desk.doubt(only())?.candidates, ['101']);
    room.stager.listed = [{ id: '101', state: 'running', word: '', total: 2, online: 1, site: 'SARA' }];
    room.stager.report = { state: 'running', word: '', files: files({ a: 'online', b: 'staging' }) };
    await desk.refresh({ signal });
    assert.equal(only().id, '101');
  });

  test('staged files that are not ours rule a candidate out', async () => {
    room.stager.listed = [{ id: '101', state: 'running', word: '', total: 2, online: 2, site: 'sara' }];
    room.stager.report = { state: 'running', word: '', files: files({ a: 'staging', b: 'staging' }) };
    await desk.refresh({ signal });
    assert.deepEqual([only().uncertain, desk.doubt(only())?.candidates], [true, []]);
  });

  test('two that fit are asked for, not chosen', async () => {
    room.stager.capabilities.listsLinks = true;
    room.stager.listed = ['101', '102'].map((id) => ({ id, state: 'running', word: '', links: ['a', 'b'] }));
    await desk.refresh({ signal });
    assert.deepEqual([only().uncertain, desk.doubt(only())?.candidates], [true, ['101', '102']]);
    await desk.settle(only(), { id: '102' }, { signal });
    assert.equal(only().id, '102');
  });

  test('a person may say that it was not made: then it is sent once more', async () => {
    await desk.settle(only(), 'notMade', { signal });
    assert.deepEqual([room.stager.submitted.length, only().id], [2, '102']);
  });

  test('a person may drop it', async () => {
    await desk.settle(only(), 'drop', { signal });
    assert.deepEqual(desk.requests, []);
  });
});

describe('a window that dies', () => {
  test('between the claim and the answer: uncertain once the answer is overdue, never sent again', async () => {
    room.stager.answer = new Promise(() => undefined);
    void desk.stage([part('a')], options);
    for (let k = 0; k < 20; k++) await new Promise((resolve) => setImmediate(resolve));
    const next = room.window();
    await next.refresh({ signal });
    assert.equal(only(next).state, 'submitting');
    room.now += 10 * 60_000;
    await next.refresh({ signal });
    assert.equal(only(next).uncertain, true);
    assert.equal(room.stager.submitted.length, 1);
  });

  test('between "submitting" and the claim: surely not sent, so it is sent', async () => {
    const { e, ...claimless } = { e: 'submitting' as const, at: room.now, turn: 0, until: room.now + 1000 };
    room.limits = { ...room.limits, filesInFlight: 1 };
    await desk.stage([part('a'), part('b')], options);
    const draft = desk.requests.find(({ state }) => state === 'draft');
    assert.ok(draft);
    room.shared.events.push({ e, ...claimless, part: draft.key });
    room.limits = { ...room.limits, filesInFlight: 10 };
    const next = room.window();
    await next.refresh({ signal });
    assert.equal(room.stager.submitted.length, 1, 'an answer may still come');
    room.now += 10 * 60_000;
    await next.refresh({ signal });
    assert.deepEqual(room.stager.submitted, [['a'], ['b']]);
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

describe('retrying', () => {
  beforeEach(async () => {
    await desk.stage([part('a', 'b', 'c', 'd')], options);
    room.stager.report = { state: 'partial', word: '', files: files({ a: 'online', b: 'failed', c: 'failed', d: 'lost' }) };
    room.now += 1;
    await desk.refresh({ signal });
  });
  const first = () => {
    const request = desk.find('LTA', '101');
    assert.ok(request);
    return request;
  };

  test('a new request with exactly the failed links, never what is lost; the campaign counts each file once', async () => {
    room.stager.report = { state: 'running', word: '' };
    const retry = await desk.retry(first(), { signal });
    assert.deepEqual([retry.id, room.stager.submitted.at(-1)], ['102', ['b', 'c']]);
    const [campaign] = desk.campaigns;
    assert.deepEqual(campaign?.progress.counts, { online: 1, queued: 2, lost: 1 });
    await assert.rejects(desk.retry(first(), { signal }), /No file of request 101/);
  });

  test('of those links only the chosen ones; a second round waits, and longer each time', async () => {
    const retry = await desk.retry(first(), { signal, links: new Set(['b', 'd']) });
    assert.deepEqual(room.stager.submitted.at(-1), ['b']);
    room.stager.report = { state: 'failed', word: '', files: files({ b: 'failed' }) };
    room.now += 1;
    await desk.refresh({ signal });
    const again = desk.find('LTA', retry.id);
    assert.ok(again);
    const second = await desk.retry(again, { signal });
    assert.deepEqual([second.state, desk.waiting.get('LTA')], ['draft', { reason: 'later', ms: 10 * 60_000 }]);
    room.now += 10 * 60_000;
    await desk.pump({ signal });
    assert.deepEqual(room.stager.submitted.slice(1), [['b'], ['b']]);
  });
});

describe('adopting', () => {
  test('a request made elsewhere, with its links where the stager tells them', async () => {
    room.stager.listed = [{ id: '77', state: 'running', word: '', links: ['x', 'y'], site: 'sara' }];
    room.stager.report = { state: 'running', word: 'in progress', files: files({ x: 'online', y: 'staging' }) };
    assert.deepEqual(
      (await desk.strangers('LTA', { signal })).map(({ id }) => id),
      ['77'],
    );
    const request = await desk.adopt('LTA', '77', { signal });
    assert.deepEqual(
      request.files.map(({ state }) => state),
      ['online', 'staging'],
    );
    await assert.rejects(desk.adopt('LTA', '77', { signal }), /on the desk already/);
    const next = room.window();
    await next.load({ signal });
    assert.deepEqual({ ...only(next), checkedAt: 0 }, { ...only(), checkedAt: 0 });
  });

  test('without links: the counts as told', async () => {
    room.stager.listed = [{ id: '77', state: 'running', word: '' }];
    room.stager.report = { state: 'running', word: 'in progress', total: 40, online: 10 };
    await desk.adopt('LTA', '77', { signal });
    assert.deepEqual(only().told, { total: 40, online: 10 });
    assert.deepEqual([desk.campaigns[0]?.progress.total, desk.campaigns[0]?.progress.percent], [40, 25]);
  });

  test('one that was forgotten may come back, and be forgotten again', async () => {
    room.stager.listed = [{ id: '77', state: 'running', word: '', links: ['x'] }];
    for (let life = 0; life < 3; life++) {
      await desk.forget(await desk.adopt('LTA', '77', { signal }));
      assert.deepEqual(desk.requests, []);
    }
    await desk.adopt('LTA', '77', { signal });
    const next = room.window();
    await next.load({ signal });
    assert.equal(only(next).id, '77');
  });

  test('an id that the stager does not know is refused by name', async () => {
    room.stager.report = { state: 'unknown', word: '' };
    await assert.rejects(desk.adopt('LTA', '78', { signal }), /knows no request 78/);
  });
});
