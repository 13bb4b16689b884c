/** The bridge with the real gfal2, and everything that may go wrong with a process: no row is lost, and nothing outlives it. */
import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { BridgeProcess } from '../../src/adapters/gfalBridge';
import { openGfal } from '../../src/adapters/gfal';
import { openGfalProcess } from '../../src/adapters/gfalProcess';
import { runProgram } from '../../src/adapters/program';
import { GridError } from '../../src/core/errors';
import { checkLocality } from '../../src/core/staging/check';
import { davLinks, env, here, localities, script, setDoor, setGfal, temporary } from './door';
import { gridFtp, xrootd } from './storageServers';

const mock = (count: number) =>
  Array.from({ length: count }, (_, k) => `mock://host/f${k}?user.status=${k % 2 === 0 ? 'ONLINE' : 'NEARLINE'}`);

function process(t: TestContext, options = {}): BridgeProcess {
  const bridge = new BridgeProcess({ script, threads: 4, callMs: 20_000, env, ...options });
  t.after(() => bridge.close());
  return bridge;
}

/** A program that stands where Python should be. */
async function impostor(t: TestContext, lines: string): Promise<string> {
  const file = join(await temporary(t), 'python');
  await writeFile(file, `#!/bin/sh\n${lines}\n`);
  await chmod(file, 0o755);
  return file;
}

function isGone(pid: number): Promise<boolean> {
  return readFile(`/proc/${pid}/stat`, 'utf8').then(
    (text) => text.includes(' Z '),
    () => true,
  );
}

const kind = (wanted: string, pattern?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof GridError, String(error));
  assert.equal(error.kind, wanted, error.sentence);
  if (pattern) assert.match(error.sentence, pattern);
  return true;
};

test('the bridge is written in the Python of old login nodes, 3.6', async () => {
  const parse = 'import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 6))';
  for (const file of [script, join(dirname(script), 'archive_info.py')]) {
    const ended = await runProgram(['/usr/bin/python3', '-c', parse, file], { ...here, deadlineMs: 20_000 });
    assert.equal(ended.code, 0, ended.stderr);
  }
});

test('the handshake tells versions; what libraries print does not disturb', async (t) => {
  const facts = await setGfal(t).facts();
  assert.match(facts.gfal2, /^2\.\d+\.\d+/);
  assert.match(facts.python, /^3\./);
  assert.ok(facts.plugins.some((name) => name.startsWith('mock-')));
});

test('folders and files: list, stat, sum, make, remove, each trouble with its sentence', async (t) => {
  const folder = await temporary(t);
  const gfal = setGfal(t);
  const root = `file://${folder}`;
  await gfal.makeFolder(`${root}/a/b`, here);
  for (let k = 0; k < 1200; k++) await writeFile(join(folder, `a/f${k}`), 'x'.repeat(k % 7));
  const names = new Map<string, boolean>();
  const parts: number[] = [];
  const count = await gfal.list(
    `${root}/a`,
    (entries) => {
      parts.push(entries.length);
      for (const { name, directory } of entries) names.set(name, directory);
    },
    here,
  );
  assert.deepEqual([count, names.size, names.get('b'), names.get('f5')], [1201, 1201, true, false]);
  assert.ok(parts.length > 1, 'a long folder comes in parts');
  assert.deepEqual((await gfal.stat(`${root}/a/f6`, here)).size, 6);
  assert.equal(await gfal.checksum(`${root}/a/f0`, 'ADLER32', here), '00000001');
  await assert.rejects(gfal.remove(`${root}/a`, here), (error) => error instanceof GridError);
  await gfal.remove(`${root}/a/b`, here);
  await gfal.remove(`${root}/a/f0`, here);
  await assert.rejects(gfal.stat(`${root}/a/f0`, here), kind('notFound'));
  await assert.rejects(gfal.stat('nonsense://host/f', here), kind('rejected'));
  await assert.rejects(gfal.stat('mock://host/f?errno=13', here), kind('forbidden'));
});

