/**
 * From tape to disk and back: stage, poll, online, release, through the Tape REST API, dCache's bulk requests and gfal2. The door
 * is ours, gfal2 and its clients are real; what each way has done is seen from another side.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createDcacheBulk } from '../../src/adapters/dcacheBulk';
import { createGfalStager } from '../../src/adapters/gfalStager';
import { createTape } from '../../src/adapters/tape';
import type { RequestReport, Stager } from '../../src/core/ports';
import type { PracticeTapeDoor } from '../practice/tapeDoor';
import { client, davLinks, fileName, here, localities, setDoor, setGfal, sourceOf, temporary } from './door';

const secret = () => Promise.resolve({ token: 'a-token' });

async function news(stager: Stager, id: string, links: readonly string[]): Promise<RequestReport> {
  const report = (await stager.poll([{ id, links, online: 0 }], here)).get(id);
  if (report === undefined || report instanceof Error) throw report ?? new Error('no answer');
  return report;
}

/** Polls until nothing moves; what was told on the way, a word each time it changed. */
async function watch(stager: Stager, id: string, links: readonly string[]): Promise<{ last: RequestReport; seen: string[] }> {
  const seen: string[] = [];
  for (;;) {
    const last = await news(stager, id, links);
    if (seen.at(-1) !== last.state) seen.push(last.state);
    if (!['submitted', 'scheduled', 'running'].includes(last.state)) return { last, seen };
    await wait(100);
  }
}

async function status(link: string): Promise<string> {
  return (await client('gfal-xattr', link, 'user.status')).stdout.trim();
}

async function cycle(stager: Stager, door: PracticeTapeDoor, links: readonly string[]): Promise<string[]> {
  const id = await stager.submit(links, { ...here, notify: false });
  const { last, seen } = await watch(stager, id, links);
  assert.deepEqual(
    links.map((link) => last.files?.get(link)?.state),
    links.map(() => 'online'),
  );
  assert.deepEqual([last.state, last.online], ['done', links.length]);
  for (const link of links) assert.equal(await status(link), 'ONLINE_AND_NEARLINE', 'the real client sees it');
  assert.ok(stager.release !== undefined);
  assert.deepEqual(new Set((await localities(sourceOf(stager), links)).values()), new Set(['ONLINE_AND_NEARLINE']));
  const [first = '', ...rest] = links;
  await stager.release(id, [first], here);
  assert.equal(await status(first), 'NEARLINE', 'one is released');
  assert.equal(await status(rest[0] ?? ''), 'ONLINE_AND_NEARLINE', 'the others are held');
  await stager.abort(id, { ...here, links });
  for (const link of rest) assert.equal(await status(link), 'NEARLINE', 'an abort releases all');
  assert.deepEqual(door.store.opened, []);
  return seen;
}

for (const kind of ['tape', 'dcache', 'gfal'] as const) {
  test(`${kind}: stage, poll, online, release, abort`, async (t) => {
    const door = await setDoor(t, 3, { tokens: { 'a-token': 'operator' }, anonymous: 'operator' });
    const links = davLinks(door, 3);
    const options = { name: 'Door', url: door.url, secret };
    const stager =
      kind === 'tape'
        ? createTape(options)
        : kind === 'dcache'
          ? createDcacheBulk(options)
          : createGfalStager({ name: 'gfal2', gfal: setGfal(t) });
    await stager.probe(here);
    const seen = await cycle(stager, door, links);
    assert.equal(seen.at(-1), 'done');
    assert.ok(seen.includes('running'), `it was seen moving: ${seen.join()}`);
  });

  test(`${kind}: one that is absent and one that cannot be read fail with their reason; abort in the middle`, async (t) => {
    const door = await setDoor(t, 3, { tokens: { 'a-token': 'operator' }, anonymous: 'operator' });
    door.store.fate('SB001', 'failed');
    const links = [...davLinks(door, 3), `${door.url.replace('http', 'dav')}/data/absent.tar`];
    const options = { name: 'Door', url: door.url, secret };
    const stager =
      kind === 'tape'
        ? createTape(options)
        : kind === 'dcache'
          ? createDcacheBulk(options)
          : createGfalStager({ name: 'gfal2', gfal: setGfal(t) });
    const id = await stager.submit(links, { ...here, notify: false });
    const { last } = await watch(stager, id, links);
    assert.deepEqual(
      links.map((link) => last.files?.get(link)?.state),
      ['online', 'failed', 'online', 'failed'],
    );
    assert.equal(last.state, 'partial');
    for (const k of [1, 3]) assert.notEqual(last.files?.get(links[k] ?? '')?.message ?? '', '', 'a failure has its reason');
    // The door says of it that it failed, without a reason, while it lies on disk; and of another that it came, which has left.
    door.store.fate('SB000', 'skipped');
    const [first = ''] = links;
    const skipped = await stager.submit([first], { ...here, notify: false });
    assert.equal((await watch(stager, skipped, [first])).last.files?.get(first)?.state, 'online');
    door.store.takeOff([`/data/${fileName(2)}`]);
    assert.equal((await news(stager, id, links)).files?.get(links[2] ?? '')?.state, 'expired');
    door.store.fate('SB002', 'never');
    const [, , stuck = ''] = links;
    door.store.release([`/data/${fileName(2)}`]);
    const second = await stager.submit([stuck], { ...here, notify: false });
    await wait(400);
    assert.equal((await news(stager, second, [stuck])).files?.get(stuck)?.state, 'staging');
    await stager.abort(second, { ...here, links: [stuck] });
    const targets = door.store.targets(
      [...door.store.requests.values()].filter(({ activity }) => activity !== 'UNPIN').at(-1) ?? assert.fail(),
    );
    assert.deepEqual(
      targets.map(({ state }) => state),
      ['CANCELLED'],
    );
  });
}

