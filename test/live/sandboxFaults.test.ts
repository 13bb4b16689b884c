/** Everything that may go wrong while a sandbox is built: a sentence that says where and what to do, and nothing half left. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, rmdir, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSocketServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { runProgram } from '../../src/adapters/program';
import { GridError, type ErrorKind } from '../../src/core/errors';
import type { Recipe } from '../../src/core/sandbox/recipe';
import { build, git, here, repository, run, scripts, step, temporary, unfinished, write, type Source } from './sandbox';

const says = (kind: ErrorKind, pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof GridError, String(error));
  assert.equal(error.kind, kind, error.sentence);
  assert.match(error.sentence, pattern);
  return true;
};

async function set(t: TestContext): Promise<{ readonly folder: string; readonly base: Source; readonly url: string }> {
  const folder = await temporary(t);
  const base = await repository(join(folder, 'base'), scripts);
  return { folder, base, url: `file://${base.folder}` };
}

async function refused(folder: string, recipe: Recipe, kind: ErrorKind, pattern: RegExp): Promise<void> {
  await assert.rejects(build(recipe, folder), says(kind, pattern));
  assert.deepEqual(await unfinished(folder), []);
  assert.deepEqual(await readdir(join(folder, 'out')).catch(() => []), []);
}

test('a branch, a commit, a repository that is not there', async (t) => {
  const { folder, base, url } = await set(t);
  await git(base.folder, 'branch', 'prefactor');
  await git(base.folder, 'switch', '--quiet', '-c', 'other');
  const other = await base.commit({ x: 'y' });
  await refused(
    folder,
    step(`git: { location: "${url}", branch: prefctor }`),
    'notFound',
    /no branch or tag “prefctor” in base\. Was “prefactor” meant\?/,
  );
  await refused(
    folder,
    step(`git: { location: "${url}", commit: ${'0'.repeat(39)}1 }`),
    'notFound',
    /There is no commit 0000000000 in base\. It may not be pushed/,
  );
  await refused(
    folder,
    step(`git: { location: "${url}", commit: ${other}, branch: main }`),
    'rejected',
    /is not on “main” of base\. Leave out the branch/,
  );
  await refused(
    folder,
    step(`git: { location: "file://${folder}/gone.git" }`),
    'notFound',
    /There is no repository gone\. Check its address/,
  );
  await refused(folder, step(`git: { location: "https://127.0.0.1:1/gone.git" }`), 'unreachable', /The host of gone cannot be reached/);
  await git(folder, 'init', '--quiet', 'nothing');
  await refused(folder, step(`git: { location: "file://${folder}/nothing" }`), 'notFound', /nothing has no commit yet/);
});

test('a repository that asks for a password never hangs', async (t) => {
  const { folder } = await set(t);
  const server = createServer((_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  await refused(
    folder,
    step(`git: { location: "http://127.0.0.1:${port}/secret.git" }`),
    'auth',
    /^secret wants a sign-in\. Give the address with which git asks for nothing/,
  );
  // A person's own helper would open a window.
  const helper = join(folder, 'helper');
  await write(folder, {
    helper: '#!/bin/sh\ntouch "$(dirname "$0")/asked"\necho password=x\n',
    config: `[credential]\n\thelper = ${helper}\n[core]\n\taskPass = ${helper}\n`,
  });
  const env = { ...process.env, GIT_CONFIG_GLOBAL: join(folder, 'config'), GIT_ASKPASS: helper, SSH_ASKPASS: helper, DISPLAY: ':0' };
  await assert.rejects(
    build(step(`git: { location: "http://127.0.0.1:${port}/secret.git" }`), folder, { git: { env } }),
    says('auth', /sign-in/),
  );
  assert.ok(!(await readdir(folder)).includes('asked'));
});

test('hooks, helpers and templates of this machine do not run', async (t) => {
  const { folder, url } = await set(t);
  const hook = '#!/bin/sh\ntouch "$GRID_TEST_TRACE"\n';
  await write(folder, { 'hooks/reference-transaction': hook, 'hooks/post-checkout': hook, 'template/hooks/reference-transaction': hook });
  await write(folder, {
    config: `[core]\n\thooksPath = ${folder}/hooks\n\tfsmonitor = ${folder}/hooks/post-checkout\n[init]\n\ttemplateDir = ${folder}/template\n`,
  });
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: join(folder, 'config'),
    GRID_TEST_TRACE: join(folder, 'trace'),
    GIT_DIR: '/nowhere',
    GIT_INDEX_FILE: '/nowhere',
  };
  await build(step(`git: { location: "${url}" }`), folder, { git: { env } });
  assert.ok(!(await readdir(folder)).includes('trace'));
});

test('links that leave the tree, no master.sh, names that fight', async (t) => {
  const { folder, base, url } = await set(t);
  const tool = await repository(join(folder, 'tool'), { 'master.sh': '#!/bin/sh\n' });
  await base.commit({ 'etc/secret': '->../../../etc/passwd' });
  await refused(
    folder,
    step(`git: { location: "${url}" }`),
    'rejected',
    /^etc\/secret links to “\.\.\/\.\.\/\.\.\/etc\/passwd”, outside of the sandbox/,
  );
  await refused(
    folder,
    step(`git_scripts: { tool: { git_url: "file://${tool.folder}" } }`, 'files: [base/bin]'),
    'rejected',
    /There is no master\.sh at the top/,
  );
  const other = await repository(join(folder, 'other'), { 'x/y': 'z' });
  await base.commit({ 'etc/secret': 'no link', tool: 'a file' });
  await refused(
    folder,
    step(`git: { location: "${url}" }`, `git_scripts: { tool: { git_url: "file://${other.folder}" } }`),
    'rejected',
    /tool is a file of base and a folder of tool/,
  );
  await base.commit({ 'MANIFEST.json': '{}' });
  await refused(
    folder,
    step(`git: { location: "${url}" }`),
    'rejected',
    /^MANIFEST\.json comes from base and from the build itself\. Rename it/,
  );
});

test('local files: gone, a link out, a folder that is a link, no file at all', async (t) => {
  const { folder, url } = await set(t);
  const outside = await temporary(t);
  await write(outside, { passwd: 'secret' });
  await write(folder, { 'bad/link': '->/etc/passwd', way: `->${outside}`, 'good/a': 'a' });
  await run(['mkfifo', 'pipe'], folder);
  const local = (path: string): Recipe => step(`git: { location: "${url}" }`, `files: [${path}]`);
  await refused(folder, local('gone/file'), 'notFound', /There is no local file gone/);
  await refused(folder, local('bad'), 'rejected', /^bad\/link links to “\/etc\/passwd”, outside/);
  await refused(folder, local('way'), 'rejected', /^way links to “\/.*”, outside/);
  await refused(folder, local('way/passwd'), 'rejected', /The local folder way is a link/);
  await refused(folder, local('pipe'), 'rejected', /pipe is neither a file nor a folder/);
});

test('a name that is a trap for shells and options stays a name', async (t) => {
  const folder = await temporary(t, "grid $(touch x) `y` 'q' ");
  const base = await repository(join(folder, '-base'), { ...scripts, '-rf': 'x', '$(touch z)': 'x', "it's": 'x', 'a b': 'x' });
  const built = await build(step('git: { location: "./-base" }'), folder);
  assert.equal(built.entries, 9);
  assert.match(await run(['tar', '-tf', built.file], folder), /^\$\(touch z\)\n-rf\na b\n/);
  assert.ok(base.folder.startsWith(folder));
  assert.deepEqual((await readdir(folder)).sort(), ['-base', 'cache', 'out']);
});

test('a full disk is a sentence, and leaves nothing', async (t) => {
  const { folder, base, url } = await set(t);
  const small = await mkdtemp(join(tmpdir(), 'grid-small-'));
  const { code } = await runProgram(['mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small], { ...here, deadlineMs: 10_000 });
  if (code !== 0) {
    assert.ok(process.env.CI !== 'true', 'no tmpfs could be mounted');
    t.skip('no tmpfs may be mounted here');
    return;
  }
  t.after(async () => {
    await runProgram(['umount', '-l', small], { ...here, deadlineMs: 10_000 });
    await rmdir(small);
  });
  await run(['dd', 'if=/dev/urandom', 'of=large', 'bs=1M', 'count=4'], base.folder);
  await base.commit({});
  const recipe = step(`git: { location: "${url}" }`);
  await assert.rejects(
    build(recipe, folder, { folder: join(small, 'out') }),
    says('toolFailed', /cannot be written \(ENOSPC\)\. Free space/),
  );
  assert.deepEqual(await readdir(join(small, 'out')), []);
  await assert.rejects(
    build(recipe, folder, { cache: join(small, 'cache') }),
    says('toolFailed', /^The disk is full: base could not be cloned/),
  );
  assert.deepEqual(await unfinished(small), []);
  const zipped = step('gzip: true', `git: { location: "${url}" }`);
  await assert.rejects(build(zipped, folder, { folder: join(small, 'out') }), says('toolFailed', /ENOSPC/));
  assert.deepEqual(await readdir(join(small, 'out')), []);
});

test('more than 2 GB in one file', async (t) => {
  const { folder, url } = await set(t);
  const bytes = 2 ** 31 + 1;
  await writeFile(join(folder, 'huge'), 'x');
  await truncate(join(folder, 'huge'), bytes);
  const built = await build(step(`git: { location: "${url}" }`, 'files: [huge]'), folder);
  assert.deepEqual(
    built.problems.map(({ code, message }) => [code, message]),
    [['large-file', 'huge has 2.1\u2009GB, and every pilot downloads it.']],
  );
  assert.match(await run(['tar', '-tvf', built.file, 'huge'], folder), new RegExp(` ${bytes} `));
});

test('a file that changes while it is packed is told of', async (t) => {
  const { folder, url } = await set(t);
  await writeFile(join(folder, 'moving'), 'x'.repeat(100));
  const changing = build(step(`git: { location: "${url}" }`, 'files: [moving]'), folder, {
    news: ({ step: id, state }) => {
      if (id === 'check' && state === 'running') void writeFile(join(folder, 'moving'), 'y'.repeat(200));
    },
  });
  await assert.rejects(changing, says('conflict', /^moving was changed while it was packed\. Build again/));
  assert.deepEqual(await readdir(join(folder, 'out')), []);
});

test('a cancel at every step leaves nothing half', async (t) => {
  const { folder, base, url } = await set(t);
  await write(folder, { 'local/a': 'a', 'local/b': 'b' });
  const recipe = step(`git: { location: "${url}" }`, `git_scripts: { tool: { git_url: "file://${base.folder}" } }`, 'files: [local]');
  for (let at = 1; ; at++) {
    const stop = new AbortController();
    let heard = 0;
    const cache = join(folder, `cache${at}`);
    const running = build(recipe, folder, {
      cache,
      signal: stop.signal,
      news: () => {
        if (++heard === at) stop.abort();
      },
    });
    const outcome = await running.then(
      () => 'built',
      (error: unknown) => (says('cancelled', /cancelled/)(error), 'cancelled'),
    );
    assert.deepEqual(await unfinished(folder), [], `at ${at}`);
    const names = await readdir(join(folder, 'out')).catch(() => []);
    if (outcome === 'built') {
      assert.equal(names.length, 3);
      assert.ok(at > 10, `after ${at}`);
      break;
    }
    assert.deepEqual(
      names.filter((name) => !/^pref-[0-9a-f]{8}\.tar/.test(name)),
      [],
    );
    await rm(join(folder, 'out'), { recursive: true, force: true });
  }
});

/** Command lines of processes that name something. */
async function processesWith(text: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(text)) found.push(line.replaceAll('\0', ' '));
  }
  return found;
}

