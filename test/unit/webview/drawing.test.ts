import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { colours } from '../../../src/shared/shape';
import { edges, nameAt } from '../../../webview/area';
import { shares } from '../../../webview/bar';
import { columnX, positionAt, sizeOf, step } from '../../../webview/cell';
import { marksOf, position } from '../../../webview/deadlines';
import { place, spread } from '../../../webview/label';
import { condense, runs } from '../../../webview/strip';

const hour = 3_600_000;
const near = (actual: number, wanted: number, by = 0.05) => assert.ok(Math.abs(actual - wanted) <= by, `${actual} is not ${wanted}`);

test('the parts of a bar fill it, and one of 100 000 is seen', () => {
  const parts = shares([93_000, 1_200, 5_794, 5, 1]);
  near(parts[3]?.width ?? 0, 0.5, 1e-9);
  near(parts[4]?.width ?? 0, 0.5, 1e-9);
  near(
    parts.reduce((sum, { width }) => sum + width, 0),
    100,
    1e-9,
  );
  assert.deepEqual(shares([0, 0]), [
    { x: 0, width: 0 },
    { x: 0, width: 0 },
  ]);
  fc.assert(
    fc.property(fc.array(fc.nat(200_000), { minLength: 1, maxLength: 10 }), (counts) => {
      const all = shares(counts);
      counts.forEach((count, k) => assert.equal(count > 0, (all[k]?.width ?? 0) > 0));
      all.forEach(({ x }, k) => near(x, k === 0 ? 0 : (all[k - 1]?.x ?? 0) + (all[k - 1]?.width ?? 0), 1e-6));
    }),
  );
});

test('the axis of deadlines is logarithmic from now to seven days, and holds what is beyond', () => {
  assert.equal(position(0), 0);
  near(position(hour), 10.8);
  near(position(24 * hour), 59.9);
  near(position(168 * hour), 100);
  near(position(1000 * hour), 100);
  assert.equal(position(-hour), 0);
});

test('a deadline inside or before the bar of staging may end first; below 12 h it is soon, below 2 h urgent', () => {
  const endings = [
    { name: 'First pin', in: 102 * hour },
    { name: 'Proxy', in: 5.2 * hour },
    { name: 'Macaroon', in: 1.5 * hour },
    { name: 'Ticket', in: -hour },
  ];
  const marks = marksOf(endings, { from: 2 * hour, to: 9 * hour });
  assert.deepEqual(
    marks.map(({ words, urgency, first }) => [words, urgency, first]),
    [
      ['Ticket ended 1 h ago', 'urgent', true],
      ['Macaroon 1 h 30 min', 'urgent', true],
      ['Proxy 5 h 12 min', 'soon', true],
      ['First pin 4 d 6 h', 'far', false],
    ],
  );
  assert.ok(marksOf(endings, undefined).every(({ first }) => !first));
});

test('labels stand apart from each other, inside the strip, off other marks, or not at all', () => {
  const wide = place(
    [
      { x: 200, width: 90, lines: 2 },
      { x: 380, width: 80, lines: 1 },
      { x: 590, width: 100, lines: 1 },
    ],
    660,
    2,
  );
  assert.deepEqual(wide, [
    { anchor: 'start', line: 0 },
    { anchor: 'start', line: 0 },
    { anchor: 'end', line: 0 },
  ]);
  assert.deepEqual(place([{ x: 5, width: 90, lines: 1 }], 60, 2), [undefined]);
  const wish = fc.record({ x: fc.nat(600), width: fc.integer({ min: 20, max: 150 }), lines: fc.integer({ min: 1, max: 2 }) });
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 6 }), (wishes) => {
      const boxes = place(wishes, 600, 2).flatMap((found, k) => {
        const { x = 0, width = 0, lines = 0 } = wishes[k] ?? {};
        if (found === undefined) return [];
        const left = found.anchor === 'start' ? x + 6 : x - 6 - width;
        return [{ left, right: left + width, from: found.line, to: found.line + lines }];
      });
      for (const [k, a] of boxes.entries()) {
        assert.ok(a.left >= 0 && a.right <= 600 && a.to <= 2);
        for (const b of boxes.slice(k + 1)) assert.ok(a.right <= b.left || b.right <= a.left || a.to <= b.from || b.to <= a.from);
      }
    }),
  );
});

