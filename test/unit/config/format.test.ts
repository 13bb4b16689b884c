/** Tidying never changes what a step says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { apply } from '../../../src/core/config/edit/fix';
import { formatEdits } from '../../../src/core/config/edit/format';
import { parseConfig } from '../../../src/core/config/syntax';
import { toData } from '../../../src/core/config/tree';
import { step } from './place';

const formatted = (text: string) => apply(text, formatEdits(text));

test('blanks at line ends, tabs as separators, and the end of the file', () => {
  assert.equal(formatted('a: 1  \nb:\t2\nc: 3\t# note \n\n  \n'), 'a: 1\nb: 2\nc: 3 # note\n');
  assert.equal(formatted('a: 1'), 'a: 1\n');
  assert.equal(formatted('a: 1\r\nb:\t\t"x"  \r\n\r\n'), 'a: 1\r\nb: "x"\r\n');
  assert.equal(formatted('a : \t 1\n'), 'a : 1\n');
  assert.equal(formatted('# only \n'), '# only\n');
  assert.equal(formatted(''), '');
  assert.equal(formatted(' \n'), ' \n');
});

test('texts over several lines, quotes and broken files are not touched', () => {
  for (const text of [
    'a: |\n  x  \n  y\t# z\n\n\n',
    'a: |+\n  x\n\n\nb: 1\n',
    'a: "x  \n  y"\n',
    "a: 'x\t# y'\n",
    'a: "b:\tc"\n',
    'a: x  \n  y\n',
    'a: [1  \n',
    'a: 1\n---\nb:\t2  \n',
    '? [a]\n: 1  \n',
    'a: x\u00a0\n',
  ]) {
    assert.equal(formatted(text), text, JSON.stringify(text));
  }
  // The header of a block is no part of its text.
  assert.equal(formatted('a:\t|  \n  x  \nb: 1 \n'), 'a: |\n  x  \nb: 1\n');
});

test('only within a range', () => {
  const text = 'a: 1  \nb: 2  \nc: 3  \n\n';
  assert.equal(apply(text, formatEdits(text, { start: 7, end: 14 })), 'a: 1  \nb: 2\nc: 3  \n\n');
});

test('the sample is tidied once and for all', async () => {
  const { text } = await step('imaging.cfg');
  const tidy = formatted(text);
  assert.ok(!/[ \t]\n|\t|\n\n$/.test(tidy));
  assert.deepEqual(formatEdits(tidy), []);
});

const word = fc.constantFrom(
  'x',
  '000',
  '"q  "',
  "'a\t#b'",
  '$V',
  '~',
  '[1,\t2]',
  '{k:\tv}',
  '',
  '|\n      t  \n      u\t# v\n',
  '>-\n      t \n\n',
  '"a  \n      b"',
  '*n',
  'p  \n      q',
);
const gap = fc.constantFrom(' ', '\t', ' \t ', '  ');
const tail = fc.constantFrom('', ' ', '\t', ' # note ', '\t# note\t', '\t \t#x');
const line = fc
  .tuple(fc.constantFrom('', '  ', '    '), fc.constantFrom('a', 'b', '"c"', '- d', '-', '# e'), gap, word, tail)
  .map(([indent, key, blank, value, end]) =>
    key === '# e' ? `${indent}# e${end}` : `${indent}${key}${key === '-' ? '' : ':'}${blank}${value}${end}`,
  );
const documents = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.constantFrom('', '\n', '\n\n \n', '\t'))
  .map(([lines, newline, end]) => (lines.join('\n') + end).replaceAll('\n', newline));

test('never changes data or comments, and a second time changes nothing', () => {
  let read = 0;
  fc.assert(
    fc.property(documents, (text) => {
      const tidy = formatted(text);
      const before = parseConfig(text, 'yaml');
      const after = parseConfig(tidy, 'yaml');
      assert.deepEqual(toData(after.root), toData(before.root));
      assert.equal(after.faults.length, before.faults.length);
      if (before.faults.length === 0) read++;
      assert.equal(tidy.split('#').length, text.split('#').length);
      assert.equal(formatted(tidy), tidy);
    }),
    { numRuns: 5000 },
  );
  assert.ok(read > 500, `${read} documents could be read`);
});
