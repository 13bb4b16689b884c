/** Own requests that StageIT still lists, with their links: what settles a submit whose answer was lost. */
import { setImmediate as breathe } from 'node:timers/promises';
import { GridError } from '../core/errors';
import type { CallOptions, ListedRequest } from '../core/ports';
import { isRecord, strange, type StageItCall } from './stageitCall';
import { readTime } from './stageitMacaroon';
import { lettersFor, readLinks, readNode, type Connection } from './stageitPoll';
import { pageQuery, plainListQuery } from './stageitQuery';
import { readText } from './stageitReport';

/** Where the 2.0 client begins when it wants all. */
const always = '0001-01-01T00:00:00';
/** Pages after which a service that always promises another one is not believed. */
const maxPages = 200;

/** Lists requests, and remembers whether this service knows pages. */
export class Lister {
  #plain = false;

  constructor(private readonly connection: Connection) {}

  /** In the service's order; `since` in milliseconds since 1970. One call a page. */
  async list(since: number | undefined, options: CallOptions): Promise<readonly ListedRequest[]> {
    const from = since === undefined ? always : new Date(since).toISOString().replace('Z', '+00:00');
    const nodes = await this.#nodes(from, options);
    const letters = await lettersFor(this.connection, nodes, options);
    const listed = new Map<string, ListedRequest>();
    for (const node of nodes) {
      await breathe(); // a thousand links take a millisecond or two
      const id = readId(node.id);
      if (id !== '') listed.set(id, { ...readNode(node, letters, []), id, links: readLinks(node.surls), ...readWhen(node.when) });
    }
    return [...listed.values()];
  }

  async #nodes(since: string, options: CallOptions): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { call } = this.connection;
    if (!this.#plain) {
      try {
        return await readPages(call, since, options);
      } catch (thrown) {
        if (!(thrown instanceof GridError) || thrown.kind !== 'rejected' || !unknownForm.test(thrown.message)) throw thrown;
        this.#plain = true;
      }
    }
    return (await askPage(call, plainListQuery(since), options)).nodes;
  }
}

/** GraphQL's words for a field or an argument that the service does not have. */
const unknownForm = /cannot query field|unknown argument/i;

interface Page {
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

async function readPages(call: StageItCall, since: string, options: CallOptions): Promise<Page['nodes']> {
  const nodes: Readonly<Record<string, unknown>>[] = [];
  const been = new Set<string>();
  let next: string | undefined;
  do {
    const page = await askPage(call, pageQuery(since, next), options);
    nodes.push(...page.nodes);
    next = page.next;
    // A cursor that comes again would go round for ever.
    if (next !== undefined && (been.has(next) || been.size >= maxPages)) break;
    if (next !== undefined) been.add(next);
  } while (next !== undefined);
  return nodes;
}

async function askPage(call: StageItCall, query: string, options: CallOptions): Promise<Page> {
  const { data, errors } = await call.query(query, options);
  const requests = data?.requests;
  const [error] = errors;
  if (!isRecord(requests) || !Array.isArray(requests.edges)) throw error === undefined ? strange(call.name) : call.refusal(error);
  const nodes = requests.edges.map((edge) => (isRecord(edge) ? edge.node : undefined)).filter(isRecord);
  // A list with a hole would make a request look as if it did not exist; a node that lacks a field is still there.
  if (error !== undefined && nodes.length < requests.edges.length) throw call.refusal(error);
  const info = isRecord(requests.pageInfo) ? requests.pageInfo : {};
  const next = info.hasNextPage === true ? readText(info.endCursor) : '';
  return { nodes, ...(next === '' ? {} : { next }) };
}

/**
 * An id as text; '' for what is none. Relay wraps the ids of lists, base64 of `Type:17`, where `request(id:)` wants the
 * number alone.
 */
export function readId(value: unknown): string {
  const text = typeof value === 'number' && !Number.isSafeInteger(value) ? '' : readText(value);
  if (/^\d+$/.test(text)) return text;
  const [, number] = /^[A-Za-z_]\w*:(\d+)$/.exec(Buffer.from(text, 'base64').toString('latin1')) ?? [];
  return number ?? (/^[A-Za-z0-9_-]{1,64}$/.test(text) ? text : '');
}

function readWhen(value: unknown): { readonly when?: number } {
  const when = typeof value === 'string' ? readTime(value) : undefined;
  return when === undefined ? {} : { when };
}
