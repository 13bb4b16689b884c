/** Adding, removing and signing in to stagers. */
import { ProgressLocation, window } from 'vscode';
import { asGridError, GridError } from '../../core/errors';
import { listing } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { signalOf } from '../cancel';
import type { StagerSetting } from '../settings';
import { kindOf, stagerKinds, type KindFacts, type Secret } from '../stagerKinds';
import { checkAddress } from '../stagerAddress';
import type { Stagers } from '../stagers';

export interface StagerResult {
  readonly name: string;
}

export async function addStager(call: Person | Program, stagers: Stagers): Promise<StagerResult | undefined> {
  if (call.by === 'person') return addForPerson(stagers);
  const { name, kind, url, user, sites, ...secret } = optionsOf(call.options, {
    name: 'string',
    kind: 'string',
    url: 'string',
    user: 'string?',
    password: 'string?',
    token: 'string?',
    sites: 'array?',
  });
  const facts = kindOf(kind);
  if (facts === undefined) {
    const known = listing(stagerKinds.map((each) => each.kind));
    throw new GridError('rejected', `Stagers of the kind "${kind}" are not known.`, { hint: `Known: ${known}.` });
  }
  const served = (sites ?? []).map(String);
  await stagers.add({ name, kind: facts.kind, url, user: user ?? '', sites: served }, secretOf(facts, { user, ...secret }));
  return { name };
}

interface GivenSecret {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

/** The secret among a program's options, of the sort that the kind wants; undefined when none was given. */
function secretOf({ signsWith, label }: KindFacts, { user, password, token }: GivenSecret): Secret | undefined {
  if (signsWith !== 'password') {
    if (password !== undefined) throw new GridError('rejected', `${label} takes a token, not a password.`);
    return token === undefined ? undefined : { token };
  }
  if (token !== undefined) throw new GridError('rejected', `${label} takes a user and a password, not a token.`);
  if (password === undefined) return undefined;
  if (user === undefined) throw new GridError('rejected', 'A password needs a user.');
  return { user, password };
}

/** Nothing is written and nothing is sent before the account is chosen; giving up at any question adds nothing. */
async function addForPerson(stagers: Stagers): Promise<StagerResult | undefined> {
  const stager = await askForStager(stagers);
  if (stager === undefined) return undefined;
  const account = await askForAccount(stager, stagers);
  if (account === undefined) return undefined;
  await stagers.add(stager, account.secret);
  const { name } = stager;
  if (account.silence !== undefined) throw new GridError(account.silence.kind, `${name} is added, but: ${account.silence.sentence}`);
  const next = kindOf(stager.kind)?.tells === true ? 'Check or Stage…' : 'Stage…';
  void window.showInformationMessage(`${name} is added. Right-click a list of links and choose ${next}.`);
  return { name };
}

async function askForStager(stagers: Stagers): Promise<StagerSetting | undefined> {
  const facts = await askForKind();
  if (facts === undefined) return undefined;
  const url = await window.showInputBox({
    title: `Add ${facts.label} (1 of 3)`,
    prompt:
      facts.kind === 'gfal' ? 'The door that a token is for; leave it empty for the grid proxy' : 'Its address, without user and password',
    value: facts.url,
    ignoreFocusOut: true,
    validateInput: (value) => reasonAgainst(() => checkAddress(facts.kind, value.trim())),
  });
  if (url === undefined) return undefined;
  const taken = new Set(stagers.all.map((each) => each.name));
  const name = await window.showInputBox({
    title: `Add ${facts.label} (2 of 3)`,
    prompt: 'What to call it',
    value: taken.has(facts.name) && URL.canParse(url.trim()) ? new URL(url.trim()).host : facts.name,
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === '' ? 'A name is needed' : taken.has(value.trim()) ? 'There is a stager of that name' : undefined,
  });
  return name === undefined ? undefined : { name: name.trim(), kind: facts.kind, url: url.trim(), user: '', sites: [] };
}

async function askForKind(): Promise<KindFacts | undefined> {
  if (stagerKinds.length === 1) return stagerKinds[0];
  const items = stagerKinds.map((facts) => ({ label: facts.label, detail: facts.detail, facts }));
  return (await window.showQuickPick(items, { title: 'Add stager', placeHolder: 'Which kind?', ignoreFocusOut: true }))?.facts;
}

function reasonAgainst(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof GridError ? error.sentence : String(error);
  }
}

/** An account that the stager took, or that could not be tried because the stager is silent; without a secret the grid proxy. */
interface Account {
  readonly secret: Secret | undefined;
  readonly silence?: GridError;
}

/**
 * Asks who signs in: offers what the old clients' files hold, else asks. What is answered is tried at once, and a
 * refusal leads back to the question.
 */
async function askForAccount(stager: StagerSetting, stagers: Stagers): Promise<Account | undefined> {
  for (let refusal: GridError | undefined; ;) {
    const chosen = await askForSecret(stager, stagers, refusal);
    if (chosen === undefined) return undefined;
    if (chosen === 'later') return { secret: undefined };
    const secret = chosen === 'proxy' ? undefined : chosen;
    try {
      await tryWithProgress(stager, secret, stagers);
      return { secret };
    } catch (thrown) {
      const error = asGridError(thrown);
      if (error.kind === 'cancelled') return undefined;
      if (error.kind !== 'auth' && error.kind !== 'forbidden' && error.kind !== 'expired') return { secret, silence: error };
      refusal = error;
    }
  }
}

