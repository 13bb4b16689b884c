/**
 * Tidying a YAML step on request: blanks at line ends, tabs behind a colon or before a comment, empty lines at the end.
 * Data, comments, quotes and indentation stay what they are, and texts over several lines are not touched at all.
 */
import { parseYaml } from '../yaml';
import { scalarsOf, type Node, type ScalarNode, type Span, type Tree } from '../tree';
import { type Edit } from '../rules/rule';

/** Changes that tidy a document, or the part of it within a range; none when it cannot be read. */
export function formatEdits(text: string, range: Span = { start: 0, end: text.length }, tree: Tree = parseYaml(text)): Edit[] {
  // What was not read is not known, and so left alone.
  if (tree.faults.some(({ kind }) => kind !== 'duplicate-key') || text.trim() === '') return [];
  const scalars = [...scalarsOf(tree.root)].filter(({ start, end }) => end > start);
  const kept = scalars
    .filter((node) => node.style === 'block' || /[\r\n]/.test(text.slice(node.start, node.end)))
    .map((node) => keptBy(node, text));
  const edits = [...lineEnds(text, kept), ...separators(text, tree.root), ...beforeComments(text, scalars), ...fileEnd(text, kept)];
  const inside = edits.filter(({ start, end }) => start >= range.start && end <= range.end);
  return inside.sort((a, b) => a.start - b.start);
}

interface Kept extends Span {
  readonly block: boolean;
}

/** Blanks and empty lines behind a block belong to it as well. */
function keptBy({ start, end, style }: ScalarNode, text: string): Kept {
  if (style !== 'block') return { start, end, block: false };
  let rest = end;
  while (rest < text.length && ' \t\r\n'.includes(text.charAt(rest))) rest++;
  return { start, end: rest, block: true };
}

/** Length of the text without the blanks and empty lines at its end. */
function lengthOf(text: string): number {
  let end = text.length;
  while (end > 0 && ' \t\r\n'.includes(text.charAt(end - 1))) end--;
  return end;
}

function lineEnds(text: string, kept: readonly Span[]): Edit[] {
  const last = lengthOf(text);
  const edits: Edit[] = [];
  // From the first blank of a row on, so that a row is looked at once.
  for (const { 0: blanks, index } of text.matchAll(/(?<![ \t])[ \t]+(?=\r?\n)/g)) {
    // The blank lines at the end go as a whole.
    if (index < last && !isIn(kept, index)) edits.push({ start: index, end: index + blanks.length, text: '' });
  }
  return edits;
}

/** One blank in place of the tabs between a colon and its value on the same line. */
function separators(text: string, root: Node | undefined): Edit[] {
  const edits: Edit[] = [];
  const walk = (node: Node): void => {
    if (node.kind === 'list') node.items.forEach(walk);
    if (node.kind !== 'map') return;
    for (const { key, value } of node.entries) {
      const blanks = /^([ \t]*:)([ \t]*\t[ \t]*)(?=[^\s#])/.exec(text.slice(key.end, key.end + 300));
      if (blanks !== null && !text.startsWith('?', lineStart(text, key.start))) {
        const start = key.end + (blanks[1]?.length ?? 0);
        edits.push({ start, end: start + (blanks[2]?.length ?? 0), text: ' ' });
      }
      walk(value);
    }
  };
  if (root !== undefined) walk(root);
  return edits;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function beforeComments(text: string, scalars: readonly ScalarNode[]): Edit[] {
  const edits: Edit[] = [];
  for (const { 0: blanks, index } of text.matchAll(/(?<=[^\s])[ \t]+(?=#)/g)) {
    if (!blanks.includes('\t')) continue;
    const line = text.slice(lineStart(text, index), index);
    if (!isIn(scalars, index) && !/(^|\s)#/.test(line)) edits.push({ start: index, end: index + blanks.length, text: ' ' });
  }
  return edits;
}

/** One line end behind the last line. A block at the end keeps its empty lines: they may be part of it. */
function fileEnd(text: string, kept: readonly Kept[]): Edit[] {
  const start = lengthOf(text);
  const end = text.length;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  if (text.slice(start) === newline || kept.some(({ block, end: last }) => block && last >= start)) return [];
  return [{ start, end, text: newline }];
}

/** Whether an offset lies within one of the spans, which are sorted and apart. */
function isIn(spans: readonly Span[], offset: number): boolean {
  let low = 0;
  let high = spans.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const span = spans[middle];
    if (span === undefined) return false;
    if (offset < span.start) high = middle - 1;
    else if (offset >= span.end) low = middle + 1;
    else return true;
  }
  return false;
}
