/** Grid storage: root → folder → folders and files with size, date and, once asked, where the file is. */
import { asGridError, type GridError } from '../../core/errors';
import { isAboutProxy } from '../../core/staging/proxy';
import { fileWord } from '../../core/staging/state';
import { stateOfLocality } from '../../core/staging/locality';
import { dateWords, type StorageEntry } from '../../core/storage/entry';
import { isWeb, nameIn, readLocation } from '../../core/storage/location';
import { count, plural, sizeOf } from '../../core/wording';
import { fileShape } from '../../shared/shape';
import { plain } from '../markdown';
import type { Storage } from '../storage';
import type { Description, Source } from './tree';

export interface StorageRootNode {
  readonly node: 'storageRoot';
  readonly name: string;
  readonly location: string;
}
export interface StorageEntryNode {
  readonly node: 'storageFolder' | 'storageFile';
  readonly location: string;
  readonly entry: StorageEntry;
  readonly parent: StorageRootNode | StorageEntryNode;
}
export interface StorageMoreNode {
  readonly node: 'storageMore';
  readonly parent: StorageRootNode | StorageEntryNode;
  readonly left: number;
}
export interface StorageNoteNode {
  readonly node: 'storageNote';
  readonly parent: StorageRootNode | StorageEntryNode;
  /** Why the folder cannot be read; absent for one that is empty. */
  readonly error?: GridError;
}
export type StorageNode = StorageRootNode | StorageEntryNode | StorageMoreNode | StorageNoteNode;

export class StorageSource implements Source<StorageNode> {
  constructor(
    private readonly storage: Storage,
    private readonly clock: () => number,
  ) {}

  async children(parent: StorageNode | undefined): Promise<readonly StorageNode[]> {
    if (parent === undefined) return this.storage.roots.map(({ name, location }) => ({ node: 'storageRoot', name, location }));
    if (parent.node === 'storageMore' || parent.node === 'storageNote' || parent.node === 'storageFile') return [];
    try {
      const location = readLocation(parent.location);
      const entries = await this.storage.entries(location);
      if (entries.length === 0) return [{ node: 'storageNote', parent }];
      const shown = this.storage.shown(location);
      const nodes: StorageNode[] = entries.slice(0, shown).map((entry) => ({
        node: entry.directory ? 'storageFolder' : 'storageFile',
        location: entry.location,
        entry,
        parent,
      }));
      return entries.length > shown ? [...nodes, { node: 'storageMore', parent, left: entries.length - shown }] : nodes;
    } catch (thrown) {
      return [{ node: 'storageNote', parent, error: asGridError(thrown) }];
    }
  }

  parent(node: StorageNode): StorageNode | undefined {
    return node.node === 'storageRoot' ? undefined : node.parent;
  }

  describe(node: StorageNode): Description {
    const id = idOf(node);
    switch (node.node) {
      case 'storageRoot':
        return {
          id,
          label: node.name,
          description: node.location,
          icon: 'server',
          context: `storageRoot storagePlace${isWeb(node.location) ? ' storageWeb' : ''}`,
          children: 'collapsed',
          spoken: `${node.name}, ${node.location}`,
        };
      case 'storageFolder':
        return describeFolder(id, node.entry);
      case 'storageFile':
        return this.#describeFile(id, node.entry);
      case 'storageMore': {
        const label = `Show more: ${plural(node.left, 'entry is', 'entries are')} left`;
        const command = { id: 'grid.storage.more', title: 'Show More' };
        return { id, label, description: '', icon: 'ellipsis', context: 'storageMore', children: 'none', spoken: label, command };
      }
      case 'storageNote':
        return describeNote(id, node);
    }
  }

