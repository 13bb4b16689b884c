/**
 * YAML by its indentation alone: what is needed while somebody types, when the document cannot be read by a parser. Maps
 * and lists over lines, and braces within one line; everything else is passed over.
 */
import { flowCursor } from './braces';
import { type Cursor } from './cursor';
import { type Entry, type Node, type ScalarNode, type Step, type Tree } from '../tree';

export interface Sketch {
  /** Offsets of scalars are true, those of maps and lists are 0. */
  readonly tree: Tree;
  /** Undefined in comments and block texts, and where nothing can stand. */
  readonly cursor: Cursor | undefined;
}

interface Box {
  readonly path: readonly Step[];
  scalar: ScalarNode | undefined;
  readonly keys: { key: ScalarNode; box: Box }[];
  readonly items: Box[];
  /** Column of what stands in it. */
  column: number | undefined;
}

interface Level {
  readonly column: number;
  readonly kind: 'key' | 'item';
  readonly box: Box;
}

interface Line {
  readonly start: number;
  /** Without comment and blanks at the end. */
  readonly code: string;
  readonly whole: string;
}

/** Longer lines are data, and not taken apart. */
const longest = 4000;
/** What is nested deeper, no parser reads either. */
const deepest = 60;

export function sketch(text: string, offset: number): Sketch {
  const { root, found } = new Drawing(text, offset);
  const tree: Tree = { syntax: 'yaml', text, root: root.keys.length > 0 ? toNode(root) : undefined, faults: [] };
  if (found === undefined) return { tree, cursor: undefined };
  const { box, own, ...cursor } = found;
  // Only now: the keys below the cursor count as well.
  const keys = box?.keys.filter(({ key }) => key !== own).map(({ key }) => key.text) ?? [];
  return { tree, cursor: { ...cursor, present: new Set([...cursor.present, ...keys]) } };
}

interface Found extends Cursor {
  /** The map whose key is typed, and that key where it is whole. */
  readonly box?: Box;
  readonly own?: ScalarNode | undefined;
}

class Drawing {
  readonly root: Box = boxAt([]);
  found: Found | undefined;
  private readonly levels: Level[] = [];

  constructor(
    private readonly text: string,
    private readonly offset: number,
  ) {
    /** Column of the key whose block text is passed over. */
    let block: number | undefined;
    for (let start = text.startsWith('\uFEFF') ? 1 : 0; start <= text.length;) {
      const end = lineEnd(text, start);
      const whole = text.slice(start, end);
      const column = whole.search(/\S|$/);
      const here = start <= offset && offset <= end;
      const blank = column === whole.length;
      if (block !== undefined && (blank ? !here || offset - start > block : column > block)) {
        start = nextLine(text, end);
        continue;
      }
      block = undefined;
      if (whole.length <= longest && !/^(---|\.\.\.)(\s|$)|^%/.test(whole)) {
        const code = whole.slice(0, commentAt(whole)).trimEnd();
        if (here) this.type({ start, code, whole });
        else if (code !== '') this.read({ start, code, whole });
        if (/(^|[\s:-])[|>][-+0-9]*$/.test(code)) block = this.levels.at(-1)?.column ?? 0;
      }
      start = nextLine(text, end);
    }
  }

  private read(line: Line): void {
    const column = this.dashes(line, line.code.length);
    const key = keyAt(line, column);
    if (key === undefined) {
      const top = this.levels.at(-1);
      if (top?.kind === 'item' && top.box.scalar === undefined) top.box.scalar = scalarAt(line, column, line.code.length);
      return;
    }
    this.place('key', column, key);
    this.top().scalar = scalarAt(line, key.colon + 1, line.code.length);
  }

