/** What a check came to, in words and as text for others. */
import { count, percent, plural } from '../wording';
import { localityNote } from './locality';
import { countFiles, fileStates, fileUrgency, fileWord, percentStaged, totalOf, type FileCounts, type FileState } from './state';
import type { Told } from './told';

/** A link of a list and what is known of it. */
export interface Checked {
  readonly link: string;
  readonly told: Told | undefined;
}

/** "34 online, 13 on tape, 2 lost": well first, then what can be helped, then trouble. */
export function countsText(counts: FileCounts): string {
  const order: readonly FileState[] = ['online', ...[...fileStates].filter((state) => state !== 'online').sort(byRest)];
  return order.flatMap((state) => (counts[state] === undefined ? [] : [`${count(counts[state])} ${fileWord(state)}`])).join(', ');
}

/** What moves or waits before what is wrong. */
function byRest(a: FileState, b: FileState): number {
  return fileUrgency(b) - fileUrgency(a);
}

/** "66.6 % of 51 files staged: 34 online, 13 on tape, 4 failed." */
export function verdictText(counts: FileCounts): string {
  const total = totalOf(counts);
  if (total === 0) return 'There is no link in the list.';
  return `${percent(percentStaged(counts.online ?? 0, total))} of ${plural(total, 'file')} staged: ${countsText(counts)}.`;
}

export const formats = ['list', 'csv', 'json'] as const;
export type Format = (typeof formats)[number];

/** A checked list as text: the links alone, one a line; a table with a header (RFC 4180); or JSON. */
export function checkedText(rows: readonly Checked[], format: Format): string {
  if (format === 'list') return rows.map(({ link }) => `${link}\n`).join('');
  const records = rows.map(({ link, told }) => ({
    link,
    state: told?.state ?? 'unknown',
    locality: told?.locality ?? '',
    message: told?.problem ?? (told?.locality === undefined ? '' : (localityNote(told.locality) ?? '')),
    checked: told === undefined ? '' : new Date(told.at).toISOString(),
  }));
  if (format === 'csv') {
    return (
      ['link,state,locality,message,checked', ...records.map((record) => Object.values(record).map(field).join(','))].join('\r\n') + '\r\n'
    );
  }
  const counts = countFiles(records.map(({ state }) => state));
  const total = records.length;
  return `${JSON.stringify({ total, counts, percentStaged: percentStaged(counts.online ?? 0, total), files: records }, undefined, 2)}\n`;
}

/** A text that a spreadsheet would take for a formula gets a quote before it. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
