/** Older versions on the storage against the tokens of a real pool: what any of them names stays, and a pool that is silent keeps all. */
import assert from 'node:assert/strict';
import { mkdir, readdir, utimes } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createCouchPool } from '../../src/adapters/couch';
import { namedByTokens, type NamedPool } from '../../src/core/sandbox/readers';
import type { TokenDocument } from '../../src/core/tokens/state';
import { close, here, openPlace } from '../practice/poolPlace';
import { client, parts, versions } from './publishing';
import { temporary } from './sandbox';

after(close);

const now = 1_700_000_000;

/** A token in each state, and what is none. */
function tokens(names: readonly string[], url: string): readonly TokenDocument[] {
  const token = (id: string, more: TokenDocument): TokenDocument => ({ _id: id, type: 'pref', lock: 0, done: 0, ...more });
  return [
    token('todo', { SBXloc: `${url}/${names[0]}` }),
    // By another door, with its port and one slash too many.
    token('locked', { lock: now, SBXloc: `srm://other.example:8443//pnfs/x/${names[1]}` }),
    // As tokens of v0.5 have it: the end alone.
    token('error', { lock: now, done: now, output: 22, SBXloc: `a/b/${names[2]}` }),
    { _id: 'no-token', SBXloc: names[3] },
    token('other', { SBXloc: `${url}/pref-ffffffff.tar` }),
    token('none', { SBXloc: 7 }),
  ];
}

async function storeOf(t: Parameters<typeof temporary>[0], count: number) {
  const store = join(await temporary(t), 'store');
  await mkdir(store);
  const url = `file://${store}`;
  const { upload } = client(t, process.env);
  const files = await versions(t, count);
  const names = files.map((file) => file.slice(file.lastIndexOf('/') + 1));
  for (const [k, file] of files.slice(0, -1).entries()) {
    await upload(file, `${url}/`);
    await utimes(join(store, names[k] ?? ''), 1000 + k, 1000 + k);
  }
  return {
    store,
    url,
    names,
    put: (inUse: (locations: readonly string[]) => Promise<ReadonlySet<string>>) =>
      upload(files.at(-1) ?? '', `${url}/`, { keep: 0, inUse }),
  };
}

test('what a token names stays, whatever its state and however it spells the way; the rest goes', async (t) => {
  const { store, url, names, put } = await storeOf(t, 6);
  const { pool } = await openPlace(t, { documents: tokens(names, url) });
  const { pool: empty } = await openPlace(t, { documents: [] });
  const pools: readonly NamedPool[] = [
    { name: 'empty', open: () => Promise.resolve(empty) },
    { name: 'lofar', open: () => Promise.resolve(pool) },
  ];
  const { removed, unpruned } = await put((locations) => namedByTokens(pools, locations, here));
  assert.deepEqual(removed, [`${url}/${names[4]}`]);
  assert.equal(unpruned, undefined);
  assert.deepEqual((await readdir(store)).sort(), [...names.slice(0, 4), names[5]].sort());
});

test('a pool that does not answer: the sandbox is in place, nothing is taken away, and a sentence says so', async (t) => {
  const { store, names, put } = await storeOf(t, 3);
  const { pool, server, room } = await openPlace(t, { documents: [] });
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const address = silent.address();
  assert.ok(typeof address === 'object' && address !== null);
  const credentials = () => Promise.resolve(room.operator);
  const hung = createCouchPool({
    name: 'Hung',
    url: `http://127.0.0.1:${address.port}`,
    database: room.database,
    credentials,
    deadlineMs: 300,
  });
  const wrong = createCouchPool({
    name: 'Wrong',
    url: server.url,
    database: room.database,
    credentials: () => Promise.resolve({ user: 'nobody', password: 'x' }),
  });
  for (const [name, other] of [
    ['hung', hung],
    ['wrong', wrong],
  ] as const) {
    // The one that answers first names nothing: it must not be enough.
    const pools = [
      { name: 'well', open: () => Promise.resolve(pool) },
      { name, open: () => Promise.resolve(other) },
    ];
    const found = namedByTokens(pools, [`x/${names[0]}`], here);
    await assert.rejects(found, new RegExp(`The pool ${name} cannot be asked which versions its tokens name`));
  }
  const { location, removed, unpruned } = await put((locations) =>
    namedByTokens([{ name: 'hung', open: () => Promise.resolve(hung) }], locations, here),
  );
  assert.deepEqual(removed, []);
  assert.equal(unpruned, 'The pool hung cannot be asked which versions its tokens name. No older version was removed.');
  assert.ok(location.endsWith(`/${names[2]}`));
  assert.deepEqual((await readdir(store)).sort(), [...names].sort());
  assert.deepEqual(await parts(store), []);
});