test('a server that hangs: a cancel ends git and what git has started, and the deadline does too', async (t) => {
  const { folder } = await set(t);
  const sockets: Socket[] = [];
  const server = createSocketServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const recipe = step(`git: { location: "http://127.0.0.1:${port}/hangs.git" }`);
  const stop = new AbortController();
  const running = build(recipe, folder, { signal: stop.signal });
  running.catch(() => undefined);
  while (sockets.length === 0) await wait(20);
  assert.ok((await processesWith(`:${port}/hangs`)).length > 1, 'git and its helper');
  stop.abort();
  await assert.rejects(running, says('cancelled', /Cloning hangs was cancelled/));
  for (let tries = 0; tries < 100 && (await processesWith(`:${port}/hangs`)).length > 0; tries++) await wait(50);
  assert.deepEqual(await processesWith(`:${port}/hangs`), []);
  await assert.rejects(build(recipe, folder, { git: { deadlineMs: 300 } }), says('timeout', /^hangs: git did not end within/));
  assert.deepEqual(await unfinished(folder), []);
});

test('no git, and a damaged cache', async (t) => {
  const { folder, url } = await set(t);
  const recipe = step(`git: { location: "${url}" }`);
  await assert.rejects(build(recipe, folder, { git: { program: '/nowhere/git' } }), says('toolMissing', /git is not installed/));
  const good = await build(recipe, folder);
  await rm(join(folder, 'out'), { recursive: true });
  const [name = ''] = await readdir(join(folder, 'cache/git'));
  const objects = join(folder, 'cache/git', name, 'objects');
  for (const path of await readdir(objects, { recursive: true })) if (/^[0-9a-f]{2}\/|\.pack$/.test(path)) await rm(join(objects, path));
  await assert.rejects(build(recipe, folder), (error) => error instanceof GridError);
  assert.equal((await build(recipe, folder)).sha256, good.sha256, 'it heals by itself');
});
