/** grid.storage.list, download, upload, makeDirectory: what comes and goes between grid storage and this machine. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { FileType, Uri, window, workspace } from 'vscode';
import { listFolder, lookFor, makeFolder, walk } from '../../adapters/storage';
import { download, upload, type TransferOptions, type Transferred } from '../../adapters/storageTransfer';
import { GridError } from '../../core/errors';
import { listingText, sorted, type StorageEntry, type StorageFailure } from '../../core/storage/entry';
import { childOf, nameIn, readLocation } from '../../core/storage/location';
import { plural } from '../../core/wording';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { failure, showLog } from '../log';
import type { Previews } from '../previews';
import { withProgress } from '../progress';
import type { Storage } from '../storage';
import { folderOf, type StorageNode } from '../trees/storage';

/** The editor holds a file in memory that it brings from another machine. */
const mostBrought = 256_000_000;

export interface StoragePorts {
  readonly storage: Storage;
  readonly previews: () => Promise<Previews>;
}

export interface ListResult {
  readonly entries: readonly StorageEntry[];
  readonly failed: readonly StorageFailure[];
}
export interface FilesResult {
  /** Of a download URIs on this machine, of an upload locations. */
  readonly files: readonly string[];
  readonly failed: readonly StorageFailure[];
}

/** The nodes of the tree that a person means. */
export function nodesOf(call: Person): readonly StorageNode[] {
  return (call.nodes as readonly StorageNode[]).filter(({ node }) => node.startsWith('storage'));
}

/** `location`, or `locations` for several. */
export function locationsIn(location: string | undefined, locations: readonly unknown[] | undefined): readonly string[] {
  const given = locations ?? (location === undefined ? [] : [location]);
  if (given.length === 0 || !given.every((each) => typeof each === 'string'))
    throw new GridError('rejected', 'A location is missing.', { hint: 'Pass it as "location", or several as "locations".' });
  return given.map(readLocation);
}

/** Files and folders of the tree that a person has chosen; a root stands for itself. */
export function placesOf(call: Person): readonly string[] {
  return nodesOf(call).flatMap((node) => (node.node === 'storageMore' || node.node === 'storageNote' ? [] : [readLocation(node.location)]));
}

/** The folder that is clicked, or the one that a person types. */
export async function folderMeant(call: Person, { storage }: StoragePorts, title: string): Promise<string | undefined> {
  const [node] = nodesOf(call);
  return node === undefined ? askForLocation(title, storage) : readLocation(folderOf(node));
}

export async function askForLocation(title: string, storage: Storage, value = storage.roots[0]?.location): Promise<string | undefined> {
  const text = await window.showInputBox({
    title,
    prompt: 'A location on grid storage',
    ...(value === undefined ? { placeHolder: 'gsiftp://host:2811/path/to/folder' } : { value }),
    ignoreFocusOut: true,
    validateInput: (typed) => {
      try {
        readLocation(typed);
        return undefined;
      } catch (error) {
        return error instanceof GridError ? error.sentence : String(error);
      }
    },
  });
  return text === undefined ? undefined : readLocation(text);
}

export async function listStorage(call: Person | Program, ports: StoragePorts): Promise<ListResult | undefined> {
  if (call.by === 'program') {
    const { location, recursive = false } = optionsOf(call.options, { location: 'string', recursive: 'boolean?' });
    return list(readLocation(location), recursive, ports.storage, noCancel);
  }
  const folder = await folderMeant(call, ports, 'List a folder');
  if (folder === undefined) return undefined;
  const result = await withProgress(`Reading ${nameIn(folder)}`, (signal) => list(folder, false, ports.storage, signal));
  const heading = `${folder}\n${plural(result.entries.length, 'entry', 'entries')}`;
  const uri = (await ports.previews()).add(`${nameIn(folder)}.txt`, listingText(heading, result.entries));
  await window.showTextDocument(uri, { preview: true });
  return result;
}

async function list(location: string, recursive: boolean, storage: Storage, signal: AbortSignal): Promise<ListResult> {
  const { gfal } = await storage.doors();
  if (!recursive) return { entries: sorted(await listFolder(gfal, location, { signal })), failed: [] };
  const entries: StorageEntry[] = [];
  const failed: StorageFailure[] = [];
  await walk(gfal, location, {
    signal,
    heard: (entry, names) => entries.push({ ...entry, name: names.join('/') }),
    failed: (each) => failed.push(each),
  });
  return { entries, failed };
}

