import { type LineChange } from './change';
import { isBlank } from './line';
import { type Row } from './row';

/**
 * What a formatter does to the lines `first` to `last` (inclusive) of a list: blanks at both ends of a line go, blanks
 * between columns become one, and blank lines at the end of the list go but for the final line break. A byte order mark
 * stays where it belongs, at the beginning of the text. Nothing is put in another order, no link or remark changes.
 */
export function tidy(rows: readonly Row[], first = 0, last = rows.length - 1): LineChange[] {
  const changes: LineChange[] = [];
  let end = rows.length;
  while (end > 0 && isEmpty(rows[end - 1]?.text ?? '')) end--;
  for (let line = Math.max(0, first); line <= last && line < rows.length; line++) {
    const row = rows[line];
    if (row === undefined) continue;
    // The last line stays as an empty one: with it goes the line break that ends the list.
    const text = line >= end && line < rows.length - 1 ? null : tidyLine(row, line);
    if (text !== row.text) changes.push({ line, text });
  }
  return changes;
}

function tidyLine({ text, kin, end }: Row, line: number): string {
  const mark = line === 0 && text.charCodeAt(0) === 0xfeff ? '\uFEFF' : '';
  if (kin === null) return mark + trim(text);
  const rest = trim(text.slice(end));
  return mark + trim(text.slice(0, end)) + (rest === '' ? '' : ` ${oneBlankEach(rest)}`);
}

/** A remark is left as it was written. */
function oneBlankEach(rest: string): string {
  const remark = rest.indexOf('#');
  const columns = remark < 0 ? rest : rest.slice(0, remark);
  let result = '';
  let blank = false;
  for (let at = 0; at < columns.length; at++) {
    if (isBlank(columns.charCodeAt(at))) blank = true;
    else {
      result += (blank ? ' ' : '') + columns.charAt(at);
      blank = false;
    }
  }
  return result + (blank ? ' ' : '') + rest.slice(columns.length);
}

function isEmpty(text: string): boolean {
  return trim(text) === '';
}

/** By the language's own idea of a blank, which is wider than JavaScript's. */
function trim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}
