/** News of requests: how few questions are asked, and what is made of odd answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GridError } from '../../../src/core/errors';
import { fails, here, link, links, report, setStage, states } from './stage';

test('one list for all; staged links are asked for only where they can have changed', async (t) => {
  const { practice, lta, called } = await setStage(t);
  const waiting = await lta.submit(links(2), { ...here, notify: true });
  const held = await lta.submit(links(2), { ...here, notify: true });
  practice.advance(3_000);
  practice.hold(Number(held));
  const fresh = await lta.submit(links(2), { ...here, notify: true });
  practice.log.length = 0;
  const queries = [
    { id: waiting, links: links(2), online: 1 },
    { id: held, links: links(2), online: 1 },
    { id: fresh, links: links(2), online: 0 },
  ];
  const answer = await lta.poll(queries, here);
  assert.deepEqual(called(), ['getprogress', 'getstagedurls']); // running, and nobody else's has changed
  const still = answer.get(held);
  assert.ok(still && !(still instanceof Error));
  assert.equal(still.files, undefined); // not learnt, and so left as it was
  assert.equal(still.online, 1);
});

test('a finished request that has left the list is judged by its status and its files', async (t) => {
  for (const gone of ['empty', 'nil', 'fault'] as const) {
    const { practice, lta, called } = await setStage(t, { pace: { ...pace0, goneMs: 0 } });
    practice.quirk({ gone });
    practice.outcome('SB001', 'failed');
    const all = await lta.submit([link(0)], { ...here, notify: true });
    const part = await lta.submit([link(0), link(1)], { ...here, notify: true });
    const none = await lta.submit([link(1)], { ...here, notify: true });
    practice.advance(60_000);
    practice.log.length = 0;
    const done = await report(lta, all, [link(0)]);
    assert.deepEqual([done.state, done.word, states(done, [link(0)])], ['done', '', ['online']]);
    assert.deepEqual(called(), ['getprogress', 'getstatus', 'getstagedurls']);
    const partly = await report(lta, part, [link(0), link(1)]);
    assert.deepEqual([partly.state, states(partly, [link(0), link(1)])], ['partial', ['online', 'failed']]);
    const nothing = await report(lta, none, [link(1)]);
    assert.deepEqual([nothing.state, nothing.word, nothing.files], ['unknown', '', undefined]);
    const foreign = await report(lta, '4711', [link(0)]);
    assert.equal(foreign.state, 'unknown');
  }
});

const pace0 = { newMs: 1_000, scheduledMs: 1_000, perFileMs: 1_000 };

test('a request that is not in the list yet keeps the state its status tells', async (t) => {
  const { practice, lta } = await setStage(t);
  const id = await lta.submit(links(2), { ...here, notify: true });
  practice.fault({ kind: 'nil', method: 'getprogress' });
  assert.equal((await report(lta, id, links(2))).state, 'submitted');
  practice.advance(3_000);
  const now = await report(lta, id, links(2));
  assert.deepEqual([now.state, now.word, states(now, links(2))], ['running', 'in progress', ['online', 'staging']]);
});

test('nil, an empty text and an empty array mean that nobody has requests', async (t) => {
  const { practice, lta } = await setStage(t);
  assert.deepEqual(await lta.list(here), []);
  for (const value of [null, '', [], {}]) {
    practice.fault({ kind: 'answer', value, times: 2 });
    assert.deepEqual(await lta.list(here), []);
    await lta.probe(here);
  }
  practice.fault({ kind: 'answer', value: 7 });
  await fails(lta.list(here), 'malformed', /form that cannot be read/);
});

test('counts as text or as numbers, an unknown word, an abort flag, a wrong file count', async (t) => {
  const { practice, lta } = await setStage(t);
  const list = links(4);
  const id = await lta.submit(list, { ...here, notify: true });
  practice.advance(4_000);
  for (const types of ['text', 'typed'] as const) {
    practice.quirk({ types });
    const now = await report(lta, id, list);
    assert.deepEqual([now.state, now.total, now.online], ['running', 4, 2]);
  }
  practice.quirk({ word: '  In  Limbo ' });
  const limbo = await report(lta, id, list);
  assert.deepEqual([limbo.state, limbo.word, states(limbo, list)], ['unknown', 'In  Limbo', ['online', 'online', 'unknown', 'unknown']]);
  practice.quirk({ word: ' IN PROGRESS ' });
  assert.equal((await report(lta, id, list)).state, 'running');
  for (const types of ['text', 'typed'] as const) {
    practice.quirk({ word: undefined, flagged: true, types });
    assert.equal((await report(lta, id, list)).state, 'aborted');
  }
  practice.quirk({ flagged: false, countStaged: true });
  const counted = await report(lta, id, list);
  assert.deepEqual([counted.state, states(counted, list)], ['running', ['online', 'online', 'staging', 'staging']]);
});

test('entries of odd shape neither crash nor hide the others', async (t) => {
  const { practice, lta } = await setStage(t);
  practice.fault({
    kind: 'answer',
    method: 'getprogress',
    value: {
      1: null,
      2: 'x',
      3: { Status: null, 'File count': 'many', 'Files done': -3 },
      4: { Status: 'new', 'Files done': '5', 'File count': '2' },
    },
  });
  assert.deepEqual(await lta.list(here), [
    { id: '3', state: 'unknown', word: '' },
    { id: '4', state: 'submitted', word: 'new', online: 5 },
  ]);
});

test('links in another spelling are the same files', async (t) => {
  const { practice, lta } = await setStage(t);
  const list = [
    link(0),
    link(1, 'srm.grid.sara.nl'),
    link(2).replace('/pnfs', '/srm/managerv2?SFN=/pnfs'),
    link(3).replace('/pnfs', '//pnfs'),
  ];
  const id = await lta.submit(list, { ...here, notify: true });
  practice.advance(5_000);
  for (const spelling of ['same', 'port', 'noPort', 'managerv2', 'slashes'] as const) {
    practice.quirk({ spelling });
    assert.deepEqual(states(await report(lta, id, list), list), ['online', 'online', 'online', 'staging'], spelling);
  }
});

test('a path on two hosts is online only where the stager says so', async (t) => {
  const { practice, lta } = await setStage(t);
  const list = [link(0, 'one.example:8443'), link(0, 'two.example:8443'), link(1)];
  const id = await lta.submit(list, { ...here, notify: true });
  practice.advance(3_000);
  practice.quirk({ spelling: 'noPort' });
  assert.deepEqual(states(await report(lta, id, list), list), ['online', 'staging', 'staging']);
  practice.fault({ kind: 'answer', method: 'getstagedurls', value: ['srm://three.example/other', link(1).replace('SB001', 'SB00'), ''] });
  assert.deepEqual(states(await report(lta, id, list), list), ['staging', 'staging', 'staging']);
});

test('success of which nothing can be seen is not called online', async (t) => {
  const { practice, lta } = await setStage(t);
  const id = await lta.submit(links(2), { ...here, notify: true });
  practice.advance(10_000);
  for (const value of [[], null, '']) {
    practice.fault({ kind: 'answer', method: 'getstagedurls', value, times: 1 });
    const now = await report(lta, id, links(2));
    assert.deepEqual([now.state, now.online, states(now, links(2))], ['done', 0, ['unknown', 'unknown']]);
  }
});

test('links of an adopted request are learnt when it has ended, never in part', async (t) => {
  const { practice, lta } = await setStage(t);
  practice.outcome('SB001', 'failed');
  const whole = await lta.submit([link(0), link(2)], { ...here, notify: true });
  const part = await lta.submit([link(0), link(1)], { ...here, notify: true });
  practice.advance(3_000);
  const running = await report(lta, whole, []);
  assert.deepEqual([running.state, running.total, running.online, running.files], ['running', 2, 1, undefined]);
  practice.advance(7_000);
  const done = await report(lta, whole, []);
  assert.deepEqual([done.state, [...(done.files ?? [])]], ['done', [link(0), link(2)].map((each) => [each, { state: 'online' }])]);
  const partly = await report(lta, part, []);
  assert.deepEqual([partly.state, partly.online, partly.files], ['partial', 1, undefined]);
  practice.advance(200_000);
  assert.deepEqual((await report(lta, whole, [])).files?.size, 2);
});

test('trouble with one request does not hide the others; trouble with the service rejects', async (t) => {
  const { practice, lta, called } = await setStage(t);
  const ids = [await lta.submit([link(0)], { ...here, notify: true }), await lta.submit([link(1)], { ...here, notify: true })];
  practice.advance(10_000);
  const queries = ids.map((id, k) => ({ id, links: [link(k)], online: 0 }));
  practice.fault({ kind: 'fault', method: 'getstagedurls', times: 1, message: 'no such table' });
  const answer = [...(await lta.poll(queries, here)).values()];
  assert.equal(answer.filter((each) => each instanceof GridError && each.kind === 'rejected').length, 1);
  assert.equal(answer.filter((each) => !(each instanceof Error) && each.state === 'done').length, 1);
  practice.fault({ kind: 'unauthorised', method: 'getstagedurls' });
  await fails(lta.poll(queries, here), 'auth');
  practice.heal();
  const before = called().length;
  practice.fault({ kind: 'fault', method: 'getprogress', message: 'database is down' });
  await fails(lta.poll(queries, here), 'rejected', /database is down/);
  // The other lane's question may have been on its way when the poll ended.
  const after = called()
    .slice(before)
    .filter((method) => method !== 'getstagedurls');
  assert.deepEqual(after, ['getprogress']);
});

test('a stager that hangs on single requests does not hold up the poll for ever', async (t) => {
  const { practice, lta, called } = await setStage(t, {}, { deadlineMs: 500 });
  const ids: string[] = [];
  for (let k = 0; k < 10; k++) ids.push(await lta.submit([link(k)], { ...here, notify: true }));
  practice.advance(10_000);
  practice.log.length = 0;
  practice.fault({ kind: 'hang', method: 'getstagedurls' });
  const answer = await lta.poll(
    ids.map((id, k) => ({ id, links: [link(k)], online: 0 })),
    here,
  );
  assert.equal([...answer.values()].filter((each) => each instanceof GridError && each.kind === 'timeout').length, 10);
  assert.ok(called().length <= 1 + 4, `asked ${called().length} times`);
});

test('five thousand requests in the list', async (t) => {
  const { practice, lta, called } = await setStage(t);
  practice.quirk({ foreign: 5_000 });
  const id = await lta.submit(links(2), { ...here, notify: true });
  practice.advance(3_000);
  assert.deepEqual(states(await report(lta, id, links(2)), links(2)), ['online', 'staging']);
  assert.equal((await lta.list(here)).length, 5_001);
  assert.deepEqual(called(), ['add_getid', 'getprogress', 'getstagedurls', 'getprogress']);
});
