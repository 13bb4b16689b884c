/** Adding, removing and signing in to pools. */
import { env, ProgressLocation, Uri, window } from 'vscode';
import type { PoolCandidate } from '../../adapters/poolCredentials';
import { asGridError, GridError } from '../../core/errors';
import type { Credentials } from '../../core/ports';
import { poolAddress } from '../../core/tokens/address';
import { plural } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { signalOf } from '../cancel';
import { surfPools, type Pools } from '../pools';
import type { PoolSetting } from '../settings';

export interface PoolResult {
  readonly name: string;
}

export async function addPool(call: Person | Program, pools: Pools): Promise<PoolResult | undefined> {
  if (call.by === 'person') return addForPerson(pools);
  const { name, url, database, user, password } = optionsOf(call.options, {
    name: 'string',
    url: 'string',
    database: 'string?',
    user: 'string?',
    password: 'string?',
  });
  if (password !== undefined && (user ?? '') === '') throw new GridError('rejected', 'A password needs a user.');
  const address = poolAddress(url, database);
  await pools.add({ name, ...address, user: user ?? '' }, password);
  return { name };
}

/** Nothing is written and nothing is sent before the account is chosen; giving up at any question adds nothing. */
async function addForPerson(pools: Pools): Promise<PoolResult | undefined> {
  const found = await chooseCandidate(pools);
  if (found === undefined) return undefined;
  const pool = await askForPool(pools, found);
  if (pool === undefined) return undefined;
  const account = await askForAccount(pool, pools, found);
  if (account === undefined) return undefined;
  const { name } = pool;
  await pools.add({ ...pool, user: account.credentials.user }, account.credentials.password);
  if (account.silence !== undefined) throw new GridError(account.silence.kind, `${name} is added, but: ${account.silence.sentence}`);
  const { documents = 0 } = account;
  void window.showInformationMessage(`${name} is added: ${plural(documents, 'document')}.`);
  return { name };
}

/** Offers what PiCaS and GRID_LRT keep in files; an empty candidate where the person would rather type. */
async function chooseCandidate(pools: Pools): Promise<Partial<PoolCandidate> | undefined> {
  const found = await pools.found();
  if (found.length === 0) return {};
  const items = found.map((candidate) => ({
    label: candidate.database ?? candidate.user ?? 'A server',
    description: `from ${candidate.source}`,
    detail: [candidate.url ?? 'no address', ...(candidate.user === undefined ? [] : [`user ${candidate.user}`])].join(', '),
    candidate: candidate,
  }));
  const another = { label: 'Another pool…', description: '', detail: 'Type its address', candidate: {} };
  const choice = await window.showQuickPick([...items, another], { title: 'Add pool', placeHolder: 'Which one?', ignoreFocusOut: true });
  return choice?.candidate;
}

async function askForPool(pools: Pools, found: Partial<PoolCandidate>): Promise<PoolSetting | undefined> {
  const url = await window.showInputBox({
    title: 'Add pool (1 of 3)',
    prompt: 'Address of the CouchDB server, without user and password; that of the web page with the database does, too',
    value: found.url ?? surfPools,
    ignoreFocusOut: true,
    // The database may come with the next question.
    validateInput: (value) => reasonAgainst(value, found.database ?? 'database'),
  });
  if (url === undefined) return undefined;
  const within = databaseIn(url);
  const database = await window.showInputBox({
    title: 'Add pool (2 of 3)',
    prompt: 'Name of the database',
    value: within ?? found.database ?? '',
    ignoreFocusOut: true,
    validateInput: (value) => reasonAgainst(url, value.trim()),
  });
  if (database === undefined) return undefined;
  const address = poolAddress(url, database.trim());
  const taken = new Set(pools.all.map((each) => each.name));
  const name = await window.showInputBox({
    title: 'Add pool (3 of 3)',
    prompt: 'What to call it',
    value: taken.has(address.database) ? `${address.database} at ${new URL(address.url).host}` : address.database,
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === '' ? 'A name is needed' : taken.has(value.trim()) ? 'There is a pool of that name' : undefined,
  });
  return name === undefined ? undefined : { name: name.trim(), ...address, user: '' };
}

function reasonAgainst(url: string, database: string): string | undefined {
  try {
    poolAddress(url, database);
    return undefined;
  } catch (error) {
    return error instanceof GridError ? error.sentence : String(error);
  }
}

/** The database that an address names by itself. */
function databaseIn(url: string): string | undefined {
  try {
    return poolAddress(url).database;
  } catch {
    return undefined;
  }
}

