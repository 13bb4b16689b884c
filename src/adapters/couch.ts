/** A pool on CouchDB. Reads and writes go through couchCall.ts; bulk writes and the changes feed have files of their own. */
import { GridError } from '../core/errors';
import type { CallOptions, Credentials } from '../core/ports';
import { poolAddress } from '../core/tokens/address';
import { designName, isState, keysUnder, poolView, readRow } from '../core/tokens/design';
import { recordIn } from '../core/tokens/document';
import type {
  BulkOptions,
  BulkReport,
  Attachment,
  Design,
  Enclosed,
  Group,
  Heard,
  Overview,
  PageQuery,
  Pool,
  PoolFacts,
  Poured,
  Revision,
  RowPage,
  RowQuery,
  Saved,
  StateCount,
  TokenRow,
  ViewName,
  ViewRow,
} from '../core/tokens/pool';
import type { TokenDocument } from '../core/tokens/state';
import { overviewNames, readDesign } from '../core/tokens/views';
import { readAll } from './couchAll';
import { writeBulk } from './couchBulk';
import { unreadableError } from './couchError';
import { documentPath, openCouch, segment, type CouchCall } from './couchCall';
import { followChanges } from './couchChanges';
import { readFacts } from './couchFacts';
import { documentText } from './couchMake';
import { readPage } from './couchPage';

export interface CouchOptions {
  /** The name of the pool in sentences. */
  readonly name: string;
  /** Root of the server as `poolAddress` gives it: http(s), no user, no slash at its end. */
  readonly url: string;
  readonly database: string;
  /** Asked before each call; undefined when nobody is signed in. */
  readonly credentials: () => Promise<Credentials | undefined>;
  /** Milliseconds for one call; 60 000 when absent. */
  readonly deadlineMs?: number;
  /** Milliseconds that the changes feed may be quiet before it is asked again; 50 000 when absent. */
  readonly quietMs?: number;
  /** Milliseconds before the first try to reach a pool that is silent; doubled up to a minute. 1000 when absent. */
  readonly retryMs?: number;
  /** Largest attachment that is read, in bytes; 256 MB when absent. */
  readonly maxBytes?: number;
}

/** @throws GridError `rejected` for an address to which a password would travel readable */
export function createCouchPool(options: CouchOptions): Pool {
  const { name, deadlineMs = 60_000 } = options;
  const { url, database } = poolAddress(options.url, options.database);
  return new CouchPool(options, openCouch({ name, url, database, deadlineMs }, options.credentials));
}

/** Ids asked for in one request. */
const idsAtOnce = 500;
/** CouchDB's limit is 8 MB unless it is raised. In bytes. */
const largestDocument = 64_000_000;
/** Times a design document is read again because somebody else was faster. */
const designTries = 5;

class CouchPool implements Pool {
  constructor(
    private readonly given: CouchOptions,
    private readonly call: CouchCall,
  ) {}

  get name(): string {
    return this.given.name;
  }

  facts(options: CallOptions): Promise<PoolFacts> {
    return readFacts(this.call, options);
  }

  async counts(options: CallOptions): Promise<readonly StateCount[]> {
    const groups = await this.groups({ design: designName, view: poolView }, { level: 2 }, options);
    return groups.flatMap(({ key, value }) => {
      const [type, state] = Array.isArray(key) ? (key as readonly unknown[]) : [];
      return typeof type === 'string' && isState(state) && typeof value === 'number' ? [{ type, state, count: value }] : [];
    });
  }

  async page({ type, state, step, code, cursor, limit }: PageQuery, options: CallOptions): Promise<RowPage<TokenRow>> {
    const parts = [type, state, ...(step === undefined ? [] : [step, ...(code === undefined ? [] : [code])])];
    const query = { ...keysUnder(parts), ...(cursor === undefined ? {} : { cursor }), ...(limit === undefined ? {} : { limit }) };
    const page = await this.rows({ design: designName, view: poolView }, query, options);
    return { ...page, rows: page.rows.flatMap((row) => readRow(row) ?? []) };
  }

