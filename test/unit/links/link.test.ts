/** What one line tells. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseLine, parseLink } from '../../../src/core/links/link';
import { juelich, link, sara, table } from './lists';

test('srm with and without port', () => {
  const found = link(`${sara}/d/L229507_SB100_uv.dppp.MS_3d78b8f1.tar`);
  assert.equal(found.form, 'srm');
  assert.equal(found.host, 'srm.grid.sara.nl');
  assert.equal(found.port, 8443);
  assert.equal(found.path, '/pnfs/grid.sara.nl/d/L229507_SB100_uv.dppp.MS_3d78b8f1.tar');
  assert.equal(found.file, 'L229507_SB100_uv.dppp.MS_3d78b8f1.tar');
  assert.equal(found.site?.id, 'sara');
  assert.equal(found.observation, 'L229507');
  assert.equal(found.series, 'L229507_SB');
  assert.deepEqual(found.band, { kind: 'SB', number: 100, digits: '100' });
  assert.equal(link('srm://srm.grid.sara.nl/pnfs/x').port, undefined);
});

test('forms', () => {
  const forms: [string, string, string | undefined, string][] = [
    ['srm://h.grid.sara.nl:8443/srm/managerv2?SFN=/pnfs/grid.sara.nl/a', 'gfal', 'sara', '/pnfs/grid.sara.nl/a'],
    ['gsiftp://door02.lofar.psnc.pl:2811/lofar/a', 'gsiftp', 'poznan', '/lofar/a'],
    ['https://webdav.grid.surfsara.nl:2880/pnfs/grid.sara.nl/a?authz=x/y', 'https', 'sara', '/pnfs/grid.sara.nl/a'],
    ['davs://webdav.grid.surfsara.nl/pnfs/a', 'https', 'sara', '/pnfs/a'],
    ['root://user@xrootd.grid.surfsara.nl:1094//pnfs/a', 'other', 'sara', '//pnfs/a'],
    ['xroot://dcache.fz-juelich.de//pnfs/a', 'other', 'juelich', '//pnfs/a'],
    ['dcap://dcap.fz-juelich.de:22125/pnfs/a', 'other', 'juelich', '/pnfs/a'],
    ['/pnfs/grid.sara.nl/a', 'path', 'sara', '/pnfs/grid.sara.nl/a'],
    ['//pnfs/fz-juelich.de/a', 'path', 'juelich', '//pnfs/fz-juelich.de/a'],
    ['/lofar/ops/a', 'path', 'poznan', '/lofar/ops/a'],
    ['//lofar/ops/a', 'path', 'poznan', '//lofar/ops/a'],
    ['SRM://SRM.grid.SARA.nl:8443/pnfs/a', 'srm', 'sara', '/pnfs/a'],
    ['srm://example.org/pnfs/grid.sara.nl/a', 'srm', undefined, '/pnfs/grid.sara.nl/a'],
    ['srm://[fe80::1]:8443/a', 'srm', undefined, '/a'],
  ];
  for (const [text, form, site, path] of forms) {
    const found = link(text);
    assert.deepEqual([found.form, found.site?.id, found.path], [form, site, path], text);
    assert.equal(found.text, text);
  }
});

test('a download address stands for the link in it, plain or encoded', () => {
  const inside = `${juelich}/d/L7_SB012_uv.tar`;
  for (const nested of [inside, encodeURIComponent(inside), `${encodeURIComponent(inside)}&x=1`]) {
    const found = link(`https://lofar-download.grid.sara.nl/lofigrid/SRMFifoGet.py?surl=${nested}`);
    assert.equal(found.form, 'https');
    assert.equal(found.host, 'lofar-download.grid.sara.nl');
    assert.equal(found.site?.id, 'juelich');
    assert.equal(found.path, '/pnfs/fz-juelich.de/d/L7_SB012_uv.tar');
    assert.equal(found.nested?.text, inside);
    assert.deepEqual([found.observation, found.band?.digits, found.file], ['L7', '012', 'L7_SB012_uv.tar']);
  }
  assert.equal(link('https://lofar-download.grid.sara.nl/get?surl=%E0%A4%A').nested, undefined);
  assert.equal(link('https://lofar-download.grid.sara.nl/get?surl=').nested, undefined);
  assert.equal(link(`https://x/?surl=https://y/?surl=${inside}`).nested, undefined);
  assert.equal(link('https://x/?surl='.repeat(100_000)).nested, undefined);
});

test('observation: file name first, then a folder of exactly that name', () => {
  const cases: [string, string | undefined][] = [
    ['/pnfs/grid.sara.nl/data/L1/L229507_SB000_uv.tar', 'L229507'],
    ['/pnfs/grid.sara.nl/data/L640667//GSM_CAL_x_ABN_314.tar.gz', 'L640667'],
    ['/pnfs/grid.sara.nl/LOFAR/CAL2_x.tar', undefined],
    ['/pnfs/grid.sara.nl/CAL2/CAL2_L77_x.tar', 'L77'],
    ['/pnfs/grid.sara.nl/L12/L34/a.tar', 'L34'],
    ['/pnfs/grid.sara.nl/L12x/a.tar', undefined],
    ['/pnfs/grid.sara.nl/229507/a.tar', undefined],
    ['/pnfs/grid.sara.nl/d/L229507', 'L229507'],
    ['/pnfs/grid.sara.nl/d/x_SB001_L5.tar', 'L5'],
    ['/pnfs/grid.sara.nl/L9/', 'L9'],
  ];
  for (const [path, observation] of cases) assert.equal(link(path).observation, observation, path);
});

test('band and series: from the file name only', () => {
  const cases: [string, string | undefined, string | undefined][] = [
    ['instruments_L339802_SB299.tar', 'instruments_L339802_SB', '299'],
    ['GSM_CAL_L640667_ABN_314.tar.gz', 'GSM_CAL_L640667_ABN_', '314'],
    ['L1_SAP000_SB07_uv', 'L1_SAP000_SB', '07'],
    ['L1_SBx_SB3', 'L1_SBx_SB', '3'],
    ['SB1', 'SB', '1'],
    ['ABN_4', 'ABN_', '4'],
    ['BN_4', undefined, undefined],
    ['L1_SB', undefined, undefined],
    ['L1_SB1234567890123456', undefined, undefined],
  ];
  for (const [file, series, digits] of cases) {
    const found = link(`${sara}/SB111_/${file}`);
    assert.deepEqual([found.series, found.band?.digits], [series, digits], file);
  }
});

test('blanks of every kind around a link, and further columns', () => {
  const text = `${sara}/d/a.tar`;
  for (const [before, after] of [
    ['', ' '],
    ['\t', '\t'],
    ['\uFEFF', ''],
    ['\u00a0', '\u2003'],
    ['  \t', ' \t \u3000'],
  ] as const) {
    const found = link(before + text + after);
    assert.equal(found.text, text);
    assert.equal(found.start, before.length);
    assert.equal(found.second, undefined);
  }
  assert.equal(link(`${text} file:///x.tar `).second, 'file:///x.tar');
  assert.equal(link(`${text}\tearfer  two`).second, 'earfer  two');
});

test('what is not a link', () => {
  for (const text of [
    '',
    '  ',
    '# srm://x/y',
    'nonsense',
    '/data/x',
    'file:///x',
    'ftp://x/y',
    'srm:/x',
    '/',
    '\u0000',
    'a'.repeat(100_000),
  ]) {
    assert.equal(parseLink(text, table), undefined, text.slice(0, 20));
  }
});

test('offsets count in the document', () => {
  const line = `  ${sara}/d/L1_SB002_ x`;
  const text = `first\n${line}\n`;
  const found = parseLine(text, 6, 6 + line.length, table, 1);
  assert.ok(found);
  assert.equal(text.slice(found.start, found.end), found.text);
  assert.deepEqual([found.line, found.lineStart, found.lineEnd], [1, 6, 6 + line.length]);
  assert.equal(found.file, 'L1_SB002_');
});

test('no text at all makes it throw, and a link is always a part of its line', () => {
  const pieces = fc.constantFrom(
    ...[
      'srm://',
      'gsiftp',
      '://',
      ':',
      '@',
      '[',
      ']',
      '/',
      '//',
      '?',
      'SFN=',
      'surl=',
      '%',
      '%3A',
      '#',
      'L1',
      'SB',
      '01',
      'ABN_',
      ' ',
      '\t',
      '\u0000',
      'ü',
      '😀',
      '\ud800',
      'pnfs',
      'lofar',
    ],
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 14 }), (parts) => {
      const text = parts.join('').replace(/[\r\n]/g, '');
      const found = parseLink(text, table);
      if (found === undefined) return;
      assert.equal(text.slice(found.start, found.end), found.text);
      assert.ok(!/\s/.test(found.text));
      assert.ok(found.path.endsWith(found.file));
      void [found.band, found.head, found.nested?.path];
    }),
    { numRuns: 2000 },
  );
});
