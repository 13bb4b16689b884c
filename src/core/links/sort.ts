import { splitLines } from './change';
import { isBlank } from './line';
import { type Link } from './link';
import { type LinkList } from './list';

/** A link with the remarks directly above it; or lines that are no link. */
interface Item {
  readonly lines: readonly number[];
  readonly link: Link | undefined;
  readonly observation: number;
}

const mark = '\uFEFF';

/**
 * The list in order: by observation (its number), then kind of band (SB before ABN), number of the band, file name;
 * links that do not tell one of these come behind those that do. Links that agree in all stay in their order.
 *
 * Remarks above a link travel with it. A block of remarks at the beginning, followed by a blank line, is the list's head
 * and stays there, with that line; all other blank lines go. What is not a link comes at the end, in its order, and
 * remarks below the last link come last. Sorting again changes nothing. Line endings go with their lines; a final line
 * break and a byte order mark stay where they were.
 */
export function sortList(list: LinkList): string {
  const { texts, ends } = splitLines(list.text);
  const bom = texts[0]?.startsWith(mark) === true;
  // A mark inside the list is a remnant of files put together: at the top of another order it would count as the file's own.
  texts.forEach((text, line) => (texts[line] = text.replace(/^\uFEFF+/, '')));
  const order = orderOf(list, texts);
  if (order.length === 0) return list.text;
  const usual = ends.find((end) => end !== '') ?? '\n';
  const lines = order.map((line) => (texts[line] ?? '') + (ends[line] === '' ? usual : (ends[line] ?? '')));
  const sorted = lines.join('');
  // A list without a line break at its end is left without one.
  const open = !isEmpty(texts.at(-1) ?? '');
  return (bom ? mark : '') + (open ? sorted.replace(/(\r\n|\n|\r)$/, '') : sorted);
}

/** The lines that are kept, by number, as they are to stand. */
function orderOf(list: LinkList, texts: readonly string[]): number[] {
  const head = headOf(texts);
  const byLine = new Map(list.links.map((link) => [link.line, link]));
  const items: Item[] = [];
  let above: number[] = [];
  for (let line = (head.at(-1) ?? -1) + 1; line < texts.length; line++) {
    const text = texts[line] ?? '';
    if (isEmpty(text)) continue;
    above.push(line);
    if (isRemark(text)) continue;
    const link = byLine.get(line);
    items.push({ lines: above, link, observation: link?.observation === undefined ? Infinity : Number(link.observation.slice(1)) });
    above = [];
  }
  const body = items.sort(compare).flatMap(({ lines }) => lines);
  const rest = [...body, ...above];
  return [...(rest.length === 0 ? head.filter((line) => !isEmpty(texts[line] ?? '')) : head), ...rest];
}

/** The lines of the head, its blank line included; none when the first remarks belong to a link. */
function headOf(texts: readonly string[]): number[] {
  let line = 0;
  while (line < texts.length && isEmpty(texts[line] ?? '')) line++;
  const first = line;
  while (line < texts.length && isRemark(texts[line] ?? '')) line++;
  // The last line of a text that ends with a line break is empty and no line of its own.
  if (line === first || line >= texts.length - 1 || !isEmpty(texts[line] ?? '')) return [];
  return Array.from({ length: line + 1 - first }, (_, index) => first + index);
}

function compare(a: Item, b: Item): number {
  if (a.link === undefined || b.link === undefined) return Number(a.link === undefined) - Number(b.link === undefined);
  if (a.observation !== b.observation) return a.observation < b.observation ? -1 : 1;
  return compareBands(a.link, b.link) || compareTexts(a.link.file, b.link.file);
}

function compareBands(a: Link, b: Link): number {
  const [one, other] = [a.band, b.band];
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
  if (one.kind !== other.kind) return one.kind === 'SB' ? -1 : 1;
  return one.number - other.number;
}

/** By UTF-16 unit: the same everywhere, whatever the language of the machine. */
function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function isRemark(text: string): boolean {
  let at = 0;
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) === 35;
}

function isEmpty(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isBlank(text.charCodeAt(at))) return false;
  return true;
}
