/**
 * What a file of 2017 says, one leaf at a time. Some are YAML; others only look like it (`key:value` without a blank,
 * `-item`, `KEY = value`), and are read line by line.
 */
import { commentsOf, plainOf } from './plain';
import { asMap, entriesOf, solid, type Node } from '../tree';
import { parseYaml } from '../yaml';

/** A value and the keys that lead to it; items of a list have their number as key. */
export interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
  /** What is written, without quotes: 2.20 and 2_18 are versions here, and no numbers. */
  readonly text: string;
  /** Written in quotes, or a number or truth value: meant as it stands. */
  readonly literal: boolean;
}

export interface Notes {
  readonly leaves: readonly Leaf[];
  readonly comments: readonly string[];
}

/** Leaves deeper than this are taken whole. */
const maxDepth = 8;
/** Aliases can make many leaves of few. */
const mostLeaves = 5000;

export function readNotes(text: string): Notes {
  const tree = parseYaml(text);
  const root = asMap(tree.root);
  if (root === undefined || tree.faults.some(({ kind }) => kind === 'syntax')) return readLines(text);
  const leaves: Leaf[] = [];
  const walk = (node: Node, path: readonly string[]): void => {
    const found = solid(node);
    if (leaves.length >= mostLeaves) return;
    if (found?.kind === 'map' && found.entries.length > 0 && path.length < maxDepth) {
      for (const { key, value } of entriesOf(found)) walk(value, [...path, key.text]);
    } else if (found?.kind === 'list' && found.items.length > 0 && path.length < maxDepth) {
      found.items.forEach((item, index) => walk(item, [...path, String(index)]));
    } else {
      const value = plainOf(node);
      const scalar = found?.kind === 'scalar' ? found : undefined;
      leaves.push({
        path,
        value,
        text: scalar?.text ?? JSON.stringify(value),
        literal: typeof value !== 'string' || (scalar !== undefined && scalar.style !== 'plain'),
      });
    }
  };
  walk(root, []);
  return { leaves, comments: commentsOf(tree) };
}

const entry = /^(\s*)(?:-\s+)?("[^"]*"|'[^']*'|[\w.][\w .-]*?)\s*[:=](?!\/\/)\s*(.*)$/;
const item = /^(\s*)-\s*(\S.*)$/;

/** A tolerant reader: indentation says what belongs to what, and a line that says nothing is a leaf of its own. */
function readLines(text: string): Notes {
  const leaves: Leaf[] = [];
  const comments: string[] = [];
  /** Keys that are open, with their indentation. */
  const open: { readonly indent: number; readonly key: string; items: number }[] = [];
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const { said, comment } = cut(line);
    if (comment !== undefined) comments.push(comment);
    if (said.trim() === '') continue;
    const indent = /^\s*/.exec(said)?.[0].replaceAll('\t', '    ').length ?? 0;
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const above = open.map(({ key }) => key);
    const [, , key = '', value = ''] = entry.exec(said) ?? [];
    const parent = open.at(-1);
    const [, , word] = item.exec(said) ?? [];
    if (key === '' && word !== undefined) leaves.push(leaf([...above, String(parent === undefined ? 0 : parent.items++)], word));
    else if (key === '') leaves.push({ path: above, value: said.trim(), text: said.trim(), literal: false });
    else {
      const name = key.replace(/^(["'])(.*)\1$/, '$2');
      if (value === '') open.push({ indent, key: name, items: 0 });
      else leaves.push(leaf([...above, name], value));
    }
  }
  return { leaves, comments };
}

/** A line without its comment: `#` at its start, or behind a blank and outside of quotes. */
function cut(line: string): { said: string; comment: string | undefined } {
  const at = /^(?:[^"'#]|"[^"]*"|'[^']*'|(?<=\S)#|["'](?=[^"']*$))*?(?:^|\s)(?=#)/.exec(line)?.[0].length;
  if (at === undefined) return { said: line, comment: undefined };
  return { said: line.slice(0, at), comment: line.slice(at).trimEnd() };
}

function leaf(path: readonly string[], text: string): Leaf {
  const trimmed = text.trim();
  const { root } = parseYaml(trimmed);
  const node = solid(root);
  if (node?.kind !== 'scalar') return { path, value: trimmed, text: trimmed, literal: false };
  const value = plainOf(node);
  return { path, value, text: node.text, literal: typeof value !== 'string' || node.style !== 'plain' };
}
