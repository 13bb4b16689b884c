/** One file of the journal: one JSON object a line, with a version each, appended and on disk before it counts. */
import { constants } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { journalVersion, type StagingEvent } from '../core/staging/event';
import { codeOf, syncFolder, unwritable } from './fileError';

export type Line =
  | { readonly kind: 'events'; readonly events: readonly StagingEvent[] }
  | { readonly kind: 'newer' }
  | { readonly kind: 'broken' }
  /** Marks that the line before it was torn by a full disk and written again. */
  | { readonly kind: 'mended' };

const mended = `{"v":${journalVersion},"e":"mended"}`;

/** The lines of a text that ends with a line's end. */
export function linesOf(text: string): readonly Line[] {
  return text
    .split('\n')
    .filter((each) => each !== '')
    .map(lineOf);
}

function lineOf(text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'broken' };
  }
  if (typeof value !== 'object' || value === null || !('v' in value) || typeof value.v !== 'number' || !('e' in value))
    return { kind: 'broken' };
  if (value.v > journalVersion) return { kind: 'newer' };
  if (value.e === 'mended') return { kind: 'mended' };
  if (value.e !== 'several') {
    // Whoever wrote it knows it without the version, and of two tellings all must prefer the same one.
    delete (value as { v?: unknown }).v;
    return { kind: 'events', events: [value as unknown as StagingEvent] };
  }
  return 'events' in value && Array.isArray(value.events) ? { kind: 'events', events: value.events as StagingEvent[] } : { kind: 'broken' };
}

/** What is written at one time is one line: a disk that fills in the middle of a plan must not leave half of it to others. */
function textOfAll(events: readonly StagingEvent[]): string {
  const [only] = events;
  return `${JSON.stringify({ v: journalVersion, ...(events.length === 1 ? only : { e: 'several', events }) })}\n`;
}

/** A file that only this window appends to. It is made with the first line. */
export class JournalFile {
  /** Names this file has had; more than one when somebody removed it. */
  readonly names = new Set<string>();
  #file: { readonly path: string; readonly inode: number } | undefined;
  /** The last write may have left half a line. */
  #torn = false;
  #last: Promise<void> = Promise.resolve();

  /** Files that were closed because they had grown, and their sizes. */
  readonly retired = new Map<string, number>();

  constructor(
    private readonly folder: string,
    private readonly newName: () => string,
    /** From this size on a file is closed by this last line, and the next one begun: only what is closed can be compacted. */
    private readonly rotation?: { readonly bytes: number; readonly last: () => StagingEvent },
  ) {}

  /** On disk when it resolves, all or none. Appends one after the other; one that fails does not hold up the next. */
  append(...lines: readonly (readonly StagingEvent[])[]): Promise<void> {
    const mine = this.#last.then(() => this.#append(lines.map(textOfAll).join('')));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #append(text: string): Promise<void> {
    try {
      // A file that was taken for that of a dead window is gone by name; what is appended to it would be lost.
      for (let tries = 0; tries < 3; tries++) {
        const { path, inode } = (this.#file ??= await this.#make());
        if (!(await this.#write(path, text))) continue;
        const there = await stat(path).catch(() => undefined);
        if (there?.ino === inode) {
          if (this.rotation !== undefined && there.size >= this.rotation.bytes) await this.#retire(path, this.rotation.last());
          return;
        }
        this.#file = undefined;
      }
      throw new Error('it is removed again and again');
    } catch (error) {
      this.#torn = true;
      throw unwritable(this.folder, error);
    }
  }

  async #make(): Promise<{ path: string; inode: number }> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const name = this.newName();
    const path = join(this.folder, name);
    const handle = await open(path, 'ax', 0o600);
    try {
      const { ino } = await handle.stat();
      this.names.add(name);
      this.#torn = false;
      await syncFolder(this.folder);
      return { path, inode: ino };
    } finally {
      await handle.close();
    }
  }

  /** The line that was asked for is on disk already: a last line that cannot be written is no failure, and tried again. */
  async #retire(path: string, last: StagingEvent): Promise<void> {
    try {
      if (!(await this.#write(path, textOfAll([last])))) return;
      this.retired.set(basename(path), (await stat(path)).size);
      this.#file = undefined;
    } catch {
      this.#torn = true;
    }
  }

  /** False when the file is gone. It is not made again here: readers would take the new one for the rest of the old one. */
  async #write(path: string, text: string): Promise<boolean> {
    const handle = await open(path, constants.O_WRONLY | constants.O_APPEND).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (handle === undefined) {
      this.#file = undefined;
      return false;
    }
    try {
      await handle.appendFile(this.#torn ? `\n${mended}\n${text}` : text);
      await handle.datasync();
      this.#torn = false;
      return true;
    } finally {
      await handle.close();
    }
  }
}
