import assert from 'node:assert/strict';
import { createTokens } from '../../src/core/tokens/create';
import type { Figure } from './figure';
import { here } from '../practice/poolPlace';
import { allWritten, embedded, figureOf, inPool, sized, timedAsync } from './tokens';

const count = sized(10_000);
/** The peer takes a minute for 10 000; its time is in proportion to their number. */
const scaled = Math.min(500, count);
const rounds = embedded ? 3 : 1;

/** 2 KiB of links. */
const list = (k: number): string[] =>
  Array.from(
    { length: 16 },
    (_, n) => `srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/${'x'.repeat(64)}/${String(k).padStart(5, '0')}_${n + 100}.tar`,
  );

/** tokens.create: tokens with their links attached, in bulk, against PUT document and PUT attachment for each. */
export function measure(): Promise<Figure> {
  return inPool(async ({ pool, peer }) => {
    const slices = Array.from({ length: count }, (_, k) => ({ name: String(k), links: list(k) }));
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const plan = { dialect: 'picas' as const, type: `run${round}`, template: { cores: 4 }, slices, now: 1_795_000_000 };
      ours.push(await timedAsync(async () => allWritten(await pool.bulk(createTokens(plan), here))));
      for (let k = 0; k < 20; k++) {
        const number = Math.floor((k * count) / 20);
        const { bytes } = await pool.attachment(`t_run${round}_L000000_SB${String(number).padStart(3, '0')}`, 'srm.txt', here);
        assert.equal(Buffer.from(bytes).toString('utf8'), `${list(number).join('\n')}\n`);
      }
      const perToken = await timedAsync(async () => {
        for (let k = 0; k < scaled; k++) {
          const id = `peer${round}_${k}`;
          const { rev } = await peer.insert({ type: 'token', lock: 0, done: 0, cores: 4, STARTSB: String(k) } as never, id);
          await peer.attachment.insert(id, 'srm.txt', Buffer.from(`${list(k).join('\n')}\n`), 'text/plain', { rev });
        }
      });
      theirs.push((perToken / scaled) * count);
    }
    return figureOf(ours, theirs, count, `2 KiB attached to each, 20 read back; peer scaled from ${scaled}`);
  });
}
