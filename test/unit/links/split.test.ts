/** Subbands and slices: GRID_LRT's vectors, and what its code did wrong at the edges. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GridError } from '../../../src/core/errors';
import { parseList } from '../../../src/core/links/list';
import { byObservation, bySite, bySubband, slices, splitList, type SplitBy } from '../../../src/core/links/split';
import { anyLine, bandLinks, juelich, pad, range, sara, table } from './lists';

function keys(numbers: readonly number[], width = 3): Map<string, number> {
  return new Map(numbers.map((number) => [pad(number, width), number]));
}

/** "100:10 110:10" */
function sizes(bands: ReadonlyMap<string, unknown>, size?: number): string {
  return slices(bands, size)
    .slices.map((slice) => `${slice.name}:${slice.bands.length}`)
    .join(' ');
}

function links(lines: readonly string[]): ReturnType<typeof parseList>['links'] {
  return parseList(lines.join('\n'), table).links;
}

test('slices: the vectors', () => {
  const fifty = keys(range(100, 150));
  assert.equal(sizes(fifty), '100:10 110:10 120:10 130:10 140:10 150:1');
  assert.equal(slices(fifty, 1).slices.length, 51);
  assert.equal(sizes(fifty, 50), '100:50 150:1');
  const abn = slices(keys(range(104, 344, 10)), 25).slices;
  assert.deepEqual(
    abn.map((slice) => slice.bands.length),
    [3, 2, 3, 2, 3, 2, 3, 2, 3, 2],
  );
  assert.equal(sizes(keys(range(0, 319)), 100), '000:100 100:100 200:100 300:20');
  assert.equal(sizes(keys(range(0, 24).filter((band) => band !== 9))), '000:9 010:10 020:5');
  assert.equal(sizes(keys([...range(3, 7), ...range(30, 33)])), '003:5 023:3 033:1');
});

test('slices: the edges', () => {
  assert.deepEqual(slices(new Map()), { slices: [], leftovers: [] });
  assert.equal(sizes(keys([0, 1, 2, 10, 11], 1), 10), '000:3 010:2');
  assert.equal(sizes(keys([7, 8], 2), 1), '007:1 008:1');
  assert.deepEqual(slices(keys([1000, 998, 999]), 2).slices, [
    { name: '998', bands: ['998', '999'], values: [998, 999] },
    { name: '1000', bands: ['1000'], values: [1000] },
  ]);
  assert.equal(sizes(keys([1, 12], 4), 10), '0001:1 0011:1');
  assert.deepEqual(
    slices(
      new Map([
        ['1', 'a'],
        ['001', 'b'],
        ['x', 'c'],
        ['', 'd'],
        ['-1', 'e'],
        ['1.5', 'f'],
        ['9'.repeat(30), 'g'],
      ]),
      1,
    ),
    {
      slices: [{ name: '001', bands: ['1', '001'], values: ['a', 'b'] }],
      leftovers: ['x', '', '-1', '1.5', '9'.repeat(30)],
    },
  );
  assert.equal(sizes(keys([0, 99_999_999]), 1), '000:1 99999999:1');
});

test('slices: a size that is no size is refused', () => {
  for (const size of [0, -1, 1.5, NaN, Infinity]) {
    assert.throws(
      () => slices(keys([1]), size),
      (error) => error instanceof GridError && error.kind === 'rejected',
    );
    assert.throws(() => splitList(parseList('', table), 'slice', size), GridError);
  }
});

test('slices: every band once, in order, at its own place', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(5000)), fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 5 }), (numbers, size, width) => {
      const result = slices(keys(numbers, width), size);
      assert.deepEqual(result.leftovers, []);
      assert.deepEqual(
        result.slices.flatMap((slice) => slice.values),
        [...numbers].sort((a, b) => a - b),
      );
      const first = Math.min(...numbers);
      for (const { name, values } of result.slices) {
        assert.equal((Number(name) - first) % size, 0);
        for (const value of values) assert.ok(value >= Number(name) && value < Number(name) + size);
      }
    }),
  );
});

test('subbands: 25 ABN and 320 instrument files, with regular expressions around the band', () => {
  const abn = links(
    range(104, 344, 10).map((band) => `gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/L640667//GSM_CAL_L640667_ABN_${band}.tar.gz`),
  );
  assert.equal(bySubband(abn, { prefix: 'ABN_', suffix: '\\.' }).groups.size, 25);
  assert.equal(bySubband(abn).unmatched.length, 25);
  const tars = links(range(0, 319).map((band) => `${sara}/instruments_L339802_SB${pad(band)}.tar`));
  const { groups } = bySubband(tars, { suffix: '\\.' });
  assert.equal(sizes(groups, 100), '000:100 100:100 200:100 300:20');
  assert.equal(bySubband(links(bandLinks([7])), { prefix: '(S|T)B', suffix: '(_|x)' }).groups.has('007'), true);
});

