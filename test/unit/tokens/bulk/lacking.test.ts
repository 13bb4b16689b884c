import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lackingFields, lackingWords } from '../../../../src/core/tokens/bulk/lacking';
import type { Pool } from '../../../../src/core/tokens/pool';
import type { TokenDocument } from '../../../../src/core/tokens/state';

const here = { signal: new AbortController().signal };

/** Of a pool only what a selection by ids asks of it. */
function poolOf(tokens: readonly TokenDocument[]): Pool {
  const documents = (ids: readonly string[]) =>
    Promise.resolve(new Map(tokens.filter(({ _id: id }) => ids.includes(String(id))).map((token) => [String(token._id), token])));
  return { documents } as unknown as Pool;
}

const token = (id: string, more: TokenDocument): TokenDocument => ({ _id: id, type: 'a', lock: 0, done: 0, ...more });

test('fields that tokens lack are counted, those that all have are not told', async () => {
  const pool = poolOf([token('a', { OBSID: 'L1', FREQUENCY: null }), token('b', { OBSID: '' }), token('c', { OBSID: 0, ABN: 1 })]);
  const found = await lackingFields(
    pool,
    [
      { by: 'ids', ids: ['a', 'b'] },
      { by: 'ids', ids: ['c'] },
    ],
    ['OBSID', 'FREQUENCY', 'ABN'],
    here,
  );
  assert.deepEqual([...found].sort(), [
    ['ABN', 2],
    ['FREQUENCY', 2],
  ]);
  assert.equal((await lackingFields(pool, [{ by: 'ids', ids: ['a'] }], [], here)).size, 0);
});

test('in one sentence, by how many lack it', () => {
  assert.deepEqual(lackingWords(new Map()), []);
  assert.deepEqual(lackingWords(new Map([['ABN', 1]])), ['⚠ 1 token lacks ABN, which Shell_variables names: the worker skips it.']);
  assert.deepEqual(
    lackingWords(
      new Map([
        ['ABN', 2],
        ['FREQUENCY', 2],
        ['OBSID', 1],
      ]),
    ),
    ['⚠ 2 tokens lack ABN and FREQUENCY and 1 token lacks OBSID, which Shell_variables names: the worker skips them.'],
  );
});
