/**
 * Puts a sandbox on grid storage so that whoever reads it there finds a whole one at every moment: uploaded under another name,
 * its checksum compared, and only then put in place. Whatever happens before leaves the storage as it was.
 */
import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { joined, partName, staleParts, surplus, versionsIn, type Place, type Version } from '../core/sandbox/place';
import { plural, sizeOf } from '../core/wording';
import type { Gfal } from './gfal';
import type { GfalCopy } from './gfalCopy';
import { sumsOf, type Sums } from './packFile';
import type { StepNews } from './sandboxBuild';
import { replaceSandbox } from './sandboxReplace';
import { SandboxStorage, steady } from './sandboxStorage';

export interface UploadOptions extends CallOptions {
  /** Path of the tar on this machine. */
  readonly file: string;
  readonly place: Place;
  /** Name of the sandbox, by which its versions are known. */
  readonly stem: string;
  readonly gfal: Gfal;
  readonly copy: GfalCopy;
  /** Older versions that stay. */
  readonly keep: number;
  /** Which of these locations somebody still reads. Nothing is removed when it rejects, or when it is absent. */
  readonly inUse?: (locations: readonly string[], options: CallOptions) => Promise<ReadonlySet<string>>;
  /** A fixed name may be without a file for a moment, where the storage cannot replace one at once. */
  readonly gap?: boolean;
  readonly news?: (news: StepNews) => void;
  readonly clock?: () => number;
}

export interface Published {
  readonly location: string;
  readonly adler32: string;
  /** Where the version before can be read; absent when there was none. */
  readonly previous?: string;
  /** Older versions that were taken away. */
  readonly removed: readonly string[];
  /** Why older versions were left though there are more than stay; absent when nothing kept them. */
  readonly unpruned?: string;
  /** Whether exactly this was there already. */
  readonly unchanged: boolean;
}

const watchMs = 1_000;

/** @throws GridError `conflict` when another file has the name, `rejected` when a fixed name cannot be replaced at once */
export async function uploadSandbox(options: UploadOptions): Promise<Published> {
  const upload = new Upload(options);
  try {
    return await upload.run();
  } catch (thrown) {
    upload.failed(thrown);
    throw thrown;
  }
}

class Upload {
  readonly #target: string;
  readonly #storage: SandboxStorage;
  #step = 'upload';
  #unpruned: string | undefined;

  constructor(private readonly options: UploadOptions) {
    this.#target = joined(options.place.folder, options.place.name);
    this.#storage = new SandboxStorage(options.gfal, options.copy, options);
  }

  failed(thrown: unknown): void {
    this.#tell('failed', thrown instanceof GridError ? thrown.message : String(thrown));
  }

  #tell(state: StepNews['state'], detail: string, share?: number): void {
    this.options.news?.({ step: this.#step, state, detail, ...(share === undefined ? {} : { share }) });
  }

  #begin(step: string, detail: string): void {
    this.#step = step;
    if (this.options.signal.aborted) throw new GridError('cancelled', 'The upload was cancelled.');
    this.#tell('running', detail);
  }

