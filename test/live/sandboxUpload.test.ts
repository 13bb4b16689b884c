/** Sandboxes on real storage: uploaded, compared, downloaded again; and a whole one to be read at every moment. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Published } from '../../src/adapters/sandboxUpload';
import { client, digest, parts, says, versions } from './publishing';
import { here, temporary } from './sandbox';
import { gridFtp, httpDoor, xrootd, type StorageServer } from './storageServers';

for (const [name, open] of [
  ['GridFTP', gridFtp],
  ['WebDAV', httpDoor],
  ['XRootD', xrootd],
] as const) {
  test(`${name}: build, upload, download, the same bytes; a second version beside it; nothing twice`, async (t) => {
    const server = await open(t);
    const { upload, copy } = client(t, server.env);
    const [one = '', two = ''] = await versions(t, 2);
    const to = `${server.url}/sandbox/LC9/`;
    const first = await upload(one, to);
    assert.equal(first.location, `${server.url}/sandbox/LC9/${one.slice(one.lastIndexOf('/') + 1)}`);
    assert.deepEqual([first.previous, first.unchanged], [undefined, false]);
    const back = join(await temporary(t), 'back.tar');
    await copy(first.location, pathToFileURL(back).href, here);
    assert.equal(await digest(back), await digest(one));
    const again = await upload(one, to);
    assert.deepEqual([again.unchanged, again.location], [true, first.location]);
    const second = await upload(two, to);
    assert.equal(second.previous, first.location);
    assert.equal((await readdir(join(server.folder, 'sandbox/LC9'))).length, 2);
    assert.deepEqual(await parts(server.folder), []);
  });
}

/** Reads, over and over, what each token names; a file that is missing or is none of these is remembered. */
function reader(
  tokens: { SBXloc: string }[],
  server: StorageServer,
  good: ReadonlySet<string>,
): { readonly faults: string[]; readonly end: () => Promise<number> } {
  const faults: string[] = [];
  let reading = true;
  let reads = 0;
  const running = (async () => {
    while (reading) {
      for (const { SBXloc } of tokens) {
        const file = join(server.folder, SBXloc.slice(server.url.length));
        const found = await digest(file).catch((error: unknown) => String(error));
        reads++;
        if (!good.has(found)) faults.push(`${SBXloc}: ${found}`);
      }
      await wait(1);
    }
  })();
  return {
    faults,
    end: async () => {
      reading = false;
      await running;
      return reads;
    },
  };
}

for (const [name, open] of [
  ['GridFTP', gridFtp],
  ['XRootD', xrootd],
  ['WebDAV', httpDoor],
] as const) {
  test(`${name}: while new versions are published every token has a whole sandbox at every moment`, async (t) => {
    const server = await open(t);
    const { upload } = client(t, server.env);
    const files = await versions(t, 3);
    const good = new Set(await Promise.all(files.map(digest)));
    const to = `${server.url}/sandbox/`;
    const first = await upload(files[0] ?? '', to);
    const tokens = Array.from({ length: 5 }, () => ({ SBXloc: first.location }));
    const watch = reader(tokens, server, good);
    const inUse = (locations: readonly string[]) =>
      Promise.resolve(new Set(locations.filter((each) => tokens.some(({ SBXloc }) => SBXloc === each))));
    for (const file of files.slice(1)) {
      // Not one older version is to stay but for those that tokens name.
      const { location } = await upload(file, to, { keep: 0, inUse });
      for (const token of tokens) {
        await wait(20);
        token.SBXloc = location;
      }
    }
    await upload(files[0] ?? '', to, { keep: 0, inUse });
    const reads = await watch.end();
    assert.deepEqual(watch.faults, []);
    assert.ok(reads > 50, `${reads} reads`);
  });
}

