/** Panels of one kind, at most one for each file: shown, taken over from before a reload, and ended together. */
import { Uri, ViewColumn, window, type Disposable, type WebviewPanel } from 'vscode';
import { pageOf, resourcesOf } from './page';

export interface FilePanel extends Disposable {
  reveal(): void;
}

export interface PanelKind {
  /** Of the editor. */
  readonly type: string;
  /** The script of the page. */
  readonly page: 'staging' | 'sandbox';
  readonly extensionUri: Uri;
  readonly title: (uri: Uri) => string;
  readonly make: (panel: WebviewPanel, uri: Uri) => FilePanel;
}

export class FilePanels implements Disposable {
  readonly #open = new Map<string, FilePanel>();

  constructor(private readonly kind: PanelKind) {}

  /** Shows the panel of a file, the one that is open already if there is one. */
  show(uri: Uri): void {
    const open = this.#open.get(uri.toString());
    if (open !== undefined) open.reveal();
    else this.#adopt(window.createWebviewPanel(this.kind.type, this.kind.title(uri), ViewColumn.Active, {}), uri);
  }

  /** A panel that the editor has kept over a reload. @param uri what its page remembers; it ends where that is nothing, or open already */
  restore(panel: WebviewPanel, uri: Uri | undefined): void {
    if (uri === undefined || this.#open.has(uri.toString())) panel.dispose();
    else this.#adopt(panel, uri);
  }

  #adopt(panel: WebviewPanel, uri: Uri): void {
    const { extensionUri, page, make } = this.kind;
    panel.webview.options = { enableScripts: true, localResourceRoots: [resourcesOf(extensionUri)] };
    const icon = (name: string) => Uri.joinPath(extensionUri, `media/${name}.svg`);
    panel.iconPath = { light: icon('grid-light'), dark: icon('grid-dark') };
    const shown = make(panel, uri);
    this.#open.set(uri.toString(), shown);
    panel.onDidDispose(() => {
      shown.dispose();
      this.#open.delete(uri.toString());
    });
    panel.webview.html = pageOf(panel.webview, extensionUri, page, panel.title);
  }

  dispose(): void {
    for (const panel of this.#open.values()) panel.dispose();
  }
}
