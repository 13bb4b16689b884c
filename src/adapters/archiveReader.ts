/** Reads an archive of tokens in one pass and compares every part of it with what its manifests say. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import {
  altered,
  attachmentName,
  brokenOff,
  endName,
  foreign,
  headName,
  manifestName,
  manifestText,
  readEnd,
  readHead,
  readToken,
  type ArchiveEnd,
  type ArchiveHead,
  type ManifestAttachment,
  type ManifestLine,
} from '../core/tokens/bulk/archive';
import { stubsOf, type Stub } from '../core/tokens/document';
import type { TokenDocument } from '../core/tokens/state';
import { codeOf, textOf } from './fileError';
import { isBrokenOff, readTar, type TarEntry } from './tar';

export type ArchivePart =
  | { readonly kind: 'head'; readonly head: ArchiveHead }
  /** Its attachments come next, in the order of its stubs. */
  | { readonly kind: 'token'; readonly document: TokenDocument & { readonly _id: string; readonly _rev: string }; readonly text: string }
  /** What is not read of it is skipped. */
  | { readonly kind: 'attachment'; readonly stub: Stub; readonly size: number; readonly content: AsyncIterable<Uint8Array> }
  /** The tokens before it, and after the manifest before, are what it says. */
  | { readonly kind: 'manifest'; readonly lines: readonly ManifestLine[] }
  /** All of it is what it says. */
  | { readonly kind: 'end'; readonly end: ArchiveEnd };

/** A document or a manifest is read whole; larger ones are none of ours. */
const longestText = 64_000_000;

/** @throws GridError `malformed` at the first part that is wanting or not what it was */
export async function* readArchive(path: string, { signal }: CallOptions): AsyncGenerator<ArchivePart> {
  const file = basename(path);
  const source = createReadStream(path);
  const plain = createGunzip();
  const reading = pipeline(source, plain, { signal }).catch(() => undefined);
  const check = new Check(file);
  try {
    for await (const entry of readTar(plain)) yield* check.entry(entry);
    check.finish();
  } catch (error) {
    throw sentence(path, error, check, signal);
  } finally {
    source.destroy();
    plain.destroy();
    await reading;
  }
}

export interface WholeArchive extends ArchiveHead, ArchiveEnd {}

/** Goes through all of an archive. */
export async function readWhole(path: string, options: CallOptions): Promise<WholeArchive> {
  let whole: Partial<WholeArchive> = {};
  for await (const part of readArchive(path, options)) {
    if (part.kind === 'head') whole = part.head;
    else if (part.kind === 'end') whole = { ...whole, ...part.end };
  }
  // Without a head or an end the reading has failed before.
  return whole as WholeArchive;
}

/** What its manifests say, some hundred tokens at a time. */
export async function* archiveLines(path: string, options: CallOptions): AsyncGenerator<readonly ManifestLine[]> {
  for await (const part of readArchive(path, options)) if (part.kind === 'manifest') yield part.lines;
}

class Check {
  readonly #manifests = createHash('sha256');
  #stage: 'head' | 'tokens' | 'ended' = 'head';
  /** Of the token that was read last, those that have not come yet. */
  #awaited: Stub[] = [];
  #token: { readonly id: string; readonly rev: string; readonly sha256: string; readonly attachments: ManifestAttachment[] } | undefined;
  #lines: ManifestLine[] = [];
  #numbers = 0;
  #tokens = 0;
  #attachments = 0;

  constructor(private readonly file: string) {}

  get begun(): boolean {
    return this.#stage !== 'head';
  }

  get tokens(): number {
    return this.#tokens;
  }

