/**
 * A pool of tokens as the core sees it: one database on a CouchDB server. Methods reject with a GridError only, stop at
 * the caller's signal and have a deadline of their own. Ids, names and revisions are passed as they are; encoding is the
 * adapter's business.
 */
import type { GridError } from '../errors';
import type { CallOptions } from '../ports';
import type { TokenState, TokenDocument } from './state';

export interface PoolFacts {
  readonly database: string;
  /** Documents in the database, tokens and all others, design documents included. */
  readonly documents: number;
  /** Where the changes feed stands now; meaning is the server's. */
  readonly seq: string;
  /** Version of the server ("3.3.2"); absent when it does not tell. */
  readonly version?: string;
  /** Who the server takes us for; absent when it does not tell, or for nobody. */
  readonly user?: string;
  /** Whether this account may write design documents, hence views; absent when the server does not tell. */
  readonly designer?: boolean;
}

/** Tokens of one type in one state. */
export interface StateCount {
  readonly type: string;
  readonly state: TokenState;
  readonly count: number;
}

/** A row of a view, as the server keeps it. */
export interface ViewRow {
  /** The document that emitted it. */
  readonly id: string;
  readonly key: unknown;
  readonly value: unknown;
}

/** Where a page begins: the first row that is not on the page before. Only what a page gave may be handed in. */
export interface Cursor {
  readonly key: unknown;
  readonly id: string;
}

export interface RowPage<Row> {
  readonly rows: readonly Row[];
  /** Absent on the last page. */
  readonly next?: Cursor;
  /** Rows of the whole view, whatever was asked for; absent when the server does not tell. */
  readonly total?: number;
}

/** Which rows of a view; without bounds all of them. */
export interface RowQuery {
  /** First and last key, both included, in the order of CouchDB's collation. */
  readonly start?: unknown;
  readonly end?: unknown;
  readonly cursor?: Cursor;
  /** Rows of a page, 1 or more; 200 when absent. */
  readonly limit?: number;
}

/** A view: the name of its design document without `_design/`, and its own. */
export interface ViewName {
  readonly design: string;
  readonly view: string;
}

/** A row of our own view: what a table shows of a token, without its document. */
export interface TokenRow {
  readonly id: string;
  readonly type: string;
  readonly state: TokenState;
  /** Seconds since 1970; null where the document holds no number. */
  readonly lock: number | null;
  readonly done: number | null;
  /** Exit code, and the field that it stands in. */
  readonly code: number | null;
  readonly codeField: 'exit_code' | 'output' | null;
  readonly status: string | null;
  readonly hostname: string | null;
  readonly scrubCount: number | null;
  /** Id of the batch job that holds or held it. */
  readonly job: string | null;
  readonly step: string | null;
  /** Number of attachments. */
  readonly attachments: number;
}

export interface PageQuery {
  readonly type: string;
  readonly state: TokenState;
  /** Only tokens of this step (`PIPELINE_STEP`, else `workflow`); null for those without one. */
  readonly step?: string | null;
  /** With a step: only this exit code; null for those without one. */
  readonly code?: number | null;
  readonly cursor?: Cursor;
  readonly limit?: number;
}

/** What a design document holds, as far as it concerns us. */
export interface Design {
  /** Without `_design/`. */
  readonly name: string;
  readonly rev: string;
  readonly views: readonly DesignView[];
  /** As the server sends it. */
  readonly document: TokenDocument;
}

export interface DesignView {
  readonly name: string;
  readonly map: string;
  readonly reduce?: string;
}

/** One group of a reduced view; the key is null for the sum of everything. */
export interface Group {
  readonly key: unknown;
  readonly value: unknown;
}

/** The server's own counts, under its own names: `overview_total` of PiCaS and GRID_LRT, `overview_view` of GRID_LRT 1. */
export interface Overview extends ViewName {
  /** Buckets in the server's order. They may overlap, and a token may be in none. */
  readonly buckets: readonly { readonly name: string; readonly count: number }[];
  /** Why there are no buckets, where the view cannot be had. */
  readonly problem?: GridError;
}

export interface Saved {
  readonly id: string;
  readonly rev: string;
}

/** What became of one document of a bulk write. */
export type BulkRow =
  | { readonly id: string; readonly outcome: 'written'; readonly rev: string }
  /** The pool holds another revision than the one that was read, or a document of this id already. */
  | { readonly id: string; readonly outcome: 'conflict' }
  | { readonly id: string; readonly outcome: 'refused'; readonly message: string }
  /** It was sent, and neither an answer nor a look at the pool told what became of it. */
  | { readonly id: string; readonly outcome: 'unknown' }
  | { readonly id: string; readonly outcome: 'unsent' };

export interface BulkReport {
  /** One for each document, in the order given. */
  readonly rows: readonly BulkRow[];
  /** Why it ended before everything was sent. Repeating it is safe: what was written is a conflict then. */
  readonly ended?: GridError;
}

