/** JSON with offsets. Comments and trailing commas are read, since the editor's own service judges the syntax. */
import { parseTree, printParseErrorCode, type Node as JsonNode, type ParseError } from 'jsonc-parser';
import { type Entry, type Fault, type Node, type ScalarNode, type Tree } from './tree';

export interface JsonOptions {
  /** As every program reads it: comments and trailing commas are faults, and so is nothing at all. */
  readonly strict?: boolean;
}

/** Parses a document as far as it can be read; never throws. */
export function parseJson(text: string, { strict = false }: JsonOptions = {}): Tree {
  // A byte order mark, which Python's tools skip too.
  const source = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  const errors: ParseError[] = [];
  const faults: Fault[] = [];
  let root: Node | undefined;
  if (deepest(text) > maxDepth) {
    faults.push({ kind: 'syntax', start: 0, end: 1, message: `Objects and lists are nested more than ${maxDepth} deep. Make it flatter.` });
  } else {
    const found = parseTree(source, errors, { allowTrailingComma: !strict, allowEmptyContent: !strict, disallowComments: strict });
    if (found !== undefined) root = toNode(found, faults);
  }
  const [first] = errors;
  if (first !== undefined) {
    const words = printParseErrorCode(first.error)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase();
    const message = `JSON cannot be read from here: ${words}.`;
    // What lacks at the end of the text is shown at its last character.
    const end = Math.min(first.offset + Math.max(1, first.length), text.length);
    faults.push({ kind: 'syntax', start: Math.max(0, Math.min(first.offset, end - 1)), end, message });
  }
  return { syntax: 'json', text, root, faults };
}

const maxDepth = 100;

/** An upper bound of how deep brackets are nested; the parser recurses and has no limit of its own. */
function deepest(text: string): number {
  let depth = 0;
  let most = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      // Strings are skipped: brackets in them do not nest.
      for (at++; at < text.length && text.charCodeAt(at) !== 0x22 && text.charCodeAt(at) !== 10; at++)
        if (text.charCodeAt(at) === 0x5c) at++;
    } else if (code === 0x7b || code === 0x5b) most = Math.max(most, ++depth);
    else if (code === 0x7d || code === 0x5d) depth = Math.max(0, depth - 1);
  }
  return most;
}

function toNode(node: JsonNode, faults: Fault[]): Node {
  const start = node.offset;
  const end = node.offset + node.length;
  const children = node.children ?? [];
  if (node.type === 'array') return { kind: 'list', start, end, flow: true, items: children.map((child) => toNode(child, faults)) };
  if (node.type !== 'object') return scalar(node);
  const entries: Entry[] = [];
  const seen = new Set<string>();
  for (const { children: [key, value] = [] } of children) {
    if (key === undefined) continue;
    const name = scalar(key);
    if (seen.has(name.text)) faults.push({ kind: 'duplicate-key', start: name.start, end: name.end, message: name.text });
    seen.add(name.text);
    // A key whose value is still to be typed.
    entries.push({ key: name, value: value === undefined ? nothing(name.end) : toNode(value, faults) });
  }
  return { kind: 'map', start, end, flow: true, entries };
}

function scalar({ offset, length, type, value }: JsonNode): ScalarNode {
  const known = value as string | number | boolean | null | undefined;
  const style = type === 'string' || type === 'property' ? 'double' : 'plain';
  return { kind: 'scalar', start: offset, end: offset + length, text: String(known ?? ''), style, tag: '', value: known ?? null };
}

function nothing(at: number): ScalarNode {
  return { kind: 'scalar', start: at, end: at, text: '', style: 'plain', tag: '', value: null };
}
