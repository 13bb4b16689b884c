/**
 * Pools and accounts that PiCaS and GRID_LRT keep in files and variables, for import. Only read: a `picasconfig.py` is
 * looked at as text and never run.
 */
import { join } from 'node:path';
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { openFernet } from './fernet';
import { readSecretFile } from './secretFile';

export interface PoolCandidate {
  /** Path of the file, or `environment`. */
  readonly source: string;
  readonly url?: string;
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
}

export interface PoolFindings {
  /** Those that say something, the newest kind of file first. */
  readonly found: readonly PoolCandidate[];
  /** A sentence each; none holds a secret. A file that is not there is no problem. */
  readonly problems: readonly string[];
}

export interface PoolPlaces extends CallOptions {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Paths of `picasconfig.py` files that may be looked at. */
  readonly scripts?: readonly string[];
  /** Milliseconds for each file; a home on a file server may hang. */
  readonly deadlineMs?: number;
}

type Keys = Readonly<Record<string, string>>;

/** Rejects with `cancelled` only. */
export async function findPools(places: PoolPlaces): Promise<PoolFindings> {
  return new Search(places).run();
}

class Search {
  readonly #found: PoolCandidate[] = [];
  readonly #problems: string[] = [];
  readonly #keyPath: string;

  constructor(private readonly places: PoolPlaces) {
    this.#keyPath = join(places.home, '.config', 'picas', 'key.dat');
  }

  async run(): Promise<PoolFindings> {
    const { home, scripts = [] } = this.places;
    await this.#conf(join(home, '.config', 'picas', 'conf.yml'));
    for (const script of scripts) await this.#script(script);
    await this.#rc(join(home, '.picasrc'));
    await this.#environment();
    return { found: this.#found, problems: [...new Set(this.#problems)] };
  }

  async #conf(path: string): Promise<void> {
    const text = await this.#read(path, false);
    if (text === undefined) return;
    // js-yaml is loaded only where there is such a file.
    const { readPicasConf } = await import('../core/config/picas');
    const conf = readPicasConf(text);
    if (conf === undefined) {
      this.#problems.push(`${path} cannot be read as YAML.`);
      return;
    }
    const password = await this.#decrypt(path, conf.encrypted_password);
    this.#add(path, { url: conf.host_url, database: conf.database, user: conf.username, password });
  }

  async #script(path: string): Promise<void> {
    const text = await this.#read(path, /PASSWORD/);
    if (text === undefined) return;
    const { values, unread } = readLiterals(text);
    for (const name of unread) this.#problems.push(`${name} in ${path} is no plain text and was not read.`);
    this.#add(path, {
      url: values.PICAS_HOST_URL,
      database: values.PICAS_DATABASE,
      user: values.PICAS_USERNAME,
      password: values.PICAS_PASSWORD,
    });
  }

  async #rc(path: string): Promise<void> {
    const text = await this.#read(path, /password/i);
    if (text === undefined) return;
    const keys = readLines(text);
    this.#add(path, { url: undefined, database: keys.database, user: keys.user, password: keys.password });
  }

  async #environment(): Promise<void> {
    const { env } = this.places;
    this.#add('environment', { url: undefined, database: env.PICAS_DB, user: env.PICAS_USR, password: env.PICAS_USR_PWD });
    const encrypted =
      (env.PICAS_PASSWORD ?? '') === '' ? await this.#decrypt('PICAS_ENCRYPTED_PASSWORD', env.PICAS_ENCRYPTED_PASSWORD) : undefined;
    this.#add('environment', {
      url: env.PICAS_HOST_URL,
      database: env.PICAS_DATABASE,
      user: env.PICAS_USERNAME,
      password: env.PICAS_PASSWORD ?? encrypted,
    });
  }

  /** @param secret whether the text holds a secret that others must not read */
  async #read(path: string, secret: RegExp | boolean): Promise<string | undefined> {
    const { signal, deadlineMs = 10_000 } = this.places;
    const { text, open, problem } = await readSecretFile(path, signal, deadlineMs);
    if (problem !== undefined) this.#problems.push(problem);
    if (text === undefined) return undefined;
    const tells = typeof secret === 'boolean' ? secret : secret.test(text);
    if (open && tells) this.#problems.push(`${path} can be read by other people of this machine: run chmod 600 on it.`);
    return text.replace(/^\uFEFF/, '');
  }

  async #decrypt(source: string, token: string | undefined): Promise<string | undefined> {
    if (token === undefined || token === '') return undefined;
    const key = await this.#read(this.#keyPath, true);
    if (key === undefined) {
      this.#problems.push(`The password in ${source} is encrypted, and its key ${this.#keyPath} cannot be had.`);
      return undefined;
    }
    try {
      return openFernet(token, key);
    } catch (error) {
      if (!(error instanceof GridError)) throw error;
      this.#problems.push(`The password in ${source} cannot be read with ${this.#keyPath}: ${error.message} ${error.hint ?? ''}`.trim());
      return undefined;
    }
  }

  #add(source: string, fields: Readonly<Record<'url' | 'database' | 'user' | 'password', string | undefined>>): void {
    const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));
    if (Object.keys(said).length > 0) this.#found.push({ source, ...said });
  }
}

/** GRID_LRT's three lines `user=`, `password=`, `database=`; only the first “=” divides. */
function readLines(text: string): Keys {
  const keys: Record<string, string> = {};
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, key, value] = /^\s*(user|password|database)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) keys[key] = unquote(value);
  }
  return keys;
}

function unquote(value: string): string {
  return /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
}

const names = ['PICAS_HOST_URL', 'PICAS_DATABASE', 'PICAS_USERNAME', 'PICAS_PASSWORD'];

/**
 * Assignments of plain text in a Python file: quotes of both kinds, raw or not. What is put together or looked up
 * (os.environ, an import) is named and not guessed. The last assignment counts.
 */
function readLiterals(text: string): { readonly values: Keys; readonly unread: readonly string[] } {
  const values: Record<string, string> = {};
  const unread = new Set<string>();
  for (const [, name, right] of text.matchAll(/^[ \t]*(PICAS_[A-Z_]+)[ \t]*(?::[ \t]*str[ \t]*)?=(?!=)[ \t]*(.*)$/gm)) {
    if (name === undefined || right === undefined || !names.includes(name)) continue;
    const [, raw, , body] = /^([rRuUbB]?)(["'])((?:(?!\2)[^\\]|\\.)*)\2[ \t]*(?:#.*|;.*)?\r?$/.exec(right) ?? [];
    if (body === undefined) {
      unread.add(name);
      continue;
    }
    unread.delete(name);
    values[name] = /^[rR]$/.test(raw ?? '') ? body : unescape(body);
  }
  return { values, unread: [...unread] };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' };

/** Python's escapes; one that Python does not know stays as it is, with its backslash. */
function unescape(body: string): string {
  return body.replace(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|([^xu]))/g, (whole, hex?: string, wide?: string, plain?: string) => {
    const code = hex ?? wide;
    if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
    return (plain === undefined ? undefined : escapes[plain]) ?? whole;
  });
}
