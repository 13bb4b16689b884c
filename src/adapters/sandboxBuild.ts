/**
 * Builds a sandbox: fetches what its recipe names, looks it through, and packs it so that one recipe gives the same bytes
 * wherever and whenever it is built. A recipe whose sources have not changed is not packed again.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import type { SandboxProblem } from '../core/sandbox/check';
import { manifestFormat, manifestName, manifestText, publicUrl, type Manifest, type ManifestFile } from '../core/sandbox/manifest';
import { madeOf, planBuild, type BuildStep } from '../core/sandbox/plan';
import { variablesName, type Recipe, type Repository } from '../core/sandbox/recipe';
import { count, plural, sizeOf } from '../core/wording';
import { Git, type GitCall, type GitOptions } from './git';
import { fetchRepository, pruneCache, type Checkout } from './gitFetch';
import { commitTime } from './gitTree';
import { readLocal } from './localSource';
import { PackFile, type Sums } from './packFile';
import { arranged, checkItems, ItemReader, itemsOf, localItem, textItem, type Checked, type Item } from './sandboxContent';
import { knownBuild, rememberBuild } from './sandboxRecord';
import { tarEnd, tarHeader, tarPadding } from './tar';

/** How far a step is. `share` is 0 to 1, where it is known. */
export interface StepNews {
  readonly step: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly detail?: string;
  readonly share?: number;
}

export interface BuildOptions extends CallOptions {
  /** Folder of the configuration. */
  readonly base: string;
  /** Folder that the tar goes to; made where it is missing. */
  readonly folder: string;
  /** Folder of what is kept between builds. */
  readonly cache: string;
  /** Files above this are told of. */
  readonly largeBytes?: number;
  readonly git?: GitOptions;
  readonly news?: (news: StepNews) => void;
  /** Scripts with CR LF get LF in the sandbox, whatever the recipe says. */
  readonly lineEnds?: boolean;
  /** Each command, and git's own lines, with the step that they belong to. */
  readonly said?: (step: string, line: string) => void;
  readonly clock?: () => number;
}

export interface Built extends Sums {
  /** Path of the tar. */
  readonly file: string;
  /** Files and links in it. */
  readonly entries: number;
  readonly problems: readonly SandboxProblem[];
  readonly manifest: Manifest;
  /** Whether it was there already. */
  readonly cached: boolean;
}

/** Repositories inside repositories are followed so far. */
const deepest = 8;
/** Of a sandbox that no commit dates; the beginning of 1980, since some programs frown on what is older. */
const earliest = 315_532_800;

export async function buildSandbox(recipe: Recipe, options: BuildOptions): Promise<Built> {
  const build = new Build(recipe, options);
  try {
    return await build.run();
  } catch (thrown) {
    build.failed(thrown);
    throw thrown;
  }
}

class Build {
  readonly #git: Git;
  readonly #steps: readonly BuildStep[];
  readonly #cache: string;
  readonly #largeBytes: number;
  readonly #convert: boolean;
  readonly #checkouts: Checkout[] = [];
  #step = 'plan';

