/** What an upload asks of a folder on grid storage, in terms of sandboxes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { joined, partName, type Version } from '../core/sandbox/place';
import type { Gfal, GfalEntry } from './gfal';
import type { GfalCopy } from './gfalCopy';
import { sumsOf } from './packFile';

/** Milliseconds for what has to be tidied up after a failure, and for what must not be stopped half-way. */
const steadyMs = 60_000;

/** For the moment in which names change: a cancel then would leave the one or the other undone. */
export function steady(): CallOptions {
  return { signal: AbortSignal.timeout(steadyMs) };
}

export class SandboxStorage {
  constructor(
    readonly gfal: Gfal,
    readonly copy: GfalCopy,
    private readonly options: CallOptions,
  ) {}

  /** Undefined when there is nothing of this name. */
  async stat(url: string, options: CallOptions = this.options): Promise<GfalEntry | undefined> {
    try {
      return await this.gfal.stat(url, options);
    } catch (thrown) {
      if (thrown instanceof GridError && thrown.kind === 'notFound') return undefined;
      throw thrown;
    }
  }

  async makeFolder(url: string): Promise<void> {
    const found = await this.stat(url);
    if (found === undefined) await this.gfal.makeFolder(url, this.options);
    else if (!found.directory) throw new GridError('rejected', `${url} is a file.`, { hint: 'Choose a folder.' });
  }

  /** What cannot be listed can be written all the same: then nothing is known of older versions. */
  async list(folder: string): Promise<readonly Version[]> {
    const files: Version[] = [];
    try {
      await this.gfal.list(
        folder,
        (entries) => {
          for (const { name, modified, directory } of entries) if (!directory) files.push({ name, modified });
        },
        this.options,
      );
      return files;
    } catch (thrown) {
      if (thrown instanceof GridError && (thrown.kind === 'forbidden' || thrown.kind === 'rejected')) return [];
      throw thrown;
    }
  }

  /** ADLER32, in eight digits. Of a door that makes no checksums the file is read back, which `slow` tells of. */
  async checksum(url: string, slow: () => void = () => undefined): Promise<string | undefined> {
    try {
      return (await this.gfal.checksum(url, 'ADLER32', this.options)).toLowerCase().padStart(8, '0');
    } catch (thrown) {
      if (!(thrown instanceof GridError) || ['cancelled', 'unreachable', 'timeout', 'auth', 'expired'].includes(thrown.kind)) throw thrown;
    }
    slow();
    return this.#fetched(url, async (file) => (await sumsOf(file, this.options.signal))?.adler32);
  }

  /** To a name that is free in the same storage; where it does not copy by itself, by the way of this machine. */
  async duplicate(from: string, to: string): Promise<void> {
    try {
      await this.copy(from, to, this.options);
    } catch (thrown) {
      if (!(thrown instanceof GridError) || ['cancelled', 'unreachable', 'timeout', 'auth', 'expired', 'notFound'].includes(thrown.kind))
        throw thrown;
      await this.remove(to);
      await this.#fetched(from, (file) => this.copy(pathToFileURL(file).href, to, this.options));
    }
  }

  async #fetched<T>(url: string, use: (file: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'grid-sandbox-'));
    try {
      const file = join(folder, 'file');
      await this.copy(url, pathToFileURL(file).href, this.options);
      return await use(file);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Tries on two small files whether a rename takes the place of a file in one step. */
  async replacesAtOnce(folder: string): Promise<boolean> {
    const local = await mkdtemp(join(tmpdir(), 'grid-probe-'));
    const name = (): string => joined(folder, partName('probe', randomUUID().slice(0, 8)));
    const [one, other] = [name(), name()];
    try {
      for (const [url, text] of [
        [one, 'one'],
        [other, 'other'],
      ] as const) {
        const file = join(local, text);
        await writeFile(file, text);
        await this.copy(pathToFileURL(file).href, url, this.options);
      }
      await this.gfal.rename(one, other, this.options);
      return (await this.stat(other))?.size === 'one'.length && (await this.stat(one)) === undefined;
    } catch (thrown) {
      if (thrown instanceof GridError && ['conflict', 'rejected', 'forbidden', 'toolFailed'].includes(thrown.kind)) return false;
      throw thrown;
    } finally {
      await rm(local, { recursive: true, force: true });
      await Promise.all([this.remove(one), this.remove(other)]);
    }
  }

  /** Whether it is gone. Tried though the rest was cancelled. */
  async remove(url: string): Promise<boolean> {
    const options = steady();
    for (let tries = 0; tries < 3 && !options.signal.aborted; tries++) {
      try {
        await this.gfal.remove(url, options);
        return true;
      } catch (thrown) {
        if (thrown instanceof GridError && thrown.kind === 'notFound') return true;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
    return false;
  }

  /** The error of a step, after what it has left was taken away; where that cannot be done it says so. */
  async tidied(part: string, thrown: unknown): Promise<Error> {
    const error = thrown instanceof Error ? thrown : new GridError('toolFailed', String(thrown));
    if (await this.remove(part)) return error;
    const { kind, hint = '' } = error instanceof GridError ? error : { kind: 'toolFailed' as const };
    return new GridError(kind, error.message, { hint: `${hint} Remove ${part} when the storage answers again.`.trim(), cause: error });
  }
}
