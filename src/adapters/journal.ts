/**
 * The journal in a folder that all windows share: each appends to a file of its own and reads those of the others from
 * where it stopped. Homes on the grid are NFS and two login nodes use one, so nothing is locked and no process is asked
 * whether it lives: rights are files that can be made once (`claims/`, `lease/`), the rest is append and rename.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { asGridError, GridError } from '../core/errors';
import type { CallOptions, Clock, Journal, Reading } from '../core/ports';
import type { StagingEvent } from '../core/staging/event';
import { codeOf, syncFolder, textOf, unwritable } from './fileError';
import { JournalFile, linesOf, type Line } from './journalFile';
import { Lease } from './journalLease';

export interface JournalOptions {
  readonly folder: string;
  /** Of this machine, for the names of files. */
  readonly host: string;
  readonly clock: Clock;
  /** How long the right to ask the stagers lasts without being renewed; ms. */
  readonly leaseMs?: number;
  /** From this size on this window begins a new file. */
  readonly rotateBytes?: number;
}

/** What has been read of another window's file. */
interface Followed {
  /** Bytes up to the end of the last whole line. */
  offset: number;
  lines: number;
  problem: string | undefined;
  /** The last line is a broken one; it is no problem if the next one says that it was written again. */
  torn: boolean;
  newer: boolean;
  closed: boolean;
  size: number;
  modifiedAt: number;
}

const suffix = '.jsonl';
const digestPrefix = 'digest-';
/** A window that has not written for so long is gone, whether it closed its file or not. */
const deadAfterMs = 7 * 24 * 60 * 60_000;
/** Files and bytes of windows that are gone before they are made one. */
const compactFrom = { files: 16, bytes: 4 * 1024 * 1024 };
/** A claim may go once its part has an outcome that everybody has seen. */
const claimsLiveMs = 61 * 24 * 60 * 60_000;

export function openJournal(options: JournalOptions): Journal {
  return new FolderJournal(options);
}

