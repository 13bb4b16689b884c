/**
 * Accounts that the old clients' files and variables hold. Only read, and kinder than the
 * clients were: comments, blanks, quotes, line ends and the order of keys do not matter, and a password is whole.
 */
import { join } from 'node:path';
import type { CallOptions } from '../core/ports';
import { readSecretFile } from './secretFile';

/** An account and where it stands: the path of a file, or the name of the variable. */
export type Finding =
  | { readonly source: string; readonly user: string; readonly password: string }
  | { readonly source: string; readonly apiToken: string; readonly hostname?: string };

export interface Findings {
  /** In the order in which the old clients looked. */
  readonly found: readonly Finding[];
  /** A sentence each; none holds a secret. A file that is not there is no problem. */
  readonly problems: readonly string[];
}

export interface Places extends CallOptions {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for each file; a home on a file server may hang. */
  readonly deadlineMs?: number;
}

/** Reads `~/.awe/Environment.cfg`, `~/.stagingrc` and LOFAR_LTA_USER with LOFAR_LTA_PWD. Rejects with `cancelled` only. */
export async function findCredentials({ home, env, signal, deadlineMs = 10_000 }: Places): Promise<Findings> {
  const found: Finding[] = [];
  const problems: string[] = [];
  for (const [path, parse] of [
    [join(home, '.awe', 'Environment.cfg'), parseEnvironment],
    [join(home, '.stagingrc'), parseStaging],
  ] as const) {
    const file = await readSecretFile(path, signal, deadlineMs);
    if (file.problem !== undefined) problems.push(file.problem);
    if (file.text === undefined) continue;
    const { findings, missing } = parse(path, file.text);
    found.push(...findings);
    if (missing !== undefined) problems.push(missing);
    if (findings.length > 0 && file.open) problems.push(`${path} can be read by other people of this machine: run chmod 600 on it.`);
  }
  const user = env.LOFAR_LTA_USER?.trim() ?? '';
  const password = env.LOFAR_LTA_PWD ?? '';
  const { findings, missing } = pair('LOFAR_LTA_USER', user, password, 'LOFAR_LTA_USER', 'LOFAR_LTA_PWD');
  found.push(...findings);
  if (missing !== undefined) problems.push(missing);
  return { found, problems };
}

interface Parsed {
  readonly findings: readonly Finding[];
  readonly missing?: string;
}

/** The AstroWISE client's ini file; its keys count in `[global]` and before any section. */
function parseEnvironment(path: string, text: string): Parsed {
  const keys = readKeys(text, (section) => section === undefined || section === 'global');
  return pair(path, keys.get('database_user') ?? '', keys.get('database_password') ?? '', 'database_user', 'database_password');
}

/** Both generations of `.stagingrc`; a file in the middle of the change-over may hold both accounts. */
function parseStaging(path: string, text: string): Parsed {
  const keys = readKeys(text, () => true);
  const account = pair(path, keys.get('user') ?? '', keys.get('password') ?? '', 'user', 'password');
  const apiToken = keys.get('api_token') ?? '';
  if (apiToken === '') return account;
  const hostname = keys.get('hostname') ?? '';
  return { ...account, findings: [...account.findings, { source: path, apiToken, ...(hostname === '' ? {} : { hostname }) }] };
}

function pair(source: string, user: string, password: string, userKey: string, passwordKey: string): Parsed {
  if (user !== '' && password !== '') return { findings: [{ source, user, password }] };
  if (user === password) return { findings: [] };
  const where = source === userKey ? 'The environment' : source;
  const [has, lacks] = user === '' ? [passwordKey, userKey] : [userKey, passwordKey];
  return { findings: [], missing: `${where} has ${has} but no ${lacks}.` };
}

/** Lines `key = value` or `key : value`, split at the first separator only. The last one of a key counts. */
function readKeys(text: string, counts: (section: string | undefined) => boolean): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  let section: string | undefined;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const header = /^\s*\[([^\]]*)\]\s*$/.exec(line);
    if (header) section = header[1]?.trim().toLowerCase();
    // A comment begins with # or ; and so is no key. There are none at the end of a line: a password may hold a #.
    const [, key, value] = /^\s*([A-Za-z_]\w*)\s*[:=]\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && counts(section)) keys.set(key.toLowerCase(), unquote(value.trim()));
  }
  return keys;
}

function unquote(value: string): string {
  return /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
}
