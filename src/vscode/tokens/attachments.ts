/** Attachments of a token as files: read, attached, replaced, deleted; over no other content than the one that was looked at. */
import { FileChangeType, FileSystemError } from 'vscode';
import { contentTypeOf } from '../../core/tokens/attachment';
import { GridError } from '../../core/errors';
import type { AttachmentPlace } from '../../core/tokens/path';
import type { Pool } from '../../core/tokens/pool';
import { compact, valueIn, withValue, type VerbatimMap } from '../../core/tokens/verbatim';
import type { AttachmentVersion, Version } from '../../core/tokens/version';
import { sizeOf } from '../../core/wording';
import { noCancel } from '../cancel';
import { refused } from './fault';
import type { TokenRecord } from './record';
import { attachmentUri, openDocument } from './uri';

/** The editor holds a file in memory, several times over while it is sent. */
export const mostBytes = 256_000_000;
/** Times that others may change the token while a file is attached to it. */
const tries = 5;
const options = { signal: noCancel };

export interface Attaching {
  readonly create: boolean;
  readonly overwrite: boolean;
}

export class Attachments {
  constructor(
    private readonly open: (pool: string) => Promise<Pool>,
    private readonly wrote: (place: AttachmentPlace, what: FileChangeType) => void,
  ) {}

  async read(record: TokenRecord, name: string): Promise<Uint8Array> {
    const stub = (await record.read(options)).attachments.get(name);
    if (stub === undefined) throw FileSystemError.FileNotFound(attachmentUri(record.pool, record.id, name));
    if (stub.length > mostBytes)
      throw refused(
        `The attachment has ${sizeOf(stub.length)}, and ${sizeOf(mostBytes)} is the most that opens here. Download it instead.`,
      );
    const pool = await this.open(record.pool);
    record.given.set(name, stub);
    return (await pool.attachment(record.id, name, options)).bytes;
  }

  /** What is attached now. The editor looks before it saves, and asks the person when it has changed since it was read. */
  async look(record: TokenRecord, name: string): Promise<AttachmentVersion | undefined> {
    const saving = openDocument(attachmentUri(record.pool, record.id, name))?.isDirty === true;
    const stub = (await (saving ? record.readAgain(options) : record.read(options))).attachments.get(name);
    if (saving) record.looked.set(name, stub?.digest);
    return stub;
  }

  async write(record: TokenRecord, place: AttachmentPlace, content: Uint8Array, { create, overwrite }: Attaching): Promise<void> {
    const uri = attachmentUri(place.pool, place.id, place.name);
    if (content.length > mostBytes)
      throw refused(
        `The file has ${sizeOf(content.length)}, and ${sizeOf(mostBytes)} is the most that is attached here. Put it on grid storage, and its link into the token.`,
      );
    const pool = await this.open(place.pool);
    const before = await this.#change(record, place.name, async ({ rev, attachments }) => {
      const stub = attachments.get(place.name);
      if (openDocument(uri)?.isDirty === true) checkGiven(record, place.name, stub);
      if (stub === undefined && !create) throw FileSystemError.FileNotFound(uri);
      if (stub !== undefined && create && !overwrite) throw FileSystemError.FileExists(uri);
      const contentType = stub?.contentType ?? contentTypeOf(place.name);
      return (await pool.attach(place.id, rev, place.name, { contentType, bytes: content }, options)).rev;
    });
    record.looked.delete(place.name);
    record.given.delete(place.name);
    this.wrote(place, before.attachments.has(place.name) ? FileChangeType.Changed : FileChangeType.Created);
  }

  async remove(record: TokenRecord, place: AttachmentPlace): Promise<void> {
    const pool = await this.open(place.pool);
    await this.#change(record, place.name, async ({ document, attachments }) => {
      if (!attachments.has(place.name)) throw FileSystemError.FileNotFound(attachmentUri(place.pool, place.id, place.name));
      return (await pool.write(place.id, compact(without(document, place.name)), options)).rev;
    });
    this.wrote(place, FileChangeType.Deleted);
  }

  /** Changes one attachment; again, when something else of the token was changed meanwhile. The version before. */
  async #change(record: TokenRecord, name: string, act: (version: Version) => Promise<string>): Promise<Version> {
    const first = await record.readAgain(options);
    let version = first;
    for (let attempt = 1; ; attempt++) {
      try {
        const rev = await act(version);
        record.lineage.wrote(version.rev, rev);
        record.forget();
        return version;
      } catch (error) {
        if (!(error instanceof GridError) || error.kind !== 'conflict' || attempt === tries) throw error;
      }
      version = await record.readAgain(options);
      if (version.attachments.get(name)?.digest !== first.attachments.get(name)?.digest) throw replaced();
    }
  }
}

/**
 * Whether an editor may write over what is attached now. The editor compares sizes: it has asked the person when they
 * differ, and noticed nothing when they do not.
 */
function checkGiven(record: TokenRecord, name: string, stub: AttachmentVersion | undefined): void {
  if (record.looked.has(name) && record.looked.get(name) !== stub?.digest) throw replaced();
  const given = record.given.get(name);
  if (given === undefined || stub === undefined || given.digest === stub.digest || given.length !== stub.length) return;
  record.given.set(name, stub);
  throw new FileSystemError(
    'Not saved: somebody has replaced this attachment since it was read. Save again to write yours over it, or revert to see theirs.',
  );
}

function replaced(): FileSystemError {
  return new FileSystemError(
    'Somebody else has attached another file of this name meanwhile. Nothing was changed; look at it, then try again.',
  );
}

function without(document: VerbatimMap, name: string): VerbatimMap {
  const stubs = valueIn(document, '_attachments');
  if (stubs?.kind !== 'map') return document;
  const members = stubs.members.filter((member) => member.name !== name);
  return withValue(document, '_attachments', members.length === 0 ? undefined : { kind: 'map', members });
}
