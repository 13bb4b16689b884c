/** What is common to files that must survive a crash, and sentences for a disk that refuses. */
import { open } from 'node:fs/promises';
import { GridError } from '../core/errors';

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

export function textOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.message : String(error));
}

export function unwritable(folder: string, error: unknown): GridError {
  return new GridError('toolFailed', `${folder} cannot be written (${textOf(error)}).`, {
    hint: 'Free space or mend its permissions.',
    cause: error,
  });
}

/** Makes the names in a folder outlive a crash, as `fsync` makes a file's content. Not every file system can: then its own order has to do. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // EINVAL, EISDIR and EPERM on some file systems and on Windows
  }
}