  constructor(
    private readonly recipe: Recipe,
    private readonly options: BuildOptions,
  ) {
    const told = (command: string): void => {
      options.git?.told?.(command);
      options.said?.(this.#step, `$ ${command}`);
    };
    this.#git = new Git({ ...options.git, told });
    this.#steps = planBuild(recipe);
    this.#cache = join(options.cache, 'git');
    this.#largeBytes = options.largeBytes ?? 100_000_000;
    this.#convert = recipe.lineEnds || options.lineEnds === true;
  }

  failed(thrown: unknown): void {
    this.#tell('failed', thrown instanceof GridError ? thrown.message : String(thrown));
  }

  async run(): Promise<Built> {
    try {
      return await this.#run();
    } catch (error) {
      // What is kept of a repository may be damaged: then it is fetched anew the next time.
      if (error instanceof GridError && error.kind === 'malformed')
        for (const { folder } of this.#checkouts) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      throw error;
    }
  }

  async #run(): Promise<Built> {
    this.#begin('plan');
    this.#tell('done', madeOf(this.recipe));
    const { items: cloned, problems } = await this.#clone();
    const checkouts = this.#checkouts;
    const items = arranged(cloned, await this.#local());
    const sources = checkouts.map(sourceOf);
    const key = keyOf(this.recipe, sources, items, [this.#largeBytes, ...(this.#convert ? ['lf'] : [])]);
    const known = await knownBuild(this.options, key);
    if (known !== undefined) {
      for (const id of ['check', 'pack']) {
        this.#begin(id);
        this.#tell('done', 'unchanged');
      }
      return known;
    }
    const found = await this.#check(items, problems);
    const built = await this.#pack(found.items, sources, await this.#time(checkouts), found.problems);
    await rememberBuild(this.options, key, built);
    await pruneCache(this.#cache, (this.options.clock ?? Date.now)());
    return built;
  }

  #begin(id: string): void {
    this.#step = id;
    if (this.options.signal.aborted) throw new GridError('cancelled', 'The build was cancelled.');
    this.#tell('running', this.#steps.find((step) => step.id === id)?.detail ?? '');
  }

  #tell(state: StepNews['state'], detail: string, share?: number): void {
    this.options.news?.({ step: this.#step, state, detail, ...(share === undefined ? {} : { share }) });
  }

  async #clone(): Promise<{ readonly items: readonly Item[]; readonly problems: readonly SandboxProblem[] }> {
    const items: Item[] = [];
    const problems: SandboxProblem[] = [];
    const take = async (repository: Repository, depth: number): Promise<Checkout> => {
      const call = this.#call(repository.name);
      const checkout = await fetchRepository(repository, { git: this.#git, cache: this.#cache, base: this.options.base }, call);
      this.#checkouts.push(checkout);
      const found = await itemsOf(this.#git, checkout, call);
      items.push(...found.items);
      problems.push(...found.problems);
      if (found.inside.length > 0 && depth === deepest)
        throw new GridError('rejected', `The repositories inside ${repository.name} never end.`, { hint: 'Write “submodules: false”.' });
      for (const inside of found.inside) await take(inside, depth + 1);
      return checkout;
    };
    for (const [index, repository] of this.recipe.repositories.entries()) {
      this.#begin(`clone${index}`);
      const { commit, cached } = await take(repository, 0);
      this.#tell(
        'done',
        `${commit.slice(0, 10)}${repository.branch === undefined ? '' : `, ${repository.branch}`}${cached ? ', cached' : ''}`,
      );
    }
    return { items, problems };
  }

  #call(name: string): GitCall {
    let rest = '';
    const heard = (text: string): void => {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      // A line that git wrote over and over: what it was at last.
      for (const line of lines) this.options.said?.(this.#step, line.trimEnd().split('\r').at(-1)?.trimEnd() ?? '');
      const [, phase, percent] = [...text.matchAll(/(Receiving objects|Resolving deltas):\s+(\d+)%/g)].at(-1) ?? [];
      if (phase !== undefined) this.#tell('running', `${phase} ${percent} %`, Number(percent) / 100);
    };
    return { name, signal: this.options.signal, heard };
  }

  async #local(): Promise<readonly Item[]> {
    const { files, variables } = this.recipe;
    if (!this.#steps.some(({ id }) => id === 'copy')) return [];
    this.#begin('copy');
    const items = (await readLocal(files, this.options.base, this.options)).map(localItem);
    if (variables !== undefined) items.push(textItem(variablesName, variables));
    this.#tell('done', items.length > 4 ? plural(items.length, 'file') : items.map(({ path }) => path).join(', '));
    return items;
  }

  async #check(items: readonly Item[], before: readonly SandboxProblem[]): Promise<Pick<Checked, 'items' | 'problems'>> {
    this.#begin('check');
    const wanted = { largeBytes: this.#largeBytes, convert: this.#convert };
    const {
      problems: found,
      scripts,
      converted,
      items: checked,
    } = await checkItems(this.#git, items, wanted, this.#call(this.recipe.name));
    const missing = this.recipe.missing.map((field): SandboxProblem => {
      const message = `Shell_variables names ${field}, and the token of this file does not have it: the worker skips it.`;
      return { code: 'missing-field', severity: 'warning', file: variablesName, message };
    });
    const problems = [...before, ...found, ...missing];
    const errors = problems.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    if (first !== undefined) {
      const others = errors.length === 1 ? '' : ` And ${count(errors.length - 1)} more.`;
      throw new GridError('rejected', `${first.message}${others}`, { cause: { problems: errors } });
    }
    const mended = converted === 0 ? '' : `, line ends of ${count(converted)} converted`;
    const told = problems.length === 0 ? 'no problems' : plural(problems.length, 'warning');
    this.#tell('done', `${plural(scripts, 'script')}, ${told}${mended}`);
    return { items: checked, problems };
  }

  /** The newest of the commits dates everything: it is the same wherever the sandbox is built, and plausible. */
  async #time(checkouts: readonly Checkout[]): Promise<number> {
    let time = earliest;
    for (const { folder, commit, repository } of checkouts)
      time = Math.max(time, await commitTime(this.#git, commit, { ...this.#call(repository.name), cwd: folder }));
    return time;
  }

  async #pack(items: readonly Item[], sources: Manifest['sources'], mtime: number, problems: readonly SandboxProblem[]): Promise<Built> {
    this.#begin('pack');
    const { name, gzip } = this.recipe;
    const file = await PackFile.open(this.options.folder, gzip);
    const reader = new ItemReader(this.#git, items, this.#call(name));
    try {
      const files: ManifestFile[] = [];
      const total = items.reduce((sum, { size }) => sum + size, 0);
      let packed = 0;
      let told = 0;
      for (const item of items) {
        files.push(await packItem(item, mtime, file, reader, this.options.signal));
        packed += item.size;
        if (packed - told < total / 50) continue;
        told = packed;
        this.#tell('running', `${sizeOf(packed)} of ${sizeOf(total)}`, packed / total);
      }
      const manifest: Manifest = { format: manifestFormat, name, sources, files };
      const text = Buffer.from(manifestText(manifest), 'utf8');
      await file.write(
        Buffer.concat([tarHeader({ name: manifestName, size: text.length, mtime }), text, tarPadding(text.length), tarEnd()]),
      );
      const sums = await file.finish();
      const placed = await file.place(`${name}-${sums.sha256.slice(0, 8)}.tar${gzip ? '.gz' : ''}`);
      const entries = files.length + 1;
      this.#tell('done', `${plural(entries, 'file')}, ${sizeOf(sums.bytes)}`);
      return { file: placed, ...sums, entries, problems, manifest, cached: false };
    } catch (error) {
      await file.abandon();
      throw error;
    } finally {
      await reader.close();
    }
  }
}

function sourceOf({ repository, commit }: Checkout): Manifest['sources'][number] {
  const { name, folder, url, branch } = repository;
  return { name, folder, url: publicUrl(url), ...(branch === undefined ? {} : { branch }), commit };
}

function keyOf({ name, gzip, missing }: Recipe, sources: Manifest['sources'], items: readonly Item[], how: readonly unknown[]): string {
  const files = items.map(({ path, executable, link, identity }) => [path, executable, link ?? null, identity]);
  return createHash('sha256')
    .update(JSON.stringify([manifestFormat, name, gzip, missing, ...how, sources, files]))
    .digest('hex');
}

async function packItem(item: Item, mtime: number, file: PackFile, reader: ItemReader, signal: AbortSignal): Promise<ManifestFile> {
  const { path, size, executable, link, converted } = item;
  if (link !== undefined) {
    await file.write(tarHeader({ name: path, size: 0, mode: 0o777, mtime, link }));
    return { path, bytes: 0, link };
  }
  await file.write(tarHeader({ name: path, size, mode: executable ? 0o755 : 0o644, mtime }));
  const sha256 = createHash('sha256');
  let bytes = 0;
  try {
    for await (const part of reader.content(item)) {
      bytes += part.length;
      sha256.update(part);
      // The place that the header has given it is not left.
      if (bytes <= size) await file.write(part);
    }
  } catch (error) {
    if (signal.aborted) throw new GridError('cancelled', 'The build was cancelled.');
    if (error instanceof GridError) throw error;
    throw new GridError('toolFailed', `${path} cannot be read any more.`, { hint: 'Build again.', cause: error });
  }
  const digest = sha256.digest('hex');
  if (bytes !== size || (item.origin.kind === 'local' && digest !== item.identity))
    throw new GridError('conflict', `${path} was changed while it was packed.`, { hint: 'Build again.' });
  await file.write(tarPadding(size));
  return {
    ...{ path, bytes, ...(executable ? { executable: true as const } : {}), sha256: digest },
    ...(converted === true ? { lineEnds: 'converted' as const } : {}),
  };
}
