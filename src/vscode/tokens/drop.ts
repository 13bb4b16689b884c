/** Files dropped on a token become its attachments. What is there already is replaced only when the person says so. */
import { FileType, ProgressLocation, Uri, window, workspace, type DataTransfer } from 'vscode';
import { GridError } from '../../core/errors';
import { encode } from '../../core/tokens/path';
import { listing, plural, sizeOf } from '../../core/wording';
import { report } from '../report';
import { mostBytes } from './attachments';
import { attachmentUri, documentUri, placeIn } from './uri';

interface Dropped {
  readonly name: string;
  readonly bytes: number;
  readonly read: () => Thenable<Uint8Array>;
}

/** Files that are attached without a question, unless they replace one. */
const fewFiles = 3;

export async function drop(token: { readonly pool: string; readonly id: string } | undefined, transfer: DataTransfer): Promise<void> {
  try {
    if (token === undefined) throw new GridError('rejected', 'A file is attached to one token.', { hint: 'Drop it on that token.' });
    const files = await filesIn(transfer);
    if (files.length === 0) return;
    if (await attachAll(token, files)) window.setStatusBarMessage(`${plural(files.length, 'file')} attached to ${token.id}`, 4000);
  } catch (error) {
    void report('The files could not be attached.', error);
  }
}

/** Files of this machine or of the workspace; folders are no files. */
async function filesIn(transfer: DataTransfer): Promise<readonly Dropped[]> {
  const list = (await transfer.get('text/uri-list')?.asString()) ?? '';
  const uris = list
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => Uri.parse(line, true));
  if (uris.length > 0) return Promise.all(uris.map(fileAt));
  const files: Dropped[] = [];
  for (const [, item] of transfer) {
    const file = item.asFile();
    if (file === undefined) continue;
    const content = await file.data();
    files.push({ name: file.name, bytes: content.length, read: () => Promise.resolve(content) });
  }
  return files;
}

async function fileAt(uri: Uri): Promise<Dropped> {
  const { type, size } = await workspace.fs.stat(uri);
  const place = placeIn(uri);
  const name = place?.kind === 'attachment' ? place.name : (uri.path.split('/').at(-1) ?? '');
  if ((type & FileType.Directory) !== 0)
    throw new GridError('rejected', `${name} is a folder, and only files can be attached.`, {
      hint: 'Pack it first, or drop what is in it.',
    });
  return { name, bytes: size, read: () => workspace.fs.readFile(uri) };
}

async function attachAll({ pool, id }: { readonly pool: string; readonly id: string }, files: readonly Dropped[]): Promise<boolean> {
  const large = files.find(({ bytes }) => bytes > mostBytes);
  if (large !== undefined)
    throw new GridError(
      'rejected',
      `${large.name} has ${sizeOf(large.bytes)}, and ${sizeOf(mostBytes)} is the most that is attached here.`,
      {
        hint: 'Put it on grid storage, and its link into the token.',
      },
    );
  const folder = Uri.joinPath(documentUri(pool, id), '..', 'attachments');
  const there = new Set((await workspace.fs.readDirectory(folder)).map(([name]) => name));
  const replaced = files.filter(({ name }) => there.has(encode(name)));
  if ((replaced.length > 0 || files.length > fewFiles) && !(await agreed(id, files, replaced))) return false;
  await window.withProgress(
    { location: ProgressLocation.Notification, title: `Attaching to ${id}`, cancellable: true },
    async (progress, stop) => {
      for (const { name, read } of files) {
        if (stop.isCancellationRequested) throw new GridError('cancelled', 'Cancelled.');
        progress.report({ message: name, increment: 100 / files.length });
        await workspace.fs.writeFile(attachmentUri(pool, id, name), await read());
      }
    },
  );
  return true;
}

async function agreed(id: string, files: readonly Dropped[], replaced: readonly Dropped[]): Promise<boolean> {
  const size = sizeOf(files.reduce((sum, { bytes }) => sum + bytes, 0));
  const attach = replaced.length > 0 ? 'Attach and Replace' : 'Attach';
  const names = replaced.slice(0, 5).map(({ name }) => name);
  const rest = replaced.length - names.length;
  const detail =
    replaced.length === 0
      ? 'Nothing is replaced.'
      : `Replaced: ${listing(rest > 0 ? [...names, `${rest} more`] : names)}. What was attached under ${replaced.length === 1 ? 'this name' : 'these names'} is lost.`;
  return (
    (await window.showWarningMessage(`Attach ${plural(files.length, 'file')} (${size}) to ${id}?`, { modal: true, detail }, attach)) ===
    attach
  );
}
