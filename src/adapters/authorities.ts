/**
 * Whom a grid door's certificate may be signed by: the authorities of the grid (`/etc/grid-security/certificates`, or where
 * X509_CERT_DIR says), those that NODE_EXTRA_CA_CERTS adds, and Node's own. Node looks at none of the first by itself.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

const standard = '/etc/grid-security/certificates';
const known = new Map<string, Promise<readonly string[] | undefined>>();

/** PEM texts; undefined where the grid has put none here, and Node's own choice is right. Read once a folder. */
export function authorities(env: NodeJS.ProcessEnv): Promise<readonly string[] | undefined> {
  const folder = env.X509_CERT_DIR ?? standard;
  const extra = env.NODE_EXTRA_CA_CERTS ?? '';
  const key = `${folder}\0${extra}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const reading = read(folder, extra);
  known.set(key, reading);
  return reading;
}

async function read(folder: string, extra: string): Promise<readonly string[] | undefined> {
  // Hashed names are links to the .pem files, or the other way round: each text is taken once.
  const names = await readdir(folder).catch(() => [] as string[]);
  const files = names.filter((name) => /\.(pem|crt|\d)$/.test(name));
  if (files.length === 0) return undefined;
  const texts = new Set<string>();
  for (const file of [...files.map((name) => join(folder, name)), ...(extra === '' ? [] : [extra])]) {
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const [pem] of text.matchAll(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)) texts.add(pem);
  }
  return [...rootCertificates, ...texts];
}
