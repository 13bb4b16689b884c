/** Dropping on the tree of grid storage, and dragging from it. */
import { DataTransferItem, Uri, type DataTransfer } from 'vscode';
import { GridError } from '../core/errors';
import { readLocation } from '../core/storage/location';
import { uploadThere } from './commands/storage';
import { report } from './report';
import type { Storage } from './storage';
import { folderOf, type StorageNode } from './trees/storage';

export async function drop(target: unknown, transfer: DataTransfer, storage: Storage): Promise<void> {
  try {
    const list = (await transfer.get('text/uri-list')?.asString()) ?? '';
    const uris = list
      .split(/\r?\n/)
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => Uri.parse(line, true));
    if (uris.length === 0) return;
    if (target === undefined) throw new GridError('rejected', 'Files are uploaded to a folder.', { hint: 'Drop them on that folder.' });
    await uploadThere(uris, readLocation(folderOf(target as StorageNode)), storage);
  } catch (error) {
    void report('The files could not be uploaded.', error);
  }
}

/** Links of the files, one a line. */
export function linksOf(nodes: readonly unknown[], transfer: DataTransfer): void {
  const links = (nodes as readonly StorageNode[]).flatMap((node) => (node.node === 'storageFile' ? [node.location] : []));
  if (links.length > 0) transfer.set('text/plain', new DataTransferItem(links.join('\n')));
}
