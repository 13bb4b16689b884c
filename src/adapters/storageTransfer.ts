/**
 * Files from grid storage to this machine and back. Each goes to a hidden name first, is verified (its length, and the checksum
 * where the storage has one), and gets its name then: nobody sees half a file, and nothing that is there is lost.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, statfs, symlink, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { GridError, asGridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import type { StorageFailure } from '../core/storage/entry';
import { childOf, nameIn, readLocation } from '../core/storage/location';
import { plural, sizeOf } from '../core/wording';
import { codeOf, unwritable } from './fileError';
import type { Gfal } from './gfal';
import type { GfalCopy } from './gfalCopy';
import { moveTo } from './gzipFile';
import { sumsOf } from './packFile';
import { lookAt, lookFor, walk } from './storage';

/** Files under way at a time. */
const lanes = 3;
/** For tidying up after a stop. */
const tidyMs = 30_000;

export interface TransferOptions extends CallOptions {
  readonly gfal: Gfal;
  readonly copy: GfalCopy;
  /** What is there already under the same name is replaced; otherwise it stays and is told. */
  readonly overwrite?: boolean;
  readonly progress?: (files: number, total: number) => void;
}

export interface Transferred {
  /** Where each file is now: paths of a download, locations of an upload. */
  readonly files: readonly string[];
  readonly failed: readonly StorageFailure[];
}

interface Job {
  readonly from: string;
  readonly to: string;
  /** Bytes it must have. */
  readonly size: number;
}

/** Files and whole folders into a folder of this machine, which is made where it is missing. */
export async function download(locations: readonly string[], folder: string, options: TransferOptions): Promise<Transferred> {
  const failed: StorageFailure[] = [];
  const jobs: Job[] = [];
  const folders: string[] = [];
  await each(locations, failed, options, async (given) => {
    const location = readLocation(given);
    const entry = await lookAt(options.gfal, location, options);
    const top = join(folder, localName(entry.name));
    if (!entry.directory) {
      jobs.push({ from: location, to: top, size: entry.size });
      return;
    }
    folders.push(top);
    await walk(options.gfal, location, {
      signal: options.signal,
      failed: (failure) => failed.push(failure),
      heard: (below, names) => {
        const to = join(top, ...names.map(localName));
        if (below.directory) folders.push(to);
        else jobs.push({ from: below.location, to, size: below.size });
      },
    });
  });
  for (const each of [folder, ...folders]) await mkdir(each, { recursive: true }).catch((error: unknown) => refuse(each, error));
  return transferAll(jobs, failed, options, fetchOne);
}

function refuse(folder: string, error: unknown): never {
  throw codeOf(error) === 'EEXIST'
    ? new GridError('conflict', `${folder} is a file.`, { hint: 'Choose another folder.' })
    : unwritable(folder, error);
}

function localName(name: string): string {
  if (name === '.' || name === '..' || name.includes('/') || name.includes('\0'))
    throw new GridError('rejected', `“${name}” is no name of a file here.`);
  return name;
}

async function fetchOne({ from, to, size }: Job, alias: Alias, options: TransferOptions): Promise<void> {
  if (options.overwrite !== true && (await exists(to)))
    throw new GridError('conflict', `${to} exists already.`, { hint: 'Move it away, or choose another folder.' });
  const part = `.grid-${randomUUID()}.part`;
  const local = join(dirname(to), part);
  try {
    await options.copy(from, `file://${await alias.of(dirname(to))}/${part}`, options);
    const { size: come } = await stat(local);
    if (await isFull(dirname(to), size - come)) throw full('The disk is full', come, size, 'here');
    await verify(local, from, size, options);
    if (options.overwrite === true) await rename(local, to).catch((error: unknown) => refuse(to, error));
    else await moveTo(local, to);
  } catch (thrown) {
    await unlink(local).catch(() => undefined);
    throw thrown;
  }
}

/** gfal-copy ends well on a disk that is full, with a part of the file. */
async function isFull(folder: string, missing: number): Promise<boolean> {
  if (missing <= 0) return false;
  const space = await statfs(folder).catch(() => undefined); // a folder that cannot be asked has told why it refuses elsewhere
  return space !== undefined && space.bavail * space.bsize < missing;
}

function full(what: string, come: number, size: number, where: string): GridError {
  return new GridError('toolFailed', `${what}: ${sizeOf(come)} of ${sizeOf(size)} went onto it.`, {
    hint: `Nothing of it stays ${where}. Free space, then repeat it.`,
  });
}

/** Files and whole folders of this machine into a folder of the storage, which is made where it is missing. */
export async function upload(paths: readonly string[], folder: string, options: TransferOptions): Promise<Transferred> {
  const failed: StorageFailure[] = [];
  const jobs: Job[] = [];
  const folders: string[] = [readLocation(folder)];
  const add = async (path: string, into: string): Promise<void> => {
    const facts = await stat(path).catch((error: unknown) => {
      throw new GridError(codeOf(error) === 'ENOENT' ? 'notFound' : 'forbidden', `${path} cannot be read.`, { cause: error });
    });
    const to = childOf(into, basename(path));
    if (facts.isFile()) {
      jobs.push({ from: path, to, size: facts.size });
      return;
    }
    if (!facts.isDirectory()) throw new GridError('rejected', `${path} is neither a file nor a folder.`);
    folders.push(to);
    const entries = await readdir(path, { withFileTypes: true });
    await each(
      entries.map(({ name }) => join(path, name)),
      failed,
      options,
      async (inside) => {
        // A link to a folder may lead back to where it stands.
        const link = entries.find(({ name }) => name === basename(inside))?.isSymbolicLink() === true;
        if (link && !(await stat(inside)).isFile()) throw new GridError('rejected', `${inside} is a link to a folder.`);
        await add(inside, to);
      },
    );
  };
  await each(paths, failed, options, (path) => add(path, folders[0] ?? ''));
  const [top = ''] = folders;
  for (const place of jobs.length === 0 && folders.length === 1 ? [] : folders) {
    const there = await lookFor(options.gfal, place, options);
    if (there?.directory === false)
      throw new GridError('conflict', `${nameIn(place)} is a file there.`, { hint: 'Choose another folder.' });
    if (there === undefined) await options.gfal.makeFolder(place, options);
  }
  return transferAll(jobs, failed, options, (job, alias) => sendOne(job, alias, options, top));
}

