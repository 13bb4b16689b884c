/** What stands below rows, by their keys, and how high it is: that is known only once it is in the page. */
import { html } from './element';

export class Details {
  readonly #shown = new Map<number, HTMLElement>();
  /** px; kept when a row leaves the page. */
  readonly #heights = new Map<number, number>();
  readonly #sizes = new ResizeObserver(() => this.#measure());

  constructor(
    private readonly make: (key: number) => HTMLElement,
    private readonly resized: () => void,
  ) {}

  /** px; undefined for what has never been in the page. */
  heightOf(key: number): number | undefined {
    return this.#heights.get(key);
  }

  /** Makes it and puts it below its row, where it is not there yet. */
  show(key: number, row: HTMLElement): void {
    if (this.#shown.has(key)) return;
    const detail = html('div', { class: 'detail' }, this.make(key));
    this.#shown.set(key, detail);
    row.append(detail);
    this.#sizes.observe(detail);
  }

  remove(key: number): void {
    const detail = this.#shown.get(key);
    if (detail === undefined) return;
    this.#sizes.unobserve(detail);
    detail.remove();
    this.#shown.delete(key);
  }

  #measure(): void {
    let changed = false;
    for (const [key, { offsetHeight: height }] of this.#shown) {
      if (height === 0 || this.#heights.get(key) === height) continue;
      this.#heights.set(key, height);
      changed = true;
    }
    if (changed) this.resized();
  }
}
