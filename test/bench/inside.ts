/** Runs inside VS Code for the row `activate`: reads what the editor itself measured, and how soon the tree is there. */
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { env } from 'node:process';
import { commands, extensions, workspace } from 'vscode';

const id = 'grid-workbench.grid-workbench';

export async function run(): Promise<void> {
  const file = env.GRID_OUTCOME;
  if (file === undefined) throw new Error('GRID_OUTCOME is not set: run npm run bench -- activate.');
  await extensions.getExtension(id)?.activate();
  const begin = performance.now();
  await commands.executeCommand('grid.staging.focus');
  const tree = performance.now() - begin;
  await writeFile(file, JSON.stringify({ ...(await activationStats()), own: loadAgain(), tree }));
}

/** Milliseconds to read, compile and run what activation loads, once the host is quiet. */
function loadAgain(): number {
  const folder = join(extensions.getExtension(id)?.extensionPath ?? '', 'dist');
  const main = join(folder, 'extension.js');
  const load = createRequire(main);
  const loaded = Object.keys(load.cache).filter((name) => name.startsWith(folder));
  const kept = loaded.map((name) => [name, load.cache[name]] as const);
  for (const name of loaded) Reflect.deleteProperty(load.cache, name);
  const begin = performance.now();
  load(main);
  const time = performance.now() - begin;
  for (const [name, module] of kept) load.cache[name] = module;
  return time;
}

/** `Load Code` and `Call Activate` of our row in the editor's own report, in ms. */
async function activationStats(): Promise<{ load: number; call: number }> {
  await commands.executeCommand('perfview.show');
  for (let tries = 0; tries < 200; tries++) {
    const report = workspace.textDocuments.find((document) => document.uri.scheme === 'perf')?.getText() ?? '';
    const cells = report
      .split('\n')
      .find((line) => line.includes(id))
      ?.split('|')
      .map((cell) => cell.trim());
    if (cells !== undefined) return { load: Number(cells[3]), call: Number(cells[4]) };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The editor's startup report has no row for ${id}.`);
}
