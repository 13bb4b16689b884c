/** Reading proxies: the file itself always, and what voms-proxy-info prints where it is installed. */
import assert from 'node:assert/strict';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { confirmsProxy, findProxy, proxyPath, readAttributes, readProxy } from '../../../src/adapters/proxy';
import { fails, signal } from './stage';

const operator = '/C=NL/O=GridTest/OU=users/CN=Test Operator';

async function place(t: TestContext): Promise<(name: string, mode?: number) => Promise<string>> {
  const folder = await mkdtemp(join(tmpdir(), 'grid-proxy-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return async (name, mode = 0o600) => {
    const path = join(folder, `${name}-${mode}`);
    await copyFile(join(import.meta.dirname, '../../fixtures/proxy', `${name}.pem`), path);
    await chmod(path, mode);
    return path;
  };
}

/** A program that prints a text and ends with a code, in place of voms-proxy-info. */
async function program(path: string, lines: string): Promise<string> {
  await writeFile(`${path}.sh`, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  return `${path}.sh`;
}

const info = `subject   : ${operator}/CN=4711
issuer    : ${operator}
identity  : ${operator}
type      : RFC compliant proxy
strength  : 2048 bits
path      : /tmp/x509up_u1000
timeleft  : 167:59:59
key usage : Digital Signature, Key Encipherment
`;
const block = `=== VO lofar extension information ===
VO        : lofar
subject   : ${operator}
issuer    : /C=NL/O=GridTest/CN=voms.example.org
attribute : /lofar/Role=NULL/Capability=NULL
attribute : /lofar/ops/Role=NULL/Capability=NULL
timeleft  : 11:59:58
uri       : voms.example.org:15019
`;

test('a proxy, a proxy of a proxy, one that has run out; the chain ends with its first certificate', async (t) => {
  const at = await place(t);
  const good = await readProxy(await at('good'), signal);
  assert.deepEqual([good.subject, good.identity, good.exposed], [`${operator}/CN=4711`, operator, false]);
  assert.match(good.tls.cert ?? '', /^(-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n){2}$/);
  assert.match(good.tls.key ?? '', /^-----BEGIN EC PRIVATE KEY-----/);
  const twice = await readProxy(await at('twice'), signal);
  assert.deepEqual([twice.subject, twice.identity], [`${operator}/CN=4711/CN=12`, operator]);
  assert.equal(twice.ends, good.ends, 'it does not outlive what it was made of');
  assert.equal((await readProxy(await at('expired'), signal)).ends, Date.UTC(2026, 10, 24, 16, 48, 6));
  for (const mode of [0o640, 0o604, 0o620, 0o666]) assert.ok((await readProxy(await at('good', mode), signal)).exposed, mode.toString(8));
  assert.ok(!(await readProxy(await at('good', 0o400), signal)).exposed);
});

test('what is no proxy, is not there, or may not be read', async (t) => {
  const at = await place(t);
  const path = await at('good');
  await fails(readProxy(`${path}-absent`, signal), 'auth', /There is no grid proxy at .*voms-proxy-init/);
  await fails(readProxy(await at('keyless'), signal), 'malformed', /no private key/);
  for (const text of ['', 'garbage\u0000', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n']) {
    await writeFile(path, text);
    await fails(readProxy(path, signal), 'malformed', /no certificate that can be read/);
  }
  await mkdir(`${path}-folder`);
  await fails(readProxy(`${path}-folder`, signal), 'forbidden', /is not a file/);
  await fails(readProxy(path, AbortSignal.abort()), 'cancelled');
});

test('where it is looked for', () => {
  assert.equal(proxyPath({ env: { X509_USER_PROXY: '/home/me/p' }, uid: 7 }), '/home/me/p');
  assert.equal(proxyPath({ env: { X509_USER_PROXY: '' }, uid: 7 }), '/tmp/x509up_u7');
});

test('what the VO says, where it can be learned', async (t) => {
  const now = 1_700_000_000_000;
  assert.deepEqual(readAttributes(info + block, now), {
    vo: 'lofar',
    names: ['/lofar/Role=NULL/Capability=NULL', '/lofar/ops/Role=NULL/Capability=NULL'],
    ends: now + ((11 * 60 + 59) * 60 + 58) * 1000,
  });
  assert.equal(readAttributes(info, now), null);
  assert.equal(readAttributes("Couldn't find a valid proxy.", now), undefined);
  assert.equal(readAttributes(info + block.replace('11:59:58', 'soon'), now), undefined);
  const path = await (await place(t))('good');
  const question = { env: { ...process.env, X509_USER_PROXY: path }, uid: 0, signal };
  const found = async (lines: string) => (await findProxy({ ...question, program: await program(path, lines) })).attributes;
  assert.equal((await found(`cat <<'END'\n${info}${block}END`))?.vo, 'lofar');
  assert.equal(await found(`cat <<'END'\n${info}END`), null);
  assert.equal(await found('exit 1'), undefined);
  assert.equal((await findProxy({ ...question, program: '/nowhere/voms-proxy-info' })).attributes, undefined);
  const hangs = await program(path, 'exec sleep 60');
  assert.equal((await findProxy({ ...question, program: hangs, deadlineMs: 200 })).attributes, undefined);
});

test('whether it lasts, by the one judgement of voms-proxy-info that counts', async (t) => {
  const path = await (await place(t))('good');
  const question = { env: { ...process.env, X509_USER_PROXY: path }, uid: 0, signal };
  const told = async (lines: string) => confirmsProxy({ ...question, program: await program(path, lines) }, 90 * 60_000);
  assert.equal(await told(`[ "$*" = "-file ${path} -exists -valid 1:30" ]`), true);
  assert.equal(await told('exit 1'), false);
  assert.equal(await told('echo unable to access trusted certificates in:x509_cert_dir=/etc >&2; exit 1'), undefined);
  assert.equal(await told('exit 127'), undefined);
});
