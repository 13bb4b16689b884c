/**
 * The LTA stager over XML-RPC, as `stager_access.py` 1.x speaks to it. The
 * eight methods of `LtaStager.*`, and what their answers mean. StageIT has taken its place; some sites still run one.
 */
import { GridError } from '../core/errors';
import type {
  CallOptions,
  Credentials,
  ListedRequest,
  PollAnswer,
  PollQuery,
  RequestReport,
  Stager,
  StagerCapabilities,
} from '../core/ports';
import { isFinal } from '../core/staging/state';
import { callMethod, type Endpoint } from './xmlrpcCall';
import { lookFirst, neverArrived } from './httpError';
import { fileReports, matchLinks, readLinks, readProgress, readStorage, readWord, stateOf, type Entry } from './xmlrpcProgress';

export interface LtaStagerOptions {
  /** The name in sentences. */
  readonly name: string;
  /** http or https, without user and password. */
  readonly url: string;
  /** Asked before each call, so that a changed password is used at once; undefined when nobody is signed in. */
  readonly credentials: () => Promise<Credentials | undefined>;
  /** Milliseconds for one call; a poll is several. */
  readonly deadlineMs?: number;
  /** Bytes of one answer. */
  readonly maxBytes?: number;
}

/** A stager that also tells of its disks. */
export interface LtaStager extends Stager {
  /** Free and used space by site, as the stager words it. Needs the support role; others are `rejected`. */
  storage(options: CallOptions): Promise<Readonly<Record<string, unknown>>>;
}

const capabilities: StagerCapabilities = {
  perFileErrors: false,
  mixedSites: false, // one `Location` a request
  reschedule: true,
  listMine: true,
  listsLinks: false, // getstagedurls tells those that are online only
  maxFiles: 1000, // LTA FAQ: fewer than 5 TB and 1000 files
};

/** Opens nothing by itself; each call makes its own connection. Throws `rejected` for an address that cannot be used. */
export function createLtaStager(options: LtaStagerOptions): LtaStager {
  const { name, deadlineMs = 60_000, maxBytes = 64 * 1024 * 1024 } = options;
  const endpoint: Endpoint = { name, url: checkedUrl(name, options.url), deadlineMs, maxBytes };
  const call: Call = async (method, params, { signal }) => {
    const credentials = await options.credentials();
    if (credentials === undefined) throw new GridError('auth', `Nobody is signed in to ${name}.`, { hint: 'Sign in to the stager.' });
    return callMethod(endpoint, credentials, `LtaStager.${method}`, params, { signal });
  };
  return {
    capabilities,
    // The call every client makes; a status of some made-up id could be refused for its own reasons.
    probe: async (at) => void readProgress(await call('getprogress', [], at), name),
    submit: (links, at) => submit(call, name, links, at),
    poll: (queries, at) => new Poll(call, name, at.signal).run(queries),
    abort: async (id, at) => void (await call('abort', [wireId(id)], at)),
    reschedule: async (id, at) => void (await call('reschedule', [wireId(id)], at)),
    requestToken: async (id, at) => readWord(await call('gettoken', [wireId(id)], at)),
    list: async (at) => [...readProgress(await call('getprogress', [], at), name)].map(([id, entry]): ListedRequest => ({ id, ...entry })),
    storage: async (at) => readStorage(await call('getsrmstorageinfo', [], at), name),
  };
}

type Call = (method: string, params: readonly unknown[], options: CallOptions) => Promise<unknown>;

function checkedUrl(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new GridError('rejected', `The address of ${name} is not a web address.`, { hint: 'It begins with https://.' });
  }
  if (url.username !== '' || url.password !== '') {
    throw new GridError('rejected', `The address of ${name} holds a user name or password.`, {
      hint: 'Take it out of the settings and sign in instead.',
    });
  }
  return url;
}

/** Ids are ints on the wire; an id that is none is sent as it is, for the stager to refuse. */
function wireId(id: string): number | string {
  return /^\d{1,15}$/.test(id) ? Number(id) : id;
}

/**
 * Makes a request. With e-mails the list goes alone, which every version understands and answers with e-mails; the
 * switch, known from 1.5, is sent only to turn them off. An older stager refuses that with a fault about its arguments.
 * It is not asked again without the switch: the same words can come from deeper in the server, after the request was
 * made.
 */
async function submit(
  call: Call,
  name: string,
  links: readonly string[],
  { signal, notify }: CallOptions & { readonly notify: boolean },
): Promise<string> {
  if (links.length === 0) throw new GridError('rejected', 'There are no links to stage.');
  let answer: unknown;
  try {
    answer = await call('add_getid', notify ? [links] : [links, false], { signal });
  } catch (thrown) {
    throw thrown instanceof GridError ? submitError(thrown, name, notify) : thrown;
  }
  const id = readWord(answer);
  if (/^0*[1-9]\d*$/.test(id)) return id;
  throw new GridError('malformed', `${name} took the links but gave no id that can be read.`, { hint: lookFirst, uncertain: true });
}

