/** The practice tape door keeps dCache's manners: what our clients are tested against has to be right itself. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startTapeDoor, type DoorOptions, type PracticeTapeDoor } from '../../practice/tapeDoor';
import { adler32 } from '../../practice/tapeDoorFiles';
import { javaDuration } from '../../practice/tapeDoorRest';

const start = 1_700_000_000_000;

async function setDoor(t: TestContext, options: Partial<DoorOptions> = {}): Promise<PracticeTapeDoor> {
  const folder = await mkdtemp(join(tmpdir(), 'grid-door-'));
  const door = await startTapeDoor({
    folder,
    anonymous: 'operator',
    pace: { queueMs: 1000, perFileMs: 1000 },
    clock: () => start,
    ...options,
  });
  t.after(async () => {
    await door.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return door;
}

interface Heard {
  readonly status: number;
  readonly value: unknown;
  readonly headers: Headers;
}

async function call(
  door: PracticeTapeDoor,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Heard> {
  const response = await fetch(door.url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  return {
    status: response.status,
    value: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
    headers: response.headers,
  };
}

const tape = '/api/v1/tape';

test('archiveinfo: every word, backwards, doubles merged, more than the limit silently cut', async (t) => {
  const door = await setDoor(t);
  await writeFile(join(door.store.folder, 'empty'), '');
  door.store.seed(['/a', '/b', '/c', '/d']);
  door.store.putOnline(['/b']);
  door.store.locality('/c', 'LOST');
  const { value } = await call(door, 'POST', `${tape}/archiveinfo/`, { paths: ['/a', '/b', '/b', '/c', '/empty', '/none'] });
  assert.deepEqual(value, [
    { path: '/none', error: 'No such file or directory: /none' },
    { path: '/empty', locality: 'NONE' },
    { path: '/c', locality: 'LOST' },
    { path: '/b', locality: 'DISK_AND_TAPE' },
    { path: '/a', locality: 'TAPE' },
  ]);
  door.quirk({ archiveLimit: 2, order: 'same' });
  assert.equal(((await call(door, 'POST', `${tape}/archiveinfo`, { paths: ['/a', '/b', '/c'] })).value as unknown[]).length, 2);
});

test('stage: what it takes, what it refuses, what it tells; the pin runs from the request', async (t) => {
  const door = await setDoor(t);
  door.store.seed(['/a', '/b']);
  const stage = (files: unknown, more = {}) => call(door, 'POST', `${tape}/stage`, { files, ...more });
  assert.equal((await stage([{ path: '/a', diskLifetime: 'P1W' }])).status, 400);
  assert.equal((await stage([{ path: '/a' }], { notify: true })).status, 400);
  door.quirk({ maxTargets: 1 });
  const tooMany = await stage([{ path: '/a' }, { path: '/b' }]);
  assert.deepEqual([tooMany.status, tooMany.value], [413, { title: 'Request Entity Too Large', status: '413' }], 'the reason is kept back');
  door.quirk({ maxTargets: 500 });
  const made = await stage([{ path: '/a', diskLifetime: 'PT1H' }, { path: '/b' }]);
  const { requestId: id } = made.value as { requestId: string };
  assert.deepEqual([made.status, made.headers.get('location')], [201, `${tape}/stage/${id}`]);
  door.advance(2000);
  const { value } = await call(door, 'GET', `${tape}/stage/${id}`);
  assert.deepEqual(value, {
    id,
    createdAt: start,
    startedAt: start,
    files: [
      { path: '/b', state: 'STARTED', startedAt: start },
      { path: '/a', state: 'COMPLETED', startedAt: start, finishedAt: start + 2000 },
    ],
  });
  door.advance(3_600_000);
  assert.deepEqual([await door.store.wordOf('/a'), door.store.pins.size], ['DISK_AND_TAPE', 1], 'time works when somebody looks');
  door.store.settle();
  assert.deepEqual([await door.store.wordOf('/a'), await door.store.wordOf('/b')], ['TAPE', 'DISK_AND_TAPE']);
});

test('cancel with one foreign path does nothing; release is always 200; what is forgotten is 404', async (t) => {
  const door = await setDoor(t);
  door.store.seed(['/a', '/b']);
  const { requestId: id } = (await call(door, 'POST', `${tape}/stage`, { files: [{ path: '/a' }] })).value as { requestId: string };
  const state = async () => ((await call(door, 'GET', `${tape}/stage/${id}`)).value as { files: { state: string }[] }).files[0]?.state;
  assert.equal((await call(door, 'POST', `${tape}/stage/${id}/cancel`, { paths: ['/a', '/b'] })).status, 400);
  assert.equal(await state(), 'SUBMITTED');
  assert.equal((await call(door, 'POST', `${tape}/stage/${id}/cancel`, { paths: ['/a'] })).status, 200);
  assert.equal(await state(), 'CANCELLED');
  assert.equal((await call(door, 'POST', `${tape}/release/nonsense`, { paths: ['/x'] })).status, 200);
  assert.equal((await call(door, 'DELETE', `${tape}/stage/${id}`)).status, 200);
  assert.equal((await call(door, 'GET', `${tape}/stage/${id}`)).status, 404);
});

test('several pins on a file: each release takes one', async (t) => {
  const door = await setDoor(t);
  door.store.seed(['/a']);
  const ids: string[] = [];
  for (let k = 0; k < 2; k++)
    ids.push(((await call(door, 'POST', `${tape}/stage`, { files: [{ path: '/a' }] })).value as { requestId: string }).requestId);
  door.advance(5000);
  await call(door, 'POST', `${tape}/release/${ids[0]}`, { paths: ['/a'] });
  assert.equal(await door.store.wordOf('/a'), 'DISK_AND_TAPE');
  await call(door, 'POST', `${tape}/release/${ids[1]}`, { paths: ['/a'] });
  assert.equal(await door.store.wordOf('/a'), 'TAPE');
});

test('bulk: without a lifetime five minutes, TARGETS at most ten, foreign keys refused', async (t) => {
  const door = await setDoor(t);
  const paths = Array.from({ length: 11 }, (_, k) => `/f${k}`);
  door.store.seed(paths);
  const make = (body: unknown) => call(door, 'POST', '/api/v1/bulk-requests', body);
  assert.equal((await make({ activity: 'PIN', target: paths, expand_directories: 'TARGETS' })).status, 413);
  assert.equal((await make({ activity: 'PIN', target: paths, recursive: true })).status, 400);
  const made = await make({ activity: 'PIN', target: paths });
  assert.deepEqual(
    [made.status, made.value, made.headers.get('request-url')?.startsWith(`${door.url}/api/v1/bulk-requests/`)],
    [201, '', true],
  );
  door.advance(60_000);
  door.store.settle();
  assert.equal(await door.store.wordOf('/f3'), 'DISK_AND_TAPE');
  door.advance(240_001);
  door.store.settle();
  assert.equal(await door.store.wordOf('/f3'), 'TAPE');
});

test('macaroons: each caveat counts', async (t) => {
  const door = await setDoor(t, { tokens: { 'the-token': 'operator' }, anonymous: '', macaroons: true });
  door.store.seed(['/in/a', '/out/a']);
  const asked = await call(
    door,
    'POST',
    '/in',
    { caveats: ['activity:READ_METADATA,DOWNLOAD', 'path:/in'], validity: 'PT1H' },
    { authorization: 'Bearer the-token' },
  );
  const { macaroon } = asked.value as { macaroon: string };
  const status = async (method: string, path: string, body?: unknown) =>
    (await call(door, method, path, body, { authorization: `Bearer ${macaroon}` })).status;
  assert.deepEqual(
    [
      await status('HEAD', '/in/a'),
      await status('HEAD', '/out/a'),
      await status('DELETE', '/in/a'),
      await status('POST', `${tape}/archiveinfo`, { paths: [] }),
      await status('POST', `${tape}/stage`, { files: [{ path: '/in/a' }] }),
    ],
    [200, 403, 403, 200, 403],
  );
  door.advance(3_600_001);
  assert.equal(await status('HEAD', '/in/a'), 401);
  assert.ok(!JSON.stringify(door.log).includes(macaroon), 'the log keeps no secret');
});

test('WebDAV stays in its folder, moves, makes, and reads in ranges', async (t) => {
  const door = await setDoor(t);
  assert.equal((await call(door, 'MKCOL', '/new')).status, 201);
  assert.equal((await call(door, 'PUT', '/new/f', 'hello')).status, 201);
  assert.equal((await call(door, 'PUT', '/absent/f', 'x')).status, 409);
  assert.equal(await door.store.wordOf('/new/f'), 'DISK');
  assert.equal((await call(door, 'MOVE', '/new/f', undefined, { destination: `${door.url}/new/g%20h` })).status, 201);
  assert.equal(await readFile(join(door.store.folder, 'new/g h'), 'utf8'), '"hello"');
  const part = await fetch(`${door.url}/new/g%20h`, { headers: { range: 'bytes=1-3' } });
  assert.deepEqual([part.status, await part.text()], [206, 'hel']);
  assert.equal(door.store.file('/../../etc/passwd'), join(door.store.folder, 'etc/passwd'));
  assert.equal((await call(door, 'GET', '/..%2f..%2fetc/passwd')).status, 404);
  assert.match(String((await call(door, 'PROPFIND', '/new', undefined, { depth: '1' })).value), /<D:href>\/new\/g%20h<\/D:href>/);
});

test('the control door: faults, localities, latency, and an order that is none', async (t) => {
  const door = await setDoor(t);
  door.store.seed(['/a']);
  const order = (name: string, body: unknown) => call(door, 'POST', `/practice/${name}`, body);
  assert.equal((await order('locality', { pattern: '/a', word: 'LOST' })).status, 200);
  assert.equal(await door.store.wordOf('/a'), 'LOST');
  assert.equal((await order('locality', { pattern: '/a', word: 'NOWHERE' })).status, 400);
  assert.equal((await order('fault', { kind: 'phrase', status: 429, method: 'stage', times: 1 })).status, 200);
  assert.equal((await order('fault', { kind: 'nonsense' })).status, 400);
  const refused = await call(door, 'POST', `${tape}/stage`, { files: [{ path: '/a' }] });
  assert.deepEqual([refused.status, refused.value], [429, 'Too Many Requests']);
  assert.equal((await order('reset', {})).status, 200);
  assert.deepEqual((await call(door, 'GET', '/practice/log')).value, []);
});

test('sums and spans', () => {
  assert.deepEqual([adler32(Buffer.from('')), adler32(Buffer.from('Wikipedia'))], [1, 0x11e60398]);
  assert.deepEqual(['P7D', 'PT168H', 'PT1M30S', 'P1DT1H', 'P1W', 'P1M', 'P', '', 'PT'].map(javaDuration), [
    ...[604_800_000, 604_800_000, 90_000, 90_000_000, undefined, undefined, undefined, undefined, undefined],
  ]);
});
