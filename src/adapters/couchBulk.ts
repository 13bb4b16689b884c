/**
 * Many documents in few requests. CouchDB answers 201 even if every row is a conflict, refuses a whole request for one
 * document that is too large, and may have written what it could no longer answer: so rows are read one by one, sizes
 * are known before sending, and a lost answer is made good by looking.
 */
import { GridError } from '../core/errors';
import { recordIn } from '../core/tokens/document';
import type { BulkOptions, BulkReport, BulkRow, Pool } from '../core/tokens/pool';
import type { TokenDocument } from '../core/tokens/state';
import { count } from '../core/wording';
import type { CouchCall } from './couchCall';

/** CouchDB's `max_document_size`; attachments do not count. */
const maxDocument = 8_000_000;
/** JSON of one request. A larger document goes alone. */
const maxRequest = 6_000_000;
const chunkDocuments = 500;
const mostDocuments = 1000;

interface Item {
  readonly index: number;
  readonly id: string;
  readonly document: TokenDocument;
  readonly json: string;
  readonly bytes: number;
}

export function writeBulk(
  call: CouchCall,
  pool: Pick<Pool, 'documents'>,
  documents: Iterable<TokenDocument>,
  options: BulkOptions,
): Promise<BulkReport> {
  return new Writing(call, pool, options).run(documents);
}

class Writing {
  readonly #rows: BulkRow[] = [];
  #ended: GridError | undefined;
  #settled = 0;

  constructor(
    private readonly call: CouchCall,
    private readonly pool: Pick<Pool, 'documents'>,
    private readonly options: BulkOptions,
  ) {}

  async run(documents: Iterable<TokenDocument>): Promise<BulkReport> {
    const most = Math.max(1, Math.min(mostDocuments, this.options.chunk ?? chunkDocuments));
    let chunk: Item[] = [];
    let bytes = 0;
    for (const document of documents) {
      const item = this.#take(document);
      if (item === undefined) continue;
      if (chunk.length > 0 && (chunk.length === most || bytes + item.bytes > maxRequest)) {
        await this.#send(chunk);
        chunk = [];
        bytes = 0;
      }
      chunk.push(item);
      bytes += item.bytes;
    }
    if (chunk.length > 0) await this.#send(chunk);
    return { rows: this.#rows, ...(this.#ended === undefined ? {} : { ended: this.#ended }) };
  }

  /** Gives a document its row, "unsent" until more is known; undefined for one that is not sent at all. */
  #take(document: TokenDocument): Item | undefined {
    const id = typeof document._id === 'string' ? document._id : '';
    const index = this.#rows.push({ id, outcome: 'unsent' }) - 1;
    if (this.#ended !== undefined) return undefined;
    if (id === '') return this.#refuse(index, id, 'It has no id. Give it one.');
    const json = JSON.stringify(document);
    const bytes = Buffer.byteLength(json);
    const size = bytes - attachmentBytes(document);
    if (size <= maxDocument) return { index, id, document, json, bytes };
    return this.#refuse(
      index,
      id,
      `“${id}” has ${count(size)} bytes, and a document can have ${count(maxDocument)}. Move what is large into an attachment.`,
    );
  }

  #refuse(index: number, id: string, message: string): undefined {
    this.#rows[index] = { id, outcome: 'refused', message };
    this.#settled++;
    this.options.progress?.(this.#settled);
    return undefined;
  }

  async #send(chunk: readonly Item[]): Promise<void> {
    if (this.#ended !== undefined) return;
    try {
      this.#settle(chunk, await this.#post(chunk));
    } catch (thrown) {
      const error = thrown instanceof GridError ? thrown : new GridError('malformed', String(thrown), { cause: thrown });
      if (isTooLarge(error)) await this.#halve(chunk, error);
      else {
        this.#ended = error;
        if (error.uncertain) await this.#look(chunk);
      }
    }
  }

