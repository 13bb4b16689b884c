/** grid.storage.delete, older: deleting on grid storage, after the numbers are known and by the guard list. */
import { window } from 'vscode';
import { lookAt, walk } from '../../adapters/storage';
import { contentOf, remove, removeNamed, type Content, type Removal } from '../../adapters/storageRemove';
import { GridError } from '../../core/errors';
import { agedOf, agedText, isOld, type Aged } from '../../core/storage/ageing';
import { dateWords, totalWords, type StorageEntry, type StorageFailure } from '../../core/storage/entry';
import { contentWords, guarded } from '../../core/storage/guard';
import { nameIn, readLocation } from '../../core/storage/location';
import { count, plural, sizeOf } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { withProgress } from '../progress';
import type { Storage } from '../storage';
import { folderMeant, locationsIn, logFailed, placesOf, tellFailed, type StoragePorts } from './storage';

export interface RemoveResult {
  /** Files and folders. */
  readonly removed: number;
  readonly failed: readonly StorageFailure[];
}

export async function deleteFromStorage(call: Person | Program, ports: StoragePorts): Promise<RemoveResult | undefined> {
  const { storage } = ports;
  if (call.by === 'program') {
    const shape = { location: 'string?', locations: 'array?', recursive: 'boolean?' } as const;
    const { location, locations, recursive = false } = optionsOf(call.options, shape);
    const places = locationsIn(location, locations);
    const { gfal } = await storage.doors();
    try {
      return await removeNamed(gfal, places, { signal: noCancel, guard: storage.guard, recursive });
    } finally {
      storage.touched(places);
    }
  }
  const places = placesOf(call);
  if (places.length === 0)
    throw new GridError('rejected', 'Nothing is chosen to be deleted.', { hint: 'Choose files or folders in Grid Storage.' });
  const [kept] = guarded(places, storage.guard);
  if (kept !== undefined)
    throw new GridError('rejected', kept.message, { hint: 'Roots and protected places are in the settings: grid.storage.' });
  const { gfal } = await storage.doors();
  const content = await withProgress(`Counting what is to be deleted`, (signal, progress) =>
    contentOf(gfal, places, { signal, progress: (entries) => progress.report({ message: count(entries) }) }),
  );
  const what = places.length === 1 ? nameIn(places[0] ?? '') : plural(places.length, 'entry', 'entries');
  if (!(await agrees(`Delete ${what} from grid storage?`, places, content))) return undefined;
  return removing(content, places, storage, (options) => remove(gfal, content, { ...options, guard: storage.guard }));
}

async function agrees(question: string, places: readonly string[], { files, folders, failed }: Content): Promise<boolean> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const newest = files.reduce((last, { modified }) => Math.max(last, modified), 0);
  const detail = [
    places.length === 1
      ? (places[0] ?? '')
      : places.slice(0, 8).map(nameIn).join('\n') + (places.length > 8 ? `\nand ${places.length - 8} more` : ''),
    totalWords({ files: files.length, folders: folders.length, bytes }),
    ...(newest > 0 ? [`The newest file is of ${dateWords(newest)}.`] : []),
    ...(failed.length > 0
      ? [`⚠ ${plural(failed.length, 'place')} could not be looked into and will stay: ${failed[0]?.message ?? ''}`]
      : []),
    'Grid storage has no waste basket: what is deleted is gone.',
  ].join('\n\n');
  const button = `Delete ${contentWords(files.length, folders.length)}`;
  return (await window.showWarningMessage(question, { modal: true, detail }, button)) === button;
}

interface Options {
  readonly signal: AbortSignal;
  readonly progress: (done: number) => void;
}

async function removing(
  { files, folders, failed: unseen }: Content,
  places: readonly string[],
  storage: Storage,
  act: (options: Options) => Promise<Removal>,
): Promise<RemoveResult> {
  const total = files.length + folders.length;
  try {
    const { removed, failed } = await withProgress('Deleting from grid storage', (signal, progress) =>
      act({
        signal,
        progress: (done) => progress.report({ message: `${count(done)} of ${count(total)}`, increment: 100 / Math.max(1, total) }),
      }),
    );
    const all = [...unseen, ...failed];
    logFailed('Not deleted:', all);
    if (all.length === 0) void window.showInformationMessage(`${plural(removed, 'entry', 'entries')} deleted.`);
    else tellFailed(`${plural(removed, 'entry', 'entries')} deleted, ${count(all.length)} not: ${all[0]?.message ?? ''}`);
    return { removed, failed: all };
  } finally {
    storage.touched(places);
  }
}

