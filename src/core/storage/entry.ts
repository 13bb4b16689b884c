/** What stands in a folder of grid storage, and how it is told. */
import { count, sizeOf } from '../wording';

export interface StorageEntry {
  readonly name: string;
  readonly location: string;
  /** Bytes; of a folder what the protocol says, which means nothing. */
  readonly size: number;
  /** Milliseconds since 1970; 0 where the protocol does not tell. */
  readonly modified: number;
  readonly directory: boolean;
}

/** One entry or place that something could not be done with; `file` is its location. */
export interface StorageFailure {
  readonly file: string;
  readonly message: string;
}

const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Folders first, then by name as people read it: SB9 before SB10. */
export function sorted(entries: readonly StorageEntry[]): readonly StorageEntry[] {
  return [...entries].sort((a, b) => Number(b.directory) - Number(a.directory) || order.compare(a.name, b.name));
}

/** `2019-03-07 14:05`, of any year, in the time of this machine; '' where it is not known. */
export function dateWords(modified: number): string {
  if (modified <= 0) return '';
  const at = new Date(modified);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

export interface Total {
  readonly files: number;
  readonly folders: number;
  /** Of the files. */
  readonly bytes: number;
}

/** "1 204 files, 31 folders, 3.4 TB" */
export function totalWords({ files, folders, bytes }: Total): string {
  return `${count(files)} ${files === 1 ? 'file' : 'files'}, ${count(folders)} ${folders === 1 ? 'folder' : 'folders'}, ${sizeOf(bytes)}`;
}

/** Columns for a person: size, date, name; one line an entry. */
export function listingText(heading: string, entries: readonly StorageEntry[]): string {
  const rows = entries.map(({ name, size, modified, directory }) => [
    directory ? '' : sizeOf(size),
    dateWords(modified),
    directory ? `${name}/` : name,
  ]);
  const [wide, date] = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(([size = '', at = '', name = '']) => `${size.padStart(wide ?? 0)}  ${at.padEnd(date ?? 0)}  ${name}`);
  return [heading, '', ...lines, ''].join('\n');
}
