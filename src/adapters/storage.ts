/** Folders of grid storage, read through the gfal2 bridge: one, or all that lies below. */
import { GridError, asGridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import type { StorageEntry, StorageFailure } from '../core/storage/entry';
import { childOf, listedName, nameIn } from '../core/storage/location';
import type { Gfal, GfalEntry } from './gfal';

/** Folders that are read at a time. */
const lanes = 6;

/** @param heard how many there are so far, while a large folder comes in */
export async function listFolder(
  gfal: Gfal,
  folder: string,
  { signal, heard }: CallOptions & { readonly heard?: (entries: number) => void },
): Promise<readonly StorageEntry[]> {
  const entries: StorageEntry[] = [];
  const take = (found: readonly GfalEntry[]) => {
    for (const each of found) {
      const name = listedName(folder, each.name);
      // A name that no address can hold is shown, and is nobody's to touch.
      entries.push({ ...each, name, location: addressOf(folder, name) });
    }
    heard?.(entries.length);
  };
  await gfal.list(folder, take, { signal });
  return entries;
}

function addressOf(folder: string, name: string): string {
  try {
    return childOf(folder, name);
  } catch {
    return '';
  }
}

/** One entry by its location; rejects with `notFound`. */
export async function lookAt(gfal: Gfal, location: string, options: CallOptions): Promise<StorageEntry> {
  const { size, modified, directory } = await gfal.stat(location, options);
  return { name: nameIn(location), location, size, modified, directory };
}

/** Undefined when there is nothing. */
export async function lookFor(gfal: Gfal, location: string, options: CallOptions): Promise<StorageEntry | undefined> {
  try {
    return await lookAt(gfal, location, options);
  } catch (thrown) {
    if (thrown instanceof GridError && thrown.kind === 'notFound') return undefined;
    throw thrown;
  }
}

export interface WalkOptions extends CallOptions {
  /** Each entry once, a folder before what is in it; where its names are, below the beginning. */
  readonly heard: (entry: StorageEntry, names: readonly string[]) => void;
  /** A folder that could not be read; the others go on. */
  readonly failed: (failure: StorageFailure) => void;
}

/** All that lies below a folder. Rejects when that folder itself cannot be read, and with `cancelled`. */
export async function walk(gfal: Gfal, folder: string, { signal, heard, failed }: WalkOptions): Promise<void> {
  const waiting: { location: string; names: readonly string[] }[] = [{ location: folder, names: [] }];
  const running = new Set<Promise<void>>();
  const read = async (location: string, names: readonly string[]) => {
    try {
      for (const entry of await listFolder(gfal, location, { signal })) {
        const below = [...names, entry.name];
        if (entry.location === '') {
          failed({ file: location, message: `The name “${entry.name}” cannot be addressed.` });
          continue;
        }
        heard(entry, below);
        if (entry.directory) waiting.push({ location: entry.location, names: below });
      }
    } catch (thrown) {
      const error = asGridError(thrown);
      if (names.length === 0 || signal.aborted) throw error;
      failed({ file: location, message: error.sentence });
    }
  };
  let failure: Error | undefined;
  while (failure === undefined && !signal.aborted && (waiting.length > 0 || running.size > 0)) {
    const next = running.size < lanes ? waiting.shift() : undefined;
    if (next === undefined) {
      await Promise.race(running);
      continue;
    }
    const task = read(next.location, next.names)
      .catch((thrown: unknown) => {
        failure ??= asGridError(thrown);
      })
      .finally(() => running.delete(task));
    running.add(task);
  }
  await Promise.all(running);
  if (signal.aborted) throw new GridError('cancelled', 'Reading the folders was stopped.');
  if (failure !== undefined) throw failure;
}

/** A folder and what is missing above it. Rejects with `conflict` where something of this name is there already. */
export async function makeFolder(gfal: Gfal, location: string, options: CallOptions): Promise<void> {
  const there = await lookFor(gfal, location, options);
  if (there !== undefined)
    throw new GridError('conflict', `${nameIn(location)} is there already${there.directory ? '' : ', as a file'}.`, {
      hint: 'Choose another name.',
    });
  await gfal.makeFolder(location, options);
}
