/** The roots of the tree of grid storage, and what is drawn of it. */
import { window } from 'vscode';
import { GridError } from '../../core/errors';
import { nameIn, readLocation } from '../../core/storage/location';
import { optionsOf, type Person, type Program } from '../caller';
import type { Storage } from '../storage';
import { folderOf } from '../trees/storage';
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
