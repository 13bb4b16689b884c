/** The files of a sandbox as a tree: folders with what is below them, made of columns, opened one by one. */
import type { Mark, SandboxContent } from '../../src/shared/sandbox';

export interface Branch {
  readonly name: string;
  /** Without a slash at its end; '' for the whole. */
  readonly path: string;
  readonly level: number;
  readonly parent: number;
  /** Place of a file in the content; undefined for a folder. */
  readonly file: number | undefined;
  bytes: number;
  /** Files below, those that were removed left out. */
  files: number;
  /** Files that differ, by mark. */
  readonly marks: Record<Mark, number>;
  /** Whether somebody is warned of something in it. */
  warned: boolean;
  readonly children: number[];
}

/** Branches by number; the whole is 0. */
export type Branches = readonly Branch[];

export function growTree({ paths, bytes, marks, notes }: SandboxContent): Branches {
  const all: Branch[] = [branchOf('', '', 0, -1, undefined)];
  const folders = new Map<string, number>([['', 0]]);
  const folderOf = (path: string): number => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const at = path.lastIndexOf('/');
    return add(path.slice(at + 1), path, folderOf(at < 0 ? '' : path.slice(0, at)), undefined);
  };
  const add = (name: string, path: string, parent: number, file: number | undefined): number => {
    const number = all.length;
    const above = all[parent];
    all.push(branchOf(name, path, (above?.level ?? 0) + 1, parent, file));
    above?.children.push(number);
    if (file === undefined) folders.set(path, number);
    return number;
  };
  paths.forEach((path, file) => {
    const at = path.lastIndexOf('/');
    const number = add(path.slice(at + 1), path, folderOf(at < 0 ? '' : path.slice(0, at)), file);
    const mark = marks.charAt(file) as Mark;
    const gone = mark === 'r';
    const warned = notes[file]?.tone === 'warning';
    for (let each = all[number]; each !== undefined; each = all[each.parent]) {
      if (!gone) each.bytes += bytes[file] ?? 0;
      if (!gone) each.files++;
      each.marks[mark]++;
      each.warned ||= warned;
    }
  });
  return all;
}

function branchOf(name: string, path: string, level: number, parent: number, file: number | undefined): Branch {
  const marks = { '=': 0, n: 0, c: 0, r: 0 };
  return { name, path, level, parent, file, bytes: 0, files: 0, marks, warned: false, children: [] };
}

/** How a branch as a whole stands against what it is compared with. */
export function markOf({ marks, file }: Branch): Mark {
  if (marks['='] === 0) for (const mark of ['n', 'r', 'c'] as const) if (marks[mark] > 0 && only(marks, mark)) return mark;
  return file === undefined && marks.n + marks.c + marks.r > 0 ? 'c' : '=';
}

function only(marks: Branch['marks'], mark: Mark): boolean {
  return marks.n + marks.c + marks.r === marks[mark];
}

/** Numbers of the rows in sight: children of what is opened, folders first. */
export function rowsOf(all: Branches, opened: ReadonlySet<string>, wanted: (branch: Branch) => boolean): readonly number[] {
  const rows: number[] = [];
  const enter = (number: number): void => {
    for (const child of ordered(all, number)) {
      const branch = all[child];
      if (branch === undefined || !wanted(branch)) continue;
      rows.push(child);
      if (branch.file === undefined && opened.has(branch.path)) enter(child);
    }
  };
  enter(0);
  return rows;
}

const orders = new WeakMap<Branch, readonly number[]>();

/** By kind and name; sorted once for each folder, when it is first opened. */
function ordered(all: Branches, number: number): readonly number[] {
  const branch = all[number];
  if (branch === undefined) return [];
  const known = orders.get(branch);
  if (known !== undefined) return known;
  const isFolder = (child: number): number => (all[child]?.file === undefined ? 0 : 1);
  const nameOf = (child: number): string => all[child]?.name ?? '';
  const order = [...branch.children].sort((a, b) => isFolder(a) - isFolder(b) || compare(nameOf(a), nameOf(b)));
  orders.set(branch, order);
  return order;
}

const { compare } = new Intl.Collator('en', { numeric: true });

/** What is opened at first: the folders that somebody has to look at, and one that stands alone. */
export function firstOpened(all: Branches): ReadonlySet<string> {
  const opened = new Set<string>();
  for (const { path, file, warned, children, level } of all)
    if (file === undefined && level > 0 && level <= 3 && children.length <= 40 && warned) opened.add(path);
  const [only] = all[0]?.children ?? [];
  if (all[0]?.children.length === 1 && only !== undefined) opened.add(all[only]?.path ?? '');
  return opened;
}
