import { build } from 'esbuild';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseLaunch, runInWindow } from '../editor/code';
import { run } from '../setup.mjs';
import { median, type Figure } from './figure';

const root = join(import.meta.dirname, '../..');
const rounds = 10;

/**
 * activate: load + activate in VS Code 1.100 with an empty workspace, a new window each time, by the marks the editor
 * sets right around require() and activate(). The table of its startup report stands in the note: there the clock of
 * `Load Code` starts before a turn in which the host also loads whatever else waits for the same event. Built-in
 * merge-conflict comes before us and takes most of that turn (seen by tracing the host).
 */
export async function measure(): Promise<Figure> {
  if ((await run(process.execPath, ['build.mjs'], { stdio: 'ignore' })) !== 0) throw new Error('node build.mjs failed.');
  const place = await mkdtemp(join(tmpdir(), 'grid-bench-'));
  try {
    const tests = join(root, '.build/bench.js');
    await build({
      entryPoints: [join(root, 'test/bench/inside.ts')],
      outfile: tests,
      bundle: true,
      format: 'cjs',
      platform: 'node',
      external: ['vscode'],
      logLevel: 'warning',
    });
    const runs: { load: number; call: number; table: number; tree: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const folder = join(place, String(round));
      await mkdir(folder);
      const outcome = join(place, `${round}.json`);
      process.env.GRID_OUTCOME = outcome; // inherited by the editor's extension host
      const launch = parseLaunch([`--extensionDevelopmentPath=${root}`, `--extensionTestsPath=${tests}`]);
      const { log, error } = console;
      console.log = console.error = () => undefined; // the window's own chatter
      try {
        await runInWindow(launch, { ...process.env, GRID_TEST_FOLDER: folder }, AbortSignal.timeout(180_000));
      } finally {
        Object.assign(console, { log, error });
      }
      runs.push(JSON.parse(await readFile(outcome, 'utf8')) as (typeof runs)[number]);
    }
    const ours = median(runs.map(({ load, call }) => load + call));
    const tree = median(runs.map((each) => each.tree));
    const middle = (of: (each: (typeof runs)[number]) => number) => median(runs.map(of)).toFixed(1);
    const note =
      `load ${middle(({ load }) => load)} + activate ${middle(({ call }) => call)}, median of ${rounds} windows; with what the host loads for others ` +
      `in the same turn ${middle(({ table }) => table)}; tree shown after ${tree.toFixed(0)} ms (goal ≤ 300)`;
    return { ours, peer: null, ratio: null, unit: 'ms', n: rounds, note };
  } finally {
    delete process.env.GRID_OUTCOME;
    await rm(place, { recursive: true, force: true, maxRetries: 3 });
  }
}
