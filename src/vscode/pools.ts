/**
 * The pools a person has added: where they are (settings), who signs in (SecretStorage, else the files and variables of
 * PiCaS and GRID_LRT where the person named the account), and the open connection. The account is asked for before each
 * call, so that a changed password is used at once.
 */
import { homedir } from 'node:os';
import { env } from 'node:process';
import { EventEmitter, type SecretStorage, Uri, workspace } from 'vscode';
import type { PoolCandidate } from '../adapters/poolCredentials';
import { GridError } from '../core/errors';
import type { Credentials } from '../core/ports';
import { poolAddress, type PoolAddress } from '../core/tokens/address';
import type { Pool, PoolFacts } from '../core/tokens/pool';
import { noCancel } from './cancel';
import { poolDeadlineSeconds, poolSettings, savePools, type PoolSetting } from './settings';
import { needTrust } from './trust';

/** The service of today, offered where a file names an account and no server. */
export const surfPools = 'https://picas.surfsara.nl:6984';

export class Pools {
  readonly #changed = new EventEmitter<void>();
  /** A sign-in, here or in another window, or another list of pools. */
  readonly onChange = this.#changed.event;

  constructor(private readonly secrets: SecretStorage) {
    secrets.onDidChange(({ key }) => {
      if (key.startsWith(secretKey(''))) this.#changed.fire();
    });
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('grid.pools')) this.#changed.fire();
    });
  }

  get all(): readonly PoolSetting[] {
    return poolSettings();
  }

  find(name: string): PoolSetting {
    const pool = this.all.find((each) => each.name === name);
    if (pool !== undefined) return pool;
    const known = this.all.map((each) => each.name);
    throw new GridError('notFound', `There is no pool “${name}”.`, {
      hint: known.length === 0 ? 'Add one first.' : `There are: ${known.join(', ')}.`,
    });
  }

  /** Adds a pool, or changes the one of that name. The secret is stored first: the view asks the pool at once. */
  async add(pool: PoolSetting, password: string | undefined): Promise<void> {
    needTrust('Adding a pool');
    checkName(pool.name);
    const { url, database } = poolAddress(pool.url, pool.database);
    if (password !== undefined) await this.signIn(pool.name, { user: pool.user, password });
    await savePools([...this.all.filter((each) => each.name !== pool.name), { ...pool, url, database }]);
  }

  async remove(name: string): Promise<void> {
    this.find(name);
    await savePools(this.all.filter((each) => each.name !== name));
    await this.secrets.delete(secretKey(name));
  }

  async signIn(name: string, { user, password }: Credentials): Promise<void> {
    if (user === '') throw new GridError('rejected', `The user name for ${name} is missing.`);
    await this.secrets.store(secretKey(name), JSON.stringify({ user, password }));
  }

  /** Whether the pool, added or not, can be read with this account; rejects with what it says. Nothing is kept. */
  async tryOut(pool: PoolSetting, account: Credentials | undefined, signal: AbortSignal): Promise<PoolFacts> {
    needTrust(`Talking to ${pool.name}`);
    return (await connect(pool, () => Promise.resolve(account))).facts({ signal });
  }

  /** The pool behind a name. */
  async open(name: string): Promise<Pool> {
    needTrust(`Talking to ${name}`);
    const pool = this.find(name);
    return connect(pool, () => this.#accountOf(pool));
  }

  /** The editor's own sign-in comes first. */
  async #accountOf(pool: PoolSetting): Promise<Credentials | undefined> {
    const secret = await this.secrets.get(secretKey(pool.name));
    if (secret !== undefined) return JSON.parse(secret) as Credentials;
    // Somebody's password goes to an address only because they said so: by naming the account, or the file names the server.
    const found = (await this.found()).find((each) => each.password !== undefined && belongs(each, pool));
    return found?.user === undefined || found.password === undefined ? undefined : { user: found.user, password: found.password };
  }

  /** Pools and accounts in the files and variables of PiCaS and GRID_LRT; `source` with `~` for the home. */
  async found(): Promise<readonly PoolCandidate[]> {
    needTrust('Reading credential files');
    const { findPools } = await import('../adapters/poolCredentials');
    const scripts = (workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === 'file')
      .map(({ uri }) => Uri.joinPath(uri, 'picasconfig.py').fsPath);
    const { found } = await findPools({ home: homedir(), env, scripts, signal: noCancel });
    return found.map((each) => ({ ...each, source: each.source.replace(homedir(), '~') }));
  }
}

/** Whether an account of a file may be sent to a pool: the file names this server, or the person has named this account. */
function belongs(found: PoolCandidate, pool: PoolSetting): boolean {
  if (pool.user !== '' && found.user !== pool.user) return false;
  if (found.url === undefined) return pool.user !== '';
  const address = addressIn(found.url, pool.database);
  return address?.url === pool.url;
}

function addressIn(url: string, database: string): PoolAddress | undefined {
  try {
    return poolAddress(url, database);
  } catch (error) {
    if (error instanceof GridError) return undefined;
    throw error;
  }
}

async function connect({ name, url, database }: PoolSetting, credentials: () => Promise<Credentials | undefined>): Promise<Pool> {
  const { createCouchPool } = await import('../adapters/couch');
  return createCouchPool({ name, url, database, credentials, deadlineMs: poolDeadlineSeconds() * 1000 });
}

function secretKey(name: string): string {
  return `pool:${name}`;
}

function checkName(name: string): void {
  if (name.trim() === '' || name !== name.trim())
    throw new GridError('rejected', 'The name of a pool must not be empty or begin or end with a space.');
}
