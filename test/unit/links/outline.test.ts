/** What the editor shows of a list beside its problems: facts, folds, outline, beginnings of links. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LinkDocument } from '../../../src/core/links/document';
import { facts, parseList } from '../../../src/core/links/list';
import { openings } from '../../../src/core/links/opening';
import { foldsOf, outlineOf, type Entry } from '../../../src/core/links/outline';
import { parseLink } from '../../../src/core/links/link';
import { nameAtMost } from '../../../src/core/links/series';
import { sites } from '../../../src/core/links/site';
import { anyLine, bandLinks, juelich, range, sara, table } from './lists';

const open = (...lines: string[]) => new LinkDocument(lines.join('\n'), table);

/** Facts as a document knows them: of missing bands only a few are listed. */
function factsOf(text: string): unknown {
  const { total, sites: bySite, observations } = facts(parseList(text, table));
  const short = observations.map((each) => ({
    ...each,
    series: each.series.map((series) => ({
      ...series,
      bands: { ...series.bands, named: series.bands.missing > nameAtMost ? [] : series.bands.named },
    })),
  }));
  return { total, sites: bySite, observations: short };
}

test('facts of a document that is edited are those of the list it has become', () => {
  const series = fc
    .record({ folder: fc.constantFrom('L1', 'L2', 'd'), band: fc.nat(9), width: fc.constantFrom(1, 3) })
    .map(({ folder, band, width }) => `${sara}/${folder}/x_SB${String(band).padStart(width, '0')}_a.tar`);
  const line = fc.oneof({ weight: 2, arbitrary: anyLine }, { weight: 1, arbitrary: series });
  const edit = fc.record({ start: fc.nat(30), removed: fc.nat(6), added: fc.array(line, { maxLength: 4 }) });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 25 }), fc.array(edit, { maxLength: 8 }), (lines, edits) => {
      const document = open(...lines);
      assert.deepEqual(document.facts(), factsOf(lines.join('\n')));
      for (const { start, removed, added } of edits) {
        document.replaceLines(start, start + removed, added);
        lines.splice(start, removed, ...added);
        if (lines.length === 0) lines.push('');
        assert.deepEqual(document.facts(), factsOf(lines.join('\n')));
      }
    }),
    { numRuns: 300 },
  );
});

test('the bands that are missing, by name; none when there are too many to name', () => {
  const document = open('# list', ...bandLinks(range(0, 30).filter((band) => band % 3 !== 1)));
  assert.deepEqual(document.missing(1).slice(0, 2), ['SB001', 'SB004']);
  assert.equal(document.missing(1).length, 10);
  assert.deepEqual(document.missing(0), []);
  assert.deepEqual(open(...bandLinks([0, 1, 99_999_999])).missing(0), []);
});

test('folds: links of one observation at one site that stand together, and blocks of remarks', () => {
  const document = open(
    '# a',
    ' # b',
    ...bandLinks([0, 1]),
    '',
    '# in between',
    ...bandLinks([2]),
    ...bandLinks([3, 4], 'L229507', `${juelich}/d`),
    ...bandLinks([0], 'L5'),
    '# c',
    '# d',
    '# e',
  );
  assert.deepEqual(foldsOf(document.rows), {
    links: [
      { key: 'L229507 sara', first: 2, last: 6, links: 3 },
      { key: 'L229507 juelich', first: 7, last: 8, links: 2 },
    ],
    remarks: [
      { first: 0, last: 1 },
      { first: 10, last: 12 },
    ],
  });
  assert.deepEqual(foldsOf(open('').rows), { links: [], remarks: [] });
});

test('outline: observations, and their series where there are several', () => {
  const [one, two] = ['L1_SAP000', 'L1_SAP001'].map((name) => range(0, 2).map((band) => `${sara}/${name}_SB00${band}_a.tar`));
  const document = open('# head', ...(one ?? []), ...(two ?? []), ...bandLinks([0, 1], 'L2'), `${sara}/n.txt`, ...bandLinks([2], 'L2'));
  const entry = (name: string | undefined, first: number, last: number, children: Entry[] = []): Entry => ({
    name,
    range: { first, last },
    children,
  });
  assert.deepEqual(outlineOf(document.rows), [
    entry('L1', 1, 6, [entry('L1_SAP000_SB', 1, 3), entry('L1_SAP001_SB', 4, 6)]),
    entry('L2', 7, 8),
    entry(undefined, 9, 9),
  ]);
});

test('outline: never two entries of one name, entries lie side by side, children inside; folds nest', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 40 }), (lines) => {
      const { rows } = open(...lines);
      const check = (entries: readonly Entry[], first: number, last: number): void => {
        assert.equal(new Set(entries.map(({ name }) => name)).size, entries.length);
        let from = first;
        for (const each of entries) {
          assert.ok(each.range.first >= from && each.range.last >= each.range.first && each.range.last <= last);
          from = each.range.last + 1;
          check(each.children, each.range.first, each.range.last);
        }
      };
      check(outlineOf(rows), 0, rows.length - 1);
      const { links, remarks } = foldsOf(rows);
      for (const remark of remarks)
        assert.ok(
          links.every(({ first, last }) => remark.last < first || remark.first > last || (remark.first > first && remark.last < last)),
        );
    }),
    { numRuns: 300 },
  );
});

test('openings: each door and root of each site, those of the setting too, and each is the beginning of a link of its site', () => {
  const { table: own } = sites({
    lyon: { name: 'Lyon', hosts: ['in2p3.fr'], srm: 'ccsrm.in2p3.fr:8446', roots: ['/pnfs/in2p3.fr', '/lyon'] },
    bare: { hosts: ['bare.example'], gsiftp: 'bare.example' },
  });
  const found = openings(own);
  for (const { text, site, door } of found) {
    assert.equal(parseLink(`${text}a/L1_SB000.tar`, own)?.site?.id, site.id, text);
    assert.ok(door === undefined || text.startsWith(door));
  }
  const texts = found.map(({ text }) => text);
  for (const text of [
    'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/',
    'gsiftp://gridftp.lofar.psnc.pl:2811/lofar/',
    'https://lofar-download.fz-juelich.de/webserver-lofar/SRMFifoGet.py?surl=srm://lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de/',
    '/lofar/',
    'srm://ccsrm.in2p3.fr:8446/lyon/',
    'gsiftp://bare.example:2811/',
  ])
    assert.ok(texts.includes(text), text);
  assert.equal(new Set(texts).size, texts.length);
});