test('killed in the middle of ten thousand rows it comes back, and every row has its answer', async (t) => {
  const gfal = process(t);
  const links = mock(4000);
  let answers = 0;
  let killed = false;
  const lane = async (from: number) => {
    for (let k = from; k < links.length; k += 40) {
      const answer = await gfal.ask({ do: 'locality', repeatable: true, fields: { url: links[k] } }, here.signal);
      assert.deepEqual(answer, { ok: k % 2 === 0 ? 'ONLINE' : 'NEARLINE' });
      answers++;
      if (answers > 1000 && !killed) {
        killed = true;
        globalThis.process.kill(gfal.pid ?? 0, 'SIGKILL');
      }
    }
  };
  await Promise.all(Array.from({ length: 40 }, (_, from) => lane(from)));
  assert.deepEqual([answers, killed], [links.length, true]);
});

test('what may have been carried out is not asked again when the bridge dies over it', async (t) => {
  const door = await setDoor(t, 1);
  door.fault({ kind: 'hang', method: 'stage' });
  const gfal = process(t);
  await gfal.start();
  const question = { do: 'online', repeatable: false, fields: { urls: davLinks(door, 1), pin: 100, wait: 0 } };
  const asked = gfal.ask(question, here.signal);
  while (!door.log.some(({ call }) => call === 'stage')) await wait(20);
  globalThis.process.kill(gfal.pid ?? 0, 'SIGKILL');
  await assert.rejects(asked, (error) => kind('toolFailed')(error) && (error as GridError).uncertain);
  assert.equal(door.log.filter(({ call }) => call === 'stage').length, 1);
});

test('a cancel in the middle ends the check at once and leaves the bridge well', async (t) => {
  const door = await setDoor(t, 1, { latencyMs: 200 });
  const gfal = setGfal(t, { threads: 2 });
  const stop = new AbortController();
  const links = Array.from({ length: 500 }, (_, k) => `${door.url.replace('http', 'dav')}/data/f${k}`);
  const heard = new Set<string>();
  const running = gfal.locality(links, {
    signal: stop.signal,
    heard: (link) => {
      heard.add(link);
      if (heard.size === 4) stop.abort();
    },
  });
  await assert.rejects(running, kind('cancelled'));
  assert.ok(heard.size < 20, `${heard.size} were heard`);
  assert.equal((await localities(gfal, mock(10))).size, 10);
});

test('one call that hangs is given up; the others go on', async (t) => {
  const door = await setDoor(t, 3);
  door.fault({ kind: 'hang', method: 'archiveinfo', times: 1 });
  const gfal = setGfal(t, { threads: 2, callMs: 1500 });
  const told = await localities(gfal, [...davLinks(door, 3), ...mock(20)]);
  assert.equal(told.size, 23);
  assert.equal([...told.values()].filter((word) => word.startsWith('The storage gave no answer in time')).length, 1);
});

test('a host that is down is not asked about all of its files; the other host has its answers', async (t) => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as { port: number }).port);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  const down = Array.from({ length: 300 }, (_, k) => `dav://127.0.0.1:${port}/data/f${k}`);
  const told = await localities(setGfal(t), [...down, ...mock(50)]);
  assert.equal(told.size, 350);
  assert.ok(mock(50).every((link) => (told.get(link) ?? '').endsWith('LINE')));
  const reasons = down.map((link) => told.get(link) ?? '');
  assert.ok(
    reasons.every((reason) => /cannot be reached|refused the connection/.test(reason)),
    reasons[0],
  );
  assert.ok(reasons.filter((reason) => reason.includes('was not asked')).length > 250);
});

test('half an answer, a web page, an error page, a dropped connection: a reason for each, and on it goes', async (t) => {
  const door = await setDoor(t, 1);
  const [link = ''] = davLinks(door, 1);
  const gfal = setGfal(t);
  for (const fault of ['truncate', 'login', 'page', 'drop', 'nil', 'garbage', 'empty'] as const) {
    door.fault({ kind: fault, method: 'archiveinfo' });
    const word = (await localities(gfal, [link])).get(link);
    assert.match(word ?? '', /\.$/, `${fault}: ${word}`);
    door.heal();
    assert.equal((await localities(gfal, [link])).get(link), 'NEARLINE', `after ${fault}`);
  }
});

