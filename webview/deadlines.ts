/** The deadline strip: now to seven days, what ends when, and whether staging ends before. */
import { duration } from '../src/core/wording';
import { svg } from './element';
import { gap, place, widthOf, type Box, type Wish } from './label';

const hour = 3_600_000;
const day = 24 * hour;
/** The axis is about straight below this and logarithmic above. */
const bend = 1.5 * hour;
const reach = 7 * day;
/** px */
const narrow = 420;

export interface Ending {
  readonly name: string;
  /** ms from now; negative when it has passed. */
  readonly in: number;
}

/** From and to in ms from now. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Mark {
  /** Place on the axis in per cent. */
  readonly x: number;
  readonly words: string;
  /** `soon` below 12 h, `urgent` below 2 h or when it is over. */
  readonly urgency: 'far' | 'soon' | 'urgent';
  /** It may end before staging does. */
  readonly first: boolean;
}

/** Place of a time from now (ms) on the axis, in per cent, held between its ends. */
export function position(time: number): number {
  return (Math.log1p(Math.min(reach, Math.max(0, time)) / bend) / Math.log1p(reach / bend)) * 100;
}

/** What stands at the axis for each ending; soonest first. `range` is when staging ends. */
export function marksOf(endings: readonly Ending[], range: Range | undefined): Mark[] {
  return [...endings]
    .sort((a, b) => a.in - b.in)
    .map((ending) => ({
      x: position(ending.in),
      words: ending.in < 0 ? `${ending.name} ended ${duration(-ending.in)} ago` : `${ending.name} ${duration(ending.in)}`,
      urgency: ending.in < 2 * hour ? 'urgent' : ending.in < 12 * hour ? 'soon' : 'far',
      first: range !== undefined && ending.in <= range.to,
    }));
}

const ticks: readonly (readonly [string, number, boolean])[] = [
  ['now', 0, true],
  ['1 h', hour, false],
  ['3 h', 3 * hour, false],
  ['6 h', 6 * hour, true],
  ['12 h', 12 * hour, false],
  ['1 d', day, true],
  ['2 d', 2 * day, false],
  ['4 d', 4 * day, true],
  ['7 d', reach, true],
];

/**
 * @param width px that the strip will have; places are per cent, only the words need it.
 * @param sentence the same in words.
 */
export function deadlines(endings: readonly Ending[], range: Range | undefined, width: number, sentence: string): SVGSVGElement {
  // Where words do not fit beside each other, they stand below each other.
  const lines = width < narrow ? 4 : 2;
  const axis = 8 + 16 * lines;
  const drawing = svg('svg', { class: 'deadlines', width: '100%', height: axis + 20, role: 'img', 'aria-label': sentence });
  drawing.append(svg('line', { class: 'axis', x1: 0, x2: '100%', y1: axis + 0.5, y2: axis + 0.5 }));
  const taken: Box[] = [];
  if (range !== undefined) {
    const from = position(range.from);
    drawing.append(
      svg('rect', { class: 'fill-half', x: `${from}%`, width: `${Math.max(0.6, position(range.to) - from)}%`, y: axis - 5, height: 5 }),
    );
    drawing.append(...namesOfRange((from * width) / 100, lines, taken));
  }
  const marks = marksOf(endings, range);
  const wishes: Wish[] = marks.map((mark) => ({
    x: (mark.x * width) / 100,
    width: widthOf(mark.words, 12, mark.urgency !== 'far'),
    lines: mark.first ? 2 : 1,
  }));
  const places = place(wishes, width, lines, taken);
  marks.forEach((mark, k) => drawing.append(...drawMark(mark, places[k], axis)));
  for (const [words, time, always] of ticks) {
    if (!always && width < narrow) continue;
    const x = `${position(time)}%`;
    const anchor = time === 0 ? 'start' : time === reach ? 'end' : 'middle';
    drawing.append(svg('line', { class: 'axis', x1: x, x2: x, y1: axis, y2: axis + 4 }));
    drawing.append(svg('text', { class: 'tick', x, y: axis + 16, 'text-anchor': anchor }, words));
  }
  return drawing;
}

/** "staging ends" beside its bar, on the lower line, left of it where there is room. */
function namesOfRange(x: number, lines: number, taken: Box[]): SVGElement[] {
  const words = 'staging ends';
  const width = widthOf(words, 12);
  if (x - gap - width < 0) return [];
  taken.push({ left: x - gap - width, right: x - gap, line: lines - 1 });
  return [svg('text', { class: 'label', x, dx: -gap, y: 16 * lines + 1, 'text-anchor': 'end' }, words)];
}

function drawMark(mark: Mark, where: ReturnType<typeof place>[number], axis: number): SVGElement[] {
  const tone = `${mark.urgency}${mark.first ? ' first' : ''}`;
  const x = `${mark.x}%`;
  const line = svg('line', { class: `mark ${tone}`, x1: x, x2: x, y1: 1, y2: axis }, svg('title', {}, mark.words));
  if (where === undefined) return [line];
  const common = { x, dx: where.anchor === 'start' ? gap : -gap, 'text-anchor': where.anchor };
  const y = 12 + 16 * where.line;
  const words = svg('text', { ...common, class: `label ${tone}`, y }, mark.words);
  if (!mark.first) return [line, words];
  return [line, words, svg('text', { ...common, class: 'label', y: y + 16 }, 'may end first')];
}
