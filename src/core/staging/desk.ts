/**
 * The desk: makes requests, remembers them, asks the stagers for news. It knows no editor and no protocol; the face
 * tells it when to ask (pace.ts) and hears of each change.
 */
import { asGridError, GridError } from '../errors';
import type { CallOptions, Clock, Ledger, Stager } from '../ports';
import type { Part } from './plan';
import { applyReport, isLive, newRequest, requestKey, type StagingRequest } from './request';

export interface DeskPorts {
  /** The stager of that name, signed in; rejects with what is missing. */
  open(name: string): Promise<Stager>;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** A stager that did not answer when it was last asked. */
export interface StagerTrouble {
  readonly error: GridError;
  /** Since when it has failed without a break; ms since 1970. */
  readonly since: number;
  /** Polls in a row that failed. */
  readonly failures: number;
}

/** What became of one part of a plan. */
export type Submission =
  | { readonly part: Part; readonly request: StagingRequest; readonly warning?: GridError }
  | { readonly part: Part; readonly error: GridError };

/** Said to a stager that was asked to stop in the middle of a submit: nothing, since the answer carries the id. */
const never = new AbortController().signal;

export class Desk {
  readonly #known = new Map<string, StagingRequest>();
  readonly #troubles = new Map<string, StagerTrouble>();
  readonly #listeners = new Set<() => void>();
  /** Keys of requests that are not on disk: a save is under way, or has failed. */
  readonly #unwritten = new Set<string>();
  #refreshing: Promise<void> | undefined;
  #problems: readonly string[] = [];
  /** Set by each action; a poll that was sent before it must not undo what it did. */
  readonly #touched = new Map<string, number>();
  #step = 0;

  constructor(private readonly ports: DeskPorts) {}

