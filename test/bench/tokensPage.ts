import assert from 'node:assert/strict';
import { designName, ourDesign } from '../../src/core/tokens/design';
import { here } from '../practice/poolPlace';
import type { Figure } from './figure';
import { allWritten, figureOf, inPool, plainTokens, sized, timedAsync } from './tokens';

const count = sized(10_000);
const rounds = 9;

/** tokens.first-page: counts by state and the first 200 rows of a state from warm views, against all documents at once. */
export function measure(): Promise<Figure> {
  return inPool(async ({ pool, peer }) => {
    allWritten(await pool.bulk(plainTokens(count), here));
    await pool.reviseDesign(designName, () => ourDesign, here);
    const first = async (): Promise<void> => {
      const [counts, page] = await Promise.all([pool.counts(here), pool.page({ type: 'token', state: 'todo' }, here)]);
      assert.deepEqual([counts[0]?.count, page.rows.length], [count, Math.min(200, count)]);
    };
    const all = async (): Promise<void> => {
      const { rows } = await peer.list({ include_docs: true });
      assert.ok(rows.length >= count);
    };
    await first();
    await all();
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      theirs.push(await timedAsync(all));
      ours.push(await timedAsync(first));
    }
    return figureOf(ours, theirs, count, `median of ${rounds}`);
  });
}
