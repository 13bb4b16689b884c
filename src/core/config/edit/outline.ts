/** The outline of a step, and what can be folded. */
import { dialectOf } from '../dialect';
import { type Format } from '../key';
import { schemas, specAt } from '../schema';
import { scalarsOf, solid, type Entry, type MapNode, type Node, type ScalarNode, type Span, type Step, type Tree } from '../tree';

export interface OutlineItem extends Span {
  readonly name: string;
  /** The value, for short; how many entries a map has. */
  readonly detail: string;
  readonly kind: 'map' | 'list' | 'repository' | 'variable' | 'text' | 'number' | 'flag' | 'nothing';
  /** The key. */
  readonly at: Span;
  readonly children: readonly OutlineItem[];
}

const depthOfOutline = 3;

/** Symbols of a document, three levels deep. */
export function symbolsOf(tree: Tree): OutlineItem[] {
  const root = solid(tree.root);
  return root?.kind === 'map' ? symbolsIn(root, [], schemas[dialectOf(tree)] ?? { kinds: ['any'], doc: '' }) : [];
}

type Spec = NonNullable<Parameters<typeof specAt>[0]>;

function symbolsIn(map: MapNode, path: readonly Step[], root: Spec): OutlineItem[] {
  return map.entries.map((entry) => symbolOf(entry, [...path, entry.key.text], root));
}

function symbolOf({ key, value }: Entry, path: readonly Step[], root: Spec): OutlineItem {
  const name = key.text.trim() === '' ? '(empty)' : key.text;
  const base = { name, start: key.start, end: Math.max(key.end, value.end), at: { start: key.start, end: key.end } };
  if (value.kind === 'alias') return { ...base, detail: `*${value.name}`, kind: 'variable', children: [] };
  if (value.kind === 'scalar') {
    const isVariable = variables.has(specAt(root, path)?.format);
    return { ...base, detail: short(value), kind: isVariable ? 'variable' : kindOf(value), children: [] };
  }
  const deeper = path.length < depthOfOutline;
  if (value.kind === 'list') {
    const children = deeper ? value.items.flatMap((item, index) => itemSymbol(item, index, path, root)) : [];
    return { ...base, detail: String(value.items.length), kind: 'list', children };
  }
  const repository = value.entries.some((entry) => specAt(root, [...path, entry.key.text])?.format === 'git-url');
  const children = deeper ? symbolsIn(value, path, root) : [];
  return { ...base, detail: repository ? addressOf(value) : '', kind: repository ? 'repository' : 'map', children };
}

const variables: ReadonlySet<Format | undefined> = new Set<Format>(['shell-variable', 'attachment-variable']);

/** Items of lists, by the names they carry: v1 lists repositories as maps with one name. */
function itemSymbol(item: Node, index: number, path: readonly Step[], root: Spec): OutlineItem[] {
  const [entry, ...more] = item.kind === 'map' ? item.entries : [];
  if (entry !== undefined && more.length === 0) return [symbolOf(entry, [...path, index, entry.key.text], root)];
  const named = item.kind === 'map' ? item.entries.find(({ key }) => key.text === 'namePattern')?.value : item;
  const name = named?.kind === 'scalar' && named.text.trim() !== '' ? short(named) : `[${index}]`;
  return [{ name, detail: '', kind: item.kind === 'map' ? 'map' : 'text', start: item.start, end: item.end, at: item, children: [] }];
}

function addressOf(map: MapNode): string {
  const node = map.entries.find(({ key }) => ['location', 'git_url', 'url'].includes(key.text))?.value;
  return node?.kind === 'scalar' ? short(node) : '';
}

function kindOf({ value }: ScalarNode): OutlineItem['kind'] {
  if (value === null) return 'nothing';
  return typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'flag' : 'text';
}

function short({ text }: ScalarNode): string {
  const [line = ''] = text.trimStart().split(/\r?\n/, 1);
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

/** Lines that fold into their first; both count from 0. */
export interface Fold {
  readonly start: number;
  readonly end: number;
  readonly comment: boolean;
}

/** Maps, lists, texts over lines, and comments over lines of their own. */
export function foldsOf(tree: Tree): Fold[] {
  const { text } = tree;
  const starts = lineStarts(text);
  const folds: Fold[] = [];
  const add = (from: number, to: number): void => {
    const start = lineOf(starts, from);
    const end = lineOf(starts, Math.max(from, to));
    if (end > start) folds.push({ start, end, comment: false });
  };
  const walk = (node: Node): void => {
    if (node.kind === 'map') {
      for (const { key, value } of node.entries) {
        if (value.kind !== 'alias') add(key.start, value.end);
        walk(value);
      }
    } else if (node.kind === 'list') {
      for (const item of node.items) {
        if (item.kind === 'map') add(item.start, item.end);
        walk(item);
      }
    }
  };
  if (tree.root !== undefined) walk(tree.root);
  if (tree.syntax === 'yaml') for (const fold of commentFolds(tree, starts)) folds.push(fold);
  return folds;
}

/** Runs of lines that are comments and nothing else. Within a text over lines “#” begins none. */
function commentFolds({ text, root }: Tree, starts: readonly number[]): Fold[] {
  const texts = new Set<number>();
  for (const { start, end } of scalarsOf(root)) {
    for (let line = lineOf(starts, start) + 1, last = lineOf(starts, end); line <= last; line++) texts.add(line);
  }
  const folds: Fold[] = [];
  let first = -1;
  for (let line = 0; line <= starts.length; line++) {
    const head = text.slice(starts[line] ?? text.length, (starts[line] ?? text.length) + 500);
    if (/^[ \t]*#/.test(head) && !texts.has(line)) {
      if (first < 0) first = line;
    } else {
      if (first >= 0 && line - 1 > first) folds.push({ start: first, end: line - 1, comment: true });
      first = -1;
    }
  }
  return folds;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
