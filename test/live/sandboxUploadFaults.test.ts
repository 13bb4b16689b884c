/** Uploads that go wrong: a sentence for each, and a storage that is as it was. */
import assert from 'node:assert/strict';
import { readdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { GfalCopy } from '../../src/adapters/gfalCopy';
import { GridError } from '../../src/core/errors';
import { client, digest, parts, says, versions } from './publishing';
import { temporary } from './sandbox';
import { gridFtp, httpDoor, xrootd } from './storageServers';

test('what arrives otherwise than it was sent is not put in place', async (t) => {
  const server = await gridFtp(t);
  const { upload, copy } = client(t, server.env);
  const [one = ''] = await versions(t, 1);
  const damaging =
    (change: (file: string) => Promise<void>): GfalCopy =>
    async (from, to, options) => {
      await copy(from, to, options);
      await change(join(server.folder, to.slice(server.url.length)));
    };
  const flipped = damaging(async (file) => {
    const bytes = await readFile(file);
    bytes[700] = (bytes[700] ?? 0) ^ 1;
    await writeFile(file, bytes);
  });
  await assert.rejects(
    upload(one, `${server.url}/`, { copy: flipped }),
    says('malformed', /it has the checksum [0-9a-f]{8} instead of [0-9a-f]{8}\. Upload it again\. Nothing was put in place/),
  );
  await assert.rejects(
    upload(one, `${server.url}/`, { copy: damaging((file) => truncate(file, 1000)) }),
    says('malformed', /it has 1000 bytes instead of/),
  );
  assert.deepEqual(await readdir(server.folder), []);
});

test('the name is taken, the folder is a file, the storage says no, the proxy is no more', async (t) => {
  const server = await gridFtp(t);
  const { upload } = client(t, server.env);
  const [one = ''] = await versions(t, 1);
  const name = one.slice(one.lastIndexOf('/') + 1);
  await writeFile(join(server.folder, name), 'somebody else');
  await assert.rejects(upload(one, `${server.url}/`), says('conflict', /exists already and is something else\. Move it away/));
  assert.equal(await readFile(join(server.folder, name), 'utf8'), 'somebody else');
  await assert.rejects(upload(one, `${server.url}/${name}x/`.replace('x/', '/deeper/')), says('rejected', /no folder|is a file/));
  await assert.rejects(upload(one, `${server.url.replace(/:\d+\//, ':1/')}/`), says('unreachable', /storage/));
  await assert.rejects(upload(join(server.folder, 'gone.tar'), `${server.url}/`), says('notFound', /There is no file .*gone\.tar/));
  const late = client(t, { ...server.env, X509_USER_PROXY: await server.expired() });
  await assert.rejects(late.upload(one, `${server.url}/`), says('expired', /The grid proxy has run out\. Make a new proxy/));
  const without = client(t, { ...server.env, X509_USER_PROXY: '/nowhere/proxy' });
  await assert.rejects(without.upload(one, `${server.url}/`), says('auth', /proxy/));
  const other = await xrootd(t);
  await assert.rejects(
    client(t, other.env).upload(one, `${other.url.replace(/\/\/tmp.*$/, '')}//elsewhere/`),
    says('forbidden', /The storage does not allow this/),
  );
  assert.deepEqual(await parts(server.folder), []);
  assert.deepEqual(await readdir(other.folder), []);
});

test('an upload that is cut in the middle leaves nothing, or says what', async (t) => {
  const server = await gridFtp(t);
  const { upload } = client(t, server.env);
  const large = join(await temporary(t), 'pref-12345678.tar');
  await writeFile(large, '');
  await truncate(large, 600_000_000);
  const seen = async (count: number): Promise<void> => {
    for (let tries = 0; (await parts(server.folder)).length < count; tries++) {
      assert.ok(tries < 4000, 'it has begun');
      await wait(5);
    }
  };
  const cut = upload(large, `${server.url}/`);
  cut.catch(() => undefined);
  await seen(1);
  await server.stop();
  await assert.rejects(
    cut,
    (error) =>
      error instanceof GridError && (assert.match(error.sentence, /Remove gsiftp:\S+\.part when the storage answers again\.$/), true),
  );
  await server.start();
  // The next one finds it old enough one day.
  for (const name of await parts(server.folder)) await utimes(join(server.folder, name), 1000, 1000);
  const stop = new AbortController();
  const before = (await parts(server.folder)).length;
  // As every upload it has a bridge of its own.
  const fresh = client(t, server.env);
  const cancelled = fresh.upload(large, `${server.url}/`, { signal: stop.signal });
  await Promise.race([seen(before + 1), cancelled]);
  stop.abort();
  await assert.rejects(cancelled, says('cancelled', /cancelled/));
  assert.equal((await parts(server.folder)).length, before, 'of the second nothing is left');
  const [small = ''] = await versions(t, 1);
  await fresh.upload(small, `${server.url}/`);
  assert.deepEqual((await readdir(server.folder)).sort(), [small.slice(small.lastIndexOf('/') + 1)], 'and of the first nothing any more');
});

test('a connection that breaks while the file is sent, and a door that refuses it, leave nothing', async (t) => {
  const { door, ...server } = await httpDoor(t);
  const { upload } = client(t, server.env);
  const [one = ''] = await versions(t, 1);
  for (const kind of ['drop', 'forbidden', 'fault'] as const) {
    door.fault({ kind, method: 'PUT' });
    await assert.rejects(
      upload(one, `${server.url}/`),
      (error) => error instanceof GridError && (assert.match(error.sentence, /\.$/), true),
    );
    assert.deepEqual(await readdir(server.folder), [], kind);
    door.heal();
  }
  assert.equal((await upload(one, `${server.url}/`)).unchanged, false);
});

test('a cancel at every step leaves the storage as it was, or with a whole sandbox', async (t) => {
  const server = await xrootd(t);
  const { upload } = client(t, server.env);
  const [one = ''] = await versions(t, 1);
  const name = one.slice(one.lastIndexOf('/') + 1);
  for (let at = 1; ; at++) {
    const stop = new AbortController();
    let heard = 0;
    const outcome = await upload(one, `${server.url}/`, {
      signal: stop.signal,
      news: () => {
        if (++heard === at) stop.abort();
      },
    }).then(
      () => 'done',
      (error: unknown) => (says('cancelled', /cancelled/)(error), 'cancelled'),
    );
    const names = await readdir(server.folder);
    assert.deepEqual(
      names.filter((each) => each !== name),
      [],
    );
    if (names.includes(name)) assert.equal(await digest(join(server.folder, name)), await digest(one));
    if (outcome === 'done') {
      assert.ok(at > 4, `after ${at}`);
      break;
    }
  }
});
