/**
 * Copies of tokens in a folder: `<id>.json`, and beside it a folder `<id>` with its attachments. Names are encoded as in
 * the paths of tokens, so that any id makes one file name.
 */
import { createHash } from 'node:crypto';
import { FileSystemError, FileType, Uri, workspace } from 'vscode';
import { GridError } from '../../core/errors';
import { decode, encode } from '../../core/tokens/path';
import type { Copies } from '../../core/tokens/synchronise';

export class LocalCopies implements Copies {
  constructor(private readonly folder: Uri) {}

  #file(id: string): Uri {
    return Uri.joinPath(this.folder, `${encode(id)}.json`);
  }

  #attachment(id: string, name: string): Uri {
    return Uri.joinPath(this.folder, encode(id), encode(name));
  }

  async read(id: string): Promise<string | undefined> {
    const content = await orNothing(workspace.fs.readFile(this.#file(id)));
    if (content === undefined) return undefined;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(content);
    } catch {
      throw new GridError('malformed', 'Its copy is not in UTF-8.', { hint: 'Save it in UTF-8.' });
    }
  }

  async write(id: string, text: string): Promise<void> {
    await put(this.#file(id), new TextEncoder().encode(text));
  }

  async attachments(id: string): Promise<ReadonlyMap<string, string>> {
    const entries = (await orNothing(workspace.fs.readDirectory(Uri.joinPath(this.folder, encode(id))))) ?? [];
    const files = new Map<string, string>();
    for (const [file, type] of entries) {
      const name = decode(file);
      // What nobody here has written stays where it is.
      if (name === undefined || (type & FileType.File) === 0 || file.endsWith(unfinished)) continue;
      const content = await workspace.fs.readFile(Uri.joinPath(this.folder, encode(id), file));
      files.set(name, `md5-${createHash('md5').update(content).digest('base64')}`);
    }
    return files;
  }

  async readAttachment(id: string, name: string): Promise<Uint8Array> {
    return workspace.fs.readFile(this.#attachment(id, name));
  }

  async writeAttachment(id: string, name: string, content: Uint8Array): Promise<void> {
    await workspace.fs.createDirectory(Uri.joinPath(this.folder, encode(id)));
    await put(this.#attachment(id, name), content);
  }
}

const unfinished = '.part';

/** As a whole or not at all: a full disk must not leave half of a token. */
async function put(uri: Uri, content: Uint8Array): Promise<void> {
  const part = uri.with({ path: `${uri.path}${unfinished}` });
  try {
    await workspace.fs.writeFile(part, content);
    await workspace.fs.rename(part, uri, { overwrite: true });
  } catch (cause) {
    await Promise.resolve(workspace.fs.delete(part)).catch(() => undefined);
    throw new GridError('toolFailed', `${uri.path.split('/').at(-1) ?? 'The file'} could not be written.`, {
      hint: 'Look at free space, permissions and the length of the name.',
      cause,
    });
  }
}

/** @returns undefined for what is not there */
async function orNothing<T>(reading: Thenable<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
