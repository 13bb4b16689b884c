/** Browsing, fetching, sending and deleting on real storage: GridFTP, XRootD, the practice WebDAV door, and this disk. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openGfalCopy } from '../../src/adapters/gfalCopy';
import { openSignedCopy, signedGfal } from '../../src/adapters/gfalSigned';
import { listFolder, makeFolder, walk } from '../../src/adapters/storage';
import { contentOf, remove, removeNamed } from '../../src/adapters/storageRemove';
import { download, upload, type TransferOptions } from '../../src/adapters/storageTransfer';
import { GridError } from '../../src/core/errors';
import { childOf } from '../../src/core/storage/location';
import { env, here, script, setGfal, temporary } from './door';
import { gridFtp, httpDoor, xrootd, type StorageServer } from './storageServers';

const odd = ['with blank.tar', 'per%20cent', 'hash#1', 'ü é', "quo'te", '[x]{y}', '-dash', 'a&b;c'];
const noGuard = { roots: [], places: [] };

async function localStorage(t: TestContext): Promise<StorageServer> {
  const folder = join(await temporary(t), 'store');
  await mkdir(folder);
  const nothing = () => Promise.resolve();
  return { name: 'file', url: `file://${folder}`, folder, env, stop: nothing, start: nothing };
}

/** A door that knows nobody but by the macaroon with which this one signs. */
async function signedDoor(t: TestContext): Promise<Awaited<ReturnType<typeof httpDoor>> & { readonly secret: string }> {
  const server = await httpDoor(t, { anonymous: '' });
  const secret = server.door.signs.macaroon('operator', ['path:/data', 'activity:LIST,READ_METADATA,DOWNLOAD,UPLOAD,DELETE,MANAGE']);
  return { ...server, name: 'WebDAV by macaroon', secret };
}

const servers: readonly ((t: TestContext) => Promise<StorageServer>)[] = [gridFtp, xrootd, httpDoor, localStorage];

function doorTo(t: TestContext, server: StorageServer & { readonly secret?: string }): TransferOptions {
  const [gfal, copy] = [setGfal(t, { env: server.env }), openGfalCopy({ env: server.env })];
  const { secret } = server;
  if (secret === undefined) return { ...here, gfal, copy };
  const tokenOf = () => Promise.resolve(secret);
  return { ...here, gfal: signedGfal(gfal, tokenOf), copy: openSignedCopy({ bridge: { script, env: server.env }, copy, tokenOf }) };
}

/** A folder that servers running as nobody can write in. */
async function tree(t: TestContext, names: readonly string[]): Promise<string> {
  const top = join(await temporary(t), 'run 1');
  await mkdir(join(top, 'sub', 'deep'), { recursive: true });
  for (const name of names) await writeFile(join(top, name), `content of ${name}`);
  await writeFile(join(top, 'sub', 'deep', 'inner.txt'), 'inner');
  await writeFile(join(top, 'empty'), '');
  return top;
}

