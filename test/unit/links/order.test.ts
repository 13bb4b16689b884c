/** What changes a list on request: layout, order, copies, form. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyChanges, splitLines } from '../../../src/core/links/change';
import { convert, convertLines, type TargetForm } from '../../../src/core/links/convert';
import { copiesOf } from '../../../src/core/links/copies';
import { LinkDocument } from '../../../src/core/links/document';
import { lint } from '../../../src/core/links/lint';
import { parseList } from '../../../src/core/links/list';
import { sortList } from '../../../src/core/links/sort';
import { tidy } from '../../../src/core/links/tidy';
import { anyLine, bandLinks, juelich, link, poznan, range, sara, table } from './lists';

const anyText = fc
  .tuple(
    fc.constantFrom('', '\uFEFF'),
    fc.array(
      fc.tuple(
        anyLine,
        fc.constantFrom('', ' ', '\t\t', '  file:///a.tar\t', ' \uFEFF#  a  b '),
        fc.constantFrom('\n', '\r\n', '\n\n', '\r'),
      ),
      {
        maxLength: 14,
      },
    ),
    fc.constantFrom('', '# end', `${sara}/z.tar`),
  )
  .map(([mark, lines, last]) => mark + lines.map(([line, rest, end]) => line + rest + end).join('') + last);

const format = (text: string) => applyChanges(text, tidy(new LinkDocument(text, table).rows));
const sort = (text: string) => sortList(parseList(text, table));
const links = (text: string) => parseList(text, table).links.map((found) => found.text);

test('layout: blanks, columns, byte order marks, blank lines at the end', () => {
  const [a = '', b = ''] = bandLinks([0, 1]);
  assert.equal(
    format(`\uFEFF ${a}\t \tfile:///a.tar  # my  remark \r\n\r\n \t\n\uFEFF${b} \r\n\t# note\t\n  odd  line\n \n\n \n`),
    `\uFEFF${a} file:///a.tar # my  remark\r\n\r\n\n${b}\r\n# note\nodd  line\n`,
  );
  assert.equal(format(`${a}  x   y`), `${a} x y`);
  assert.equal(format(`${a}\n\n`), `${a}\n`);
  assert.equal(format(`${a}\n`), `${a}\n`);
  assert.equal(format(' \n\n '), '');
  assert.equal(format('\uFEFF \n'), '\uFEFF');
});

test('layout of some lines leaves the others', () => {
  const text = ' a \n b \n c \n\n\n';
  assert.equal(applyChanges(text, tidy(new LinkDocument(text, table).rows, 1, 1)), ' a \nb\n c \n\n\n');
  assert.equal(applyChanges(text, tidy(new LinkDocument(text, table).rows, 2, 4)), ' a \n b \nc\n');
});

test('layout changes no link, no order and nothing that is linted; a second time it changes nothing', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const after = format(text);
      assert.deepEqual(links(after), links(text));
      const picture = (list: string) =>
        lint(list, table).map(({ line, code, severity, message, related }) => [line, code, severity, message, related?.line]);
      assert.deepEqual(picture(after), picture(text));
      assert.equal(format(after), after);
      assert.equal(after.startsWith('\uFEFF'), text.startsWith('\uFEFF'));
    }),
    { numRuns: 400 },
  );
});

test('order: observation by number, SB before ABN, band by number, then name; what does not tell comes last', () => {
  const sorted = [
    `${sara}/L2_SB009_a.tar`,
    `${juelich}/x/L2_SB010_b.tar`,
    `${sara}/L2_SB10_a.tar`,
    `${sara}/L2_ABN_3.tar`,
    `${sara}/L2/notes.txt`,
    `${sara}/L10_SB001_a.tar`,
    `${sara}/a.txt`,
    `${poznan}/b.txt`,
    'odd',
  ];
  for (const turn of [0, 3, 5, 7]) {
    const mixed = [...sorted.slice(turn), ...sorted.slice(0, turn)].reverse();
    assert.deepEqual(sort(mixed.join('\n')).split('\n'), sorted);
  }
});

test('order: remarks travel with the link below them, the head stays, other blank lines go', () => {
  const [a = '', b = ''] = bandLinks([0, 1]);
  assert.equal(
    sort(`\n# of Monday\n# second\n\n# about b\n${b} file:///b\r\n\n# far\n\n${a}\n# end`),
    `# of Monday\n# second\n\n# far\n${a}\n# about b\n${b} file:///b\r\n# end`,
  );
  assert.equal(sort(`# about b\n${b}\n${a}\n`), `${a}\n# about b\n${b}\n`);
  assert.equal(sort(`\uFEFF${b}\r\n${a}`), `\uFEFF${a}\r\n${b}`);
  assert.equal(sort('# only\n\n'), '# only\n');
  // The head is there once, though blank lines stand before it.
  assert.equal(sort('\n\n# only\n\n'), '# only\n');
  assert.equal(sort(`\n\n\n# head\n\n${b}\n${a}\n`), `# head\n\n${a}\n${b}\n`);
  assert.equal(sort('\n \n'), '\n \n');
});

test('order: every line is there once, links that agree keep their order, a second time changes nothing', () => {
  const filled = (text: string) =>
    splitLines(text)
      .texts.map((line) => line.replace(/^\uFEFF+/, ''))
      .filter((line) => /[^\s\uFEFF\u0085\u200b]/.test(line));
  fc.assert(
    fc.property(anyText, (text) => {
      const after = sort(text);
      assert.equal(sort(after), after);
      assert.deepEqual([...filled(after)].sort(), [...filled(text)].sort());
      // Links that agree in all that is compared, in their order.
      const same = (list: string) => {
        const groups = new Map<string, string[]>();
        for (const { observation, band, file, text: found } of parseList(list, table).links) {
          const key = [observation, band?.kind, band?.number, file].join(' ');
          groups.set(key, [...(groups.get(key) ?? []), found]);
        }
        return [...groups].sort(([one], [other]) => (one < other ? -1 : 1));
      };
      assert.deepEqual(same(after), same(text));
    }),
    { numRuns: 400 },
  );
});

test('copies: the same file by any door, the first stays, order and remarks too', () => {
  const gsiftp = 'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl';
  const text = `# a\r\n${sara}/d/a.tar\r\n\r\n# again\r\n${gsiftp}/d//a.tar\r\n${sara}/b.tar\r\n/pnfs/grid.sara.nl/d/a.tar x\r\nsrm://h/a\r\nsrm://h/a\r\nsrm://g/a`;
  assert.equal(
    applyChanges(text, copiesOf(parseList(text, table))),
    `# a\r\n${sara}/d/a.tar\r\n\r\n# again\r\n${sara}/b.tar\r\nsrm://h/a\r\nsrm://g/a`,
  );
  fc.assert(
    fc.property(anyText, (list) => {
      const after = applyChanges(list, copiesOf(parseList(list, table)));
      assert.deepEqual(copiesOf(parseList(after, table)), []);
      assert.equal(lint(after, table).filter(({ code }) => code === 'duplicate-link').length, 0);
      assert.equal(new Set(links(after)).size, new Set(links(after).map((each) => each)).size);
      assert.ok(links(list).every((each) => links(after).some((kept) => link(kept).file === link(each).file)));
    }),
  );
});

test('form: in place, with columns, remarks and what cannot be converted as they were', () => {
  const text = `\uFEFF# head\r\n ${sara}/a.tar\tfile:///a \r\nodd\r\nsrm://nowhere.example/b\n\n${juelich}/c.tar`;
  const { changes, links: count, failed } = convertLines(parseList(text, table), 'gsiftp');
  assert.equal(
    applyChanges(text, changes),
    `\uFEFF# head\r\n gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/a.tar\tfile:///a \r\nodd\r\nsrm://nowhere.example/b\n\ngsiftp://lofar-gridftp.fz-juelich.de:2811/pnfs/fz-juelich.de/c.tar`,
  );
  assert.equal(count, 2);
  assert.deepEqual(
    failed.map(({ message }) => message.slice(0, 7)),
    ['Line 3:', 'Line 4:'],
  );
  const some = convertLines(parseList(text, table), 'path', (line) => line >= 5);
  assert.deepEqual([some.changes.map(({ line }) => line), some.links, some.failed], [[5], 1, []]);
});

test('form: every link has its form or is among the failed, nothing else changes, a second time nothing at all', () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom<TargetForm>('srm', 'gsiftp', 'https', 'gfal', 'path'), (text, form) => {
      const list = parseList(text, table);
      const { changes, links: count, failed } = convertLines(list, form);
      assert.equal(count + failed.length, list.links.length + list.junk.length);
      const after = applyChanges(text, changes);
      assert.deepEqual(
        links(after),
        list.links.map((each) => convert(each, form).text ?? each.text),
      );
      assert.deepEqual(convertLines(parseList(after, table), form).changes, []);
    }),
    { numRuns: 300 },
  );
});

test('100 000 lines', () => {
  const lines = bandLinks(range(0, 99_999)).reverse();
  const text = `${lines.map((line) => ` ${line}`).join('\n')}\n`;
  assert.equal(sort(`${lines.join('\n')}\n`), `${[...lines].reverse().join('\n')}\n`);
  assert.equal(format(text), `${lines.join('\n')}\n`);
  assert.equal(copiesOf(parseList(text + text, table)).length, 100_000);
  assert.equal(convertLines(parseList(text, table), 'https').changes.length, 100_000);
});
