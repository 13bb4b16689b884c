/** A hundred thousand files in one campaign: that it works and counts right. What it takes is told, not judged. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startJudge } from './judge';
import { links } from './plot';
import { endIdle, Windows } from './windows';

const total = 100_000;
const filesPerRequest = 999;

after(endIdle);

for (const kind of ['lta', 'stageit'] as const) {
  test(`${total} files in one campaign with ${kind}`, async (t) => {
    const judge = await startJudge(kind);
    t.after(() => judge.stop());
    const windows = await Windows.open();
    t.after(() => windows.clear());
    const opening = { ...judge.door, host: 'login1', callMs: 120_000, filesInFlight: total };
    const count = Math.ceil(total / filesPerRequest);
    const parts = Array.from({ length: count }, (_, part) => links(1, part, Math.min(filesPerRequest, total - part * filesPerRequest)));
    const took: string[] = [];
    const timed = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
      const begun = performance.now();
      const result = await act();
      took.push(`${what} ${((performance.now() - begun) / 1000).toFixed(1)} s`);
      return result;
    };

    const window = await windows.start(opening);
    const staged = await timed('staged in', () => window.order({ do: 'stage', parts }));
    assert.deepEqual(staged.campaigns, [{ name: 'srm', total, online: 0 }]);
    assert.deepEqual([judge.submits().length, new Set(judge.submits()).size, judge.made().size], [count, count, count]);

    judge.advance(24 * 60 * 60_000);
    const online = await timed('one round of news', () => window.order({ do: 'refresh' }));
    assert.deepEqual(online.campaigns, [{ name: 'srm', total, online: total }]);

    const next = await windows.start({ ...opening, host: 'login2' });
    const read = await timed('read by the next window in', () => next.order({ do: 'look' }));
    assert.deepEqual(read.campaigns, online.campaigns);
    assert.deepEqual(
      read.requests.map(({ id, state }) => [id, state]),
      online.requests.map(({ id, state }) => [id, state]),
    );
    t.diagnostic(`${took.join(', ')}; peak memory ${online.peakMb} MB, of the next window ${read.peakMb} MB`);
  });
}
