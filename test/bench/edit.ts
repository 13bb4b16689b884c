import assert from 'node:assert/strict';
import { LinkDocument } from '../../src/core/links/document';
import { lint } from '../../src/core/links/lint';
import { sites } from '../../src/core/links/site';
import { mean, median, timed, type Figure } from './figure';
import { floor, seededList } from './seeded';

const places = 20;

interface Change {
  readonly at: number;
  readonly removed: number;
  readonly added: readonly string[];
}

/** Insert one line, delete one line, paste 100 lines, at places spread over the list. */
function changes(lines: readonly string[]): Change[] {
  return Array.from({ length: places }, (_, index) => Math.floor(((index + 0.5) * lines.length) / places)).flatMap((at) => [
    { at, removed: 0, added: [(lines[at] ?? '').replace(/_SB\d+/, '_SB777')] },
    { at: at + 5, removed: 1, added: [] },
    { at: at + 9, removed: 0, added: lines.slice(at + 1000, at + 1100) },
  ]);
}

/** links.edit: from a change to the complete list of problems, against split and one Set over the whole text. */
export function measure(): Promise<Figure> {
  const { table } = sites();
  const list = seededList(100_000);
  const lines = [...list.lines, ''];
  const document = new LinkDocument(list.text, table);
  for (let warm = 0; warm < 10; warm++) {
    floor(list.text);
    document.replaceLines(0, 1, [lines[0] ?? '']);
    document.problems();
  }
  const ours: number[] = [];
  const peer: number[] = [];
  for (const { at, removed, added } of changes(list.lines)) {
    peer.push(timed(() => floor(list.text)));
    let found: unknown;
    ours.push(
      timed(() => {
        document.replaceLines(at, at + removed, added);
        found = document.problems();
      }),
    );
    lines.splice(at, removed, ...added);
    assert.deepEqual(found, lint(lines.join('\n'), table));
  }
  const note = `${ours.length} edits at ${places} places, each equal to a full lint; mean against median of the peer`;
  return Promise.resolve({
    ours: mean(ours),
    peer: median(peer),
    ratio: mean(ours) / median(peer),
    unit: 'ms',
    n: list.lines.length,
    note,
  });
}
