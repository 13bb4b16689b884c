/**
 * A table of any length: a grid of rows of which only those in sight are in the page. Rows are named by key (a number
 * that stays with the thing), so that selection, focus and what is opened survive a new order.
 */
import { assign, html, renew, svg, type Child } from './element';
import { Extent } from './extent';
import { Selection, type Order } from './selection';
import { arrange } from './sequence';
import { TypeAhead } from './typing';

export interface Column {
  readonly name: string;
  /** `number` stands right; `secondary` leaves a narrow table. */
  readonly class?: string;
}

export interface TableOptions {
  readonly label: string;
  /** How it is used, for who hears it. */
  readonly description: string;
  /** Class that gives the widths of the columns. */
  readonly kind: string;
  readonly columns: readonly Column[];
  /** Keys that mean something else than the beginning of a name. */
  readonly reserved: string;
  cells(key: number): readonly Child[];
  name(key: number): string;
  /** What Enter and a double click do; they open the row when absent. */
  enter?(key: number): void;
  /** What stands below an opened row. */
  detail(key: number): HTMLElement;
  /** Whether the selected row shows its detail without being opened: in a narrow table. */
  follows(): boolean;
  selected?(keys: readonly number[]): void;
  copy?(keys: readonly number[]): void;
  opened?(): void;
  /** Where rows are branches: how deep, whether open (undefined for a leaf), and the key above; -1 for none. */
  readonly tree?: {
    level(key: number): number;
    open(key: number): boolean | undefined;
    above(key: number): number;
  };
}

interface Entry {
  readonly element: HTMLElement;
  readonly row: HTMLElement;
  detail: HTMLElement | undefined;
}

const rowHeight = 22;

export class Table {
  readonly element: HTMLElement;
  readonly opened = new Set<number>();
  readonly selection = new Selection();
  readonly #extent = new Extent(rowHeight);
  readonly #body = html('div', { role: 'rowgroup', class: 'rows' });
  readonly #spacers = [0, 1, 2].map(() => svg('svg', { class: 'spacer', width: 1, 'aria-hidden': 'true' }));
  readonly #entries = new Map<number, Entry>();
  /** Measured height of details, by key. */
  readonly #heights = new Map<number, number>();
  readonly #measure = new ResizeObserver((changes) => this.#measured(changes));
  readonly #typing = new TypeAhead();
  #keys: Order = [];
  /** Row of the focus; the one that Tab reaches. */
  #focus = 0;
  /** Where the window on the rows begins and how high it is, px; asked of the page only when one of the two has changed. */
  #top = 0;
  #height = 0;

