/** An authority of our own with a host, a user and proxies, made by openssl and the grid's own tools for the time of a test. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../src/adapters/program';
import { here } from './door';

export const operator = '/C=NL/O=GridTest/OU=users/CN=Test Operator';

export interface Authority {
  readonly folder: string;
  /** X509_CERT_DIR. */
  readonly certificates: string;
  readonly host: { readonly key: string; readonly cert: string };
  /** A proxy that lasts so long, `hours:minutes`; its path. */
  proxy(name: string, valid: string): Promise<string>;
  /** A proxy that ran out yesterday, or so many days ago. */
  expired(days?: number): Promise<string>;
}

export async function makeAuthority(folder: string): Promise<Authority> {
  const at = (name: string) => join(folder, name);
  const run = async (argv: readonly [string, ...string[]], env?: NodeJS.ProcessEnv) => {
    const { code, stdout, stderr } = await runProgram(argv, { ...here, deadlineMs: 60_000, ...(env === undefined ? {} : { env }) });
    assert.equal(code, 0, `${argv.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  const openssl = (...args: readonly string[]) => run(['openssl', ...args]);
  const request = (name: string, subject: string) =>
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`), '-subj', subject);
  const signBy = (signer: string, name: string, days: string, ...more: readonly string[]) =>
    openssl(
      ...['x509', '-req', '-in', at(`${name}.csr`), '-CA', at(`${signer}.pem`), '-CAkey', at(`${signer}.key`), '-CAcreateserial'],
      ...['-out', at(`${name}.pem`), '-days', days, ...more],
    );
  const ca = '/C=NL/O=GridTest/CN=GridTest CA';
  await openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', ca);
  await writeFile(at('host.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  await writeFile(at('proxy.ext'), 'proxyCertInfo=critical,language:id-ppl-inheritAll\nkeyUsage=critical,digitalSignature\n');
  await request('host', '/C=NL/O=GridTest/CN=localhost');
  await signBy('ca', 'host', '30', '-extfile', at('host.ext'));
  await request('user', operator);
  await signBy('ca', 'user', '30');
  const certificates = at('certificates');
  await mkdir(certificates);
  const hash = await openssl('x509', '-noout', '-hash', '-in', at('ca.pem'));
  await writeFile(join(certificates, `${hash}.0`), await readFile(at('ca.pem')));
  await writeFile(
    join(certificates, `${hash}.signing_policy`),
    `access_id_CA X509 '${ca}'\npos_rights globus CA:sign\ncond_subjects globus '"/C=NL/O=GridTest/*"'\n`,
  );
  return {
    folder,
    certificates,
    host: { key: await readFile(at('host.key'), 'utf8'), cert: await readFile(at('host.pem'), 'utf8') },
    proxy: async (name, valid) => {
      const env = { ...process.env, X509_CERT_DIR: certificates };
      await run(['grid-proxy-init', '-cert', at('user.pem'), '-key', at('user.key'), '-out', at(name), '-valid', valid, '-q'], env);
      return at(name);
    },
    expired: async (days = 1) => {
      await request('late', `${operator}/CN=4711`);
      await signBy('user', 'late', String(-days), '-extfile', at('proxy.ext'));
      const parts = await Promise.all(['late.pem', 'late.key', 'user.pem'].map((name) => readFile(at(name), 'utf8')));
      await writeFile(at('expired'), parts.join(''), { mode: 0o600 });
      return at('expired');
    },
  };
}
