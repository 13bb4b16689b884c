/**
 * Archives tokens: their documents and attachments as they are in the pool, each token at one revision, in a file that
 * is read back before anybody relies on it (core/tokens/bulk/archive.ts says what is in it).
 */
import { createHash, type Hash } from 'node:crypto';
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import {
  attachmentName,
  endName,
  endText,
  headName,
  headText,
  manifestName,
  manifestSize,
  manifestText,
  tokenName,
  tokenText,
  type ManifestAttachment,
  type ManifestLine,
} from '../core/tokens/bulk/archive';
import { documentsOf } from '../core/tokens/bulk/batch';
import type { Failure, Tally } from '../core/tokens/bulk/change';
import type { Which } from '../core/tokens/bulk/which';
import { holdsLargeNumber, recordIn, stubsOf, type Stub } from '../core/tokens/document';
import type { Pool } from '../core/tokens/pool';
import type { TokenDocument } from '../core/tokens/state';
import { archiveLines, readWhole } from './archiveReader';
import { GzipFile } from './gzipFile';
import { tarEnd, tarHeader, tarPadding } from './tar';

export interface ArchiveCount {
  readonly tokens: number;
  readonly attachments: number;
}

export interface ArchiveOptions extends CallOptions {
  /** Path of the file that is written. */
  readonly target: string;
  /** Whether it may take the place of a file; else `conflict` when there is one. */
  readonly replace?: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Tokens that are in it so far. */
  readonly progress?: (tokens: number) => void;
}

/** Bytes of attachments that are asked for with their documents at once, and those of one token that are. */
const groupBytes = 4_000_000;
const smallBytes = 1_000_000;

