/**
 * Calls `visit` with the offsets of every line, without its terminator. LF, CRLF and a lone CR end a line, as in the
 * editor; a text that ends with one has an empty last line, and an empty text is one empty line.
 */
export function eachLine(text: string, visit: (start: number, end: number) => void): void {
  let start = 0;
  let feed = next(text, '\n', 0);
  let carriage = next(text, '\r', 0);
  for (;;) {
    const end = Math.min(feed, carriage);
    if (end === Infinity) break;
    visit(start, end);
    start = end === carriage && feed === end + 1 ? end + 2 : end + 1;
    // Each search goes on from where the last one ended, so that both together read the text once.
    if (feed < start) feed = next(text, '\n', start);
    if (carriage < start) carriage = next(text, '\r', start);
  }
  visit(start, text.length);
}

function next(text: string, terminator: string, from: number): number {
  const at = text.indexOf(terminator, from);
  return at < 0 ? Infinity : at;
}

/**
 * White space of every kind that files from mail, web pages and spreadsheets carry: blanks, tabs, no-break spaces, a
 * byte order mark. NUL is not among them: a damaged file must be seen.
 */
export function isBlank(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  return code === 0xa0 || code === 0xfeff || (code >= 0x2000 && code <= 0x200b) || isRareBlank(code);
}

function isRareBlank(code: number): boolean {
  return code === 0x85 || code === 0x1680 || code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000;
}

/** ASCII 0-9. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** ASCII a-z and A-Z. */
export function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
