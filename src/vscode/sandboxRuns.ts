/**
 * What this window knows of each sandbox: how far its build or upload is, what git said, what was built last and what was
 * published. It outlives panels, and what has ended is kept on disk, so that a window that is loaded again shows it.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pid } from 'node:process';
import { EventEmitter, type Disposable, type Uri } from 'vscode';
import type { StepNews } from '../adapters/sandboxBuild';
import { asGridError, type GridError } from '../core/errors';
import { redact } from '../core/redact';
import type { BuildStep } from '../core/sandbox/plan';
import type { LogLine, StepSight, StepState } from '../shared/sandbox';
import { debug } from './log';
import type { KnownBuilt, KnownPublished, RunKind } from './sandboxKnown';

/** Lines of git that are kept; the oldest go. */
const mostLines = 1000;
const longestLine = 500;
/** Between two looks at what another window does. */
const lookMs = 2000;

/** What is kept on disk. */
interface Kept {
  readonly version: 1;
  readonly uri: string;
  readonly steps: readonly StepSight[];
  readonly built?: KnownBuilt;
  readonly published?: KnownPublished;
  readonly before?: KnownPublished;
  /** A run that has not ended, and the process in which it ran. */
  readonly running?: { readonly kind: RunKind; readonly pid: number };
  readonly lineEnds: boolean;
}

export interface Run {
  readonly kind: RunKind;
  readonly signal: AbortSignal;
  readonly news: (news: StepNews) => void;
  readonly said: (step: string, line: string) => void;
  /** Ends it. */
  readonly end: (change: Partial<Pick<SandboxRecord, 'built' | 'published'>>, thrown?: unknown) => void;
}

export class SandboxRuns implements Disposable {
  readonly #records = new Map<string, Promise<SandboxRecord>>();
  readonly #changed = new EventEmitter<string>();
  /** With the Uri of the step, as text. */
  readonly onChange = this.#changed.event;

  /** @param folder where it is kept */
  constructor(
    private readonly folder: string,
    private readonly clock: () => number,
  ) {}

  of(uri: Uri): Promise<SandboxRecord> {
    const key = uri.toString();
    const known = this.#records.get(key);
    if (known !== undefined) return known;
    const file = join(this.folder, `${createHash('sha256').update(key).digest('hex').slice(0, 24)}.json`);
    const record = new SandboxRecord(key, file, this.clock, () => this.#changed.fire(key));
    const loaded = record.load().then(() => record);
    this.#records.set(key, loaded);
    return loaded;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

async function readKept(file: string, uri: string): Promise<Kept | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Kept;
    if (kept.version !== 1 || kept.uri !== uri || !Array.isArray(kept.steps)) return undefined;
    // A tar that was taken away since cannot be uploaded.
    const there = kept.built === undefined || (await stat(kept.built.file).catch(() => undefined))?.size === kept.built.bytes;
    if (there) return kept;
    const { built, ...rest } = kept;
    debug(`${built?.file ?? ''} is not there any more`);
    return { ...rest, steps: [] };
  } catch {
    return undefined;
  }
}

export class SandboxRecord {
  steps: readonly StepSight[] = [];
  built: KnownBuilt | undefined;
  published: KnownPublished | undefined;
  /** The version that was published before. */
  before: KnownPublished | undefined;
  /** Whether scripts with CR LF get LF here, because the person said so. */
  lineEnds = false;
  /** A run of a window that has gone. */
  interrupted: RunKind | undefined;
  /** A run of another window. */
  elsewhere: RunKind | undefined;
  running: { readonly kind: RunKind; readonly stop: AbortController; readonly done: Promise<void> } | undefined;
  error: GridError | undefined;
  lines: readonly LogLine[] = [];
  /** How many lines there were before the first of `lines`. */
  dropped = 0;
  /** Grows when the log begins anew. */
  log = 0;
  /** Panels that show it now. */
  watched = 0;

  constructor(
    readonly uri: string,
    private readonly file: string,
    private readonly clock: () => number,
    private readonly changed: () => void,
  ) {}

  /** What is on disk; as long as another window is at it, again and again. */
  async load(): Promise<void> {
    const kept = await readKept(this.file, this.uri);
    if (kept === undefined || this.running !== undefined) return;
    const { steps, built, published, before, lineEnds, running } = kept;
    Object.assign(this, { steps, built, published, before, lineEnds });
    const isElsewhere = running !== undefined && isAlive(running.pid);
    this.elsewhere = isElsewhere ? running.kind : undefined;
    this.interrupted = isElsewhere ? undefined : running?.kind;
    this.#settle('running');
    if (isElsewhere) setTimeout(() => void this.load().then(() => this.changed()), lookMs).unref();
  }

