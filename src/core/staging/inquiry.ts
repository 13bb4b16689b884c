/** Asks the stagers for news, one poll each for all that is live, and remembers which of them do not answer. */
import { asGridError, type GridError } from '../errors';
import type { CallOptions, RequestReport, Stager } from '../ports';
import type { Book } from './book';
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
    const names = new Set([...live, ...requests.filter((request) => request.uncertain)].map((request) => request.stager));
    const drafting = new Set(requests.filter((request) => request.state === 'draft').map((request) => request.stager));
    for (const name of this.#troubles.keys()) if (!names.has(name) && !drafting.has(name)) this.#troubles.delete(name);
    await Promise.all([...names].map((name) => this.#ask(name, live, options)));
  }

  async #ask(name: string, live: readonly StagingRequest[], options: CallOptions): Promise<void> {
    try {
      const stager = await this.open(name);
      if (uncertainParts(this.book, name).length > 0)
        this.#doubts.set(name, await reconcile(this.book, name, stager, this.#doubts.get(name) ?? new Map<string, Doubt>(), options));
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
    for (const request of requests) {
      const report = answer.get(request.id);
      if (report === undefined) continue;
      if (report instanceof Error) this.blame(name, report);
      else if ((this.#touched.get(request.key) ?? 0) <= asked) await this.hear(request, report);
    }
  }

  /** Takes in what a stager tells of a request, and writes it down when it is news. */
  async hear(before: StagingRequest, report: RequestReport): Promise<void> {
    const { book } = this;
    if (book.memory.isForgotten(before.key)) return; // forgotten while the poll was under way
    const now = book.clock();
    book.heard(before.key, now);
    if (before.files.length === 0 && report.files !== undefined && report.files.size > 0) {
      // The stager has told the links of a request made elsewhere.
      const { stager, id, site } = before;
      const links = [...report.files.keys()];
      await book.note({
        e: 'adopted',
        at: before.createdAt,
        stager,
        id,
        site,
        links,
        campaign: before.campaigns[0] ?? '',
        life: book.memory.lifeOf(before.key),
      });
    }
    const present = book.find(before.key) ?? before;
    const after = applyReport(present, report, now);
    // Only changes are written: a quiet night costs the home's file server nothing.
    if (isNews(present, after)) await book.note(newsOf(after, (book.memory.standing(before.key)?.news.n ?? 0) + 1));
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
