/** Bulk actions on ten thousand and a hundred thousand tokens: requests in proportion, one at a time, and no more memory. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { writeArchive } from '../../src/adapters/archive';
import { readWhole } from '../../src/adapters/archiveReader';
import { createCouchPool } from '../../src/adapters/couch';
import { changeTokens } from '../../src/core/tokens/bulk/change';
import { resetting } from '../../src/core/tokens/bulk/edit';
import { surveyOf } from '../../src/core/tokens/bulk/survey';
import { readWhich } from '../../src/core/tokens/bulk/which';
import { hugeType, startHugePool, type HugePool } from '../practice/hugePool';

const here = { signal: new AbortController().signal };
const sizes = [10_000, 100_000];

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function poolAt({ url, database }: HugePool): ReturnType<typeof createCouchPool> {
  return createCouchPool({ name: 'Huge', url, database, credentials: () => Promise.resolve({ user: 'operator', password: 'x' }) });
}

/** The most that is held, in MB, looked at as a task goes on. */
function watch(): { readonly look: () => void; readonly peak: () => number } {
  let peak = 0;
  let turn = 0;
  const look = (): void => {
    if (turn++ % 20 !== 0) return;
    collect();
    peak = Math.max(peak, process.memoryUsage().heapUsed / 1e6);
  };
  return { look, peak: () => peak };
}

for (const tokens of sizes) {
  test(`a reset of those of ${tokens} that are in error: found by our view, three requests for 500`, async (t) => {
    const huge = await startHugePool(tokens);
    t.after(() => huge.stop());
    const pool = poolAt(huge);
    const which = readWhich({ where: { type: hugeType, state: 'error' } });
    const report = await changeTokens(pool, which, resetting('lrt'), here);
    assert.deepEqual([report.changed, report.skipped, report.conflicts, report.failed], [tokens / 10, 0, [], []]);
    assert.equal(huge.log.length, 1 + (3 * tokens) / 10 / 500);
    assert.ok(huge.log.every((line) => !line.includes('skip=')));
    huge.log.splice(0);
    const { counts } = await surveyOf(pool, [which], here);
    assert.equal(counts.error, tokens / 10);
    assert.equal(huge.log.length, 1 + tokens / 10 / 500, 'counted without a document');
  });
}

test('a search through all, and an archive of all, hold no more of a large pool than of a small one', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'grid-size-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const peaks: { readonly search: number; readonly archive: number }[] = [];
  for (const tokens of sizes) {
    const huge = await startHugePool(tokens);
    t.after(() => huge.stop());
    const pool = poolAt(huge);
    const search = watch();
    const report = await changeTokens(pool, readWhich({ where: { output: 22 } }), resetting('lrt'), { ...here, progress: search.look });
    assert.equal(report.changed, tokens / 10);
    assert.ok(huge.log.filter((line) => line.startsWith('GET /huge/_all_docs')).length <= tokens / 500 + 3);
    const archive = watch();
    const target = join(folder, `${tokens}.tar.gz`);
    await writeArchive(pool, readWhich({ where: { PIPELINE_STEP: 'pref_cal1' } }), {
      ...here,
      target,
      now: 0,
      progress: (n) => n % 100 === 0 && archive.look(),
    });
    assert.equal((await readWhole(target, here)).tokens, tokens);
    assert.ok((await stat(target)).size > 0);
    peaks.push({ search: search.peak(), archive: archive.peak() });
    huge.log.splice(0);
  }
  const [small, large] = peaks;
  assert.ok(small !== undefined && large !== undefined);
  assert.ok(large.search - small.search < 10, `search: ${small.search} and ${large.search} MB`);
  assert.ok(large.archive - small.archive < 10, `archive: ${small.archive} and ${large.archive} MB`);
});
