/** Polls and lists: few queries, each request for itself, and letters that nobody has told us of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failure } from '../../practice/stageitNode';
import { here, link, links, report, states } from './stage';
import { elsewhere, refuses, setStageIt, stageitAt, token } from './stageitStage';

const notify = { ...here, notify: true };

test('partial success, failure, hold, abort: each word, each file, each reason', async (t) => {
  const { practice, stageit, called } = await setStageIt(t);
  practice.outcome('SB001', 'failed');
  practice.outcome('SB009', 'never');
  const lists = [[link(0), link(1)], [link(1)], [link(2), link(3)], [link(4), link(5)], [link(0), link(9)]];
  const ids: string[] = [];
  for (const list of lists) ids.push(await stageit.submit(list, notify));
  practice.advance(3_500); // each has its first file
  practice.hold(Number(ids[2]));
  await stageit.abort(ids[3] ?? '', here);
  practice.advance(10_000);
  practice.log.length = 0;
  const answer = await stageit.poll(
    ids.map((id, k) => ({ id, links: lists[k] ?? [], online: 0 })),
    here,
  );
  assert.deepEqual(called(), ['request'], 'one query for all');
  const told = ids.map((id, k) => {
    const each = answer.get(id);
    return each === undefined || each instanceof Error ? each : `${each.state}: ${states(each, lists[k] ?? []).join(' ')}`;
  });
  assert.deepEqual(told, [
    'partial: online failed',
    'failed: failed',
    'onHold: online queued',
    'aborted: online cancelled',
    'running: online staging',
  ]);
  const partial = answer.get(ids[0] ?? '');
  assert.ok(partial !== undefined && !(partial instanceof Error));
  assert.deepEqual(partial.files?.get(link(1)), { state: 'failed', message: failure });
});

test('many requests go in a few queries, and unknown ones hide nobody', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const made: string[] = [];
  for (let k = 0; k < 45; k++) made.push(String(practice.add('operator', [link(k)], true)));
  const foreign = String(practice.add('somebody', [link(1)], true));
  practice.quirk({ nonNull: false });
  const odd = ['4711', foreign, 'c0ffee', '99999999999', '1) { x', ''];
  const ask = () =>
    stageit.poll(
      [...odd, ...made].map((id) => ({ id, links: [link(1)], online: 0 })),
      here,
    );
  for (const nonNull of [false, true]) {
    practice.log.length = 0;
    practice.quirk({ nonNull });
    const answer = await ask();
    assert.equal(answer.size, 51);
    for (const id of made) assert.ok(!(answer.get(id) instanceof Error), id);
    assert.deepEqual(
      odd.map((id) => (answer.get(id) as { kind?: string }).kind),
      ['notFound', 'notFound', 'rejected', 'rejected', 'notFound', 'notFound'],
    );
    // 47 ids in threes of 20, two that are no Int alone, and, where one empties the answer, that query once more.
    assert.equal(practice.log.length, nonNull ? 6 : 5);
    assert.ok(practice.log.every(({ body }) => !body.includes('1) { x')));
  }
});

test('what concerns the account or the service fails the poll as a whole', async (t) => {
  const { practice, stageit } = await setStageIt(t, {}, { deadlineMs: 30_000 });
  const id = await stageit.submit([link(1)], notify);
  const poll = () => stageit.poll([{ id, links: [link(1)], online: 0 }], here);
  practice.fault({ kind: 'fault', message: 'User is not logged in', times: 1 });
  await refuses(poll(), 'auth', /refused the API token: User is not logged in/);
  practice.fault({ kind: 'fault', message: 'You do not have permission to perform this action', times: 1 });
  await refuses(poll(), 'forbidden');
  practice.fault({ kind: 'fault', message: `the database is away, says Token ${token}`, times: 1 });
  await refuses(poll(), 'rejected', /^StageIT refused: the database is away/);
  for (const value of [{}, [], 17, 'x', { data: null }, { data: [] }, { data: {} }, { data: { r0: 'x' } }]) {
    practice.fault({ kind: 'answer', value, times: 1 });
    const outcome = await poll().then(
      (answer) => answer.get(id),
      (thrown: unknown) => thrown,
    );
    assert.equal((outcome as { kind?: string }).kind, 'malformed', JSON.stringify(value));
  }
  practice.fault({ kind: 'answer', value: { data: { r0: null } }, times: 1 });
  assert.equal(((await poll()).get(id) as { kind?: string }).kind, 'notFound');
});

test('a query that is spoilt leaves the others their news; a service that is slow is not asked on and on', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const ids = Array.from({ length: 70 }, () => String(practice.add('operator', [link(1)], true)));
  const queries = ids.map((id) => ({ id, links: [link(1)], online: 0 }));
  practice.fault({ kind: 'truncate', times: 1 });
  const answer = await stageit.poll(queries, here);
  assert.deepEqual(
    [ids[0], ids[19], ids[20], ids[69]].map((id) => (answer.get(id ?? '') instanceof Error ? 'error' : 'news')),
    ['error', 'error', 'news', 'news'],
  );
  practice.log.length = 0;
  practice.fault({ kind: 'hang' });
  await refuses(stageitAt(practice.url, { deadlineMs: 300 }).poll(queries, here), 'timeout');
  assert.equal(practice.log.length, 2);
});

test('an adopted request brings its own links', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const list = [link(0), elsewhere(1, 'juelich')];
  const id = await stageit.submit(list, notify);
  practice.advance(3_000);
  const now = await report(stageit, id, []);
  assert.deepEqual([...(now.files?.keys() ?? [])], list);
  assert.deepEqual(states(now, list), ['online', 'staging']);
  assert.equal(now.total, 2);
});

test('a response that is missing, or cannot be read, does not hide the state', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const list = links(2);
  const id = await stageit.submit(list, notify);
  practice.advance(3_000);
  for (const response of ['null', 'empty'] as const) {
    practice.quirk({ response });
    assert.deepEqual(states(await report(stageit, id, list), list), ['queued', 'queued']);
  }
  practice.quirk({ response: 'broken' });
  const broken = await report(stageit, id, list);
  assert.deepEqual([broken.state, broken.files], ['running', undefined]);
  practice.quirk({ response: 'object' });
  assert.deepEqual(states(await report(stageit, id, list), list), ['online', 'staging']);
  practice.advance(10_000);
  practice.quirk({ response: 'null' });
  assert.deepEqual(states(await report(stageit, id, list), list), ['unknown', 'unknown']);
});

test('a word that nobody has told us of is kept; a letter is looked up once', async (t) => {
  const { practice, stageit, called } = await setStageIt(t);
  const id = await stageit.submit([link(1)], notify);
  practice.quirk({ word: 'thinking', letter: 'Z' });
  const odd = await report(stageit, id, [link(1)]);
  assert.deepEqual([odd.state, odd.word, odd.files?.get(link(1))?.state], ['unknown', 'thinking', 'unknown']);
  practice.quirk({ word: null });
  const letter = await report(stageit, id, [link(1)]);
  assert.deepEqual([letter.state, letter.word], ['unknown', 'Z']);
  practice.quirk({ letter: 'I' });
  const known = await report(stageit, id, [link(1)]);
  assert.deepEqual([known.state, known.word], ['running', 'In progress']);
  assert.equal(called().filter((call) => call === '__type').length, 1);
});

test('without introspection the letters that clients know still count, and the probe succeeds', async (t) => {
  const { practice, stageit, called } = await setStageIt(t);
  for (const errorStatus of [200, 400] as const) {
    practice.log.length = 0;
    practice.quirk({ introspection: false, errorStatus, word: null, letter: 'S' });
    await stageit.probe(here);
    assert.deepEqual(called(), ['requests', 'requests']);
  }
  const id = await stageit.submit([link(1)], notify);
  const now = await report(stageit, id, [link(1)]);
  assert.deepEqual([now.state, now.word], ['scheduled', 'scheduled']);
});

test('the probe learns the letters in the same call', async (t) => {
  const { practice, stageit, called } = await setStageIt(t);
  await stageit.probe(here);
  const id = await stageit.submit([link(1)], notify);
  practice.quirk({ word: null, letter: 'P' });
  assert.equal((await report(stageit, id, [link(1)])).state, 'partial');
  assert.deepEqual(called(), ['requests', 'submit', 'request']);
});

test('the list has links, states and times, page by page', async (t) => {
  const { practice, stageit, called } = await setStageIt(t);
  for (let k = 0; k < 120; k++) practice.add('operator', [link(k), elsewhere(k, 'poznan')], true);
  practice.add('somebody', [link(1)], true);
  practice.advance(3_000);
  for (const ids of ['number', 'text', 'relay'] as const) {
    practice.log.length = 0;
    practice.quirk({ ids });
    const listed = await stageit.list(here);
    assert.equal(listed.length, 120);
    assert.deepEqual(called(), ['requests', 'requests', 'requests']);
    const last = listed.at(-1);
    assert.equal(last?.id, '100120');
    assert.deepEqual(last.links, [link(119), elsewhere(119, 'poznan')]);
    assert.deepEqual(
      [...(last.files ?? [])].map(([, { state }]) => state),
      ['online', 'staging'],
    );
    assert.deepEqual([last.when, last.state, last.total, last.online], [1_700_000_000_000, 'running', 2, 1]);
  }
});

test('`since` leaves out older requests', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  practice.add('operator', [link(1)], true);
  practice.advance(60_000);
  const id = practice.add('operator', [link(2)], true);
  const listed = await stageit.list({ ...here, since: 1_700_000_000_000 + 30_000 });
  assert.deepEqual(
    listed.map((each) => each.id),
    [String(id)],
  );
});

test('a service without pages is asked in the way of the 2.0 client, and remembered', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  practice.quirk({ pages: false, word: null });
  for (let k = 0; k < 60; k++) practice.add('operator', [link(k)], true);
  assert.equal((await stageit.list(here)).length, 60);
  assert.equal((await stageit.list(here))[0]?.state, 'submitted');
  assert.deepEqual(
    practice.log.map(({ body }) => body.includes('first: 50')),
    [true, false, false, false], // the third explains the letters
  );
});

test('an endless list ends, a broken one is told, nobody’s is empty', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  assert.deepEqual(await stageit.list(here), []);
  for (let k = 0; k < 60; k++) practice.add('operator', [link(k)], true);
  practice.quirk({ stuckCursor: true });
  assert.ok((await stageit.list(here)).length >= 50);
  for (const value of [{ data: {} }, { data: { requests: null } }, { data: { requests: [] } }, { data: { requests: { edges: null } } }]) {
    practice.fault({ kind: 'answer', value, times: 1 });
    await refuses(stageit.list(here), 'malformed');
  }
  practice.fault({ kind: 'answer', value: { errors: [{ message: 'away' }], data: { requests: { edges: [null] } } }, times: 1 });
  await refuses(stageit.list(here), 'rejected', /away/);
  practice.fault({
    kind: 'answer',
    value: {
      data: { requests: { pageInfo: 7, edges: [{}, { node: null }, { node: {} }, { node: { id: 5, when: 'soon', surls: 'x' } }] } },
    },
    times: 1,
  });
  assert.deepEqual(await stageit.list(here), [{ id: '5', links: [], state: 'unknown', word: '' }]);
});

test('a token that is revoked in the middle of a list fails the list', async (t) => {
  const { practice, stageit } = await setStageIt(t, {}, { token: revokeAtSecond() });
  function revokeAtSecond() {
    let asked = 0;
    return () => {
      if (++asked === 2) practice.revoke(token);
      return Promise.resolve(token);
    };
  }
  for (let k = 0; k < 60; k++) practice.add('operator', [link(k)], true);
  await refuses(stageit.list(here), 'auth');
  assert.deepEqual(
    practice.log.map(({ outcome }) => outcome),
    ['answered', 'refused'],
  );
});
