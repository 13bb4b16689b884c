/** The icon font of the eleven state drawings, for trees and the status bar (`contributes.icons`). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import svg2ttf from 'svg2ttf';
import svgpath from 'svgpath';

/** The order is the code: a new drawing goes to the end, because themes and package.json name the characters. */
const names = ['hollow', 'dot', 'half', 'full', 'cross', 'lost', 'hatched', 'corner', 'dash', 'question', 'warning'];
const first = 0xe001;

const code = (name) => (first + names.indexOf(name)).toString(16).toUpperCase();

/** Each drawing's `fontCharacter`, as package.json writes it. */
export const characters = Object.fromEntries(names.map((name) => [name, `\\${code(name)}`]));

// 100 units a pixel in VS Code's box of 16: the drawings' half and hundredth pixels stay whole numbers in the font, so
// nothing is rounded and edges stay on the pixels they were drawn on.
const unit = 100;
const box = 16 * unit;
const margin = (box - 12 * unit) / 2;

async function glyph(folder, name) {
  const source = await readFile(join(folder, `${name}.svg`), 'utf8');
  const drawing = /<path\b[^>]*\sd="([^"]+)"/.exec(source)?.[1];
  if (drawing === undefined) throw new Error(`${name}.svg has no path`);
  const outline = svgpath(drawing) // a font's y axis points up
    .scale(unit, -unit)
    .translate(margin, box - margin)
    .round(0)
    .toString();
  return `<glyph glyph-name="${name}" unicode="&#x${code(name)};" horiz-adv-x="${box}" d="${outline}"/>`;
}

/** Builds the TTF. The time stamp is fixed, so that the same drawings give the same bytes. */
export async function buildFont(folder) {
  const glyphs = await Promise.all(names.map((name) => glyph(folder, name)));
  // Ascent is the whole em and descent nothing: with a line height of 1 the box is exactly the codicons' box.
  const font = `<svg xmlns="http://www.w3.org/2000/svg"><defs><font id="grid-states" horiz-adv-x="${box}">
<font-face font-family="grid-states" units-per-em="${box}" ascent="${box}" descent="0"/>
<missing-glyph horiz-adv-x="${box}"/>
${glyphs.join('\n')}
</font></defs></svg>`;
  const { buffer, byteOffset, byteLength } = svg2ttf(font, { ts: 0, description: 'Grid Workbench states', url: '' });
  return Buffer.from(buffer, byteOffset, byteLength);
}
