/** dCache's bulk requests: what is sent, what comes of it, and how a submit whose answer was lost is found again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDcacheBulk } from '../../../src/adapters/dcacheBulk';
import { here } from './stage';
import { link, links, localities, news, pathOf, refuses, setDoor, standing, token } from './doorStage';

test('golden requests: method, path and body of every call', async (t) => {
  const { door, bulk } = await setDoor(t, 2);
  await bulk.probe(here);
  const id = await bulk.submit(links(2), { ...here, notify: true });
  await bulk.poll([{ id, links: links(2), online: 0 }], here);
  await bulk.release(id, [link(1)], here);
  const extended = await bulk.extend(id, [link(0)], { ...here, pinMs: 3_600_000 });
  await bulk.list(here);
  await bulk.abort(id, here);
  await localities(bulk, [link(0)]);
  const [a, b] = links(2).map(pathOf);
  const rest = '/api/v1/bulk-requests';
  const request = (activity: string, target: string, args: string) =>
    `POST ${rest} {"activity":"${activity}","target":[${target}],"expand_directories":"NONE","arguments":{${args}}}`;
  assert.deepEqual(
    door.log.map(({ method, path, body }) => `${method} ${path} ${body}`.trim()),
    [
      'GET /api/v1/user',
      request('PIN', `"${a}","${b}"`, '"lifetime":"604800","lifetimeUnit":"SECONDS"'),
      `GET ${rest}/${id}?offset=0`,
      request('UNPIN', `"${b}"`, `"id":"${id}"`),
      request('PIN', `"${a}"`, '"lifetime":"3600","lifetimeUnit":"SECONDS"'),
      `GET ${rest}`,
      `GET ${rest}/${id}?offset=0`,
      `GET ${rest}/${extended}?offset=0`,
      `GET ${rest}/${id}?offset=0`,
      `PATCH ${rest}/${id} {"action":"cancel"}`,
      request('UNPIN', `"${b}","${a}"`, `"id":"${id}"`),
      `POST /api/v1/tape/archiveinfo {"paths":["${a}"]}`,
    ],
  );
});

test('COMPLETED means that all have ended, not that all are there', async (t) => {
  const { door, bulk } = await setDoor(t, 4);
  const list = links(4);
  door.store.fate('SB001', 'failed');
  door.store.fate('SB002', 'skipped');
  const id = await bulk.submit([...list, link(9)], { ...here, notify: false });
  assert.equal(await standing(bulk, id, [...list, link(9)]), 'scheduled: queued queued failed queued failed');
  door.advance(10_000);
  const { word, files } = await news(bulk, id, [...list, link(9)]);
  assert.equal(word, 'COMPLETED');
  assert.equal(await standing(bulk, id, [...list, link(9)]), 'partial: online failed failed online failed');
  assert.match(files?.get(link(9))?.message ?? '', /No such file/);
  door.store.takeOff([pathOf(link(3))]);
  assert.equal(await standing(bulk, id, [...list, link(9)]), 'partial: online failed failed expired failed', 'it has left the disk again');
  door.store.putOnline([pathOf(link(2))]);
  assert.equal(await standing(bulk, id, [...list, link(9)]), 'partial: online failed online expired failed', 'skipped, and there');
});

test('own requests are listed with their paths; those of others are not', async (t) => {
  const { door, bulk } = await setDoor(t, 3, { tokens: { [token]: 'operator', 'another-token': 'somebody' } });
  const other = createDcacheBulk({ name: 'Door', url: `${door.url}/api/v1`, secret: () => Promise.resolve({ token: 'another-token' }) });
  await other.submit([link(2)], { ...here, notify: false });
  door.fault({ kind: 'lose', method: 'bulk', times: 1 });
  const error = await refuses(bulk.submit(links(2), { ...here, notify: false }), 'unreachable');
  assert.ok(error.uncertain);
  const listed = await bulk.list({ ...here, since: door.now - 1000 });
  assert.deepEqual(
    listed.map((each) => [each.links?.toSorted(), each.when]),
    [[links(2).map(pathOf), door.now]],
  );
  assert.deepEqual(await bulk.list({ ...here, since: door.now + 1000 }), []);
  await refuses(other.abort(listed[0]?.id ?? '', here), 'forbidden');
});

test('an anonymous frontend is no sign-in; a frontend without a tape API is asked file by file', async (t) => {
  const { door, bulk } = await setDoor(t, 3);
  const [first = ''] = links(3);
  door.store.putOnline([pathOf(first)]);
  door.store.locality('SB002', 'LOST');
  door.fault({ kind: 'fault', status: 404, method: 'archiveinfo', message: 'HTTP 404 Not Found' });
  assert.deepEqual(await localities(bulk, [...links(3), link(9)]), ['ONLINE_AND_NEARLINE', 'NEARLINE', 'LOST', 'Door has no such file.']);
  assert.equal(door.log.filter(({ call }) => call === 'namespace').length, 4);
  door.fault({ kind: 'answer', value: { status: 'ANONYMOUS' }, method: 'user' });
  await refuses(bulk.probe(here), 'auth', /does not know who signs in/);
});
