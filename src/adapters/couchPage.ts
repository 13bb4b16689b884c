/**
 * Pages of a view by cursor: never by `skip`, which reads all that it leaves out (measured: 13 s against 2 s for 10 000
 * tokens in pages of 1000).
 */
import type { CallOptions } from '../core/ports';
import { recordIn } from '../core/tokens/document';
import type { RowPage, RowQuery, ViewRow } from '../core/tokens/pool';
import type { CouchCall, Question } from './couchCall';

const pageSize = 200;

export async function readPage(call: CouchCall, view: Question, query: RowQuery, options: CallOptions): Promise<RowPage<ViewRow>> {
  const { cursor, limit = pageSize } = query;
  // One row more than is shown: it says where the next page begins.
  for (let ask = limit === 0 ? 0 : limit + 1; ; ask *= 2) {
    const answer = recordIn(await call.json({ ...view, query: { reduce: false, limit: ask, ...bounds(query) } }, options));
    const all = Array.isArray(answer?.rows) ? answer.rows.flatMap((row: unknown) => readViewRow(row) ?? []) : [];
    const rows = cursor === undefined ? all : all.filter((row) => !isBefore(row, cursor.key, cursor.id));
    // A server that pays no heed to `startkey_docid` begins with the first row of this key: ask for more, up to the cursor.
    if (rows.length <= limit && rows.length < all.length && all.length === ask) continue;
    const next = limit === 0 ? undefined : rows[limit];
    const total = answer?.total_rows;
    return {
      rows: rows.slice(0, limit),
      ...(next === undefined ? {} : { next: { key: next.key, id: next.id } }),
      ...(typeof total === 'number' ? { total } : {}),
    };
  }
}

function bounds({ start, end, cursor }: RowQuery): Record<string, unknown> {
  const from = cursor === undefined ? start : cursor.key;
  return {
    ...(from === undefined ? {} : { startkey: from }),
    ...(end === undefined ? {} : { endkey: end }),
    ...(cursor === undefined ? {} : { startkey_docid: cursor.id }),
  };
}

/** Rows of one key come in the order of their ids, byte by byte. */
function isBefore(row: ViewRow, key: unknown, id: string): boolean {
  return row.id !== id && JSON.stringify(row.key) === JSON.stringify(key) && Buffer.compare(Buffer.from(row.id), Buffer.from(id)) < 0;
}

function readViewRow(row: unknown): ViewRow | undefined {
  const { id, key, value } = recordIn(row) ?? {};
  return typeof id === 'string' ? { id, key: key ?? null, value: value ?? null } : undefined;
}
