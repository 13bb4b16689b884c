/**
 * StageIT, which has taken the place of the LTA stager: one request may hold files of all sites, and every file has its
 * own state and reason. Calls that change something go over REST, questions over GraphQL.
 */
import { GridError } from '../core/errors';
import type { CallOptions, Stager, StagerCapabilities } from '../core/ports';
import { lookFirst, neverArrived } from './httpError';
import { baseUrl, isRecord, openStageIt, strange, type GraphAnswer, type StageItCall } from './stageitCall';
import { Lister, readId } from './stageitList';
import { readMacaroon, type Macaroon } from './stageitMacaroon';
import { notAnId, pollRequests, unknownRequest, type Connection } from './stageitPoll';
import { isId, emptyListQuery, lettersQuery, macaroonFields, probeQuery, requestQuery } from './stageitQuery';
import { readText, type Letters } from './stageitReport';

export interface StageItOptions {
  /** The name in sentences. */
  readonly name: string;
  /** `https://sdc.astron.nl/stageit`, with or without `/api/staging/`. */
  readonly url: string;
  /** Asked before each call, so that a changed token is used at once; undefined when nobody is signed in. */
  readonly token: () => Promise<string | undefined>;
  /** Milliseconds for one call; a poll or a list may be several. */
  readonly deadlineMs?: number;
  /** Bytes of one answer. */
  readonly maxBytes?: number;
}

/** A stager that also tells how its files are fetched. */
export interface StageIt extends Stager {
  /** What files of the request are fetched with; none before there is something to fetch. `notFound` for an unknown id. */
  macaroons(id: string, options: CallOptions): Promise<readonly Macaroon[]>;
  /** Addresses of the request's files, https or gsiftp. */
  retrieval(id: string, door: 'webdav' | 'gridftp', options: CallOptions): Promise<readonly string[]>;
}

const capabilities: StagerCapabilities = {
  perFileErrors: true,
  mixedSites: true,
  reschedule: true,
  listMine: true,
  listsLinks: true,
  maxFiles: 1000, // none published; the LTA FAQ asks for fewer than 5 TB and 1000 files
};

/** Opens nothing by itself; each call makes its own connection. Throws `rejected` for an address that cannot be used. */
export function createStageIt(options: StageItOptions): StageIt {
  const { name, deadlineMs = 60_000, maxBytes = 64 * 1024 * 1024 } = options;
  const call = openStageIt({ name, base: baseUrl(name, options.url), deadlineMs, maxBytes }, options.token);
  const connection = connect(call);
  const lister = new Lister(connection);
  const act = async (method: 'PUT' | 'PATCH' | 'GET', id: string, rest: string, body: unknown, at: CallOptions): Promise<unknown> => {
    if (!isId(id)) throw notAnId(name);
    return call.rest(method, `requests/${id}/${rest}`, body, at);
  };
  const macaroons = async (id: string, at: CallOptions) => readMacaroons((await askRequest(call, id, macaroonFields, at)).macaroons);
  return {
    capabilities,
    probe: (at) => probe(connection, at),
    submit: (links, at) => submit(call, links, at),
    poll: (queries, at) => pollRequests(connection, queries, at),
    // 202 without a body, or whatever it likes to say: it has been taken.
    abort: async (id, at) => void (await act('PUT', id, 'abort/', {}, at)),
    reschedule: async (id, at) => void (await act('PATCH', id, '', { current_status_code: 'S' }, at)),
    requestToken: async (id, at) => readText((await askRequest(call, id, 'requestToken', at)).requestToken),
    list: ({ since, signal }) => lister.list(since, { signal }),
    macaroons,
    retrievalEnds: async (id, at) => (await macaroons(id, at)).flatMap(({ before }) => (before === undefined ? [] : [before])),
    retrieval: async (id, door, at) => readAddresses(name, await act('GET', id, `convert2${door}/`, undefined, at)),
  };
}

function connect(call: StageItCall): Connection & { learn(data: GraphAnswer['data']): void } {
  let known: Letters | undefined;
  return {
    call,
    get known() {
      return known ?? new Map();
    },
    learn: (data) => {
      known = readLetters(data);
    },
    // A service that does not explain its letters is not asked again.
    letters: async (at) => (known ??= readLetters((await call.query(lettersQuery, at)).data)),
  };
}

/** Asks for a list that is empty, and by the way for the letters. Where introspection is switched off, for the list alone. */
async function probe(connection: ReturnType<typeof connect>, at: CallOptions): Promise<void> {
  const { call } = connection;
  const both = await call.query(probeQuery, at);
  connection.learn(both.data);
  const { data, errors } = both.errors.length === 0 ? both : await call.query(emptyListQuery, at);
  const [error] = errors;
  if (error !== undefined) throw call.refusal(error);
  if (!isRecord(data?.requests)) throw strange(call.name);
}

/** The meaning of the letters, from the arguments of `requests`. */
function readLetters(data: GraphAnswer['data']): Letters {
  const letters = new Map<string, string>();
  const type = data?.__type;
  for (const field of records(isRecord(type) ? type.fields : undefined)) {
    for (const { name, type: kind } of records(field.args)) {
      if (field.name !== 'requests' || !readText(name).startsWith('currentStatusCode') || !isRecord(kind)) continue;
      for (const value of records(kind.enumValues)) letters.set(readText(value.name), readText(value.description));
    }
  }
  return letters;
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

async function submit(
  call: StageItCall,
  links: readonly string[],
  { signal, notify }: CallOptions & { readonly notify: boolean },
): Promise<string> {
  if (links.length === 0) throw new GridError('rejected', 'There are no links to stage.');
  let answer: unknown;
  try {
    answer = await call.rest('POST', 'requests/', { surls: links, notify, request_type: 'stage' }, { signal });
  } catch (thrown) {
    if (!(thrown instanceof GridError) || neverArrived(thrown)) throw thrown;
    throw new GridError(thrown.kind, thrown.message, { hint: lookFirst, cause: thrown, uncertain: true });
  }
  const id = isRecord(answer) ? readId(answer.id) : '';
  if (id !== '' && !/^0+$/.test(id)) return id;
  throw new GridError('malformed', `${call.name} took the links but gave no id that can be read.`, { hint: lookFirst, uncertain: true });
}

/** Fields of one request; `notFound` when the service does not know it. */
async function askRequest(call: StageItCall, id: string, fields: string, at: CallOptions): Promise<Readonly<Record<string, unknown>>> {
  if (!isId(id)) throw notAnId(call.name);
  const { data, errors } = await call.query(requestQuery(id, fields), at);
  const [error] = errors;
  if (error !== undefined) throw call.refusal(error);
  if (isRecord(data?.request)) return data.request;
  throw data?.request === null ? unknownRequest(call.name) : strange(call.name);
}

function readMacaroons(value: unknown): readonly Macaroon[] {
  return records(value).flatMap(({ content, validUntil, ltaSite }) => {
    const secret = readText(content);
    const site = isRecord(ltaSite) ? readText(ltaSite.name) : readText(ltaSite);
    return secret === '' ? [] : [readMacaroon(site, secret, readText(validUntil))];
  });
}

function readAddresses(name: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) throw strange(name);
  return value;
}
