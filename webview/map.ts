/** A map: one small drawing a position, lines of fifty, so that a position stands at the same place in every map. */
import type { Shape } from '../src/shared/shape';
import { columnX, pitch, positionAt, sizeOf, step } from './cell';
import { assign, html, svg } from './element';
import { Selection } from './selection';
import { outline } from './symbols';

export interface Cell {
  readonly shape: Shape;
  /** "SB127, failed since 13:52, pool lofar_cache3 is offline". */
  readonly words: string;
}

export interface MapOptions {
  readonly label: string;
  readonly positions: number;
  readonly columns: number;
  /** Undefined where nothing stands. */
  cell(position: number): Cell | undefined;
  /** Name of a line, from its first position: "SB050". */
  heading(position: number): string;
  /** What the focus or the pointer is on, in words; undefined when on nothing. */
  read(words: string | undefined): void;
  /** Enter and double click: the selected positions, or the focused one. */
  show(positions: readonly number[]): void;
}

/** Room around the drawing for the outline of a focused cell, px. */
const margin = 2;

export class CellMap {
  readonly element: HTMLElement;
  readonly #drawing: SVGSVGElement;
  readonly #cells: (SVGPathElement | undefined)[] = [];
  readonly #ring = svg('rect', { class: 'ring', width: pitch + 1, height: pitch + 1, 'aria-hidden': 'true' });
  readonly #selected = svg('path', { class: 'chosen', 'aria-hidden': 'true' });
  readonly #selection = new Selection();
  #focused: number;

  constructor(private readonly options: MapOptions) {
    const { positions, columns } = options;
    const { width, height, lines } = sizeOf(positions, columns);
    this.#drawing = svg('svg', {
      class: 'map',
      viewBox: `${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`,
      role: 'grid',
      'aria-label': options.label,
      'aria-multiselectable': 'true',
      'aria-rowcount': lines,
      'aria-colcount': columns,
    });
    for (let line = 0; line < lines; line++) this.#drawing.append(this.#line(line));
    this.#focused = this.#cells.findIndex((cell) => cell !== undefined);
    this.#cells[this.#focused]?.setAttribute('tabindex', '0');
    this.#drawing.append(this.#selected, this.#ring);
    this.#listen();
    const headings = Array.from({ length: lines }, (_, line) => html('span', {}, options.heading(line * columns)));
    this.element = html('div', { class: 'mapped' }, html('div', { class: 'headings', 'aria-hidden': 'true' }, ...headings), this.#drawing);
  }

  /** Draws some positions anew. */
  update(positions: Iterable<number>): void {
    for (const position of positions) this.#dress(position);
    if (this.#drawing.contains(document.activeElement)) this.options.read(this.#spoken());
  }

  #line(line: number): SVGGElement {
    const { columns, positions } = this.options;
    const row = svg('g', { role: 'row', 'aria-rowindex': line + 1 });
    for (let k = line * columns; k < Math.min(positions, (line + 1) * columns); k++) {
      if (this.options.cell(k) === undefined) continue;
      const cell = svg('path', {
        role: 'gridcell',
        tabindex: -1,
        'aria-colindex': (k % columns) + 1,
        transform: `translate(${columnX(k % columns)} ${line * pitch})`,
      });
      this.#cells[k] = cell;
      this.#dress(k);
      row.append(cell);
    }
    return row;
  }

  #dress(position: number): void {
    const cell = this.options.cell(position);
    const drawn = this.#cells[position];
    if (cell !== undefined && drawn !== undefined)
      assign(drawn, { class: `shape-${cell.shape}`, d: outline(cell.shape), 'aria-label': cell.words });
  }

  #listen(): void {
    const { options } = this;
    this.#drawing.addEventListener('keydown', (event) => this.#press(event));
    this.#drawing.addEventListener('focusin', (event) => {
      const position = this.#cells.indexOf(event.target as SVGPathElement);
      if (position >= 0) this.#arrive(position);
    });
    this.#drawing.addEventListener('focusout', () => {
      this.#ring.removeAttribute('x');
      options.read(undefined);
    });
    this.#drawing.addEventListener('pointermove', (event) => options.read(this.#wordsAt(this.#under(event)) ?? this.#spoken()));
    this.#drawing.addEventListener('pointerleave', () => options.read(this.#spoken()));
    this.#drawing.addEventListener('pointerdown', (event) => {
      const position = this.#under(event);
      if (this.#cells[position] === undefined) return;
      event.preventDefault();
      this.#go(position);
      if (event.shiftKey) this.#selection.extend(position, this.#filled());
      else if (event.ctrlKey || event.metaKey) this.#selection.toggle(position);
      else this.#selection.clear();
      this.#mark();
    });
    this.#drawing.addEventListener('dblclick', (event) => {
      const position = this.#under(event);
      if (this.#cells[position] !== undefined) options.show([position]);
    });
  }

  #press(event: KeyboardEvent): void {
    const from = this.#focused;
    const { positions, columns } = this.options;
    if (event.key === 'Enter') {
      this.options.show(this.#selection.size > 0 ? [...this.#selection.keys].sort((a, b) => a - b) : [from]);
    } else if (event.key === ' ') {
      this.#selection.toggle(from);
    } else if (event.key === 'Escape' && this.#selection.size > 0) {
      this.#selection.clear();
    } else {
      const to = step((k) => this.#cells[k] !== undefined, positions, from, event.key, columns);
      const moves = /^(Arrow|Page|Home|End)/.test(event.key);
      if (!moves) return;
      if (event.shiftKey) {
        if (this.#selection.size === 0) this.#selection.only(from);
        this.#selection.extend(to, this.#filled());
      }
      this.#go(to);
    }
    this.#mark();
    event.preventDefault();
    event.stopPropagation();
  }

  #go(position: number): void {
    this.#cells[position]?.focus({ preventScroll: false });
  }

  #arrive(position: number): void {
    this.#cells[this.#focused]?.setAttribute('tabindex', '-1');
    this.#focused = position;
    this.#cells[position]?.setAttribute('tabindex', '0');
    const { columns } = this.options;
    assign(this.#ring, { x: columnX(position % columns) - 0.5, y: Math.floor(position / columns) * pitch - 0.5 });
    this.options.read(this.#spoken());
  }

  /** Outlines what is selected, and says it. */
  #mark(): void {
    const { columns } = this.options;
    let d = '';
    this.#cells.forEach((cell, k) => {
      const selected = this.#selection.has(k);
      if (cell !== undefined) assign(cell, { 'aria-selected': selected ? 'true' : undefined });
      if (selected) d += `M${columnX(k % columns) - 0.5} ${Math.floor(k / columns) * pitch - 0.5}h${pitch}v${pitch}h${-pitch}z`;
    });
    assign(this.#selected, { d: d || undefined });
  }

  #filled(): number[] {
    return this.#cells.flatMap((cell, k) => (cell === undefined ? [] : [k]));
  }

  #spoken(): string | undefined {
    return this.#drawing.contains(document.activeElement) ? this.#wordsAt(this.#focused) : undefined;
  }

  #wordsAt(position: number): string | undefined {
    return position < 0 ? undefined : this.options.cell(position)?.words;
  }

  #under(event: MouseEvent): number {
    const box = this.#drawing.getBoundingClientRect();
    const { width } = sizeOf(this.options.positions, this.options.columns);
    const scale = (width + 2 * margin) / box.width;
    const x = (event.clientX - box.left) * scale - margin;
    const y = (event.clientY - box.top) * scale - margin;
    return positionAt(x, y, this.options.positions, this.options.columns);
  }
}
