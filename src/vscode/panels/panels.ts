/** Panels of one kind, at most one for each thing: shown, taken over from before a reload, and ended together. */
import { Uri, ViewColumn, window, type Disposable, type WebviewPanel } from 'vscode';
import { pageOf, resourcesOf, type PageName } from './page';

/** A panel that is open. */
export interface Panel<Thing> extends Disposable {
  shows(thing: Thing): boolean;
  reveal(): void;
}

export interface PanelKind<Thing> {
  /** Of the editor. */
  readonly type: string;
  /** The script of the page. */
  readonly page: PageName;
  readonly extensionUri: Uri;
  readonly title: (thing: Thing) => string;
  /** The thing that a page remembers by the words it has kept; nothing where it cannot be told. */
  readonly kept: (words: Readonly<Record<string, string | undefined>>) => Thing | undefined;
  readonly make: (panel: WebviewPanel, thing: Thing) => Panel<Thing>;
}

export class Panels<Thing> implements Disposable {
  readonly #open = new Set<Panel<Thing>>();

  constructor(private readonly kind: PanelKind<Thing>) {}

  /** Shows the panel of a thing, the one that is open already if there is one. */
  show(thing: Thing): void {
    const open = this.#find(thing);
    if (open !== undefined) open.reveal();
    else this.#adopt(window.createWebviewPanel(this.kind.type, this.kind.title(thing), ViewColumn.Active, {}), thing);
  }

  /** A panel that the editor has kept over a reload. @param state what its page remembers; it ends where that is nothing, or open already */
  restore(panel: WebviewPanel, state: unknown): void {
    const kept = Object.entries(state ?? {}).filter((field): field is [string, string] => typeof field[1] === 'string');
    const thing = this.kind.kept(Object.fromEntries(kept));
    if (thing === undefined || this.#find(thing) !== undefined) panel.dispose();
    else this.#adopt(panel, thing);
  }

  #find(thing: Thing): Panel<Thing> | undefined {
    return [...this.#open].find((each) => each.shows(thing));
  }

  #adopt(panel: WebviewPanel, thing: Thing): void {
    const { extensionUri, page, make } = this.kind;
    // Its page is made anew when it is shown again: a hidden panel costs nothing.
    panel.webview.options = { enableScripts: true, localResourceRoots: [resourcesOf(extensionUri)] };
    const icon = (name: string) => Uri.joinPath(extensionUri, `media/${name}.svg`);
    panel.iconPath = { light: icon('grid-light'), dark: icon('grid-dark') };
    const shown = make(panel, thing);
    this.#open.add(shown);
    panel.onDidDispose(() => {
      shown.dispose();
      this.#open.delete(shown);
    });
    panel.webview.html = pageOf(panel.webview, extensionUri, page, panel.title);
  }

  dispose(): void {
    for (const panel of this.#open) panel.dispose();
  }
}
