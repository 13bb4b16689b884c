/**
 * The desk's book: what the journal says, what this window has just learned, and the requests that follow from both. An
 * event that a request hangs on is on disk before it counts; news count at once and are written as soon as the disk
 * takes them.
 */
import { asGridError, GridError } from '../errors';
import type { CallOptions, Clock, Journal } from '../ports';
import type { StagingEvent } from './event';
import { Memory, type Standing } from './memory';
import { standing, type PartRecord, type PartState } from './part';
import { requestKey, requestOfAdopted, requestOfPart, withNews, type StagingRequest } from './request';

interface Made {
  readonly from: object;
  readonly standing: Standing | undefined;
  readonly state: PartState | undefined;
  readonly request: StagingRequest;
}

export class Book {
  readonly memory = new Memory();
  /** Known here and not on disk yet. */
  #unsaved: StagingEvent[] = [];
  #problems: readonly string[] = [];
  #newer = false;
  readonly #made = new Map<string, Made>();
  readonly #checked = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #requests: readonly StagingRequest[] | undefined;
  #requestsUntil = 0;

  constructor(
    readonly journal: Journal,
    readonly clock: Clock,
  ) {}

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    this.#requests = undefined;
    for (const listener of this.#listeners) listener();
  }

  /** What of the journal cannot be used, one sentence each. */
  get problems(): readonly string[] {
    if (!this.#newer) return this.#problems;
    return [
      ...this.#problems,
      'A newer Grid Workbench writes to the same journal. Nothing is submitted from here until this one is updated too.',
    ];
  }

  /** A newer version writes here too: what it submits cannot be seen, so nothing may be submitted. */
  get newer(): boolean {
    return this.#newer;
  }

  /** Reads what other windows have written, and writes what could not be written before. */
  async sync(options: CallOptions): Promise<void> {
    await this.#save();
    const { events, problems, newer } = await this.journal.read(options).catch((thrown: unknown) => {
      const error = asGridError(thrown);
      if (error.kind === 'cancelled') throw error;
      return { events: [], problems: [error.sentence], newer: this.#newer };
    });
    for (const event of events) this.memory.apply(event);
    const news = events.length > 0 || newer !== this.#newer || problems.join('\n') !== this.#problems.join('\n');
    this.#problems = problems;
    this.#newer = newer;
    if (news) this.changed();
  }

  /** Written first, then true: rejects when the disk does not take it, and nothing has happened. */
  async write(...events: readonly StagingEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.journal.append(events);
    for (const event of events) this.memory.apply(event);
    this.changed();
  }

  /** True at once, because it has happened out there; the error when the disk does not take it now. */
  async note(...events: readonly StagingEvent[]): Promise<GridError | undefined> {
    for (const event of events) this.memory.apply(event);
    this.#unsaved.push(...events);
    this.changed();
    return this.#save();
  }

  async #save(): Promise<GridError | undefined> {
    const events = this.#unsaved;
    if (events.length === 0) return undefined;
    this.#unsaved = [];
    try {
      await this.journal.append(events);
      return undefined;
    } catch (thrown) {
      this.#unsaved = [...events, ...this.#unsaved];
      return asGridError(thrown);
    }
  }

  /** Remembers when a stager was last heard about a request; not written down. */
  heard(key: string, at: number): void {
    this.#checked.set(key, at);
    this.#requests = undefined;
  }

  /** All requests, drafts too, newest first. The same objects as long as nothing has changed about them. */
  get requests(): readonly StagingRequest[] {
    const now = this.clock();
    // A submit without an answer changes its state by time alone.
    if (this.#requests !== undefined && Math.abs(now - this.#requestsUntil) < 1000) return this.#requests;
    const requests: StagingRequest[] = [];
    for (const part of this.memory.parts) requests.push(...this.#ofPart(part, now));
    for (const event of this.memory.adopted) {
      const key = requestKey(event);
      if (!requests.some((request) => request.key === key)) requests.push(this.#keep(key, event, undefined, () => requestOfAdopted(event)));
    }
    this.#requestsUntil = now;
    this.#requests = requests.sort((a, b) => b.createdAt - a.createdAt || (a.key < b.key ? 1 : -1));
    return this.#requests;
  }

  #ofPart(part: PartRecord, now: number): StagingRequest[] {
    if (part.made.length === 0) {
      const { state } = standing(part, now);
      if (state === 'dropped') return [];
      return [this.#keep(part.key, part, state, () => requestOfPart(part, undefined, now))].filter((each) => each !== undefined);
    }
    return part.made.flatMap((made) => {
      const key = requestKey({ stager: part.stager, id: made.id });
      return this.memory.isForgotten(key) ? [] : [this.#keep(key, part, 'made', () => requestOfPart(part, made, now))];
    });
  }

  #keep(key: string, from: object, state: PartState | undefined, make: () => StagingRequest | undefined): StagingRequest {
    const heard = this.memory.standing(key);
    const known = this.#made.get(key);
    const checkedAt = this.#checked.get(key) ?? heard?.news.at ?? 0;
    if (known?.from === from && known.standing === heard && known.state === state) {
      return known.request.checkedAt === checkedAt ? known.request : this.#remember(key, known, { ...known.request, checkedAt });
    }
    const bare = make() ?? unmade(key);
    const request = { ...(heard === undefined ? bare : withNews(bare, heard.news)), checkedAt };
    // What stays the same keeps its array, so that "nothing has moved" is one comparison for whoever draws it.
    const files = known !== undefined && sameFiles(known.request, request) ? known.request.files : request.files;
    return this.#remember(key, { from, standing: heard, state }, { ...request, files });
  }

  #remember(key: string, rest: Omit<Made, 'request'>, request: StagingRequest): StagingRequest {
    this.#made.set(key, { from: rest.from, standing: rest.standing, state: rest.state, request });
    return request;
  }

  find(key: string): StagingRequest | undefined {
    return this.requests.find((request) => request.key === key);
  }
}

function unmade(key: string): never {
  throw new GridError('malformed', `The part ${key} is neither a request nor waiting to be one.`);
}

function sameFiles(a: StagingRequest, b: StagingRequest): boolean {
  return (
    a.files.length === b.files.length &&
    a.files.every((file, index) => {
      const other = b.files[index];
      return file.link === other?.link && file.state === other.state && file.message === other.message;
    })
  );
}
