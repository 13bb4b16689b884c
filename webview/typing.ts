/** Type-ahead: letters typed in quick succession lead to the next name that begins with them. */

/** Between two letters of one word at most, ms. */
const pause = 1000;

export class TypeAhead {
  #typed = '';
  #last = -Infinity;

  /** Whether a letter at this time (ms on any clock) would go on with a word. */
  active(at: number): boolean {
    return this.#typed !== '' && at - this.#last < pause;
  }

  /**
   * The row of the next name that begins with what has been typed, searched from `row` on and round; -1 for none.
   * Digits also find a name by its first number: 7012 leads to L701234.
   */
  find(letter: string, at: number, row: number, rows: number, name: (row: number) => string): number {
    this.#typed = this.active(at) ? this.#typed + letter.toLowerCase() : letter.toLowerCase();
    this.#last = at;
    const first = this.#typed.length === 1 ? 1 : 0;
    for (let k = first; k < rows + first; k++) {
      const each = (row + k) % rows;
      const text = name(each).toLowerCase();
      if (text.startsWith(this.#typed) || text.replace(/^[a-z]+/, '').startsWith(this.#typed)) return each;
    }
    return -1;
  }
}
