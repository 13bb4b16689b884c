/**
 * The grid proxy of this account. Its file is always read here, and where voms-proxy-info is installed that is asked for what
 * the VO says. Exit codes of the latter prove little: an expired proxy is told with 0, and only `-exists -valid` judges.
 */
import { X509Certificate } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { join } from 'node:path';
import { GridError } from '../core/errors';
import { missingProxy, proxyProblem, type ProxyAttributes, type ProxyFacts } from '../core/staging/proxy';
import type { ClientTls } from './http';
import { runProgram, type Ended } from './program';
import { readSecretFile } from './secretFile';

export interface ProxyQuestion {
  readonly env: NodeJS.ProcessEnv;
  /** Of this account; -1 where the system has none. */
  readonly uid: number;
  readonly signal: AbortSignal;
  readonly deadlineMs?: number;
  /** Name or path of voms-proxy-info; '' asks no program. */
  readonly program?: string;
}

/** A proxy, and what an https call is signed with. The key is a secret: it goes to TLS and nowhere else. */
export interface ReadProxy extends ProxyFacts {
  readonly tls: ClientTls;
}

/** Where the grid's tools look for it. */
export function proxyPath({ env, uid }: Pick<ProxyQuestion, 'env' | 'uid'>): string {
  const named = env.X509_USER_PROXY ?? '';
  return named === '' ? join('/tmp', `x509up_u${uid}`) : named;
}

/** So often the file is looked at: no more than its facts, which is cheap also over NFS. */
const watchMs = 3000;

/** Calls when the file comes, goes or is another one: it is made by other programs, which tell nobody. Ends with what is returned. */
export function watchProxy(path: string, changed: () => void): () => void {
  watchFile(path, { interval: watchMs, persistent: false }, changed);
  return () => unwatchFile(path, changed);
}

/** Rejects with `auth` when there is none, `malformed` when it is none, `forbidden` when this account may not read it, `cancelled`. */
export async function readProxy(path: string, signal: AbortSignal, deadlineMs = 10_000): Promise<ReadProxy> {
  const file = await readSecretFile(path, signal, deadlineMs);
  if (file.problem !== undefined) throw new GridError('forbidden', `The grid proxy cannot be read: ${file.problem}`);
  if (file.text === undefined) throw missingProxy(path);
  const exposed = process.platform !== 'win32' && ((file.mode ?? 0) & 0o077) !== 0;
  return { ...parseProxy(path, file.text), exposed };
}

/** Rejects with what keeps the proxy of this account from being used now: as `readProxy` does, or with `expired`. */
export async function needProxy(where: Pick<ProxyQuestion, 'env' | 'uid'>, signal: AbortSignal): Promise<void> {
  const problem = proxyProblem(await readProxy(proxyPath(where), signal), Date.now());
  if (problem !== undefined) throw problem;
}

/** The proxy with what its VO says of it, where that can be learned. Rejects as `readProxy` does. */
export async function findProxy(question: ProxyQuestion): Promise<ReadProxy> {
  const { signal, deadlineMs = 10_000, env, program = 'voms-proxy-info' } = question;
  const proxy = await readProxy(proxyPath(question), signal, deadlineMs);
  if (program === '') return proxy;
  const attributes = await askAttributes([program, '-file', proxy.path, '-all'], { signal, deadlineMs, env });
  return attributes === undefined ? proxy : { ...proxy, attributes };
}

/**
 * Whether voms-proxy-info finds the proxy good for so long: its one judgement that can be relied upon. Undefined where it is
 * not installed or says something else.
 */
