/** A document as plain data that both YAML and JSON can hold, and what has to be known to write it again. */
import { stripComments } from 'jsonc-parser';
import { GridError } from '../../errors';
import { entriesOf, solid, type Node, type Solid, type Tree } from '../tree';

export type Data = Readonly<Record<string, unknown>>;

/** A map of any kind of values; lists, dates and nothing are none. */
export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a map: empty where it is something else. */
export function dataOf(value: unknown): Data {
  return isData(value) ? value : {};
}

/** The map under a key; a sentence when something else stands there. */
export function mapIn(data: Data, key: string, lost: string[]): Data {
  const value = data[key];
  if (value !== undefined && value !== null && !isData(value)) lost.push(`“${key}” is no map, and is left out.`);
  return dataOf(value);
}

export function without(data: Data, ...keys: readonly string[]): Data {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !keys.includes(key)));
}

/** So many values a document may come to when its aliases are written out; anchors of anchors grow without end. */
const mostValues = 500_000;
/** Whatever the parsers allow is less deep than this; a circle of aliases is deeper. */
const maxDepth = 200;

/**
 * The outermost map of a document, with aliases and merges written out. Values that JSON does not know (dates, infinity)
 * are the text that stands for them.
 * @throws GridError `malformed`, with the line, when the document cannot be read or is no map.
 */
export function dataOfTree(tree: Tree): Data {
  // A key that stands twice is read, by every reader, as its last value.
  const fault = tree.faults.find(({ kind }) => kind !== 'duplicate-key');
  if (fault !== undefined) {
    const sentence = fault.kind === 'syntax' ? fault.message : told[fault.kind](fault.message);
    throw new GridError('malformed', `${place(tree.text, fault.start)}: ${sentence}`);
  }
  const root = solid(tree.root);
  if (root?.kind !== 'map') {
    const sentence = root === undefined || tree.text.trim() === '' ? 'the file is empty' : 'the file holds no map of keys';
    throw new GridError('malformed', `${place(tree.text, root?.start ?? 0)}: ${sentence}.`, {
      hint: 'A step configuration begins with “Token”.',
    });
  }
  return dataOf(plainNode(root, { left: mostValues }, 0));
}

const told = {
  'duplicate-key': (key: string) => `“${key}” stands twice.`,
  'unknown-anchor': (name: string) => `nothing above is anchored as “&${name}”. Write the anchor, or the value itself.`,
  'foreign-tag': (tag: string) => `safe readers refuse the tag “${tag}”. Write the value without it.`,
  'several-documents': () => 'a second document begins here. Put it into a file of its own.',
  'odd-key': () => 'a key has to be one piece of text.',
} as const;

/** The data of one node; as `dataOfTree` takes it. */
export function plainOf(node: Node): unknown {
  return plainNode(solid(node), { left: mostValues }, 0);
}

function plainNode(node: Solid | undefined, budget: { left: number }, depth: number): unknown {
  if (depth > maxDepth || budget.left-- <= 0) {
    throw new GridError('malformed', 'Line 1: anchors repeat each other without end.', { hint: 'Write the values themselves.' });
  }
  if (node === undefined) return null;
  if (node.kind === 'scalar') return scalar(node.value, node.text);
  if (node.kind === 'list') return node.items.map((item) => plainNode(solid(item), budget, depth + 1));
  return Object.fromEntries(
    entriesOf(node).map(({ key, value }) => [key.text, fieldValue(key.text, plainNode(solid(value), budget, depth + 1), value)]),
  );
}

function scalar(value: unknown, text: string): unknown {
  if (value instanceof Date || value instanceof Uint8Array) return text;
  return typeof value === 'number' && !Number.isFinite(value) ? text : value;
}

/** Numbers of subbands and blocks keep the zeros they are written with: pilots read them with three digits. */
function fieldValue(field: string, value: unknown, node: Node): unknown {
  if ((field !== 'STARTSB' && field !== 'ABN') || node.kind !== 'scalar') return value;
  return node.style === 'plain' && /^0\d+$/.test(node.text) ? node.text : value;
}

/** Where something stands, for sentences: "Line 3, column 5". */
function place(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split(/\r\n|\r|\n/).length;
  return `Line ${line}, column ${offset - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'))}`;
}

/** Same data, whatever the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, index) => same(each, b[index]));
  if (!isData(a) || !isData(b)) return Object.is(a, b) || (a === 0 && b === 0);
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

/** Comments of a document, each with its `#` and without what stands before it; of JSON, only whether there are any. */
export function commentsOf(tree: Tree): readonly string[] {
  if (tree.syntax === 'json') return stripComments(tree.text) === tree.text ? [] : ['//'];
  const spans: { readonly start: number; readonly end: number }[] = [];
  const collect = (node: Node): void => {
    if (node.kind === 'scalar') spans.push(node);
    else if (node.kind === 'list') node.items.forEach(collect);
    else if (node.kind === 'map') for (const { key, value } of node.entries) [key, value].forEach(collect);
  };
  if (tree.root !== undefined) collect(tree.root);
  const comments: string[] = [];
  let at = 0;
  for (const match of tree.text.matchAll(/(?<=^|[\s\uFEFF])#[^\r\n]*/g)) {
    // Both run through the text once, in order.
    while ((spans[at]?.end ?? Infinity) <= match.index) at++;
    if ((spans[at]?.start ?? Infinity) > match.index) comments.push(match[0].trimEnd());
  }
  return comments;
}
