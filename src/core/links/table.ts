/**
 * Lists that were a table once, or were put together of others: links between quotes, behind other columns, before
 * commas, and two in one word.
 */

/** Behind a “=” it is the link that an address is about. */
const beginning = /(?<!=)(?:srm|gsiftp|https?|davs?|xroots?|roots?|gsidcap|dcap):\/\//gi;
const column = /^file:\/\/\S*$/i;

/** Where a link begins in a text, looked for from an offset on; -1 for none. */
export function secondLink(text: string, from: number): number {
  beginning.lastIndex = from;
  return beginning.exec(text)?.index ?? -1;
}

/** Where a column behind a comma begins that is an address itself; -1 for none. */
export function addressColumn(word: string): number {
  return word.search(/[,;](?:srm|gsiftp|https?|davs?|xroots?|roots?|gsidcap|dcap|file):\/\//i);
}

/**
 * A line with its link first and alone: without quotes and commas, other columns behind it as a remark, but for one that
 * says where the file goes. Undefined when the line has no link, or several.
 */
export function aloneLink(line: string): string | undefined {
  const start = secondLink(line, 0);
  if (start < 0) return undefined;
  const link = /^[^\s"'`<>,;]+/.exec(line.slice(start))?.[0] ?? '';
  if (secondLink(line, start + 3) >= 0) return undefined;
  const rest = words(`${line.slice(0, start)} ${line.slice(start + link.length)}`);
  return link + remark(rest);
}

/**
 * What belongs in the place of a separator and the columns behind it: a remark, nothing, or a blank before what follows
 * the word. Undefined when the line has more behind the word, which would become part of the remark.
 */
export function columnsBehind(columns: string, hasRest: boolean): string | undefined {
  const rest = words(columns);
  if (rest === '') return hasRest ? ' ' : '';
  return hasRest || secondLink(rest, 0) >= 0 ? undefined : remark(rest);
}

function remark(rest: string): string {
  return rest === '' ? '' : column.test(rest) ? ` ${rest}` : ` # ${rest}`;
}

/** Columns without what stands around and between them. */
function words(columns: string): string {
  return columns
    .replace(/["'`<>,;]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