test('subbands: the file name comes before a folder, and a folder before nothing', () => {
  const found = bySubband(links([`${sara}/SB999_old/L1_SB001_uv.tar`, `${sara}/SB999_old/notes.tar`, `${sara}/d/notes.tar`]));
  assert.deepEqual([...found.groups.keys()], ['001', '999']);
  assert.deepEqual(
    found.unmatched.map((link) => link.file),
    ['notes.tar'],
  );
});

test('subbands: every link is kept, conflicts are told, order is that of the list', () => {
  const lines = [...bandLinks([5, 3]), ...bandLinks([5], 'L2')];
  const { groups, conflicts } = bySubband(links(lines));
  assert.deepEqual(
    Array.from(groups, ([band, same]) => [band, same.length]),
    [
      ['005', 2],
      ['003', 1],
    ],
  );
  assert.deepEqual(
    conflicts.map(({ band, links: same }) => [band, ...same.map((link) => link.text)]),
    [['005', lines[0], lines[2]]],
  );
});

test('subbands: what is no regular expression is refused with both texts', () => {
  for (const options of [{ prefix: '(' }, { suffix: '[' }, { prefix: '(', suffix: ')' }, { prefix: '(?<band>x)' }, { suffix: '\\' }]) {
    assert.throws(
      () => bySubband([], options),
      (error) => error instanceof GridError && error.kind === 'rejected' && error.message.includes(`“${options.prefix ?? 'SB'}”`),
    );
  }
});

test('observations and sites, in order of first appearance', () => {
  const list = links([...bandLinks([1], 'L2', `${juelich}/d`), ...bandLinks([1, 2]), 'srm://example.org/x', ...bandLinks([3], 'L2')]);
  assert.deepEqual(
    Array.from(byObservation(list), ([name, same]) => [name, same.length]),
    [
      ['L2', 2],
      ['L229507', 2],
      ['unknown', 1],
    ],
  );
  assert.deepEqual(
    Array.from(bySite(list), ([name, same]) => [name, same.length]),
    [
      ['juelich', 1],
      ['sara', 3],
      ['unknown', 1],
    ],
  );
});

test('a list is split with its columns; slices come in numerical order', () => {
  const [a = '', b = '', c = ''] = bandLinks([12, 0, 3]);
  const list = parseList(`\uFEFF${a} file:///a.tar\r\n${b}\r\n# remark\r\nearfer\r\n${sara}/notes.txt\r\n${c} `, table);
  assert.deepEqual(splitList(list, 'slice', 10), [
    { name: '000', lines: [b, `${c} `] },
    { name: '010', lines: [`${a} file:///a.tar`] },
    { name: 'unknown', lines: ['earfer', `${sara}/notes.txt`] },
  ]);
  assert.deepEqual(
    splitList(list, 'site').map(({ name, lines }) => [name, lines.length]),
    [
      ['sara', 4],
      ['unknown', 1],
    ],
  );
  assert.deepEqual(splitList(parseList('', table), 'observation'), []);
});

test('splitting loses nothing and keeps the order', () => {
  fc.assert(
    fc.property(
      fc.array(anyLine),
      fc.constantFrom<SplitBy>('observation', 'site', 'slice'),
      fc.integer({ min: 1, max: 20 }),
      (lines, by, size) => {
        const list = parseList(lines.join('\n'), table);
        const parts = splitList(list, by, size);
        assert.equal(new Set(parts.map(({ name }) => name)).size, parts.length);
        const kept = lines
          .map((line) => line.replace(/^\uFEFF/, ''))
          .filter((line, index) => parseList(lines[index] ?? '', table).links.length + parseList(line, table).junk.length > 0);
        assert.deepEqual(parts.flatMap((part) => part.lines).sort(), [...kept].sort());
        for (const part of parts) {
          const left = [...kept];
          for (const line of part.lines) {
            const at = left.indexOf(line);
            assert.notEqual(at, -1, 'lines of a part stand in the order of the list');
            left.splice(0, at + 1);
          }
          assert.ok(part.lines.length > 0);
        }
      },
    ),
  );
});

test('a band of 99 999 999 and 200 000 links', () => {
  const list = parseList([...bandLinks(range(0, 199_998)), `${sara}/L1_SB99999999_x`].join('\n'), table);
  const parts = splitList(list, 'slice', 1000);
  assert.equal(parts.length, 201);
  assert.equal(parts.at(-1)?.name, '99999000');
});
