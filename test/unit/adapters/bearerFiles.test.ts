/** Where WLCG's token discovery, ada and rclone keep tokens. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findBearers } from '../../../src/adapters/bearerFiles';

const signal = new AbortController().signal;
const own = process.getuid?.() ?? 0;
/** Of nobody: the file in /tmp is that of an account that does not run tests. */
const nobody = 4_123_456;

async function makeHome(t: TestContext, files: Readonly<Record<string, string>>, mode = 0o600) {
  const home = await mkdtemp(join(tmpdir(), 'grid-bearer-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, name)), { recursive: true });
    await writeFile(join(home, name), text);
    await chmod(join(home, name), mode);
  }
  // The account that runs tests may have a token of its own.
  const find = async (env: Readonly<Record<string, string>> = {}, uid = nobody) =>
    (await findBearers({ home, env, uid, signal })).filter(({ source }) => source !== `/tmp/bt_u${own}`);
  return { home, find };
}

test('nothing there is no token', async (t) => {
  assert.deepEqual(
    await (await makeHome(t, {})).find({ BEARER_TOKEN: ' ', BEARER_TOKEN_FILE: '/nowhere', XDG_RUNTIME_DIR: '/nowhere' }),
    [],
  );
});

test("in the order of WLCG's discovery, then ada's and rclone's; each token once", async (t) => {
  const { home, find } = await makeHome(t, {
    named: 'token-of-file\n',
    [`run/bt_u${own}`]: '\uFEFFtoken-of-runtime\r\n',
    'ada.token': 'token-of-ada',
    'again.token': 'token-of-file',
    '.ada/ada.conf': `# remark\nada_api="https://x.example.org/api/v1"\nexport ada_tokenfile="~/ada.token"  # mine\n`,
    '.config/rclone/rclone.conf':
      '[disk]\ntype = local\n\n[surf]\ntype = webdav\nurl = https://webdav.grid.surfsara.nl:2880\nbearer_token = token-of-rclone\n[other]\nbearer_token =\n',
  });
  const env = { BEARER_TOKEN: ' token-of-variable ', BEARER_TOKEN_FILE: join(home, 'named'), XDG_RUNTIME_DIR: join(home, 'run') };
  assert.deepEqual(await find({ ...env, ada_tokenfile: '$HOME/again.token' }, own), [
    { source: 'BEARER_TOKEN', token: 'token-of-variable' },
    { source: join(home, 'named'), token: 'token-of-file' },
    { source: join(home, `run/bt_u${own}`), token: 'token-of-runtime' },
    { source: join(home, 'ada.token'), token: 'token-of-ada' },
    {
      source: `${join(home, '.config/rclone/rclone.conf')} [surf]`,
      token: 'token-of-rclone',
      url: 'https://webdav.grid.surfsara.nl:2880',
    },
  ]);
});

test("a file that others may read is told; somebody else's file in a common folder is not taken", async (t) => {
  const { home, find } = await makeHome(t, { named: 'token-of-file', [`run/bt_u${nobody}`]: 'token-of-a-stranger' }, 0o644);
  const [only, ...more] = await find({ BEARER_TOKEN_FILE: join(home, 'named'), XDG_RUNTIME_DIR: join(home, 'run') });
  assert.deepEqual([only?.token, more], ['token-of-file', []]);
  assert.match(only?.problem ?? '', /can be read by other people of this machine: run chmod 600 on it\.$/);
});

test('what is no token is none: a page, a key, several lines', async (t) => {
  const { home, find } = await makeHome(t, { named: '<html>\n', two: 'token-one\ntoken-two\n' });
  assert.deepEqual(await find({ BEARER_TOKEN_FILE: join(home, 'named') }), []);
  assert.deepEqual(await find({ BEARER_TOKEN_FILE: join(home, 'two') }), []);
});

test('a cancel ends it', async () => {
  await assert.rejects(findBearers({ home: '/nowhere', env: {}, uid: nobody, signal: AbortSignal.abort() }), { kind: 'cancelled' });
});
