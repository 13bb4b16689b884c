/**
 * Tokens and their attachments as files. A token is read and written in its own words (core/tokens/verbatim.ts), over the
 * version that was read and over no other (core/tokens/saving.ts).
 *
 * The folder of a pool lists nothing: a search or an open folder would read every token of it. Tokens are found in the
 * tree; from there each has a path.
 */
import { Disposable, FileChangeType, FileSystemError, FileType, type FileStat, type Uri } from 'vscode';
import { encode, type AttachmentPlace, type TokenPlace } from '../../core/tokens/path';
import { Lineage } from '../../core/tokens/lineage';
import { revisionIn } from '../../core/tokens/edited';
import { saveEdited } from '../../core/tokens/saving';
import { revisionTime, versionTime, type Version } from '../../core/tokens/version';
import { noCancel } from '../cancel';
import { failure } from '../log';
import { Attachments } from './attachments';
import type { Conflicts } from './conflicts';
import { refused, toFileError } from './fault';
import type { TokenRecord } from './record';
import { TokenShelf, type ShelfPorts } from './shelf';
import { attachmentUri, openDocument, placeIn } from './uri';

export interface FilesPorts extends ShelfPorts {
  /** Names of the pools. */
  readonly names: () => readonly string[];
  readonly conflicts: () => Promise<Conflicts>;
}

interface DocumentPlace {
  readonly pool: string;
  readonly id: string;
}

const options = { signal: noCancel };
const folder: FileStat = { type: FileType.Directory, ctime: 0, mtime: 0, size: 0 };

export class TokenFiles implements Disposable {
  readonly shelf: TokenShelf;
  readonly #attachments: Attachments;

  constructor(private readonly ports: FilesPorts) {
    this.shelf = new TokenShelf(ports);
    this.#attachments = new Attachments(ports.open, (place, what) => this.#wrote(place, what));
  }

  watch(uri: Uri): Disposable {
    const place = placeIn(uri);
    return place === undefined || place.kind === 'root' ? new Disposable(() => undefined) : this.shelf.follow(place.pool);
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
    if (!dirty) this.shelf.tell(place.pool, place.id, FileChangeType.Changed);
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
      this.shelf.tell(place.pool, place.id, FileChangeType.Deleted);
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

  async #within<T>(uri: Uri, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw toFileError(error, uri);
    }
  }

  #wrote({ pool, id, name }: AttachmentPlace, type: FileChangeType): void {
    this.ports.fire([{ type, uri: attachmentUri(pool, id, name) }]);
    this.shelf.tell(pool, id, FileChangeType.Changed);
    this.ports.written(pool);
  }

  #record(place: DocumentPlace): TokenRecord {
    return this.shelf.record(place.pool, place.id);
  }

  dispose(): void {
    this.shelf.dispose();
  }
}

function placeNamed(uri: Uri): TokenPlace {
  const place = placeIn(uri);
  if (place === undefined) throw FileSystemError.FileNotFound(uri);
  return place;
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
