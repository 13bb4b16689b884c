/** Files that nobody has changed for long: told first, deleted second, and only those that were told of. */
import { plural, sizeOf } from '../wording';
import { dateWords, type StorageEntry, type StorageFailure } from './entry';

const dayMs = 86_400_000;

export interface Aged {
  readonly location: string;
  readonly days: number;
  /** The oldest first. */
  readonly files: readonly StorageEntry[];
  readonly bytes: number;
  /** Files of which the protocol tells no date: they are never old. */
  readonly undated: number;
}

/** @param days more than so many whole days since the last change */
export function agedOf(location: string, entries: readonly StorageEntry[], days: number, now: number): Aged {
  const files = entries.filter((entry) => isOld(entry, days, now)).sort((a, b) => a.modified - b.modified);
  return {
    location,
    days,
    files,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    undated: entries.filter(({ directory, modified }) => !directory && modified <= 0).length,
  };
}

export function isOld({ directory, modified }: Pick<StorageEntry, 'directory' | 'modified'>, days: number, now: number): boolean {
  return !directory && modified > 0 && now - modified > days * dayMs;
}

/** As it is written behind the folder, which the heading names. */
function below(location: string, folder: string): string {
  return location.startsWith(`${folder}/`) ? location.slice(folder.length + 1) : location;
}

/** The report that a person reads before anything is deleted. */
export function agedText({ location, days, files, bytes, undated }: Aged, failed: readonly StorageFailure[], now: number): string {
  const rows = files.map(({ location: file, size, modified }) => {
    const age = `${Math.floor((now - modified) / dayMs)} d`;
    return `${age.padStart(7)}  ${dateWords(modified)}  ${sizeOf(size).padStart(9)}  ${below(file, location)}`;
  });
  return [
    `# Older than ${plural(days, 'day')} below ${location}`,
    `# ${plural(files.length, 'file')}, ${sizeOf(bytes)}. Nothing has been deleted.`,
    ...(undated === 0 ? [] : [`# ${plural(undated, 'file')} without a date ${undated === 1 ? 'is' : 'are'} left out.`]),
    ...failed.map(({ file, message }) => `# Not looked into: ${file}: ${message}`),
    '',
    ...rows,
    '',
  ].join('\n');
}
