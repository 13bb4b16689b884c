/**
 * The desk: makes requests, remembers them, asks the stagers for news. It knows no editor and no protocol; the face
 * tells it when to ask (pace.ts) and hears of each change.
 */
import { GridError } from '../errors';
import type { CallOptions, Clock, Journal, Stager } from '../ports';
import * as action from './action';
import { Book } from './book';
import { campaignOf, type Campaign } from './campaign';
import type { StagingEvent } from './event';
import { Inquiry, type StagerTrouble } from './inquiry';
import { standing } from './part';
import * as pin from './pin';
import type { Part } from './plan';
import { foreign, type Doubt } from './reconcile';
import { requestKey, type StagingRequest } from './request';
import { Submitter, type Limits, type PumpOptions, type Waiting } from './submission';

export interface DeskPorts {
  /** The stager of that name, signed in; rejects with what is missing. */
  readonly open: (name: string) => Promise<Stager>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly limits: () => Limits;
  /** A text as hexadecimal SHA-256. */
  readonly digest: (text: string) => string;
  /** An id that nobody else makes. */
  readonly newId: () => string;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What became of one part of a plan; both where it is on the desk and something is wrong with it. */
export interface Submission {
  readonly part: Part;
  readonly request?: StagingRequest;
  readonly error?: GridError;
}

export interface StageOptions extends CallOptions {
  /** What the campaign is called. */
  readonly name: string;
  /** Whether the stager mails at start and end. */
  readonly notify: boolean;
  /** Stages also what the desk has under way with the very same links. */
  readonly anew?: boolean;
  readonly progress?: (index: number, part: Part) => void;
}

export class Desk {
  readonly #book: Book;
  readonly #submitter: Submitter;
  readonly #inquiry: Inquiry;
  #refreshing: Promise<void> | undefined;
  #campaigns: { readonly from: readonly StagingRequest[]; readonly all: readonly Campaign[] } = { from: [], all: [] };

