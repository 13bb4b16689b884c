/**
 * Tokens and their attachments as files. A token is read and written in its own words (core/tokens/verbatim.ts), over the
 * version that was read and over no other (core/tokens/saving.ts).
 *
 * The folder of a pool lists nothing: a search or an open folder would read every token of it. Tokens are found in the
 * tree; from there each has a path.
 */
import {
  Disposable,
  FileChangeType,
  FileSystemError,
  FileType,
  TextDocumentSaveReason,
  workspace,
  type FileChangeEvent,
  type FileStat,
  type Uri,
} from 'vscode';
import type { Change, Pool } from '../../core/tokens/pool';
import { encode, type AttachmentPlace, type TokenPlace } from '../../core/tokens/path';
import { Lineage } from '../../core/tokens/lineage';
import { revisionIn } from '../../core/tokens/edited';
import { saveEdited } from '../../core/tokens/saving';
import { revisionTime, versionTime, type Version } from '../../core/tokens/version';
import { noCancel } from '../cancel';
import { Store } from '../disposable';
import { failure } from '../log';
import { Attachments } from './attachments';
import type { Conflicts } from './conflicts';
import { refused, toFileError } from './fault';
import { Following } from './following';
import { TokenRecord } from './record';
import { attachmentUri, documentUri, openDocument, placeIn } from './uri';

export interface FilesPorts {
  readonly open: (pool: string) => Promise<Pool>;
  /** Names of the pools. */
  readonly names: () => readonly string[];
  readonly fire: (events: FileChangeEvent[]) => void;
  readonly clock: () => number;
  /** A token was written from here. */
  readonly written: (pool: string) => void;
  readonly conflicts: () => Promise<Conflicts>;
}

interface DocumentPlace {
  readonly pool: string;
  readonly id: string;
}

const options = { signal: noCancel };
const folder: FileStat = { type: FileType.Directory, ctime: 0, mtime: 0, size: 0 };

export class TokenFiles implements Disposable {
  readonly #store = new Store();
  readonly #records = new Map<string, TokenRecord>();
  readonly #following: Following;
  readonly #attachments: Attachments;
  /** What keeps a pool followed: documents that are open, and files that the editor watches. */
  readonly #open = new Map<string, Disposable>();

  constructor(private readonly ports: FilesPorts) {
    this.#following = this.#store.add(
      new Following(ports.open, { begun: (pool) => this.#begun(pool), changed: (pool, changes) => this.#changed(pool, changes) }),
    );
    this.#attachments = new Attachments(ports.open, (place, what) => this.#wrote(place, what));
    this.#store.add(workspace.onDidOpenTextDocument(({ uri }) => this.#opened(uri)));
    this.#store.add(workspace.onDidCloseTextDocument(({ uri }) => this.#closed(uri)));
    this.#store.add(
      workspace.onWillSaveTextDocument(({ document: { uri }, reason }) => {
        const record = this.recordOf(uri);
        if (record !== undefined) record.byItself = reason !== TextDocumentSaveReason.Manual;
      }),
    );
    this.#store.add(workspace.onDidSaveTextDocument(({ uri }) => this.#saved(uri)));
    for (const { uri } of workspace.textDocuments) this.#opened(uri);
  }

