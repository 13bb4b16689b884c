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
  await writeFile(file, JSON.stringify({ ...marked(), table: await activationTable(), tree }));
}

/** The editor's own marks around require() of our first file and around our activate(); whole milliseconds. */
function marked(): { load: number; call: number } {
  const { MonacoPerformanceMarks: marks } = globalThis as unknown as {
    MonacoPerformanceMarks: { getMarks(): readonly { name: string; startTime: number }[] };
  };
  const at = (name: string): number => {
    const mark = marks.getMarks().find((each) => each.name === `code/extHost/${name}/${id}`);
    if (mark === undefined) throw new Error(`The editor has set no mark ${name} for ${id}.`);
    return mark.startTime;
  };
  return {
    load: at('didLoadExtensionCode') - at('willLoadExtensionCode'),
    call: at('didActivateExtension') - at('willActivateExtension'),
  };
}

/** `Load Code` + `Call Activate` of our row in the editor's startup report, in ms. */
async function activationTable(): Promise<number> {
  await commands.executeCommand('perfview.show');
  for (let tries = 0; tries < 200; tries++) {
    const report = workspace.textDocuments.find((document) => document.uri.scheme === 'perf')?.getText() ?? '';
    const cells = report
      .split('\n')
      .find((line) => line.includes(id))
      ?.split('|')
      .map((cell) => cell.trim());
    if (cells !== undefined) return Number(cells[3]) + Number(cells[4]);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The editor's startup report has no row for ${id}.`);
}
