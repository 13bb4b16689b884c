/** What checks have found, list by list, the editor paints it, staging and exports use it. */
import { EventEmitter, type Disposable, type Uri } from 'vscode';
import type { LocalityCheck } from '../core/staging/check';
import type { Ways } from '../core/staging/door';
import { ToldList } from '../core/staging/told';

/** Lists that were looked at last; what was found of older ones is forgotten. */
const atMost = 20;

interface Telling {
  readonly by: string;
  readonly at: number;
  readonly whole: boolean;
  readonly ways: Ways;
}

export class Checks implements Disposable {
  readonly #lists = new Map<string, ToldList>();
  readonly #changed = new EventEmitter<Uri>();
  readonly onChange = this.#changed.event;
  /** What was found before this window began is there; never rejects. */
  restored: Promise<void> = Promise.resolve();

  of(uri: Uri): ToldList | undefined {
    return this.#lists.get(uri.toString());
  }

  /** A check begins: what it tells is shown while it goes on. */
  begin(uri: Uri, check: LocalityCheck, by: string, at: number): void {
    this.#list(uri).begin(check, by, at);
    this.#changed.fire(uri);
  }

  /** The check that has begun has told more. */
  goOn(uri: Uri): void {
    this.#changed.fire(uri);
  }

  /** The check that has begun came to nothing. */
  drop(uri: Uri): void {
    const list = this.#list(uri);
    list.drop();
    if (list.at === 0) this.#lists.delete(uri.toString());
    this.#changed.fire(uri);
  }

  /** @param whole it was of all links of the list. */
  add(uri: Uri, check: LocalityCheck, { by, at, whole, ways }: Telling): void {
    this.#list(uri).add(check, by, at, whole, ways);
    this.#changed.fire(uri);
  }

  /** What was found before this window began, of a list that has not been checked since. */
  restore(uri: Uri, list: ToldList): void {
    if (this.#lists.has(uri.toString())) return;
    this.#lists.set(uri.toString(), list);
    this.#changed.fire(uri);
  }

  /** The one of a list, which is now the one that was looked at last. */
  #list(uri: Uri): ToldList {
    const key = uri.toString();
    const list = this.#lists.get(key) ?? new ToldList();
    this.#lists.delete(key);
    this.#lists.set(key, list);
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > atMost && oldest !== undefined) this.#lists.delete(oldest);
    return list;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