  /** Begins a build or an upload, which is the one that is shown from now on. */
  begin(kind: RunKind, steps: readonly Pick<BuildStep, 'id' | 'title' | 'detail'>[], signal: AbortSignal): Run {
    const stop = new AbortController();
    let finish = (): void => undefined;
    const done = new Promise<void>((resolve) => (finish = resolve));
    const running = (this.running = { kind, stop, done });
    this.error = this.interrupted = this.elsewhere = undefined;
    const own = new Set(steps.map(({ id }) => id));
    const kept = kind === 'build' ? [] : this.steps.filter(({ id }) => !own.has(id));
    this.steps = [...kept, ...steps.map(({ id, title, detail }): StepSight => ({ id, title, detail, state: 'waiting' }))];
    if (kind === 'build') this.#clear();
    this.#save();
    this.changed();
    const isShown = (): boolean => this.running === running;
    return {
      kind,
      signal: AbortSignal.any([signal, stop.signal]),
      news: (news) => {
        if (isShown()) this.#hear(news);
      },
      said: (step, line) => {
        if (isShown()) this.say(step, line);
      },
      end: (change, thrown) => {
        if (isShown()) this.#end(change, thrown);
        finish();
      },
    };
  }

  say(step: string, line: string): void {
    const text = redact(line.length > longestLine ? `${line.slice(0, longestLine)}…` : line);
    const lines = [...this.lines, { step, at: this.clock(), text }];
    const over = Math.max(0, lines.length - mostLines);
    this.lines = over === 0 ? lines : lines.slice(over);
    this.dropped += over;
    this.changed();
  }

  /** Of somebody else, or of another machine. */
  find(published: KnownPublished): void {
    this.#publish(published);
    this.#save();
    this.changed();
  }

  #publish(published: KnownPublished): void {
    if (this.published !== undefined && this.published.sha256 !== published.sha256) this.before = this.published;
    this.published = published;
  }

  keepLineEnds(convert: boolean): void {
    this.lineEnds = convert;
    this.#save();
    this.changed();
  }

  /** Somebody looks at it; ends with the returned function. */
  watch(): () => void {
    this.watched++;
    return () => void this.watched--;
  }

  #clear(): void {
    this.lines = [];
    this.dropped = 0;
    this.log++;
  }

  #hear({ step, state, detail, share }: StepNews): void {
    const now = this.clock();
    this.steps = this.steps.map((each): StepSight => {
      if (each.id !== step) return each;
      const since = each.since ?? now;
      const { id, title } = each;
      const known = { id, title, detail: redact(detail ?? each.detail), state };
      if (state === 'running') return { ...known, since, ...(share === undefined ? {} : { share }) };
      return { ...known, ms: now - since };
    });
    this.changed();
  }

  #end(change: Parameters<Run['end']>[0], thrown: unknown): void {
    this.running = undefined;
    const error = thrown === undefined ? undefined : asGridError(thrown);
    this.error = error?.kind === 'cancelled' ? undefined : error;
    if (error?.kind === 'cancelled') this.#settle('running', 'failed');
    else if (error !== undefined) this.#fail(error);
    if (change.built !== undefined) this.built = change.built;
    if (change.published !== undefined) this.#publish(change.published);
    this.#save();
    this.changed();
  }

  /** What was under way is not any more. */
  #settle(...ended: readonly StepState[]): void {
    this.steps = this.steps.map((step) => (ended.includes(step.state) ? { ...step, state: 'cancelled', detail: 'cancelled' } : step));
  }

  /** What went wrong before its step could say so. */
  #fail({ message }: GridError): void {
    if (this.steps.some(({ state }) => state === 'failed')) return;
    const at = this.steps.findIndex(({ state }) => state !== 'done');
    this.steps = this.steps.map((step, k) => (k === at ? { ...step, state: 'failed', detail: redact(message) } : step));
  }

  #saving = Promise.resolve();

  /** One after the other. Not awaited: what cannot be kept is shown all the same. */
  #save(): void {
    this.#saving = this.#saving.then(async () => {
      const { uri, steps, built, published, before, running, lineEnds } = this;
      const kept: Kept = {
        ...{ version: 1, uri, steps, lineEnds },
        ...(built === undefined ? {} : { built }),
        ...(published === undefined ? {} : { published }),
        ...(before === undefined ? {} : { before }),
        ...(running === undefined ? {} : { running: { kind: running.kind, pid } }),
      };
      try {
        await mkdir(join(this.file, '..'), { recursive: true });
        await writeFile(`${this.file}.part`, JSON.stringify(kept));
        await rename(`${this.file}.part`, this.file);
      } catch (error) {
        debug(`What is known of the sandbox of ${uri} could not be kept: ${String(error)}`);
      }
    });
  }
}

function isAlive(process: number): boolean {
  if (process === pid) return false;
  try {
    globalThis.process.kill(process, 0);
    return true;
  } catch {
    return false;
  }
}
