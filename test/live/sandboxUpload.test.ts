/** Sandboxes on real storage: uploaded, compared, downloaded again; and a whole one to be read at every moment. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openGfal, type Gfal } from '../../src/adapters/gfal';
import { openGfalCopy, type GfalCopy } from '../../src/adapters/gfalCopy';
import { uploadSandbox, type Published, type UploadOptions } from '../../src/adapters/sandboxUpload';
import { GridError, type ErrorKind } from '../../src/core/errors';
import { placeOf } from '../../src/core/sandbox/place';
import { script } from './door';
import { build, here, repository, scripts, step, temporary } from './sandbox';
import { gridFtp, httpDoor, xrootd, type StorageServer } from './storageServers';

const says = (kind: ErrorKind, pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof GridError, String(error));
  assert.equal(error.kind, kind, error.sentence);
  assert.match(error.sentence, pattern);
  return true;
};

interface Client {
  readonly gfal: Gfal;
  readonly copy: GfalCopy;
  readonly upload: (file: string, to: string, more?: Partial<UploadOptions>) => Promise<Published>;
}

function client(t: TestContext, env: NodeJS.ProcessEnv): Client {
  const gfal = openGfal({ script, threads: 4, callMs: 20_000, env });
  t.after(() => gfal.close());
  const copy = openGfalCopy({ env, deadlineMs: 120_000 });
  const upload = (file: string, to: string, more: Partial<UploadOptions> = {}): Promise<Published> => {
    const fileName = file.slice(file.lastIndexOf('/') + 1);
    const options = { ...here, file, stem: 'pref', gfal, copy, keep: 3, place: placeOf({ to, root: '', place: '', fileName }) };
    return uploadSandbox({ ...options, ...more });
  };
  return { gfal, copy, upload };
}

/** Tars of a sandbox that changes, each really built. */
async function versions(t: TestContext, count: number): Promise<readonly string[]> {
  const folder = await temporary(t);
  const base = await repository(join(folder, 'base'), scripts);
  const files: string[] = [];
  for (let k = 0; k < count; k++) {
    await base.commit({ version: `${k}\n`.repeat(50_000) });
    files.push((await build(step(`git: { location: "file://${base.folder}" }`), folder)).file);
  }
  return files;
}

const digest = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
const parts = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true })).filter((name) => name.includes('.part'));

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
