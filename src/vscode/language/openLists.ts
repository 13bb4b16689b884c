/**
 * The lists that are open, each read once and kept up while it is edited: an edit costs as much as the edited lines, not
 * the list. Everything the editor shows of a list, problems, facts, folds, outline, is asked of here.
 */
import { EventEmitter, workspace, type Disposable, type TextDocument, type TextDocumentChangeEvent, type Uri } from 'vscode';
import { LinkDocument } from '../../core/links/document';
import { Store } from '../disposable';
import { languageId } from '../languageId';
import type { Sites } from '../sites';

/** What is shown is renewed once the keys rest. */
const restMs = 150;

export interface OpenList {
  readonly document: TextDocument;
  readonly links: LinkDocument;
}

interface Entry {
  readonly document: TextDocument;
  links: LinkDocument;
  timer: NodeJS.Timeout | undefined;
}

export class OpenLists implements Disposable {
  readonly #store = new Store();
  readonly #open = new Map<string, Entry>();
  readonly #changed = this.#store.add(new EventEmitter<OpenList>());
  readonly #closed = this.#store.add(new EventEmitter<Uri>());
  /** A list was opened, or edited and then left alone for a moment. */
  readonly onChange = this.#changed.event;
  readonly onClose = this.#closed.event;

  constructor(private readonly sites: Sites) {
    this.#store.add(workspace.onDidOpenTextDocument((document) => this.#opened(document)));
    this.#store.add(workspace.onDidChangeTextDocument((event) => this.#edited(event)));
    this.#store.add(workspace.onDidCloseTextDocument((document) => this.#forget(document)));
    this.#store.add(sites.onChange(() => this.#readAgain()));
    this.#readAgain();
  }

  /** A document as it is at this moment; undefined for one that is no list. */
  of(document: TextDocument): LinkDocument | undefined {
    return (this.#open.get(keyOf(document)) ?? this.#opened(document))?.links;
  }

  get all(): readonly OpenList[] {
    return [...this.#open.values()];
  }

  #opened(document: TextDocument): Entry | undefined {
    if (document.languageId !== languageId || document.isClosed) return undefined;
    const entry: Entry = { document, links: new LinkDocument(document.getText(), this.sites.table), timer: undefined };
    clearTimeout(this.#open.get(keyOf(document))?.timer);
    this.#open.set(keyOf(document), entry);
    this.#changed.fire(entry);
    return entry;
  }

  #edited({ document, contentChanges }: TextDocumentChangeEvent): void {
    const entry = this.#open.get(keyOf(document));
    if (entry === undefined || contentChanges.length === 0) return;
    for (const { range, text } of contentChanges) entry.links.edit(range, text);
    // Should the two ever disagree about lines, the editor is right.
    if (entry.links.lineCount !== document.lineCount) entry.links = new LinkDocument(document.getText(), this.sites.table);
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.#changed.fire(entry), restMs);
  }

  #forget(document: TextDocument): void {
    clearTimeout(this.#open.get(keyOf(document))?.timer);
    if (this.#open.delete(keyOf(document))) this.#closed.fire(document.uri);
  }

  #readAgain(): void {
    for (const document of workspace.textDocuments) this.#opened(document);
  }

  dispose(): void {
    for (const { timer } of this.#open.values()) clearTimeout(timer);
    this.#open.clear();
    this.#store.dispose();
  }
}

function keyOf(document: TextDocument): string {
  return document.uri.toString();
}