/** A failed submit, told with what it leaves open. */
function submitError(error: GridError, name: string, notify: boolean): GridError {
  if (!notify && error.kind === 'rejected' && /argument/i.test(error.message)) {
    return new GridError('rejected', `${name} does not know how to leave out its e-mails: ${error.message}`, {
      hint: 'Stage with e-mails. Look at the requests of the stager first, in case this one was made.',
      cause: error,
    });
  }
  return neverArrived(error) ? error : new GridError(error.kind, error.message, { hint: lookFirst, cause: error, uncertain: true });
}

/** Questions under way at a time; the stager is known to choke on many. */
const lanes = 2;
/** Time-outs after which a poll asks nothing more. */
const patience = 3;

/** One round of news: one list for all, and a question or two about those that need it. */
class Poll {
  /** Ends the questions under way when the poll as a whole has failed. */
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #timeouts = 0;

  constructor(
    private readonly call: Call,
    private readonly name: string,
    signal: AbortSignal,
  ) {
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  async run(queries: readonly PollQuery[]): Promise<PollAnswer> {
    const answers = new Map<string, RequestReport | Error>();
    if (queries.length === 0) return answers;
    const entries = readProgress(await this.#ask('getprogress', []), this.name);
    const queue = queries.values(); // shared: each lane takes the next one
    const lane = async () => {
      for (const query of queue) answers.set(query.id, await this.#news(query, entries.get(query.id)));
    };
    const running = Array.from({ length: lanes }, lane);
    try {
      await Promise.all(running);
    } catch (thrown) {
      this.#stop.abort();
      await Promise.allSettled(running);
      throw thrown;
    }
    return answers;
  }

  /** The report of one request, or what went wrong with it alone; rejects with what concerns the whole service. */
  async #news(query: PollQuery, entry: Entry | undefined): Promise<RequestReport | Error> {
    try {
      return entry === undefined ? await this.#absent(query) : await this.#present(query, entry);
    } catch (thrown) {
      if (!(thrown instanceof GridError) || !ownTrouble.has(thrown.kind)) throw thrown;
      return thrown;
    }
  }

  async #present(query: PollQuery, entry: Entry): Promise<RequestReport> {
    if (!needsLinks(query, entry)) return entry.online === 0 ? withFiles(query, entry, []) : entry;
    return withFiles(query, entry, readLinks(await this.#ask('getstagedurls', [wireId(query.id)]), this.name));
  }

  /**
   * A request that the list no longer has: finished, expired, or so new that it is not there yet. Its status and its
   * files decide, and a fault is an answer: "I know nothing of it".
   */
  async #absent(query: PollQuery): Promise<RequestReport> {
    const id = wireId(query.id);
    const word = readWord(await this.#askSoftly('getstatus', [id]));
    const staged = readLinks(await this.#askSoftly('getstagedurls', [id]), this.name);
    if (word !== '') return withFiles(query, { state: stateOf(word), word }, staged);
    if (query.links.length === 0)
      return staged.length === 0 ? { state: 'unknown', word } : withFiles(query, { state: 'done', word }, staged);
    const online = matchLinks(query.links, staged).size;
    if (online === 0) return { state: 'unknown', word }; // nothing is known of the files either
    return withFiles(query, { state: online === new Set(query.links).size ? 'done' : 'partial', word }, staged);
  }

  async #ask(method: string, params: readonly unknown[]): Promise<unknown> {
    if (this.#timeouts >= patience)
      throw new GridError('timeout', `${this.name} is too slow to tell of all requests.`, { hint: 'The next round asks again.' });
    try {
      return await this.call(method, params, { signal: this.#signal });
    } catch (thrown) {
      if (thrown instanceof GridError && thrown.kind === 'timeout') this.#timeouts++;
      throw thrown;
    }
  }

  async #askSoftly(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#ask(method, params).catch((thrown: unknown) => {
      if (thrown instanceof GridError && thrown.kind === 'rejected') return null;
      throw thrown;
    });
  }
}

/** Kinds that one request may have while the others are well. */
const ownTrouble: ReadonlySet<string> = new Set(['rejected', 'malformed', 'timeout']);

/**
 * Whether the list of staged files can differ from what the desk has: it has grown, it may have while the request runs,
 * or it is the last word.
 */
function needsLinks(query: PollQuery, entry: Entry): boolean {
  if (entry.online === undefined || isFinal(entry.state) || entry.online !== query.online) return true;
  return entry.online > 0 && (entry.state === 'running' || entry.state === 'unknown');
}

/**
 * The report with its files. Of an adopted request only the staged links can be known; they are told when they are all
 * there is, because a part of the files would be taken for the whole.
 */
function withFiles(query: PollQuery, entry: Entry, staged: readonly string[]): RequestReport {
  if (query.links.length > 0) {
    const online = matchLinks(query.links, staged);
    return { ...entry, online: online.size, files: fileReports(query.links, entry.state, online) };
  }
  const whole = entry.state === 'done' && staged.length > 0 && staged.length >= (entry.total ?? 0);
  return { ...entry, online: staged.length, ...(whole ? { files: fileReports(staged, 'done', new Set(staged)) } : {}) };
}
