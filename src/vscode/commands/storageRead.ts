/** What is asked of grid storage without changing it: links in any form, lists of links, counts, where files are, a look inside. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, window, workspace } from 'vscode';
import { listFolder, lookAt, walk } from '../../adapters/storage';
import { download } from '../../adapters/storageTransfer';
import { GridError } from '../../core/errors';
import { convert, type TargetForm } from '../../core/links/convert';
import { parseLink } from '../../core/links/link';
import { checkLocality, type LocalityCheck, type LocalityResult } from '../../core/staging/check';
import type { Locality } from '../../core/staging/locality';
import { stateOfLocality } from '../../core/staging/locality';
import { countFiles } from '../../core/staging/state';
import { verdictText } from '../../core/staging/verdict';
import { sorted, totalWords, type StorageEntry, type StorageFailure, type Total } from '../../core/storage/entry';
import { nameIn, readLocation } from '../../core/storage/location';
import { count, plural, sizeOf } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import type { Checks } from '../checks';
import { languageId } from '../languageId';
import { editorLimit } from '../lists';
import { telling, withProgress } from '../progress';
import type { LocalityPanels } from '../panels/locality';
import type { Sites } from '../sites';
import type { Storage } from '../storage';
import { askForm } from './links';
import { folderMeant, logFailed, nodesOf, placesOf, tellFailed, type StoragePorts } from './storage';

/** Larger files are downloaded rather than looked at. */
const mostShown = 2_000_000;

export interface ReadPorts extends StoragePorts {
  readonly sites: Sites;
  readonly checks: Checks;
  readonly localityPanels: () => Promise<LocalityPanels>;
}

/** In the form that is chosen; one line for each. */
export async function copyStorageLinks(call: Person | Program, { sites }: ReadPorts): Promise<{ readonly text: string } | undefined> {
  if (call.by === 'program') {
    const { location, form } = optionsOf(call.options, { location: 'string', form: 'string?' });
    return { text: written(readLocation(location), form, sites) };
  }
  const places = placesOf(call);
  if (places.length === 0) return undefined;
  const asItIs = { label: 'As it is', detail: places[0] ?? '' };
  const other = { label: 'In another form…', detail: 'srm, gsiftp, https, gfal or path' };
  const choice = await window.showQuickPick([asItIs, other], { title: 'Copy link', placeHolder: 'How?' });
  if (choice === undefined) return undefined;
  const form = choice === other ? await askForm('Copy link') : undefined;
  if (choice === other && form === undefined) return undefined;
  const text = places.map((place) => written(place, form, sites)).join('\n');
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(places.length === 1 ? 'Link copied' : `${count(places.length)} links copied`, 4000);
  return { text };
}

function written(location: string, form: string | undefined, sites: Sites): string {
  if (form === undefined) return location;
  const link = parseLink(location, sites.table);
  const { text, problem } = link === undefined ? { problem: 'It is no link that a site is known of.' } : convert(link, form as TargetForm);
  if (text === undefined) throw new GridError('rejected', `${nameIn(location)} cannot be written so: ${problem}`);
  return text;
}

export interface ListMade {
  readonly text: string;
  readonly links: number;
  readonly failed: readonly StorageFailure[];
}

/** A list of links of the files in a folder, in the srm form where the site is known; GRID_LRT's `make_srmlist_from_gsiftpdir`. */
export async function makeListOf(call: Person | Program, ports: ReadPorts): Promise<ListMade | undefined> {
  if (call.by === 'program') {
    const shape = { location: 'string', recursive: 'boolean?', pattern: 'string?' } as const;
    const { location, recursive = false, pattern = '' } = optionsOf(call.options, shape);
    return listOf(readLocation(location), recursive, pattern, ports, noCancel);
  }
  const folder = await folderMeant(call, ports, 'Make a list of links');
  if (folder === undefined) return undefined;
  const depth = await window.showQuickPick(
    [
      { label: 'Files in this folder', recursive: false },
      { label: 'Files in this folder and in all below', recursive: true },
    ],
    { title: `List of links of ${nameIn(folder)}`, placeHolder: 'Which files?' },
  );
  if (depth === undefined) return undefined;
  const pattern = await window.showInputBox({
    title: `List of links of ${nameIn(folder)}`,
    prompt: 'Only names like this; * stands for anything, empty means all',
    placeHolder: '*.tar',
  });
  if (pattern === undefined) return undefined;
  const made = await withProgress(`Reading ${nameIn(folder)}`, (signal) => listOf(folder, depth.recursive, pattern, ports, signal));
  logFailed('Not in the list:', made.failed);
  if (made.links === 0) {
    void window.showInformationMessage(`There is no such file in ${nameIn(folder)}.`);
    return made;
  }
  if (made.text.length > editorLimit)
    throw new GridError('rejected', 'The list is too large for the editor.', { hint: 'Make lists of parts of it.' });
  // Paths of this disk are no links that a stager knows.
  const language = made.text.startsWith('file:') ? 'plaintext' : languageId;
  await window.showTextDocument(await workspace.openTextDocument({ language, content: made.text }));
  if (made.failed.length > 0) tellFailed(`${plural(made.failed.length, 'entry', 'entries')} left out: ${made.failed[0]?.message ?? ''}`);
  return made;
}

