/**
 * Sends drafts, one after the other for each stager: as many files in flight as the archive asks for, with the pause it
 * asks for, and each part by one window only.
 *
 * A part goes out in this order: "submitting" on disk, then the claim (a file that can be made once), then the call, then
 * its outcome on disk. So a window that dies leaves one of three things, and all of them can be told apart by another
 * window: no claim (surely nothing was sent), a claim without outcome (it may have been received: reconcile.ts finds
 * out), or the outcome.
 */
import { asGridError, GridError } from '../errors';
import type { CallOptions, Stager } from '../ports';
import type { Book } from './book';
import type { UncertainEvent } from './event';
import { claimOf, longestBackOffMs, standing, type PartRecord } from './part';
import { inFlight } from './request';

export interface Limits {
  /** Files that may be in flight for one stager. */
  readonly filesInFlight: number;
  /** Pause between two submits to one stager. */
  readonly secondsBetweenSubmits: number;
  /** How long one call may take; ms. */
  readonly callMs: number;
}

export interface SubmitPorts {
  readonly open: (name: string) => Promise<Stager>;
  readonly book: Book;
  readonly limits: () => Limits;
  /** Hears of a stager that did not take a part for reasons that are not the part's. */
  readonly blame: (stager: string, error: GridError) => void;
  readonly praise: (stager: string) => void;
}

/** Why the drafts of a stager wait, and how long at least. */
export interface Waiting {
  readonly reason: 'room' | 'pause' | 'trouble' | 'later';
  /** ms; undefined where only news of the stager can end it. */
  readonly ms?: number;
}

export interface PumpOptions extends CallOptions {
  /** Before each submit. */
  readonly progress?: (part: PartRecord) => void;
  /** A person wants it now: what stopped it before is tried again. */
  readonly urgent?: boolean;
}

/** Said to a stager that was asked to stop in the middle of a submit: nothing, since the answer carries the id. */
const never = new AbortController().signal;
const minuteMs = 60_000;

export class Submitter {
  readonly #running = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, Waiting>();
  /** By stager: since when and for how long it is left alone, because it did not take the last part. */
  readonly #blocked = new Map<string, { readonly at: number; readonly ms: number; readonly failures: number }>();
  /** Parts that this window is sending at this moment. */
  readonly sending = new Set<string>();
  /** By part: what this window's own submit came to. */
  readonly outcomes = new Map<string, GridError>();

  constructor(private readonly ports: SubmitPorts) {}

  /** Why drafts wait, by stager. */
  get waiting(): ReadonlyMap<string, Waiting> {
    return this.#waiting;
  }

