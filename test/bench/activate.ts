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
 * activate: load + activate as VS Code 1.100 reports them itself, in an empty workspace, a new window each time. What
 * loading takes once the extension host is quiet stands in the note: it shows how much of the figure is our own code.
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
    const runs: { load: number; call: number; own: number; tree: number }[] = [];
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
      `load ${middle(({ load }) => load)} + activate ${middle(({ call }) => call)}, median of ${rounds} windows; loaded again in the quiet host ` +
      `${middle(({ own }) => own)}; tree shown after ${tree.toFixed(0)} ms (goal ≤ 300)`;
    return { ours, peer: null, ratio: null, unit: 'ms', n: rounds, note };
  } finally {
    delete process.env.GRID_OUTCOME;
    await rm(place, { recursive: true, force: true, maxRetries: 3 });
  }
}
