/** Where files are, asked by the real gfal-xattr, by our bridge, by processes and by archiveinfo: they agree file by file. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { openGfalProcess } from '../../src/adapters/gfalProcess';
import { createTape } from '../../src/adapters/tape';
import { gfalError, localityInComplaint, readComplaint } from '../../src/core/staging/complaint';
import { checkLocality } from '../../src/core/staging/check';
import { runProgram } from '../../src/adapters/program';
import { client, davLinks, env, fileName, here, localities, script, setDoor, setGfal, sourceOf, temporary } from './door';

/** What the client says of one link, in the words of our answers. */
async function byClient(link: string): Promise<string> {
  const { code, stdout, stderr } = await client('gfal-xattr', link, 'user.status');
  if (code === 0) return (stdout.split('\0')[0] ?? '').trim();
  const complaint = readComplaint(stderr);
  if (code === 255) return gfalError({ code: 0, text: stderr.trim().split('\n').at(-1) ?? '' }).sentence;
  assert.ok(complaint, `gfal-xattr ended with ${code}: ${stderr}`);
  assert.equal(complaint.code, code, 'the exit code is the errno');
  return localityInComplaint(complaint) ?? gfalError(complaint).sentence;
}

async function agree(t: Parameters<typeof setGfal>[0], links: readonly string[]): Promise<Map<string, string>> {
  const bridge = await localities(setGfal(t), links);
  const processes = await localities(openGfalProcess({ env }), links);
  for (const link of links) {
    const said = await byClient(link);
    assert.equal(bridge.get(link), said, `bridge, ${link}`);
    assert.equal(processes.get(link), said, `process, ${link}`);
  }
  return bridge;
}

test('on the practice door: every locality, a file that is not there, a link that gfal2 chokes on', async (t) => {
  const door = await setDoor(t, 7);
  await writeFile(join(door.store.folder, 'data', 'empty.tar'), '');
  door.store.putOnline([`/data/${fileName(1)}`]);
  door.store.locality('SB002', 'LOST');
  door.store.locality('SB003', 'NONE');
  door.store.locality('SB004', 'UNAVAILABLE');
  door.store.locality('SB005', 'DISK');
  const links = [
    ...davLinks(door, 7),
    ...['absent.tar', 'empty.tar', 'with blank.tar'].map((name) => `${door.url.replace('http', 'dav')}/data/${name}`),
  ];
  const told = await agree(t, links);
  assert.deepEqual(
    links.map((link) => told.get(link)),
    [
      'NEARLINE',
      'ONLINE_AND_NEARLINE',
      'LOST',
      'NONE',
      'UNAVAILABLE',
      'ONLINE',
      'NEARLINE',
      'There is no such file.',
      'NONE',
      'gfal2 failed: RuntimeError: basic_string: construction from null is not valid.',
    ],
  );
  const tape = createTape({ name: 'Door', url: door.url, secret: () => Promise.resolve({ token: 'anything' }) });
  await assert.rejects(localities(tape, links), /refused the token/);
  assert.deepEqual(door.store.opened, [], 'no question opens a file on tape');
});

test('archiveinfo agrees with gfal2, also with another order, another root, doubles and halves', async (t) => {
  const door = await setDoor(t, 6, { tokens: { 'a-token': 'operator' } });
  door.store.putOnline([`/data/${fileName(1)}`, `/data/${fileName(4)}`]);
  door.store.locality('SB002', 'LOST');
  const links = [...davLinks(door, 6), `${door.url.replace('http', 'dav')}/data/absent.tar`];
  const bridge = await localities(setGfal(t), links);
  const tape = createTape({ name: 'Door', url: door.url, secret: () => Promise.resolve({ token: 'a-token' }) });
  const wanted = new Map([...bridge].map(([link, word]) => [link, word === 'There is no such file.' ? 'Door has no such file.' : word]));
  for (const quirks of [{}, { order: 'same' as const }, { prefix: '/pnfs/root' }, { merge: false }]) {
    door.quirk({ prefix: '', order: 'reversed', merge: true, ...quirks });
    door.fault({ kind: 'again', method: 'archiveinfo', times: 1 });
    assert.deepEqual(new Map([...(await localities(tape, links))].sort()), new Map([...wanted].sort()), JSON.stringify(quirks));
    door.heal();
    door.fault({ kind: 'half', method: 'archiveinfo', times: 1 });
    assert.deepEqual(new Map([...(await localities(tape, links))].sort()), new Map([...wanted].sort()), JSON.stringify(quirks));
  }
});

test('many files of a door at once: the same answers as one by one, in a few questions', async (t) => {
  const door = await setDoor(t, 40);
  (['LOST', 'NONE', 'UNAVAILABLE', 'DISK'] as const).forEach((state, k) => {
    door.store.locality(`SB00${k}`, state);
  });
  door.store.putOnline([`/data/${fileName(7)}`, `/data/${fileName(8)}`]);
  const odd = ['absent.tar', 'per%20cent.tar', 'two//slashes.tar', 'plus+and=.tar'];
  const links = [...davLinks(door, 40), ...odd.map((name) => `${door.url.replace('http', 'dav')}/data/${name}`)];
  const gfal = setGfal(t);
  const alone = new Map<string, string>();
  for (const link of links) alone.set(link, (await localities(gfal, [link])).get(link) ?? '');
  const sorted = (told: ReadonlyMap<string, string>) => [...told].sort();
  const questions = async () => {
    const before = door.log.length;
    assert.deepEqual(sorted(await localities(gfal, links)), sorted(alone));
    return door.log.slice(before).filter(({ call }) => call === 'archiveinfo').length;
  };
  const first = await questions();
  assert.ok(first <= 1 + odd.length, `${first} questions`);
  for (const quirks of [{ order: 'same' as const }, { merge: false }, { archiveLimit: 15 }, { archiveMax: 5 }]) {
    door.quirk(quirks);
    await questions();
  }
});

