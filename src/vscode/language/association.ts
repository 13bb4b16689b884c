/**
 * Plain text that begins with a link is a list of links. VS Code ignores a language's first line for `.txt`, so a shown
 * document is looked at here, once, its first 4 kB. A person who changes it back is not overruled: that is remembered.
 */
import { languages, window, workspace, type Disposable, type Memento, type TextDocument } from 'vscode';
import { parseLink } from '../../core/links/link';
import { Store } from '../disposable';
import { languageId } from '../languageId';
import { detectsLinks } from '../settings';
import type { Sites } from '../sites';

const memoryKey = 'links.left';
/** So many files are remembered; the oldest make room. */
const memoryLimit = 500;
const lookAt = 4096;

export class Association implements Disposable {
  readonly #store = new Store();
  /** Documents set here in this session: one that turns plain again was turned by a person. */
  readonly #set = new Set<string>();

  constructor(
    private readonly sites: Sites,
    private readonly memory: Memento,
  ) {
    this.#store.add(window.onDidChangeVisibleTextEditors((editors) => editors.forEach((editor) => this.#look(editor.document))));
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
    if (document.languageId !== 'plaintext' || this.#set.has(key) || !detectsLinks() || this.#left.includes(key)) return;
    if (!this.#beginsWithLink(document)) return;
    this.#set.add(key);
    void languages.setTextDocumentLanguage(document, languageId);
  }

  /** A change of language closes a document and opens it again. */
  #reopened(document: TextDocument): void {
    const key = document.uri.toString();
    if (!this.#set.has(key)) return;
    if (document.languageId === 'plaintext') {
      void this.memory.update(memoryKey, [...this.#left.filter((each) => each !== key), key].slice(-memoryLimit));
      this.#set.delete(key);
    }
  }

  get #left(): readonly string[] {
    return this.memory.get<readonly string[]>(memoryKey, []);
  }

  #beginsWithLink(document: TextDocument): boolean {
    let read = 0;
    for (let line = 0; line < document.lineCount && read < lookAt; line++) {
      const { text } = document.lineAt(line);
      read += text.length + 1;
      const start = text
        .slice(0, lookAt)
        .replace(/^\uFEFF/, '')
        .trim();
      if (start === '' || start.startsWith('#')) continue;
      const link = parseLink(start, this.sites.table);
      // A bare path is a link only where a site is known by it: prose may begin with a slash.
      return link !== undefined && (link.scheme === 'srm' || link.scheme === 'gsiftp' || link.site !== undefined);
    }
    return false;
  }

  dispose(): void {
    this.#store.dispose();
  }
}