  /** Calls back after each change of requests or troubles; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All requests, newest first. */
  get requests(): readonly StagingRequest[] {
    return [...this.#known.values()].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  }

  get troubles(): ReadonlyMap<string, StagerTrouble> {
    return this.#troubles;
  }

  /** Records that could not be read at the last load, one sentence each. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  find(stager: string, id: string): StagingRequest | undefined {
    return this.#known.get(requestKey({ stager, id }));
  }

  /** Reads what is on record: at start, and before each poll, because other windows make requests too. */
  async load(options: CallOptions): Promise<void> {
    // What is recorded while the folder is being read is not "gone" from it.
    const settled = [...this.#known.keys()].filter((key) => !this.#unwritten.has(key));
    const { requests, problems } = await this.ports.ledger.load(options);
    this.#problems = problems;
    const onRecord = new Set<string>();
    for (const request of requests) {
      const key = requestKey(request);
      onRecord.add(key);
      const mine = this.#known.get(key);
      if (mine === undefined || request.checkedAt > mine.checkedAt) this.#known.set(key, request);
    }
    // Forgotten by another window. What could never be written down stays while this window lives.
    for (const key of settled) if (!onRecord.has(key)) this.#known.delete(key);
    this.#changed();
  }

  /**
   * Submits parts one after the other. A part that fails does not hold up the next; a cancel keeps what was made and
   * leaves out the rest. An answer that is under way is always waited for: it carries the id.
   */
  async submit(
    parts: readonly Part[],
    options: CallOptions & { readonly notify: boolean; readonly progress?: (done: number, part: Part) => void },
  ): Promise<readonly Submission[]> {
    const submissions: Submission[] = [];
    for (const [index, part] of parts.entries()) {
      if (options.signal.aborted) break;
      options.progress?.(index, part);
      submissions.push(await this.#submitPart(part, options.notify));
    }
    return submissions;
  }

  async #submitPart(part: Part, notify: boolean): Promise<Submission> {
    try {
      const stager = await this.ports.open(part.stager);
      const id = await stager.submit(part.links, { signal: never, notify });
      const request = newRequest(part, id, this.ports.clock());
      const warning = await this.#record(request);
      return warning === undefined ? { part, request } : { part, request, warning };
    } catch (thrown) {
      return { part, error: asGridError(thrown) };
    }
  }

  /** Keeps a request in memory and on disk; a disk that refuses is told, not thrown: the request exists all the same. */
  async #record(request: StagingRequest): Promise<GridError | undefined> {
    const key = requestKey(request);
    this.#known.set(key, request);
    this.#touched.set(key, ++this.#step);
    this.#unwritten.add(key);
    this.#changed();
    try {
      await this.ports.ledger.save(request, { signal: never });
      this.#unwritten.delete(key);
      return undefined;
    } catch (thrown) {
      const cause = asGridError(thrown);
      return new GridError(cause.kind, `Request ${request.id} was made, but it could not be written down: ${cause.message}`, {
        hint: 'Note the id; it is forgotten when this window closes.',
        cause,
      });
    }
  }

  /**
   * News of all live requests, one poll a stager. Calls that come while one runs share it. Resolves when every stager
   * has answered or failed; failures are in `troubles`.
   */
  refresh(options: CallOptions): Promise<void> {
    this.#refreshing ??= this.#refresh(options).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(options: CallOptions): Promise<void> {
    await this.load(options);
    const byStager = new Map<string, StagingRequest[]>();
    for (const request of this.#known.values()) {
      if (!isLive(request, this.ports.clock())) continue;
      const list = byStager.get(request.stager);
      if (list) list.push(request);
      else byStager.set(request.stager, [request]);
    }
    for (const name of this.#troubles.keys()) if (!byStager.has(name)) this.#troubles.delete(name);
    await Promise.all([...byStager].map(([name, requests]) => this.#pollStager(name, requests, options)));
    this.#changed();
  }

  async #pollStager(name: string, requests: readonly StagingRequest[], options: CallOptions): Promise<void> {
    const asked = this.#step;
    try {
      const stager = await this.ports.open(name);
      const answer = await stager.poll(requests.map(toQuery), options);
      this.#troubles.delete(name);
      for (const request of requests) {
        const report = answer.get(request.id);
        if (report === undefined) continue;
        if (report instanceof Error) this.#blame(name, report);
        else if ((this.#touched.get(requestKey(request)) ?? 0) <= asked)
          await this.#update(request, applyReport(request, report, this.ports.clock()));
      }
    } catch (thrown) {
      this.#blame(name, thrown);
    }
  }

  #blame(name: string, thrown: unknown): void {
    const error = asGridError(thrown);
    if (error.kind === 'cancelled') return;
    const before = this.#troubles.get(name);
    this.#troubles.set(name, { error, since: before?.since ?? this.ports.clock(), failures: (before?.failures ?? 0) + 1 });
  }

  async #update(before: StagingRequest, after: StagingRequest): Promise<void> {
    const key = requestKey(after);
    if (!this.#known.has(key)) return; // forgotten while the poll was under way
    this.#known.set(key, after);
    this.#changed();
    // Only changes are written: a quiet night costs the home's file server nothing.
    const changed = after.files !== before.files || after.state !== before.state || after.word !== before.word;
    if (changed) await this.ports.ledger.save(after, { signal: never });
  }

  /** Ends a request on its stager; a finished one has its files released. */
  async abort(stager: string, id: string, options: CallOptions): Promise<StagingRequest> {
    const request = this.#need(stager, id);
    await (await this.ports.open(stager)).abort(id, options);
    const files = request.files.map((file) =>
      file.state === 'failed' || file.state === 'lost' ? file : { link: file.link, state: 'cancelled' as const },
    );
    return this.#act({ ...request, state: 'aborted', word: 'aborted', files });
  }

  /** Starts a request again under its own id: one on hold, aborted, failed or partly online. */
  async reschedule(stager: string, id: string, options: CallOptions): Promise<StagingRequest> {
    const request = this.#need(stager, id);
    await (await this.ports.open(stager)).reschedule(id, options);
    const files = request.files.map((file) =>
      file.state === 'online' || file.state === 'lost' ? file : { link: file.link, state: 'queued' as const },
    );
    return this.#act({ ...request, state: 'scheduled', word: '', files });
  }

  /** Takes a request off the desk; the stager keeps it. */
  async forget(stager: string, id: string, options: CallOptions): Promise<void> {
    const request = this.#need(stager, id);
    this.#known.delete(requestKey(request));
    this.#unwritten.delete(requestKey(request));
    this.#changed();
    await this.ports.ledger.remove(request, options);
  }

  /** The token for direct SRM calls; empty when the stager has none yet. */
  async requestToken(stager: string, id: string, options: CallOptions): Promise<string> {
    this.#need(stager, id);
    return (await this.ports.open(stager)).requestToken(id, options);
  }

  async #act(request: StagingRequest): Promise<StagingRequest> {
    const now = this.ports.clock();
    const after = { ...request, changedAt: now, checkedAt: now };
    const warning = await this.#record(after);
    if (warning !== undefined) throw warning;
    return after;
  }

  #need(stager: string, id: string): StagingRequest {
    const request = this.find(stager, id);
    if (request === undefined) {
      throw new GridError('notFound', `The desk knows no request ${id} of the stager ${stager}.`, {
        hint: 'Refresh the staging requests and look there.',
      });
    }
    return request;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function toQuery(request: StagingRequest) {
  return {
    id: request.id,
    links: request.files.map((file) => file.link),
    online: request.files.filter((file) => file.state === 'online').length,
  };
}
