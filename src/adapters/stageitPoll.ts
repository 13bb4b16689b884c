/** One round of news: many requests in one query, and no request's trouble hides the others. */
import { setImmediate as breathe } from 'node:timers/promises';
import { GridError } from '../core/errors';
import type { CallOptions, PollAnswer, PollQuery, RequestReport } from '../core/ports';
import { isRecord, strange, type GraphAnswer, type StageItCall } from './stageitCall';
import { isId, isPlainId, newsQuery } from './stageitQuery';
import { fileReports, needsLetters, readResponse, readSaid, readState, readText, type Letters } from './stageitReport';

/** What the rooms of one connection share. */
export interface Connection {
  readonly call: StageItCall;
  /** Meaning of the status letters; asked for once, when a letter has to be understood. */
  letters(options: CallOptions): Promise<Letters>;
  /** What is known of them now. */
  readonly known: Letters;
}

/** Requests in one query: twenty of a thousand links make an answer of some megabytes. */
const chunkSize = 20;
/** Time-outs after which a poll asks nothing more. */
const patience = 2;
/** Kinds that one query may end with while the next is well. */
const passing: ReadonlySet<string> = new Set(['timeout', 'malformed']);

/** News of all given requests. Rejects when the service as a whole fails, or when no query got an answer. */
export async function pollRequests(connection: Connection, queries: readonly PollQuery[], options: CallOptions): Promise<PollAnswer> {
  const answers = new Map<string, RequestReport | Error>();
  const { name } = connection.call;
  for (const { id } of queries) if (!isId(id)) answers.set(id, notAnId(name));
  let reached = false;
  let lastError: GridError | undefined;
  let timeouts = 0;
  for (const chunk of chunksOf(queries.filter(({ id }) => isId(id)))) {
    if (timeouts >= patience && lastError !== undefined) {
      blame(chunk, lastError, answers);
      continue;
    }
    try {
      await askChunk(connection, chunk, options, answers);
      reached = true;
    } catch (thrown) {
      if (!(thrown instanceof GridError) || !passing.has(thrown.kind)) throw thrown;
      lastError = thrown;
      if (thrown.kind === 'timeout') timeouts++;
      blame(chunk, thrown, answers);
    }
  }
  if (!reached && lastError !== undefined) throw lastError;
  return answers;
}

/** The error for what cannot be the id of a request. */
export function notAnId(name: string): GridError {
  return new GridError('notFound', `No request of ${name} has such an id.`, { hint: 'Ids are whole numbers.' });
}

function blame(chunk: readonly PollQuery[], error: GridError, answers: Map<string, RequestReport | Error>): void {
  for (const { id } of chunk) answers.set(id, error);
}

/** Ids of the right type go together, any other alone: it would have the whole query refused. */
function chunksOf(queries: readonly PollQuery[]): readonly (readonly PollQuery[])[] {
  const plain = queries.filter(({ id }) => isPlainId(id));
  const chunks: (readonly PollQuery[])[] = [];
  for (let at = 0; at < plain.length; at += chunkSize) chunks.push(plain.slice(at, at + chunkSize));
  return [...chunks, ...queries.filter(({ id }) => !isPlainId(id)).map((query) => [query])];
}

/**
 * Asks one query. Where a field must not be empty, an unknown id empties the whole answer; it is named in the error, and
 * the rest is asked again without it.
 */
async function askChunk(
  connection: Connection,
  chunk: readonly PollQuery[],
  options: CallOptions,
  answers: Map<string, RequestReport | Error>,
): Promise<void> {
  const { call } = connection;
  const answer = await call.query(newsQuery(chunk.map(({ id, links }) => ({ id, withLinks: links.length === 0 }))), options);
  const told = errorsByAlias(call, answer);
  if (answer.data !== undefined) {
    await readChunk(connection, chunk, answer.data, told, options, answers);
    return;
  }
  const rest = chunk.filter((_, k) => !told.has(`r${k}`));
  if (rest.length === chunk.length) {
    const [first] = answer.errors;
    const error = first === undefined ? strange(call.name) : call.refusal(first);
    // A lone id of another type was refused for itself; of several, nobody knows whose fault it is.
    if (chunk.length > 1 || isPlainId(chunk[0]?.id ?? '') || !['rejected', 'notFound'].includes(error.kind)) throw error;
    blame(chunk, error, answers);
    return;
  }
  for (const [k, { id }] of chunk.entries()) {
    const error = told.get(`r${k}`);
    if (error !== undefined) answers.set(id, error);
  }
  if (rest.length > 0) await askChunk(connection, rest, options, answers);
}

/** Errors by the request they are about; one about the account or the service as a whole is thrown. */
function errorsByAlias(call: StageItCall, { errors }: GraphAnswer): ReadonlyMap<string, GridError> {
  const told = new Map<string, GridError>();
  for (const error of errors) {
    const refusal = call.refusal(error);
    if (refusal.kind === 'auth') throw refusal;
    const [alias] = error.path;
    if (alias !== undefined && !told.has(alias)) told.set(alias, refusal);
  }
  return told;
}

async function readChunk(
  connection: Connection,
  chunk: readonly PollQuery[],
  data: Readonly<Record<string, unknown>>,
  told: ReadonlyMap<string, GridError>,
  options: CallOptions,
  answers: Map<string, RequestReport | Error>,
): Promise<void> {
  const nodes = chunk.map((_, k) => data[`r${k}`]);
  const letters = await lettersFor(connection, nodes, options);
  for (const [k, { id, links }] of chunk.entries()) {
    if (k > 0) await breathe(); // a thousand links take a millisecond or two
    const node = nodes[k];
    if (isRecord(node)) answers.set(id, readNode(node, letters, links));
    else answers.set(id, told.get(`r${k}`) ?? (node === null ? unknownRequest(connection.call.name) : strange(connection.call.name)));
  }
}

/** The error for a request that the service answers with nothing. */
export function unknownRequest(name: string): GridError {
  return new GridError('notFound', `${name} does not know this request.`, { hint: 'It may belong to another account, or be too old.' });
}

/** What is known of the letters, or could be learned when a request has nothing but a letter to tell its state. */
export async function lettersFor(connection: Connection, nodes: readonly unknown[], options: CallOptions): Promise<Letters> {
  const asks = nodes.some((node) => isRecord(node) && needsLetters(readSaid(node), connection.known));
  if (!asks) return connection.known;
  // The news are here; that a letter stays unexplained is no reason to throw them away.
  return connection.letters(options).catch((thrown: unknown) => {
    if (options.signal.aborted) throw thrown;
    return connection.known;
  });
}

/** A node as a report: of the links given, or of those that the node brings. */
export function readNode(node: Readonly<Record<string, unknown>>, letters: Letters, given: readonly string[]): RequestReport {
  const { state, word } = readState(readSaid(node), letters);
  const links = given.length > 0 ? given : readLinks(node.surls);
  const recalled = readResponse(node.response);
  const total = links.length === 0 ? {} : { total: links.length };
  if (recalled === undefined || links.length === 0) return { state, word, ...total };
  const files = fileReports(links, state, recalled);
  let online = 0;
  for (const file of files.values()) if (file.state === 'online') online++;
  return { state, word, ...total, online, files };
}

/** The links in `surls { surl }`; a plain list of links is understood too. */
export function readLinks(surls: unknown): readonly string[] {
  if (!Array.isArray(surls)) return [];
  return surls.map((each) => (isRecord(each) ? readText(each.surl) : readText(each))).filter((link) => link !== '');
}
