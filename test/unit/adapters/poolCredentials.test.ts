/** What PiCaS and GRID_LRT leave in a home, as they write it and as people change it. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findPools, type PoolFindings } from '../../../src/adapters/poolCredentials';
import { GridError } from '../../../src/core/errors';

const { signal } = new AbortController();
const key = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=';
/** "p=a s:s@w/ürd€😀" under that key, by Python. */
const encrypted =
  'gAAAAABrBNa_ChILqpCDjKxjMd_K1b4x7aGzkvP-VuETqjw9nry8SFAnMKmsjQnT1tYGM0MC6NJPYr9I-6my2PFo5ZcHv1m_E8hDgX8Lr-9jz7S4ZYbE4aY=';
const password = 'p=a s:s@w/ürd€😀';

interface Home {
  readonly at: (name: string) => string;
  find(env?: Record<string, string>, scripts?: readonly string[]): Promise<PoolFindings>;
}

/** @param files by path below the home; the mode 0600 unless the name ends in "!" (0644) */
async function makeHome(t: TestContext, files: Readonly<Record<string, string>> = {}): Promise<Home> {
  const home = await mkdtemp(join(tmpdir(), 'grid-home-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    const path = join(home, name.replace('!', ''));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode: name.endsWith('!') ? 0o644 : 0o600 });
  }
  return { at: (name) => join(home, name), find: (env = {}, scripts = []) => findPools({ home, env, scripts, signal }) };
}

const conf = `host_url: https://picas.surfsara.nl:6984\ndatabase: lofar\nusername: ann\nencrypted_password: ${encrypted}\n`;

test('nothing there is no problem', async (t) => {
  assert.deepEqual(await (await makeHome(t)).find(), { found: [], problems: [] });
});

test('conf.yml with its key', async (t) => {
  const home = await makeHome(t, { '.config/picas/conf.yml': conf, '.config/picas/key.dat': `${key}\n` });
  assert.deepEqual(await home.find(), {
    found: [{ source: home.at('.config/picas/conf.yml'), url: 'https://picas.surfsara.nl:6984', database: 'lofar', user: 'ann', password }],
    problems: [],
  });
});

test('a value that YAML would take for a number is the text that stands there', async (t) => {
  const home = await makeHome(t, { '.config/picas/conf.yml!': '{database: 007, username: "yes"}' });
  assert.deepEqual((await home.find()).found, [{ source: home.at('.config/picas/conf.yml'), database: '007', user: 'yes' }]);
});

test('the rest of conf.yml is found where its password cannot be had, and the reason is told', async (t) => {
  const account = { url: 'https://picas.surfsara.nl:6984', database: 'lofar', user: 'ann' };
  const cases: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
    [{}, /is encrypted, and its key .*key\.dat cannot be had/],
    [{ '.config/picas/key.dat': 'x' }, /The key is no Fernet key/],
    [
      { '.config/picas/key.dat': 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
      /made with another key, or changed since\. Run picas-cli passwd again/,
    ],
  ];
  for (const [files, problem] of cases) {
    const home = await makeHome(t, { '.config/picas/conf.yml': conf, ...files });
    const { found, problems } = await home.find();
    assert.deepEqual(found, [{ source: home.at('.config/picas/conf.yml'), ...account }]);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', problem);
  }
  const damaged = await makeHome(t, { '.config/picas/conf.yml': conf.replace('gAAAAABr', 'gAAAAABs'), '.config/picas/key.dat': key });
  assert.match((await damaged.find()).problems[0] ?? '', /changed since/);
});

test('a key that others can read is told once; a file that is no YAML is told', { skip: process.platform === 'win32' }, async (t) => {
  const home = await makeHome(t, { '.config/picas/conf.yml': conf, '.config/picas/key.dat!': key });
  const { found, problems } = await home.find({ PICAS_USERNAME: 'bob', PICAS_ENCRYPTED_PASSWORD: encrypted });
  assert.deepEqual(
    found.map((each) => each.password),
    [password, password],
  );
  assert.deepEqual(problems, [`${home.at('.config/picas/key.dat')} can be read by other people of this machine: run chmod 600 on it.`]);
  const broken = await makeHome(t, { '.config/picas/conf.yml': 'a: "b\n' });
  assert.deepEqual(await broken.find(), { found: [], problems: [`${broken.at('.config/picas/conf.yml')} cannot be read as YAML.`] });
});

const script = `
"""PICAS_PASSWORD = "not this"""
import os
#PICAS_PASSWORD="nor this"
PICAS_HOST_URL="https://picas.grid.sara.nl:6984"
PICAS_DATABASE : str = 'lofar_dr3'   # the third
PICAS_USERNAME = r"a\\nn"
PICAS_PASSWORD='it\\'s # "x" = \\x41\\u00fc'
OTHER = "x"
`;

test('picasconfig.py is read as text, its literals as Python means them', async (t) => {
  const home = await makeHome(t, { 'work/picasconfig.py': script });
  const path = home.at('work/picasconfig.py');
  assert.deepEqual(await home.find({}, [path]), {
    found: [{ source: path, url: 'https://picas.grid.sara.nl:6984', database: 'lofar_dr3', user: 'a\\nn', password: 'it\'s # "x" = Aü' }],
    problems: [],
  });
});

test('what a script looks up or puts together is named, not guessed, and nothing runs', async (t) => {
  const text = `PICAS_PASSWORD = os.environ["X"]\nPICAS_USERNAME = "a" + "b"\nPICAS_DATABASE = f"{x}"\nimport os; os.remove(__file__)\nif PICAS_HOST_URL == "x": pass\n`;
  const home = await makeHome(t, { 'picasconfig.py': text });
  const path = home.at('picasconfig.py');
  const { found, problems } = await home.find({}, [path]);
  assert.deepEqual(found, []);
  assert.deepEqual(
    problems,
    ['PICAS_PASSWORD', 'PICAS_USERNAME', 'PICAS_DATABASE'].map((name) => `${name} in ${path} is no plain text and was not read.`),
  );
  assert.equal((await home.find({}, [path])).problems.length, 3, 'the file is still there');
});

test('.picasrc keeps what stands behind a second “=”', async (t) => {
  const home = await makeHome(t, { '.picasrc': '\uFEFFuser=ann\r\npassword=a=b=\r\n# x\r\ndatabase = sksp_dev \r\n' });
  assert.deepEqual((await home.find()).found, [{ source: home.at('.picasrc'), database: 'sksp_dev', user: 'ann', password: 'a=b=' }]);
});

test('both sets of variables, and an encrypted password', async (t) => {
  const home = await makeHome(t, { '.config/picas/key.dat': key });
  const { found } = await home.find({
    PICAS_USR: 'ann',
    PICAS_USR_PWD: 'one',
    PICAS_DB: 'old',
    PICAS_HOST_URL: 'https://x.org',
    PICAS_DATABASE: 'new',
    PICAS_USERNAME: 'bob',
    PICAS_ENCRYPTED_PASSWORD: encrypted,
  });
  assert.deepEqual(found, [
    { source: 'environment', database: 'old', user: 'ann', password: 'one' },
    { source: 'environment', url: 'https://x.org', database: 'new', user: 'bob', password },
  ]);
  assert.equal((await home.find({ PICAS_PASSWORD: 'plain', PICAS_ENCRYPTED_PASSWORD: encrypted })).found[0]?.password, 'plain');
});

test('no problem tells a secret, and it can be stopped', async (t) => {
  const home = await makeHome(t, {
    '.config/picas/conf.yml!': conf,
    '.config/picas/key.dat!': 'geheim-key',
    '.picasrc!': 'password=geheim-one\n',
    'picasconfig.py!': 'PICAS_PASSWORD = geheim_name\n',
  });
  const { problems } = await home.find({}, [home.at('picasconfig.py')]);
  assert.ok(problems.length >= 4);
  for (const problem of problems) assert.ok(!/geheim|gAAAA/.test(problem), problem);
  await assert.rejects(
    findPools({ home: home.at('.'), env: {}, signal: AbortSignal.abort() }),
    (error) => error instanceof GridError && error.kind === 'cancelled',
  );
});
