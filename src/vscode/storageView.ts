/** The view Grid Storage: its context key, the line that says what is being read, and when it is drawn anew. */
import { commands, workspace, type Disposable } from 'vscode';
import { nameIn } from '../core/storage/location';
import { count } from '../core/wording';
import { Store } from './disposable';
import type { Storage } from './storage';
import type { StorageNode } from './trees/storage';
import type { OpenView } from './trees/tree';

export class StorageView implements Disposable {
  readonly #store = new Store();

  constructor(
    private readonly storage: Storage,
    private readonly open: OpenView<StorageNode>,
  ) {
    // A folder is known to the tree by its way from a root, and may be shown below several of them.
    this.#store.add(
      storage.onChange(() => {
        open.tree.refresh();
        this.#show();
      }),
    );
    this.#store.add(workspace.onDidGrantWorkspaceTrust(() => storage.refresh()));
    storage.heard = () => this.#show();
    this.#show();
  }

  #show(): void {
    const { storage } = this;
    const reading = [...storage.reading].map(([location, entries]) => `Reading ${nameIn(location)}: ${count(entries)} entries so far…`);
    this.open.view.message = reading.join('\n');
    const condition = !workspace.isTrusted ? 'untrusted' : storage.roots.length === 0 ? 'noRoot' : 'ready';
    void commands.executeCommand('setContext', 'grid:storage', condition);
  }

  dispose(): void {
    this.#store.dispose();
  }
}