export interface OlderResult {
  /** The oldest first. */
  readonly files: readonly StorageEntry[];
  readonly bytes: number;
  readonly failed: readonly StorageFailure[];
}

/** Tells of files that nobody has changed for so many days; a person may delete then what was told, and only that. */
export async function olderOnStorage(call: Person | Program, ports: StoragePorts): Promise<OlderResult | undefined> {
  const { storage } = ports;
  if (call.by === 'program') {
    const { location, days } = optionsOf(call.options, { location: 'string', days: 'number' });
    if (days < 0) throw new GridError('rejected', 'The option "days" must not be negative.');
    const { aged, failed } = await survey(readLocation(location), days, storage, noCancel, () => undefined);
    return { files: aged.files, bytes: aged.bytes, failed };
  }
  const folder = await folderMeant(call, ports, 'Files that are old');
  if (folder === undefined) return undefined;
  const days = await askForDays(folder);
  if (days === undefined) return undefined;
  const { aged, failed } = await withProgress(`Looking for old files in ${nameIn(folder)}`, (signal, progress) =>
    survey(folder, days, storage, signal, (entries) => progress.report({ message: `${count(entries)} entries` })),
  );
  const uri = (await ports.previews()).add(`older than ${plural(days, 'day')}.txt`, agedText(aged, failed, Date.now()));
  await window.showTextDocument(uri, { preview: true });
  void offer(aged, storage);
  return { files: aged.files, bytes: aged.bytes, failed };
}

/** Not awaited by the command: the person reads the report first. */
async function offer(aged: Aged, storage: Storage): Promise<void> {
  const { files, days, bytes, location } = aged;
  if (files.length === 0) {
    void window.showInformationMessage(`No file below ${nameIn(location)} is older than ${plural(days, 'day')}.`);
    return;
  }
  const sentence = `${plural(files.length, 'file')} with ${sizeOf(bytes)} below ${nameIn(location)} ${files.length === 1 ? 'is' : 'are'} older than ${plural(days, 'day')}.`;
  if ((await window.showInformationMessage(sentence, 'Delete…')) === undefined) return;
  const content = { files, folders: [], failed: [] };
  if (!(await agrees(`Delete ${plural(files.length, 'file')} below ${nameIn(location)}?`, [location], content))) return;
  const { gfal } = await storage.doors();
  // Somebody may have written to one since the report.
  const still = async (entry: StorageEntry) => {
    const now = await lookAt(gfal, entry.location, { signal: noCancel });
    return isOld(now, days, Date.now()) && now.size === entry.size ? undefined : 'It has been changed since the report.';
  };
  await removing(
    content,
    files.map((each) => each.location),
    storage,
    (options) => remove(gfal, content, { ...options, guard: storage.guard, still }),
  );
}

async function survey(
  folder: string,
  days: number,
  storage: Storage,
  signal: AbortSignal,
  progress: (entries: number) => void,
): Promise<{ readonly aged: Aged; readonly failed: readonly StorageFailure[] }> {
  const { gfal } = await storage.doors();
  const entries: StorageEntry[] = [];
  const failed: StorageFailure[] = [];
  await walk(gfal, folder, {
    signal,
    failed: (each) => failed.push(each),
    heard: (entry) => {
      entries.push(entry);
      if (entries.length % 500 === 0) progress(entries.length);
    },
  });
  return { aged: agedOf(folder, entries, days, Date.now()), failed };
}

async function askForDays(folder: string): Promise<number | undefined> {
  const text = await window.showInputBox({
    title: `Old files in ${nameIn(folder)}`,
    prompt: 'Not changed for more than so many days',
    value: '31',
    validateInput: (typed) => (/^\d{1,5}$/.test(typed.trim()) ? undefined : 'A whole number of days'),
  });
  return text === undefined ? undefined : Number(text.trim());
}
