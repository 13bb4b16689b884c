/** Everything that goes into a sandbox, from whatever it comes, in the order in which it is packed. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { GridError } from '../core/errors';
import { checkContent, checkEntries, collisions, lfsBytes, mayBeScript, type Entry, type SandboxProblem } from '../core/sandbox/check';
import { withLineFeeds } from '../core/sandbox/lineEnds';
import { manifestName } from '../core/sandbox/manifest';
import { whyNoRepository } from '../core/sandbox/name';
import { variablesName, type Repository } from '../core/sandbox/recipe';
import type { Git, GitCall } from './git';
import type { Checkout } from './gitFetch';
import { BlobReader, listTree, readAll, submodulesOf } from './gitTree';
import type { LocalFile } from './localSource';

/** Where the bytes of an entry are. */
export type Origin =
  | { readonly kind: 'git'; readonly checkout: Checkout; readonly id: string }
  | { readonly kind: 'local'; readonly file: string }
  | { readonly kind: 'text'; readonly content: Uint8Array };

export interface Item extends Entry {
  readonly origin: Origin;
  /** What the bytes are known by before they are read. */
  readonly identity: string;
  /** For sentences. */
  readonly source: string;
  /** CR LF has become LF. */
  readonly converted?: true;
}

/** The files of one repository, and the repositories inside it that are wanted too. */
export async function itemsOf(
  git: Git,
  checkout: Checkout,
  call: GitCall,
): Promise<{ readonly items: readonly Item[]; readonly inside: readonly Repository[]; readonly problems: readonly SandboxProblem[] }> {
  const { repository, folder, commit } = checkout;
  const at = { ...call, cwd: folder };
  const tree = await listTree(git, commit, at);
  const under = (path: string): string => (repository.folder === '' ? path : `${repository.folder}/${path}`);
  const links = tree.filter(({ kind }) => kind === 'link');
  const targets = await readObjects(git, folder, links, at);
  const items = tree.flatMap((entry): Item[] => {
    if (entry.kind === 'repository') return [];
    const target = targets.get(entry.id);
    return [
      {
        path: under(entry.path),
        size: entry.kind === 'link' ? 0 : entry.size,
        executable: entry.executable,
        ...(entry.kind === 'link' && target !== undefined ? { link: Buffer.from(target).toString('utf8') } : {}),
        origin: { kind: 'git', checkout, id: entry.id },
        identity: entry.id,
        source: repository.name,
      },
    ];
  });
  const inside = tree.filter(({ kind }) => kind === 'repository');
  if (inside.length === 0) return { items, inside: [], problems: [] };
  if (!repository.submodules) {
    const problems = inside.map(({ path }): SandboxProblem => {
      const message = `${under(path)} is a repository of its own and is left out. Write “submodules: true” to take it along.`;
      return { code: 'submodule', severity: 'warning', file: under(path), message };
    });
    return { items, inside: [], problems };
  }
  const urls = await submodulesOf(git, commit, at);
  return { items, inside: inside.map(({ path, id }) => submodule(repository, path, under(path), id, urls.get(path))), problems: [] };
}

function submodule(parent: Repository, path: string, folder: string, commit: string, told: string | undefined): Repository {
  const url = told === undefined ? undefined : relativeTo(parent.url, told);
  const local = (address: string): boolean => /^(\/|\.|~|file:)/.test(address);
  if (url === undefined || whyNoRepository(url) !== undefined || url.startsWith('$') || (local(url) && !local(parent.url)))
    throw new GridError(
      'rejected',
      `${parent.name} has a repository at ${path}, and ${told === undefined ? 'no address for it' : 'its address is none'}.`,
      {
        hint: 'Mend .gitmodules there, or write “submodules: false”.',
      },
    );
  return { name: folder, url, branch: undefined, commit, folder, submodules: true };
}

