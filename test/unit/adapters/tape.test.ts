/** What a tape door is asked, byte for byte, and what our client makes of its answers, dCache's and the specification's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTape, javaDuration } from '../../../src/adapters/tape';
import { fails, here } from './stage';
import { link, links, localities, news, pathOf, refuses, setDoor, standing, token } from './doorStage';

const day = 24 * 3_600_000;

test('golden requests: method, path and body of every call', async (t) => {
  const { door, tape } = await setDoor(t, 2);
  const list = links(2);
  await tape.probe(here);
  const id = await tape.submit([...list, link(1)], { ...here, notify: true });
  await tape.poll([{ id, links: list, online: 0 }], here);
  await localities(tape, list);
  await tape.release(id, [link(1)], here);
  const extended = await tape.extend(id, list, { ...here, pinMs: 36 * 3_600_000 });
  await tape.abort(id, here);
  assert.notEqual(extended, id);
  assert.equal(await tape.requestToken(id, here), id);
  assert.deepEqual(await tape.list(here), []);
  const [a, b] = list.map(pathOf);
  const rest = '/api/v1/tape';
  assert.deepEqual(
    door.log.map(({ method, path, body }) => `${method} ${path} ${body}`.trim()),
    [
      'GET /.well-known/wlcg-tape-rest-api',
      `POST ${rest}/archiveinfo {"paths":["/"]}`,
      `POST ${rest}/stage {"files":[{"path":"${a}","diskLifetime":"P7D"},{"path":"${b}","diskLifetime":"P7D"}]}`,
      `GET ${rest}/stage/${id}`,
      `POST ${rest}/archiveinfo {"paths":["${a}","${b}"]}`,
      `POST ${rest}/release/${id} {"paths":["${b}"]}`,
      `POST ${rest}/stage {"files":[{"path":"${a}","diskLifetime":"PT129600S"},{"path":"${b}","diskLifetime":"PT129600S"}]}`,
      `GET ${rest}/stage/${id}`,
      `POST ${rest}/stage/${id}/cancel {"paths":["${b}","${a}"]}`,
      `POST ${rest}/release/${id} {"paths":["${b}","${a}"]}`,
    ],
  );
  assert.ok(door.log.every(({ headers, outcome }) => headers.authorization === 'Bearer' && outcome === 'answered'));
  assert.deepEqual([javaDuration(day), javaDuration(90_000), javaDuration(0)], ['P1D', 'PT90S', 'PT1S']);
});

test('from tape to disk, file by file; the pin runs from the submit and takes the files away again', async (t) => {
  const { door, tape } = await setDoor(t, 3);
  const list = links(3);
  door.store.putOnline([pathOf(link(1))]);
  const id = await tape.submit(list, { ...here, notify: false });
  const seen = [];
  for (const ms of [0, 1000, 1000, 1000, 7 * day]) {
    door.advance(ms);
    seen.push(await standing(tape, id, list));
  }
  assert.deepEqual(seen, [
    'running: queued online queued',
    'running: staging online staging',
    'running: online online staging',
    'done: online online online',
    'failed: expired expired expired',
  ]);
  assert.deepEqual(await localities(tape, list), ['NEARLINE', 'NEARLINE', 'NEARLINE']);
});

test('the manners of the specification: seconds, order kept, onDisk without a state, an address with a slash', async (t) => {
  const { door, tape } = await setDoor(t, 2);
  door.quirk({ time: 's', order: 'same', merge: false, files: 'onDisk', endpoint: `${door.url}/api/v1/tape/` });
  const list = links(2);
  const id = await tape.submit(list, { ...here, notify: false });
  door.advance(2000);
  assert.equal(await standing(tape, id, list), 'running: online staging');
  door.advance(1000);
  assert.equal(await standing(tape, id, list), 'done: online online');
});

test('answers come twice, under another root, or of a request made elsewhere', async (t) => {
  const { door, tape } = await setDoor(t, 2);
  door.quirk({ prefix: '/other/root' });
  const list = links(2);
  const id = await tape.submit(list, { ...here, notify: false });
  door.advance(3000);
  door.fault({ kind: 'again', method: 'poll', times: 1 });
  assert.equal(await standing(tape, id, list), 'done: online online');
  door.quirk({ prefix: '' });
  const { files, total, online } = await news(tape, id, []);
  assert.deepEqual([[...(files?.keys() ?? [])].sort(), total, online], [list.map(pathOf), 2, 2]);
});

test('what was skipped or failed without a reason is looked at before it turns red', async (t) => {
  const { door, tape } = await setDoor(t, 5);
  const list = links(5);
  for (const k of [0, 1, 2, 3]) door.store.fate(`SB00${k}`, 'skipped');
  door.store.fate('SB004', 'failed');
  door.store.putOnline([pathOf(link(0))]);
  door.store.locality('SB002', 'LOST');
  door.store.locality('SB003', 'UNAVAILABLE');
  const id = await tape.submit(list, { ...here, notify: false });
  door.advance(10_000);
  assert.equal(await standing(tape, id, list), 'partial: online failed lost unavailable failed');
  const { files } = await news(tape, id, list);
  assert.match(files?.get(link(1))?.message ?? '', /skipped it, and it is still on tape/);
  assert.match(files?.get(link(4))?.message ?? '', /^Tape read error/);
  door.fault({ kind: 'page', method: 'archiveinfo' });
  assert.equal(await standing(tape, id, list), 'unknown: unknown unknown unknown unknown failed');
});

test('what is said to be recalled and has left the disk is seen', async (t) => {
  const { door, tape } = await setDoor(t, 2);
  const list = links(2);
  const id = await tape.submit(list, { ...here, notify: false });
  door.advance(3000);
  assert.equal(await standing(tape, id, list), 'done: online online');
  door.store.takeOff([pathOf(link(1))]);
  assert.equal(await standing(tape, id, list), 'partial: online expired');
});

test('too many files: nothing is made, and the next plan goes by half', async (t) => {
  const { door, tape } = await setDoor(t, 40);
  assert.equal(tape.capabilities.maxFiles, 500);
  door.quirk({ maxTargets: 30 });
  const error = await refuses(tape.submit(links(40), { ...here, notify: false }), 'rejected', /does not take 40 files.*parts of 20/);
  assert.equal(error.uncertain, false);
  assert.equal(tape.capabilities.maxFiles, 20);
  await tape.submit(links(20), { ...here, notify: false });
});

test('a submit whose answer is lost may have been received, and says that once more does no harm', async (t) => {
  const { door, tape } = await setDoor(t, 1);
  await tape.probe(here);
  const client = createTape({
    name: 'Door',
    url: door.url,
    secret: () => Promise.resolve({ token }),
    deadlineMs: 300,
    clock: () => door.now,
  });
  const outcomes = { lose: 'unreachable', truncate: 'malformed', page: 'unreachable', hang: 'timeout', answer: 'malformed' } as const;
  for (const [kind, told] of Object.entries(outcomes)) {
    door.fault({ kind: kind as keyof typeof outcomes, method: 'stage', times: 1, value: { requestId: '../17' } });
    const error = await fails(client.submit([link(0)], { ...here, notify: false }), told, /does no harm/);
    assert.ok(error.uncertain, kind);
  }
  // An answer without a body still has the address of what was made.
  door.fault({ kind: 'nil', method: 'stage', times: 1 });
  assert.match(await client.submit([link(0)], { ...here, notify: false }), /^5c0ffee0-/);
});

test('no links, no call; a strange id goes nowhere; a door that was asked for nothing tells nothing', async (t) => {
  const { tape, called } = await setDoor(t, 1);
  await refuses(tape.submit([], { ...here, notify: false }), 'rejected', /no links/);
  await tape.probe(here);
  const calls = called().length;
  await refuses(tape.abort('../../etc', here), 'notFound');
  await localities(tape, []);
  assert.equal((await tape.poll([], here)).size, 0);
  assert.equal(called().length, calls);
  await refuses(tape.abort('4711', here), 'notFound', /does not know this request/);
  await refuses(tape.reschedule('4711', here), 'rejected');
});

test('one request that is gone hides no other; a service that is down is told once', async (t) => {
  const { door, tape } = await setDoor(t, 2);
  const id = await tape.submit([link(0)], { ...here, notify: false });
  const queries = ['gone', id].map((each) => ({ id: each, links: [link(0)], online: 0 }));
  const answers = await tape.poll(queries, here);
  assert.ok(answers.get('gone') instanceof Error);
  assert.ok(!(answers.get(id) instanceof Error));
  door.fault({ kind: 'page' });
  await refuses(tape.poll(queries, here), 'unreachable');
});
