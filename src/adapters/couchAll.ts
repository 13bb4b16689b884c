/**
 * Every document of a database, page by page in the order of ids. Documents differ in size by a factor of ten thousand:
 * pages grow and shrink so that an answer stays at some MB.
 */
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { recordIn } from '../core/tokens/document';
import type { TokenDocument } from '../core/tokens/state';
import { unreadableError } from './couchError';
import { segment, type CouchCall } from './couchCall';

/** Documents of a page. */
const first = 100;
const most = 500;
/** Bytes of an answer: what pages aim at, and what is read at all. */
const comfortable = 4_000_000;
const largest = 64_000_000;

export async function* readAll(call: CouchCall, options: CallOptions): AsyncGenerator<readonly TokenDocument[]> {
  let from: string | undefined;
  let limit = first;
  do {
    const page = await pageFrom(call, from, limit, options);
    if (page === undefined) {
      limit = Math.max(1, Math.floor(limit / 4));
      continue;
    }
    const { rows, bytes } = page;
    const documents = rows.slice(0, limit).flatMap((row): TokenDocument[] => {
      const document = recordIn(recordIn(row)?.doc);
      return document === undefined ? [] : [document];
    });
    yield documents.filter(({ _id: id }) => typeof id === 'string' && !id.startsWith('_'));
    // One row more than the page has says where the next one begins.
    const next = recordIn(rows[limit])?.id;
    if (next === undefined) return;
    if (typeof next !== 'string') throw unreadableError(call.endpoint.name, rows);
    from = next;
    limit = Math.max(1, Math.min(most, limit * 2, Math.floor((limit * comfortable) / bytes)));
  } while (true);
}

/** Undefined when the answer is too large to be read; a single document is read or fails. */
async function pageFrom(
  call: CouchCall,
  from: string | undefined,
  limit: number,
  options: CallOptions,
): Promise<{ readonly rows: readonly unknown[]; readonly bytes: number } | undefined> {
  const start = from === undefined ? '' : `&startkey=${segment(JSON.stringify(from))}`;
  const { name } = call.endpoint;
  try {
    const { bytes } = await call.get(`_all_docs?include_docs=true&limit=${limit + 1}${start}`, 'its documents', largest, options);
    const { rows } = recordIn(parse(name, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'))) ?? {};
    if (!Array.isArray(rows)) throw unreadableError(name, rows);
    return { rows: rows as readonly unknown[], bytes: bytes.length };
  } catch (error) {
    if (limit > 1 && error instanceof GridError && isTooMuch(error)) return undefined;
    throw error;
  }
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadableError(name, /^\s*</.test(text) ? text : '');
  }
}

function isTooMuch({ cause }: GridError): boolean {
  return typeof cause === 'object' && cause !== null && 'tooMuch' in cause;
}
