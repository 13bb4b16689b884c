/**
 * Tokens of a selection, some hundred at a time, one request after the other: what is held does not grow with the pool,
 * ids excepted. An id comes once, also where an action moves its token to another place of the view that is being read.
 */
import { GridError } from '../../errors';
import type { CallOptions } from '../../ports';
import { designName, hasOurs, keysUnder, ourDesign, poolView, readRow } from '../design';
import { jobOf } from '../document';
import type { Pool, RowQuery, TokenRow, ViewName, ViewRow } from '../pool';
import { isToken, standingOf, type TokenDocument, type TokenState } from '../state';
import type { Failure } from './change';
import { isInPart, isMeant, type Condition, type Which } from './which';

/** Documents or rows of one request. */
const batchSize = 500;

export interface Batch {
  readonly documents: readonly TokenDocument[];
  /** Named by their ids, and not in the pool. */
  readonly missing: readonly string[];
  /** Named or listed, and no tokens. */
  readonly others: readonly string[];
}

/** What of a batch cannot be dealt with, and why. */
export function gapsIn({ missing, others }: Pick<Batch, 'missing' | 'others'>, pool: Pool): readonly Failure[] {
  return [
    ...missing.map((id) => ({ id, message: `There is no token “${id}” in ${pool.name}.` })),
    ...others.map((id) => ({ id, message: `“${id}” is no token.` })),
  ];
}

/** Tokens with their documents. Ends with the error of the pool when it fails. */
export async function* documentsOf(pool: Pool, which: Which, options: CallOptions): AsyncGenerator<Batch> {
  switch (which.by) {
    case 'ids':
      for (const ids of chunks([...new Set(which.ids)])) yield await named(pool, ids, options);
      return;
    case 'view':
      for await (const ids of idsOf(pool, which.view, {}, options)) yield { ...(await named(pool, ids, options)), missing: [] };
      return;
    default:
      yield* found(pool, which, options);
  }
}

/** What a token is, as far as the numbers before an action go. */
export interface Sighting {
  readonly id: string;
  readonly state: TokenState;
  readonly lock: number | null;
  readonly job: string | null;
}

/** As {@link documentsOf}, without the documents where our view can tell. */
export async function* sightingsOf(
  pool: Pool,
  which: Which,
  options: CallOptions,
): AsyncGenerator<Omit<Batch, 'documents'> & { readonly seen: readonly Sighting[] }> {
  const keys = isRange(which) ? await keysFor(pool, which, options) : undefined;
  if (keys === undefined) {
    for await (const { documents, ...rest } of documentsOf(pool, which, options)) yield { ...rest, seen: documents.map(sightingOf) };
    return;
  }
  const unseen = once();
  const fits = (row: TokenRow): boolean => which.by !== 'part' || isInPart(row, which.part);
  for (const key of keys)
    for await (const rows of rowsOf(pool, ourView, keysUnder(key), options))
      yield { seen: rows.flatMap((row) => readRow(row) ?? []).filter((row) => fits(row) && unseen(row.id)), missing: [], others: [] };
}

/** Whether the rows of our view tell all: no document has to be looked at. */
function isRange(which: Which): which is Condition {
  return which.by === 'part' || (which.by === 'where' && Object.keys(which.where.fields).every((field) => field === 'type'));
}

function sightingOf(document: TokenDocument): Sighting {
  const { _id: id, lock } = document;
  return {
    id: String(id),
    state: standingOf(document).state,
    lock: typeof lock === 'number' ? lock : null,
    job: jobOf(document) ?? null,
  };
}

const ourView: ViewName = { design: designName, view: poolView };

async function named(pool: Pool, ids: readonly string[], options: CallOptions): Promise<Batch> {
  // Design documents and whatever else begins with an underscore are the server's own.
  const asked = ids.filter((id) => !id.startsWith('_'));
  const there = asked.length === 0 ? new Map<string, TokenDocument>() : await pool.documents(asked, options);
  const documents = [...there.values()];
  return {
    documents: documents.filter(isToken),
    missing: asked.filter((id) => !there.has(id)),
    others: ids.filter((id) => id.startsWith('_') || (there.has(id) && !isToken(there.get(id) ?? {}))),
  };
}

async function* found(pool: Pool, which: Condition, options: CallOptions): AsyncGenerator<Batch> {
  const keys = await keysFor(pool, which, options);
  const none = { missing: [], others: [] };
  if (keys === undefined) {
    for await (const all of pool.all(options)) yield { ...none, documents: all.filter((each) => isMeant(each, which)) };
    return;
  }
  const unseen = once();
  for (const key of keys)
    for await (const rows of rowsOf(pool, ourView, keysUnder(key), options)) {
      const ids = rows.map(({ id }) => id).filter(unseen);
      const there = ids.length === 0 ? [] : [...(await pool.documents(ids, options)).values()];
      yield { ...none, documents: there.filter((each) => isMeant(each, which)) };
    }
}

/** Where our own view keeps these tokens; undefined when it does not, or is not there. */
async function keysFor(pool: Pool, which: Condition, options: CallOptions): Promise<readonly (readonly unknown[])[] | undefined> {
  const parts = partsOf(which);
  if (parts === undefined || !(await hasOurView(pool, poolView, options))) return undefined;
  const [type, state] = parts;
  if (type !== undefined) return [parts];
  const counts = await pool.counts(options);
  return counts.filter((each) => each.state === state).map((each) => [each.type, each.state]);
}

/** How the keys begin; the type may be missing beside a state. */
function partsOf(which: Condition): readonly unknown[] | undefined {
  if (which.by === 'part') {
    const { type, state, step, code } = which.part;
    return [type, state, ...(step === undefined ? [] : [step, ...(code === undefined ? [] : [code])])];
  }
  const { state, type } =
    which.by === 'where'
      ? { state: which.where.state, type: which.where.fields.type }
      : { state: which.filter.state, type: which.filter.fields.find(({ field }) => field === 'type')?.value };
  if (typeof type === 'string') return state === undefined ? [type] : [type, state];
  return state === undefined ? undefined : [undefined, state];
}

/** Whether a view of ours is installed, and says what this version makes of it. */
export async function hasOurView(pool: Pool, view: keyof typeof ourDesign.views, options: CallOptions): Promise<boolean> {
  try {
    return hasOurs(await pool.document(ourDesign._id, options), view);
  } catch (error) {
    if (error instanceof GridError && error.kind === 'notFound') return false;
    throw error;
  }
}

async function* idsOf(pool: Pool, view: ViewName, query: RowQuery, options: CallOptions): AsyncGenerator<readonly string[]> {
  const unseen = once();
  for await (const rows of rowsOf(pool, view, query, options)) yield rows.map(({ id }) => id).filter(unseen);
}

/** All rows of a view by cursor. */
export async function* rowsOf(
  pool: Pool,
  view: ViewName,
  query: Omit<RowQuery, 'cursor' | 'limit'>,
  options: CallOptions,
): AsyncGenerator<readonly ViewRow[]> {
  let cursor: RowQuery['cursor'];
  do {
    const { rows, next } = await pool.rows(view, { ...query, limit: batchSize, ...(cursor === undefined ? {} : { cursor }) }, options);
    yield rows;
    cursor = next;
  } while (cursor !== undefined);
}

/** True for an id the first time. */
function once(): (id: string) => boolean {
  const known = new Set<string>();
  return (id) => !known.has(id) && known.add(id).has(id);
}

function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += batchSize) yield all.slice(at, at + batchSize);
}
