import type { Disposable } from 'vscode';

/** Owns what must end with it. Added after the end, a thing ends at once. */
export class Store implements Disposable {
  #owned: Disposable[] | undefined = [];

  add<T extends Disposable>(owned: T): T {
    if (this.#owned === undefined) owned.dispose();
    else this.#owned.push(owned);
    return owned;
  }

  dispose(): void {
    const owned = this.#owned ?? [];
    this.#owned = undefined;
    for (const each of owned.reverse()) each.dispose();
  }
}
