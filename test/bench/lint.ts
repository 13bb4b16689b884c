import assert from 'node:assert/strict';
import { lint } from '../../src/core/links/lint';
import { sites } from '../../src/core/links/site';
import { median, timed, type Figure } from './figure';
import { countCodes, floor, seededList } from './seeded';

const rounds = 15;

/** links.lint: the whole rule table over a new text, against split and one Set over the same text. */
export function measure(): Promise<Figure> {
  const { table } = sites();
  const list = seededList(100_000);
  for (let warm = 0; warm < 4; warm++) {
    floor(list.text);
    assert.deepEqual(countCodes(lint(list.text, table)), list.expected);
  }
  const ours: number[] = [];
  const peer: number[] = [];
  for (let round = 0; round < rounds; round++) {
    peer.push(timed(() => floor(list.text)));
    ours.push(timed(() => lint(list.text, table)));
  }
  const note = `${list.total} problems found, ${list.total} seeded; median of ${rounds}`;
  return Promise.resolve({
    ours: median(ours),
    peer: median(peer),
    ratio: median(ours) / median(peer),
    unit: 'ms',
    n: list.lines.length,
    note,
  });
}
