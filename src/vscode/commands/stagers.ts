/** Adding, removing and signing in to stagers. */
import { window } from 'vscode';
import { GridError } from '../../core/errors';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { checkUrl, ltaUrl, type Stagers } from '../stagers';
import type { StagerSetting } from '../settings';

export interface StagerResult {
  readonly name: string;
}

export async function addStager(call: Person | Program, stagers: Stagers): Promise<StagerResult | undefined> {
  if (call.by === 'program') {
    const { name, kind, url, user, password } = optionsOf(call.options, {
      name: 'string',
      kind: 'string',
      url: 'string',
      user: 'string?',
      password: 'string?',
    });
    if (kind !== 'lta') throw new GridError('rejected', `Stagers of the kind "${kind}" are not known.`, { hint: 'Known is: lta.' });
    if (password !== undefined && user === undefined) throw new GridError('rejected', 'A password needs a user.');
    await stagers.add({ name, kind, url, user: user ?? '' }, password);
    return { name };
  }
  const stager = await askForStager(stagers);
  if (stager === undefined) return undefined;
  await stagers.add({ ...stager, user: '' }, undefined);
  const signedIn = await askForSignIn(stager.name, stagers);
  void window.showInformationMessage(
    signedIn
      ? `${stager.name} is added. Right-click a list of links and choose Stage….`
      : `${stager.name} is added; sign in before you stage.`,
  );
  return { name: stager.name };
}

async function askForStager(stagers: Stagers): Promise<StagerSetting | undefined> {
  const url = await window.showInputBox({
    title: 'Add stager (1 of 3)',
    prompt: 'Address of an LTA stager (XML-RPC), without user and password',
    value: ltaUrl,
    ignoreFocusOut: true,
    validateInput: (value) => reasonAgainst(() => checkUrl(value.trim())),
  });
  if (url === undefined) return undefined;
  const taken = new Set(stagers.all.map((each) => each.name));
  const name = await window.showInputBox({
    title: 'Add stager (2 of 3)',
    prompt: 'What to call it',
    value: taken.has('LTA') ? new URL(url.trim()).host : 'LTA',
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === '' ? 'A name is needed' : taken.has(value.trim()) ? 'There is a stager of that name' : undefined,
  });
  return name === undefined ? undefined : { name: name.trim(), kind: 'lta', url: url.trim(), user: '' };
}

function reasonAgainst(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof GridError ? error.sentence : String(error);
  }
}

/**
 * Asks for user and password; offers the accounts that the old clients' files hold. The sign-in is tried before it is
 * kept, and a refusal is said at once.
 */
async function askForSignIn(name: string, stagers: Stagers): Promise<boolean> {
  const user = await askForUser(name, stagers);
  if (user === undefined) return false;
  const password = user.password ?? (await askForPassword(name, user.user));
  if (password === undefined) return false;
  await stagers.signIn(name, { user: user.user, password });
  try {
    await (await stagers.open(name)).probe({ signal: noCancel });
  } catch (error) {
    if (error instanceof GridError && (error.kind === 'auth' || error.kind === 'forbidden')) await stagers.signOut(name);
    throw error;
  }
  return true;
}

interface Account {
  readonly user: string;
  readonly password?: string;
}

async function askForUser(name: string, stagers: Stagers): Promise<Account | undefined> {
  const found = await stagers.found();
  const another = { label: 'Another account…', user: undefined };
  if (found.length > 0) {
    const items = found.map((each) => ({ label: each.user, description: `from ${each.source}`, user: each.user, password: each.password }));
    const choice = await window.showQuickPick([...items, another], {
      title: `Sign in to ${name}`,
      placeHolder: 'Which account?',
      ignoreFocusOut: true,
    });
    if (choice?.user !== undefined) return choice;
    if (choice === undefined) return undefined;
  }
  const user = await window.showInputBox({
    title: `Sign in to ${name}`,
    prompt: 'User name of your LTA account',
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? 'A user name is needed' : undefined),
  });
  return user === undefined ? undefined : { user: user.trim() };
}

async function askForPassword(name: string, user: string): Promise<string | undefined> {
  return window.showInputBox({
    title: `Sign in to ${name}`,
    prompt: `Password of ${user}; kept in the editor's secret storage`,
    password: true,
    ignoreFocusOut: true,
  });
}

export async function signInToStager(call: Person | Program, stagers: Stagers): Promise<StagerResult | undefined> {
  if (call.by === 'program') {
    const { name, user, password } = optionsOf(call.options, { name: 'string', user: 'string', password: 'string' });
    stagers.find(name);
    await stagers.signIn(name, { user, password });
    return { name };
  }
  const name = await chooseStager(stagers, 'Sign in');
  if (name === undefined) return undefined;
  if (await askForSignIn(name, stagers)) void window.showInformationMessage(`You are signed in to ${name}.`);
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
    { modal: true, detail: 'Its password is forgotten. Requests already made go on, but are not followed here any more.' },
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
