/** Where rows stand in a long list: all of one height, some with something opened below them. Lengths in px. */

export class Extent {
  /** Opened rows in order, with what stands below each. */
  #opened: { row: number; height: number }[] = [];

  constructor(
    readonly rowHeight: number,
    public count = 0,
  ) {}

  /** Takes the opened rows anew: row → height of what is opened below it. */
  open(heights: ReadonlyMap<number, number>): void {
    this.#opened = [...heights].map(([row, height]) => ({ row, height })).sort((a, b) => a.row - b.row);
  }

  /** Upper edge of a row; of `count`, the height of all. O(opened rows). */
  top(row: number): number {
    let top = row * this.rowHeight;
    for (const each of this.#opened) {
      if (each.row >= row) break;
      top += each.height;
    }
    return top;
  }

  get height(): number {
    return this.top(this.count);
  }

  /** The row at a height; -1 when there are no rows. */
  rowAt(y: number): number {
    let below = 0;
    for (const { row, height } of this.#opened) {
      const top = row * this.rowHeight + below;
      if (y < top + this.rowHeight) break;
      if (y < top + this.rowHeight + height) return row;
      below += height;
    }
    return Math.min(this.count - 1, Math.max(0, Math.floor((y - below) / this.rowHeight)));
  }

  /** First row and the one after the last that stand in a window, with `spare` px on both sides. */
  window(top: number, height: number, spare: number): { from: number; to: number } {
    if (this.count === 0) return { from: 0, to: 0 };
    return { from: this.rowAt(top - spare), to: this.rowAt(top + height + spare) + 1 };
  }

  /** The rows of a window, in order, and `kept` wherever it stands. */
  rows(top: number, height: number, spare: number, kept?: number): number[] {
    const { from, to } = this.window(top, height, spare);
    const rows = Array.from({ length: to - from }, (_, k) => from + k);
    if (kept === undefined || kept >= this.count) return rows;
    if (kept < from) return [kept, ...rows];
    return kept >= to ? [...rows, kept] : rows;
  }

  /** Where a window of `height` that begins at `top` must begin to show a row whole; `top` when it does. */
  reveal(row: number, top: number, height: number): number {
    const upper = this.top(row);
    const lower = Math.min(this.top(row + 1), upper + height);
    if (upper < top) return upper;
    return lower > top + height ? lower - height : top;
  }
}