export async function downloadFromStorage(call: Person | Program, ports: StoragePorts): Promise<FilesResult | undefined> {
  const { storage } = ports;
  if (call.by === 'program') {
    const shape = { location: 'string?', locations: 'array?', to: 'uri', overwrite: 'boolean?' } as const;
    const { location, locations, to, overwrite = false } = optionsOf(call.options, shape);
    const options = { ...(await storage.doors()), signal: noCancel, overwrite };
    return asUris(await download(locationsIn(location, locations), to.fsPath, options));
  }
  const chosen = placesOf(call);
  const places = chosen.length > 0 ? chosen : await one(askForLocation('Download from grid storage', storage));
  if (places.length === 0) return undefined;
  const what = places.length === 1 ? nameIn(places[0] ?? '') : plural(places.length, 'entry', 'entries');
  const [folder] =
    (await window.showOpenDialog({
      title: `Download ${what} to`,
      openLabel: 'Download Here',
      canSelectFolders: true,
      canSelectFiles: false,
      ...(workspace.workspaceFolders?.[0] === undefined ? {} : { defaultUri: workspace.workspaceFolders[0].uri }),
    })) ?? [];
  if (folder === undefined) return undefined;
  const result = await transfer(`Downloading ${what}`, storage, (options) => download(places, folder.fsPath, options));
  tellTransfer(result, 'downloaded', `to ${workspace.asRelativePath(folder)}`);
  return asUris(result);
}

async function one(asked: Promise<string | undefined>): Promise<readonly string[]> {
  const answer = await asked;
  return answer === undefined ? [] : [answer];
}

function asUris({ files, failed }: Transferred): FilesResult {
  return { files: files.map((file) => Uri.file(file).toString()), failed };
}

export async function uploadToStorage(call: Person | Program, ports: StoragePorts): Promise<FilesResult | undefined> {
  const { storage } = ports;
  if (call.by === 'program') {
    const shape = { file: 'uri?', files: 'array?', to: 'string', overwrite: 'boolean?' } as const;
    const { file, files, to, overwrite = false } = optionsOf(call.options, shape);
    const uris = urisOf(files ?? (file === undefined ? [undefined] : [file]));
    const target = readLocation(to);
    const result = await upload(uris.map(pathOf), target, { ...(await storage.doors()), signal: noCancel, overwrite });
    storage.touched(result.files);
    return result;
  }
  const folder = await folderMeant(call, ports, 'Upload to a folder');
  if (folder === undefined) return undefined;
  const uris =
    call.uris.length > 0
      ? call.uris
      : await window.showOpenDialog({ title: `Upload to ${nameIn(folder)}`, openLabel: 'Upload', canSelectMany: true });
  return uris === undefined || uris.length === 0 ? undefined : uploadThere(uris, folder, storage);
}

/** Files that a person has chosen or dropped. What is there under the same name is replaced only when they say so. */
export async function uploadThere(uris: readonly Uri[], folder: string, storage: Storage): Promise<FilesResult | undefined> {
  const overwrite = await agreesToReplace(uris, folder, storage);
  if (overwrite === undefined) return undefined;
  const what = uris.length === 1 ? nameOf(uris[0]) : plural(uris.length, 'file');
  const passing = await mkdtemp(join(tmpdir(), 'grid-upload-'));
  try {
    const paths: string[] = [];
    for (const uri of uris) paths.push(uri.scheme === 'file' ? uri.fsPath : await broughtHere(uri, passing));
    const result = await transfer(`Uploading ${what}`, storage, (options) => upload(paths, folder, { ...options, overwrite }));
    tellTransfer(result, 'uploaded', `to ${nameIn(folder)}`);
    return result;
  } finally {
    storage.refresh(folder);
    await rm(passing, { recursive: true, force: true });
  }
}

/** A file of the person's own machine, dropped in a window to another one, or of another extension. */
async function broughtHere(uri: Uri, folder: string): Promise<string> {
  const name = nameOf(uri);
  try {
    const { type, size } = await workspace.fs.stat(uri);
    if ((type & FileType.Directory) !== 0 || size > mostBrought)
      throw new GridError('rejected', `${name} is ${size > mostBrought ? 'too large' : 'a folder'}.`);
    const path = join(folder, name);
    await writeFile(path, await workspace.fs.readFile(uri));
    return path;
  } catch (cause) {
    throw new GridError('rejected', `${name} cannot be brought to this machine.`, {
      hint: 'Copy it there first, and upload it from there.',
      cause,
    });
  }
}

function nameOf(uri: Uri | undefined): string {
  return uri?.path.split('/').at(-1) ?? '';
}

