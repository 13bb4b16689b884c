import { eachLine } from './line';

/** What becomes of one line of a list; lines that nothing is said of stay as they are, byte for byte. */
export interface LineChange {
  /** From 0. */
  readonly line: number;
  /** The line as it is to be, without terminator; null when it goes, together with its terminator. */
  readonly text: string | null;
}

/** A text by lines: what stands in them, and what ends each ('' for the last). */
export interface Lines {
  readonly texts: string[];
  readonly ends: string[];
}

const mark = '\uFEFF';

/** Lines as the editor counts them; put together again they are the text. */
export function splitLines(text: string): Lines {
  const texts: string[] = [];
  const ends: string[] = [];
  let before = -1;
  eachLine(text, (start, end) => {
    if (before >= 0) ends.push(text.slice(before, start));
    texts.push(text.slice(start, end));
    before = end;
  });
  ends.push('');
  return { texts, ends };
}

/** The text with the changes; line endings and a byte order mark at the beginning stay. At most one change a line. */
export function applyChanges(text: string, changes: readonly LineChange[]): string {
  if (changes.length === 0) return text;
  const { texts, ends } = splitLines(text);
  const parts = texts.map((line, index) => line + (ends[index] ?? ''));
  for (const { line, text: after } of changes) parts[line] = after === null ? '' : after + (ends[line] ?? '');
  let result = '';
  // An empty line that comes to stand behind a lone CR would make one line break of two.
  for (const part of parts) result += part === '\n' && result.endsWith('\r') ? '\r\n' : part;
  return text.startsWith(mark) && !result.startsWith(mark) ? mark + result : result;
}

/** The lines that differ from what they were; `after` has a text or null for each line of `before`. */
export function changesOf(before: readonly string[], after: readonly (string | null)[]): LineChange[] {
  const changes: LineChange[] = [];
  for (const [line, text] of after.entries()) if (text !== before[line]) changes.push({ line, text });
  return changes;
}
