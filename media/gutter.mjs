/** The state drawings for the editor's gutter: images there have no theme, so each is drawn twice in fixed colours. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The editor's own colours for the theme colours of src/shared/shape.ts; red on white a little darker, to be seen. */
const quiet = { light: '#616161', dark: '#9d9d9d' };
const blue = { light: '#1a85ff', dark: '#59a4f9' };
const green = { light: '#388a34', dark: '#89d185' };
const red = { light: '#d32f1b', dark: '#f14c4c' };
const amber = { light: '#bf8803', dark: '#cca700' };

export const colours = {
  hollow: quiet,
  dot: quiet,
  half: blue,
  full: green,
  cross: red,
  lost: red,
  hatched: amber,
  corner: amber,
  dash: quiet,
  question: quiet,
  warning: amber,
};

/** Writes `<shape>-light.svg` and `<shape>-dark.svg` for each drawing of a folder. */
export async function buildGutter(folder, target) {
  await mkdir(target, { recursive: true });
  for (const file of await readdir(folder)) {
    const name = file.replace(/\.svg$/, '');
    const drawing = await readFile(join(folder, file), 'utf8');
    for (const theme of ['light', 'dark']) {
      await writeFile(join(target, `${name}-${theme}.svg`), drawing.replaceAll('currentColor', colours[name][theme]));
    }
  }
}
