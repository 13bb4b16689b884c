/** Certificates that are wrong in their own ways, against the TLS of this Node. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { here, json, poolAt, refuses } from './pool';

const folder = join(import.meta.dirname, '../../fixtures/tls');

async function serve(t: TestContext, certificate: string): Promise<string> {
  const [cert, key] = await Promise.all([readFile(join(folder, `${certificate}.pem`)), readFile(join(folder, 'key.pem'))]);
  const https = createServer({ cert, key }, (_, response) => {
    json(response, 200, { doc_count: 7, update_seq: '7-x' });
  });
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    https.closeAllConnections();
    https.close();
  });
  return `https://127.0.0.1:${(https.address() as AddressInfo).port}`;
}

test('a certificate that nobody vouches for', async (t) => {
  await refuses(
    poolAt(await serve(t, 'self')).facts(here),
    'tls',
    /^There is no safe connection to Practice: its certificate is signed by nobody/,
  );
  await refuses(poolAt(await serve(t, 'good')).facts(here), 'tls', /signed by nobody this machine trusts\. Install the certificates/);
});

test('with its authority known: a good one, one of another host, and one that has run out', async (t) => {
  const urls = await Promise.all(['good', 'elsewhere', 'expired', 'self'].map((each) => serve(t, each)));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'couchTls.ts'), ...urls], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') },
  });
  const outcomes = JSON.parse(stdout) as readonly string[];
  const wanted = [/^ok 7$/, /^tls .*belongs to another host/, /^tls .*its certificate has run out/, /^tls .*signed by nobody/];
  assert.equal(outcomes.length, wanted.length);
  for (const [index, outcome] of outcomes.entries()) assert.match(outcome, wanted[index] ?? /^$/);
});
