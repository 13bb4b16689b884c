/** The eight methods of the LTA stager, judged by what our client makes of them and by the practice stager's log. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLtaStager } from '../../../src/adapters/ltaStager';
import { GridError } from '../../../src/core/errors';
import { fails, here, link, links, password, report, setStage, states } from './stage';

test('a request goes from new to success, file by file', async (t) => {
  const { practice, lta } = await setStage(t);
  const list = links(3);
  const id = await lta.submit(list, { ...here, notify: true });
  assert.match(id, /^\d+$/);
  const seen: string[] = [];
  for (const ms of [500, 1_000, 500, 1_000, 1_000, 1_000]) {
    practice.advance(ms);
    const now = await report(lta, id, list);
    seen.push(`${now.word} = ${now.state}: ${states(now, list).join(' ')}`);
    assert.equal(now.total, 3);
    assert.equal(now.site, 'sara');
  }
  assert.deepEqual(seen, [
    'new = submitted: queued queued queued',
    'scheduled = scheduled: queued queued queued',
    'in progress = running: staging staging staging',
    'in progress = running: online staging staging',
    'in progress = running: online online staging',
    'success = done: online online online',
  ]);
});

test('the e-mail switch is sent only to turn e-mails off', async (t) => {
  const { practice, lta } = await setStage(t);
  await lta.submit([link(1)], { ...here, notify: true });
  await lta.submit([link(2)], { ...here, notify: false });
  assert.deepEqual(
    practice.log.map(({ method, params, user }) => ({ method, params, user })),
    [
      { method: 'LtaStager.add_getid', params: [[link(1)]], user: 'operator' },
      { method: 'LtaStager.add_getid', params: [[link(2)], false], user: 'operator' },
    ],
  );
  assert.deepEqual(
    practice.requests.map(({ notify }) => notify),
    [true, false],
  );
});

test('a server that knows no e-mail switch is not asked twice, and the hint says what to do', async (t) => {
  const { practice, lta, called } = await setStage(t);
  practice.quirk({ oneArgument: true });
  await fails(
    lta.submit([link(1)], { ...here, notify: false }),
    'rejected',
    /does not know how to leave out its e-mails.*takes exactly 2 arguments.*Stage with e-mails/s,
  );
  assert.deepEqual(called(), ['add_getid']);
  assert.match(await lta.submit([link(1)], { ...here, notify: true }), /^\d+$/);
});

test('an id may come as a number or as text; anything else is malformed and may exist', async (t) => {
  const { practice, lta } = await setStage(t);
  for (const value of [17, '17', ' 17 ']) {
    practice.fault({ kind: 'answer', value, times: 1 });
    assert.equal(await lta.submit([link(1)], { ...here, notify: true }), '17');
  }
  for (const value of [null, '', 'soon', 0, -1, 1.5, true, ['17'], { id: 17 }]) {
    practice.fault({ kind: 'answer', value, times: 1 });
    await fails(lta.submit([link(1)], { ...here, notify: true }), 'malformed', /look at the requests of the stager before staging again/);
  }
});

test('no links, no call', async (t) => {
  const { practice, lta } = await setStage(t);
  await fails(lta.submit([], { ...here, notify: true }), 'rejected', /no links/);
  assert.equal((await lta.poll([], here)).size, 0);
  assert.deepEqual(practice.log, []);
});

test('links arrive byte for byte', async (t) => {
  const { practice, lta } = await setStage(t);
  const odd = [`${link(1)}?x=1&y=<2>`, 'srm://h/ä ö/€😀', 'srm://h/]]>', ' leading and trailing '];
  await lta.submit(odd, { ...here, notify: true });
  assert.deepEqual(practice.requests[0]?.links, odd);
});

test('partial success, failure, hold, abort: each word and each file', async (t) => {
  const { practice, lta } = await setStage(t);
  practice.outcome('SB001', 'failed');
  practice.outcome('SB009', 'never');
  const lists = [[link(0), link(1)], [link(1)], [link(2), link(3)], [link(4), link(5)], [link(0), link(9)]];
  const ids: string[] = [];
  for (const list of lists) ids.push(await lta.submit(list, { ...here, notify: true }));
  practice.advance(3_500); // each has its first file
  practice.hold(Number(ids[2]));
  await lta.abort(ids[3] ?? '', here);
  practice.advance(10_000);
  const answer = await lta.poll(
    ids.map((id, k) => ({ id, links: lists[k] ?? [], online: 0 })),
    here,
  );
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
});

test('abort ends a running request and releases a finished one; reschedule starts again', async (t) => {
  const { practice, lta } = await setStage(t);
  const list = links(3);
  const id = await lta.submit(list, { ...here, notify: true });
  practice.advance(3_000);
  await lta.abort(id, here);
  assert.equal(practice.requests[0]?.status, 'aborted');
  await lta.reschedule(id, here);
  practice.advance(2_000);
  assert.deepEqual(states(await report(lta, id, list), list), ['online', 'staging', 'staging']);
  practice.advance(5_000);
  await fails(lta.reschedule(id, here), 'rejected', /LTA refused: request \d+ is success and cannot be rescheduled\./);
  await lta.abort(id, here);
  assert.deepEqual(practice.requests[0]?.online, []);
  await fails(lta.abort('4711', here), 'rejected', /no request with id 4711/);
  assert.deepEqual(practice.log.at(-1)?.params, [4711]);
});

test('abort and reschedule take any answer; the token may be nil', async (t) => {
  const { practice, lta } = await setStage(t);
  const id = await lta.submit([link(1)], { ...here, notify: true });
  for (const value of [null, '', 'ok', true, 0, []]) {
    practice.fault({ kind: 'answer', value, times: 2 });
    practice.hold(Number(id));
    await lta.reschedule(id, here);
    await lta.abort(id, here);
    practice.fault({ kind: 'answer', value: null, times: 1 });
    await lta.reschedule(id, here);
  }
  assert.equal(await lta.requestToken(id, here), '');
  practice.advance(2_500);
  assert.match(await lta.requestToken(id, here), /^sara:-\d+$/);
  practice.fault({ kind: 'nil', times: 1 });
  assert.equal(await lta.requestToken(id, here), '');
  practice.fault({ kind: 'answer', value: 12, times: 1 });
  assert.equal(await lta.requestToken(id, here), '12');
});

test('the storage is for the support role', async (t) => {
  const { lta } = await setStage(t);
  await fails(lta.storage(here), 'rejected', /lacks the support role/);
  const { lta: support } = await setStage(t, { support: ['operator'] });
  assert.deepEqual(Object.keys(await support.storage(here)), ['sara', 'juelich', 'poznan']);
});

test('an address with a password, or of another kind, is refused without being repeated', () => {
  for (const url of ['http://operator:geheim@127.0.0.1/x', 'https://:geheim@h/', 'ftp://geheim/', 'geheim', '']) {
    assert.throws(
      () => createLtaStager({ name: 'LTA', url, credentials: () => Promise.resolve(undefined) }),
      (error) => error instanceof GridError && error.kind === 'rejected' && !error.sentence.includes('geheim'),
    );
  }
});

test('nobody signed in: no call', async (t) => {
  const { practice } = await setStage(t);
  const lta = createLtaStager({ name: 'LTA', url: practice.url, credentials: () => Promise.resolve(undefined) });
  await fails(lta.probe(here), 'auth', /Nobody is signed in to LTA/);
  assert.deepEqual(practice.log, []);
});

test('passwords of any kind sign in; a changed one is used at once', async (t) => {
  for (const each of [password, 'ä', '=', ':::', 'a b', '"\'', '😀', '%41']) {
    let tried = 'wrong';
    const { lta } = await setStage(
      t,
      { users: { 'op@lofar ü': each } },
      { credentials: () => Promise.resolve({ user: 'op@lofar ü', password: tried }) },
    );
    await fails(lta.probe(here), 'auth', /refused the user name or password/);
    tried = each;
    await lta.probe(here);
  }
  const { lta } = await setStage(t, {}, { credentials: () => Promise.resolve({ user: 'a:b', password }) });
  await fails(lta.probe(here), 'auth', /colon/);
});
