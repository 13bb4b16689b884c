/**
 * Puts tokens of an archive back into a pool: all that the pool does not have, and nothing over what it has. The whole
 * archive is read first; one that is damaged changes nothing. Repeating it makes what was not made.
 */
import { asGridError, GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import type { Failure } from '../core/tokens/bulk/change';
import { holdsLargeNumber, stubsOf } from '../core/tokens/document';
import type { Enclosed, Pool } from '../core/tokens/pool';
import type { TokenDocument } from '../core/tokens/state';
import { compact, readObject } from '../core/tokens/verbatim';
import { readArchive, type ArchivePart } from './archiveReader';

export interface Restored {
  readonly restored: number;
  /** Had by the pool already, in whatever form; left as they are. */
  readonly existed: number;
  readonly failed: readonly Failure[];
  /** Why it ended before everything was done; `cancelled` when the person wanted it so. */
  readonly ended?: GridError;
}

export interface RestoreOptions extends CallOptions {
  /** Told after each request: tokens that are dealt with, of how many. */
  readonly progress?: (settled: number, tokens: number) => void;
}

/** Bytes of attachments in one request of many tokens; a token with more goes by itself, sent as it is read. */
const groupBytes = 3_000_000;
const groupTokens = 500;

type Parts = AsyncIterator<ArchivePart, void>;
type TokenPart = Extract<ArchivePart, { readonly kind: 'token' }>;

/** A request that has begun is let finish, within its deadline: only so is it known what became of it. */
const unstopped = { signal: new AbortController().signal };

/** Rejects only when nothing was done at all. */
export async function restoreArchive(pool: Pool, path: string, options: RestoreOptions): Promise<Restored> {
  const { existing, tokens } = await survey(pool, path, options);
  const run = new Run(pool, existing, tokens, options);
  const parts: Parts = readArchive(path, unstopped);
  try {
    for (;;) {
      const { done, value } = await parts.next();
      if (done === true) return await run.finish();
      if (options.signal.aborted) return run.stop(new GridError('cancelled', 'Stopped.'));
      if (value.kind === 'token') await run.token(value, parts);
    }
  } catch (error) {
    return run.stop(asGridError(error));
  } finally {
    await parts.return?.();
  }
}

/** Reads all of the archive, and which of its tokens the pool has. */
async function survey(
  pool: Pool,
  path: string,
  options: RestoreOptions,
): Promise<{ readonly existing: ReadonlySet<string>; readonly tokens: number }> {
  const existing = new Set<string>();
  let tokens = 0;
  for await (const part of readArchive(path, options)) {
    if (part.kind === 'end') ({ tokens } = part.end);
    if (part.kind !== 'manifest') continue;
    const ids = part.lines.map(({ id }) => id);
    for (const id of (await pool.documents(ids, options)).keys()) existing.add(id);
  }
  return { existing, tokens };
}

class Run {
  #restored = 0;
  #existed = 0;
  readonly #failed: Failure[] = [];
  #ended: GridError | undefined;
  #group: TokenDocument[] = [];
  #bytes = 0;

  constructor(
    private readonly pool: Pool,
    private readonly existing: ReadonlySet<string>,
    private readonly tokens: number,
    private readonly options: RestoreOptions,
  ) {}

  async token(part: TokenPart, parts: Parts): Promise<void> {
    const { document } = part;
    const { _id: id } = document;
    const bytes = stubsOf(document).reduce((sum, stub) => sum + (stub.bytes ?? groupBytes), 0);
    if (this.existing.has(id)) this.#existed++;
    else if (this.#ended !== undefined) this.#lost(id, 'It was not restored');
    else if (bytes < groupBytes && !holdsLargeNumber(document)) await this.#add(document, parts);
    else {
      await this.#flush();
      await this.#alone(part, parts);
    }
  }

  async #add(document: TokenDocument, parts: Parts): Promise<void> {
    const attachments: [string, object][] = [];
    for await (const { name, contentType, content } of enclosed(document, parts)) {
      const bytes: Uint8Array[] = [];
      for await (const part of content) bytes.push(part);
      const data = Buffer.concat(bytes).toString('base64');
      this.#bytes += data.length;
      attachments.push([name, { content_type: contentType, data }]);
    }
    this.#group.push(fresh(document, Object.fromEntries(attachments)));
    if (this.#group.length >= groupTokens || this.#bytes >= groupBytes) await this.#flush();
  }

  async #flush(): Promise<void> {
    const group = this.#group;
    this.#group = [];
    this.#bytes = 0;
    if (group.length === 0) return;
    const { rows, ended } = await this.pool.bulk(group, unstopped);
    this.#ended = ended;
    for (const row of rows) {
      const { id, outcome } = row;
      if (outcome === 'written') this.#restored++;
      else if (outcome === 'conflict') this.#existed++;
      else if (outcome === 'refused') this.#failed.push({ id, message: row.message });
      else this.#lost(id, outcome === 'unsent' ? 'It was not restored' : 'Whether it was restored is not known');
    }
    this.#tell();
  }

  async #alone({ document, text }: TokenPart, parts: Parts): Promise<void> {
    try {
      await this.pool.make(document._id, fieldsIn(document, text), enclosed(document, parts), this.options);
      this.#restored++;
    } catch (thrown) {
      const error = asGridError(thrown);
      if (error.kind === 'conflict') this.#existed++;
      else if (error.kind === 'rejected' || error.kind === 'forbidden') this.#failed.push({ id: document._id, message: error.message });
      else {
        this.#ended = error;
        this.#lost(document._id, error.uncertain ? 'Whether it was restored is not known' : 'It was not restored');
      }
    }
    this.#tell();
  }

  #lost(id: string, what: string): void {
    this.#failed.push({ id, message: `${what}: ${this.#ended?.message ?? 'the pool gave no answer.'}` });
  }

  #tell(): void {
    this.options.progress?.(this.#restored + this.#existed + this.#failed.length, this.tokens);
  }

  async finish(): Promise<Restored> {
    await this.#flush();
    return this.#report();
  }

  /** Before the end of the archive. @throws the error, when nothing was done before it */
  stop(error: GridError): Restored {
    if (this.#restored + this.#failed.length === 0) throw error;
    this.#ended ??= error;
    for (const { _id: id } of this.#group) this.#lost(String(id), 'It was not restored');
    this.#failed.push({ id: '', message: `What comes after was not restored: ${this.#ended.message}` });
    return this.#report();
  }

  #report(): Restored {
    const counts = { restored: this.#restored, existed: this.#existed, failed: this.#failed };
    return { ...counts, ...(this.#ended === undefined ? {} : { ended: this.#ended }) };
  }
}

/** The attachments of a token, from the parts that come next. */
async function* enclosed(document: TokenDocument, parts: Parts): AsyncGenerator<Enclosed> {
  for (let left = stubsOf(document).length; left > 0; left--) {
    const { done, value } = await parts.next();
    // The archive was found whole before; it is being changed while it is read.
    if (done === true || value.kind !== 'attachment') return;
    yield { name: value.stub.name, contentType: value.stub.contentType, content: value.content };
  }
}

/** Fields as text, in the words of the archive where a number would not outlive being read. */
function fieldsIn(document: TokenDocument, text: string): string {
  if (!holdsLargeNumber(document)) return JSON.stringify(fresh(document, {}));
  const map = readObject(text);
  return compact({ ...map, members: map.members.filter(({ name }) => name !== '_rev' && name !== '_attachments') });
}

/** A new document: what belongs to the old revision stays behind. */
function fresh({ _rev, _attachments, ...fields }: TokenDocument, attachments: Readonly<Record<string, unknown>>): TokenDocument {
  return Object.keys(attachments).length === 0 ? fields : { ...fields, _attachments: attachments };
}
