/** Asks the stagers for news, one poll each for all that is live, and remembers which of them do not answer. */
import { asGridError, type GridError } from '../errors';
import type { CallOptions, RequestReport, Stager } from '../ports';
import type { Book } from './book';
import type { StagingEvent } from './event';
import { reconcile, uncertainParts, type Doubt } from './reconcile';
import { applyReport, isLive, isNews, newsOf, type StagingRequest } from './request';

/** A stager that did not answer when it was last asked. */
export interface StagerTrouble {
  readonly error: GridError;
  /** Since when it has failed without a break; ms since 1970. */
  readonly since: number;
  /** Polls in a row that failed. */
  readonly failures: number;
}

export class Inquiry {
  readonly #troubles = new Map<string, StagerTrouble>();
  readonly #doubts = new Map<string, ReadonlyMap<string, Doubt>>();
  /** Set by each action; a poll that was sent before it must not undo what it did. */
  readonly #touched = new Map<string, number>();
  #step = 0;

  constructor(
    private readonly book: Book,
    private readonly open: (name: string) => Promise<Stager>,
    /** Parts that this window is sending at this moment. */
    private readonly sending: ReadonlySet<string>,
  ) {}

  get troubles(): ReadonlyMap<string, StagerTrouble> {
    return this.#troubles;
  }

  /** What a listing told of a part that may have been received. */
  doubt(request: StagingRequest): Doubt | undefined {
    return this.#doubts.get(request.stager)?.get(request.key);
  }

  /** Something is being done to a request: answers under way know nothing of it. */
  touch(key: string): void {
    this.#touched.set(key, ++this.#step);
  }

  /** Asks every stager of which something is live or uncertain; first looks for what is uncertain. Failures are in `troubles`. */
  async ask(options: CallOptions): Promise<void> {
    const { requests, clock } = this.book;
    const now = clock();
    const live = requests.filter((request) => isLive(request, now));
    const unsure = requests.filter((request) => request.uncertain === true || request.state === 'submitting');
    const names = new Set([...live, ...unsure].map((request) => request.stager));
    const drafting = new Set(requests.filter((request) => request.state === 'draft').map((request) => request.stager));
    for (const name of this.#troubles.keys()) if (!names.has(name) && !drafting.has(name)) this.#troubles.delete(name);
    await Promise.all([...names].map((name) => this.#ask(name, live, options)));
  }

  async #ask(name: string, live: readonly StagingRequest[], options: CallOptions): Promise<void> {
    try {
      const stager = await this.open(name);
      const parts = uncertainParts(this.book, name, this.sending);
      if (parts.length > 0)
        this.#doubts.set(
          name,
          await reconcile(this.book, name, stager, parts, this.#doubts.get(name) ?? new Map<string, Doubt>(), options),
        );
      await this.#poll(
        name,
        stager,
        live.filter((request) => request.stager === name),
        options,
      );
    } catch (thrown) {
      this.blame(name, thrown);
    }
  }

  async #poll(name: string, stager: Stager, requests: readonly StagingRequest[], options: CallOptions): Promise<void> {
    const asked = this.#step;
    const answer = await stager.poll(requests.map(toQuery), options);
    this.#troubles.delete(name);
    const news: StagingEvent[] = [];
    for (const request of requests) {
      const report = answer.get(request.id);
      if (report === undefined) continue;
      if (report instanceof Error) this.blame(name, report);
      else if ((this.#touched.get(request.key) ?? 0) <= asked) news.push(...this.#newsIn(request, report));
    }
    // One line for a whole poll: a hundred requests are not a hundred waits for the disk.
    if (news.length > 0) await this.book.note(...news);
  }

  /** What is to be written down of what a stager tells of a request. Only changes: a quiet night costs the home's file server nothing. */
  #newsIn(request: StagingRequest, report: RequestReport): readonly StagingEvent[] {
    const { memory } = this.book;
    if (memory.isForgotten(request.key)) return []; // forgotten while the poll was under way
    const now = this.book.clock();
    this.book.heard(request.key, now);
    const events: StagingEvent[] = [];
    // The request as it is at this moment, not as it was when the question was sent.
    let present = this.book.find(request.key) ?? request;
    if (present.files.length === 0 && report.files !== undefined && report.files.size > 0) {
      // The stager has told the links of a request made elsewhere.
      const { stager, id, site, createdAt: at, campaigns } = present;
      const links = [...report.files.keys()];
      events.push({ e: 'adopted', at, stager, id, site, links, campaign: campaigns[0] ?? '', life: memory.lifeOf(present.key) });
      present = { ...present, files: links.map((link) => ({ link, state: 'unknown' })) };
    }
    const after = applyReport(present, report, now);
    if (events.length > 0 || isNews(present, after)) events.push(newsOf(after, (memory.standing(present.key)?.news.n ?? 0) + 1));
    return events;
  }

  /** Takes in what a stager tells of a request. */
  async hear(request: StagingRequest, report: RequestReport): Promise<void> {
    const events = this.#newsIn(request, report);
    if (events.length > 0) await this.book.note(...events);
  }

  /** Remembers that a stager failed, and since when; a cancel is no failure. */
  blame(name: string, thrown: unknown): void {
    const error = asGridError(thrown);
    if (error.kind === 'cancelled') return;
    const before = this.#troubles.get(name);
    this.#troubles.set(name, { error, since: before?.since ?? this.book.clock(), failures: (before?.failures ?? 0) + 1 });
  }

  /** A stager that has answered is well. */
  praise(name: string): void {
    this.#troubles.delete(name);
  }
}

function toQuery(request: StagingRequest) {
  return {
    id: request.id,
    links: request.files.map((file) => file.link),
    online: request.files.filter((file) => file.state === 'online').length,
  };
}
