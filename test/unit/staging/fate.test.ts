/** What becomes of requests whose fate is not told plainly: answers lost, windows dead, files failed, ids from elsewhere. */
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
const lostAnswer = new GridError('timeout', 'No answer.', { uncertain: true });

/** A part that waits because the one before it fills the stager. */
async function aDraft() {
  room.limits = { ...room.limits, filesInFlight: 1 };
  await desk.stage([part('a'), part('b')], options);
  const draft = desk.requests.find(({ state }) => state === 'draft');
  assert.ok(draft);
  return draft;
}

beforeEach(() => {
  room = new Room();
  desk = room.window();
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

  test('a door of one site that tells paths settles it too', async () => {
    room.stager.capabilities.listsLinks = true;
    room.stager.listed = [
      { id: '55', state: 'running', word: '', links: ['/a', '/c'] },
      { id: '101', state: 'running', word: '', links: ['/b', '/a'] },
    ];
    await desk.refresh({ signal });
    assert.equal(only().id, '101');
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

  test('what it was sending is settled at once where the stager tells links, however long the answer would have been due', async () => {
    room.limits = { ...room.limits, callMs: 60_000 };
    room.stager.capabilities.listsLinks = true;
    room.stager.answer = new Promise(() => undefined);
    void desk.stage([part('a')], options);
    for (let k = 0; k < 20; k++) await new Promise((resolve) => setImmediate(resolve));
    room.stager.listed = [{ id: '101', state: 'running', word: '', links: ['a'], when: room.now }];
    await desk.refresh({ signal });
    assert.equal(only(desk).state, 'submitting', 'the window that sends it waits for its answer');
    const next = room.window();
    await next.refresh({ signal });
    assert.equal(only(next).id, '101');
    assert.equal(room.stager.submitted.length, 1);
  });

  test('between "submitting" and the claim: surely not sent, so it is sent', async () => {
    const { e, ...claimless } = { e: 'submitting' as const, at: room.now, turn: 0, until: room.now + 1000 };
    const draft = await aDraft();
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

describe('two windows with one part', () => {
  test('what one drops while the other sends it stays on the desk, and is looked for', async () => {
    const draft = await aDraft();
    room.limits = { ...room.limits, filesInFlight: 10 };
    const other = room.window();
    await other.load({ signal });
    room.stager.lost = lostAnswer;
    await other.pump({ signal });
    await desk.abort(draft, { signal }); // this window has not read that it was sent
    await desk.load({ signal });
    const late = desk.requests.find(({ id }) => id === '');
    assert.equal(late?.uncertain, true);
    assert.equal(room.stager.submitted.length, 2);
  });

  test('what is dropped after the other has begun to send it is not gone, though it was a draft a moment ago', async () => {
    const draft = await aDraft();
    room.limits = { ...room.limits, filesInFlight: 10 };
    const other = room.window();
    await other.load({ signal });
    room.stager.answer = new Promise(() => undefined); // and it dies over it
    void other.pump({ signal });
    for (let k = 0; k < 20; k++) await new Promise((resolve) => setImmediate(resolve));
    await desk.load({ signal });
    await desk.abort(draft, { signal });
    room.now += 10 * 60_000;
    const next = room.window();
    await next.refresh({ signal });
    const late = next.requests.find(({ id }) => id === '');
    assert.equal(late?.uncertain, true);
    assert.equal(room.stager.submitted.length, 2);
    await next.settle(late, 'drop', { signal });
    assert.equal(only(next).id, '101');
  });

  test('what was dropped before it was sent is gone for both', async () => {
    const draft = await aDraft();
    await desk.abort(draft, { signal });
    room.limits = { ...room.limits, filesInFlight: 10 };
    const other = room.window();
    await other.pump({ signal });
    await other.load({ signal });
    assert.equal(only(other).id, '101');
    assert.equal(room.stager.submitted.length, 1);
  });

  test('a plan of another window is not withdrawn with ours, and goes out once', async () => {
    room.stager.failure = new GridError('auth', 'Who are you?');
    await desk.stage([part('b')], options);
    assert.deepEqual(desk.requests, [], 'a plan of ours alone is withdrawn');
    const other = room.window();
    const theirs = other.stage([part('a')], options);
    await desk.stage([part('a')], options);
    await theirs;
    for (const window of [desk, other]) assert.deepEqual([only(window).state, only(window).campaigns.length], ['draft', 2]);
    room.stager.failure = undefined;
    room.now += 60 * 60_000;
    await desk.pump({ signal });
    await other.pump({ signal });
    assert.deepEqual(room.stager.submitted, [['a']]);
    assert.equal(only(other).id, only().id);
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