for (const open of [...servers, signedDoor])
  test(`a folder goes up, is listed, comes back the same and is deleted: ${open.name}`, async (t) => {
    const server = await open(t);
    const door = doorTo(t, server);
    const top = await tree(t, odd);
    const sent = await upload([top], server.url, door);
    assert.deepEqual(sent.failed, []);
    assert.equal(sent.files.length, odd.length + 2);
    const run = childOf(server.url, 'run 1');
    const entries = await listFolder(door.gfal, run, here);
    assert.deepEqual(entries.map(({ name }) => name).sort(), [...odd, 'sub', 'empty'].sort());
    for (const { name, size, modified, directory } of entries) {
      assert.equal(directory, name === 'sub', name);
      if (!directory) assert.equal(size, (await stat(join(top, name))).size, name);
      assert.ok(Math.abs(modified - Date.now()) < 600_000, `${name} is of ${new Date(modified).toISOString()}`);
    }
    const target = join(await temporary(t), 'back again %41');
    const back = await download([run], target, door);
    assert.deepEqual(back.failed, []);
    for (const name of [...odd, 'empty', join('sub', 'deep', 'inner.txt')])
      assert.deepEqual(await readFile(join(target, 'run 1', name)), await readFile(join(top, name)), name);
    assert.deepEqual((await readdir(join(target, 'run 1'))).sort(), [...odd, 'sub', 'empty'].sort(), 'nothing half is left');
    // Again: nothing is lost, everything is told; and replaced where it is wished.
    const again = await download([run], target, door);
    assert.equal(again.failed.length, odd.length + 2);
    assert.ok(again.failed.every(({ message }) => message.includes('exists already')));
    await writeFile(join(target, 'run 1', 'hash#1'), 'mine');
    assert.deepEqual((await download([childOf(run, 'hash#1')], join(target, 'run 1'), { ...door, overwrite: true })).failed, []);
    assert.equal(await readFile(join(target, 'run 1', 'hash#1'), 'utf8'), 'content of hash#1');
    const other = join(top, 'hash#1');
    await writeFile(other, 'another content');
    assert.match((await upload([other], run, door)).failed[0]?.message ?? '', /is there already/);
    assert.deepEqual((await upload([other], run, { ...door, overwrite: true })).failed, []);
    assert.equal((await door.gfal.stat(childOf(run, 'hash#1'), here)).size, 'another content'.length);
    await makeFolder(door.gfal, childOf(run, 'new folder'), here);
    await assert.rejects(
      makeFolder(door.gfal, childOf(run, 'new folder'), here),
      (error) => error instanceof GridError && error.kind === 'conflict',
    );
    await assert.rejects(
      removeNamed(door.gfal, [run], { ...here, guard: noGuard, recursive: false }),
      (error) => error instanceof GridError && error.message.includes('holds 13 more entries'),
    );
    const gone = await removeNamed(door.gfal, [run], { ...here, guard: noGuard, recursive: true });
    assert.deepEqual(gone, { removed: odd.length + 6, failed: [] });
    assert.deepEqual(
      (await readdir(server.folder)).filter((name) => name.startsWith('run')),
      [],
    );
  });

test('what has come since it was counted stays, and so does what is guarded', async (t) => {
  const server = await localStorage(t);
  const { gfal } = doorTo(t, server);
  const run = join(server.folder, 'run');
  await mkdir(join(run, 'a'), { recursive: true });
  await writeFile(join(run, 'a', 'old'), 'x');
  const content = await contentOf(gfal, [`${server.url}/run`], here);
  await writeFile(join(run, 'a', 'late'), 'y');
  const result = await remove(gfal, content, { ...here, guard: noGuard });
  assert.equal(result.removed, 1);
  assert.deepEqual(
    result.failed.map(({ file, message }) => [file.slice(server.url.length), message.includes('not empty')]),
    [
      ['/run/a', true],
      ['/run', true],
    ],
  );
  assert.deepEqual(await readdir(join(run, 'a')), ['late']);
  const guard = { roots: [`${server.url}/run`], places: [] };
  const kept = await removeNamed(gfal, [server.url, `${server.url}/run`, `${server.url}/run/a/late`], { ...here, guard, recursive: true });
  assert.deepEqual([kept.removed, kept.failed.length], [1, 2]);
  assert.deepEqual(await readdir(server.folder), ['run']);
});

test('dates of other years, by every protocol', async (t) => {
  for (const open of servers) {
    const server = await open(t);
    await mkdir(server.folder, { recursive: true });
    const moments = [2009, 2013, 2021, 2022, 2025].map((year) => Date.UTC(year, 6, 1, 12));
    for (const [index, at] of moments.entries()) {
      await writeFile(join(server.folder, `f${index}`), 'x');
      await utimes(join(server.folder, `f${index}`), at / 1000, at / 1000);
    }
    const { gfal } = doorTo(t, server);
    const told = new Map((await listFolder(gfal, server.url, here)).map(({ name, modified }) => [name, modified]));
    moments.forEach((at, index) => {
      assert.equal(told.get(`f${index}`), at, `${server.name} f${index}`);
    });
  }
});

