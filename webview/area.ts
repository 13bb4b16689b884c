/** The stacked area: how the states of a whole have moved over time. At most five layers, named where they are. */
import { moment } from '../src/core/wording';
import type { Shape } from '../src/shared/shape';
import { svg } from './element';
import { spread } from './label';

export interface Layer {
  readonly word: string;
  readonly shape: Shape;
  /** Counts, one a sample, oldest first. */
  readonly counts: readonly number[];
}

/** The edges of each layer at each sample, as shares of the height from the top (0-1). Layers are given from the top down. */
export function edges(layers: readonly (readonly number[])[]): { upper: number[]; lower: number[] }[] {
  const samples = layers[0]?.length ?? 0;
  const totals = Array.from({ length: samples }, (_, k) => layers.reduce((sum, layer) => sum + (layer[k] ?? 0), 0));
  let upper = totals.map(() => 0);
  return layers.map((layer) => {
    const lower = upper.map((edge, k) => edge + (totals[k] === 0 ? 0 : (layer[k] ?? 0) / (totals[k] ?? 1)));
    const result = { upper, lower };
    upper = lower;
    return result;
  });
}

/** Where a layer's name stands: at the right edge beside it, or inside where it is thickest; heights as shares. */
export function nameAt(upper: readonly number[], lower: readonly number[], height: number): { x: number; y: number; inside: boolean } {
  const last = upper.length - 1;
  const thickness = (k: number) => ((lower[k] ?? 0) - (upper[k] ?? 0)) * height;
  let thickest = last;
  for (let k = last; k >= 0; k--) if (thickness(k) > thickness(thickest)) thickest = k;
  const inside = thickness(last) < 14 && thickness(thickest) >= 24;
  const k = inside ? thickest : last;
  return { x: last === 0 ? 1 : k / last, y: ((upper[k] ?? 0) + (lower[k] ?? 0)) / 2, inside };
}

const height = 84;
/** Width of the names beside the drawing. */
export const namesWidth = 66;
/** Least height of what must be seen. */
const line = 2;

/**
 * @param times ms since 1970, one a sample, oldest first; drawn in proportion.
 * @param now ms since 1970: the right edge.
 * @param sentence the same in words.
 */
export function area(times: readonly number[], now: number, layers: readonly Layer[], sentence: string): HTMLElement {
  const first = times[0] ?? now;
  const span = Math.max(1, now - first);
  const xs = times.map((time) => Math.min(100, ((time - first) * 100) / span));
  const stack = edges(layers.map(({ counts }) => counts));
  const drawing = svg('svg', { width: '100%', height, viewBox: '0 0 100 100', preserveAspectRatio: 'none' });
  const point = (x: number, share: number) => `${x.toFixed(2)},${(share * 100).toFixed(2)}`;
  const closed = <T>(values: readonly T[]): T[] => [...values, ...values.slice(-1)];
  layers.forEach(({ shape, counts }, k) => {
    const { upper = [], lower: exact = [] } = stack[k] ?? {};
    // Eight failed of 3000 are a hundredth of a line: they get a whole one, drawn over what is below.
    const thin = shape === 'cross' ? line / height : 0;
    const lower = exact.map((y, i) => ((counts[i] ?? 0) > 0 ? Math.max(y, (upper[i] ?? 0) + thin) : y));
    // The last sample holds until now.
    const ends = [...xs, 100];
    const points = [
      ...closed(upper).map((y, i) => point(ends[i] ?? 100, y)),
      ...closed(lower)
        .map((y, i) => point(ends[i] ?? 100, y))
        .reverse(),
    ];
    drawing.prepend(svg('polygon', { class: `fill-${shape}`, points: points.join(' ') }));
  });
  const axis = [
    svg('text', { class: 'tick', x: 0, y: height + 14 }, moment(first, now)),
    svg('text', { class: 'tick', x: '50%', y: height + 14, 'text-anchor': 'middle' }, moment(first + span / 2, now)),
    svg('text', { class: 'tick', x: '100%', y: height + 14, 'text-anchor': 'end' }, 'now'),
  ];
  const inside: SVGElement[] = [];
  const beside: { word: string; y: number }[] = [];
  layers.forEach(({ word, counts }, k) => {
    const { upper = [], lower = [] } = stack[k] ?? {};
    const where = nameAt(upper, lower, height);
    if (where.inside) inside.push(nameInside(word, where.x, where.y));
    else if ((counts.at(-1) ?? 0) > 0) beside.push({ word, y: where.y * height });
  });
  const heights = spread(
    beside.map(({ y }) => y + 4),
    15,
    10,
    height,
  );
  const column = svg(
    'svg',
    { class: 'names', width: namesWidth, height: height + 18 },
    ...beside.map(({ word }, k) => svg('text', { class: 'label', x: 0, y: heights[k] }, word)),
  );
  const frame = document.createElement('div');
  frame.className = 'area';
  frame.setAttribute('role', 'img');
  frame.setAttribute('aria-label', sentence);
  frame.append(svg('svg', { width: '100%', height: height + 18 }, drawing, ...inside, ...axis), column);
  return frame;
}

function nameInside(word: string, x: number, y: number): SVGElement {
  const anchor = x < 0.2 ? 'start' : x > 0.8 ? 'end' : 'middle';
  const dx = anchor === 'start' ? 8 : anchor === 'end' ? -8 : 0;
  return svg('text', { class: 'label', x: `${x * 100}%`, dx, y: y * height + 4, 'text-anchor': anchor }, word);
}
