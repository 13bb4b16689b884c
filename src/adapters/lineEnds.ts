/** CR LF becomes LF in files of this machine: each is written beside itself and put in its place whole, with the same rights. */
import { randomUUID } from 'node:crypto';
import { readFile, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { withLineFeeds } from '../core/sandbox/lineEnds';
import { unwritable } from './fileError';

/** @throws GridError for the first that cannot be written; those before it are converted */
export async function convertFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    let part: string | undefined;
    try {
      // A link stays one: what it leads to is converted.
      const file = await realpath(path);
      part = `${file}.${randomUUID().slice(0, 8)}.part`;
      const [content, { mode }] = await Promise.all([readFile(file), stat(file)]);
      await writeFile(part, withLineFeeds(content), { mode: mode & 0o777 });
      await rename(part, file);
    } catch (error) {
      if (part !== undefined) await unlink(part).catch(() => undefined);
      throw unwritable(path, error);
    }
  }
}
