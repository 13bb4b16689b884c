/** The file that a sandbox is packed into: written beside its place under another name, summed up on the way, and placed whole. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { GridError } from '../core/errors';
import { Adler32 } from './adler';
import { codeOf, unwritable } from './fileError';

export interface Sums {
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
  readonly adler32: string;
}

/** Bytes that are written at once. */
const blockBytes = 1 << 20;

export class PackFile {
  readonly #sha256 = createHash('sha256');
  readonly #adler32 = new Adler32();
  readonly #block = Buffer.alloc(blockBytes);
  readonly #gzip: Gzip | undefined;
  readonly #written: Promise<void>;
  #used = 0;
  #bytes = 0;

  private constructor(
    readonly part: string,
    private readonly folder: string,
    private readonly handle: FileHandle,
    gzip: boolean,
  ) {
    this.#gzip = gzip ? createGzip() : undefined;
    this.#written =
      this.#gzip === undefined
        ? Promise.resolve()
        : pipeline(this.#gzip, async (chunks: AsyncIterable<Uint8Array>) => {
            for await (const chunk of chunks) await this.#put(chunk);
          });
    // Told where something is waited for.
    this.#written.catch(() => undefined);
  }

  /** @param folder made where it is missing */
  static async open(folder: string, gzip: boolean): Promise<PackFile> {
    try {
      await mkdir(folder, { recursive: true });
      const part = join(folder, `.${randomUUID()}.part`);
      return new PackFile(part, folder, await open(part, 'wx'), gzip);
    } catch (error) {
      throw unwritable(folder, error);
    }
  }

  /** Resolves when there is room for more; the bytes may be used again then. */
  async write(bytes: Uint8Array): Promise<void> {
    const gzip = this.#gzip;
    try {
      if (gzip === undefined) await this.#put(bytes);
      else {
        const taken = new Promise<void>((resolve, reject) => {
          gzip.write(bytes, (error) => {
            if (error) reject(error);
            else resolve();
          });
        });
        // When the disk refuses, the line is torn down and the write is never answered.
        await Promise.race([taken, this.#written]);
      }
    } catch (error) {
      throw await this.#reason(error);
    }
  }

  async #put(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + blockBytes - this.#used);
      this.#block.set(part, this.#used);
      this.#used += part.length;
      at += part.length;
      if (this.#used === blockBytes) await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    const block = this.#block.subarray(0, this.#used);
    // The disk writes while the sums are made.
    const written = this.handle.writeFile(block);
    this.#sha256.update(block);
    this.#adler32.update(block);
    await written;
    this.#bytes += this.#used;
    this.#used = 0;
  }

  /** All of it is in the file. */
  async finish(): Promise<Sums> {
    try {
      this.#gzip?.end();
      await this.#written;
      await this.#flush();
      await this.handle.close();
    } catch (error) {
      throw await this.#reason(error);
    }
    return { bytes: this.#bytes, sha256: this.#sha256.digest('hex'), adler32: this.#adler32.digest() };
  }

  /** Takes the place of a file of that name: names say what is in them. Resolves with the whole path. */
  async place(name: string): Promise<string> {
    const target = join(this.folder, name);
    try {
      await rename(this.part, target);
    } catch (error) {
      throw unwritable(target, error);
    }
    return target;
  }

  /** Leaves nothing behind; for a file that was not placed. */
  async abandon(): Promise<void> {
    this.#gzip?.destroy();
    await this.#written.catch(() => undefined);
    await this.handle.close().catch(() => undefined);
    await unlink(this.part).catch(() => undefined);
  }

  /** A full disk is told by the end of the line, not by the one who writes. */
  async #reason(error: unknown): Promise<GridError> {
    const first =
      this.#gzip === undefined
        ? error
        : await this.#written.then(
            () => error,
            (thrown: unknown) => thrown,
          );
    return first instanceof GridError ? first : unwritable(this.folder, first);
  }
}

/** The sums of a file; undefined when there is none. */
export async function sumsOf(file: string, signal: AbortSignal): Promise<Sums | undefined> {
  const sha256 = createHash('sha256');
  const adler32 = new Adler32();
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: blockBytes, signal }) as AsyncIterable<Buffer>) {
      sha256.update(chunk);
      adler32.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    if (signal.aborted) throw new GridError('cancelled', 'Reading the sandbox was cancelled.');
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new GridError('toolFailed', `${file} cannot be read (${codeOf(error) ?? 'for no known reason'}).`, {
      hint: 'Mend its permissions.',
      cause: error,
    });
  }
  return { bytes, sha256: sha256.digest('hex'), adler32: adler32.digest() };
}
