import assert from 'node:assert/strict';
import { changeTokens } from '../../src/core/tokens/bulk/change';
import { deleting } from '../../src/core/tokens/bulk/edit';
import { here } from '../practice/poolPlace';
import type { Figure } from './figure';
import { allWritten, figureOf, inPool, plainTokens, sized, timedAsync } from './tokens';

const count = sized(1_000);
const rounds = 3;
const view = { design: 'Monitor', view: 'todo' };

/** tokens.delete: the tokens of a view deleted in bulk, against deleteTokens.py: the view, then a GET and a DELETE each. */
export function measure(): Promise<Figure> {
  return inPool(async ({ pool, peer }) => {
    const fill = async (): Promise<void> => {
      allWritten(await pool.bulk(plainTokens(count), here));
      assert.equal(await pool.size(view, here), count);
    };
    const inBulk = async (): Promise<void> => {
      const { changed, ended } = await changeTokens(pool, { by: 'view', view }, deleting, here);
      if (ended !== undefined || changed !== count) throw ended ?? new Error(`${changed} of ${count} were deleted`);
    };
    const oneByOne = async (): Promise<void> => {
      const { rows } = await peer.view(view.design, view.view);
      for (const { id } of rows) await peer.destroy(id, (await peer.get(id))._rev);
    };
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await fill();
      theirs.push(await timedAsync(oneByOne));
      await fill();
      ours.push(await timedAsync(inBulk));
      assert.equal(await pool.size(view, here), 0);
    }
    return figureOf(ours, theirs, count, `view and revisions included; median of ${rounds}`);
  });
}
