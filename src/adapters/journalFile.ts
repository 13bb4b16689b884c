/** One file of the journal: one JSON object a line, with a version each, appended and on disk before it counts. */
import { mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { journalVersion, type StagingEvent } from '../core/staging/event';
import { syncFolder, unwritable } from './fileError';

export type Line =
  | { readonly kind: 'event'; readonly event: StagingEvent }
  | { readonly kind: 'newer' }
  | { readonly kind: 'broken' }
  /** Marks that the line before it was torn by a full disk and written again. */
  | { readonly kind: 'mended' };

const mended = `{"v":${journalVersion},"e":"mended"}`;

/** The lines of a text that ends with a line's end. A broken line that was mended is left out. */
export function eventsOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (const each of text.split('\n')) {
    if (each === '') continue;
    const line = lineOf(each);
    if (line.kind === 'mended' && lines.at(-1)?.kind === 'broken') lines.pop();
    lines.push(line);
  }
  return lines;
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
  return value.e === 'mended' ? { kind: 'mended' } : { kind: 'event', event: value as unknown as StagingEvent };
}

/** A file that only this window appends to. It is made with the first line. */
export class JournalFile {
  /** Names this file has had; more than one when somebody removed it. */
  readonly names = new Set<string>();
  #file: { readonly path: string; readonly inode: number } | undefined;
  /** The last write may have left half a line. */
  #torn = false;
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly newName: () => string,
  ) {}

  /** On disk when it resolves. Appends one after the other; one that fails does not hold up the next. */
  append(events: readonly StagingEvent[]): Promise<void> {
    const mine = this.#last.then(() => this.#append(events));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #append(events: readonly StagingEvent[]): Promise<void> {
    const text = events.map((event) => `${JSON.stringify({ v: journalVersion, ...event })}\n`).join('');
    try {
      // A file that was taken for that of a dead window is gone by name; what is appended to it would be lost.
      for (let tries = 0; tries < 3; tries++) {
        const { path, inode } = (this.#file ??= await this.#make());
        await this.#write(path, text);
        const there = await stat(path).catch(() => undefined);
        if (there?.ino === inode) return;
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

  async #write(path: string, text: string): Promise<void> {
    const handle = await open(path, 'a', 0o600);
    try {
      await handle.appendFile(this.#torn ? `\n${mended}\n${text}` : text);
      await handle.datasync();
      this.#torn = false;
    } finally {
      await handle.close();
    }
  }
}