/** `../other.git` of https://host/group/one.git is https://host/group/other.git. */
function relativeTo(parent: string, url: string): string {
  if (!/^\.{1,2}\//.test(url)) return url;
  let base = parent.replace(/\/+$/, '');
  let rest = url;
  for (;;) {
    if (rest.startsWith('../')) {
      base = base.replace(/[/:][^/:]*$/, '');
      rest = rest.slice(3);
    } else if (rest.startsWith('./')) rest = rest.slice(2);
    else return `${base}/${rest}`;
  }
}

export function localItem({ path, file, size, executable, link, sha256 }: LocalFile): Item {
  return {
    path,
    size,
    executable,
    ...(link === undefined ? {} : { link }),
    origin: { kind: 'local', file },
    identity: sha256,
    source: 'the local files',
  };
}

export function textItem(path: string, text: string): Item {
  const content = Buffer.from(text, 'utf8');
  const identity = createHash('sha256').update(content).digest('hex');
  return { path, size: content.length, executable: false, origin: { kind: 'text', content }, identity, source: 'Shell_variables' };
}

/** In order; local files take the place of those of repositories. @throws GridError `rejected` for two that fight over a place */
export function arranged(cloned: readonly Item[], local: readonly Item[]): readonly Item[] {
  const own = new Set(local.map(({ path }) => path));
  const items = [...cloned.filter(({ path }) => !own.has(path)), ...local];
  const [fault] = collisions([...items, { path: manifestName, source: 'the build itself' }]);
  if (fault !== undefined)
    throw new GridError('rejected', fault, {
      hint:
        fault.startsWith(manifestName) || fault.startsWith(variablesName)
          ? 'Rename it in its source.'
          : 'Give one of them a folder of its own (checkout_dir).',
    });
  // By code unit: the order must not depend on anybody's language.
  return items.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

export interface Checked {
  readonly problems: readonly SandboxProblem[];
  readonly scripts: number;
  /** As they are to be packed. */
  readonly items: readonly Item[];
  /** How many of them have other line ends than their source. */
  readonly converted: number;
}

/** All that a pilot would stumble over; contents of scripts are looked into. @param convert whether CR LF becomes LF instead of being told of */
export async function checkItems(
  git: Git,
  items: readonly Item[],
  { largeBytes, convert }: { readonly largeBytes: number; readonly convert: boolean },
  call: GitCall,
): Promise<Checked> {
  const problems = [...checkEntries(items, largeBytes)];
  const wanted = items.filter((item) => item.link === undefined && (mayBeScript(item) || item.size <= lfsBytes));
  const contents = await contentsOf(git, wanted, call);
  const converted = new Map<Item, Item>();
  wanted.forEach((item, index) => {
    const content = contents[index] ?? new Uint8Array(0);
    const found = checkContent(item, content);
    if (convert && found.some(({ code }) => code === 'crlf')) converted.set(item, convertedItem(item, content));
    else problems.push(...found);
  });
  return {
    problems,
    scripts: items.filter(mayBeScript).length,
    items: items.map((item) => converted.get(item) ?? item),
    converted: converted.size,
  };
}

function convertedItem(item: Item, content: Uint8Array): Item {
  const text = withLineFeeds(content);
  return { ...item, origin: { kind: 'text', content: text }, size: text.length, converted: true };
}

async function contentsOf(git: Git, items: readonly Item[], call: GitCall): Promise<readonly Uint8Array[]> {
  const reader = new ItemReader(git, items, call);
  try {
    const contents: Uint8Array[] = [];
    for (const item of items) contents.push(await readAll(reader.content(item)));
    return contents;
  } finally {
    await reader.close();
  }
}

async function readObjects(
  git: Git,
  folder: string,
  entries: readonly { readonly id: string; readonly size: number }[],
  call: GitCall,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  if (entries.length === 0) return found;
  const reader = new BlobReader(
    git,
    folder,
    entries.map(({ id }) => id),
    call,
  );
  try {
    for (const { id, size } of entries) found.set(id, await readAll(reader.next(id, size)));
  } finally {
    await reader.close();
  }
  return found;
}

/** Contents of items in their order, one process for each repository. */
export class ItemReader {
  readonly #readers = new Map<string, BlobReader>();
  readonly #ids = new Map<string, string[]>();

  constructor(
    private readonly git: Git,
    items: readonly Item[],
    private readonly call: GitCall,
  ) {
    for (const { origin, link } of items) {
      if (origin.kind !== 'git' || link !== undefined) continue;
      const ids = this.#ids.get(origin.checkout.folder);
      if (ids === undefined) this.#ids.set(origin.checkout.folder, [origin.id]);
      else ids.push(origin.id);
    }
  }

  content({ origin, size }: Item): AsyncIterable<Uint8Array> {
    if (origin.kind === 'text') return of(origin.content);
    if (origin.kind === 'local') return createReadStream(origin.file, { highWaterMark: 1 << 18, signal: this.call.signal });
    const { folder, repository } = origin.checkout;
    let reader = this.#readers.get(folder);
    if (reader === undefined) {
      reader = new BlobReader(this.git, folder, this.#ids.get(folder) ?? [], { ...this.call, name: repository.name });
      this.#readers.set(folder, reader);
    }
    return reader.next(origin.id, size);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readers.values()].map((reader) => reader.close()));
  }
}

async function* of(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(content);
}
