import process from 'node:process';
import { run } from '../setup.mjs';
import { measureSizes } from './bytes';
import type { Figure } from './figure';

/** size: what activation loads; all host code, the panels and the .vsix are in the note. kB are powers of ten. */
export async function measure(): Promise<Figure> {
  if ((await run(process.execPath, ['build.mjs', '--package'], { stdio: 'ignore' })) !== 0)
    throw new Error('node build.mjs --package failed.');
  const { activation, host, webview, vsix } = await measureSizes();
  const kb = (bytes: number) => Math.round(bytes / 100) / 10;
  const note = `loaded by activation; all host code ${kb(host)} kB (≤ 600), webview ${kb(webview)} kB (≤ 250), .vsix ${kb(vsix)} kB (≤ 600)`;
  return { ours: kb(activation), peer: null, ratio: null, unit: 'kB', n: 1, note };
}