  /** Another account, another address, or trust. */
  again(): void {
    for (const record of this.#records.values()) record.forget();
    this.#following.again();
  }

  watch(uri: Uri): Disposable {
    const place = placeIn(uri);
    return place === undefined || place.kind === 'root' ? new Disposable(() => undefined) : this.#following.follow(place.pool);
  }

  async stat(uri: Uri): Promise<FileStat> {
    const place = placeNamed(uri);
    return this.#within(uri, async () => {
      switch (place.kind) {
        case 'root':
        case 'pool':
          if (place.kind === 'pool' && !this.ports.names().includes(place.pool)) throw FileSystemError.FileNotFound(uri);
          return folder;
        case 'document':
          return this.#statOf(uri, place);
        case 'attachment': {
          const stub = await this.#attachments.look(this.#record(place), place.name);
          if (stub === undefined) throw FileSystemError.FileNotFound(uri);
          return { type: FileType.File, ctime: 0, mtime: versionTime(stub.revpos, stub.digest), size: stub.length };
        }
        case 'token':
        case 'attachments':
          await this.#record(place).read(options);
          return folder;
      }
    });
  }

  /** While somebody edits it, a file is for the editor what was read into it: we compare versions, it would compare times. */
  async #statOf(uri: Uri, place: DocumentPlace): Promise<FileStat> {
    const record = this.#record(place);
    const edited = record.pinned ?? (openDocument(uri)?.isDirty === true ? (editedRevision(uri) ?? record.shown?.rev) : undefined);
    if (edited !== undefined) return { type: FileType.File, ctime: 0, mtime: revisionTime(edited), size: record.shown?.bytes.length ?? 0 };
    const { rev, bytes } = await record.read(options);
    return { type: FileType.File, ctime: 0, mtime: revisionTime(rev), size: bytes.length };
  }

  async readDirectory(uri: Uri): Promise<[string, FileType][]> {
    const place = placeNamed(uri);
    return this.#within(uri, async () => {
      switch (place.kind) {
        case 'root':
          return this.ports.names().map((name) => [encode(name), FileType.Directory]);
        case 'pool':
          return [];
        case 'token': {
          const { attachments } = await this.#record(place).read(options);
          const document: [string, FileType] = [encode(`${place.id}.json`), FileType.File];
          return attachments.size === 0 ? [document] : [document, ['attachments', FileType.Directory]];
        }
        case 'attachments':
          return [...(await this.#record(place).read(options)).attachments.keys()].map((name) => [encode(name), FileType.File]);
        case 'document':
        case 'attachment':
          throw FileSystemError.FileNotADirectory(uri);
      }
    });
  }

  async readFile(uri: Uri): Promise<Uint8Array> {
    const place = placeNamed(uri);
    return this.#within(uri, async () => {
      if (place.kind === 'attachment') return this.#attachments.read(this.#record(place), place.name);
      if (place.kind !== 'document') throw FileSystemError.FileIsADirectory(uri);
      return (await this.show(place)).bytes;
    });
  }

  /** The newest version of a token, as the editor is given it. */
  async show({ pool, id }: { readonly pool: string; readonly id: string }): Promise<Version> {
    const record = this.#record({ pool, id });
    const version = await record.read(options);
    record.shown = version;
    return version;
  }

  async writeFile(uri: Uri, content: Uint8Array, how: { readonly create: boolean; readonly overwrite: boolean }): Promise<void> {
    const place = placeNamed(uri);
    return this.#within(uri, async () => {
      if (place.kind === 'attachment') return this.#attachments.write(this.#record(place), place, content, how);
      if (place.kind !== 'document') throw FileSystemError.FileIsADirectory(uri);
      return this.#writeToken(uri, place, content);
    });
  }

  async #writeToken(uri: Uri, place: DocumentPlace, content: Uint8Array): Promise<void> {
    const record = this.#record(place);
    const dirty = openDocument(uri)?.isDirty === true;
    if (dirty && record.byItself) {
      record.byItself = false;
      throw refused('A token is saved when you save it, not by Auto Save: a pilot would read what is half written.');
    }
    const text = textOf(content);
    const pool = await this.ports.open(place.pool);
    // What a program writes is of the version that it read; only an editor's text goes on with what was saved from it.
    const lineage = dirty ? record.lineage : new Lineage();
    const saving = await saveEdited(pool, place.id, text, lineage, options);
    if (saving.outcome === 'conflict') {
      // Only somebody who edits has a choice; a program gets the sentence.
      if (dirty) void this.#showConflict(uri, place, saving);
      const what = saving.theirs === undefined ? 'deleted it' : 'changed it';
      throw new FileSystemError(`Not saved: somebody has ${what} since it was read. Choose whose version is to stand.`);
    }
    if (dirty) record.pinned = revisionIn(text);
    record.forget();
    void this.ports.conflicts().then((conflicts) => conflicts.settled(uri));
    if (saving.outcome === 'saved') this.ports.written(place.pool);
    if (!dirty) this.#fire(place.pool, place.id, FileChangeType.Changed);
  }

  async #showConflict(uri: Uri, place: DocumentPlace, conflict: Parameters<Conflicts['found']>[2]): Promise<void> {
    try {
      await (await this.ports.conflicts()).found(uri, place, conflict);
    } catch (error) {
      failure(`The versions of ${place.id} could not be shown beside each other.`, error);
    }
  }

  async delete(uri: Uri): Promise<void> {
    const place = placeNamed(uri);
    return this.#within(uri, async () => {
      if (place.kind === 'attachment') return this.#attachments.remove(this.#record(place), place);
      if (place.kind !== 'document' && place.kind !== 'token')
        throw refused('Only tokens and attachments are deleted here; a whole pool is its keeper’s to delete.');
      const record = this.#record(place);
      const { rev } = await record.readAgain(options);
      const pool = await this.ports.open(place.pool);
      await pool.save({ _id: place.id, _rev: rev, _deleted: true }, options);
      record.forget();
      this.#fire(place.pool, place.id, FileChangeType.Deleted);
      this.ports.written(place.pool);
    });
  }

  createDirectory(uri: Uri): Promise<void> {
    return Promise.reject(
      refused(
        placeIn(uri)?.kind === 'pool' ? 'A pool is added by Add Pool….' : 'A token has one folder of attachments; names may hold “/”.',
      ),
    );
  }

  rename(from: Uri): Promise<void> {
    const what =
      placeIn(from)?.kind === 'attachment'
        ? 'A pool cannot rename an attachment: attach the file under its new name, then delete this one.'
        : 'A token keeps its id: create another one, then delete this one.';
    return Promise.reject(refused(what));
  }

  /** What is known of the token that a document of the editor is. */
  recordOf(uri: Uri): TokenRecord | undefined {
    const place = placeIn(uri);
    return place?.kind === 'document' ? this.#records.get(keyOf(place)) : undefined;
  }

  /** The record of a token, to read it and to write it from a command. */
  record(pool: string, id: string): TokenRecord {
    return this.#record({ pool, id });
  }

  /** A command has written a token or an attachment. */
  touched(pool: string, id: string): void {
    this.#records.get(keyOf({ pool, id }))?.forget();
    this.#fire(pool, id, FileChangeType.Changed);
    this.ports.written(pool);
  }

  #record(place: { readonly pool: string; readonly id: string }): TokenRecord {
    const key = keyOf(place);
    let record = this.#records.get(key);
    if (record === undefined) {
      this.#sweep();
      record = new TokenRecord(place.pool, place.id, this.ports.open, this.ports.clock);
      this.#records.set(key, record);
    }
    return record;
  }

  /** Tokens that were looked at and are not open leave room for others. */
  #sweep(): void {
    if (this.#records.size < mostRecords) return;
    for (const [key, { pool, id }] of this.#records) {
      if (this.#records.size < mostRecords / 2) return;
      if (openDocument(documentUri(pool, id)) === undefined) this.#records.delete(key);
    }
  }

  #opened(uri: Uri): void {
    const place = placeIn(uri);
    if (place === undefined || !('id' in place) || this.#open.has(uri.toString())) return;
    this.#open.set(uri.toString(), this.#following.follow(place.pool));
  }

  #closed(uri: Uri): void {
    this.#open.get(uri.toString())?.dispose();
    this.#open.delete(uri.toString());
    const record = this.recordOf(uri);
    if (record !== undefined) record.pinned = undefined;
  }

  /** The editor has taken note that the text is saved; now it can read the version that was made of it. */
  #saved(uri: Uri): void {
    const place = placeIn(uri);
    if (place?.kind !== 'document') return;
    const record = this.#record(place);
    record.pinned = undefined;
    record.forget();
    this.#fire(place.pool, place.id, FileChangeType.Changed);
  }

  #wrote({ pool, id, name }: AttachmentPlace, type: FileChangeType): void {
    this.ports.fire([{ type, uri: attachmentUri(pool, id, name) }]);
    this.#fire(pool, id, FileChangeType.Changed);
    this.ports.written(pool);
  }

  /** Looks again at what was read before the changes were heard. */
  async #begun(pool: string): Promise<void> {
    for (const record of this.#records.values()) {
      const { shown } = record;
      if (record.pool !== pool || shown === undefined) continue;
      const now = await record.readAgain(options).catch(() => undefined);
      if (now !== undefined && now.rev !== shown.rev) this.#tell(record, now);
    }
  }

  #changed(pool: string, changes: readonly Change[]): void {
    for (const { id, rev, deleted } of changes) {
      const record = this.#records.get(keyOf({ pool, id }));
      if (record === undefined || record.shown?.rev === rev) continue;
      record.forget();
      if (deleted) this.#fire(pool, id, FileChangeType.Deleted);
      else
        void record
          .readAgain(options)
          .then((now) => this.#tell(record, now))
          .catch(() => this.#fire(pool, id, FileChangeType.Changed));
    }
  }

  /** Only those attachments are told of that are different: an open picture is not drawn anew with each heartbeat. */
  #tell({ pool, id, shown }: TokenRecord, now: Version): void {
    const before = shown?.attachments ?? new Map<string, never>();
    const events: FileChangeEvent[] = [{ type: FileChangeType.Changed, uri: documentUri(pool, id) }];
    for (const [name, { digest }] of now.attachments)
      if (before.get(name)?.digest !== digest) events.push({ type: FileChangeType.Changed, uri: attachmentUri(pool, id, name) });
    for (const name of before.keys())
      if (!now.attachments.has(name)) events.push({ type: FileChangeType.Deleted, uri: attachmentUri(pool, id, name) });
    this.ports.fire(events);
  }

  #fire(pool: string, id: string, type: FileChangeType): void {
    this.ports.fire([{ type, uri: documentUri(pool, id) }]);
  }

  async #within<T>(uri: Uri, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw toFileError(error, uri);
    }
  }

  dispose(): void {
    for (const each of this.#open.values()) each.dispose();
    this.#store.dispose();
  }
}

const mostRecords = 400;

function placeNamed(uri: Uri): TokenPlace {
  const place = placeIn(uri);
  if (place === undefined) throw FileSystemError.FileNotFound(uri);
  return place;
}

function keyOf({ pool, id }: { readonly pool: string; readonly id: string }): string {
  return `${pool}\n${id}`;
}

/** The revision that the text of an open document was read from. */
function editedRevision(uri: Uri): string | undefined {
  return revisionIn(openDocument(uri)?.getText() ?? '');
}

/** @throws FileSystemError for bytes that are no UTF-8: CouchDB takes nothing else, and a guess would change letters */
function textOf(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new FileSystemError('Not saved: the text is not in UTF-8, and a pool takes nothing else. Choose Save with Encoding… and UTF-8.');
  }
}