function tryWithProgress(stager: StagerSetting, secret: Secret | undefined, stagers: Stagers): Thenable<void> {
  const options = { location: ProgressLocation.Notification, title: `Signing in to ${stager.name}`, cancellable: true };
  return window.withProgress(options, (_, token) => stagers.tryOut(stager, secret, signalOf(token)));
}

async function askForSecret(
  stager: StagerSetting,
  stagers: Stagers,
  refused: GridError | undefined,
): Promise<Secret | 'proxy' | 'later' | undefined> {
  const title = `Sign in to ${stager.name}`;
  if (kindOf(stager.kind)?.signsWith === 'bearer') return (await import('./bearers')).askForBearer(stager, title, refused);
  const refusal = refused?.message ?? '';
  const found = await stagers.found(stager.kind);
  if (found.length > 0) {
    const items = found.map((each) => ({
      label: 'user' in each ? each.user : 'Token',
      description: `from ${each.source}`,
      secret: secretIn(each),
    }));
    const another = { label: 'Another account…', description: '', secret: undefined };
    const placeHolder = refusal === '' ? 'Which account?' : `${refusal} Which account?`;
    const choice = await window.showQuickPick([...items, another], { title, placeHolder, ignoreFocusOut: true });
    if (choice === undefined || choice.secret !== undefined) return choice?.secret;
  }
  return kindOf(stager.kind)?.signsWith === 'token' ? askForToken(title, refusal) : askForPassword(title, refusal);
}

/** Without the word where it was found. */
function secretIn(found: Secret): Secret {
  return 'user' in found ? { user: found.user, password: found.password } : { token: found.token };
}

const keptWhere = "kept in the editor's secret storage";

async function askForPassword(title: string, refusal: string): Promise<Secret | undefined> {
  const user = await window.showInputBox({
    title,
    prompt: `${refusal} User name of your LTA account`.trim(),
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? 'A user name is needed' : undefined),
  });
  if (user === undefined) return undefined;
  const password = await window.showInputBox({
    title,
    prompt: `Password of ${user.trim()}; ${keptWhere}`,
    password: true,
    ignoreFocusOut: true,
  });
  return password === undefined ? undefined : { user: user.trim(), password };
}

async function askForToken(title: string, refusal: string): Promise<Secret | undefined> {
  const token = await window.showInputBox({
    title,
    prompt: `${refusal} Your API token: on the StageIT page choose your name, then Request token; ${keptWhere}`.trim(),
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? 'A token is needed' : undefined),
  });
  return token === undefined ? undefined : { token: token.trim() };
}

/** What stands for a stager where no tree shows any. */
interface StagerNode {
  readonly node: string;
  readonly name: string;
}

export async function signInToStager(call: Person | Program, stagers: Stagers): Promise<StagerResult | undefined> {
  if (call.by === 'program') {
    const { name, ...given } = optionsOf(call.options, { name: 'string', user: 'string?', password: 'string?', token: 'string?' });
    const facts = kindOf(stagers.find(name).kind);
    const secret = facts && secretOf(facts, given);
    if (secret === undefined) {
      throw new GridError('rejected', `The ${facts?.signsWith === 'password' ? 'password' : 'token'} for ${name} is missing.`);
    }
    await stagers.signIn(name, secret);
    return { name };
  }
  const [meant] = call.nodes.filter((each): each is StagerNode => each.node === 'stager');
  const name = meant?.name ?? (await chooseStager(stagers, 'Sign in'));
  if (name === undefined) return undefined;
  const account = await askForAccount(stagers.find(name), stagers);
  if (account === undefined) return undefined;
  if (account.secret === undefined) await stagers.signOut(name);
  else await stagers.signIn(name, account.secret);
  if (account.silence !== undefined) throw account.silence;
  void window.showInformationMessage(
    account.secret === undefined ? `${name} is called with the grid proxy.` : `You are signed in to ${name}.`,
  );
  return { name };
}

export async function removeStager(call: Person | Program, stagers: Stagers): Promise<StagerResult | undefined> {
  if (call.by === 'program') {
    const { name } = optionsOf(call.options, { name: 'string' });
    await stagers.remove(name);
    return { name };
  }
  const name = await chooseStager(stagers, 'Remove stager');
  if (name === undefined) return undefined;
  const answer = await window.showWarningMessage(
    `Remove the stager ${name}?`,
    { modal: true, detail: 'Its password or token is forgotten. Requests already made go on, but are not followed here any more.' },
    'Remove',
  );
  if (answer !== 'Remove') return undefined;
  await stagers.remove(name);
  return { name };
}

/** The only stager, or the one a person chooses. */
async function chooseStager(stagers: Stagers, title: string): Promise<string | undefined> {
  const names = stagers.all.map((each) => each.name);
  if (names.length === 0) throw new GridError('notFound', 'There is no stager yet.', { hint: 'Add one first.' });
  return names.length === 1 ? names[0] : window.showQuickPick(names, { title, placeHolder: 'Which stager?' });
}
