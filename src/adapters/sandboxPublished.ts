/** The version of a sandbox that is on the storage, whoever put it there and whatever it was packed by: fetched and looked through. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { createGunzip } from 'node:zlib';
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { manifestFormat, manifestName, type Manifest, type ManifestFile } from '../core/sandbox/manifest';
import { joined, versionsIn, type Place } from '../core/sandbox/place';
import { codeOf, unwritable } from './fileError';
import type { Gfal } from './gfal';
import type { GfalCopy } from './gfalCopy';
import { sumsOf, type Sums } from './packFile';
import { SandboxStorage } from './sandboxStorage';
import { readTar, type TarEntry } from './tar';

export interface FoundVersion extends Sums {
  readonly location: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Files and links. */
  readonly entries: number;
  /** By the content of the tar; where its sources come from, as its own manifest says. */
  readonly manifest: Manifest;
}

export interface FindOptions extends CallOptions {
  readonly gfal: Gfal;
  readonly copy: GfalCopy;
  readonly place: Place;
  readonly stem: string;
  /** The version whose checksum this is need not be fetched. */
  readonly known?: string;
}

/** The newest version in its place; undefined when there is none, `known` when it is the one that is known. */
export async function findPublished(options: FindOptions): Promise<FoundVersion | 'known' | undefined> {
  const { gfal, copy, place, stem, known } = options;
  const storage = new SandboxStorage(gfal, copy, options);
  const newest = await newestIn(storage, place, stem);
  if (newest === undefined) return undefined;
  const location = joined(place.folder, newest.name);
  // A version has the beginning of its checksum in its name.
  if (known !== undefined && !place.fixed && newest.name.includes(`-${known.slice(0, 8)}.tar`)) return 'known';
  const folder = await mkdtemp(join(tmpdir(), 'grid-published-')).catch((error: unknown) => {
    throw unwritable(tmpdir(), error);
  });
  try {
    const file = join(folder, newest.name);
    await copy(location, pathToFileURL(file).href, options);
    const sums = await sumsOf(file, options.signal);
    if (sums === undefined) throw new GridError('notFound', `${location} is not there any more.`, { hint: 'Compare again.' });
    if (sums.sha256 === known) return 'known';
    return { ...sums, location, at: newest.modified, ...(await contentIn(file, stem, options.signal)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function newestIn(storage: SandboxStorage, place: Place, stem: string): Promise<{ name: string; modified: number } | undefined> {
  if (place.fixed) {
    const found = await storage.stat(joined(place.folder, place.name));
    return found === undefined ? undefined : { name: place.name, modified: found.modified };
  }
  try {
    return versionsIn(await storage.list(place.folder), stem)[0];
  } catch (thrown) {
    if (thrown instanceof GridError && thrown.kind === 'notFound') return undefined;
    throw thrown;
  }
}

async function contentIn(file: string, name: string, signal: AbortSignal): Promise<Pick<FoundVersion, 'manifest' | 'entries'>> {
  const source = createReadStream(file);
  const plain = file.endsWith('.gz') ? createGunzip() : undefined;
  const reading = plain === undefined ? undefined : pipeline(source, plain, { signal }).catch(() => undefined);
  const files: ManifestFile[] = [];
  let [sources, entries]: [Manifest['sources'], number] = [[], 0];
  try {
    for await (const entry of readTar(plain ?? source)) {
      if (signal.aborted) throw new GridError('cancelled', 'Comparing was cancelled.');
      const path = entry.name.replace(/^\.\//, '');
      if (entry.type !== '0' && entry.type !== '2') continue;
      entries++;
      if (path === manifestName) sources = await sourcesIn(entry);
      else files.push(await fileIn(entry, path));
    }
  } catch (thrown) {
    const broken = thrown instanceof GridError ? thrown.kind === 'malformed' : codeOf(thrown)?.startsWith('Z_') === true;
    if (!broken) throw thrown;
    throw new GridError('malformed', `The version of ${name} on the storage is damaged.`, { hint: 'Upload it again.', cause: thrown });
  } finally {
    source.destroy();
    plain?.destroy();
    await reading;
  }
  return { manifest: { format: manifestFormat, name, sources, files }, entries };
}

async function fileIn({ type, size, executable, link, content }: TarEntry, path: string): Promise<ManifestFile> {
  if (type === '2') return { path, bytes: 0, link };
  const sha256 = createHash('sha256');
  for await (const part of content) sha256.update(part);
  return { path, bytes: size, ...(executable ? { executable: true as const } : {}), sha256: sha256.digest('hex') };
}

/** Longer ones are none of ours. */
const longestManifest = 64_000_000;

/** What its builder has written; nothing, where that says nothing. */
async function sourcesIn({ size, content }: TarEntry): Promise<Manifest['sources']> {
  if (size > longestManifest) return [];
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  try {
    const { sources } = JSON.parse(Buffer.concat(parts).toString('utf8')) as Partial<Manifest>;
    const told = Array.isArray(sources) ? (sources as readonly Partial<Manifest['sources'][number]>[]) : [];
    return told.flatMap(({ name, folder, url, commit, branch }) => {
      if (![name, folder, url, commit].every((each) => typeof each === 'string')) return [];
      return [{ name, folder, url, commit, ...(typeof branch === 'string' ? { branch } : {}) } as Manifest['sources'][number]];
    });
  } catch {
    return [];
  }
}
