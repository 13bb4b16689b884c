/**
 * A table of any length: a grid of rows of which only those in sight are in the page. Rows are named by key (a number
 * that stays with the thing), so that selection, focus and what is opened survive a new order.
 */
import { Cursor, type CursorOptions } from './cursor';
import { Details } from './details';
import { assign, html, renew, type Child } from './element';
import { Extent } from './extent';
import type { Order, Selection } from './selection';
import { arrange, Spacers } from './sequence';

export interface Column {
  readonly name: string;
  /** `number` stands right; `secondary` leaves a narrow table. */
  readonly class?: string;
}

export interface TableOptions extends CursorOptions {
  readonly label: string;
  /** How it is used, for who hears it. */
  readonly description: string;
  /** Class that gives the widths of the columns. */
  readonly kind: string;
  readonly columns: readonly Column[];
  cells(key: number): readonly Child[];
  /** What Enter and a double click do; they open the row when absent. */
  enter?(key: number): void;
  /** What stands below an opened row. */
  detail(key: number): HTMLElement;
  /** Whether the selected row shows its detail without being opened: in a narrow table. */
  follows(): boolean;
  opened?(): void;
}

/** A row that is in the page, and the element that holds it together with its detail. */
interface Entry {
  readonly element: HTMLElement;
  readonly row: HTMLElement;
}

const rowHeight = 22;

export class Table {
  readonly element: HTMLElement;
  readonly opened = new Set<number>();
  readonly #extent = new Extent(rowHeight);
  readonly #body = html('div', { role: 'rowgroup', class: 'rows' });
  readonly #spacers = new Spacers();
  readonly #entries = new Map<number, Entry>();
  readonly #details: Details;
  readonly #cursor: Cursor;
  /** Where the window on the rows begins and how high it is, px; asked of the page only when one of the two has changed. */
  #top = 0;
  #height = 0;

  constructor(private readonly options: TableOptions) {
    this.#details = new Details(
      (key) => options.detail(key),
      () => this.refresh(),
    );
    this.#cursor = new Cursor(options, {
      draw: () => this.refresh(),
      focus: (row) => this.#go(row),
      enter: (key) => (options.enter === undefined ? this.#toggle(key) : options.enter(key)),
    });
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
    this.#body.addEventListener('focusin', (event) => this.#arrive(event.target as Element));
    this.#body.addEventListener('mousedown', (event) => this.#click(event));
    this.#body.addEventListener('dblclick', (event) => {
      if ((event.target as Element).closest('.row') !== null) this.#cursor.enter();
    });
  }

  get selection(): Selection {
    return this.#cursor.selection;
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
    const gone = this.#cursor.renew(keys);
    this.#extent.count = keys.length;
    const entry = gone === undefined ? undefined : this.#entries.get(gone);
    const lostFocus = entry?.element.contains(document.activeElement) ?? false;
    for (const [key, { row: old }] of this.#entries) if (changed?.has(key) ?? true) this.#fill(old, key);
    assign(this.element, { 'aria-rowcount': keys.length + 1 });
    this.refresh();
    if (lostFocus) this.focus();
  }

  /** Brings the page in line with what is in sight, as after a change of width. */
  refresh(): void {
    this.#open();
    // The focused row stays in the page wherever it is, or the keyboard would fall out of the table.
    const kept = this.#body.contains(document.activeElement) ? this.#cursor.row : undefined;
    const live = this.#extent.rows(this.#top, this.#height || 400, 5 * rowHeight, kept);
    const keys = new Set(live.map((row) => this.#cursor.keyAt(row)));
    for (const [key, { element }] of this.#entries) {
      if (keys.has(key)) continue;
      this.#details.remove(key);
      element.remove();
      this.#entries.delete(key);
    }
    const places = live.map((row) => ({ element: this.#entry(row), from: this.#extent.top(row), to: this.#extent.top(row + 1) }));
    arrange(this.#body, this.#spacers.between(places, this.#extent.height));
  }

  /** Focuses a row and brings it into sight. */
  focus(row = this.#cursor.row): void {
    this.#cursor.go(row);
  }

  #toggle(key: number): void {
    if (!this.opened.delete(key)) this.opened.add(key);
    this.refresh();
    this.options.opened?.();
  }

  #shows(key: number): boolean {
    return this.opened.has(key) !== (this.options.follows() && this.selection.size === 1 && this.selection.has(key));
  }

  /** Something else is in sight now. */
  #look(): void {
    this.#top = this.element.scrollTop;
    this.#height = this.element.clientHeight;
    this.refresh();
  }

  /** Tells the extent which rows are opened and how high that is. */
  #open(): void {
    const heights = new Map<number, number>();
    for (const key of new Set([...this.opened, ...(this.selection.size === 1 ? this.selection.keys : [])])) {
      const row = this.#shows(key) ? this.#cursor.keys.indexOf(key) : -1;
      if (row >= 0) heights.set(row, this.#details.heightOf(key) ?? rowHeight);
    }
    this.#extent.open(heights);
  }

  #entry(row: number): HTMLElement {
    const key = this.#cursor.keyAt(row);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const line = html('div', { role: 'row', class: 'row' });
      this.#fill(line, key);
      entry = { element: html('div', { role: 'presentation', 'data-row': key }, line), row: line };
      this.#entries.set(key, entry);
    }
    const shows = this.#shows(key);
    if (shows) this.#details.show(key, entry.element);
    else this.#details.remove(key);
    assign(entry.row, {
      'aria-rowindex': row + 2,
      'aria-selected': String(this.selection.has(key)),
      'aria-level': this.options.tree?.level(key),
      'aria-expanded': this.#expanded(key, shows),
      tabindex: row === this.#cursor.row ? 0 : -1,
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

  #rowOf(target: Element): number {
    const key = target.closest('[data-row]')?.getAttribute('data-row') ?? -1;
    return this.#cursor.keys.indexOf(Number(key));
  }

  #line(row: number): HTMLElement | undefined {
    return this.#entries.get(this.#cursor.keyAt(row))?.row;
  }

  #arrive(target: Element): void {
    const row = this.#rowOf(target);
    if (row < 0 || row === this.#cursor.row) return;
    this.#line(this.#cursor.row)?.setAttribute('tabindex', '-1');
    this.#cursor.arrive(row);
    this.#line(row)?.setAttribute('tabindex', '0');
  }

  #go(row: number): void {
    // The header covers the first row's height of what is in sight.
    const top = this.#extent.reveal(row, this.#top, this.#height - rowHeight);
    this.refresh();
    this.scroll = top;
    this.#line(row)?.focus({ preventScroll: top !== 0 });
  }

  #click(event: MouseEvent): void {
    const line = (event.target as Element).closest<HTMLElement>('.row');
    if (line === null || event.button !== 0 || (event.target as Element).closest('button') !== null) return;
    event.preventDefault();
    this.#cursor.pick(this.#rowOf(line), event);
  }

  #press(event: KeyboardEvent): void {
    if (!(event.target as Element).matches('.row')) return;
    const page = Math.max(1, Math.floor(this.#height / rowHeight) - 2);
    if (!this.#cursor.press(event, page)) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