async function listOf(
  folder: string,
  recursive: boolean,
  pattern: string,
  { storage, sites }: ReadPorts,
  signal: AbortSignal,
): Promise<ListMade> {
  const { files, failed } = await filesBelow([folder], recursive, storage, signal);
  const wanted = namesLike(pattern);
  const lines = files
    .filter(({ name }) => wanted(name))
    .map(({ location }) => {
      const link = parseLink(location, sites.table);
      const { text } = link === undefined ? { text: undefined } : convert(link, 'srm');
      return `${text ?? location}\n`;
    });
  return { text: lines.join(''), links: lines.length, failed };
}

/** `*` for anything and `?` for one character; empty for all. */
function namesLike(pattern: string): (name: string) => boolean {
  if (pattern.trim() === '') return () => true;
  const source = pattern
    .trim()
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 'i');
  return (name) => expression.test(name);
}

interface Below {
  readonly files: readonly StorageEntry[];
  readonly folders: number;
  readonly failed: readonly StorageFailure[];
}

async function filesBelow(
  places: readonly string[],
  recursive: boolean,
  storage: Storage,
  signal: AbortSignal,
  progress: (entries: number) => void = () => undefined,
): Promise<Below> {
  const { gfal } = await storage.doors();
  const found: StorageEntry[] = [];
  const failed: StorageFailure[] = [];
  for (const place of places) {
    const entry = await lookAt(gfal, place, { signal });
    if (!entry.directory) found.push(entry);
    else if (!recursive) found.push(...sorted(await listFolder(gfal, place, { signal })));
    else {
      const below: { readonly entry: StorageEntry; readonly key: string }[] = [];
      const heard = (each: StorageEntry, names: readonly string[]) => {
        below.push({ entry: each, key: names.join('/') });
        if (below.length % 500 === 0) progress(below.length);
      };
      await walk(gfal, place, { signal, heard, failed: (each) => failed.push(each) });
      found.push(...below.sort((a, b) => (a.key < b.key ? -1 : 1)).map((each) => each.entry));
    }
  }
  const files = found.filter(({ directory, location }) => !directory && location !== '');
  return { files, folders: found.filter(({ directory }) => directory).length, failed };
}

/** All files and folders below, and their bytes; GRID_LRT's `count_files_uberftp`. */
export async function countOnStorage(
  call: Person | Program,
  ports: StoragePorts,
): Promise<(Total & { readonly failed: readonly StorageFailure[] }) | undefined> {
  const total = async (folder: string, signal: AbortSignal, progress?: (entries: number) => void) => {
    const { files, folders, failed } = await filesBelow([folder], true, ports.storage, signal, progress);
    return { files: files.length, folders, bytes: files.reduce((sum, { size }) => sum + size, 0), failed };
  };
  if (call.by === 'program') return total(readLocation(optionsOf(call.options, { location: 'string' }).location), noCancel);
  const folder = await folderMeant(call, ports, 'Count files');
  if (folder === undefined) return undefined;
  const counted = await withProgress(`Counting files in ${nameIn(folder)}`, (signal, progress) =>
    total(folder, signal, (entries) => progress.report({ message: `${count(entries)} entries` })),
  );
  logFailed('Not counted:', counted.failed);
  const sentence = `${nameIn(folder)}: ${totalWords(counted)}.`;
  if (counted.failed.length === 0) void window.showInformationMessage(sentence);
  else tellFailed(`${sentence} ${plural(counted.failed.length, 'folder')} could not be read.`);
  return counted;
}

