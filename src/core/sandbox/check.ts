/** What a pilot would stumble over, found before anything is packed. */
import { sizeOf } from '../wording';

/** One thing in the sandbox: a file, or a link to another name. */
export interface Entry {
  /** With `/`, seen from the top. */
  readonly path: string;
  /** In bytes; of a link, of its target's name. */
  readonly size: number;
  readonly executable: boolean;
  /** Where a link leads, as written. */
  readonly link?: string;
}

export type ProblemCode =
  'no-master' | 'link-leaves' | 'link-broken' | 'not-executable' | 'crlf' | 'large-file' | 'lfs-pointer' | 'submodule' | 'missing-field';

export interface SandboxProblem {
  readonly code: ProblemCode;
  /** An error keeps the sandbox from being packed. */
  readonly severity: 'error' | 'warning';
  /** In the sandbox. */
  readonly file: string;
  readonly message: string;
}

export const masterName = 'master.sh';
const mostHops = 40;

/** Faults that names, sizes and links show by themselves. @param largeBytes above this a file is told of */
export function checkEntries(entries: readonly Entry[], largeBytes: number): readonly SandboxProblem[] {
  const links = new Map(entries.flatMap(({ path, link }) => (link === undefined ? [] : [[path, link] as const])));
  const names = new Set(entries.map(({ path }) => path));
  const folders = foldersOf(names);
  const problems: SandboxProblem[] = [];
  const add = (code: ProblemCode, severity: 'error' | 'warning', file: string, message: string): void => {
    problems.push({ code, severity, file, message });
  };
  if (!names.has(masterName))
    add(
      'no-master',
      'error',
      masterName,
      'There is no master.sh at the top of the sandbox: pilots start with it. Add it to the repository of “git”.',
    );
  for (const { path, size, executable, link } of entries) {
    if (link !== undefined) {
      const end = endOf(path, link, links);
      if (end === undefined)
        add('link-leaves', 'error', path, `${path} links to “${link}”, outside of the sandbox, where a worker has something else.`);
      else if (end !== '' && !names.has(end) && !folders.has(end))
        add('link-broken', 'warning', path, `${path} links to “${link}”, and nothing of that name is in the sandbox.`);
      continue;
    }
    if (path === masterName && !executable)
      add(
        'not-executable',
        'warning',
        path,
        'master.sh has no execute bit: a pilot that starts it by its name fails. Run git update-index --chmod=+x master.sh and commit.',
      );
    if (size > largeBytes) add('large-file', 'warning', path, `${path} has ${sizeOf(size)}, and every pilot downloads it.`);
  }
  return problems;
}

/**
 * Where a link ends, '' for the top; undefined where it leaves the sandbox. Links on the way are followed: `..` behind
 * one does not mean the folder that is written before it.
 */
function endOf(path: string, link: string, links: ReadonlyMap<string, string>): string | undefined {
  const place = path.split('/').slice(0, -1);
  const way = link.split('/');
  if (link.startsWith('/')) return undefined;
  for (let hops = 0; way.length > 0;) {
    const step = way.shift() ?? '';
    if (step === '' || step === '.') continue;
    if (step === '..') {
      if (place.pop() === undefined) return undefined;
      continue;
    }
    place.push(step);
    const next = links.get(place.join('/'));
    if (next === undefined) continue;
    if (next.startsWith('/') || ++hops > mostHops) return undefined;
    place.pop();
    way.unshift(...next.split('/'));
  }
  return place.join('/');
}

function foldersOf(names: ReadonlySet<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const name of names) for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) folders.add(name.slice(0, at));
  return folders;
}

/** Bytes of a script at most; larger ones are programs or data. */
const longestScript = 2_000_000;

/** Whether the content has to be looked at. */
export function mayBeScript({ path, size, executable, link }: Entry): boolean {
  return link === undefined && size <= longestScript && (executable || /\.(sh|bash|ksh|csh)$/.test(path));
}

/** Of how many bytes a file may be a pointer of Git LFS. */
export const lfsBytes = 200;

/** Faults that the content of a small file or script shows. */
export function checkContent({ path, executable, size }: Entry, content: Uint8Array): readonly SandboxProblem[] {
  const head = textOf(content.subarray(0, lfsBytes));
  if (size <= lfsBytes && head.startsWith('version https://git-lfs.github.com/spec/')) {
    const message = `${path} is only a pointer of Git LFS: its content is not in the repository.`;
    return [{ code: 'lfs-pointer', severity: 'warning', file: path, message }];
  }
  const shell = /\.(sh|bash|ksh|csh)$/.test(path) || (executable && /^#!\s*\S*\/(env\s+)?(ba|da|k|c|tc|z)?sh\b/.test(head));
  if (!shell) return [];
  const line = firstReturn(content);
  return line === undefined
    ? []
    : [{ code: 'crlf', severity: 'warning', file: path, message: `${path} has CRLF line ends; a shell stops at line ${line}.` }];
}

/** Number of the first line that ends with CR LF. */
function firstReturn(content: Uint8Array): number | undefined {
  const at = content.findIndex((byte, index) => byte === 13 && content[index + 1] === 10);
  return at < 0 ? undefined : content.subarray(0, at).reduce((lines, byte) => (byte === 10 ? lines + 1 : lines), 1);
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Paths that two sources give, or that stand where another has a file; with who gives them. */
export function collisions(given: readonly { readonly path: string; readonly source: string }[]): readonly string[] {
  const sources = new Map<string, string>();
  const faults: string[] = [];
  for (const { path, source } of given) {
    const other = sources.get(path);
    if (other === undefined) sources.set(path, source);
    else faults.push(`${path} comes from ${other} and from ${source}.`);
  }
  for (const [path, source] of sources) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const above = sources.get(path.slice(0, at));
      if (above !== undefined) faults.push(`${path.slice(0, at)} is a file of ${above} and a folder of ${source}.`);
    }
  }
  return faults;
}
