/**
 * npm run bench [-- name]: prints a table and writes bench.json. Ends with 0 when every row ran, also when one falls
 * short of its goal: the figures are for judging, the tests are for failing.
 */
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { type Figure } from './figure';

/** One line a row: its name, its goal, and its file. */
const rows: readonly { readonly name: string; readonly goal: string; readonly load: () => Promise<{ measure: () => Promise<Figure> }> }[] =
  [
    { name: 'links.lint', goal: '≤ 6', load: () => import('./lint') },
    { name: 'links.edit', goal: '≤ 0.25', load: () => import('./edit') },
    { name: 'config.lint', goal: '≤ 16', load: () => import('./step') },
    { name: 'tokens.create', goal: '≥ 25', load: () => import('./tokensCreate') },
    { name: 'tokens.first-page', goal: '≥ 5', load: () => import('./tokensPage') },
    { name: 'tokens.reset', goal: '≥ 5', load: () => import('./tokensReset') },
    { name: 'tokens.delete', goal: '≥ 15', load: () => import('./tokensDelete') },
    { name: 'locality.gfal', goal: '≥ 25', load: () => import('./localityGfal') },
    { name: 'locality.tape', goal: '≥ 300', load: () => import('./localityTape') },
    { name: 'sandbox.build', goal: '≤ 1.3', load: () => import('./sandbox') },
    { name: 'activate', goal: '≤ 20', load: () => import('./activate') },
    { name: 'size', goal: '≤ 120', load: () => import('./size') },
  ];

async function main(wanted: string | undefined): Promise<number> {
  const chosen = rows.filter(({ name }) => wanted === undefined || name === wanted);
  if (chosen.length === 0) {
    console.error(`There is no row “${wanted}”. Rows: ${rows.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  const figures: (Figure & { name: string })[] = [];
  console.log(line(['name', 'ours', 'peer', 'ratio', 'goal', 'n', 'note']));
  for (const { name, goal, load } of chosen) {
    try {
      const figure = await (await load()).measure();
      figures.push({ name, ...figure });
      const { ours, peer, ratio, unit, n, note } = figure;
      console.log(
        line([name, `${short(ours)} ${unit}`, peer === null ? '–' : `${short(peer)} ${unit}`, short(ratio), goal, String(n), note]),
      );
    } catch (error) {
      console.error(`${name}: did not run: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  await writeFile('bench.json', `${JSON.stringify(figures, undefined, 2)}\n`);
  return figures.length === chosen.length ? 0 : 1;
}

function line(cells: readonly string[]): string {
  const widths = [18, 12, 12, 8, 8, 8];
  return cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' ');
}

function short(value: number | null): string {
  return value === null ? '–' : value.toPrecision(3);
}

void main(process.argv[2]).then((code) => {
  process.exitCode = code;
});