/** Rejects when anything is wanting, and leaves no file then. */
export async function writeArchive(pool: Pool, which: Which, options: ArchiveOptions): Promise<ArchiveCount> {
  const { database } = await pool.facts(options);
  const file = await GzipFile.open(options.target);
  try {
    const writer = new Writer(pool, file, options);
    await writer.head(database);
    for await (const { documents, missing, others } of documentsOf(pool, which, options)) {
      refuseGaps(pool, missing, which.by === 'ids' ? others : []);
      await writer.tokens(documents);
    }
    const counts = await writer.end();
    await file.finish();
    const read = await readWhole(file.part, options);
    if (read.tokens !== counts.tokens || read.attachments !== counts.attachments)
      throw new GridError('malformed', `${options.target} does not hold what was written to it.`, { hint: 'Check the disk.' });
    await file.place(options.replace ?? false);
    return counts;
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

/** An archive that lacks what was asked for would be relied on all the same. */
function refuseGaps(pool: Pool, missing: readonly string[], others: readonly string[]): void {
  const [first] = missing;
  if (first !== undefined)
    throw new GridError('notFound', `There is no token “${first}” in ${pool.name}.`, { hint: 'Nothing was archived.' });
  const [other] = others;
  if (other !== undefined) throw new GridError('rejected', `“${other}” is no token.`, { hint: 'Nothing was archived.' });
}

class Writer {
  readonly #mtime: number;
  readonly #manifests: Hash = createHash('sha256');
  #lines: ManifestLine[] = [];
  #numbers = 0;
  #tokens = 0;
  #attachments = 0;

  constructor(
    private readonly pool: Pool,
    private readonly file: GzipFile,
    private readonly options: ArchiveOptions,
  ) {
    this.#mtime = Math.floor(options.now / 1000);
  }

  async head(database: string): Promise<void> {
    const time = new Date(this.options.now).toISOString();
    await this.#text(headName, headText({ pool: this.pool.name, database, time }));
  }

  async tokens(documents: readonly TokenDocument[]): Promise<void> {
    let group: TokenDocument[] = [];
    let bytes = 0;
    for (const document of documents) {
      const size = stubsOf(document).reduce((sum, stub) => sum + (stub.bytes ?? smallBytes), 0);
      if (bytes + size > groupBytes && group.length > 0) {
        await this.#group(group);
        group = [];
        bytes = 0;
      }
      group.push(document);
      bytes += size;
    }
    await this.#group(group);
  }

  /** One question for documents and small attachments together, which also are of one revision then. */
  async #group(group: readonly TokenDocument[]): Promise<void> {
    const small = group.filter((document) => {
      const stubs = stubsOf(document);
      const size = stubs.reduce((sum, { bytes = smallBytes }) => sum + bytes, 0);
      // In an address `..` is another place, so there is no other way to these.
      return stubs.length > 0 && (size <= smallBytes || stubs.some(({ name }) => name === '.' || name === '..'));
    });
    const ids = small.map(({ _id: id }) => String(id));
    const whole =
      ids.length === 0 ? new Map<string, TokenDocument>() : await this.pool.documents(ids, { ...this.options, attachments: true });
    for (const document of group) {
      const id = String(document._id);
      // Gone since it was listed: then there is nothing to archive, unless it was asked for by its name.
      if (ids.includes(id) && !whole.has(id)) continue;
      await this.#token(whole.get(id) ?? document);
    }
  }

  async #token(found: TokenDocument): Promise<void> {
    const { document, contents } = withStubs(found);
    const id = String(document._id);
    const exact = holdsLargeNumber(document);
    const text = exact ? await this.pool.text(id, { ...this.options, rev: String(document._rev) }) : tokenText(document);
    await this.#text(tokenName(id), text);
    const attachments: ManifestAttachment[] = [];
    for (const stub of stubsOf(document)) attachments.push(await this.#attachment(document, stub, contents.get(stub.name)));
    this.#lines.push({ id, rev: String(document._rev), sha256: createHash('sha256').update(text).digest('hex'), attachments });
    this.#tokens++;
    this.#attachments += attachments.length;
    if (this.#lines.length === manifestSize) await this.#manifest();
    this.options.progress?.(this.#tokens);
  }

  async #attachment(document: TokenDocument, stub: Stub, content: Uint8Array | undefined): Promise<ManifestAttachment> {
    const { name, contentType } = stub;
    const [id, rev] = [String(document._id), String(document._rev)];
    const size = content?.length ?? stub.bytes;
    if (size === undefined)
      throw new GridError('malformed', `${this.pool.name} does not tell how large “${name}” of “${id}” is.`, { hint: 'Repeat it.' });
    const sha256 = createHash('sha256');
    let bytes = 0;
    const take = async (part: Uint8Array): Promise<void> => {
      bytes += part.length;
      sha256.update(part);
      // The place that the header has given it is not left.
      if (bytes <= size) await this.file.write(part);
    };
    await this.file.write(tarHeader({ name: attachmentName(id, name), size, mtime: this.#mtime }));
    if (content !== undefined) await take(content);
    else await this.pool.pour(id, rev, name, take, this.options);
    if (bytes !== size)
      throw new GridError('malformed', `“${name}” of “${id}” came with ${bytes} bytes and should have ${size}.`, {
        hint: 'Repeat it. Nothing was archived.',
      });
    await this.file.write(tarPadding(size));
    return { name, contentType, bytes: size, sha256: sha256.digest('hex') };
  }

  async #manifest(): Promise<void> {
    const text = manifestText(this.#lines);
    this.#lines = [];
    this.#manifests.update(text);
    await this.#text(manifestName(++this.#numbers), text);
  }

  async end(): Promise<ArchiveCount> {
    if (this.#lines.length > 0) await this.#manifest();
    const counts = { tokens: this.#tokens, attachments: this.#attachments };
    await this.#text(endName, endText({ ...counts, sha256: this.#manifests.digest('hex') }));
    await this.file.write(tarEnd());
    return counts;
  }

  async #text(name: string, text: string): Promise<void> {
    const content = Buffer.from(text, 'utf8');
    const header = tarHeader({ name, size: content.length, mtime: this.#mtime });
    await this.file.write(Buffer.concat([header, content, tarPadding(content.length)]));
  }
}

/** The document with stubs, as it is listed without its contents; and the contents that came with it. */
function withStubs(found: TokenDocument): { readonly document: TokenDocument; readonly contents: ReadonlyMap<string, Uint8Array> } {
  const contents = new Map<string, Uint8Array>();
  const attachments = recordIn(found._attachments);
  if (attachments === undefined) return { document: found, contents };
  const stubs = Object.entries(attachments).map(([name, value]) => {
    const { data, ...rest } = recordIn(value) ?? {};
    if (typeof data !== 'string') return [name, value] as const;
    const content = Buffer.from(data, 'base64');
    contents.set(name, content);
    return [name, { ...rest, length: content.length, stub: true }] as const;
  });
  return { document: { ...found, _attachments: Object.fromEntries(stubs) }, contents };
}

/** Deletes from the pool what an archive holds, each token only as it was archived. What it could not delete stays in both places. */
export async function deleteArchived(
  pool: Pool,
  file: string,
  options: CallOptions & { readonly progress?: (tokens: number) => void },
): Promise<Tally> {
  let changed = 0;
  const conflicts: Failure[] = [];
  const failed: Failure[] = [];
  for await (const lines of archiveLines(file, options)) {
    const { rows, ended } = await pool.bulk(
      lines.map(({ id, rev }) => ({ _id: id, _rev: rev, _deleted: true })),
      options,
    );
    for (const row of rows) {
      const { id, outcome } = row;
      if (outcome === 'written') changed++;
      else if (outcome === 'conflict') conflicts.push({ id, message: 'It was changed after it was archived, and was not deleted.' });
      else failed.push({ id, message: outcome === 'refused' ? row.message : `It was not deleted: ${ended?.message ?? 'no answer.'}` });
    }
    options.progress?.(changed);
    if (ended === undefined) continue;
    failed.push({ id: '', message: `What comes after was not deleted: ${ended.message}` });
    break;
  }
  return { changed, skipped: 0, conflicts, failed };
}
