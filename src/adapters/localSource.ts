/** Files and folders beside a configuration that go into its sandbox. */
import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import type { LocalSource } from '../core/sandbox/recipe';
import { codeOf } from './fileError';

export interface LocalFile {
  /** In the sandbox. */
  readonly path: string;
  /** On this machine. */
  readonly file: string;
  readonly size: number;
  readonly executable: boolean;
  readonly link?: string;
  /** Of its content; of a link, of what it names. */
  readonly sha256: string;
}

/** Everything that these sources bring, read through once for its checksums. @throws GridError `notFound`, `forbidden`, `rejected` */
export async function readLocal(sources: readonly LocalSource[], base: string, options: CallOptions): Promise<readonly LocalFile[]> {
  const files: LocalFile[] = [];
  for (const { from, to } of sources) {
    await notThroughLinks(base, from);
    await walk(join(base, from), to, from, files, options);
  }
  return files;
}

/** A folder on the way that is a link may lead anywhere. */
async function notThroughLinks(base: string, from: string): Promise<void> {
  const steps = from.split('/').slice(0, -1);
  for (let length = 1; length <= steps.length; length++) {
    const told = steps.slice(0, length).join('/');
    const facts = await factsOf(join(base, told), told);
    if (facts.isSymbolicLink())
      throw new GridError('rejected', `The local folder ${told} is a link, and may lead out of the folder of the file.`, {
        hint: 'Name the real folder.',
      });
  }
}

async function walk(file: string, path: string, told: string, found: LocalFile[], options: CallOptions): Promise<void> {
  if (options.signal.aborted) throw new GridError('cancelled', 'The build was cancelled.');
  const facts = await factsOf(file, told);
  if (facts.isDirectory()) {
    const names = await readdir(file).catch((error: unknown) => {
      throw unreadable(told, error);
    });
    for (const name of names.sort())
      if (name !== '.git') await walk(join(file, name), `${path}/${name}`, `${told}/${name}`, found, options);
    return;
  }
  if (facts.isSymbolicLink()) {
    const link = await readlink(file);
    found.push({ path, file, size: 0, executable: false, link, sha256: createHash('sha256').update(link).digest('hex') });
    return;
  }
  if (!facts.isFile()) throw new GridError('rejected', `${told} is neither a file nor a folder.`, { hint: 'Leave it out of the sandbox.' });
  const sha256 = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, { signal: options.signal }) as AsyncIterable<Buffer>) sha256.update(chunk);
  } catch (error) {
    if (options.signal.aborted) throw new GridError('cancelled', 'The build was cancelled.');
    throw unreadable(told, error);
  }
  found.push({ path, file, size: facts.size, executable: (facts.mode & 0o100) !== 0, sha256: sha256.digest('hex') });
}

async function factsOf(file: string, told: string): Promise<Stats> {
  try {
    return await lstat(file);
  } catch (error) {
    throw unreadable(told, error);
  }
}

function unreadable(told: string, cause: unknown): GridError {
  const code = codeOf(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new GridError('notFound', `There is no local file ${told}.`, {
      hint: 'Its path begins in the folder of the configuration.',
      cause,
    });
  return new GridError('forbidden', `The local file ${told} cannot be read (${code ?? 'for no known reason'}).`, {
    hint: 'Mend its permissions.',
    cause,
  });
}
