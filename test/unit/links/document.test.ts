/** A list that is edited has the problems of the list it has become, and an edit reads only what it changed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LinkDocument } from '../../../src/core/links/document';
import { lint } from '../../../src/core/links/lint';
import { Scanner } from '../../../src/core/links/scanner';
import { anyLine, bandLinks, range, sara, table } from './lists';

function check(document: LinkDocument, lines: readonly string[]): void {
  assert.equal(document.lineCount, lines.length);
  assert.deepEqual(document.problems(), lint(lines.join('\n'), table));
}

/** Counts how many lines are read while `work` runs. */
function linesRead(work: () => void): number {
  const original = Object.getOwnPropertyDescriptor(Scanner.prototype, 'scan')?.value as Scanner['scan'];
  let count = 0;
  Scanner.prototype.scan = function scan(this: Scanner, ...args) {
    count++;
    return original.apply(this, args);
  };
  try {
    work();
  } finally {
    Scanner.prototype.scan = original;
  }
  return count;
}

test('replacing lines, at random', () => {
  const edit = fc.record({ start: fc.nat(40), removed: fc.nat(5), added: fc.array(anyLine, { maxLength: 5 }) });
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 30 }), fc.array(edit, { maxLength: 12 }), (first, edits) => {
      const lines = first.length === 0 ? [''] : [...first];
      const document = new LinkDocument(lines.join('\n'), table);
      check(document, lines);
      for (const { start, removed, added } of edits) {
        document.replaceLines(start, start + removed, added);
        lines.splice(start, removed, ...added);
        if (lines.length === 0) lines.push('');
        check(document, lines);
      }
    }),
    { numRuns: 300 },
  );
});

test('edits as the editor tells them, at random', () => {
  const place = fc.record({ line: fc.nat(20), character: fc.nat(80) });
  const inserted = fc.oneof(
    anyLine,
    fc.constantFrom('', '\n', '\r\n', 'x', '/', ' ', `\n${sara}/L1_SB001_b.tar\n`),
    fc.array(anyLine, { maxLength: 3 }).map((lines) => lines.join('\n')),
  );
  fc.assert(
    fc.property(
      fc.array(anyLine, { minLength: 1, maxLength: 20 }),
      fc.array(fc.tuple(place, place, inserted), { maxLength: 10 }),
      (first, edits) => {
        let lines = first;
        const document = new LinkDocument(lines.join('\n'), table);
        for (const [one, other, text] of edits) {
          const clip = ({ line, character }: typeof one): typeof one => {
            const at = Math.min(line, lines.length - 1);
            return { line: at, character: Math.min(character, lines[at]?.length ?? 0) };
          };
          const [start, end] = [clip(one), clip(other)].sort((a, b) => a.line - b.line || a.character - b.character) as [
            typeof one,
            typeof one,
          ];
          const head = [...lines.slice(0, start.line), (lines[start.line] ?? '').slice(0, start.character)].join('\n');
          const tail = [(lines[end.line] ?? '').slice(end.character), ...lines.slice(end.line + 1)].join('\n');
          lines = (head + text + tail).split(/\r\n|\r|\n/);
          document.edit({ start, end }, text);
          check(document, lines);
          assert.equal(document.line(start.line), lines[start.line]);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('the whole text can be taken away and put back', () => {
  const lines = bandLinks(range(0, 300).filter((band) => band % 7 !== 0));
  const document = new LinkDocument(lines.join('\n'), table);
  const before = document.problems();
  document.replaceLines(0, document.lineCount, []);
  check(document, ['']);
  document.replaceLines(0, 1, lines);
  assert.deepEqual(document.problems(), before);
  document.edit({ start: { line: 0, character: 0 }, end: { line: 9999, character: 9999 } }, '');
  check(document, ['']);
});

test('an edit reads the changed lines and no others, in a short list and in a long one', () => {
  for (const size of [100, 10_000]) {
    const lines = bandLinks(range(0, size - 1));
    const document = new LinkDocument(lines.join('\n'), table);
    assert.equal(
      linesRead(() => document.replaceLines(50, 51, [`${sara}/L1_SB001_`])),
      1,
    );
    assert.equal(
      linesRead(() => document.edit({ start: { line: 3, character: 1 }, end: { line: 60, character: 2 } }, 'a\nb\nc')),
      3,
    );
    assert.equal(
      linesRead(() => document.problems()),
      0,
    );
    assert.equal(
      linesRead(() => new LinkDocument(lines.join('\n'), table)),
      size,
    );
  }
});

test('200 000 lines, a paste of 100 000 among them and its removal', () => {
  const lines = bandLinks(range(0, 99_999));
  const document = new LinkDocument(lines.join('\r\n'), table);
  assert.deepEqual(document.problems(), []);
  document.replaceLines(500, 500, lines);
  assert.equal(document.lineCount, 200_000);
  assert.equal(document.problems().length, 100_000);
  document.replaceLines(500, 100_500, []);
  assert.deepEqual(document.problems(), []);
});
