/**
 * The desk's promise under `kill -9`: whatever is killed when, each part is received once, or the desk shows it as
 * uncertain; no id is lost. `GRID_SEED=n` makes the same points again, `GRID_POINTS=n` as many.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { startJudge, type Judge } from './judge';
import { runPoint } from './killPoint';
import { modes, plotOf, type Mode } from './plot';
import { endIdle } from './windows';

const seed = Number(process.env.GRID_SEED ?? Date.now() % 1_000_000_000);
const points = Number(process.env.GRID_POINTS ?? 240);
/** Points under way at a time, each with a stager of either kind to itself. */
const lanes = 4;

describe(`killed windows, GRID_SEED=${seed}`, () => {
  let judges: (readonly [Judge, Judge])[] = [];

  before(async () => {
    judges = await Promise.all(Array.from({ length: lanes }, () => Promise.all([startJudge('lta'), startJudge('stageit')])));
  });
  after(async () => {
    await endIdle();
    await Promise.all(judges.flat().map((judge) => judge.stop()));
  });

  for (const [index, mode] of modes.entries())
    test(`at ${{ moment: 'a random moment', step: 'a step of the submit', receipt: 'receipt by the stager' }[mode]}`, (t) =>
      runPoints(t, mode, index * 1_000));

  async function runPoints(t: TestContext, mode: Mode, from: number): Promise<void> {
    const faults: string[] = [];
    let kills = 0;
    const landed = new Map<string, number>();
    const outcomes = new Map<string, number>();
    const queue = Array.from({ length: Math.ceil(points / modes.length) }, (_, k) => from + k).values();
    const lane = async (pair: readonly [Judge, Judge]) => {
      for (const point of queue) {
        const judge = pair[point % 2 === 0 ? 0 : 1];
        const plot = plotOf(seed + point, mode);
        const here = `point ${point} (${judge.kind})`;
        try {
          const found = await runPoint(plot, judge);
          count(landed, found.landed);
          kills += found.kills;
          for (const outcome of found.outcomes) count(outcomes, outcome);
          if (found.faults.length > 0) faults.push(`${here}: ${found.faults.join('; ')}\n${JSON.stringify(plot)}`);
        } catch (error) {
          // The others go on: their stagers are still at work.
          faults.push(`${here}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        }
      }
    };
    await Promise.all(judges.map(lane));
    t.diagnostic(`${kills} windows were killed at work; the first one: ${table(landed)}`);
    t.diagnostic(`parts: ${table(outcomes)}`);
    assert.equal(faults.join('\n\n'), '');
  }
});

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

function table(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([what, times]) => `${times} ${what}`)
    .join('; ');
}