  async overviews(designs: readonly Design[], options: CallOptions): Promise<readonly Overview[]> {
    const found = designs.flatMap(({ name: design, views }) => {
      const view = views.find((each) => overviewNames.some((known) => known === each.name) && each.reduce !== undefined);
      return view === undefined ? [] : [{ design, view: view.name }];
    });
    return Promise.all(found.map((each) => this.overview(each, options)));
  }

  /** A view that is broken must not hide the others. */
  private async overview(view: ViewName, options: CallOptions): Promise<Overview> {
    try {
      const groups = await this.groups(view, {}, options);
      const buckets = groups.flatMap(({ key, value }) =>
        typeof value === 'number' ? [{ name: typeof key === 'string' ? key : JSON.stringify(key), count: value }] : [],
      );
      return { ...view, buckets };
    } catch (error) {
      if (!(error instanceof GridError) || error.kind === 'cancelled') throw error;
      return { ...view, buckets: [], problem: error };
    }
  }

  async designs(options: CallOptions): Promise<readonly Design[]> {
    const query = { startkey: '_design/', endkey: '_design0', include_docs: true };
    const answer = recordIn(await this.call.json({ path: '_all_docs', query }, options));
    return listIn(answer?.rows).flatMap((row) => {
      const document = recordIn(recordIn(row)?.doc);
      return document === undefined ? [] : [readDesign(document)];
    });
  }

  async size(view: ViewName, options: CallOptions): Promise<number> {
    // Counted without its rows, whether it has a reduce or not.
    const { total } = await readPage(this.call, viewQuestion(view), { limit: 0 }, options);
    if (total === undefined)
      throw new GridError('malformed', `${this.name} does not tell how many rows ${view.view} has.`, { hint: 'List its rows.' });
    return total;
  }

  rows(view: ViewName, query: RowQuery, options: CallOptions): Promise<RowPage<ViewRow>> {
    return readPage(this.call, viewQuestion(view), query, options);
  }

  async groups(
    view: ViewName,
    { start, end, level }: Omit<RowQuery, 'cursor' | 'limit'> & { readonly level?: number },
    options: CallOptions,
  ): Promise<readonly Group[]> {
    const grouping = level === undefined ? { group: true } : level === 0 ? {} : { group_level: level };
    const bounds = { ...(start === undefined ? {} : { startkey: start }), ...(end === undefined ? {} : { endkey: end }) };
    const answer = recordIn(await this.call.json({ ...viewQuestion(view), query: { reduce: true, ...grouping, ...bounds } }, options));
    return listIn(answer?.rows).map((row) => ({ key: recordIn(row)?.key ?? null, value: recordIn(row)?.value }));
  }

  async reviseDesign(
    name: string,
    revise: (found: TokenDocument | undefined) => Revision,
    options: CallOptions,
  ): Promise<string | undefined> {
    const id = `_design/${name}`;
    for (let attempt = 1; ; attempt++) {
      const found = await this.found(id, options);
      const revision = revise(found);
      const rev = typeof found?._rev === 'string' ? found._rev : undefined;
      if (revision === 'keep' || (revision === 'delete' && found === undefined)) return rev;
      const document =
        revision === 'delete'
          ? { _id: id, _rev: rev, _deleted: true }
          : { ...revision, _id: id, ...(rev === undefined ? {} : { _rev: rev }) };
      try {
        const saved = await this.save(document, options);
        return revision === 'delete' ? undefined : saved.rev;
      } catch (error) {
        if (!(error instanceof GridError) || error.kind !== 'conflict' || attempt === designTries) throw error;
      }
    }
  }

  private async found(id: string, options: CallOptions): Promise<TokenDocument | undefined> {
    try {
      return await this.document(id, options);
    } catch (error) {
      // A database that is not there is told by the write that follows.
      if (error instanceof GridError && error.kind === 'notFound') return undefined;
      throw error;
    }
  }

  async document(id: string, options: CallOptions): Promise<TokenDocument> {
    return (await this.call.json({ path: documentPath(id), what: `“${id}”` }, options)) as TokenDocument;
  }

