/**
 * Where somebody is in a list of rows and what is selected there: what keys and clicks mean, by the rules of grids and
 * trees on every desktop. Knows rows and keys, nothing of the page.
 */
import { Selection, type Order } from './selection';
import { TypeAhead } from './typing';

/** What a list means by its keys. */
export interface CursorOptions {
  /** Keys that mean something else than the beginning of a name. */
  readonly reserved: string;
  name(key: number): string;
  selected?(keys: readonly number[]): void;
  copy?(keys: readonly number[]): void;
  /** Where rows are branches: how deep, whether open (undefined for a leaf), and the key above; -1 for none. */
  readonly tree?: {
    level(key: number): number;
    open(key: number): boolean | undefined;
    above(key: number): number;
  };
}

/** Who shows the rows. */
export interface CursorView {
  /** Another selection is to be seen. */
  draw(): void;
  /** The focus goes to this row. */
  focus(row: number): void;
  /** What Enter does with a row. */
  enter(key: number): void;
}

type Modifiers = Pick<KeyboardEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>;
/** What counts of a key that is pressed. */
export type Press = Modifiers & Pick<KeyboardEvent, 'key' | 'altKey' | 'timeStamp'>;

const alone: Modifiers = { shiftKey: false, ctrlKey: false, metaKey: false };

export class Cursor {
  readonly selection = new Selection();
  readonly #typing = new TypeAhead();
  #keys: Order = [];
  #row = 0;

  constructor(
    private readonly options: CursorOptions,
    private readonly view: CursorView,
  ) {}

  /** All rows, as they stand. */
  get keys(): Order {
    return this.#keys;
  }

  /** Row of the focus; the one that Tab reaches. */
  get row(): number {
    return this.#row;
  }

  /** Key of that row; undefined in an empty list. */
  get key(): number | undefined {
    return this.#keys[this.#row];
  }

  /** Key of any row; -1 where there is none. */
  keyAt(row: number): number {
    return this.#keys[row] ?? -1;
  }

  /** Takes the rows anew: the focus stays with its key. Returns the key when it has gone; the focus is then where it was. */
  renew(keys: Order): number | undefined {
    const before = this.key;
    this.#keys = keys;
    const row = before === undefined ? 0 : keys.indexOf(before);
    this.#row = Math.max(0, row < 0 ? Math.min(this.#row, keys.length - 1) : row);
    return row < 0 ? before : undefined;
  }

  /** The focus has come to a row by itself. */
  arrive(row: number): void {
    this.#row = row;
  }

  go(row: number): void {
    if (row < 0 || row >= this.#keys.length) return;
    this.#row = row;
    this.view.focus(row);
  }

  /** A click: selects the row and goes there. */
  pick(row: number, modifiers: Modifiers): void {
    this.#select(row, modifiers);
    this.go(row);
  }

  enter(): void {
    if (this.key !== undefined) this.view.enter(this.key);
  }

  /** Does what a key means. @param page rows between two pages. Returns whether it means anything here */
  press(event: Press, page: number): boolean {
    const command = event.ctrlKey || event.metaKey;
    const to = this.#aim(event.key, page);
    if (to !== undefined) {
      const row = Math.max(0, Math.min(this.#keys.length - 1, to));
      if (event.shiftKey || !command) this.#select(row, { ...alone, shiftKey: event.shiftKey });
      this.go(row);
    } else if (event.key === ' ' && !this.#typing.active(event.timeStamp)) {
      this.selection.toggle(this.key ?? -1);
      this.#changed();
    } else if (event.key === 'Enter') this.enter();
    else if (this.#climb(event.key)) this.#changed();
    else if (event.key === 'Escape' && this.selection.size > 0) {
      this.selection.clear();
      this.#changed();
    } else if (command && event.key === 'a') {
      this.selection.all(Array.from(this.#keys));
      this.#changed();
    } else if (command && event.key === 'c' && this.options.copy !== undefined) {
      this.options.copy(this.selection.size > 0 || this.key === undefined ? this.selection.keys : [this.key]);
    } else return this.#type(event);
    return true;
  }

  /** Where an arrow leads, and may be beyond the ends; undefined for other keys. */
  #aim(key: string, page: number): number | undefined {
    const moves: Record<string, number> = {
      ArrowUp: this.#row - 1,
      ArrowDown: this.#row + 1,
      PageUp: this.#row - page,
      PageDown: this.#row + page,
      Home: 0,
      End: this.#keys.length - 1,
    };
    return moves[key];
  }

  #select(row: number, { shiftKey, ctrlKey, metaKey }: Modifiers): void {
    const key = this.#keys[row];
    if (key === undefined) return;
    if (shiftKey) {
      if (this.selection.size === 0) this.selection.only(this.key ?? key);
      this.selection.extend(key, this.#keys);
    } else if (ctrlKey || metaKey) this.selection.toggle(key);
    else this.selection.only(key);
    this.#changed();
  }

  #changed(): void {
    this.view.draw();
    this.options.selected?.(this.selection.keys);
  }

  /** Left closes a branch or leads to the one above, right opens it or leads into it. */
  #climb(arrow: string): boolean {
    const { tree } = this.options;
    const [left, right] = [arrow === 'ArrowLeft', arrow === 'ArrowRight'];
    if (tree === undefined || this.key === undefined || !(left || right)) return false;
    const open = tree.open(this.key);
    if (open === left) this.enter();
    else if (left) this.go(this.#keys.indexOf(tree.above(this.key)));
    else if (open === true) this.go(this.#row + 1);
    return true;
  }

  /** Letters that begin a name lead to it; the reserved ones only while a name is being typed. */
  #type({ key, timeStamp, ctrlKey, metaKey, altKey }: Press): boolean {
    if (key.length !== 1 || ctrlKey || metaKey || altKey) return false;
    if (!this.#typing.active(timeStamp) && this.options.reserved.includes(key)) return false;
    const row = this.#typing.find(key, timeStamp, this.#row, this.#keys.length, (k) => this.options.name(this.keyAt(k)));
    if (row >= 0) this.pick(row, alone);
    return true;
  }
}
