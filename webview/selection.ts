/** Which things of a list are selected, by key, with the place a range begins at. Rules of lists on every desktop. */

/** Keys as they stand in a list. */
export type Order = Int32Array | readonly number[];

export class Selection {
  readonly #keys = new Set<number>();
  /** Key at which a range begins. */
  #anchor: number | undefined;

  get size(): number {
    return this.#keys.size;
  }

  has(key: number): boolean {
    return this.#keys.has(key);
  }

  /** In the order in which they were selected. */
  get keys(): readonly number[] {
    return [...this.#keys];
  }

  clear(): void {
    this.#keys.clear();
    this.#anchor = undefined;
  }

  /** Only this one. */
  only(key: number): void {
    this.#keys.clear();
    this.#keys.add(key);
    this.#anchor = key;
  }

  toggle(key: number): void {
    if (!this.#keys.delete(key)) this.#keys.add(key);
    this.#anchor = key;
  }

  all(keys: Iterable<number>): void {
    for (const key of keys) this.#keys.add(key);
  }

  /** From the anchor to this one; `order` holds all keys as they stand. */
  extend(key: number, order: Order): void {
    const anchor = this.#anchor ?? key;
    const from = order.indexOf(anchor);
    const to = order.indexOf(key);
    this.#keys.clear();
    this.#anchor = from < 0 ? key : anchor;
    if (to < 0) return;
    const first = Math.min(from < 0 ? to : from, to);
    const last = Math.max(from, to);
    for (let k = first; k <= last; k++) this.#keys.add(order[k] ?? key);
  }

  /** Forgets what is not there any more. */
  retain(present: (key: number) => boolean): void {
    for (const key of this.#keys) if (!present(key)) this.#keys.delete(key);
    if (this.#anchor !== undefined && !present(this.#anchor)) this.#anchor = undefined;
  }
}
