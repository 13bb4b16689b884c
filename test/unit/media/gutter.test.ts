import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildGutter, colours } from '../../../media/gutter.mjs';
import { colours as themed, shapes } from '../../../src/shared/shape';

const states = join(import.meta.dirname, '../../../media/states');

test('each drawing is there in light and dark, in a colour and not in that of the page', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'grid-gutter-'));
  t.after(() => rm(folder, { recursive: true }));
  await buildGutter(states, folder);
  assert.deepEqual((await readdir(folder)).sort(), shapes.flatMap((shape) => [`${shape}-dark.svg`, `${shape}-light.svg`]).sort());
  for (const shape of shapes) {
    for (const theme of ['light', 'dark'] as const) {
      const drawing = await readFile(join(folder, `${shape}-${theme}.svg`), 'utf8');
      assert.ok(drawing.includes(`"${colours[shape]?.[theme]}"`), `${shape} in ${theme}`);
      assert.ok(!drawing.includes('currentColor'), shape);
    }
  }
});

test('shapes of one theme colour have one colour here', () => {
  for (const one of shapes)
    for (const other of shapes) if (themed[one] === themed[other]) assert.deepEqual(colours[one], colours[other], `${one} and ${other}`);
});
