/**
 * What is known of a pool while somebody looks at it: its design documents, its counts, and the pages that were opened.
 * Everything is asked for once and kept until `renew`; what it costs follows what is open, never the size of the pool.
 */
import { asGridError, type GridError } from '../errors';
import type { CallOptions } from '../ports';
import { designName, hasOurs, keysUnder, poolView, timesView } from './design';
import { stubsOf, type Stub } from './document';
import type { Cursor, Design, Overview, PageQuery, Pool, RowPage, StateCount, TokenRow, ViewName, ViewRow } from './pool';
import { rowOf } from './row';
import type { TokenState } from './state';

/** A list of tokens that can be opened page by page. */
export interface TokensOf {
  readonly type: string;
  readonly state: TokenState;
}

/** How the tokens of a state are ordered: by step, code and id, or by when they were locked or closed, the oldest first. */
export type Order = 'name' | 'age';

/** What stands at the head of a pool. */
export interface Sight {
  readonly designs: readonly Design[];
  /** By type and state; undefined where our view is not installed. */
  readonly counts: readonly StateCount[] | undefined;
  /** The server's own counts, asked for where ours are missing. */
  readonly overviews: readonly Overview[];
}

/** As far as a list has been read. */
export interface Shown<Row> {
  readonly rows: readonly Row[];
  /** Where the next page begins; absent when everything is shown. */
  readonly next?: Cursor;
  readonly total?: number;
}

type Listed = Shown<TokenRow> | Shown<ViewRow>;

interface List {
  readonly read: (cursor: Cursor | undefined, limit: number | undefined, options: CallOptions) => Promise<RowPage<TokenRow | ViewRow>>;
  shown: Promise<Listed>;
}

/** Pages that are read again at once when a list of several pages is renewed; the rest is closed. */
const mostRenewed = 5;
const pageRows = 200;

export class Stock {
  #sight: Promise<Sight> | undefined;
  readonly #lists = new Map<string, List>();
  readonly #sizes = new Map<string, Promise<number>>();
  readonly #stubs = new Map<string, Promise<readonly Stub[]>>();

  /** @param open the connection, opened anew for each question so that a changed address or account counts at once */
  constructor(private readonly open: () => Promise<Pool>) {}

  /** Head of the pool: two requests, or one more for each overview of the server's where our counts are missing. */
  sight(options: CallOptions): Promise<Sight> {
    if (this.#sight !== undefined) return this.#sight;
    const asked = this.#readSight(options);
    this.#sight = asked;
    return this.#forgetIfFailed(asked, () => {
      if (this.#sight === asked) this.#sight = undefined;
    });
  }

  /** What was last read, for rows that are drawn now. */
  known: Sight | undefined;