  #describeFile(id: string, { name, size, modified, location }: StorageEntry): Description {
    const locality = this.storage.locality(location);
    const state = locality === undefined ? undefined : stateOfLocality(locality);
    const where = state === undefined ? '' : fileWord(state);
    const description = [where, sizeOf(size), this.#when(modified)].filter((part) => part !== '').join(' · ');
    return {
      id,
      label: name,
      description: location === '' ? 'its name cannot be addressed' : description,
      ...(state === undefined ? { icon: 'file' } : { shape: fileShape(state) }),
      context: location === '' ? 'storageOdd' : 'storageFile',
      children: 'none',
      spoken: [name, where, sizeOf(size), dateWords(modified)].filter((part) => part !== '').join(', '),
    };
  }

  /** Of this year without the year: rows are narrow. */
  #when(modified: number): string {
    const words = dateWords(modified);
    return words.startsWith(`${new Date(this.clock()).getFullYear()}-`) ? words.slice(5) : words.slice(0, 10);
  }

  tooltip(node: StorageNode): string {
    if (node.node !== 'storageFile' && node.node !== 'storageFolder') return plain(this.describe(node).spoken);
    const { location, size, modified, directory } = node.entry;
    const locality = this.storage.locality(location);
    const lines = [`\`${location.replaceAll('`', '')}\``];
    if (!directory) lines.push(`${count(size)} bytes`);
    if (modified > 0) lines.push(`Changed ${dateWords(modified)}`);
    if (locality !== undefined) lines.push(locality.replaceAll('_', ' '));
    return lines.join('  \n');
  }
}

function describeFolder(id: string, { name, modified, location }: StorageEntry): Description {
  return {
    id,
    label: name,
    description: location === '' ? 'its name cannot be addressed' : dateWords(modified).slice(0, 10),
    icon: 'folder',
    context: location === '' ? 'storageOdd' : 'storageFolder storagePlace',
    children: location === '' ? 'none' : 'collapsed',
    spoken: `Folder ${name}`,
  };
}

function describeNote(id: string, { error, parent }: StorageNoteNode): Description {
  return {
    id,
    ...noteOf(error, parent.location),
    context: 'storageNote',
    children: 'none',
    spoken: error?.sentence ?? 'This folder is empty',
  };
}

/** What one does about it stands first: rows are narrow. */
function noteOf(error: GridError | undefined, location: string): Pick<Description, 'label' | 'description' | 'icon' | 'shape' | 'command'> {
  if (error === undefined) return { label: 'Empty', description: '', icon: 'circle-slash' };
  // Who has a proxy renews it, and refreshes; who has none may have a token.
  const renews = isAboutProxy(error) && error.kind !== 'auth';
  if (isWeb(location) && ['auth', 'expired', 'forbidden'].includes(error.kind) && !renews) {
    const command = { id: 'grid.storage.signIn', title: 'Sign In…' };
    return { label: 'Sign in…', description: error.message, icon: 'key', command };
  }
  const command = { id: 'grid.storage.refresh', title: 'Refresh' };
  return { label: error.message, description: error.hint ?? '', shape: 'warning', command };
}

/** Unique also where two roots show the same folder. */
function idOf(node: StorageNode): string {
  switch (node.node) {
    case 'storageRoot':
      return `root/${node.name}`;
    case 'storageFolder':
    case 'storageFile':
      return `${idOf(node.parent)}/${node.entry.name}`;
    case 'storageMore':
    case 'storageNote':
      return `${idOf(node.parent)}//${node.node}`;
  }
}

/** The folder that a node stands for or in. */
export function folderOf(node: StorageNode): string {
  return node.node === 'storageRoot' || node.node === 'storageFolder' ? node.location : folderOf(node.parent);
}

/** The root that a node stands for or below. */
export function rootOf(node: StorageNode): StorageRootNode {
  return node.node === 'storageRoot' ? node : rootOf(node.parent);
}

/** "SB000.tar", or the name of a root's last folder. */
export function nameOfNode(node: StorageRootNode | StorageEntryNode): string {
  return node.node === 'storageRoot' ? nameIn(node.location) : node.entry.name;
}