  /** The line of the cursor. */
  private type(line: Line): void {
    const at = this.offset - line.start;
    if (at > commentAt(line.whole)) return line.code === '' ? undefined : this.read(line);
    const indent = line.code.search(/\S|$/);
    if (line.code !== '' && at < indent) return this.read(line);
    const column = this.dashes(line, at);
    const key = keyAt(line, column);
    if (key !== undefined && at > key.colon) {
      this.place('key', column, key);
      const box = this.top();
      box.scalar = scalarAt(line, key.colon + 1, line.code.length);
      this.found = this.valueAt(line, key.colon + 1, box.path, 'value');
      return;
    }
    const afterDash = column > indent && line.code !== '';
    const from = line.code.length > column ? column : at;
    const box = afterDash ? this.top() : (this.levels[this.depth('key', from) - 1]?.box ?? this.root);
    if (key !== undefined) this.place('key', column, key);
    if (!isOpen(box)) return;
    if (afterDash && key === undefined) this.found = this.valueAt(line, column, box.path, 'item', box);
    else this.found = this.keyCursor(line, from, box, key);
  }

  private keyCursor(line: Line, column: number, box: Box, own: Key | undefined): Found | undefined {
    const at = this.offset - line.start;
    const end = own?.end ?? at + (/^[\w$.'"]*/.exec(line.whole.slice(at))?.[0].length ?? 0);
    const word = line.whole.slice(column, end);
    if (at > end || (own === undefined && (/^[[{&*!|>%@`]|^-$/.test(word) || /\s/.test(word)))) return undefined;
    const lead = line.code === '' && box.column !== undefined && box.column > at ? ' '.repeat(box.column - at) : '';
    return {
      offset: this.offset,
      start: line.start + column,
      end: line.start + end,
      path: box.path,
      at: 'key',
      present: new Set(),
      box,
      own: own?.scalar,
      quote: quoteOf(word),
      lead,
      colon: own !== undefined,
      flow: false,
      comma: false,
    };
  }

  private valueAt(line: Line, from: number, path: readonly Step[], at: 'value' | 'item', box?: Box): Found | undefined {
    const cursor = this.offset - line.start;
    const blanks = /^[ \t]*/.exec(line.whole.slice(from))?.[0].length ?? 0;
    const start = Math.min(from + blanks, cursor);
    const end = Math.max(cursor, line.code.length);
    const word = line.whole.slice(start, end);
    const needsBlank = start === from && cursor === from && /[:-]/.test(line.whole[from - 1] ?? '');
    // A colon within a word, as in an address, opens no value.
    if (needsBlank && /^\S/.test(line.whole.slice(cursor))) return undefined;
    if (/^[[{]/.test(word)) return flowCursor(word, cursor - start, { path, start: line.start + start });
    if (/^[&*!|>%@`]/.test(word)) return undefined;
    const quote = quoteOf(word);
    if (quote !== '' && closedBefore(word, quote, cursor - start)) return undefined;
    return {
      offset: this.offset,
      start: line.start + start,
      end: line.start + end,
      path,
      at,
      present: new Set(),
      ...(box === undefined ? {} : { box }),
      quote,
      lead: needsBlank ? ' ' : '',
      colon: false,
      flow: false,
      comma: false,
    };
  }

  /** Opens the items that begin on the line before a column; returns the column behind them. */
  private dashes({ code }: Line, before: number): number {
    let column = code.search(/\S|$/);
    while (code[column] === '-' && column < before && /^-(\s|$)/.test(code.slice(column, column + 2))) {
      this.place('item', column);
      column++;
      while (code[column] === ' ' || code[column] === '\t') column++;
    }
    return column;
  }

  private place(kind: Level['kind'], column: number, key?: Key): void {
    this.levels.length = this.depth(kind, column);
    if (this.levels.length >= deepest) return;
    const parent = this.top();
    const box = boxAt([...parent.path, key === undefined ? parent.items.length : key.scalar.text]);
    if (key === undefined) parent.items.push(box);
    else parent.keys.push({ key: key.scalar, box });
    parent.column ??= column;
    this.levels.push({ column, kind, box });
  }

  /** How many levels hold something of this kind at a column. The dashes of a list may stand right below its key. */
  private depth(kind: Level['kind'], column: number): number {
    let depth = this.levels.length;
    for (; depth > 0; depth--) {
      const level = this.levels[depth - 1];
      if (level === undefined || level.column < column) break;
      if (level.column === column && level.kind === 'key' && kind === 'item' && isOpen(level.box)) break;
    }
    return depth;
  }

  private top(): Box {
    return this.levels.at(-1)?.box ?? this.root;
  }
}

interface Key {
  readonly scalar: ScalarNode;
  /** Columns. */
  readonly end: number;
  readonly colon: number;
}

const keyPattern = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s#"'{}[\],&*!|>%@`][^#:]*(?::\S[^#:]*)*))(\s*):(?=\s|$)/;

function keyAt({ start, code }: Line, column: number): Key | undefined {
  const match = keyPattern.exec(code.slice(column));
  if (match === null) return undefined;
  const [whole, double, single, bare = '', blanks = ''] = match;
  const end = column + whole.length - 1 - blanks.length;
  const style = double !== undefined ? 'double' : single !== undefined ? 'single' : 'plain';
  const text = (double ?? single?.replaceAll("''", "'") ?? bare).trimEnd();
  const scalar: ScalarNode = { kind: 'scalar', start: start + column, end: start + end, text, style, tag: '', value: text };
  return { scalar, end, colon: column + whole.length - 1 };
}

/** The scalar on a line between two columns. */
function scalarAt({ start, code }: Line, from: number, to: number): ScalarNode {
  const source = code.slice(from, to);
  const text = source.trim();
  const first = start + from + source.search(/\S|$/);
  const quote = quoteOf(text);
  const inner = quote === '' ? text : text.slice(1, text.length > 1 && text.endsWith(quote) ? -1 : undefined);
  const style = quote === '"' ? 'double' : quote === "'" ? 'single' : 'plain';
  const value = style === 'plain' && /^\d{1,9}$/.test(inner) ? Number(inner) : inner;
  return { kind: 'scalar', start: first, end: first + text.length, text: inner, style, tag: '', value };
}

function boxAt(path: readonly Step[]): Box {
  return { path, scalar: undefined, keys: [], items: [], column: undefined };
}

/** Whether something may stand below: nothing, an anchor or a tag is behind the key. */
function isOpen({ scalar }: Box): boolean {
  return scalar === undefined || (scalar.style === 'plain' && /^([&!]\S*)?$/.test(scalar.text));
}

function toNode(box: Box): Node {
  if (box.keys.length > 0) {
    const entries: Entry[] = box.keys.map(({ key, box: below }) => ({ key, value: toNode(below) }));
    return { kind: 'map', start: 0, end: 0, flow: false, entries };
  }
  if (box.items.length > 0) return { kind: 'list', start: 0, end: 0, flow: false, items: box.items.map(toNode) };
  return box.scalar ?? { kind: 'scalar', start: 0, end: 0, text: '', style: 'plain', tag: '', value: null };
}

export function quoteOf(word: string): Cursor['quote'] {
  return word.startsWith('"') ? '"' : word.startsWith("'") ? "'" : '';
}

function closedBefore(word: string, quote: string, at: number): boolean {
  const close = word.indexOf(quote, 1);
  return close >= 0 && close < at;
}

/** Where the comment of a line begins; its length when there is none. */
function commentAt(line: string): number {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (quote !== '') {
      if (char === '\\' && quote === '"') at++;
      else if (char === quote) quote = '';
    } else if ((char === '"' || char === "'") && /^$|[\s,:[{-]/.test(line.charAt(at - 1))) quote = char;
    else if (char === '#' && /^$|\s/.test(line.charAt(at - 1))) return at;
  }
  return line.length;
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  if (at < 0) return text.length;
  return at > from && text[at - 1] === '\r' ? at - 1 : at;
}

function nextLine(text: string, end: number): number {
  return text[end] === '\r' ? end + 2 : end + 1;
}