class FolderJournal implements Journal {
  readonly #claims: string;
  readonly #own: JournalFile;
  readonly #followed = new Map<string, Followed>();
  readonly #lease: Lease;
  /** Read, and not given to anybody yet. */
  #unread: StagingEvent[] = [];
  #reading: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: JournalOptions) {
    const { folder, host, clock } = options;
    this.#claims = join(folder, 'claims');
    const name = () => `${safe(host)}-${stamp(clock())}-${randomBytes(4).toString('hex')}${suffix}`;
    this.#own = new JournalFile(folder, name, {
      bytes: options.rotateBytes ?? 1024 * 1024,
      last: () => ({ e: 'closed', at: clock() }),
    });
    this.#lease = new Lease(join(folder, 'lease'), `${host} ${randomBytes(8).toString('hex')}`, clock, options.leaseMs ?? 90_000);
  }

  read(options: CallOptions): Promise<Reading> {
    return this.#inTurn(() => this.#read(options));
  }

  /** One after the other: two readers of one file would both move its place. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#reading.then(act);
    this.#reading = mine.catch(() => undefined);
    return mine;
  }

  async #read({ signal }: CallOptions): Promise<Reading> {
    const unreadable: string[] = [];
    // A file may be replaced by its digest between the listing and the reading: then the folder is read anew.
    for (let tries = 0; tries < 5; tries++) {
      const names = (await this.#names()).filter((name) => !this.#own.names.has(name));
      for (const name of this.#followed.keys()) if (!names.includes(name)) this.#followed.delete(name);
      let vanished = false;
      for (const name of names) {
        if (signal.aborted) throw new GridError('cancelled', 'Cancelled.');
        try {
          if (!(await this.#follow(name))) vanished = true;
        } catch (error) {
          // One file that cannot be opened must not hide the others.
          unreadable.push(asGridError(error).sentence);
        }
      }
      if (!vanished) break;
      unreadable.length = 0;
    }
    const followed = [...this.#followed.values()];
    const events = this.#unread;
    this.#unread = [];
    return {
      events,
      problems: [...followed.map(({ problem }) => problem).filter((problem) => problem !== undefined), ...unreadable],
      newer: followed.some(({ newer }) => newer),
    };
  }

  async #names(): Promise<readonly string[]> {
    const names = await readdir(this.options.folder).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw unreadable(this.options.folder, error);
    });
    return names.filter((name) => name.endsWith(suffix)).sort();
  }

  /** Takes in what has come; false when the file is gone. */
  async #follow(name: string): Promise<boolean> {
    const file = join(this.options.folder, name);
    const known = this.#followed.get(name);
    try {
      const handle = await open(file, 'r');
      try {
        const { size, mtimeMs } = await handle.stat();
        const from = known?.offset ?? 0;
        const fresh = { offset: 0, lines: 0, problem: undefined, torn: false, newer: false, closed: false };
        const entry: Followed = Object.assign(known ?? fresh, { size, modifiedAt: mtimeMs });
        this.#followed.set(name, entry);
        if (size <= from) return true;
        const buffer = Buffer.alloc(size - from);
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
        // The last line may be half written, or for ever torn: it counts once it is whole.
        const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
        const lines = linesOf(buffer.toString('utf8', 0, end));
        entry.offset += end;
        this.#take(file, entry, lines);
        return true;
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      if (error instanceof GridError) throw error;
      throw unreadable(file, error);
    }
  }

  #take(file: string, entry: Followed, lines: readonly Line[]): void {
    for (const line of lines) {
      entry.lines++;
      if (line.kind === 'mended' && entry.torn) entry.problem = undefined;
      entry.torn = line.kind === 'broken';
      if (line.kind === 'events') {
        this.#unread.push(...line.events);
        entry.closed = line.events.at(-1)?.e === 'closed';
      } else if (line.kind === 'newer') entry.newer = true;
      else if (line.kind === 'broken') entry.problem ??= `Line ${entry.lines} of ${file} cannot be read; the rest of it is used.`;
    }
  }

  append(events: readonly StagingEvent[]): Promise<void> {
    return events.length === 0 ? Promise.resolve() : this.#own.append(events);
  }

  async claim(name: string): Promise<boolean> {
    const file = join(this.#claims, safe(name));
    let handle: FileHandle;
    try {
      await mkdir(this.#claims, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw unwritable(this.#claims, error);
    }
    try {
      handle = await open(file, 'wx', 0o600);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw unwritable(this.#claims, error);
    }
    try {
      await handle.writeFile(`${this.options.host} ${new Date(this.options.clock()).toISOString()}\n`);
      await handle.sync();
      await syncFolder(this.#claims);
      return true;
    } catch (error) {
      // What may be half made must not stand for a right that nobody uses. It is ours: that of another window stands.
      await rm(file, { force: true }).catch(() => undefined);
      throw unwritable(this.#claims, error);
    } finally {
      await handle.close();
    }
  }

  async claimed(name: string): Promise<boolean> {
    try {
      await stat(join(this.#claims, safe(name)));
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw unreadable(this.#claims, error);
    }
  }

  compact(digest: () => readonly StagingEvent[]): Promise<void> {
    return this.#inTurn(() => this.#compact(digest));
  }

  async #compact(digest: () => readonly StagingEvent[]): Promise<void> {
    const { folder } = this.options;
    const newest = Math.max(0, ...[...this.#followed.values()].map(({ modifiedAt }) => modifiedAt));
    // Ages by the file server's own times: this machine's clock may be off.
    const gone = [...this.#followed].filter(
      ([, { closed, modifiedAt, newer, problem }]) => (closed || newest - modifiedAt > deadAfterMs) && !newer && problem === undefined,
    );
    const dead = [
      ...gone.map(([name, { size }]) => ({ name, size })),
      ...Array.from(this.#own.retired, ([name, size]) => ({ name, size })),
    ];
    // A digest is as large as what there is to say; only what has come since makes a new one worth its writing.
    const since = dead.filter(({ name }) => !name.startsWith(digestPrefix));
    const bytes = since.reduce((sum, { size }) => sum + size, 0);
    if (dead.length < 2 || (since.length < compactFrom.files && bytes < compactFrom.bytes)) return;
    // What was read last is in the reader's sum only after this turn of the event loop.
    await breathe();
    const events: readonly StagingEvent[] = [...digest(), { e: 'closed', at: this.options.clock() }];
    const whole = new JournalFile(folder, () => `${digestPrefix}${stamp(this.options.clock())}-${randomBytes(4).toString('hex')}.new`);
    await whole.append(...events.map((event) => [event]));
    const [made] = whole.names;
    if (made === undefined) return;
    await rename(join(folder, made), join(folder, made.replace(/\.new$/, suffix))).catch((error: unknown) => {
      throw unwritable(folder, error);
    });
    await syncFolder(folder);
    for (const { name, size } of dead) {
      this.#own.retired.delete(name);
      const file = join(folder, name);
      // Who was taken for dead and has written meanwhile keeps its file: the digest does not have that.
      const there = await stat(file).catch(() => undefined);
      if (there?.size === size) await rm(file, { force: true }).catch(() => undefined);
    }
    await this.#sweepClaims();
  }

  async #sweepClaims(): Promise<void> {
    const names = await readdir(this.#claims).catch(() => []);
    const ages = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(this.#claims, name)).catch(() => undefined))?.mtimeMs })),
    );
    const newest = Math.max(0, ...ages.map(({ at = 0 }) => at));
    for (const { name, at } of ages) {
      if (at !== undefined && newest - at > claimsLiveMs) await rm(join(this.#claims, name), { force: true }).catch(() => undefined);
    }
  }

  lead(): Promise<boolean> {
    return this.#lease.hold();
  }

  async yieldLead(): Promise<void> {
    await this.#lease.release().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#lease.release().catch(() => undefined);
    if (this.#own.names.size > 0) await this.#own.append([{ e: 'closed', at: this.options.clock() }]);
  }
}

function stamp(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
}

function safe(name: string): string {
  return name.replace(/[^\w.-]/g, '_').slice(0, 80);
}

function unreadable(path: string, error: unknown): GridError {
  return new GridError('toolFailed', `${path} cannot be used (${textOf(error)}).`, {
    hint: 'Mend its permissions, then refresh.',
    cause: error,
  });
}
