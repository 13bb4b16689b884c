/** The state bar: how a whole divides into states, 10 px high. */
import type { Shape } from '../src/shared/shape';
import { svg } from './element';

export interface Part {
  readonly shape: Shape;
  /** How many; a part of 0 is not drawn. */
  readonly count: number;
}

/** What high contrast draws as an outline. */
const outlined: ReadonlySet<Shape> = new Set<Shape>(['dot', 'hollow', 'question', 'dash']);

/** The least share of the bar, in per cent, that a part with a count gets: one file of 100 000 must be seen. */
const least = 0.5;

/** Left edge and width of each part in per cent; the widths sum to 100. What is widened is taken from the wide ones. */
export function shares(counts: readonly number[]): { x: number; width: number }[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return counts.map(() => ({ x: 0, width: 0 }));
  const raw = counts.map((count) => (count * 100) / total);
  const small = raw.map((share) => share > 0 && share < least);
  const widened = small.filter(Boolean).length * least;
  const rest = raw.reduce((sum, share, k) => (small[k] === true ? sum : sum + share), 0);
  let x = 0;
  return raw.map((share, k) => {
    const width = small[k] === true ? least : rest === 0 ? 0 : (share * (100 - widened)) / rest;
    const part = { x, width };
    x += width;
    return part;
  });
}

/** @param sentence what the bar shows, in words. */
export function bar(parts: readonly Part[], sentence: string): SVGSVGElement {
  const shown = parts.filter(({ count }) => count > 0);
  const places = shares(shown.map(({ count }) => count));
  const drawing = svg('svg', { class: 'bar', width: '100%', height: 10, role: 'img', 'aria-label': sentence });
  shown.forEach(({ shape }, k) => {
    const { x = 0, width = 0 } = places[k] ?? {};
    // Where waiting is an outline, its lines must be inside.
    const inset = outlined.has(shape) ? 0.5 : 0;
    drawing.append(svg('rect', { class: `fill-${shape}`, x: `${x}%`, width: `${width}%`, y: inset, height: 10 - 2 * inset }));
    // Red on green alone is only 2 : 1; a pixel of page parts them.
    if (k > 0) drawing.append(svg('rect', { class: 'page', x: `${x}%`, width: 1, y: 0, height: 10 }));
  });
  return drawing;
}
