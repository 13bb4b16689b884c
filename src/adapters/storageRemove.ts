/** Deleting on grid storage: files first, then the folders they were in, and every trouble told by itself. */
import { GridError, asGridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import type { StorageEntry, StorageFailure } from '../core/storage/entry';
import { guarded, type Guard } from '../core/storage/guard';
import { nameIn } from '../core/storage/location';
import { plural } from '../core/wording';
import type { Gfal } from './gfal';
import { lookFor, walk } from './storage';

/** Files that are deleted at a time. */
const lanes = 8;

export interface Content {
  readonly files: readonly StorageEntry[];
  /** Each before the folders in it. */
  readonly folders: readonly StorageEntry[];
  /** Places that could not be looked into: what lies there is not deleted, nor the folders above it. */
  readonly failed: readonly StorageFailure[];
}

/** What would go with these locations: they themselves, and all that lies below. */
export async function contentOf(
  gfal: Gfal,
  locations: readonly string[],
  options: CallOptions & { readonly progress?: (entries: number) => void },
): Promise<Content> {
  const files: StorageEntry[] = [];
  const folders: StorageEntry[] = [];
  const failed: StorageFailure[] = [];
  for (const location of locations) {
    try {
      const entry = await lookFor(gfal, location, options);
      if (entry === undefined) failed.push({ file: location, message: `There is no ${nameIn(location)} here.` });
      else if (entry.directory) {
        folders.push(entry);
        await walk(gfal, location, {
          signal: options.signal,
          failed: (failure) => failed.push(failure),
          heard: (below) => {
            (below.directory ? folders : files).push(below);
            options.progress?.(files.length + folders.length);
          },
        });
      } else files.push(entry);
    } catch (thrown) {
      const error = asGridError(thrown);
      if (error.kind === 'cancelled') throw error;
      failed.push({ file: location, message: error.sentence });
    }
  }
  return { files, folders, failed };
}

export interface RemoveOptions extends CallOptions {
  readonly guard: Guard;
  readonly progress?: (done: number) => void;
  /** Whether an entry may go as it is now; asked right before, so that what has changed since it was looked at stays. */
  readonly still?: (entry: StorageEntry) => Promise<string | undefined>;
}

export interface Removal {
  readonly removed: number;
  readonly failed: readonly StorageFailure[];
}

/** Deletes what was looked at, and nothing else: what has come into a folder since keeps that folder. Never rejects; a stop is told. */
export async function remove(gfal: Gfal, { files, folders }: Pick<Content, 'files' | 'folders'>, options: RemoveOptions): Promise<Removal> {
  const { signal, guard, still } = options;
  const kept = new Map(
    guarded(
      [...files, ...folders].map(({ location }) => location),
      guard,
    ).map((each) => [each.file, each]),
  );
  const failed: StorageFailure[] = [...kept.values()];
  let removed = 0;
  const one = async (entry: StorageEntry): Promise<void> => {
    if (kept.has(entry.location)) return;
    const reason = signal.aborted
      ? 'It was stopped before.'
      : await still?.(entry).catch((thrown: unknown) => asGridError(thrown).sentence);
    if (reason !== undefined) {
      failed.push({ file: entry.location, message: reason });
      return;
    }
    try {
      await gfal.remove(entry.location, { signal });
      removed++;
    } catch (thrown) {
      const error = asGridError(thrown);
      if (error.kind === 'notFound') removed++;
      else failed.push({ file: entry.location, message: error.kind === 'cancelled' ? 'It was stopped before.' : error.sentence });
    }
    options.progress?.(removed);
  };
  const queue = files.values();
  const lane = async () => {
    for (const entry of queue) await one(entry);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  // The deepest first, one after the other: each must be empty by then.
  for (const folder of [...folders].reverse()) await one(folder);
  return { removed, failed };
}

/** For a program that named entries without looking at them. */
export async function removeNamed(
  gfal: Gfal,
  locations: readonly string[],
  options: RemoveOptions & { readonly recursive: boolean },
): Promise<Removal> {
  const kept = guarded(locations, options.guard);
  const free = locations.filter((location) => !kept.some(({ file }) => file === location));
  const content = await contentOf(gfal, free, options);
  const tops = new Set(free);
  const inside = [...content.files, ...content.folders].filter(({ location }) => !tops.has(location));
  if (!options.recursive && inside.length > 0)
    throw new GridError('rejected', `What is to be deleted holds ${plural(inside.length, 'more entry', 'more entries')}.`, {
      hint: 'Say so by the option "recursive".',
    });
  const { removed, failed } = await remove(gfal, content, options);
  return { removed, failed: [...kept, ...content.failed, ...failed] };
}
