/**
 * The tape store behind the practice door: a folder whose files lie on tape until they are recalled, and as many made-up
 * files as a test wants. What is online is computed from a clock that a test may move.
 */
import { stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';

/** The words of the WLCG Tape REST API. */
export type TapeWord = 'DISK' | 'TAPE' | 'DISK_AND_TAPE' | 'LOST' | 'NONE' | 'UNAVAILABLE';
export const tapeWords: readonly TapeWord[] = ['DISK', 'TAPE', 'DISK_AND_TAPE', 'LOST', 'NONE', 'UNAVAILABLE'];

/** What becomes of a recall; `never` runs for ever, `skipped` is told of a file with a dead disk copy and does nothing. */
export type TapeFate = 'online' | 'failed' | 'never' | 'skipped';
export const tapeFates: readonly TapeFate[] = ['online', 'failed', 'never', 'skipped'];

/** How long recalls take, in milliseconds. */
export interface TapePace {
  /** Before the first file of a request is read. */
  readonly queueMs: number;
  /** Between one file and the next, in the order of the request. */
  readonly perFileMs: number;
}

export type TargetState = 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'SKIPPED';

/** One file of a request as it stands now; times in milliseconds since 1970. */
export interface Target {
  readonly path: string;
  readonly state: TargetState;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly error?: string;
}

/** A request, whichever door it came through. */
export interface TapeRequest {
  readonly id: string;
  readonly owner: string;
  readonly activity: 'STAGE' | 'PIN' | 'UNPIN' | 'RELEASE';
  readonly createdAt: number;
  /** By path: how long it is pinned, in milliseconds from the request. */
  readonly files: ReadonlyMap<string, number>;
  /** Files that the door had on disk when the request came. */
  readonly already: ReadonlySet<string>;
  /** Files that are not there. */
  readonly absent: ReadonlySet<string>;
  readonly cancelled: Map<string, number>;
}

interface Ruled<T> {
  readonly pattern: string | RegExp;
  readonly value: T;
}

export class TapeStore {
  readonly requests = new Map<string, TapeRequest>();
  /** Pins by path and by request; milliseconds since 1970 at which each ends. */
  readonly pins = new Map<string, Map<string, number>>();
  /** Paths whose content somebody asked for while it lay on tape: recalls that nobody meant. */
  readonly opened: string[] = [];
  /** A file leaves the disk with its last pin, as if space were needed at once. */
  purge = true;
  readonly #made = new Map<string, number>();
  readonly #disk = new Set<string>();
  readonly #diskOnly = new Set<string>();
  readonly #running = new Set<TapeRequest>();
  #localities: Ruled<TapeWord>[] = [];
  #fates: Ruled<TapeFate>[] = [];
  #count = 0;

  constructor(
    readonly folder: string,
    private readonly pace: TapePace,
    private readonly clock: () => number,
  ) {}

  /** Made-up files of some bytes, on tape. */
  seed(paths: Iterable<string>, bytes = 1000): void {
    for (const path of paths) this.#made.set(path, bytes);
  }

  /** Puts files on disk beside their tape copy, as if recalled long ago. */
  putOnline(paths: Iterable<string>): void {
    for (const path of paths) this.#disk.add(path);
  }

  /** Takes files off the disk, whatever pins say: a pool has died. */
  takeOff(paths: Iterable<string>): void {
    for (const path of paths) this.#disk.delete(path);
  }

  /** What is told of files whose path holds the text or matches; the last word counts. */
  locality(pattern: string | RegExp, value: TapeWord): void {
    this.#localities.push({ pattern, value });
  }

  /** What becomes of recalls. */
  fate(pattern: string | RegExp, value: TapeFate): void {
    this.#fates.push({ pattern, value });
  }

  reset(): void {
    for (const part of [this.requests, this.pins, this.#made, this.#disk, this.#diskOnly, this.#running]) part.clear();
    this.opened.length = 0;
    this.#localities = [];
    this.#fates = [];
    this.purge = true;
  }

  /** Where a path of the door is in the folder; never outside of it. */
  file(path: string): string {
    return join(this.folder, normalize(`/${path}`));
  }

  /** Size in bytes; undefined for what is no file. */
  async size(path: string): Promise<number | undefined> {
    const made = this.#made.get(path);
    if (made !== undefined) return made;
    const found = await stat(this.file(path)).catch(() => undefined);
    return found?.isFile() === true ? found.size : undefined;
  }

  isMade(path: string): boolean {
    return this.#made.has(path);
  }

  /** Written through the door: on disk, and on no tape yet. */
  written(path: string): void {
    this.#disk.add(path);
    this.#diskOnly.add(path);
  }

  moved(from: string, to: string): void {
    for (const places of [this.#disk, this.#diskOnly]) if (places.delete(from)) places.add(to);
  }

  removed(path: string): void {
    this.#disk.delete(path);
    this.#diskOnly.delete(path);
    this.#made.delete(path);
  }

  /** The locality of a file when time last did its work; undefined for what is not there. */
  async wordOf(path: string): Promise<TapeWord | undefined> {
    const size = await this.size(path);
    if (size === undefined) return undefined;
    const ruled = lastOf(this.#localities, path);
    if (ruled !== undefined) return ruled;
    if (size === 0) return 'NONE';
    if (!this.#disk.has(path)) return 'TAPE';
    return this.#diskOnly.has(path) ? 'DISK' : 'DISK_AND_TAPE';
  }

  async make(owner: string, activity: TapeRequest['activity'], files: ReadonlyMap<string, number>): Promise<TapeRequest> {
    const already = new Set<string>();
    const absent = new Set<string>();
    for (const path of files.keys()) {
      const word = await this.wordOf(path);
      if (word === undefined) absent.add(path);
      else if (word.startsWith('DISK')) already.add(path);
    }
    const number = (++this.#count).toString(16).padStart(12, '0');
    const id = `5c0ffee0-0000-4000-8000-${number}`;
    const request: TapeRequest = { id, owner, activity, createdAt: this.clock(), files, already, absent, cancelled: new Map() };
    this.requests.set(id, request);
    if (activity === 'STAGE' || activity === 'PIN') this.#running.add(request);
    this.settle();
    return request;
  }

  /** Ends what still runs of these files; all of the request when absent. */
  cancel(request: TapeRequest, paths: Iterable<string> = request.files.keys()): void {
    const now = this.clock();
    const moving = new Set(
      this.targets(request)
        .filter(({ state }) => state === 'CREATED' || state === 'RUNNING')
        .map(({ path }) => path),
    );
    for (const path of paths) if (moving.has(path)) request.cancelled.set(path, now);
  }

  /** Takes away the pins of a request, or all of them. */
  release(paths: Iterable<string>, id?: string): void {
    for (const path of paths) {
      const pins = this.pins.get(path);
      if (pins === undefined) continue;
      if (id === undefined) pins.clear();
      else pins.delete(id);
      if (pins.size === 0) this.#unpinned(path);
    }
  }

  /** The files of a request as they stand now. */
  targets(request: TapeRequest): readonly Target[] {
    const now = this.clock();
    let turn = 0;
    return [...request.files.keys()].map((path): Target => {
      const at = { path, startedAt: request.createdAt };
      const cancelledAt = request.cancelled.get(path);
      if (request.absent.has(path))
        return { ...at, state: 'FAILED', finishedAt: request.createdAt, error: `No such file or directory: ${path}` };
      const fate = lastOf(this.#fates, path) ?? 'online';
      if (fate === 'skipped') return { ...at, state: 'SKIPPED', finishedAt: request.createdAt };
      if (request.already.has(path)) return { ...at, state: 'COMPLETED', finishedAt: request.createdAt };
      const due = fate === 'never' ? Infinity : request.createdAt + this.pace.queueMs + ++turn * this.pace.perFileMs;
      if (cancelledAt !== undefined && cancelledAt < due) return { ...at, state: 'CANCELLED', finishedAt: cancelledAt };
      if (now < request.createdAt + this.pace.queueMs) return { path, state: 'CREATED' };
      if (now < due) return { ...at, state: 'RUNNING' };
      if (fate === 'failed') return { ...at, state: 'FAILED', finishedAt: due, error: `Tape read error at block 4711 of ${path}` };
      return { ...at, state: 'COMPLETED', finishedAt: due };
    });
  }

  /** Lets time do its work: what is due comes online, pins that have ended go. */
  settle(): void {
    const now = this.clock();
    for (const request of this.#running) {
      const targets = this.targets(request);
      for (const { path, state } of targets) if (state === 'COMPLETED') this.#pin(request, path, now);
      if (targets.every(({ state }) => state !== 'CREATED' && state !== 'RUNNING')) this.#running.delete(request);
    }
    for (const [path, pins] of this.pins) {
      for (const [id, until] of pins) if (until <= now) pins.delete(id);
      if (pins.size === 0) this.#unpinned(path);
    }
  }

  /** The clock of a pin runs from the request, not from the file's arrival. */
  #pin(request: TapeRequest, path: string, now: number): void {
    const until = request.createdAt + (request.files.get(path) ?? 0);
    const pins = this.pins.get(path) ?? new Map<string, number>();
    if (pins.has(request.id)) return;
    this.#disk.add(path);
    if (until <= now) return;
    pins.set(request.id, until);
    this.pins.set(path, pins);
  }

  #unpinned(path: string): void {
    this.pins.delete(path);
    if (this.purge && !this.#diskOnly.has(path)) this.#disk.delete(path);
  }
}

function lastOf<T>(rules: readonly Ruled<T>[], path: string): T | undefined {
  return rules.findLast(({ pattern }) => (typeof pattern === 'string' ? path.includes(pattern) : pattern.test(path)))?.value;
}
