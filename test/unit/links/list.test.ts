/** Whole lists, good ones and damaged ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseLink } from '../../../src/core/links/link';
import { eachLine } from '../../../src/core/links/line';
import { facts, parseList, wholeLine } from '../../../src/core/links/list';
import { bandRange, missingBands, summarise } from '../../../src/core/links/series';
import { anyLine, bandLinks, juelich, poznan, range, sara, table } from './lists';

function texts(text: string): string[] {
  return parseList(text, table).links.map((found) => found.text);
}

function linesOf(text: string): string[] {
  const lines: string[] = [];
  eachLine(text, (start, end) => {
    lines.push(text.slice(start, end));
  });
  return lines;
}

test('lines end like in the editor', () => {
  assert.deepEqual(linesOf(''), ['']);
  assert.deepEqual(linesOf('a'), ['a']);
  assert.deepEqual(linesOf('a\n'), ['a', '']);
  assert.deepEqual(linesOf('a\r\nb\rc\nd\n\r'), ['a', 'b', 'c', 'd', '', '']);
  assert.deepEqual(linesOf('\r\r\n\n'), ['', '', '', '']);
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\r', '\n', 'ü')), (parts) =>
      assert.deepEqual(linesOf(parts.join('')), parts.join('').split(/\r\n|\r|\n/)),
    ),
  );
});

test('every line ending, byte order mark and no final newline give the same links', () => {
  const links = bandLinks(range(0, 4));
  for (const end of ['\n', '\r\n', '\r', ' \r\n', '\t\n']) {
    assert.deepEqual(texts(links.join(end)), links);
    assert.deepEqual(texts(`\uFEFF${links.join(end)}${end}${end}`), links);
  }
});

test('two columns, trailing blanks, //pnfs, junk, remarks', () => {
  const [a = '', b = ''] = bandLinks([1, 2]);
  const list = parseList(`${a} file:///x.tar\r\n${b} \r\n# remark\r\n \r\nearfer\r\nsrm://h:8443//pnfs/x junk`, table);
  assert.deepEqual(
    list.links.map((found) => [found.text, found.second, found.line]),
    [
      [a, 'file:///x.tar', 0],
      [b, undefined, 1],
      ['srm://h:8443//pnfs/x', 'junk', 5],
    ],
  );
  assert.deepEqual(list.junk, [{ line: 4, text: 'earfer' }]);
  assert.equal(list.lines, 6);
  assert.equal(wholeLine(list, list.links[0] as never), `${a} file:///x.tar`);
});

test('empty, NUL bytes, a very long line', () => {
  assert.deepEqual(texts(''), []);
  assert.deepEqual(texts('\u0000\u0000\n\u0000'), []);
  const long = `${sara}/${'d'.repeat(2_000_000)}/L1_SB001_`;
  assert.deepEqual(texts(`x${'y'.repeat(1_000_000)}\n${long}\n`), [long]);
});

test('200 000 lines', () => {
  const links = bandLinks(range(0, 199_999));
  const list = parseList(`${links.join('\n')}\n`, table);
  assert.equal(list.links.length, 200_000);
  assert.equal(facts(list).observations[0]?.series[0]?.bands.missing, 0);
});

test('a line read after others is read as by itself', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 12 }), (lines) => {
      const text = lines.join('\n');
      const list = parseList(text, table);
      const alone = lines.flatMap((line) => parseLink(line, table) ?? []);
      const picture = (found: (typeof alone)[number]): unknown[] => [
        ...[found.text, found.scheme, found.form, found.host, found.port, found.path, found.file, found.site?.id],
        ...[found.observation, found.series, found.number, found.band, found.second, found.nested?.text, found.head],
      ];
      assert.deepEqual(list.links.map(picture), alone.map(picture));
      for (const found of list.links) assert.equal(text.slice(found.start, found.end), found.text);
    }),
    { numRuns: 500 },
  );
});

test('facts: sites, observations, ranges and gaps', () => {
  const text = [...bandLinks(range(100, 150)), ...bandLinks([0, 1, 3], 'L5', `${juelich}/d`), `${poznan}/notes.txt`, 'srm://h/x'].join(
    '\n',
  );
  const found = facts(parseList(text, table));
  assert.equal(found.total, 56);
  assert.deepEqual(
    found.sites.map(({ site, links }) => [site?.name, links]),
    [
      ['SARA', 51],
      ['Jülich', 3],
      ['Poznań', 1],
      [undefined, 1],
    ],
  );
  assert.deepEqual(
    found.observations.map(({ id, links, series }) => [
      id,
      links,
      ...series.map(({ name, bands }) => `${name}: ${bandRange(bands)}, ${missingBands(bands)}`),
    ]),
    [
      ['L229507', 51, 'L229507_SB: SB100–150, none missing'],
      ['L5', 3, 'L5_SB: SB000–003, SB002 missing'],
      [undefined, 2],
    ],
  );
});

test('the gap of a real list: SB244–487 without SB299', () => {
  const bands = range(244, 487).filter((band) => band !== 299);
  const series = facts(parseList(bands.map((band) => `${sara}/instruments_L339802_SB${band}.tar`).join('\n'), table)).observations[0]
    ?.series[0];
  assert.ok(series);
  assert.equal(`${bandRange(series.bands)}, ${missingBands(series.bands)}`, 'SB244–487, SB299 missing');
});

test('ABN step is the common divisor; missing ones named up to five, then counted', () => {
  assert.deepEqual(summarise('ABN', new Set(range(104, 344, 10)), 3), {
    kind: 'ABN',
    count: 25,
    first: 104,
    last: 344,
    width: 3,
    step: 10,
    missing: 0,
    named: [],
  });
  assert.equal(missingBands(summarise('ABN', new Set([4, 14, 34]), 1)), 'ABN_24 missing');
  assert.equal(missingBands(summarise('SB', new Set([0, 6]), 3)), 'SB001, SB002, SB003, SB004, SB005 missing');
  assert.equal(missingBands(summarise('SB', new Set([0, 7]), 3)), '6 missing');
  assert.equal(missingBands(summarise('SB', new Set([0, 12_346]), 3)), '12\u2009345 missing');
  assert.equal(bandRange(summarise('SB', new Set([7]), 3)), 'SB007');
  assert.equal(bandRange(summarise('SB', new Set([8, 9, 10]), 1)), 'SB8–10');
  assert.equal(bandRange(summarise('ABN', new Set([104, 344]), 3)), 'ABN_104–344');
});

test('a mistyped band does not loop', () => {
  const range = summarise('SB', new Set([0, 1, 999_999_999_999_999]), 3, 1000);
  assert.equal(range.missing, 999_999_999_999_997);
  assert.deepEqual(range.named, []);
});