/** An account that the pool took, or that could not be tried because the pool is silent. */
interface Account {
  readonly credentials: Credentials;
  readonly documents?: number;
  readonly silence?: GridError;
}

/** What is answered is tried at once, and a refusal leads back to the question. */
async function askForAccount(pool: PoolSetting, pools: Pools, found: Partial<PoolCandidate> = {}): Promise<Account | undefined> {
  let { user, password } = found;
  for (let refusal = ''; ;) {
    const credentials =
      refusal === '' && user !== undefined && password !== undefined ? { user, password } : await askForPassword(pool, user, refusal);
    if (credentials === undefined) return undefined;
    ({ user, password } = credentials);
    try {
      const { documents } = await tryWithProgress(pool, credentials, pools);
      return { credentials, documents };
    } catch (thrown) {
      const error = asGridError(thrown);
      if (error.kind === 'cancelled') return undefined;
      if (error.kind !== 'auth' && error.kind !== 'forbidden') return { credentials, silence: error };
      refusal = error.message;
    }
  }
}

function tryWithProgress(pool: PoolSetting, account: Credentials, pools: Pools): Thenable<{ readonly documents: number }> {
  const options = { location: ProgressLocation.Notification, title: `Signing in to ${pool.name}`, cancellable: true };
  return window.withProgress(options, (_, token) => pools.tryOut(pool, account, signalOf(token)));
}

async function askForPassword(pool: PoolSetting, known: string | undefined, refusal: string): Promise<Credentials | undefined> {
  const title = `Sign in to ${pool.name}`;
  const user = await window.showInputBox({
    title,
    prompt: `${refusal} User name in the pool`.trim(),
    value: known ?? pool.user,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? 'A user name is needed' : undefined),
  });
  if (user === undefined) return undefined;
  const password = await window.showInputBox({
    title,
    prompt: `Password of ${user.trim()}; kept in the editor's secret storage`,
    password: true,
    ignoreFocusOut: true,
  });
  return password === undefined ? undefined : { user: user.trim(), password };
}

export async function signInToPool(call: Person | Program, pools: Pools): Promise<PoolResult | undefined> {
  if (call.by === 'program') {
    const { name, user, password } = optionsOf(call.options, { name: 'string', user: 'string', password: 'string' });
    pools.find(name);
    await pools.signIn(name, { user, password });
    return { name };
  }
  const name = await poolMeant(call, pools, 'Sign in');
  if (name === undefined) return undefined;
  const account = await askForAccount(pools.find(name), pools);
  if (account === undefined) return undefined;
  await pools.signIn(name, account.credentials);
  if (account.silence !== undefined) throw account.silence;
  void window.showInformationMessage(`You are signed in to ${name}.`);
  return { name };
}

export async function removePool(call: Person | Program, pools: Pools): Promise<PoolResult | undefined> {
  if (call.by === 'program') {
    const { name } = optionsOf(call.options, { name: 'string' });
    await pools.remove(name);
    return { name };
  }
  const name = await poolMeant(call, pools, 'Remove pool');
  if (name === undefined) return undefined;
  const answer = await window.showWarningMessage(
    `Remove the pool ${name} from this editor?`,
    { modal: true, detail: 'Its password is forgotten. The database and its tokens stay as they are.' },
    'Remove',
  );
  if (answer !== 'Remove') return undefined;
  await pools.remove(name);
  return { name };
}

/** The server's own page (Fauxton) on this database. */
export async function openInBrowser(call: Person | Program, pools: Pools): Promise<{ readonly url: string } | undefined> {
  const name = call.by === 'program' ? optionsOf(call.options, { name: 'string' }).name : await poolMeant(call, pools, 'Open in browser');
  if (name === undefined) return undefined;
  const { url, database } = pools.find(name);
  const page = `${url}/_utils/#database/${encodeURIComponent(database)}/_all_docs`;
  if (call.by === 'person') await env.openExternal(Uri.parse(page));
  return { url: page };
}

/** The pool of the node that was clicked, else the only one, else the one chosen. */
export async function poolMeant(call: Person, pools: Pools, title: string): Promise<string | undefined> {
  const [node] = call.nodes as readonly { readonly pool?: unknown }[];
  if (typeof node?.pool === 'string') return node.pool;
  const [only, ...more] = pools.all;
  if (only === undefined) throw new GridError('notFound', 'There is no pool yet.', { hint: 'Add one first.' });
  if (more.length === 0) return only.name;
  const items = pools.all.map(({ name, database, url }) => ({ label: name, description: `${database} at ${new URL(url).host}` }));
  return (await window.showQuickPick(items, { title, placeHolder: 'Which pool?' }))?.label;
}
