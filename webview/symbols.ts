/** The eleven drawings of states: one definition each, in the page once, shown by reference. */
import { shapes, type Shape } from '../src/shared/shape';
import corner from '../media/states/corner.svg';
import cross from '../media/states/cross.svg';
import dash from '../media/states/dash.svg';
import dot from '../media/states/dot.svg';
import full from '../media/states/full.svg';
import half from '../media/states/half.svg';
import hatched from '../media/states/hatched.svg';
import hollow from '../media/states/hollow.svg';
import lost from '../media/states/lost.svg';
import question from '../media/states/question.svg';
import warning from '../media/states/warning.svg';
import { svg } from './element';

const files: Record<Shape, string> = { hollow, dot, half, full, cross, lost, hatched, corner, dash, question, warning };

/** The outline of a shape in a square of 12 × 12, as path data. */
export function outline(shape: Shape): string {
  return outlines[shape];
}

const outlines = Object.fromEntries(shapes.map((shape) => [shape, / d="([^"]+)"/.exec(files[shape])?.[1] ?? ''])) as Record<Shape, string>;

/** All drawings, to be put into the page once. */
export function definitions(): SVGSVGElement {
  const all = shapes.map((shape) =>
    svg('symbol', { id: `shape-${shape}`, viewBox: '0 0 12 12' }, svg('path', { d: outlines[shape], fill: 'currentColor' })),
  );
  return svg('svg', { class: 'definitions', width: 0, height: 0, 'aria-hidden': 'true' }, svg('defs', {}, ...all));
}

/** A drawing of 12 × 12 px in its colour; the word stands beside it, so it is silent. */
export function symbol(shape: Shape): SVGSVGElement {
  return svg(
    'svg',
    { class: `symbol shape-${shape}`, width: 12, height: 12, 'aria-hidden': 'true' },
    svg('use', { href: `#shape-${shape}`, width: 12, height: 12 }),
  );
}

/** A string that names a shape, or the question mark. */
export function shapeOf(name: string): Shape {
  return shapes.find((shape) => shape === name) ?? 'question';
}