  async *entry(entry: TarEntry): AsyncGenerator<ArchivePart> {
    const { name } = entry;
    if (this.#stage === 'head') {
      if (name !== headName) throw foreign(this.file);
      const head = readHead((await this.#text(entry)).toString('utf8'), this.file);
      this.#stage = 'tokens';
      yield { kind: 'head', head };
    } else if (this.#stage === 'ended' || entry.type !== '0') throw altered(this.file, name);
    else if (this.#awaited.length > 0) yield* this.#attachment(entry);
    else if (name === endName) yield await this.#end(entry);
    else if (name.startsWith('manifest/')) yield await this.#manifest(entry);
    else yield await this.#newToken(entry);
  }

  async #newToken(entry: TarEntry): Promise<ArchivePart> {
    const content = await this.#text(entry);
    const document = readToken(content.toString('utf8'), entry.name, this.file);
    const { _id: id, _rev: rev } = document;
    this.#close();
    this.#token = { id, rev, sha256: createHash('sha256').update(content).digest('hex'), attachments: [] };
    this.#awaited = stubsOf(document);
    this.#tokens++;
    return { kind: 'token', document, text: content.toString('utf8') };
  }

  async *#attachment(entry: TarEntry): AsyncGenerator<ArchivePart> {
    const [stub, ...rest] = this.#awaited;
    const token = this.#token;
    if (stub === undefined || token === undefined || entry.name !== attachmentName(token.id, stub.name))
      throw altered(this.file, entry.name);
    const sha256 = createHash('sha256');
    const hashed = (async function* (): AsyncGenerator<Uint8Array> {
      for await (const part of entry.content) {
        sha256.update(part);
        yield part;
      }
    })();
    yield { kind: 'attachment', stub, size: entry.size, content: hashed };
    // What the reader has left counts, too.
    for await (const part of entry.content) sha256.update(part);
    token.attachments.push({ name: stub.name, contentType: stub.contentType, bytes: entry.size, sha256: sha256.digest('hex') });
    this.#awaited = rest;
    this.#attachments++;
  }

  /** The token is complete. */
  #close(): void {
    if (this.#token !== undefined) this.#lines.push(this.#token);
    this.#token = undefined;
  }

  async #manifest(entry: TarEntry): Promise<ArchivePart> {
    this.#close();
    const text = (await this.#text(entry)).toString('utf8');
    const lines = this.#lines;
    this.#lines = [];
    if (entry.name !== manifestName(++this.#numbers)) throw altered(this.file, entry.name);
    if (text !== manifestText(lines)) throw altered(this.file, wrongOf(text, lines) ?? entry.name);
    this.#manifests.update(text);
    return { kind: 'manifest', lines };
  }

  async #end(entry: TarEntry): Promise<ArchivePart> {
    const end = readEnd((await this.#text(entry)).toString('utf8'), this.file);
    this.#close();
    if (
      this.#lines.length > 0 ||
      end.tokens !== this.#tokens ||
      end.attachments !== this.#attachments ||
      end.sha256 !== this.#manifests.digest('hex')
    )
      throw altered(this.file, entry.name);
    this.#stage = 'ended';
    return { kind: 'end', end };
  }

  finish(): void {
    if (this.#stage === 'head') throw foreign(this.file);
    if (this.#stage !== 'ended') throw brokenOff(this.file, this.#tokens);
  }

  async #text({ size, content, name }: TarEntry): Promise<Buffer> {
    if (size > longestText) throw this.#stage === 'head' ? foreign(this.file) : altered(this.file, name);
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    return Buffer.concat(parts);
  }
}

/** The first token of which the manifest says something else than what stands in the archive. */
function wrongOf(text: string, lines: readonly ManifestLine[]): string | undefined {
  const said = text.split('\n');
  const wrong = lines.find((line, index) => JSON.stringify(line) !== said[index]);
  return wrong === undefined ? undefined : `the token “${wrong.id}”`;
}

function sentence(path: string, error: unknown, check: Check, signal: AbortSignal): GridError {
  const file = basename(path);
  if (signal.aborted) return new GridError('cancelled', `Reading ${file} was stopped.`, { cause: error });
  if (error instanceof GridError) {
    const tar = typeof error.cause === 'object' && error.cause !== null && 'tar' in error.cause;
    if (!tar) return error;
    return !check.begun ? foreign(file) : isBrokenOff(error) ? brokenOff(file, check.tokens) : altered(file, 'a part of it');
  }
  switch (codeOf(error)) {
    case 'ENOENT':
      return new GridError('notFound', `There is no file ${path}.`, { hint: 'Choose another one.', cause: error });
    case 'Z_BUF_ERROR':
      return check.begun ? brokenOff(file, check.tokens) : foreign(file);
    case 'Z_DATA_ERROR':
    case 'Z_STREAM_ERROR':
      return check.begun ? altered(file, 'a part of it') : foreign(file);
    default:
      return new GridError('toolFailed', `${path} cannot be read (${textOf(error)}).`, {
        hint: 'Mend its permissions, or copy it.',
        cause: error,
      });
  }
}