  async documents(
    ids: readonly string[],
    options: CallOptions & { readonly attachments?: boolean },
  ): Promise<ReadonlyMap<string, TokenDocument>> {
    const found = new Map<string, TokenDocument>();
    for (let at = 0; at < ids.length; at += idsAtOnce) {
      const body = { keys: ids.slice(at, at + idsAtOnce) };
      const query = { include_docs: true, ...(options.attachments === true ? { attachments: true } : {}) };
      const answer = recordIn(await this.call.json({ method: 'POST', path: '_all_docs', query, body }, options));
      for (const row of listIn(answer?.rows)) {
        const { id, doc } = recordIn(row) ?? {};
        const document = recordIn(doc);
        if (typeof id === 'string' && document !== undefined) found.set(id, document);
      }
    }
    return found;
  }

  all(options: CallOptions): AsyncIterable<readonly TokenDocument[]> {
    return readAll(this.call, options);
  }

  async save(document: TokenDocument, options: CallOptions): Promise<Saved> {
    const id = typeof document._id === 'string' ? document._id : '';
    const answer = await this.call.json({ method: 'PUT', path: documentPath(id), body: document, what: `“${id}”` }, options);
    return { id, rev: revIn(this.name, answer) };
  }

  bulk(documents: Iterable<TokenDocument>, options: BulkOptions): Promise<BulkReport> {
    return writeBulk(this.call, this, documents, options);
  }

  async text(id: string, { rev, ...options }: CallOptions & { readonly rev?: string }): Promise<string> {
    const path = `${documentPath(id)}${rev === undefined ? '' : `?rev=${segment(rev)}`}`;
    const { bytes } = await this.call.get(path, `“${id}”`, largestDocument, options);
    return readText(this.name, bytes);
  }

  async write(id: string, json: string, options: CallOptions): Promise<Saved> {
    const body = Buffer.from(json, 'utf8');
    const answer = await this.call.json({ method: 'PUT', path: documentPath(id), body, what: `“${id}”` }, options);
    return { id, rev: revIn(this.name, answer) };
  }

  async attachment(id: string, name: string, options: CallOptions): Promise<Attachment> {
    const path = `${documentPath(id)}/${segment(name)}`;
    return this.call.get(path, `the attachment “${name}” of “${id}”`, this.given.maxBytes ?? 256_000_000, options);
  }

  pour(id: string, rev: string, name: string, take: (part: Uint8Array) => Promise<void>, options: CallOptions): Promise<Poured> {
    const path = `${documentPath(id)}/${segment(name)}${rev === '' ? '' : `?rev=${segment(rev)}`}`;
    return this.call.pour(path, `the attachment “${name}” of “${id}”`, take, options);
  }

  async make(id: string, fields: string, attachments: AsyncIterable<Enclosed>, options: CallOptions): Promise<Saved> {
    const answer = await this.call.send(documentPath(id), `“${id}”`, documentText(fields, attachments), options);
    return { id, rev: revIn(this.name, answer) };
  }

  async attach(id: string, rev: string, name: string, content: Attachment, options: CallOptions): Promise<Saved> {
    const query = rev === '' ? '' : `?rev=${segment(rev)}`;
    const answer = await this.call.put(`${documentPath(id)}/${segment(name)}${query}`, `“${id}”`, content, options);
    return { id, rev: revIn(this.name, answer) };
  }

  changes(since: string, options: CallOptions): AsyncIterable<Heard> {
    const { quietMs = 50_000, retryMs = 1_000 } = this.given;
    return followChanges(this.call, { since, quietMs, retryMs }, options);
  }
}

function viewQuestion({ design, view }: ViewName): { readonly path: string; readonly what: string } {
  return { path: `_design/${segment(design)}/_view/${segment(view)}`, what: `the view ${design}/${view}` };
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The text of a document, once it is known to be one. */
function readText(name: string, bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8');
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw unreadableError(name, text.trimStart().startsWith('<') ? text : '');
  }
  if (typeof recordIn(document)?._id !== 'string') throw unreadableError(name, document);
  return text;
}

function revIn(name: string, answer: object): string {
  const { rev } = answer as { readonly rev?: unknown };
  if (typeof rev === 'string') return rev;
  throw new GridError('malformed', `${name} wrote it and did not say as what revision.`, { hint: 'Read it again.', uncertain: true });
}