export async function confirmsProxy(question: ProxyQuestion, neededMs: number): Promise<boolean | undefined> {
  const { signal, deadlineMs = 10_000, env, program = 'voms-proxy-info' } = question;
  const minutes = Math.ceil(neededMs / 60_000);
  const valid = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  const argv = [program, '-file', proxyPath(question), '-exists', '-valid', valid] as const;
  const { code, stderr } = await runProgram([...argv], { signal, deadlineMs, env }).catch(absent);
  if (code === 0) return true;
  // Without a folder of authorities it fails before it looks at anything.
  return code !== 1 || /trusted certificates|x509_cert_dir/i.test(stderr) ? undefined : false;
}

const blocks = /-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----/g;

/** The first certificate is the proxy, what follows has signed it. */
function parseProxy(path: string, text: string): Omit<ReadProxy, 'exposed'> {
  const found = [...text.matchAll(blocks)].map(([pem, kind]) => ({ pem, kind: kind ?? '' }));
  const pems = found.filter(({ kind }) => kind === 'CERTIFICATE').map(({ pem }) => pem);
  const key = found.find(({ kind }) => kind.endsWith('PRIVATE KEY'))?.pem;
  const chain = pems.map(certificate).filter((each) => each !== undefined);
  const [first] = chain;
  if (first === undefined || chain.length < pems.length) {
    throw new GridError('malformed', `${path} is no grid proxy: it holds no certificate that can be read.`, {
      hint: 'Make a new one with voms-proxy-init.',
    });
  }
  if (key === undefined) {
    throw new GridError('malformed', `${path} is no grid proxy: it holds no private key.`, {
      hint: 'Make a new one with voms-proxy-init.',
    });
  }
  const holder = chain.find((each) => !isProxy(each));
  return {
    path,
    subject: nameOf(first.subject),
    identity: nameOf(holder?.subject ?? chain.at(-1)?.issuer ?? ''),
    ends: Math.min(...chain.map(({ validTo }) => Date.parse(validTo))),
    tls: { cert: `${pems.join('\n')}\n`, key: `${key}\n` },
  };
}

function certificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** A proxy is called as who signed it, with one more name: a number, or in proxies before RFC 3820 a word. */
function isProxy({ subject, issuer }: X509Certificate): boolean {
  return subject.startsWith(`${issuer}\nCN=`) && /^CN=(\d+|(limited )?proxy)$/.test(subject.slice(issuer.length + 1));
}

function nameOf(lines: string): string {
  return lines === '' ? '' : `/${lines.split('\n').join('/')}`;
}

async function askAttributes(
  argv: readonly [string, ...string[]],
  options: { readonly signal: AbortSignal; readonly deadlineMs: number; readonly env: NodeJS.ProcessEnv },
): Promise<ProxyAttributes | null | undefined> {
  const { code, stdout } = await runProgram(argv, options).catch(absent);
  if (code !== 0) return undefined;
  return readAttributes(stdout, Date.now());
}

/** Nobody answers where there is no program, or one that hangs; a cancel is passed on. */
function absent(thrown: unknown): Ended {
  if (thrown instanceof GridError && thrown.kind !== 'cancelled') return { code: -1, stdout: '', stderr: '' };
  throw thrown;
}

/**
 * The first VO in what `voms-proxy-info -all` prints; null when it prints a proxy without any. Of a block: `VO`, `attribute`
 * (many), `timeleft` in hours, minutes and seconds, of which the hours may be more than a day's.
 */
export function readAttributes(printed: string, now: number): ProxyAttributes | null | undefined {
  if (!/^subject\s*:/m.test(printed)) return undefined;
  const [, block] = printed.split(/^=== VO .*===\s*$/m);
  if (block === undefined) return null;
  const values = (key: string) => [...block.matchAll(new RegExp(`^${key}\\s*:\\s*(.+?)\\s*$`, 'gm'))].map(([, value]) => value ?? '');
  const [, hours, minutes, seconds] = /^(\d+):(\d+):(\d+)$/.exec(values('timeleft')[0] ?? '') ?? [];
  if (hours === undefined) return undefined;
  const leftMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return { vo: values('VO')[0] ?? '', names: values('attribute'), ends: now + leftMs };
}