  constructor(private readonly options: TableOptions) {
    const header = html(
      'div',
      { role: 'row', class: 'row header', 'aria-rowindex': 1 },
      ...options.columns.map((column) => html('div', { role: 'columnheader', class: column.class }, column.name)),
    );
    this.element = html(
      'div',
      {
        role: options.tree === undefined ? 'grid' : 'treegrid',
        class: `table ${options.kind}`,
        'aria-label': options.label,
        'aria-description': options.description,
        'aria-multiselectable': 'true',
      },
      html('div', { role: 'rowgroup', class: 'headers' }, header),
      this.#body,
    );
    this.element.addEventListener('scroll', () => this.#look());
    new ResizeObserver(() => this.#look()).observe(this.element);
    this.element.addEventListener('keydown', (event) => this.#press(event));
    this.#body.addEventListener('focusin', (event) => this.#arrive(event.target as Node));
    this.#body.addEventListener('mousedown', (event) => this.#click(event));
    this.#body.addEventListener('dblclick', (event) => {
      if ((event.target as Element).closest('.row') !== null) this.#enter();
    });
  }

  get scroll(): number {
    return this.#top;
  }

  set scroll(top: number) {
    if (top === this.#top) return;
    this.element.scrollTop = top;
    this.#look();
  }

  /** Shows these keys in this order; rows of `changed` keys are made anew (all, when it is left out). */
  setRows(keys: Order, changed?: ReadonlySet<number>): void {
    const focused = this.#keys[this.#focus];
    this.#keys = keys;
    this.#extent.count = keys.length;
    const row = focused === undefined ? 0 : keys.indexOf(focused);
    this.#focus = Math.max(0, row < 0 ? Math.min(this.#focus, keys.length - 1) : row);
    const entry = row < 0 && focused !== undefined ? this.#entries.get(focused) : undefined;
    const lostFocus = entry?.element.contains(document.activeElement) ?? false;
    for (const [key, { row: old }] of this.#entries) if (changed?.has(key) ?? true) this.#fill(old, key);
    assign(this.element, { 'aria-rowcount': keys.length + 1 });
    this.#draw();
    if (lostFocus) this.#go(this.#focus);
  }

  /** Draws rows and what is opened again, as after a change of width. */
  refresh(): void {
    this.#draw();
  }

  /** Focuses a row and brings it into sight. */
  focus(row = this.#focus): void {
    this.#go(row);
  }

  toggle(row: number): void {
    const key = this.#keys[row];
    if (key === undefined) return;
    if (!this.opened.delete(key)) this.opened.add(key);
    this.#draw();
    this.options.opened?.();
  }

  #enter(): void {
    const key = this.#keys[this.#focus];
    if (this.options.enter === undefined) this.toggle(this.#focus);
    else if (key !== undefined) this.options.enter(key);
  }

  #shows(key: number): boolean {
    return this.opened.has(key) !== (this.options.follows() && this.selection.size === 1 && this.selection.has(key));
  }

  /** Something else is in sight now. */
  #look(): void {
    this.#top = this.element.scrollTop;
    this.#height = this.element.clientHeight;
    this.#draw();
  }

  /** Brings the page in line with what is in sight. */
  #draw(): void {
    this.#open();
    const { from, to } = this.#extent.window(this.#top, this.#height || 400, 5 * rowHeight);
    const live = Array.from({ length: to - from }, (_, k) => from + k);
    // The focused row stays in the page wherever it is, or the keyboard would fall out of the table.
    if (this.#body.contains(document.activeElement)) {
      if (this.#focus < from) live.unshift(this.#focus);
      else if (this.#focus >= to && this.#focus < this.#extent.count) live.push(this.#focus);
    }
    const keys = new Set(live.map((row) => this.#keys[row] ?? -1));
    for (const [key, entry] of this.#entries) {
      if (keys.has(key)) continue;
      if (entry.detail !== undefined) this.#measure.unobserve(entry.detail);
      entry.element.remove();
      this.#entries.delete(key);
    }
    const wanted: Element[] = [];
    let edge = 0;
    let spacer = 0;
    const skip = (to: number) => {
      const next = this.#spacers[spacer];
      if (to <= edge || next === undefined) return;
      spacer++;
      assign(next, { height: to - edge });
      wanted.push(next);
    };
    for (const row of live) {
      skip(this.#extent.top(row));
      wanted.push(this.#entry(row));
      edge = this.#extent.top(row + 1);
    }
    skip(this.#extent.height);
    arrange(this.#body, wanted);
  }

  /** Tells the extent which rows are opened and how high that is. */
  #open(): void {
    const heights = new Map<number, number>();
    for (const key of new Set([...this.opened, ...(this.selection.size === 1 ? this.selection.keys : [])])) {
      const row = this.#shows(key) ? this.#keys.indexOf(key) : -1;
      if (row >= 0) heights.set(row, this.#heights.get(key) ?? rowHeight);
    }
    this.#extent.open(heights);
  }

  #entry(row: number): HTMLElement {
    const key = this.#keys[row] ?? -1;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const line = html('div', { role: 'row', class: 'row' });
      this.#fill(line, key);
      entry = { element: html('div', { role: 'presentation', 'data-row': key }, line), row: line, detail: undefined };
      this.#entries.set(key, entry);
    }
    const shows = this.#shows(key);
    if (shows && entry.detail === undefined) {
      entry.detail = html('div', { class: 'detail' }, this.options.detail(key));
      entry.element.append(entry.detail);
      this.#measure.observe(entry.detail);
    } else if (!shows && entry.detail !== undefined) {
      this.#measure.unobserve(entry.detail);
      entry.detail.remove();
      entry.detail = undefined;
    }
    assign(entry.row, {
      'aria-rowindex': row + 2,
      'aria-selected': String(this.selection.has(key)),
      'aria-level': this.options.tree?.level(key),
      'aria-expanded': this.#expanded(key, shows),
      tabindex: row === this.#focus ? 0 : -1,
    });
    return entry.element;
  }

  #expanded(key: number, shows: boolean): string | undefined {
    const { tree } = this.options;
    const open = tree === undefined ? (this.options.enter === undefined || shows ? shows : undefined) : tree.open(key);
    return open === undefined ? undefined : String(open);
  }

  #fill(row: HTMLElement, key: number): void {
    const cells = this.options.cells(key);
    renew(row, ...this.options.columns.map((column, k) => html('div', { role: 'gridcell', class: column.class }, cells[k])));
  }

  #measured(changes: readonly ResizeObserverEntry[]): void {
    let changed = false;
    for (const { target } of changes) {
      const key = Number(target.parentElement?.getAttribute('data-row'));
      const height = (target as HTMLElement).offsetHeight;
      if (height === 0 || this.#heights.get(key) === height) continue;
      this.#heights.set(key, height);
      changed = true;
    }
    if (changed) this.#draw();
  }

  #rowOf(target: Node): number {
    const element = (target instanceof Element ? target : target.parentElement)?.closest('[data-row]');
    const key = element === null || element === undefined ? -1 : Number(element.getAttribute('data-row'));
    return this.#keys.indexOf(key);
  }

  #arrive(target: Node): void {
    const row = this.#rowOf(target);
    if (row < 0 || row === this.#focus) return;
    this.#entries.get(this.#keys[this.#focus] ?? -1)?.row.setAttribute('tabindex', '-1');
    this.#focus = row;
    this.#entries.get(this.#keys[row] ?? -1)?.row.setAttribute('tabindex', '0');
  }

  #go(row: number): void {
    if (row < 0 || row >= this.#keys.length) return;
    this.#focus = row;
    // The header covers the first row's height of what is in sight.
    const top = this.#extent.reveal(row, this.#top, this.#height - rowHeight);
    this.#draw();
    this.scroll = top;
    this.#entries.get(this.#keys[row] ?? -1)?.row.focus({ preventScroll: top !== 0 });
  }

  #changed(): void {
    this.#draw();
    this.options.selected?.(this.selection.keys);
  }

  #click(event: MouseEvent): void {
    const line = (event.target as Element).closest<HTMLElement>('.row');
    if (line === null || event.button !== 0 || (event.target as Element).closest('button') !== null) return;
    event.preventDefault();
    const row = this.#rowOf(line);
    this.#select(row, event);
    this.#go(row);
  }

  #select(row: number, { shiftKey, ctrlKey, metaKey }: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>): void {
    const key = this.#keys[row];
    if (key === undefined) return;
    if (shiftKey) {
      if (this.selection.size === 0) this.selection.only(this.#keys[this.#focus] ?? key);
      this.selection.extend(key, this.#keys);
    } else if (ctrlKey || metaKey) this.selection.toggle(key);
    else this.selection.only(key);
    this.#changed();
  }

  #press(event: KeyboardEvent): void {
    if (!(event.target as Element).matches('.row')) return;
    const command = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor(this.#height / rowHeight) - 2);
    const moves: Record<string, number> = {
      ArrowUp: this.#focus - 1,
      ArrowDown: this.#focus + 1,
      PageUp: this.#focus - page,
      PageDown: this.#focus + page,
      Home: 0,
      End: this.#keys.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      const row = Math.max(0, Math.min(this.#keys.length - 1, to));
      if (event.shiftKey || !command) this.#select(row, { shiftKey: event.shiftKey, ctrlKey: false, metaKey: false });
      this.#go(row);
    } else if (event.key === ' ' && !this.#typing.active(event.timeStamp)) {
      this.selection.toggle(this.#keys[this.#focus] ?? -1);
      this.#changed();
    } else if (event.key === 'Enter') this.#enter();
    else if (this.#climb(event.key)) this.#changed();
    else if (event.key === 'Escape' && this.selection.size > 0) {
      this.selection.clear();
      this.#changed();
    } else if (command && event.key === 'a') {
      this.selection.all(Array.from(this.#keys));
      this.#changed();
    } else if (command && event.key === 'c' && this.options.copy !== undefined) {
      const focused = this.#keys[this.#focus];
      this.options.copy(this.selection.size > 0 ? this.selection.keys : focused === undefined ? [] : [focused]);
    } else if (!this.#type(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Left closes a branch or leads to the one above, right opens it or leads into it. */
  #climb(arrow: string): boolean {
    const { tree } = this.options;
    const key = this.#keys[this.#focus];
    const [left, right] = [arrow === 'ArrowLeft', arrow === 'ArrowRight'];
    if (tree === undefined || key === undefined || !(left || right)) return false;
    const open = tree.open(key);
    if (open === left) this.#enter();
    else if (left) this.#go(this.#keys.indexOf(tree.above(key)));
    else if (open === true) this.#go(this.#focus + 1);
    return true;
  }

  /** Letters that begin a name lead to it; the reserved ones only while a name is being typed. */
  #type(event: KeyboardEvent): boolean {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (!this.#typing.active(event.timeStamp) && this.options.reserved.includes(event.key)) return false;
    const row = this.#typing.find(event.key, event.timeStamp, this.#focus, this.#keys.length, (k) =>
      this.options.name(this.#keys[k] ?? -1),
    );
    if (row >= 0) {
      this.#select(row, { shiftKey: false, ctrlKey: false, metaKey: false });
      this.#go(row);
    }
    return true;
  }
}
