/**
 * Documents that are ours one at a time: what is registered for each of them alone, and its problems, told when typing rests.
 * Other documents of the same language never hear of us.
 */
import {
  languages,
  workspace,
  type Diagnostic,
  type DiagnosticCollection,
  type Disposable,
  type DocumentSelector,
  type TextDocument,
  type Uri,
} from 'vscode';
import { Store } from '../disposable';

const restMs = 150;

/** What a language keeps of one document. */
export interface Owned {
  readonly document: TextDocument;
}

interface Open<T> {
  readonly owned: T;
  readonly registered: Disposable;
  timer: NodeJS.Timeout | undefined;
}

export interface Ownership<T extends Owned> {
  /** Name of the collection of problems. */
  readonly name: string;
  readonly begin: (document: TextDocument) => T;
  readonly register: (owned: T) => Disposable;
  readonly problems: (owned: T) => readonly Diagnostic[];
  readonly published?: () => void;
}

export class OwnedDocuments<T extends Owned> implements Disposable {
  readonly #store = new Store();
  readonly #problems: DiagnosticCollection;
  readonly #open = new Map<string, Open<T>>();

  constructor(private readonly ownership: Ownership<T>) {
    this.#problems = this.#store.add(languages.createDiagnosticCollection(ownership.name));
    this.#store.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => contentChanges.length > 0 && this.#edited(document.uri)),
    );
    this.#store.add(workspace.onDidCloseTextDocument(({ uri }) => this.#close(uri)));
  }

  get all(): readonly T[] {
    return [...this.#open.values()].map(({ owned }) => owned);
  }

  get(document: TextDocument): T | undefined {
    return this.#open.get(document.uri.toString())?.owned;
  }

  /** Takes a document for ours, until it is closed. */
  open(document: TextDocument): void {
    const key = document.uri.toString();
    if (this.#open.has(key) || document.isClosed) return;
    const owned = this.ownership.begin(document);
    this.#open.set(key, { owned, registered: this.ownership.register(owned), timer: undefined });
    this.publish(owned);
  }

  /** What is registered has to be registered anew. */
  again(): void {
    for (const { document } of this.all) {
      this.#close(document.uri);
      this.open(document);
    }
  }

  publish(owned: T): void {
    this.#problems.set(owned.document.uri, this.ownership.problems(owned));
    this.ownership.published?.();
  }

  #edited(uri: Uri): void {
    const open = this.#open.get(uri.toString());
    if (open === undefined) return;
    clearTimeout(open.timer);
    open.timer = setTimeout(() => this.publish(open.owned), restMs);
  }

  #close(uri: Uri): void {
    const open = this.#open.get(uri.toString());
    if (open === undefined) return;
    clearTimeout(open.timer);
    open.registered.dispose();
    this.#open.delete(uri.toString());
    this.#problems.delete(uri);
  }

  dispose(): void {
    for (const { document } of this.all) this.#close(document.uri);
    this.#store.dispose();
  }
}

/** Matches this document and no other. */
export function selectorOf({ languageId, uri }: TextDocument): DocumentSelector {
  // A path is no pattern: what stands for itself only is put into brackets.
  const pattern = uri.fsPath.replace(/[*?{}[\]!]/g, (letter) => `[${letter}]`);
  return { language: languageId, scheme: uri.scheme, ...(uri.scheme === 'untitled' ? {} : { pattern }) };
}
