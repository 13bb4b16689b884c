/** Columns of counts, one an hour: how a thing went over a day. On its own scale, because its shape is the question. */
import type { Shape } from '../src/shared/shape';
import { svg } from './element';

export interface Series {
  readonly counts: readonly number[];
  /** The state it counts; the colour of words when absent. */
  readonly shape?: Shape;
}

/**
 * The path of a row of columns in a box of one unit an hour and the height given; columns stand on those of `below`.
 * One among hundreds must be seen: what is not 0 is at least a pixel and a half high.
 */
export function columnsPath(counts: readonly number[], most: number, height: number, below: readonly number[] = []): string {
  const scale = (count: number) => (count <= 0 || most <= 0 ? 0 : Math.max(1.5, (count * height) / most));
  return counts
    .map((count, k) => {
      const foot = height - scale(below[k] ?? 0);
      const tall = Math.min(foot, scale(count));
      return tall === 0 ? '' : `M${k} ${round(foot)}h.8v${round(-tall)}h-.8z`;
    })
    .join('');
}

function round(length: number): number {
  return Math.round(length * 100) / 100;
}

/** @param sentence the same in words; none where they stand beside it. */
export function spark(series: readonly Series[], height: number, sentence?: string): SVGSVGElement {
  const hours = series[0]?.counts.length ?? 0;
  const most = Math.max(...Array.from({ length: hours }, (_, k) => series.reduce((sum, { counts }) => sum + (counts[k] ?? 0), 0)), 0);
  const drawing = svg('svg', {
    class: 'spark',
    width: '100%',
    height,
    viewBox: `0 0 ${hours} ${height}`,
    preserveAspectRatio: 'none',
    ...(sentence === undefined ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': sentence }),
  });
  let below: readonly number[] = [];
  for (const { counts, shape } of series) {
    const d = columnsPath(counts, most, height, below);
    if (d !== '') drawing.append(svg('path', { class: shape === undefined ? 'plain' : `fill-${shape}`, d }));
    const under = below;
    below = counts.map((count, k) => count + (under[k] ?? 0));
  }
  drawing.append(svg('path', { class: 'foot', d: `M0 ${height - 0.25}h${hours}`, 'vector-effect': 'non-scaling-stroke' }));
  return drawing;
}