test('names beside an area move apart and stay inside', () => {
  assert.deepEqual(spread([4, 6, 50], 15, 10, 84), [10, 25, 50]);
  assert.deepEqual(spread([80, 82, 84], 15, 10, 84), [54, 69, 84]);
});

test('layers of an area share each sample; a thick one is named inside, a thin one beside', () => {
  const [upper, lower] = edges([
    [3, 0],
    [1, 4],
  ]);
  assert.deepEqual(upper, { upper: [0, 0], lower: [0.75, 0] });
  assert.deepEqual(lower, { upper: [0.75, 0], lower: [1, 1] });
  assert.deepEqual(nameAt([0, 0], [0.8, 0.01], 84), { x: 0, y: 0.4, inside: true });
  assert.deepEqual(nameAt([0.8, 0], [1, 1], 84), { x: 1, y: 0.5, inside: false });
  assert.deepEqual(edges([[0], [0]])[1], { upper: [0], lower: [0] });
});

test('a strip joins neighbours, and one lost file is two positions wide', () => {
  const paths = runs(['done', 'done', 'trouble', undefined, 'wait', 'work']);
  assert.equal(paths.done, 'M0 2h2v10h-2z');
  assert.equal(paths.trouble, 'M2 0h2v14h-2z');
  assert.equal(paths.wait, 'M4 6h1v2h-1z');
  assert.equal(paths.work, 'M5 4h1v6h-1z');
});

test('a long strip is condensed, and trouble is never lost', () => {
  const long = Array.from({ length: 10_000 }, (_, k) =>
    k === 7777 ? ('trouble' as const) : k < 5000 ? ('done' as const) : ('wait' as const),
  );
  const few = condense(long, 244);
  assert.equal(few.length, 244);
  assert.equal(few.filter((kind) => kind === 'trouble').length, 1);
  assert.equal(few[0], 'done');
  assert.equal(few.at(-1), 'wait');
});

test('SB127 is in line 3, column 28, and pointing finds it', () => {
  assert.deepEqual(sizeOf(244, 50), { width: columnX(49) + 12, height: 64, lines: 5 });
  assert.equal(columnX(27), 27 * 13 + 10);
  assert.equal(positionAt(columnX(27) + 5, 2 * 13 + 5, 244, 50), 127);
  assert.equal(positionAt(-1, 5, 244, 50), -1);
  assert.equal(positionAt(columnX(49), 4 * 13 + 2, 244, 50), -1, 'nothing stands after SB243');
  fc.assert(fc.property(fc.nat(487), (k) => assert.equal(positionAt(columnX(k % 50) + 6, Math.floor(k / 50) * 13 + 6, 488, 50), k)));
});

test('keys lead to the next filled cell of their direction, or nowhere', () => {
  const filled = (k: number) => k !== 1 && k !== 51;
  assert.equal(step(filled, 244, 0, 'ArrowRight', 50), 2);
  assert.equal(step(filled, 244, 2, 'ArrowLeft', 50), 0);
  assert.equal(step(filled, 244, 101, 'ArrowUp', 50), 101);
  assert.equal(step(filled, 244, 100, 'PageUp', 50), 50);
  assert.equal(step(filled, 244, 230, 'ArrowDown', 50), 230);
  assert.equal(step(filled, 244, 7, 'End', 50), 243);
  assert.equal(step(filled, 244, 7, 'x', 50), 7);
});

test('the style sheet gives each shape the colour that trees give it', async () => {
  const css = await readFile(join(import.meta.dirname, '../../../webview/look.css'), 'utf8');
  const found = new Map<string, string>();
  for (const [, selectors = '', colour = ''] of css.matchAll(
    /((?:^\.shape-\w+,?\n?)+) \{\n {2}color: var\(--vscode-([\w-]+)(?:, var\(--vscode-[\w-]+\))?\);/gm,
  ))
    for (const [, shape = ''] of selectors.matchAll(/\.shape-(\w+)/g)) found.set(shape, colour);
  const wanted = Object.entries(colours).map(([shape, colour]) => [shape, colour.replaceAll('.', '-')]);
  assert.deepEqual(Object.fromEntries(found), Object.fromEntries(wanted));
});
