/** Runs inside VS Code for the row `activate`: reads what the editor itself measured, and how soon the tree is there. */
import { writeFile } from 'node:fs/promises';
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
  await writeFile(file, JSON.stringify({ ...(await activationStats()), tree }));
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
