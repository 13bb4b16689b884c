/** The strip: one row of positions, 14 px high. Trouble fills it, online 10 px, staging 6 px, waiting is a hairline. */
import { svg } from './element';

export const kinds = ['wait', 'work', 'done', 'trouble'] as const;
/** What a position shows; undefined: nothing is there. */
export type Kind = (typeof kinds)[number] | undefined;

const heights: Record<(typeof kinds)[number], number> = { trouble: 14, done: 10, work: 6, wait: 2 };

/** Path data of each kind: neighbours of one kind are one rectangle. Units are positions across and px down. */
export function runs(positions: readonly Kind[]): Record<(typeof kinds)[number], string> {
  const paths = { wait: '', work: '', done: '', trouble: '' };
  let from = 0;
  for (let k = 1; k <= positions.length; k++) {
    const kind = positions[from];
    if (k < positions.length && positions[k] === kind) continue;
    if (kind !== undefined) {
      // One lost file among 244 must be seen: trouble is at least two positions wide.
      const width = kind === 'trouble' ? Math.max(2, k - from) : k - from;
      paths[kind] += `M${from} ${7 - heights[kind] / 2}h${width}v${heights[kind]}h${-width}z`;
    }
    from = k;
  }
  return paths;
}

/** Many positions in few: each of the few shows trouble if any has it, else what most of them are. */
export function condense(positions: readonly Kind[], few: number): Kind[] {
  if (positions.length <= few) return [...positions];
  return Array.from({ length: few }, (_, k) => {
    const part = positions.slice(Math.floor((k * positions.length) / few), Math.floor(((k + 1) * positions.length) / few));
    if (part.includes('trouble')) return 'trouble';
    const tally = (kind: Kind) => part.filter((each) => each === kind).length;
    return kinds.reduce<Kind>((most, kind) => (tally(kind) > tally(most) ? kind : most), undefined);
  });
}

/** @param axis how many positions the full width stands for. */
export function strip(positions: readonly Kind[], axis: number): SVGSVGElement {
  const drawing = svg('svg', {
    class: 'strip',
    width: '100%',
    height: 14,
    viewBox: `0 0 ${axis} 14`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  const paths = runs(positions);
  for (const kind of kinds) if (paths[kind] !== '') drawing.append(svg('path', { class: kind, d: paths[kind] }));
  return drawing;
}
