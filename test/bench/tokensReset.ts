import assert from 'node:assert/strict';
import { changeTokens } from '../../src/core/tokens/bulk/change';
import { resetting } from '../../src/core/tokens/bulk/edit';
import { resetToken } from '../../src/core/tokens/reset';
import type { TokenDocument } from '../../src/core/tokens/state';
import { here } from '../practice/poolPlace';
import type { Figure } from './figure';
import { allWritten, figureOf, inPool, plainTokens, sized, timedAsync } from './tokens';

const count = sized(1_000);
const rounds = 3;
const view = { design: 'Monitor', view: 'locked' };

/** tokens.reset: the tokens of a view read and put back in bulk, against resetTokens.py: the view, a GET each, one bulk write. */
export function measure(): Promise<Figure> {
  return inPool(async ({ pool, peer }) => {
    const ids = plainTokens(count).map(({ _id: id }) => String(id));
    const lock = async (): Promise<void> => {
      const there = await pool.documents(ids, here);
      allWritten(
        await pool.bulk(
          plainTokens(count, { lock: 1_795_000_000, hostname: 'wn-1' }).map((each) => ({ ...each, ...revOf(there.get(String(each._id))) })),
          here,
        ),
      );
      assert.equal(await pool.size(view, here), count);
    };
    const inBulk = async (): Promise<void> => {
      const { changed, ended } = await changeTokens(pool, { by: 'view', view }, resetting('resetTokens'), here);
      if (ended !== undefined || changed !== count) throw ended ?? new Error(`${changed} of ${count} were reset`);
    };
    const oneByOne = async (): Promise<void> => {
      const { rows } = await peer.view(view.design, view.view);
      const docs: object[] = [];
      for (const { id } of rows) docs.push(resetToken((await peer.get(id)) as unknown as TokenDocument, 'resetTokens'));
      const answer = await peer.bulk({ docs });
      assert.equal(answer.filter(({ rev }) => rev !== undefined).length, count);
    };
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await lock();
      theirs.push(await timedAsync(oneByOne));
      await lock();
      ours.push(await timedAsync(inBulk));
    }
    return figureOf(ours, theirs, count, `view, documents and write included; median of ${rounds}`);
  });
}

function revOf(document: TokenDocument | undefined): TokenDocument {
  return document === undefined ? {} : { _rev: document._rev };
}