test('one that cannot be had does not keep the others back', async (t) => {
  const server = await gridFtp(t);
  const door = doorTo(t, server);
  for (const name of ['a', 'b', 'c']) await writeFile(join(server.folder, name), name);
  const target = await temporary(t);
  const { files, failed } = await download([...['a', 'absent', 'b'].map((name) => `${server.url}/${name}`), 'nonsense'], target, door);
  assert.deepEqual(files, [join(target, 'a'), join(target, 'b')]);
  assert.deepEqual(
    failed.map(({ message }) => message.slice(0, 22)),
    ['There is no such file.', '“nonsense” is no locat'],
  );
  const top = await tree(t, []);
  await symlink(top, join(top, 'loop'));
  await symlink(join(top, 'empty'), join(top, 'linked'));
  const sent = await upload([top, join(top, 'absent')], server.url, door);
  assert.deepEqual(
    sent.failed.map(({ file }) => file),
    [join(top, 'loop'), join(top, 'absent')],
  );
  assert.ok(sent.files.includes(`${server.url}/run%201/linked`));
});

test('a server that dies and comes back: what was under way is told, the next transfer works', async (t) => {
  const server = await gridFtp(t);
  const door = doorTo(t, server);
  const file = join(await temporary(t), 'one');
  await writeFile(file, 'x'.repeat(100_000));
  assert.deepEqual((await upload([file], `${server.url}/1`, door)).failed, []);
  await server.stop();
  const { failed } = await upload([file], `${server.url}/2`, door).catch((error: unknown) => ({ failed: [{ message: String(error) }] }));
  assert.equal(failed.length, 1);
  await server.start();
  assert.deepEqual((await upload([file], `${server.url}/3`, door)).failed, []);
});

test('stopped in the middle nothing half is left, here and there', async (t) => {
  const server = await gridFtp(t);
  const door = doorTo(t, server);
  const top = join(await temporary(t), 'many');
  await mkdir(top);
  for (let k = 0; k < 40; k++) await writeFile(join(top, `f${k}`), `x${k}`);
  for (const direction of ['up', 'down']) {
    const stop = new AbortController();
    const options = { ...door, signal: stop.signal, progress: (files: number) => files === 5 && stop.abort() };
    const target = await temporary(t);
    const running = direction === 'up' ? upload([top], server.url, options) : download([`${server.url}/many`], target, options);
    await assert.rejects(
      running,
      (error) => error instanceof GridError && error.kind === 'cancelled' && /of 40 files|of \d+ files/.test(error.message),
    );
    const left = await readdir(direction === 'up' ? join(server.folder, 'many') : join(target, 'many'));
    assert.ok(left.length >= 3 && left.length < 15, `${direction}: ${left.join()}`);
    assert.ok(
      left.every((name) => /^f\d+$/.test(name)),
      left.join(),
    );
    if (direction === 'up') for (let k = 0; k < 40; k++) await writeFile(join(server.folder, 'many', `f${k}`), `x${k}`);
  }
});

test('a copy that gfal-copy dies over is tried once more, over what it has left; a second death is told', async (t) => {
  const server = await localStorage(t);
  const place = await temporary(t);
  await writeFile(join(server.folder, 'whole'), 'the whole content');
  const dying = async (name: string, deaths: number) => {
    const program = join(place, name);
    const lines = [
      '#!/bin/sh',
      'for last; do :; done',
      'echo x >> "$0.calls"',
      `if [ "$(wc -l < "$0.calls")" -le ${deaths} ]; then`,
      '  printf half > "${last#file://}"',
      '  echo "double free or corruption (out)" >&2',
      '  exit 134',
      'fi',
      'exec gfal-copy "$@"',
    ];
    await writeFile(program, `${lines.join('\n')}\n`, { mode: 0o755 });
    return openGfalCopy({ program, env: server.env });
  };
  const target = join(place, 'target');
  await (
    await dying('once', 1)
  )(`${server.url}/whole`, `file://${target}`, here);
  assert.equal(await readFile(target, 'utf8'), 'the whole content');
  await assert.rejects(
    (await dying('twice', 2))(`${server.url}/whole`, `file://${target}2`, here),
    (error) => error instanceof GridError && error.kind === 'toolFailed' && error.message.includes('double free'),
  );
});