/** Undefined when the person gives up. */
async function agreesToReplace(uris: readonly Uri[], folder: string, storage: Storage): Promise<boolean | undefined> {
  const names = uris.map(nameOf);
  const { gfal } = await storage.doors();
  const there: string[] = [];
  for (const name of names) if (await lookFor(gfal, childOf(folder, name), { signal: noCancel })) there.push(name);
  if (there.length === 0) return false;
  const folders = await Promise.all(
    uris.map((uri) =>
      workspace.fs.stat(uri).then(
        ({ type }) => (type & FileType.Directory) !== 0,
        () => false,
      ),
    ),
  );
  const question = `Replace ${there.length === 1 ? (there[0] ?? '') : plural(there.length, 'file')} in ${nameIn(folder)}?`;
  const detail = [
    ...there.slice(0, 10),
    ...(there.length > 10 ? [`and ${there.length - 10} more`] : []),
    '',
    'A file is replaced once the new one has come whole: for a moment there is neither.',
    ...(folders.some(Boolean) ? ['Files in folders are replaced, too, where they have the same name.'] : []),
  ].join('\n');
  const answer = await window.showWarningMessage(question, { modal: true, detail }, 'Replace', 'Keep What Is There');
  return answer === undefined ? undefined : answer === 'Replace';
}

function pathOf(uri: Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  throw new GridError('rejected', `${nameOf(uri)} is not on this machine.`, { hint: 'Save it to a file first.' });
}

async function transfer(title: string, storage: Storage, act: (options: TransferOptions) => Promise<Transferred>): Promise<Transferred> {
  const doors = await storage.doors();
  return withProgress(title, (signal, progress) => {
    let before = 0;
    const tell = (files: number, total: number) => {
      progress.report({ message: `${files} of ${plural(total, 'file')}`, increment: (100 * (files - before)) / Math.max(1, total) });
      before = files;
    };
    return act({ ...doors, signal, progress: tell });
  });
}

function tellTransfer({ files, failed }: Transferred, done: string, where: string): void {
  logFailed(`Not ${done}:`, failed);
  const sentence = `${plural(files.length, 'file')} ${done} ${where} and verified.`;
  if (failed.length === 0) void window.showInformationMessage(sentence);
  else {
    const [{ file, message } = { file: '', message: '' }] = failed;
    const what = failed.length === 1 ? `${nameOfFile(file)} was` : `${plural(failed.length, 'entry', 'entries')} were`;
    const first = failed.length === 1 ? '' : `${nameOfFile(file)}: `;
    tellFailed(`${files.length === 0 ? '' : `${sentence} `}${what} not ${done}. ${first}${message}`);
  }
}

/** Of a path or a location. */
function nameOfFile(file: string): string {
  return file.includes('://') ? nameIn(file) : basename(file);
}

export function tellFailed(sentence: string): void {
  void window.showWarningMessage(sentence, 'Show Log').then((answer) => {
    if (answer !== undefined) showLog();
  });
}

const mostLogged = 500;

export function logFailed(heading: string, failed: readonly StorageFailure[]): void {
  if (failed.length === 0) return;
  const rest = failed.length > mostLogged ? [`  and ${failed.length - mostLogged} more`] : [];
  failure([heading, ...failed.slice(0, mostLogged).map(({ file, message }) => `  ${file}: ${message}`), ...rest].join('\n'), undefined);
}

export async function makeDirectory(
  call: Person | Program,
  ports: StoragePorts,
): Promise<{ readonly location: string; readonly failed: readonly StorageFailure[] } | undefined> {
  const { storage } = ports;
  const make = async (location: string) => {
    const { gfal } = await storage.doors();
    await makeFolder(gfal, location, { signal: noCancel });
    storage.touched([location]);
    return { location, failed: [] };
  };
  if (call.by === 'program') return make(readLocation(optionsOf(call.options, { location: 'string' }).location));
  const folder = await folderMeant(call, ports, 'Make a directory in');
  if (folder === undefined) return undefined;
  const name = await window.showInputBox({
    title: `Make a directory in ${nameIn(folder)}`,
    prompt: 'Its name; with slashes several, one in the other',
    validateInput: (text) => {
      try {
        below(folder, text);
        return undefined;
      } catch (error) {
        return error instanceof GridError ? error.sentence : String(error);
      }
    },
  });
  return name === undefined ? undefined : make(below(folder, name));
}

function below(folder: string, text: string): string {
  return text.split('/').reduce((location, name) => childOf(location, name.trim()), folder);
}
