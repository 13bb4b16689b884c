/** A compressed file that is there whole or not at all: written beside its place under another name, and moved there at the end. */
import { randomUUID } from 'node:crypto';
import { link, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { GridError } from '../core/errors';
import { codeOf, syncFolder, unwritable } from './fileError';

export class GzipFile {
  readonly #gzip = createGzip();
  readonly #written: Promise<void>;
  /** Ends the write that waits: a stream that is destroyed does not always call back. */
  #giveUp: ((error: unknown) => void) | undefined;

  private constructor(
    /** Where it is until it is placed. */
    readonly part: string,
    private readonly target: string,
    private readonly handle: FileHandle,
  ) {
    this.#written = pipeline(this.#gzip, async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) await handle.writeFile(chunk);
    });
    this.#written.catch((error: unknown) => this.#giveUp?.(error));
  }

  static async open(target: string): Promise<GzipFile> {
    const part = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomUUID()}.part`);
    try {
      return new GzipFile(part, target, await open(part, 'wx'));
    } catch (error) {
      throw codeOf(error) === 'ENOENT'
        ? new GridError('notFound', `There is no folder ${dirname(target)}.`, { hint: 'Choose another place.', cause: error })
        : unwritable(dirname(target), error);
    }
  }

  /** Resolves when there is room for more. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#giveUp = reject;
        this.#gzip.write(bytes, (error) => {
          if (error) reject(error);
          else resolve();
        });
      });
    } catch (error) {
      throw await this.#reason(error);
    }
  }

  /** On disk under its other name, to be read once more. */
  async finish(): Promise<void> {
    try {
      this.#gzip.end();
      await this.#written;
      await this.handle.sync();
      await this.handle.close();
    } catch (error) {
      throw await this.#reason(error);
    }
  }

  /** @param replace a file that is there already; else `conflict` when there is one */
  async place(replace: boolean): Promise<void> {
    try {
      if (replace) await rename(this.part, this.target);
      else await moveTo(this.part, this.target);
      await syncFolder(dirname(this.target));
    } catch (error) {
      throw error instanceof GridError ? error : unwritable(this.target, error);
    }
  }

  /** Leaves nothing behind; for a file that was not placed. */
  async abandon(): Promise<void> {
    this.#gzip.destroy();
    await this.#written.catch(() => undefined);
    await this.handle.close().catch(() => undefined);
    await unlink(this.part).catch(() => undefined);
  }

  /** A full disk is told by the end of the line, not by the one who writes. */
  async #reason(error: unknown): Promise<GridError> {
    const first = await this.#written.then(
      () => error,
      (thrown: unknown) => thrown,
    );
    return unwritable(dirname(this.target), first);
  }
}

/** Moves a file to a place where nothing is. A second name for it fails where one is already; `rename` would replace it. */
export async function moveTo(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw exists(to);
    await moveWithoutLinks(from, to);
    return;
  }
  await unlink(from);
}

/** Some network file systems have no second names: there an empty file takes the place first. */
async function moveWithoutLinks(from: string, to: string): Promise<void> {
  try {
    await (await open(to, 'wx')).close();
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? exists(to) : unwritable(to, error);
  }
  await rename(from, to);
}

function exists(file: string): GridError {
  return new GridError('conflict', `${file} exists already.`, { hint: 'Choose another name, or move it away first.' });
}