  async #readSight(options: CallOptions): Promise<Sight> {
    const pool = await this.open();
    const designs = await pool.designs(options);
    const ours = designs.some(({ name, document }) => name === designName && hasOurs(document, poolView));
    this.known = ours
      ? { designs, counts: await pool.counts(options), overviews: [] }
      : { designs, counts: undefined, overviews: await pool.overviews(designs, options) };
    return this.known;
  }

  /** Of all lists of tokens; those that have been opened are asked for again. */
  set order(order: Order) {
    if (order === this.#order) return;
    this.#order = order;
    for (const key of this.#lists.keys()) if (key.startsWith('tokens\n')) this.#lists.delete(key);
  }

  get order(): Order {
    return this.#order;
  }

  #order: Order = 'name';

  /** The pages of a state that have been opened; the first at least. */
  tokens({ type, state }: TokensOf, options: CallOptions): Promise<Shown<TokenRow>> {
    return this.#list<TokenRow>(`tokens\n${type}\n${state}`, options, async (cursor, limit, more) => {
      const pool = await this.open();
      if (this.#order === 'age' && hasTimes.includes(state)) return pageByAge(pool, { type, state }, cursor, limit, more);
      return pool.page({ type, state, ...(cursor === undefined ? {} : { cursor }), ...(limit === undefined ? {} : { limit }) }, more);
    });
  }

  /** The pages of a view that have been opened; with a key only its rows of that key. */
  rows(view: ViewName, options: CallOptions): Promise<Shown<ViewRow>> {
    return this.#list<ViewRow>(`rows\n${view.design}\n${view.view}`, options, async (cursor, limit, more) => {
      const pool = await this.open();
      return pool.rows(view, { ...(cursor === undefined ? {} : { cursor }), ...(limit === undefined ? {} : { limit }) }, more);
    });
  }

  /** The pages of a part of a state that have been opened: of one step, or of one code. */
  part(query: Omit<PageQuery, 'cursor' | 'limit'>, options: CallOptions): Promise<Shown<TokenRow>> {
    return this.#list<TokenRow>(`part\n${JSON.stringify(query)}`, options, async (cursor, limit, more) => {
      const pool = await this.open();
      return pool.page({ ...query, ...(cursor === undefined ? {} : { cursor }), ...(limit === undefined ? {} : { limit }) }, more);
    });
  }

  /** Number of rows of a view. */
  size(view: ViewName, options: CallOptions): Promise<number> {
    const key = `${view.design}\n${view.view}`;
    const read = async (): Promise<number> => (await this.open()).size(view, options);
    return this.#keep(this.#sizes, key, read);
  }

  /** Attachments of a token. */
  stubs(id: string, options: CallOptions): Promise<readonly Stub[]> {
    return this.#keep(this.#stubs, id, async () => stubsOf(await (await this.open()).document(id, options)));
  }

  /** Opens one page more of the tokens of a state or of a part of it, or of the rows of a view. */
  async more(of: TokensOf | ViewName | { readonly part: Omit<PageQuery, 'cursor' | 'limit'> }, options: CallOptions): Promise<void> {
    const key =
      'part' in of
        ? `part\n${JSON.stringify(of.part)}`
        : 'state' in of
          ? `tokens\n${of.type}\n${of.state}`
          : `rows\n${of.design}\n${of.view}`;
    const list = this.#lists.get(key);
    const before = await list?.shown;
    if (list === undefined || before?.next === undefined) return;
    const page = await list.read(before.next, undefined, options);
    const rows = [...before.rows, ...page.rows] as readonly TokenRow[] | readonly ViewRow[];
    list.shown = Promise.resolve({ rows, ...(page.next === undefined ? {} : { next: page.next }) } as Listed);
  }

  /**
   * Reads again what has been read, and tells whether anything is different. A list whose answer fails keeps its old rows.
   * Rejects when the head cannot be read.
   */
  async renew(options: CallOptions): Promise<boolean> {
    const old = this.#sight;
    if (old === undefined) return false;
    const before = await old.catch(() => undefined);
    const sight = await this.#readSight(options);
    this.#sight = Promise.resolve(sight);
    let changed = !same(before, sight);
    for (const [key, list] of this.#lists) {
      const shown = await list.shown.catch(() => undefined);
      const limit = Math.min(Math.max(pageRows, shown?.rows.length ?? 0), mostRenewed * pageRows);
      try {
        const page = await list.read(undefined, limit, options);
        changed ||= !same(shown?.rows, page.rows) || !same(shown?.next, page.next);
        list.shown = Promise.resolve(page as Listed);
      } catch (error) {
        if (asGridError(error).kind === 'cancelled') throw error;
        // Its state or view may be gone: then the rows are read when it is opened again.
        this.#lists.delete(key);
        changed = true;
      }
    }
    for (const [key, known] of this.#sizes) {
      const [design = '', view = ''] = key.split('\n');
      const size = await (await this.open()).size({ design, view }, options).catch(() => undefined);
      changed ||= size !== (await known.catch(() => undefined));
      if (size === undefined) this.#sizes.delete(key);
      else this.#sizes.set(key, Promise.resolve(size));
    }
    this.#stubs.clear();
    return changed;
  }

  /** Everything is asked for again when somebody looks. */
  forget(): void {
    this.#sight = undefined;
    this.known = undefined;
    this.#lists.clear();
    this.#sizes.clear();
    this.#stubs.clear();
  }

  #list<Row extends TokenRow | ViewRow>(
    key: string,
    options: CallOptions,
    read: (cursor: Cursor | undefined, limit: number | undefined, options: CallOptions) => Promise<RowPage<Row>>,
  ): Promise<Shown<Row>> {
    let list = this.#lists.get(key);
    if (list === undefined) {
      const shown = this.#forgetIfFailed(read(undefined, undefined, options), () => this.#lists.delete(key));
      list = { read, shown: shown as unknown as Promise<Listed> };
      this.#lists.set(key, list);
    }
    return list.shown as unknown as Promise<Shown<Row>>;
  }

  #keep<T>(kept: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
    let found = kept.get(key);
    if (found === undefined) {
      found = this.#forgetIfFailed(read(), () => kept.delete(key));
      kept.set(key, found);
    }
    return found;
  }

  /** What failed is asked for again the next time. */
  #forgetIfFailed<T>(asked: Promise<T>, forget: () => unknown): Promise<T> {
    asked.catch(forget);
    return asked;
  }
}

/** States that our view of times knows; what is to do has no time. */
const hasTimes: readonly TokenState[] = ['locked', 'done', 'error'];

/** Two requests a page: the order is that of our view of times, whose rows say no more than the second. */
async function pageByAge(
  pool: Pool,
  { type, state }: TokensOf,
  cursor: Cursor | undefined,
  limit: number | undefined,
  options: CallOptions,
): Promise<RowPage<TokenRow>> {
  const query = {
    ...keysUnder([type, state]),
    ...(cursor === undefined ? {} : { cursor }),
    ...(limit === undefined ? {} : { limit }),
  };
  const page = await pool.rows({ design: designName, view: timesView }, query, options);
  const documents = await pool.documents(
    page.rows.map(({ id }) => id),
    options,
  );
  const rows = page.rows.flatMap(({ id }) => {
    const document = documents.get(id);
    return document === undefined ? [] : [rowOf(document)];
  });
  return { rows, ...(page.next === undefined ? {} : { next: page.next }) };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Tokens of a type by state, and their sum. */
export interface TypeCounts {
  readonly type: string;
  readonly total: number;
  readonly states: readonly { readonly state: TokenState; readonly count: number }[];
}

/** Counts by type, the largest first. */
export function typesOf(counts: readonly StateCount[]): readonly TypeCounts[] {
  const types = new Map<string, { state: TokenState; count: number }[]>();
  for (const { type, state, count } of counts) types.set(type, [...(types.get(type) ?? []), { state, count }]);
  return [...types]
    .map(([type, states]) => ({ type, states, total: states.reduce((sum, { count }) => sum + count, 0) }))
    .sort((a, b) => b.total - a.total || (a.type < b.type ? -1 : 1));
}

/** An error that the person can mend by signing in. */
export function wantsSignIn({ kind }: GridError): boolean {
  return kind === 'auth' || kind === 'forbidden';
}