test('a server that was away is found again, though gfal2 keeps its dead connections', async (t) => {
  for (const open of [gridFtp, xrootd]) {
    const server = await open(t);
    await writeFile(join(server.folder, 'a'), 'a');
    const gfal = setGfal(t, { env: server.env });
    const ask = () => gfal.stat(`${server.url}/a`, here);
    await Promise.all(Array.from({ length: 8 }, ask));
    await server.stop();
    await assert.rejects(ask(), kind('unreachable'));
    await server.start();
    assert.equal((await ask()).size, 1, server.name);
    await server.stop();
    await server.start();
    assert.equal((await ask()).size, 1, `${server.name}, away unnoticed`);
  }
});

test('Python without gfal2 is a clear sentence, and processes take over', async (t) => {
  const python = await impostor(t, 'exec /usr/bin/python3 -S "$@"');
  const gfal = setGfal(t, { python });
  await assert.rejects(gfal.facts(), kind('toolMissing', /^Python 3\.\S+ at \S+ has no module gfal2\. Install python3-gfal2/));
  const check = await checkLocality(mock(6), [gfal, openGfalProcess({ env })], here);
  assert.deepEqual(check.result.counts, { ONLINE: 3, NEARLINE: 3 });
  await assert.rejects(setGfal(t, { python: '/nowhere/python3' }).facts(), kind('toolMissing', /not installed/));
  const nothing = await checkLocality(
    mock(2),
    [setGfal(t, { python: '/nowhere/python3' }), openGfalProcess({ program: '/nowhere/gfal-xattr', env })],
    here,
  );
  assert.deepEqual(
    nothing.result.failed.map(({ message }) => message),
    ['/nowhere/gfal-xattr is not installed on this machine.', '/nowhere/gfal-xattr is not installed on this machine.'],
  );
});

test('a program that never greets, greets with rubbish, or ends at once is no bridge', async (t) => {
  const silent = setGfal(t, { python: await impostor(t, 'exec sleep 60'), startMs: 300 });
  await assert.rejects(silent.facts(), kind('timeout'));
  const chatty = setGfal(t, { python: await impostor(t, 'echo hello; echo \'{"hello":7}\'; exec sleep 60') });
  await assert.rejects(chatty.facts(), kind('toolFailed', /of this version/));
  const brief = setGfal(t, { python: await impostor(t, 'exit 9') });
  await assert.rejects(brief.facts(), kind('toolFailed', /ended at its start \(9\)/));
});

test('without work it ends, with work it comes back; closed it is gone', async (t) => {
  const bridge = process(t, { idleMs: 100 });
  const ask = () => bridge.ask({ do: 'locality', repeatable: true, fields: { url: mock(1)[0] } }, here.signal);
  await ask();
  const first = bridge.pid ?? 0;
  while (!(await isGone(first))) await wait(20);
  await ask();
  const second = bridge.pid ?? 0;
  assert.notEqual(second, first);
  await bridge.close();
  assert.ok(await isGone(second));
  await assert.rejects(ask(), kind('cancelled'));
});

test('a window that closes in the middle of a check leaves no process behind', async (t) => {
  const door = await setDoor(t, 1, { latencyMs: 500 });
  const gfal = openGfal({ script, threads: 8, env });
  const running = localities(
    gfal,
    Array.from({ length: 100 }, (_, k) => `${door.url.replace('http', 'dav')}/data/f${k}`),
  );
  while (door.log.length < 3) await wait(20);
  const [closed, outcome] = await Promise.allSettled([gfal.close(), running]);
  assert.equal(closed.status, 'fulfilled');
  assert.equal(outcome.status, 'rejected');
});
