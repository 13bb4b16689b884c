/** Mending all at once: what is certain and nothing else, and not a byte beside it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyChanges, splitLines } from '../../../src/core/links/change';
import { lint } from '../../../src/core/links/lint';
import { LinkDocument } from '../../../src/core/links/document';
import { isCertain, isMendable, isMendedTogether, mend } from '../../../src/core/links/mend';
import { anyLine, bandLinks, juelich, range, sara, table } from './lists';

const mended = (text: string, wanted = isCertain) => applyChanges(text, mend(text, table, wanted).changes);

/** Lines that are wrong in several ways at once, among others. */
const faulty = fc.oneof(
  anyLine,
  fc
    .record({
      host: fc.constantFrom(
        'srm.grid.sara.nl:8443',
        'srm.grid.sara.nl:1',
        'srm.grid.sara.nl:',
        'srm2.grid.sara.nl:9',
        'srm.grid.sarra.nl:8443',
      ),
      slash: fc.constantFrom('/', '//'),
      inside: fc.constantFrom('/', '//'),
      band: fc.nat(3),
      rest: fc.constantFrom('', ' junk', ' file:///a', ' # x', '\t'),
    })
    .map(({ host, slash, inside, band, rest }) => `srm://${host}${slash}pnfs/grid.sara.nl/d${inside}L1_SB00${band}_a.tar${rest}`),
);
const anyText = fc
  .tuple(fc.constantFrom('', '\uFEFF'), fc.array(fc.tuple(faulty, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 12 }), faulty)
  .map(([mark, lines, last]) => mark + lines.map(([line, end]) => line + end).join('') + last);

test('a text is its lines and their ends', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\r', '\n', '\uFEFF')), (parts) => {
      const { texts, ends } = splitLines(parts.join(''));
      assert.equal(texts.map((text, index) => text + (ends[index] ?? '?')).join(''), parts.join(''));
      assert.ok(ends.every((end) => /^(\r\n|\r|\n|)$/.test(end)));
    }),
  );
});

test('the certain ones, each in its way', () => {
  const [a = '', b = '', c = ''] = bandLinks([0, 1, 2]);
  const text = `# list\r\n${a}\r\n${b.replace('8443', '1')}\r\n${c.replace('/pnfs', '//pnfs')} file:///c.tar\n\n${a}`;
  assert.equal(mended(text), `# list\r\n${a}\r\n${b}\r\n${c} file:///c.tar\n\n`);
  assert.equal(mend(text, table).problems, 3);
});

test('two on one line, and one that is laid bare by another', () => {
  const [a = '', b = ''] = bandLinks([0, 1]);
  const wrong = a.replace(':8443/', ':1//');
  assert.equal(mended(`${wrong}\n${b}\n`), `${a}\n${b}\n`);
  assert.equal(mended(`${a}\n${wrong}\n${b}`), `${a}\n${b}`);
});

test('a guess, a choice and a note are left to a person', () => {
  const text = [
    'srm://srm.grid.sarra.nl:8443/pnfs/grid.sara.nl/d/n.tar',
    'see the log',
    `${sara}/a/L1_SB001_x.tar`,
    `${sara}/b/L1_SB001_x.tar`,
    `${sara}/n.txt later`,
    `${juelich.replace('lofar-srm', 'dcache-lofar')}/o.txt`,
    `${sara}/d//p.txt`,
    `${sara}/q.txt file:///a`,
    `${sara}/q.txt file:///b`,
  ].join('\n');
  assert.equal(mended(text), text);
  const rest = mended(text, isMendedTogether);
  assert.match(
    rest,
    /^srm:\/\/srm\.grid\.sara\.nl.*\nsee the log\n.*\/a\/.*\n.*\/b\/.*\n.*n\.txt\n.*lofar-srm.*\n.*\/d\/p\.txt\n.*a\n.*b$/,
  );
});

test('a byte order mark stays when its line goes', () => {
  const text = '\uFEFFnonsense\n# more';
  assert.equal(applyChanges(text, [{ line: 0, text: null }]), '\uFEFF# more');
  assert.equal(applyChanges(text, []), text);
});

for (const [name, wanted] of [
  ['certain', isCertain],
  ['mended together', isMendedTogether],
] as const) {
  test(`of any list: nothing ${name} is left, a second time changes nothing, the rest is as it was`, () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { changes } = mend(text, table, wanted);
        const after = applyChanges(text, changes);
        assert.deepEqual(new LinkDocument(after, table).everyProblem().filter(isMendable).filter(wanted), []);
        assert.deepEqual(mend(after, table, wanted).changes, []);
        const [old, now] = [splitLines(text), splitLines(after)];
        const byLine = new Map(changes.map(({ line, text: become }) => [line, become]));
        let kept = '';
        for (const [index, line] of old.texts.entries()) {
          const become = byLine.has(index) ? byLine.get(index) : line;
          // An empty line behind a lone CR cannot be written otherwise.
          if (become !== null)
            kept += become === '' && old.ends[index] === '\n' && kept.endsWith('\r') ? '\r\n' : `${become}${old.ends[index] ?? ''}`;
        }
        const lost = old.texts[0]?.startsWith('\uFEFF') === true && byLine.get(0) === null ? '\uFEFF' : '';
        assert.equal(now.texts.map((line, index) => line + (now.ends[index] ?? '')).join(''), lost + kept);
        // Only lines with such a problem change, or what that uncovered; remarks never do.
        for (const { line } of changes) assert.doesNotMatch(old.texts[line] ?? '', /^[\s\uFEFF]*(#|$)/);
      }),
      { numRuns: 400 },
    );
  });
}

test('100 000 lines, each of which is wrong', () => {
  const lines = bandLinks(range(0, 99_999)).map((line) => line.replace(':8443/', ':1//'));
  const { changes, problems } = mend(lines.join('\n'), table);
  assert.deepEqual([changes.length, problems], [100_000, 200_000]);
  assert.deepEqual(lint(applyChanges(lines.join('\n'), changes), table), []);
});