test('gfal2: everything online already gives an answer all the same', async (t) => {
  const stager = createGfalStager({ name: 'gfal2', gfal: setGfal(t) });
  const links = ['mock://host/a?user.status=ONLINE&staging_time=0', 'mock://host/b?user.status=ONLINE&staging_time=0'];
  const id = await stager.submit(links, { ...here, notify: false });
  assert.equal((await news(stager, id, links)).state, 'done');
  await assert.rejects(stager.submit(['mock://a/1', 'mock://b/2'], { ...here, notify: false }), /one site at a time/);
});

test('the real clients work against the door: list, stat, copy, sum, make, remove, bring online, evict', async (t) => {
  const door = await setDoor(t, 2);
  const root = door.url.replace('http', 'dav');
  const folder = await temporary(t);
  const [link = '', other = ''] = davLinks(door, 2);
  const says = async (pattern: RegExp, ...argv: [string, ...string[]]) => {
    const { code, stdout, stderr } = await client(...argv);
    assert.equal(code, 0, `${argv.join(' ')}: ${stderr}`);
    assert.match(stdout, pattern, argv.join(' '));
  };
  await says(new RegExp(`${fileName(0)}[\\s\\S]*${fileName(1)}`), 'gfal-ls', '-l', `${root}/data`);
  await says(/\tNEARLINE$/m, 'gfal-ls', '-l', '--xattr', 'user.status', link);
  await says(/Size: 18/, 'gfal-stat', link);
  await says(/^/, 'gfal-mkdir', `${root}/data/new`);
  await writeFile(join(folder, 'sent'), 'sent by gfal-copy\n');
  await says(/^/, 'gfal-copy', `file://${folder}/sent`, `${root}/data/new/sent`);
  await says(/^/, 'gfal-copy', `${root}/data/new/sent`, `file://${folder}/fetched`);
  assert.equal(await readFile(join(folder, 'fetched'), 'utf8'), 'sent by gfal-copy\n');
  const local = (await client('gfal-sum', `file://${folder}/sent`, 'ADLER32')).stdout.trim().split(' ').at(-1) ?? '-';
  await says(new RegExp(` ${local}$`, 'm'), 'gfal-sum', `${root}/data/new/sent`, 'ADLER32');
  await says(/DELETED/, 'gfal-rm', `${root}/data/new/sent`);
  await says(/RMDIR/, 'gfal-rm', '-r', `${root}/data/new`);
  await says(/QUEUED[\s\S]*READY/, 'gfal-bringonline', '--polling-timeout', '20', link);
  await says(/^ONLINE_AND_NEARLINE$/m, 'gfal-xattr', link, 'user.status');
  await says(/^NEARLINE$/m, 'gfal-xattr', other, 'user.status');
  await says(/^/, 'gfal-evict', link);
  await says(/^NEARLINE$/m, 'gfal-xattr', link, 'user.status');
  // Reading a file on tape recalls it: that is why nothing of ours ever does.
  await says(/^/, 'gfal-copy', other, `file://${folder}/recalled`);
  assert.equal(await readFile(join(folder, 'recalled'), 'utf8'), 'content of file 1\n');
  assert.deepEqual(door.store.opened, [`/data/${fileName(1)}`]);
});

test('gfal-bringonline ends with 0 though a file failed; our stager tells which', async (t) => {
  const door = await setDoor(t, 1);
  const absent = `${door.url.replace('http', 'dav')}/data/absent.tar`;
  const { code, stdout } = await client('gfal-bringonline', '--polling-timeout', '5', absent);
  assert.equal(code, 0);
  assert.match(stdout, /FAILED/);
  const stager = createGfalStager({ name: 'gfal2', gfal: setGfal(t) });
  const id = await stager.submit([absent], { ...here, notify: false });
  const { last } = await watch(stager, id, [absent]);
  assert.deepEqual([last.state, last.files?.get(absent)?.state], ['failed', 'failed']);
});