/** Where files are: on disk, on tape or both. Shown in the tree; no file is opened. */
export async function checkOnStorage(call: Person | Program, ports: ReadPorts): Promise<LocalityResult | undefined> {
  const { storage } = ports;
  if (call.by === 'program') {
    const shape = { location: 'string', recursive: 'boolean?', map: 'boolean?' } as const;
    const { location, recursive = false, map = false } = optionsOf(call.options, shape);
    const { files } = await filesBelow([readLocation(location)], recursive, storage, noCancel);
    const checked = await check(files, storage, noCancel);
    if (map) await showMap(checked, ports);
    return checked.result;
  }
  const chosen = placesOf(call);
  const folder = chosen.length > 0 ? undefined : await folderMeant(call, ports, 'Check where files are');
  const places = folder === undefined ? chosen : [folder];
  if (places.length === 0) return undefined;
  const checked = await withProgress('Checking where files are', async (signal, progress) => {
    const { files } = await filesBelow(places, false, storage, signal);
    return check(files, storage, signal, telling(progress, files.length));
  });
  const { result } = checked;
  const states = [...result.files.map(({ locality }) => stateOfLocality(locality)), ...result.failed.map(() => 'failed' as const)];
  if (states.length === 0) {
    void window.showInformationMessage('There are no files here.');
    return result;
  }
  logFailed(
    'Where these are is not known:',
    result.failed.map(({ link, message }) => ({ file: link, message })),
  );
  const verdict = verdictText(countFiles(states));
  const sentence = result.failed.length === 0 ? verdict : `${verdict} ${result.failed[0]?.message ?? ''}`;
  const show = result.failed.length === 0 ? window.showInformationMessage : window.showWarningMessage;
  // Files of this disk are no links, and a list holds links only.
  const isList = checked.links.every((link) => !link.startsWith('file:'));
  void show(sentence, ...(isList ? ['Map'] : [])).then((answer) => (answer === undefined ? undefined : showMap(checked, ports)));
  return result;
}

/** What was told, on a list of these files: with the gutter, the map, staging and exports as for any other. */
async function showMap(checked: LocalityCheck, { checks, localityPanels }: ReadPorts): Promise<void> {
  const content = checked.links.map((link) => `${link}\n`).join('');
  const { uri } = await window
    .showTextDocument(await workspace.openTextDocument({ language: languageId, content }))
    .then(({ document }) => document);
  checks.add(uri, checked, { by: 'gfal2', at: Date.now(), whole: true, ways: new Map() });
  (await localityPanels()).show(uri);
}

async function check(
  files: readonly StorageEntry[],
  storage: Storage,
  signal: AbortSignal,
  progress: (done: number) => void = () => undefined,
): Promise<LocalityCheck> {
  const { gfal } = await storage.doors();
  const known: [string, Locality][] = [];
  const checked = await checkLocality(
    files.map(({ location }) => location),
    [gfal],
    { signal, progress, heard: (link, answer) => 'locality' in answer && known.push([link, answer.locality]) },
  );
  storage.learn(known);
  return checked;
}

/** The beginning of a task is often a log or a parset: read-only, from a copy that is gone afterwards. */
export async function openOnStorage(
  call: Person | Program,
  { storage, previews }: StoragePorts,
): Promise<{ readonly text: string } | undefined> {
  const fetched = async (location: string) => {
    const { gfal, copy } = await storage.doors();
    const { size, name, directory } = await lookAt(gfal, location, { signal: noCancel });
    if (directory) throw new GridError('rejected', `${name} is a folder.`);
    if (size > mostShown)
      throw new GridError('rejected', `${name} has ${sizeOf(size)}, and ${sizeOf(mostShown)} is the most that is shown here.`, {
        hint: 'Download it.',
      });
    const folder = await mkdtemp(join(tmpdir(), 'grid-look-'));
    try {
      const { files, failed } = await download([location], folder, { gfal, copy, signal: noCancel });
      if (files[0] === undefined) throw new GridError('toolFailed', failed[0]?.message ?? `${name} could not be had.`);
      return (await readFile(files[0])).toString('utf8');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  if (call.by === 'program') return { text: await fetched(readLocation(optionsOf(call.options, { location: 'string' }).location)) };
  const [node] = nodesOf(call);
  if (node?.node !== 'storageFile') return undefined;
  const text = await withProgress(`Fetching ${node.entry.name}`, () => fetched(readLocation(node.location)));
  if (text.includes('\0')) throw new GridError('rejected', `${node.entry.name} is no text.`, { hint: 'Download it.' });
  await window.showTextDocument((await previews()).add(node.entry.name, text), { preview: true });
  return { text };
}