  /** Sends what may go now. Resolves when nothing more may; what went wrong is in the requests and in `outcomes`. */
  async pump(options: PumpOptions): Promise<void> {
    const names = new Set(this.#drafts().map((part) => part.stager));
    for (const name of this.#waiting.keys()) if (!names.has(name)) this.#waiting.delete(name);
    await Promise.all([...names].map((name) => this.#pumpOne(name, options)));
  }

  /** Writes down of which submits nobody will hear any more, so that they are looked for. */
  async doubt(): Promise<void> {
    const { book } = this.ports;
    for (const part of book.memory.parts) {
      const { state, turn } = standing(part, book.clock());
      if (state !== 'overdue') continue;
      const at = book.clock();
      if (await book.journal.claimed(claimOf(part.key, turn))) await book.note(doubtOf(part, turn, at));
      else if (part.dropped !== undefined) await book.note({ e: 'dropped', at, part: part.key, turn: turn + 1 });
    }
  }

  /** One pump a stager: a second one waits for the first, then looks again. */
  async #pumpOne(name: string, options: PumpOptions): Promise<void> {
    const before = this.#running.get(name) ?? Promise.resolve();
    const mine = before.then(() => this.#drain(name, options));
    const settled = mine.catch(() => undefined);
    this.#running.set(name, settled);
    await mine;
    if (this.#running.get(name) === settled) this.#running.delete(name);
  }

  async #drain(name: string, options: PumpOptions): Promise<void> {
    if (options.urgent) this.#blocked.delete(name);
    while (!options.signal.aborted) {
      await this.ports.book.sync(options);
      if (this.ports.book.newer) return;
      const next = this.#next(name);
      if (next === undefined) {
        this.#waiting.delete(name);
        return;
      }
      if ('reason' in next) {
        this.#waiting.set(name, next);
        return;
      }
      options.progress?.(next);
      if (!(await this.#submit(next, options))) {
        const failures = (this.#blocked.get(name)?.failures ?? 0) + 1;
        const ms = this.outcomes.get(next.key)?.retryAfterMs ?? Math.min(30, 2 ** (failures - 1)) * minuteMs;
        this.#blocked.set(name, { at: this.ports.book.clock(), ms, failures });
        this.#waiting.set(name, { reason: 'trouble', ms });
        return;
      }
      this.#blocked.delete(name);
    }
  }

  #drafts(): readonly PartRecord[] {
    const now = this.ports.book.clock();
    return this.ports.book.memory.parts.filter((part) => {
      const { state } = standing(part, now);
      return state === 'draft' || (state === 'overdue' && part.dropped === undefined);
    });
  }

  /** The part whose turn it is, or why none may go. */
  #next(name: string): PartRecord | Waiting | undefined {
    const { book, limits } = this.ports;
    const now = book.clock();
    const drafts = this.#drafts().filter((part) => part.stager === name);
    if (drafts.length === 0) return undefined;
    const blocked = this.#blocked.get(name);
    const left = blocked === undefined ? 0 : pauseLeft(blocked.at, now, blocked.ms);
    if (left > 0) return { reason: 'trouble', ms: left };
    // A clock that was set back must not turn a back-off into days.
    const ready = drafts.find((part) => part.notBefore <= now || part.notBefore - now > longestBackOffMs);
    if (ready === undefined) return { reason: 'later', ms: Math.min(...drafts.map((part) => part.notBefore)) - now };
    const { filesInFlight, secondsBetweenSubmits } = limits();
    const used = book.requests.filter((request) => request.stager === name).reduce((sum, request) => sum + inFlight(request), 0);
    // A part that is larger than all the room there can be goes alone.
    if (used > 0 && used + ready.links.length > filesInFlight) return { reason: 'room' };
    const pause = pauseLeft(this.#lastSubmit(name), now, secondsBetweenSubmits * 1000);
    return pause > 0 ? { reason: 'pause', ms: pause } : ready;
  }

  #lastSubmit(name: string): number {
    const times = this.ports.book.memory.parts
      .filter((part) => part.stager === name)
      .flatMap((part) => part.turns.map((turn) => turn?.submittedAt ?? 0));
    return times.reduce((a, b) => Math.max(a, b), 0);
  }

  /** False when the stager should be left alone for a while. */
  async #submit(part: PartRecord, options: CallOptions): Promise<boolean> {
    const { book, open, limits, praise } = this.ports;
    const { key, stager: name, links, notify } = part;
    const { state, turn } = standing(part, book.clock());
    this.outcomes.delete(key);
    this.sending.add(key);
    let claimed = false;
    try {
      if (state === 'overdue' && (await book.journal.claimed(claimOf(key, turn)))) {
        await book.note(doubtOf(part, turn, book.clock()));
        return true;
      }
      const stager = await open(name);
      const at = book.clock();
      await book.write({ e: 'submitting', at, part: key, turn, until: at + limits().callMs });
      // Somebody else sends it at this moment and writes down what comes of it.
      claimed = await book.journal.claim(claimOf(key, turn));
      if (!claimed) return true;
      if (options.signal.aborted) throw new GridError('cancelled', 'Cancelled before it was sent.');
      const id = await stager.submit(links, { signal: never, notify });
      const unsaved = await book.note({ e: 'made', at: book.clock(), part: key, id });
      if (unsaved !== undefined) this.outcomes.set(key, unwritten(id, unsaved));
      praise(name);
      return true;
    } catch (thrown) {
      return await this.#failed(part, turn, claimed, asGridError(thrown));
    } finally {
      this.sending.delete(key);
    }
  }

  /** Only the window that had the right to send may say what came of it. */
  async #failed(part: PartRecord, turn: number, claimed: boolean, error: GridError): Promise<boolean> {
    const { book, blame } = this.ports;
    const { key, stager } = part;
    const at = book.clock();
    this.outcomes.set(key, error);
    if (claimed && error.uncertain) {
      await book.note({ e: 'uncertain', at, part: key, turn, message: error.message });
    } else if (claimed) {
      await book.note({ e: 'refused', at, part: key, turn, lasting: error.kind === 'rejected', kind: error.kind, message: error.message });
    }
    if (error.kind === 'cancelled') return true;
    // "Not this part" is no reason to leave the stager alone.
    if (error.kind === 'rejected') return true;
    // The disk does not take it: nothing was sent, and the stager is well.
    if (error.kind === 'toolFailed') return false;
    blame(stager, error);
    return false;
  }
}

function doubtOf({ key }: PartRecord, turn: number, at: number): UncertainEvent {
  return { e: 'uncertain', at, part: key, turn, message: 'Its window ended before the stager answered.' };
}

/** What is left of a pause; a moment that lies in the future by more than the pause was told by a clock since set back. */
function pauseLeft(since: number, now: number, pauseMs: number): number {
  return since === 0 || since > now + pauseMs ? 0 : Math.max(0, since + pauseMs - now);
}

function unwritten(id: string, cause: GridError): GridError {
  return new GridError(cause.kind, `Request ${id} was made, but it could not be written down: ${cause.message}`, {
    hint: 'Note the id. It is written down as soon as the disk takes it, and forgotten when this window closes before.',
    cause,
  });
}
