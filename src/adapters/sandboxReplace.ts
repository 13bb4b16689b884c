/** A sandbox whose name stays: the new version takes the place of the old one, which is kept beside it. */
import { randomUUID } from 'node:crypto';
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { joined, keptName, mayReplaceAtOnce, partName, type Place } from '../core/sandbox/place';
import type { GfalEntry } from './gfal';
import { steady, type SandboxStorage } from './sandboxStorage';

export interface ReplaceOptions extends CallOptions {
  readonly place: Place;
  /** The new version, uploaded and compared. */
  readonly part: string;
  /** What has the name now. */
  readonly older: GfalEntry;
  readonly keep: number;
  /** Whether there may be no file for a moment. */
  readonly gap: boolean;
}

/** Resolves with the name under which the older version is kept; undefined when it is not. */
export async function replaceSandbox(storage: SandboxStorage, options: ReplaceOptions): Promise<string | undefined> {
  const { place, older, keep, gap, part } = options;
  const target = joined(place.folder, place.name);
  if (older.directory) throw new GridError('conflict', `${target} is a folder.`, { hint: 'Choose another name.' });
  const checksum = (await storage.checksum(target)) ?? '';
  const name = keptName(place.name, checksum);
  const kept = joined(place.folder, name);
  const isKept = (await storage.stat(kept)) !== undefined;
  if (mayReplaceAtOnce(place.folder) && (await storage.replacesAtOnce(place.folder))) {
    if (keep > 0 && !isKept) await keepCopy(storage, target, kept, checksum, options);
    await storage.gfal.rename(part, target, steady());
    return keep > 0 || isKept ? name : undefined;
  }
  if (!gap)
    throw new GridError('rejected', `${place.name} cannot be replaced at once here: for a moment there would be no sandbox.`, {
      hint: 'Upload it under a name of its own (name a folder as the place), or allow the gap.',
    });
  await exchange(storage, part, target, isKept ? joined(place.folder, partName(name, randomUUID().slice(0, 8))) : kept);
  return name;
}

async function keepCopy(storage: SandboxStorage, target: string, kept: string, checksum: string, { place }: ReplaceOptions): Promise<void> {
  const beside = joined(place.folder, partName(place.name, randomUUID().slice(0, 8)));
  try {
    await storage.duplicate(target, beside);
    if ((await storage.checksum(beside)) !== checksum)
      throw new GridError('malformed', 'The version before could not be kept.', { hint: 'Upload again. Nothing was put in place.' });
    await storage.gfal.rename(beside, kept, steady());
  } catch (thrown) {
    throw await storage.tidied(beside, thrown);
  }
}

/** Two renames; when the second fails, the one before comes back, whatever has happened and whoever has cancelled. */
async function exchange(storage: SandboxStorage, part: string, target: string, aside: string): Promise<void> {
  const options = steady();
  try {
    await storage.gfal.rename(target, aside, options);
    await storage.gfal.rename(part, target, options);
  } catch (thrown) {
    if ((await storage.stat(target, steady()).catch(() => undefined)) === undefined)
      await storage.gfal.rename(aside, target, steady()).catch(() => undefined);
    throw thrown;
  }
  if (aside.endsWith('.part')) await storage.remove(aside);
}