  async run(): Promise<Published> {
    const { file, place, stem, signal } = this.options;
    this.#begin('upload', 'looking at the folder');
    const sums = await sumsOf(file, signal);
    if (sums === undefined) throw new GridError('notFound', `There is no file ${file}.`, { hint: 'Build the sandbox again.' });
    await this.#storage.makeFolder(place.folder);
    const files = await this.#storage.list(place.folder);
    const older = versionsIn(files, stem).filter(({ name }) => name !== place.name);
    const there = await this.#storage.stat(this.#target);
    if (there?.directory === false && there.size === sums.bytes && (await this.#checksum(this.#target)) === sums.adler32) {
      for (const step of ['upload', 'verify', 'place']) {
        this.#begin(step, '');
        this.#tell('done', 'is there already');
      }
      return this.#result(sums, older, [], true);
    }
    if (there !== undefined && !place.fixed)
      throw new GridError('conflict', `${this.#target} exists already and is something else.`, {
        hint: 'Move it away, or choose another folder.',
      });
    const part = joined(place.folder, partName(place.name, randomUUID().slice(0, 8)));
    try {
      await this.#upload(part, sums);
      await this.#verify(part, sums);
      this.#begin('place', place.name);
      const { keep, gap = false } = this.options;
      const kept = there === undefined ? undefined : await replaceSandbox(this.#storage, { place, part, older: there, keep, gap, signal });
      if (there === undefined) await this.#put(part, sums);
      const removed = await this.#prune(files, sums);
      const gone = removed.length === 0 ? '' : `, ${plural(removed.length, 'older version')} removed`;
      this.#tell('done', `${place.name}${gone}${this.#unpruned === undefined ? '' : ', older ones not looked at'}`);
      return this.#result(sums, kept === undefined ? older : [{ name: kept }], removed, false);
    } catch (thrown) {
      throw await this.#storage.tidied(part, thrown);
    }
  }

  #result(sums: Sums, older: readonly Pick<Version, 'name'>[], removed: readonly string[], unchanged: boolean): Published {
    const [before] = older.filter(({ name }) => !removed.includes(joined(this.options.place.folder, name)));
    return {
      location: this.#target,
      adler32: sums.adler32,
      ...(before === undefined ? {} : { previous: joined(this.options.place.folder, before.name) }),
      removed,
      ...(this.#unpruned === undefined ? {} : { unpruned: this.#unpruned }),
      unchanged,
    };
  }

  async #upload(part: string, sums: Sums): Promise<void> {
    const { file, copy, gfal, signal } = this.options;
    const [, host = 'this machine'] = /^[a-z]+:\/\/([^/:]+)/.exec(part) ?? [];
    this.#begin('upload', `${sizeOf(sums.bytes)} to ${host}`);
    const watch = new AbortController();
    const watching = (async () => {
      while (!watch.signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, watchMs).unref());
        if (watch.signal.aborted) return;
        const size = await gfal.stat(part, { signal: watch.signal }).then(
          (entry) => entry.size,
          () => 0,
        );
        if (size > 0 && size < sums.bytes) this.#tell('running', `${sizeOf(size)} of ${sizeOf(sums.bytes)} to ${host}`, size / sums.bytes);
      }
    })();
    try {
      await copy(pathToFileURL(file).href, part, { signal });
    } finally {
      watch.abort();
      void watching;
    }
    this.#tell('done', `${sizeOf(sums.bytes)} to ${host}`);
  }

  async #verify(url: string, sums: Sums): Promise<void> {
    this.#begin('verify', 'ADLER32');
    const size = (await this.#storage.stat(url))?.size;
    const found = size === sums.bytes ? await this.#checksum(url) : undefined;
    if (found !== sums.adler32) {
      const what =
        size === sums.bytes
          ? `the checksum ${found ?? 'of nothing'} instead of ${sums.adler32}`
          : `${size ?? 0} bytes instead of ${sums.bytes}`;
      throw new GridError('malformed', `What arrived is not what was sent: it has ${what}.`, {
        hint: 'Upload it again. Nothing was put in place.',
      });
    }
    this.#tell('done', `ADLER32 ${found}`);
  }

  #checksum(url: string): Promise<string | undefined> {
    return this.#storage.checksum(url, () => {
      this.#tell('running', 'reading it back: the storage makes no checksums');
    });
  }

  /** To a name where nothing is. A door that cannot rename gets the file once more, under a name that nobody reads yet. */
  async #put(part: string, sums: Sums): Promise<void> {
    const { gfal, copy, file, signal } = this.options;
    if ((await this.#storage.stat(this.#target)) !== undefined)
      throw new GridError('conflict', `${this.#target} was made by somebody else meanwhile.`, { hint: 'Look at it, and upload again.' });
    try {
      await gfal.rename(part, this.#target, steady());
    } catch (thrown) {
      if (!(thrown instanceof GridError) || thrown.kind !== 'rejected' || this.options.place.fixed) throw thrown;
      try {
        await copy(pathToFileURL(file).href, this.#target, { signal });
        await this.#verify(this.#target, sums);
      } catch (error) {
        throw await this.#storage.tidied(this.#target, error);
      }
      await this.#storage.remove(part);
    }
  }

  /** Older versions beyond those that stay, unless somebody reads them; and what is left of uploads that were killed. */
  async #prune(files: readonly Version[], sums: Sums): Promise<readonly string[]> {
    const { inUse, keep, place, stem, clock = Date.now } = this.options;
    for (const name of staleParts(files, stem, clock())) await this.#storage.remove(joined(place.folder, name));
    const current: Version = { name: place.name, modified: Infinity };
    const versions = versionsIn([...files.filter(({ name }) => name !== place.name), current], stem);
    const many = surplus(versions, place.name, keep).map(({ name }) => joined(place.folder, name));
    if (many.length === 0 || inUse === undefined || sums.bytes === 0) return [];
    const used = await inUse(many, this.options).catch((thrown: unknown) => {
      const why = thrown instanceof GridError ? thrown.message : 'Nobody could say which versions tokens name.';
      this.#unpruned = `${why} No older version was removed.`;
      return new Set(many);
    });
    const removed: string[] = [];
    for (const location of many) if (!used.has(location) && (await this.#storage.remove(location))) removed.push(location);
    return removed;
  }
}
