/**
 * Files that the editor takes for another language than they are: plain text that begins with a link, properties that
 * are a step. VS Code ignores a language's first line for such names, so a shown document is looked at here, once, its
 * first 4 kB. A person who changes it back is not overruled: that is remembered.
 */
import { languages, window, workspace, type Disposable, type Memento, type TextDocument } from 'vscode';
import { Store } from '../disposable';

/** What tells that a document is of another language. */
export interface Sign {
  /** The language the editor gives it. */
  readonly from: string;
  /** The language it has. */
  readonly to: string;
  /** Under which name it is remembered who was changed back. */
  readonly memory: string;
  isWanted(): boolean;
  /** Looks at the first 4 kB at most. */
  isShownBy(document: TextDocument): boolean;
}

/** So many files are remembered; the oldest make room. */
const memoryLimit = 500;

export class Association implements Disposable {
  readonly #store = new Store();
  /** Open documents that were set here: one that turns back was turned by a person. */
  readonly #set = new Set<string>();
  /** The one among them that is being closed at this moment. */
  #closing: string | undefined;

  constructor(
    private readonly sign: Sign,
    private readonly memory: Memento,
  ) {
    this.#store.add(window.onDidChangeVisibleTextEditors((editors) => editors.forEach((editor) => this.#look(editor.document))));
    this.#store.add(workspace.onDidCloseTextDocument((document) => this.#closed(document)));
    this.#store.add(workspace.onDidOpenTextDocument((document) => this.#reopened(document)));
    // What is pasted into a new document is not there yet when it is shown.
    this.#store.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document.isUntitled && contentChanges.some(({ range }) => range.start.line === 0)) this.#look(document);
      }),
    );
    for (const editor of window.visibleTextEditors) this.#look(editor.document);
  }

  #look(document: TextDocument): void {
    const key = document.uri.toString();
    const { sign } = this;
    if (document.languageId !== sign.from || this.#set.has(key) || !sign.isWanted() || this.#left.includes(key)) return;
    if (!sign.isShownBy(document)) return;
    this.#set.add(key);
    void languages.setTextDocumentLanguage(document, sign.to);
  }

  /** A change of language closes a document and opens it again at once; a file that was closed has no language of ours any more. */
  #closed(document: TextDocument): void {
    const key = document.uri.toString();
    if (document.languageId !== this.sign.to || !this.#set.delete(key)) return;
    this.#closing = key;
    queueMicrotask(() => (this.#closing = undefined));
  }

  #reopened(document: TextDocument): void {
    const key = document.uri.toString();
    if (this.#closing !== key || document.languageId !== this.sign.from) return;
    void this.memory.update(this.sign.memory, [...this.#left.filter((each) => each !== key), key].slice(-memoryLimit));
  }

  get #left(): readonly string[] {
    return this.memory.get<readonly string[]>(this.sign.memory, []);
  }

  dispose(): void {
    this.#store.dispose();
  }
}