  /** A server or a proxy takes less than CouchDB by itself does: one of these is too large. */
  async #halve(chunk: readonly Item[], error: GridError): Promise<void> {
    const [only] = chunk;
    if (chunk.length === 1 && only !== undefined) {
      this.#refuse(
        only.index,
        only.id,
        `“${only.id}” is too large for ${this.call.endpoint.name} (${count(only.bytes)} bytes). ${error.hint ?? ''}`.trim(),
      );
      return;
    }
    const middle = Math.ceil(chunk.length / 2);
    await this.#send(chunk.slice(0, middle));
    await this.#send(chunk.slice(middle));
  }

  async #post(chunk: readonly Item[]): Promise<readonly unknown[]> {
    // The text of each document was made for its size; it is not made again.
    const body = Buffer.from(`{"docs":[${chunk.map(({ json }) => json).join(',')}]}`, 'utf8');
    const answer = await this.call.json({ method: 'POST', path: '_bulk_docs', body, what: 'the request' }, this.options);
    if (Array.isArray(answer)) return answer as readonly unknown[];
    throw new GridError('malformed', `${this.call.endpoint.name} did not say what became of the documents.`, {
      hint: 'Repeat it.',
      uncertain: true,
    });
  }

  #settle(chunk: readonly Item[], answers: readonly unknown[]): void {
    const byId = new Map<string, unknown[]>();
    for (const answer of answers) {
      const id = recordIn(answer)?.id;
      if (typeof id === 'string') byId.set(id, [...(byId.get(id) ?? []), answer]);
    }
    for (const item of chunk) this.#rows[item.index] = readAnswer(item.id, byId.get(item.id)?.shift());
    this.#told(chunk.length);
  }

  /** What became of documents whose answer was lost: the pool holds what was sent, or it does not. */
  async #look(chunk: readonly Item[]): Promise<void> {
    for (const { index, id } of chunk) this.#rows[index] = { id, outcome: 'unknown' };
    if (this.options.signal.aborted) return;
    try {
      const found = await this.pool.documents(
        chunk.map(({ id }) => id),
        this.options,
      );
      for (const { index, id, document } of chunk) {
        const there = found.get(id);
        const rev = there?._rev;
        if (there === undefined)
          this.#rows[index] = document._deleted === true ? { id, outcome: 'written', rev: '' } : { id, outcome: 'unsent' };
        else if (rev === document._rev) this.#rows[index] = { id, outcome: 'unsent' };
        else if (typeof rev === 'string' && sameContent(document, there)) this.#rows[index] = { id, outcome: 'written', rev };
        else this.#rows[index] = { id, outcome: 'conflict' };
      }
      this.#told(chunk.length);
    } catch {
      // Still silent: the rows stay unknown, and the first error tells why.
    }
  }

  #told(rows: number): void {
    this.#settled += rows;
    this.options.progress?.(this.#settled);
  }
}

function readAnswer(id: string, answer: unknown): BulkRow {
  const { rev, error, reason } = recordIn(answer) ?? {};
  if (typeof error !== 'string') return typeof rev === 'string' ? { id, outcome: 'written', rev } : { id, outcome: 'unknown' };
  if (error === 'conflict') return { id, outcome: 'conflict' };
  return { id, outcome: 'refused', message: typeof reason === 'string' && reason !== '' ? reason : error };
}

/** Bytes of a document's JSON that are the content of attachments. */
function attachmentBytes({ _attachments }: TokenDocument): number {
  return Object.values(recordIn(_attachments) ?? {}).reduce<number>((sum, stub) => {
    const data = recordIn(stub)?.data;
    return typeof data === 'string' ? sum + data.length : sum;
  }, 0);
}

/** Whether the pool's document says what ours does; revisions and the form of attachments excepted. */
function sameContent(sent: TokenDocument, there: TokenDocument): boolean {
  return canonical(content(sent)) === canonical(content(there));
}

function content({ _rev, _attachments, ...fields }: TokenDocument): TokenDocument {
  return { ...fields, _attachments: Object.keys(recordIn(_attachments) ?? {}).sort() };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    const record = recordIn(each);
    return record === undefined ? each : Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function isTooLarge({ cause }: GridError): boolean {
  return typeof cause === 'object' && cause !== null && 'status' in cause && cause.status === 413;
}