async function sendOne({ from, to, size }: Job, alias: Alias, options: TransferOptions, top: string): Promise<void> {
  const { gfal, copy, overwrite = false } = options;
  const there = await lookFor(gfal, to, options);
  if (there !== undefined && (!overwrite || there.directory))
    throw new GridError('conflict', `${nameIn(to)} is there already${there.directory ? ', as a folder' : ''}.`, {
      hint: 'Choose another name.',
    });
  const part = childOf(to.slice(0, to.lastIndexOf('/')) || top, `.grid-${randomUUID()}.part`);
  try {
    await copy(`file://${await alias.of(from)}`, part, options);
    const { size: sent } = await gfal.stat(part, options);
    if (part.startsWith('file:') && (await isFull(dirname(part.slice('file://'.length)), size - sent)))
      throw full(`The disk of ${nameIn(to.slice(0, to.lastIndexOf('/')))} is full`, sent, size, 'there');
    if (sent !== size) throw new GridError('malformed', `${sent} of ${size} bytes have arrived.`, { hint: 'Repeat it.' });
    await verify(from, part, size, options);
    if (there !== undefined) await gfal.remove(to, options);
    await gfal.rename(part, to, options);
  } catch (thrown) {
    await gfal.remove(part, { signal: AbortSignal.timeout(tidyMs) }).catch(() => undefined);
    throw thrown;
  }
}

/** Whether the file here is the one there: by its length, and by its checksum where the storage has one. */
async function verify(local: string, location: string, size: number, { gfal, signal }: TransferOptions): Promise<void> {
  const sums = await sumsOf(local, signal);
  if (sums?.bytes !== size)
    throw new GridError('malformed', `${sums?.bytes ?? 0} of ${size} bytes have arrived.`, {
      hint: 'The file may have changed meanwhile. Repeat it.',
    });
  const told = await gfal.checksum(location, 'ADLER32', { signal }).catch((thrown: unknown) => {
    const error = asGridError(thrown);
    // Only of a door that makes no checksums the length has to do; one that does not answer has verified nothing.
    if (['cancelled', 'unreachable', 'timeout', 'auth', 'expired', 'tls'].includes(error.kind)) throw error;
    return undefined;
  });
  if (told !== undefined && told.toLowerCase().padStart(8, '0') !== sums.adler32)
    throw new GridError('malformed', 'The checksum is another one than that of the storage.', { hint: 'Repeat it.' });
}

/** Symbolic links with plain names: gfal2's plugins decode paths of this machine differently, or not at all. */
class Alias {
  #folder: Promise<string> | undefined;
  readonly #links = new Map<string, Promise<string>>();

  async of(path: string): Promise<string> {
    const link = this.#links.get(path) ?? this.#make(path, String(this.#links.size));
    this.#links.set(path, link);
    return link;
  }

  async #make(path: string, name: string): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'grid-transfer-'));
    const link = join(await this.#folder, name);
    await symlink(path, link);
    return link;
  }

  async end(): Promise<void> {
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
  }
}

type One = (job: Job, alias: Alias, options: TransferOptions) => Promise<void>;

/** A stop ends it with `cancelled`: what is complete by then stays, and of the rest nothing. */
async function transferAll(jobs: readonly Job[], failed: StorageFailure[], options: TransferOptions, one: One): Promise<Transferred> {
  const complete = new Set<Job>();
  const alias = new Alias();
  const queue = jobs.values();
  let done = 0;
  const lane = async () => {
    for (const job of queue) {
      if (options.signal.aborted) return;
      try {
        await one(job, alias, options);
        complete.add(job);
      } catch (thrown) {
        const error = asGridError(thrown);
        if (error.kind !== 'cancelled') failed.push({ file: job.from, message: error.sentence });
      }
      options.progress?.(++done, jobs.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(lanes, jobs.length) }, lane));
  } finally {
    await alias.end();
  }
  if (options.signal.aborted)
    throw new GridError(
      'cancelled',
      `It was stopped: ${complete.size} of ${plural(jobs.length, 'file')} are complete, of the others nothing is left.`,
    );
  return { files: jobs.filter((job) => complete.has(job)).map(({ to }) => to), failed };
}

async function each(
  given: readonly string[],
  failed: StorageFailure[],
  { signal }: CallOptions,
  act: (one: string) => Promise<void>,
): Promise<void> {
  for (const one of given) {
    try {
      await act(one);
    } catch (thrown) {
      const error = asGridError(thrown);
      if (signal.aborted) throw error;
      failed.push({ file: one, message: error.sentence });
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => codeOf(error) !== 'ENOENT',
  );
}
