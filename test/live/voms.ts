/**
 * Proxies with attributes of a VO, as a VOMS server would have signed them: `voms-proxy-fake` of Debian makes the attribute
 * certificate, and the proxy is put together here, which that program cannot do with OpenSSL 3.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../src/adapters/program';
import { operator, type Authority } from './authority';
import { here } from './door';

export interface VoAttributes {
  readonly vo: string;
  /** FQANs. */
  readonly names: readonly string[];
  /** For how long from the beginning. */
  readonly hours: number;
  /** So long ago they began. */
  readonly agoHours?: number;
}

/** Path of a proxy that lasts a day. */
export async function proxyOfVo(authority: Authority, name: string, { vo, names, hours, agoHours = 0 }: VoAttributes): Promise<string> {
  const at = (file: string) => join(authority.folder, file);
  const env = { ...process.env, HOME: authority.folder, X509_CERT_DIR: authority.certificates };
  const run = (argv: readonly [string, ...string[]]) => runProgram(argv, { ...here, deadlineMs: 60_000, env });
  const signed = await run([
    ...(['voms-proxy-fake', '-quiet', '-cert', at('user.pem'), '-key', at('user.key')] as const),
    ...['-hostcert', at('host.pem'), '-hostkey', at('host.key'), '-certdir', authority.certificates],
    ...['-voms', vo, '-uri', 'localhost:15000', '-vomslife', String(hours), '-pastac', `${agoHours}:00`],
    ...names.flatMap((each) => ['-fqan', each]),
    ...['-separate', at(`${name}.ac`), '-out', at(`${name}.none`)],
  ]);
  const pem = await readFile(at(`${name}.ac`), 'utf8').catch(() => assert.fail(`voms-proxy-fake: ${signed.stdout}${signed.stderr}`));
  const certificate = Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
  const extension = sequence(sequence(certificate))
    .toString('hex')
    .replace(/..(?!$)/g, '$&:');
  const lines = ['proxyCertInfo=critical,language:id-ppl-inheritAll', 'keyUsage=critical,digitalSignature,keyEncipherment'];
  // The sequence of attribute certificates (VOMS, acseq).
  await writeFile(at(`${name}.ext`), [...lines, `1.3.6.1.4.1.8005.100.100.5=DER:${extension}`, ''].join('\n'));
  const openssl = async (...args: readonly string[]) => {
    const { code, stderr } = await run(['openssl', ...args]);
    assert.equal(code, 0, stderr);
  };
  const [key, request, made] = [at(`${name}.key`), at(`${name}.csr`), at(`${name}.pem`)];
  await openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', request, '-subj', `${operator}/CN=4712`);
  await openssl(
    ...['x509', '-req', '-in', request, '-CA', at('user.pem'), '-CAkey', at('user.key'), '-CAcreateserial'],
    ...['-out', made, '-days', '1', '-extfile', at(`${name}.ext`)],
  );
  const parts = await Promise.all([made, key, at('user.pem')].map((file) => readFile(file, 'utf8')));
  await writeFile(at(name), parts.join(''), { mode: 0o600 });
  return at(name);
}

/** ASN.1, DER. */
function sequence(content: Buffer): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([0x30, ...length]), content]);
}
