/** The roots of the tree of grid storage: which there are, how they are signed in to, and what is drawn of them. */
import { window } from 'vscode';
import { bareToken } from '../../adapters/bearer';
import { GridError, asGridError } from '../../core/errors';
import { hostIn, isWeb, nameIn, readLocation } from '../../core/storage/location';
import { optionsOf, type Person, type Program } from '../caller';
import { withProgress } from '../progress';
import type { StorageRoot } from '../settings';
import type { Stagers } from '../stagers';
import type { Storage } from '../storage';
import { openStorageDoors } from '../storageDoors';
import { folderOf, rootOf } from '../trees/storage';
import { askForBearer } from './bearers';
import { askForLocation, nodesOf } from './storage';

export async function addRoot(call: Person | Program, storage: Storage): Promise<{ readonly name: string } | undefined> {
  if (call.by === 'program') {
    const { name, location } = optionsOf(call.options, { name: 'string', location: 'string' });
    return { name: (await storage.add(name, location)).name };
  }
  const location = await askForLocation('Add a root of grid storage (1 of 2)', storage, '');
  if (location === undefined) return undefined;
  const name = await window.showInputBox({
    title: 'Add a root of grid storage (2 of 2)',
    prompt: 'Its name in the view',
    value: nameIn(location),
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim() === '') return 'A name is missing.';
      return storage.roots.some((root) => root.name === text.trim()) ? `There is a root “${text.trim()}” already.` : undefined;
    },
  });
  if (name === undefined) return undefined;
  return { name: (await storage.add(name, location)).name };
}

export async function signInToRoot(
  call: Person | Program,
  { storage, stagers }: { readonly storage: Storage; readonly stagers: Stagers },
): Promise<{ readonly name: string } | undefined> {
  if (call.by === 'program') {
    const { name, token } = optionsOf(call.options, { name: 'string', token: 'string' });
    await storage.signIn(storage.find(name).location, bareToken(token));
    return { name };
  }
  const root = await rootMeant(call, storage);
  if (root === undefined) return undefined;
  const location = readLocation(root.location);
  if (!isWeb(location))
    throw new GridError('rejected', `${root.name} is reached with the grid proxy.`, { hint: 'Make one with voms-proxy-init.' });
  for (let refused: GridError | undefined; ;) {
    const title = `Sign in to ${hostIn(location)}`;
    const chosen = await askForBearer({ name: hostIn(location), url: location }, title, refused);
    if (chosen === undefined || chosen === 'later') return undefined;
    const token = chosen !== 'proxy' && 'token' in chosen ? chosen.token : undefined;
    let silence: GridError | undefined;
    try {
      await withProgress(title, async (signal) => {
        const of = () => Promise.resolve(token);
        await openStorageDoors(await stagers.bridge(), { of }, stagers.bridgeOptions).gfal.stat(location, { signal });
      });
    } catch (thrown) {
      const error = asGridError(thrown);
      if (error.kind === 'cancelled') return undefined;
      if (['auth', 'forbidden', 'expired'].includes(error.kind)) {
        refused = error;
        continue;
      }
      silence = error;
    }
    await storage.signIn(location, token);
    if (silence !== undefined) throw silence;
    const how = token === undefined ? 'is called with the grid proxy' : 'is called with this token';
    void window.showInformationMessage(`${hostIn(location)} ${how}.`);
    return { name: root.name };
  }
}

/** The root that is clicked, or in which something is; else one of those that take tokens. */
async function rootMeant(call: Person, storage: Storage): Promise<StorageRoot | undefined> {
  const [node] = nodesOf(call);
  if (node !== undefined) return rootOf(node);
  const items = storage.roots
    .filter(({ location }) => isWeb(location))
    .map((root) => ({ label: root.name, description: root.location, root }));
  if (items.length === 0)
    throw new GridError('notFound', 'There is no root that takes a token.', {
      hint: 'Add one whose location begins with davs:// or https://.',
    });
  return (await window.showQuickPick(items, { title: 'Sign in to grid storage', placeHolder: 'Which root?' }))?.root;
}

export async function removeRoot(call: Person | Program, storage: Storage): Promise<{ readonly name: string } | undefined> {
  if (call.by === 'program') {
    const { name } = optionsOf(call.options, { name: 'string' });
    await storage.remove(name);
    return { name };
  }
  const [node] = nodesOf(call);
  const names = storage.roots.map(({ name }) => name);
  const name =
    node?.node === 'storageRoot' ? node.name : await window.showQuickPick(names, { title: 'Remove a root', placeHolder: 'Which one?' });
  if (name === undefined) return undefined;
  await storage.remove(name);
  window.setStatusBarMessage(`${name} is not shown any more; nothing was deleted`, 4000);
  return { name };
}

export function refreshStorage(call: Person | Program, storage: Storage): void {
  if (call.by === 'program') {
    const { location } = optionsOf(call.options, { location: 'string?' });
    storage.refresh(location === undefined ? undefined : readLocation(location));
    return;
  }
  const [node] = nodesOf(call);
  storage.refresh(node === undefined ? undefined : readLocation(folderOf(node)));
}

export function moreOfFolder(call: Person | Program, storage: Storage): void {
  if (call.by === 'program') throw new GridError('rejected', 'This command is for the view.', { hint: 'Use grid.storage.list.' });
  const [node] = nodesOf(call);
  if (node?.node === 'storageMore') storage.more(readLocation(folderOf(node)));
}
