/** Credential files as people write them, and worse. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findCredentials, type Findings } from '../../../src/adapters/credentials';
import { GridError } from '../../../src/core/errors';

const signal = new AbortController().signal;

interface Home {
  readonly awe: string;
  readonly staging: string;
  find(env?: Record<string, string>): Promise<Findings>;
}

async function makeHome(t: TestContext, files: { awe?: string; staging?: string; mode?: number } = {}): Promise<Home> {
  const home = await mkdtemp(join(tmpdir(), 'grid-home-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  const awe = join(home, '.awe', 'Environment.cfg');
  const staging = join(home, '.stagingrc');
  await mkdir(join(home, '.awe'));
  for (const [path, text] of [
    [awe, files.awe],
    [staging, files.staging],
  ] as const) {
    if (text === undefined) continue;
    await writeFile(path, text);
    await chmod(path, files.mode ?? 0o600);
  }
  return { awe, staging, find: (env = {}) => findCredentials({ home, env, signal }) };
}

test('nothing there is no problem', async (t) => {
  assert.deepEqual(await (await makeHome(t)).find(), { found: [], problems: [] });
  assert.deepEqual(await findCredentials({ home: '/nowhere/at/all', env: {}, signal }), { found: [], problems: [] });
});

test('all sources, in the order of the old clients', async (t) => {
  const home = await makeHome(t, { awe: '[global]\ndatabase_user : ann\ndatabase_password : one\n', staging: 'user=bob\npassword=two\n' });
  assert.deepEqual(await home.find({ LOFAR_LTA_USER: 'cat', LOFAR_LTA_PWD: 'three' }), {
    found: [
      { source: home.awe, user: 'ann', password: 'one' },
      { source: home.staging, user: 'bob', password: 'two' },
      { source: 'LOFAR_LTA_USER', user: 'cat', password: 'three' },
    ],
    problems: [],
  });
});

test('passwords are whole', async (t) => {
  for (const password of ['a=b', 'a:b', 'a@b', 'a#b;c', '=', ':x', 'p w', 'ü€😀', '%s%(x)s', 'a"b', "it's"]) {
    const home = await makeHome(t, {
      awe: `[global]\ndatabase_user : ann\ndatabase_password : ${password}\n`,
      staging: `user=bob\npassword=${password}\n`,
    });
    const { found, problems } = await home.find({ LOFAR_LTA_USER: 'cat', LOFAR_LTA_PWD: password });
    assert.deepEqual(
      found.map((each) => ('password' in each ? each.password : '')),
      [password, password, password],
    );
    assert.deepEqual(problems, []);
  }
});

test('comments, blanks, quotes, CRLF, BOM, order and case do not matter', async (t) => {
  const home = await makeHome(t, {
    awe: '\uFEFF# user of the archive\r\n; more\r\n[other]\r\ndatabase_user : wrong\r\ndatabase_password: wrong\r\n\r\n[ Global ]\r\nproject=x\r\n  database_password:"se cret "\r\n\tDatabase_User\t:\tann  \r\n',
    staging: "\uFEFF\n# users of this machine\nusername=wrong\npassword = 'two'\nnonsense\n  user = bob",
  });
  assert.deepEqual((await home.find()).found, [
    { source: home.awe, user: 'ann', password: 'se cret ' },
    { source: home.staging, user: 'bob', password: 'two' },
  ]);
});

test('both generations of .stagingrc, also in one file', async (t) => {
  const token = await makeHome(t, { staging: 'api_token=abc=def\n' });
  assert.deepEqual((await token.find()).found, [{ source: token.staging, apiToken: 'abc=def' }]);
  const both = await makeHome(t, { staging: 'user=bob\napi_token=abc\nhostname=sdc-dev.astron.nl\npassword=two\n' });
  assert.deepEqual((await both.find()).found, [
    { source: both.staging, user: 'bob', password: 'two' },
    { source: both.staging, apiToken: 'abc', hostname: 'sdc-dev.astron.nl' },
  ]);
});

test('an Environment.cfg without an account does not hide .stagingrc', async (t) => {
  const home = await makeHome(t, { awe: '[global]\nproject : LOFAR\n', staging: 'user=bob\npassword=two\n' });
  assert.deepEqual(await home.find(), { found: [{ source: home.staging, user: 'bob', password: 'two' }], problems: [] });
});

test('half an account is told', async (t) => {
  const home = await makeHome(t, { awe: '[global]\ndatabase_user : ann\ndatabase_password :\n', staging: 'password=two\n' });
  assert.deepEqual(await home.find({ LOFAR_LTA_USER: 'cat' }), {
    found: [],
    problems: [
      `${home.awe} has database_user but no database_password.`,
      `${home.staging} has password but no user.`,
      'The environment has LOFAR_LTA_USER but no LOFAR_LTA_PWD.',
    ],
  });
});

test('a file that others can read is told, without what is in it', { skip: process.platform === 'win32' }, async (t) => {
  for (const mode of [0o644, 0o640, 0o604]) {
    const home = await makeHome(t, { staging: 'user=bob\npassword=geheim\n', mode });
    const { found, problems } = await home.find();
    assert.equal(found.length, 1);
    assert.deepEqual(problems, [`${home.staging} can be read by other people of this machine: run chmod 600 on it.`]);
  }
  const empty = await makeHome(t, { staging: '# nothing yet\n', mode: 0o644 });
  assert.deepEqual((await empty.find()).problems, []);
});

test('what is no readable file is told', async (t) => {
  const home = await makeHome(t, { awe: '#'.repeat(70_000) });
  await mkdir(home.staging);
  assert.deepEqual((await home.find()).problems, [
    `${home.awe} is too large for a file of credentials and was not read.`,
    `${home.staging} is not a file.`,
  ]);
});

test('a file this account may not read is told', { skip: process.platform === 'win32' }, async (t) => {
  const home = await makeHome(t, { staging: 'user=bob\npassword=two\n', mode: 0 });
  await chmod(join(home.staging, '..'), 0o755);
  // Root may read everything: be somebody else for a moment.
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  const findings = await home.find().finally(() => {
    if (root) process.seteuid?.(0);
  });
  assert.deepEqual(findings, { found: [], problems: [`${home.staging} cannot be read: this account may not.`] });
});

test('it can be stopped', async (t) => {
  const home = await makeHome(t, { staging: 'user=bob\npassword=two\n' });
  await assert.rejects(
    findCredentials({ home: join(home.staging, '..'), env: {}, signal: AbortSignal.abort() }),
    (error) => error instanceof GridError && error.kind === 'cancelled',
  );
});