  constructor(private readonly ports: DeskPorts) {
    this.#book = new Book(ports.journal, ports.clock);
    this.#submitter = new Submitter({
      open: ports.open,
      book: this.#book,
      limits: ports.limits,
      blame: (name, error) => this.#inquiry.blame(name, error),
      praise: (name) => this.#inquiry.praise(name),
    });
    this.#inquiry = new Inquiry(this.#book, ports.open, this.#submitter.sending);
  }

  /** Calls back after each change of requests or troubles; returns how to stop that. */
  onChange(listener: () => void): () => void {
    return this.#book.onChange(listener);
  }

  /** All requests, drafts too, newest first. */
  get requests(): readonly StagingRequest[] {
    return this.#book.requests;
  }

  /** Newest first; each with what it was made of. The same objects as long as their requests are. */
  get campaigns(): readonly Campaign[] {
    if (this.#campaigns.from !== this.requests) this.#campaigns = { from: this.requests, all: this.#gather() };
    return this.#campaigns.all;
  }

  #gather(): readonly Campaign[] {
    const known = new Map(this.#campaigns.all.map((campaign) => [campaign.id, campaign]));
    const byCampaign = new Map<string, StagingRequest[]>();
    for (const request of this.#book.requests) {
      for (const id of request.campaigns) {
        const requests = byCampaign.get(id);
        if (requests) requests.push(request);
        else byCampaign.set(id, [request]);
      }
    }
    return [...byCampaign].map(([id, requests]) => {
      const createdAt = Math.min(...requests.map((request) => request.createdAt));
      const { name = requests[0]?.source ?? id, ...record } = this.#book.memory.campaign(id) ?? {};
      const before = known.get(id);
      const same = before?.requests.length === requests.length && requests.every((request) => before.requests.includes(request));
      return same ? before : campaignOf({ createdAt, ...record, id, name }, requests);
    });
  }

  get book(): Book {
    return this.#book;
  }

  get troubles(): ReadonlyMap<string, StagerTrouble> {
    return this.#inquiry.troubles;
  }

  /** Why drafts are not sent yet, by stager. */
  get waiting(): ReadonlyMap<string, Waiting> {
    return this.#submitter.waiting;
  }

  /** What a listing told of a part that may have been received. */
  doubt(request: StagingRequest): Doubt | undefined {
    return this.#inquiry.doubt(request);
  }

  /** What of the journal cannot be used, one sentence each. */
  get problems(): readonly string[] {
    return this.#book.problems;
  }

  find(stager: string, id: string): StagingRequest | undefined {
    return this.#book.find(requestKey({ stager, id }));
  }

  /** Reads what is on record: at start, and before each poll, because other windows make requests too. */
  async load(options: CallOptions): Promise<void> {
    await this.#book.sync(options);
  }

  /**
   * Stages the parts of a plan as one campaign: writes them down, sends what may go now, and leaves the rest as drafts
   * that go when there is room. A part that is refused does not hold up the next. A cancel keeps what was sent and drops
   * the drafts. When nothing at all was taken, nothing stays on the desk.
   */
  async stage(parts: readonly Part[], options: StageOptions): Promise<readonly Submission[]> {
    const book = this.#book;
    await book.sync(options);
    if (book.newer) throw new GridError('rejected', book.problems.at(-1) ?? 'The journal is of a newer version.');
    const campaign = this.ports.newId();
    const at = book.clock();
    const keys = parts.map(({ stager, links }) => action.freeKey(book, this.ports.digest, stager, links, options.anew ?? false));
    const events = parts.map(({ stager, site, source, links }, index): StagingEvent => {
      const { notify } = options;
      return { e: 'part', at, part: keys[index] ?? '', campaign, stager, site, source, links, notify, round: 0, order: index };
    });
    await book.write({ e: 'campaign', at, campaign, name: options.name }, ...events);
    const progress: PumpOptions['progress'] = ({ key }) => {
      const index = keys.indexOf(key);
      const part = parts[index];
      if (part !== undefined) options.progress?.(index, part);
    };
    await this.#submitter.pump({ signal: options.signal, urgent: true, progress });
    await this.#othersAnswer(keys);
    const left = keys.filter((key) => this.#stateOf(key) === 'draft' || this.#stateOf(key) === 'refused');
    if (options.signal.aborted || left.length === keys.length) await this.#withdraw(left, campaign, options.signal.aborted);
    return parts.map((part, index) => this.#submission(part, keys[index] ?? '', options.signal.aborted));
  }

  /** Another window may be sending the very same part at this moment; its outcome comes by the journal. */
  async #othersAnswer(keys: readonly string[]): Promise<void> {
    const look = 250;
    for (let waited = 0; waited < this.ports.limits().callMs; waited += look) {
      if (!keys.some((key) => this.#stateOf(key) === 'submitting')) return;
      await this.ports.sleep(look);
      await this.load({ signal: new AbortController().signal });
    }
  }

  #stateOf(key: string): string {
    const part = this.#book.memory.part(key);
    return part === undefined ? 'gone' : standing(part, this.#book.clock()).state;
  }

  /** Drops drafts after a cancel, or all when the stager has taken none and has said why. */
  async #withdraw(keys: readonly string[], campaign: string, cancelled: boolean): Promise<void> {
    if (!cancelled && !keys.some((key) => this.#submitter.outcomes.has(key))) return;
    await this.load({ signal: new AbortController().signal }); // another window may have planned the same meanwhile
    const own = keys.filter((key) => this.#book.memory.part(key)?.campaigns.every((id) => id === campaign));
    await action.drop(this.#book, ...own);
  }

  #submission(part: Part, key: string, cancelled: boolean): Submission {
    const known = this.#book.memory.part(key);
    const [made] = known?.made ?? [];
    const request = this.#book.find(made === undefined ? key : requestKey({ stager: part.stager, id: made.id }));
    const error = this.#submitter.outcomes.get(key) ?? (request === undefined && !cancelled ? droppedElsewhere() : undefined);
    return { part, ...(request === undefined ? {} : { request }), ...(error === undefined ? {} : { error }) };
  }

  /** Sends drafts that may go now. */
  async pump(options: PumpOptions): Promise<void> {
    await this.#submitter.pump(options);
    this.#book.changed();
  }

  /**
   * News of all live requests, one poll a stager; first what is uncertain is looked for, last the drafts for which there
   * is room now are sent. Calls that come while one runs share it. Failures are in `troubles`.
   */
  refresh(options: CallOptions): Promise<void> {
    this.#refreshing ??= this.#refresh(options).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(options: CallOptions): Promise<void> {
    await this.load(options);
    await this.#submitter.doubt();
    await this.#inquiry.ask(options);
    await this.#submitter.pump(options);
    this.#book.changed();
  }

  /** Makes one file of those that windows have left behind. */
  async tidy(): Promise<void> {
    await this.#book.journal.compact(() => this.#book.memory.digest(this.ports.clock()));
  }

  /** Ends a request on its stager; a finished one has its files released, a draft is dropped. */
  abort(request: StagingRequest, options: CallOptions): Promise<StagingRequest> {
    return this.#act(request, () => action.abort(this.#book, this.ports.open, request, options));
  }

  /** Starts a request again under its own id: one on hold, aborted, failed or partly online. */
  reschedule(request: StagingRequest, options: CallOptions): Promise<StagingRequest> {
    return this.#act(request, () => action.reschedule(this.#book, this.ports.open, request, options));
  }

  /** Lets go of the files of a finished request, of those that no other one uses or of all. */
  release(request: StagingRequest, options: pin.ReleaseOptions): Promise<StagingRequest> {
    return this.#act(request, () => pin.release(this.#book, this.ports.open, request, options));
  }

  /** Keeps the online files of a request longer; the request that holds them from now on. */
  extend(request: StagingRequest, options: CallOptions): Promise<StagingRequest> {
    return this.#act(request, () => pin.extend(this.#book, this.ports.open, request, options));
  }

  async #act<T>(request: StagingRequest, act: () => Promise<T>): Promise<T> {
    this.#inquiry.touch(request.key);
    try {
      return await act();
    } finally {
      this.#inquiry.touch(request.key);
    }
  }

  /** Takes requests off the desk; the stager keeps them. */
  forget(...requests: readonly StagingRequest[]): Promise<void> {
    return action.forget(this.#book, ...requests);
  }

  /** A person's word on a submit that nobody else knows about; what was not made is sent again. */
  async settle(request: StagingRequest, verdict: action.Verdict, options: CallOptions): Promise<void> {
    await this.#book.sync(options);
    await action.settle(this.#book, request, verdict);
    if (verdict === 'notMade') await this.pump({ ...options, urgent: true });
    else await this.refresh(options);
  }

  /** A new request with exactly the failed links, or those of them that are given; returns it as it is now. */
  async retry(request: StagingRequest, options: CallOptions & { readonly links?: ReadonlySet<string> }): Promise<StagingRequest> {
    await this.#book.sync(options);
    const key = await action.planRetry(this.#book, this.ports.digest, request, options.links);
    await this.#submitter.pump({ signal: options.signal, urgent: true });
    const error = this.#submitter.outcomes.get(key);
    const [made] = this.#book.memory.part(key)?.made ?? [];
    const after = this.#book.find(made === undefined ? key : requestKey({ stager: request.stager, id: made.id }));
    if (after === undefined) throw error ?? new GridError('notFound', 'The new request was dropped meanwhile.');
    return after;
  }

  /** Requests of the account that this desk does not know. */
  async strangers(stager: string, options: CallOptions): Promise<ReturnType<typeof foreign>> {
    return foreign(this.#book, stager, await (await this.ports.open(stager)).list(options));
  }

  /** Takes a request that was made elsewhere onto the desk. */
  async adopt(stager: string, id: string, options: CallOptions): Promise<StagingRequest> {
    await this.#book.sync(options);
    const service = await this.ports.open(stager);
    const listed = (await service.list(options)).find((each) => each.id === id);
    const news = (await service.poll([{ id, links: listed?.links ?? [], online: -1 }], options)).get(id);
    if (news instanceof Error) throw news;
    if (listed === undefined && (news === undefined || (news.state === 'unknown' && news.word === ''))) {
      throw new GridError('notFound', `${stager} knows no request ${id}.`, { hint: 'See whether the id and the account are right.' });
    }
    const key = await action.adopt(
      this.#book,
      stager,
      { id, site: listed?.site ?? news?.site ?? '', links: listed?.links ?? [] },
      this.ports.newId(),
    );
    const request = this.#book.find(key);
    if (request !== undefined && news !== undefined) await this.#inquiry.hear(request, news);
    return this.#book.find(key) ?? request ?? this.#lost(stager, id);
  }

  #lost(stager: string, id: string): never {
    throw new GridError('notFound', `Request ${id} of ${stager} was forgotten meanwhile.`);
  }

  /** The token for direct SRM calls; empty when the stager has none yet. */
  async requestToken(request: StagingRequest, options: CallOptions): Promise<string> {
    return (await this.ports.open(request.stager)).requestToken(request.id, options);
  }
}

function droppedElsewhere(): GridError {
  return new GridError('conflict', 'It was not sent.', { hint: 'The part before it was not taken, or another window has dropped it.' });
}
