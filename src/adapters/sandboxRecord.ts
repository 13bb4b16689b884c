/** What has been built, by what it was built of: beside the tar for people, and in the cache for the next build. */
import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { unwritable } from './fileError';
import { sumsOf } from './packFile';
import type { Built, BuildOptions } from './sandboxBuild';

/** What was built of the same sources before, if it is still what it was. */
export async function knownBuild({ cache, folder, signal }: BuildOptions, key: string): Promise<Built | undefined> {
  const text = await readFile(record(cache, key), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  let built: Built;
  try {
    built = JSON.parse(text) as Built;
  } catch {
    return undefined;
  }
  const file = join(folder, basename(built.file));
  const sums = await sumsOf(file, signal);
  return sums?.sha256 === built.sha256 ? { ...built, file, cached: true } : undefined;
}

/** `sha256sum -c` reads the one beside the tar. */
export async function rememberBuild({ cache }: BuildOptions, key: string, built: Built): Promise<void> {
  const { bytes, sha256, adler32, entries, manifest } = built;
  const name = basename(built.file);
  await writeWhole(`${built.file}.sha256`, `${sha256}  ${name}\n`);
  const facts = { file: name, bytes, sha256, adler32, entries, sources: manifest.sources };
  await writeWhole(`${built.file}.json`, `${JSON.stringify(facts, undefined, 2)}\n`);
  const file = record(cache, key);
  await mkdir(join(cache, 'built'), { recursive: true }).catch((error: unknown) => {
    throw unwritable(cache, error);
  });
  await writeWhole(file, JSON.stringify(built));
}

function record(cache: string, key: string): string {
  return join(cache, 'built', `${key}.json`);
}

async function writeWhole(file: string, text: string): Promise<void> {
  try {
    await writeFile(`${file}.part`, text);
    await rename(`${file}.part`, file);
  } catch (error) {
    await unlink(`${file}.part`).catch(() => undefined);
    throw unwritable(file, error);
  }
}
