/**
 * One request of the practice stager: which of its files are online at a given moment. State is computed from the clock,
 * never kept, so a test that moves the clock sees what an operator would see hours later.
 */

/** How long each step takes, in milliseconds. */
export interface Pace {
  readonly newMs: number;
  readonly scheduledMs: number;
  /** Between one file and the next; files come in the order of the list. */
  readonly perFileMs: number;
  /** How long a finished request stays in `getprogress`. */
  readonly goneMs: number;
}

export const livelyPace: Pace = { newMs: 4_000, scheduledMs: 6_000, perFileMs: 1_500, goneMs: 600_000 };

/** What becomes of a file; `never` keeps its request in progress for ever, `lost` fails because nothing is left of it. */
export type Outcome = 'online' | 'failed' | 'lost' | 'never';
export const outcomes: readonly Outcome[] = ['online', 'failed', 'lost', 'never'];

/** The stager's status words. */
export type Status = 'new' | 'scheduled' | 'in progress' | 'on hold' | 'aborted' | 'failed' | 'success' | 'partial success';

/** A refusal, which becomes an XML-RPC fault. */
export class Refusal extends Error {}

/** What is outside of a request and decides about it. */
export interface World {
  readonly now: number;
  readonly pace: Pace;
  readonly outcomeOf: (link: string) => Outcome;
}

export interface Situation {
  readonly status: Status;
  readonly online: readonly string[];
  readonly failed: readonly string[];
  /** No longer in `getprogress`. */
  readonly gone: boolean;
}

export class Recall {
  #startedAt: number;
  /** The moment at which a request on hold, or an aborted one, stood still. */
  #frozenAt: number | undefined;
  #frozenAs: 'on hold' | 'aborted' = 'on hold';
  #released = false;
  /** Files online before the request was started again. */
  #kept: ReadonlySet<string> = new Set();

  constructor(
    readonly id: number,
    readonly user: string,
    readonly links: readonly string[],
    readonly notify: boolean,
    now: number,
  ) {
    this.#startedAt = now;
  }

  at(world: World): Situation {
    const elapsed = (this.#frozenAt ?? world.now) - this.#startedAt;
    const { online, failed, settledMs } = this.#files(world, elapsed);
    const ended = online.length + failed.length === this.links.length;
    const status = this.#frozenAt !== undefined ? this.#frozenAs : ended ? endWord(online, failed) : runningWord(elapsed, world.pace);
    const gone = this.#released || (this.#frozenAt === undefined && ended && elapsed >= settledMs + world.pace.goneMs);
    return { status, online: this.#released ? [] : online, failed, gone };
  }

  #files({ pace, outcomeOf }: World, elapsed: number) {
    const online: string[] = [];
    const failed: string[] = [];
    let settledMs = pace.newMs + pace.scheduledMs;
    for (const link of this.links) {
      if (this.#kept.has(link)) {
        online.push(link);
        continue;
      }
      settledMs += pace.perFileMs;
      const outcome = outcomeOf(link);
      if (elapsed < settledMs || outcome === 'never') continue;
      (outcome === 'online' ? online : failed).push(link);
    }
    return { online, failed, settledMs };
  }

  /** Stands still until it is started again; what maintenance does. */
  hold(now: number): void {
    this.#freeze(now, 'on hold');
  }

  /** Ends a running request; releases the files of one that has ended. */
  abort(world: World): void {
    const { status } = this.at(world);
    if (['success', 'partial success', 'failed', 'aborted'].includes(status)) this.#released = true;
    else this.#freeze(world.now, 'aborted');
  }

  #freeze(now: number, as: 'on hold' | 'aborted'): void {
    this.#frozenAt ??= now;
    this.#frozenAs = as;
  }

  /** Starts again what stands still or has failed; files that are online stay so. */
  reschedule(world: World): void {
    const { status, online } = this.at(world);
    if (!['on hold', 'aborted', 'failed', 'partial success'].includes(status))
      throw new Refusal(`request ${this.id} is ${status} and cannot be rescheduled`);
    this.#kept = new Set(online);
    this.#released = false;
    this.#frozenAt = undefined;
    this.#startedAt = world.now;
  }
}

function runningWord(elapsed: number, pace: Pace): Status {
  if (elapsed < pace.newMs) return 'new';
  return elapsed < pace.newMs + pace.scheduledMs ? 'scheduled' : 'in progress';
}

function endWord(online: readonly string[], failed: readonly string[]): Status {
  if (failed.length === 0) return 'success';
  return online.length === 0 ? 'failed' : 'partial success';
}
