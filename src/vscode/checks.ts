/** What checks have found, list by list, for as long as the window lives: the editor paints it, staging and exports use it. */
import { EventEmitter, type Disposable, type Uri } from 'vscode';
import type { LocalityCheck } from '../core/staging/check';
import { ToldList } from '../core/staging/told';

/** Lists that were looked at last; what was found of older ones is forgotten. */
const atMost = 20;

export class Checks implements Disposable {
  readonly #lists = new Map<string, ToldList>();
  readonly #changed = new EventEmitter<Uri>();
  readonly onChange = this.#changed.event;

  of(uri: Uri): ToldList | undefined {
    return this.#lists.get(uri.toString());
  }

  /** @param whole it was of all links of the list. */
  add(uri: Uri, check: LocalityCheck, { by, at, whole }: { readonly by: string; readonly at: number; readonly whole: boolean }): void {
    const key = uri.toString();
    const list = this.#lists.get(key) ?? new ToldList();
    list.add(check, by, at, whole);
    this.#lists.delete(key);
    this.#lists.set(key, list);
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > atMost && oldest !== undefined) this.#lists.delete(oldest);
    this.#changed.fire(uri);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
