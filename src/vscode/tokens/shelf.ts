/**
 * The tokens that this window has looked at: a record for each, the pools they are in followed while one of them is open, and
 * the editor told what has changed.
 */
import { type Disposable, FileChangeType, TextDocumentSaveReason, workspace, type FileChangeEvent, type Uri } from 'vscode';
import type { Change, Pool } from '../../core/tokens/pool';
import type { Version } from '../../core/tokens/version';
import { noCancel } from '../cancel';
import { Store } from '../disposable';
import { Following } from './following';
import { TokenRecord } from './record';
import { attachmentUri, documentUri, openDocument, placeIn } from './uri';

export interface ShelfPorts {
  readonly open: (pool: string) => Promise<Pool>;
  readonly fire: (events: FileChangeEvent[]) => void;
  readonly clock: () => number;
  /** A token was written from here. */
  readonly written: (pool: string) => void;
}

const options = { signal: noCancel };
const mostRecords = 400;

export class TokenShelf implements Disposable {
  readonly #store = new Store();
  readonly #records = new Map<string, TokenRecord>();
  readonly #following: Following;
  /** What keeps a pool followed: documents that are open, and files that the editor watches. */
  readonly #open = new Map<string, Disposable>();

  constructor(private readonly ports: ShelfPorts) {
    this.#following = this.#store.add(
      new Following(ports.open, { begun: (pool) => this.#begun(pool), changed: (pool, changes) => this.#changed(pool, changes) }),
    );
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

  /** Follows a pool until the last of its users has gone. */
  follow(pool: string): Disposable {
    return this.#following.follow(pool);
  }

  /** What is known of the token that a document of the editor is. */
  recordOf(uri: Uri): TokenRecord | undefined {
    const place = placeIn(uri);
    return place?.kind === 'document' ? this.#records.get(keyOf(place)) : undefined;
  }

  /** The record of a token, to read it and to write it. */
  record(pool: string, id: string): TokenRecord {
    const key = keyOf({ pool, id });
    let record = this.#records.get(key);
    if (record === undefined) {
      this.#sweep();
      record = new TokenRecord(pool, id, this.ports.open, this.ports.clock);
      this.#records.set(key, record);
    }
    return record;
  }

  /** A command has written a token or an attachment. */
  touched(pool: string, id: string): void {
    this.#records.get(keyOf({ pool, id }))?.forget();
    this.tell(pool, id, FileChangeType.Changed);
    this.ports.written(pool);
  }

  /** Tells the editor of a token's document. */
  tell(pool: string, id: string, type: FileChangeType): void {
    this.ports.fire([{ type, uri: documentUri(pool, id) }]);
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
    const record = this.record(place.pool, place.id);
    record.pinned = undefined;
    record.forget();
    this.tell(place.pool, place.id, FileChangeType.Changed);
  }

  /** Tokens that were looked at and are not open leave room for others. */
  #sweep(): void {
    if (this.#records.size < mostRecords) return;
    for (const [key, { pool, id }] of this.#records) {
      if (this.#records.size < mostRecords / 2) return;
      if (openDocument(documentUri(pool, id)) === undefined) this.#records.delete(key);
    }
  }

  /** Looks again at what was read before the changes were heard. */
  async #begun(pool: string): Promise<void> {
    for (const record of this.#records.values()) {
      const { shown } = record;
      if (record.pool !== pool || shown === undefined) continue;
      const now = await record.readAgain(options).catch(() => undefined);
      if (now !== undefined && now.rev !== shown.rev) this.#compare(record, now);
    }
  }

  #changed(pool: string, changes: readonly Change[]): void {
    for (const { id, rev, deleted } of changes) {
      const record = this.#records.get(keyOf({ pool, id }));
      if (record === undefined || record.shown?.rev === rev) continue;
      record.forget();
      if (deleted) this.tell(pool, id, FileChangeType.Deleted);
      else
        void record
          .readAgain(options)
          .then((now) => this.#compare(record, now))
          .catch(() => this.tell(pool, id, FileChangeType.Changed));
    }
  }

  /** Only those attachments are told of that are different: an open picture is not drawn anew with each heartbeat. */
  #compare({ pool, id, shown }: TokenRecord, now: Version): void {
    const before = shown?.attachments ?? new Map<string, never>();
    const events: FileChangeEvent[] = [{ type: FileChangeType.Changed, uri: documentUri(pool, id) }];
    for (const [name, { digest }] of now.attachments)
      if (before.get(name)?.digest !== digest) events.push({ type: FileChangeType.Changed, uri: attachmentUri(pool, id, name) });
    for (const name of before.keys())
      if (!now.attachments.has(name)) events.push({ type: FileChangeType.Deleted, uri: attachmentUri(pool, id, name) });
    this.ports.fire(events);
  }

  dispose(): void {
    for (const each of this.#open.values()) each.dispose();
    this.#store.dispose();
  }
}

function keyOf({ pool, id }: { readonly pool: string; readonly id: string }): string {
  return `${pool}\n${id}`;
}