test('what goes wrong with many at once is asked one by one', async (t) => {
  const door = await setDoor(t, 12);
  const links = davLinks(door, 12);
  for (const method of ['discover', 'archiveinfo'])
    for (const kind of ['unauthorised', 'page', 'login', 'garbage', 'drop', 'half', 'again', 'empty', 'truncate'] as const) {
      door.heal();
      door.fault({ kind, method, times: 1 });
      // A bridge of its own: what is found of a door is kept.
      const told = await localities(setGfal(t), links);
      const lost = [...told.values()].filter((word) => word !== 'NEARLINE').length;
      // gfal2 looks for the API too, after us; nothing but its own question can be lost.
      assert.ok(told.size === 12 && lost === 0, `${method} ${kind}: ${[...told.values()].join()}`);
    }
});

test('a token does not follow a door that sends on to another host', async (t) => {
  const heard: (string | undefined)[] = [];
  const other = createServer((request, response) => {
    heard.push(request.headers.authorization);
    response.end('{}');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const elsewhere = `http://localhost:${(other.address() as AddressInfo).port}`;
  const door = await setDoor(t, 12, { tokens: { 'a-token': 'operator' } });
  const gfal = setGfal(t);
  await gfal.credential(door.url, 'a-token');
  door.fault({ kind: 'redirect', method: 'discover', location: `${elsewhere}/.well-known/wlcg-tape-rest-api`, times: 1 });
  const told = await localities(gfal, davLinks(door, 12));
  assert.equal([...told.values()].filter((word) => word === 'NEARLINE').length, 12);
  door.quirk({ endpoint: `${elsewhere}/api/v1/tape` });
  const python = ['/usr/bin/python3', '-c', probe, dirname(script), door.url, 'a-token'] as const;
  const ended = await runProgram(python, { ...here, deadlineMs: 20_000, env });
  assert.equal(ended.stdout.trim(), '[None] [True, True, False, False, False]', ended.stderr);
  assert.deepEqual(heard, []);
});

/** What `archive_info` itself says, without gfal2 after it. */
const probe = `
import sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from archive_info import ArchiveInfo, is_same_site
told = ArchiveInfo({'127.0.0.1': sys.argv[3]}).ask([sys.argv[2] + '/data/L1_SB000_uv.MS_0.tar'], 10)
others = ['dav.site.example', 'api.site.example', 'site.example', 'api.other.example', 'evilsite.example']
print(told, [is_same_site('dav.site.example', other) for other in others])
`;

test('on mock:// and file://', async (t) => {
  const folder = await temporary(t);
  const states = ['ONLINE', 'NEARLINE', 'ONLINE_AND_NEARLINE'];
  const files = [...states, 'unset'].map((word) => join(folder, word));
  for (const file of files) await writeFile(file, 'x');
  for (const [k, word] of states.entries()) {
    const set = "import os, sys; os.setxattr(sys.argv[1], 'user.status', sys.argv[2].encode() + bytes(1))";
    const { code, stderr } = await runProgram(['/usr/bin/python3', '-c', set, files[k] ?? '', word], { ...here, deadlineMs: 10_000 });
    if (code !== 0 && stderr.includes('Operation not supported')) return t.skip('this file system keeps no attributes');
    assert.equal(code, 0, stderr);
  }
  const links = [
    ...files.map((file) => `file://${file}`),
    `file://${folder}/absent`,
    'mock://host/a?user.status=NEARLINE',
    'mock://host/b?user.status=ONLINE',
    'mock://host/c?user.status=LOST',
    'mock://host/d?user.status=UNAVAILABLE',
    'mock://host/e?user.status=NONE',
    'mock://host/f?errno=2',
    'mock://host/g?errno=13',
    'mock://host/h',
  ];
  const told = await agree(t, links);
  assert.deepEqual(
    links.map((link) => told.get(link)?.split('. ')[0]),
    [
      ...states,
      'The storage does not tell where this file is.',
      'There is no such file.',
      'NEARLINE',
      'ONLINE',
      'LOST',
      'UNAVAILABLE',
      'NONE',
      'There is no such file.',
      'The storage does not allow this',
      'The storage does not tell where this file is.',
    ],
  );
});

test('the whole chain: a door without a tape API leaves its files to the bridge', async (t) => {
  const door = await setDoor(t, 3, { tokens: { 'a-token': 'operator' } });
  door.quirk({ discovery: false });
  const tape = createTape({ name: 'Door', url: door.url, secret: () => Promise.resolve({ token: 'a-token' }) });
  const links = ['mock://host/a?user.status=NEARLINE', 'mock://host/b?user.status=ONLINE', 'mock://host/c?errno=5'];
  const check = await checkLocality(links, [sourceOf(tape), setGfal(t)], here);
  assert.deepEqual(check.result.counts, { NEARLINE: 1, ONLINE: 1 });
  assert.deepEqual([check.percentStaged, check.failed, check.total], [33.3, 1, 3]);
});