for (const [name, open] of [
  ['GridFTP', gridFtp],
  ['XRootD', xrootd],
] as const) {
  test(`${name}: a name that stays is replaced at once, and the version before is kept`, async (t) => {
    const server = await open(t);
    const { upload, gfal } = client(t, server.env);
    const files = await versions(t, 3);
    const good = new Set(await Promise.all(files.map(digest)));
    const to = `${server.url}/pref.tar`;
    assert.equal((await upload(files[0] ?? '', to)).location, to);
    const watch = reader([{ SBXloc: to }], server, good);
    const outcomes: Published[] = [];
    let threw: unknown;
    for (const file of files.slice(1))
      outcomes.push(await upload(file, to).catch((error: unknown) => ((threw = error), Promise.reject(error as Error))));
    await watch.end();
    assert.equal(threw, undefined);
    assert.deepEqual(watch.faults, []);
    for (const [index, { previous }] of outcomes.entries()) {
      const kept = join(server.folder, (previous ?? '').slice(server.url.length));
      assert.equal(await digest(kept), await digest(files[index] ?? ''));
    }
    assert.equal((await gfal.stat(to, here)).size, (await readFile(files[2] ?? '')).length);
    assert.deepEqual(await parts(server.folder), []);
  });
}

test('a name that stays where nothing is replaced at once: refused, and done only with leave', async (t) => {
  const server = await httpDoor(t);
  const { upload } = client(t, server.env);
  const [one = '', two = ''] = await versions(t, 2);
  const to = `${server.url}/pref.tar`;
  await upload(one, to);
  await assert.rejects(
    upload(two, to),
    says('rejected', /pref\.tar cannot be replaced at once here: .* Upload it under a name of its own/),
  );
  assert.equal(await digest(join(server.folder, 'pref.tar')), await digest(one));
  const { previous } = await upload(two, to, { gap: true });
  assert.equal(await digest(join(server.folder, 'pref.tar')), await digest(two));
  assert.equal(await digest(join(server.folder, (previous ?? '').slice(server.url.length))), await digest(one));
  assert.deepEqual(await parts(server.folder), []);
});

test('older versions: as many stay as are to, those that tokens name always, nothing when nobody can tell', async (t) => {
  const server = await gridFtp(t);
  const { upload } = client(t, server.env);
  const files = await versions(t, 5);
  const names = files.map((file) => file.slice(file.lastIndexOf('/') + 1));
  for (const [k, file] of files.slice(0, 4).entries()) {
    await upload(file, `${server.url}/`);
    await utimes(join(server.folder, names[k] ?? ''), 1000 + k, 1000 + k);
  }
  // A day old, as a window that was closed in the middle leaves it; and somebody else's file.
  await writeFile(join(server.folder, '.pref-00000000.tar.abc.part'), 'x');
  await utimes(join(server.folder, '.pref-00000000.tar.abc.part'), 1000, 1000);
  await writeFile(join(server.folder, 'pref-final.tar'), 'x');
  const named = `${server.url}/${names[0]}`;
  const published = await upload(files[4] ?? '', `${server.url}/`, { keep: 1, inUse: () => Promise.resolve(new Set([named])) });
  assert.deepEqual([...published.removed].sort(), [1, 2].map((k) => `${server.url}/${names[k]}`).sort());
  assert.deepEqual((await readdir(server.folder)).sort(), [names[0], names[3], names[4], 'pref-final.tar'].sort());
  const later = (await versions(t, 1))[0] ?? '';
  const rest = await upload(later, `${server.url}/`, { keep: 0, inUse: () => Promise.reject(new Error('the pool is down')) });
  assert.deepEqual(rest.removed, []);
});

test('a folder of this machine does as well', async (t) => {
  const folder = await temporary(t);
  await mkdir(join(folder, 'store'));
  const { upload } = client(t, process.env);
  const [one = '', two = ''] = await versions(t, 2);
  const to = `file://${folder}/store/pref.tar`;
  await upload(one, to);
  await upload(two, to);
  assert.equal(await digest(join(folder, 'store/pref.tar')), await digest(two));
  assert.equal((await readdir(join(folder, 'store'))).length, 2);
});