test('with a token: taken back it is not sent any more, a refusal is told, and a stop ends the copy', async (t) => {
  const server = await signedDoor(t);
  const { door, secret } = server;
  const gfal = setGfal(t, { env: server.env });
  let token: string | undefined = secret;
  const tokenOf = () => Promise.resolve(token);
  const copy = openSignedCopy({ bridge: { script, env: server.env }, copy: openGfalCopy({ env: server.env }), tokenOf });
  const refused = (kind: string) => (error: unknown) => error instanceof GridError && error.kind === kind;
  await writeFile(join(server.folder, 'one'), 'x'.repeat(1_000_000));
  assert.equal(await signedGfal(gfal, tokenOf).list(server.url, () => undefined, here), 1);
  token = undefined;
  await assert.rejects(
    signedGfal(gfal, tokenOf).list(server.url, () => undefined, here),
    refused('auth'),
  );
  token = door.signs.macaroon('operator', ['activity:LIST']);
  const target = join(await temporary(t), 'one');
  await assert.rejects(copy(`${server.url}/one`, `file://${target}0`, here), refused('forbidden'));
  token = secret;
  door.latencyMs = 60_000;
  const stop = new AbortController();
  const running = copy(`${server.url}/one`, `file://${target}`, { signal: stop.signal });
  const arrived = door.log.length;
  while (door.log.length === arrived) await wait(20);
  stop.abort();
  await assert.rejects(running, refused('cancelled'));
  door.latencyMs = 0;
  await copy(`${server.url}/one`, `file://${target}2`, here);
  assert.equal((await stat(`${target}2`)).size, 1_000_000);
  await assert.rejects(copy(`${server.url}/one`, `file://${target}2`, here), refused('conflict'), 'what is there stays');
});

test('a disk that is full is told, and the part goes', async (t) => {
  const server = await localStorage(t);
  const door = doorTo(t, server);
  await writeFile(join(server.folder, 'large'), Buffer.alloc(3_000_000));
  const target = await temporary(t);
  const { runProgram } = await import('../../src/adapters/program');
  const mounted = await runProgram(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', target], { ...here, deadlineMs: 10_000 });
  if (mounted.code !== 0) {
    t.skip('tmpfs cannot be mounted here');
    return;
  }
  try {
    const { failed } = await download([`${server.url}/large`], target, door);
    assert.equal(failed.length, 1);
    assert.match(failed[0]?.message ?? '', /space|full|ENOSPC/i);
    assert.deepEqual(await readdir(target), []);
  } finally {
    await runProgram(['umount', target], { ...here, deadlineMs: 10_000 });
  }
});

test('a folder below that cannot be read is told, and the walk goes on', async (t) => {
  const server = await xrootd(t);
  const { gfal } = doorTo(t, server);
  await mkdir(join(server.folder, 'a', 'closed'), { recursive: true });
  await writeFile(join(server.folder, 'a', 'f'), 'x');
  const { chmod } = await import('node:fs/promises');
  await chmod(join(server.folder, 'a', 'closed'), 0o700);
  const heard: string[] = [];
  const failed: string[] = [];
  await walk(gfal, `${server.url}/a`, {
    ...here,
    heard: (_, names) => heard.push(names.join('/')),
    failed: ({ file }) => failed.push(file),
  });
  assert.deepEqual(heard.sort(), ['closed', 'f']);
  assert.deepEqual(failed, [`${server.url}/a/closed`]);
  await assert.rejects(walk(gfal, `${server.url}/nothing`, { ...here, heard: () => undefined, failed: () => undefined }));
});