export interface BulkOptions extends CallOptions {
  /** Documents in one request, at most 1000; 500 when absent. */
  readonly chunk?: number;
  /** Told after each request: documents whose outcome is known. */
  readonly progress?: (settled: number) => void;
}

export interface Attachment {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** What an attachment is, when its bytes are handed on as they come. */
export interface Poured {
  readonly contentType: string;
  /** Number of bytes. */
  readonly length: number;
}

/** An attachment of a new document. */
export interface Enclosed {
  readonly name: string;
  readonly contentType: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** A document that was written or deleted. */
export interface Change {
  readonly id: string;
  readonly rev: string;
  readonly deleted: boolean;
}

export type Heard =
  | { readonly kind: 'changes'; readonly changes: readonly Change[]; readonly seq: string }
  /** The pool does not answer; it is asked again by itself. */
  | { readonly kind: 'silence'; readonly error: GridError; readonly retryInMs: number };

/** What to make of a design document: another one, nothing at all, or what it is. */
export type Revision = TokenDocument | 'delete' | 'keep';

export interface Pool {
  readonly name: string;
  /** Rejects when the database cannot be read; what else the server keeps to itself is left out. */
  facts(options: CallOptions): Promise<PoolFacts>;

  /** Counts by type and state from our own view, in one request; `notFound` where our view is not installed. */
  counts(options: CallOptions): Promise<readonly StateCount[]>;
  /** Tokens of one state from our own view. */
  page(query: PageQuery, options: CallOptions): Promise<RowPage<TokenRow>>;
  /** The server's own counts, one request for each design document that has them. */
  overviews(designs: readonly Design[], options: CallOptions): Promise<readonly Overview[]>;

  designs(options: CallOptions): Promise<readonly Design[]>;
  /** Number of rows of a view. */
  size(view: ViewName, options: CallOptions): Promise<number>;
  rows(view: ViewName, query: RowQuery, options: CallOptions): Promise<RowPage<ViewRow>>;
  /** What a view with a reduce adds up to: by the first `level` parts of the key, by the whole key, or altogether for 0. */
  groups(
    view: ViewName,
    query: Omit<RowQuery, 'cursor' | 'limit'> & { readonly level?: number },
    options: CallOptions,
  ): Promise<readonly Group[]>;
  /** Reads a design document and writes what is made of it; again, when somebody else was faster. The revision that stands then, if any. */
  reviseDesign(name: string, revise: (found: TokenDocument | undefined) => Revision, options: CallOptions): Promise<string | undefined>;

  /** `notFound` when there is none. */
  document(id: string, options: CallOptions): Promise<TokenDocument>;
  /** Those that exist, by id; with `attachments` their content in base64 as `data`, where the server gives it so. */
  documents(ids: readonly string[], options: CallOptions & { readonly attachments?: boolean }): Promise<ReadonlyMap<string, TokenDocument>>;
  /** All that are no design documents, in the order of their ids; a page is some hundred of them and some MB at most. */
  all(options: CallOptions): AsyncIterable<readonly TokenDocument[]>;
  /** Writes one document over the revision it holds; `conflict` when that is not the newest one. Deletes with `_deleted`. */
  save(document: TokenDocument, options: CallOptions): Promise<Saved>;
  /** Writes many, in chunks, one request at a time. Each needs an `_id`, and `_rev` where it exists already. */
  bulk(documents: Iterable<TokenDocument>, options: BulkOptions): Promise<BulkReport>;

  /** A document as the server writes it: what JSON says and a program's numbers cannot hold. An old revision may be gone: `notFound`. */
  text(id: string, options: CallOptions & { readonly rev?: string }): Promise<string>;
  /** As `save`, of a document in its own words. @param json an object */
  write(id: string, json: string, options: CallOptions): Promise<Saved>;

  attachment(id: string, name: string, options: CallOptions): Promise<Attachment>;
  /**
   * Hands on an attachment of any size as it comes. Each part is waited for; what `take` throws ends it.
   * @param rev of the document; '' for what it is now
   */
  pour(id: string, rev: string, name: string, take: (part: Uint8Array) => Promise<void>, options: CallOptions): Promise<Poured>;
  /**
   * Makes a document whose attachments are sent as they are read. All of it is there afterwards, or nothing; `conflict`
   * when the pool has a document of this id.
   * @param fields a JSON object as text, without `_rev` and `_attachments`
   */
  make(id: string, fields: string, attachments: AsyncIterable<Enclosed>, options: CallOptions): Promise<Saved>;
  /** @param rev of the document; '' makes a new document that holds nothing else */
  attach(id: string, rev: string, name: string, content: Attachment, options: CallOptions): Promise<Saved>;

  /** What happens from a point on (`now`: from this moment), until the signal ends it; rejects when asking again is no use (sign-in, no database). */
  changes(since: string, options: CallOptions): AsyncIterable<Heard>;
}
