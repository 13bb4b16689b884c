/**
 * What every practice stager has: requests that live by a clock, the fate of files, mishaps that wait for their call, and
 * a log. Which protocol it speaks is for those who extend it.
 */
import { Mishaps, type AnyMishap } from './stagerMishap';
import { livelyPace, Recall, Refusal, type Outcome, type Pace, type Situation, type World } from './stagerRecall';

export interface PracticeOptions {
  readonly pace?: Partial<Pace>;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** A free one when absent. */
  readonly port?: number;
}

export interface RequestView extends Situation {
  readonly id: number;
  readonly user: string;
  readonly links: readonly string[];
  readonly notify: boolean;
}

export abstract class Practice<Entry, Quirks extends object, M extends AnyMishap> {
  /** Where clients call. */
  url = '';
  /** Root of the control door. */
  control = '';
  readonly log: Entry[] = [];
  /** The most files one account has ever had in flight. */
  peak = 0;
  readonly recalls = new Map<number, Recall>();
  quirks: Quirks;
  protected readonly mishaps = new Mishaps<M>();
  /** Answers held back; ended with the server. */
  protected readonly timers = new Set<NodeJS.Timeout>();
  #outcomes: { pattern: string | RegExp; outcome: Outcome }[] = [];
  #offset = 0;
  #nextId = 100_001;
  readonly #pace: Pace;

  constructor(
    private readonly given: PracticeOptions,
    private readonly noQuirks: Quirks,
    readonly kinds: readonly string[],
  ) {
    this.#pace = { ...livelyPace, ...given.pace };
    this.quirks = noQuirks;
  }

  get now(): number {
    return (this.given.clock ?? Date.now)() + this.#offset;
  }

  get world(): World {
    return {
      now: this.now,
      pace: this.#pace,
      outcomeOf: (link) =>
        this.#outcomes.findLast(({ pattern }) => (typeof pattern === 'string' ? link.includes(pattern) : pattern.test(link)))?.outcome ??
        'online',
    };
  }

  /** All requests as they are at this moment. */
  get requests(): readonly RequestView[] {
    const world = this.world;
    return [...this.recalls.values()].map((recall) => ({
      id: recall.id,
      user: recall.user,
      links: recall.links,
      notify: recall.notify,
      ...recall.at(world),
    }));
  }

  /** What becomes of links that hold the text or match; the last word counts. */
  outcome(pattern: string | RegExp, outcome: Outcome): void {
    this.#outcomes.push({ pattern, outcome });
  }

  /** Mishaps for the calls to come; the first one that fits a call befalls it. */
  fault(...mishaps: readonly M[]): void {
    for (const mishap of mishaps) this.mishaps.add(mishap);
  }

  /** Takes back all mishaps. */
  heal(): void {
    this.mishaps.clear();
  }

  quirk(quirks: Partial<Quirks>): void {
    this.quirks = { ...this.quirks, ...quirks };
  }

  hold(id: number): void {
    const recall = this.recalls.get(id);
    if (recall === undefined) throw new Refusal(`there is no request ${id}`);
    recall.hold(this.now);
  }

  /** Moves the stager's clock forward. */
  advance(ms: number): void {
    this.#offset += ms;
  }

  /** As freshly started; users, pace and the count of ids stay. */
  reset(): void {
    this.log.length = 0;
    this.peak = 0;
    this.recalls.clear();
    this.mishaps.clear();
    this.#outcomes = [];
    this.#offset = 0;
    this.quirks = this.noQuirks;
  }

  add(user: string, links: readonly string[], notify: boolean): number {
    const id = this.#nextId++;
    this.recalls.set(id, new Recall(id, user, links, notify, this.now));
    this.peak = Math.max(this.peak, this.#inFlight(user));
    return id;
  }

  /** Files that this account's requests are still waiting for. */
  #inFlight(user: string): number {
    const { world } = this;
    return [...this.recalls.values()].reduce((sum, recall) => {
      const { status, online, failed } = recall.at(world);
      return recall.user !== user || status === 'aborted' ? sum : sum + recall.links.length - online.length - failed.length;
    }, 0);
  }
}
