/** What is on the storage is compared by its content: of our own versions, of a tar that another program has packed, and of what is damaged. */
import assert from 'node:assert/strict';
import { mkdir, readdir, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPublished, type FindOptions } from '../../src/adapters/sandboxPublished';
import { differences } from '../../src/core/sandbox/manifest';
import { placeOf } from '../../src/core/sandbox/place';
import { client, says } from './publishing';
import { build, here, repository, run, scripts, step, temporary, write } from './sandbox';
import { gridFtp } from './storageServers';

async function leftovers(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('grid-published-'));
}

const place = (to: string): FindOptions['place'] => placeOf({ to, root: '', place: '', fileName: 'pref.tar' });

test('the newest version of a door is fetched and looked through; one that is known is not', async (t) => {
  const server = await gridFtp(t);
  const { upload, gfal, copy } = client(t, server.env);
  const folder = await temporary(t);
  const base = await repository(join(folder, 'base'), { ...scripts, ['deep/'.repeat(30) + 'ü.txt']: 'far', l: `->${'x'.repeat(120)}` });
  const recipe = step(`git: { location: "file://${base.folder}" }`);
  const find = (more: Partial<FindOptions> = {}) =>
    findPublished({ ...here, gfal, copy, stem: 'pref', place: place(`${server.url}/`), ...more });
  assert.equal(await find(), undefined);
  assert.equal(await find({ place: place(`${server.url}/nowhere/`) }), undefined);
  const first = await build(recipe, folder);
  const { location } = await upload(first.file, `${server.url}/`);
  await utimes(join(server.folder, location.slice(location.lastIndexOf('/') + 1)), 1000, 1000);
  await base.commit({ 'bin/say.sh': 'say() { :; }\n', 'new.txt': 'n' });
  const second = await build(recipe, folder);
  await upload(second.file, `${server.url}/`);
  const before = await leftovers();
  const found = await find();
  assert.ok(typeof found === 'object');
  assert.deepEqual([found.sha256, found.adler32, found.entries], [second.sha256, second.adler32, second.entries]);
  assert.deepEqual(found.manifest, second.manifest, 'read from the tar as it was packed');
  assert.deepEqual([...differences(first.manifest, found.manifest)].sort(), [
    ['bin/say.sh', 'changed'],
    ['new.txt', 'new'],
  ]);
  assert.equal(await find({ known: second.sha256 }), 'known');
  assert.equal(await find({ known: second.sha256, place: place(found.location) }), 'known');
  assert.deepEqual(await leftovers(), before);
});

test('a tar that another program has packed, compressed or not, and one that is damaged', async (t) => {
  const folder = await temporary(t);
  const { gfal, copy } = client(t, process.env);
  const [content, store] = [join(folder, 'content'), join(folder, 'store')];
  await mkdir(store);
  await write(content, { 'master.sh': '#!/bin/sh\n', 'data/big.bin': 'x'.repeat(300_000), again: '->master.sh' });
  const find = (name: string, more: Partial<FindOptions> = {}) =>
    findPublished({ ...here, gfal, copy, stem: 'pref', place: place(`file://${store}/${name}`), ...more });
  for (const [name, how] of [
    ['pref.tar', '-cf'],
    ['pref.tar.gz', '-czf'],
  ] as const) {
    await run(['tar', how, join(store, name), '.'], content);
    const found = await find(name);
    assert.ok(typeof found === 'object');
    assert.deepEqual(found.manifest.files.map(({ path, bytes, executable, link }) => [path, bytes, executable ?? false, link]).sort(), [
      ['again', 0, false, 'master.sh'],
      ['data/big.bin', 300_000, false, undefined],
      ['master.sh', 10, true, undefined],
    ]);
    assert.deepEqual([found.manifest.sources, found.entries], [[], 3]);
  }
  const before = await leftovers();
  await truncate(join(store, 'pref.tar'), 100_000);
  await assert.rejects(find('pref.tar'), says('malformed', /^The version of pref on the storage is damaged\. Upload it again\.$/));
  await truncate(join(store, 'pref.tar.gz'), 200);
  await assert.rejects(find('pref.tar.gz'), says('malformed', /is damaged/));
  await writeFile(join(store, 'pref.tar'), 'no tar at all');
  await assert.rejects(find('pref.tar'), says('malformed', /^The version of pref on the storage is damaged\. Upload it again\.$/));
  await assert.rejects(find('pref.tar', { signal: AbortSignal.abort() }), says('cancelled', /./));
  assert.deepEqual(await leftovers(), before);
});
