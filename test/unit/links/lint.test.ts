/** Each rule by itself, and lists as a whole against a slow and obvious reading of the rules. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lint } from '../../../src/core/links/lint';
import { type Link } from '../../../src/core/links/link';
import { parseList } from '../../../src/core/links/list';
import { sites } from '../../../src/core/links/site';
import { countCodes, seededList } from '../../bench/seeded';
import { anyLine, bandLinks, codes, juelich, only, poznan, problems, range, sara, table } from './lists';

const good = bandLinks(range(0, 5));
const door = 'https://lofar-download.grid.sara.nl/lofigrid/SRMFifoGet.py?surl=';

test('good lists have no problems', () => {
  assert.deepEqual(codes(), []);
  assert.deepEqual(codes(...good, ''), []);
  assert.deepEqual(codes('\uFEFF# links', ...good.map((link) => `${link} file:///x.tar\r`), ' \r', ''), []);
  assert.deepEqual(codes('/pnfs/grid.sara.nl/d/a.tar', '/pnfs/grid.sara.nl/d/b.tar'), []);
  assert.deepEqual(codes(`${sara}/a.tar # later`, `${sara}/b.tar file:///b.tar # later`), []);
  for (const text of [
    'srm://srm.grid.sara.nl/pnfs/grid.sara.nl/a',
    'srm://srm.grid.sara.nl:8443/srm/managerv2?SFN=/pnfs/grid.sara.nl/a',
    'davs://webdav.grid.surfsara.nl:2880/pnfs/grid.sara.nl/a',
    'root://xrootd.grid.surfsara.nl:1094//pnfs/grid.sara.nl/a',
    `https://lofar-download.grid.sara.nl/lofigrid/SRMFifoGet.py?surl=${sara}/a`,
    `https://lofar-download.fz-juelich.de/x?surl=${encodeURIComponent(`${juelich}/a`)}`,
  ]) {
    assert.deepEqual(problems(text), [], text);
  }
});

test('not-a-link', () => {
  for (const text of ['earfer', '/data/x.tar', 'ftp://h/x', 'srm:/x', '\u0000']) {
    const found = only(text, ...good);
    assert.deepEqual(
      [found.code, found.severity, found.at, found.data],
      ['not-a-link', 'error', text, { removeLine: true, certainty: 'choice' }],
    );
  }
  const late = only(`  file:///x.tar  ${good[0]} `, ...good.slice(1));
  assert.equal(late.code, 'not-a-link');
  assert.match(late.message, /Put the link first/);
  assert.equal(late.at, `file:///x.tar  ${good[0]}`);
  assert.equal(late.mended, `  ${good[0]} file:///x.tar `);
  assert.equal(only(`wget ${door}${good[0]}`).mended, `${door}${good[0]} # wget`);
  assert.equal(only(`L1,${good[0]},12`, ...good.slice(1)).mended, `${good[0]} # L1 12`);
  assert.equal(only(`1 ${good[0]} ${good[1]}`).data, undefined);
});

test('rows of a table: quotes around links, commas behind them', () => {
  for (const [row, mended] of [
    [`"${good[0]}"`, good[0]],
    [`  '${good[0]}',`, `  ${good[0]}`],
    [`<${good[0]}>`, good[0]],
    [`"${good[0]}","file:///x.tar"`, `${good[0]} file:///x.tar`],
    [`"${good[0]}";"12";"SARA"`, `${good[0]} # 12 SARA`],
    [`"${door}${good[0]}"`, `${door}${good[0]}`],
  ] as const) {
    const found = only(row);
    assert.deepEqual([found.code, found.severity, found.data?.certainty, found.mended], ['quoted-link', 'error', 'likely', mended], row);
  }
  assert.equal(only(`"${good[0]}","${good[1]}"`).data, undefined);
  for (const [row, at, mended] of [
    [`${good[0]},`, ',', good[0]],
    [`${good[0]}; file:///x.tar`, '; ', `${good[0]} file:///x.tar`],
    [`${good[0]},12,SARA`, ',12,SARA', `${good[0]} # 12 SARA`],
    [`${good[0]},file:///x.tar`, ',file:///x.tar', `${good[0]} file:///x.tar`],
    [`${door}${good[0]},12`, ',12', `${door}${good[0]} # 12`],
  ] as const) {
    const found = only(row);
    assert.deepEqual([found.code, found.severity, found.at, found.mended], ['comma-in-link', 'warning', at, mended], row);
  }
  assert.equal(only(`${good[0]},12 file:///x.tar`).data, undefined);
  assert.equal(only(`${good[0]},${good[1]}`).data, undefined);
  // The second of two is read by what it has in common with the first.
  assert.deepEqual(codes(`${good[0]},1`, `${good[1]},2`, good[2] ?? ''), ['comma-in-link', 'comma-in-link']);
  assert.deepEqual(codes(...[0, 1].map((band) => `${sara}/a,b/c,L1_SB00${band}_uv.tar`)), ['comma-in-link', 'comma-in-link']);
  assert.deepEqual(codes('https://webdav.grid.surfsara.nl:2880/pnfs/grid.sara.nl/a?tags=x,y', `${sara}/a,b/c.tar`), []);
  const many = only(...good.map((link) => `"${link}"`));
  assert.deepEqual([many.count, many.message.slice(0, 28)], [6, 'Quotes stand around 6 links,']);
});

test('joined-links: lists put together without a line break between them', () => {
  const found = only(`${good[0]}${good[1]}`);
  assert.deepEqual([found.code, found.severity, found.at, found.data], ['joined-links', 'error', good[1], undefined]);
  // What GRID_LRT's stage_all_LTA makes of a gsiftp link.
  assert.equal(only(`gsiftp://gridftp.grid.sara.nl:2811${good[0]}`).at, good[0]);
  assert.equal(only(`${door}${good[0]}${good[1]}`).at, good[1]);
});

test('unknown-host, with the name that is meant when one is near', () => {
  const near = only('srm://srm.grid.sarra.nl:8443/pnfs/grid.sara.nl/a.tar');
  assert.deepEqual([near.code, near.severity, near.at], ['unknown-host', 'error', 'srm.grid.sarra.nl']);
  assert.match(near.message, /Did you mean srm\.grid\.sara\.nl\?/);
  assert.equal(near.mended, 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/a.tar');
  const far = only('gsiftp://storage.example.org:99/a.tar');
  assert.match(far.message, /storage\.example\.org.*grid\.links\.sites/);
  assert.equal(far.data, undefined);
  assert.match(only('/pnfs/example.org/data/a.tar').message, /under \/pnfs\/example\.org\./);
  const inside = only(`https://lofar-download.grid.sara.nl/x?surl=${encodeURIComponent('srm://nowhere.example/a')}`);
  assert.deepEqual([inside.code, inside.start, inside.data], ['unknown-host', 0, undefined]);
  assert.equal(only('https://lofar-download.grid.sara.nl/x?surl=srm://nowhere.example/a').at, 'nowhere.example');
});

test('wrong-port', () => {
  const srm = only(good[0]?.replace('8443', '2811') ?? '');
  assert.deepEqual([srm.code, srm.severity, srm.at, srm.mended], ['wrong-port', 'warning', '2811', good[0]]);
  assert.match(srm.message, /^SARA answers srm at port 8443, not at 2811\./);
  assert.equal(
    only('gsiftp://gridftp.grid.sara.nl:8443/pnfs/grid.sara.nl/a').mended,
    'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/a',
  );
  assert.equal(only('srm://srm.grid.sara.nl:/pnfs/grid.sara.nl/a').mended, 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/a');
  assert.equal(only('srm://srm.grid.sara.nl:x1/pnfs/grid.sara.nl/a').at, 'x1');
  assert.equal(only('srm://srm.grid.sara.nl:8444/srm/managerv2?SFN=/pnfs/grid.sara.nl/a').code, 'wrong-port');
  const { table: own } = sites({ sara: { srm: 'srm.grid.sara.nl:8444' } });
  assert.deepEqual(lint('srm://srm.grid.sara.nl:8444/pnfs/grid.sara.nl/a', own), []);
});

test('double-slash and retired-host', () => {
  const slash = only('srm://lofar-srm.fz-juelich.de:8443//pnfs/fz-juelich.de/L1/a');
  assert.deepEqual([slash.code, slash.severity, slash.at, slash.data?.certainty], ['double-slash', 'warning', '//', 'certain']);
  assert.equal(slash.mended, 'srm://lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de/L1/a');
  assert.equal(only('//lofar/ops/a').mended, '/lofar/ops/a');
  assert.equal(only(`https://lofar-download.fz-juelich.de/x?surl=${juelich.replace('/pnfs', '//pnfs')}/a`).at, '//');
  const retired = only('srm://dcache-lofar.fz-juelich.de:8443/pnfs/fz-juelich.de/a');
  assert.deepEqual([retired.code, retired.severity, retired.mended], ['retired-host', 'hint', `${juelich}/a`]);
  assert.equal(only('gsiftp://door01.lofar.psnc.pl:2811/lofar/a').mended, 'gsiftp://gridftp.lofar.psnc.pl:2811/lofar/a');
});

test('trailing-text and second links', () => {
  const junk = only(`${good[0]} earfer two `);
  assert.deepEqual([junk.code, junk.severity, junk.at], ['trailing-text', 'warning', 'earfer two']);
  const second = only(`${good[0]}\t${good[1]}`);
  assert.deepEqual([second.code, second.severity, second.at], ['trailing-text', 'warning', good[1]]);
});

test('bad-address', () => {
  for (const text of [
    'srm://',
    'srm:///pnfs/grid.sara.nl/a',
    'srm://srm.grid.sara.nl',
    'srm://srm.grid.sara.nl:8443/',
    `${sara}/a\u0000b`,
    'gsiftp://:2811/x',
  ]) {
    assert.deepEqual([only(text).code, only(text).severity], ['bad-address', 'error'], text);
  }
});

test('mixed-observations and mixed-sites: once for each further one, on its first link', () => {
  const found = problems(
    ...bandLinks([1, 2]),
    ...bandLinks([1, 2], 'L5', `${juelich}/d`),
    ...bandLinks([3]),
    `${poznan}/x.tar`,
    ...bandLinks([1], 'L6', `${juelich}/d`),
  );
  assert.deepEqual(
    found.map(({ code, severity, line, related }) => [code, severity, line, related?.line]),
    [
      ['mixed-observations', 'warning', 2, 0],
      ['mixed-sites', 'information', 2, 0],
      ['mixed-sites', 'information', 5, 0],
      ['mixed-observations', 'warning', 6, 0],
    ],
  );
  assert.match(found[0]?.message ?? '', /L229507.*L5/);
  assert.match(found[1]?.message ?? '', /SARA.*Jülich/);
});

test('duplicate-link: each later one, with the first', () => {
  const found = problems('# list', ...good, ` ${good[1]}`, good[1] ?? '');
  assert.deepEqual(
    found.map(({ code, severity, line, related, data }) => [code, severity, line, related?.line, data]),
    [
      ['duplicate-link', 'warning', 7, 2, { removeLine: true, certainty: 'certain' }],
      ['duplicate-link', 'warning', 8, 2, { removeLine: true, certainty: 'certain' }],
    ],
  );
  assert.match(found[0]?.message ?? '', /on line 3\./);
  assert.deepEqual(codes(`${sara}/notes.txt`, `${sara}/notes.txt`, `${sara}/notes2.txt`), ['duplicate-link']);
});

test('duplicate-subband: another link of the same series and band, and no duplicate reported twice', () => {
  const other = `${sara}/elsewhere/L229507_SB001_uv.MS_ffffffff.tar`;
  const found = problems(...good, other, other, good[1] ?? '');
  assert.deepEqual(
    found.map(({ code, line, related }) => [code, line, related?.line]),
    [
      ['duplicate-subband', 6, 1],
      ['duplicate-link', 7, 6],
      ['duplicate-link', 8, 1],
    ],
  );
  assert.match(found[0]?.message ?? '', /^L229507_SB001 is already on line 2/);
  assert.deepEqual(codes(`${sara}/L1_SAP000_SB001_a`, `${sara}/L1_SAP001_SB001_a`), []);
  assert.deepEqual(codes(`${sara}/x_L1_ABN_104.tar`, `${sara}/x_L1_ABN_104.tgz`), ['duplicate-subband']);
});

test('missing-subbands: one for a series, on its first link, from three bands on', () => {
  const found = only(
    ...bandLinks(
      range(244, 487).filter((band) => band !== 299),
      'L339802',
    ),
  );
  assert.deepEqual([found.code, found.severity, found.line], ['missing-subbands', 'information', 0]);
  assert.match(found.message, /^L339802 holds SB244–487, SB299 missing\./);
  assert.match(only(...bandLinks([0, 1, 100])).message, /98 missing/);
  assert.match(only(...bandLinks([0, 1, 99_999_999])).message, /99\u2009999\u2009997 missing/);
  assert.deepEqual(codes(...bandLinks([0, 100])), []);
  assert.deepEqual(codes(...range(104, 344, 10).map((band) => `${sara}/GSM_CAL_L640667_ABN_${band}.tar.gz`)), []);
  assert.match(only(...[104, 114, 134].map((band) => `${sara}/L1_ABN_${band}.tar`)).message, /ABN_124 missing/);
});

test('a gsiftp link in an srm list, three sites, a subband twice, all at once', () => {
  const found = codes(
    ...bandLinks([0, 1]),
    'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/d/L229507_SB001_x.tar',
    `${juelich}/a`,
    `${poznan}/b`,
  );
  assert.deepEqual(found, ['duplicate-subband', 'mixed-sites', 'mixed-sites']);
});

test('sentences: no exclamation mark, no "please", a full stop or question mark at the end', () => {
  const found = problems(
    'x',
    'srm://',
    'srm://h/',
    '/pnfs/u/v',
    'srm://srm.grid.sarra.nl:1/pnfs/a',
    ...good,
    good[1] ?? '',
    `${sara}/L229507_SB001_z x`,
    'gsiftp://door01.lofar.psnc.pl:1//lofar/L9_SB1 srm://x',
  );
  assert.ok(found.length > 12);
  for (const { message } of found) {
    assert.match(message, /^[A-ZŁ].*[.?]$/);
    assert.doesNotMatch(message, /!|please|successfully/i);
  }
});

test('the seeded list of the bench has as many problems of each kind as were put in', () => {
  for (const count of [1000, 10_000]) {
    const list = seededList(count);
    assert.deepEqual(countCodes(lint(list.text, table)), list.expected);
  }
});

/** By another way to the same file; only links that look alike behind their last folder are compared. */
function isSameFile(one: Link, other: Link): boolean {
  const alike =
    one.series === undefined
      ? one.series === other.series && one.file === other.file
      : one.series === other.series && one.number === other.number;
  return (
    alike &&
    one.site !== undefined &&
    one.site === other.site &&
    one.path.split('/').filter(Boolean).join('/') === other.path.split('/').filter(Boolean).join('/')
  );
}

/** Duplicates, clashes, mixtures and gaps as one would look for them by hand: each line against all before it. */
function slowly(text: string): string[] {
  const { links } = parseList(text, table);
  const found: string[] = [];
  links.forEach((link, index) => {
    const before = links.slice(0, index);
    const say = (code: string, first: { line: number } | undefined): unknown => first && found.push(`${link.line} ${code} ${first.line}`);
    const named = links.find((other) => other.observation !== undefined);
    if (link.observation !== undefined && link !== named && before.every((other) => other.observation !== link.observation))
      say('mixed-observations', named);
    const placed = links.find((other) => other.site !== undefined);
    if (link.site !== undefined && link !== placed && before.every((other) => other.site !== link.site)) say('mixed-sites', placed);
    if (link.series !== undefined && before.every((other) => other.series !== link.series)) {
      const bands = [...new Set(links.filter((other) => other.series === link.series).map((other) => other.number ?? 0))].sort(
        (a, b) => a - b,
      );
      let step = 1;
      const [least = 0] = bands;
      if (link.band?.kind === 'ABN')
        for (let size = 1; size <= 100; size++) if (bands.every((band) => (band - least) % size === 0)) step = size;
      if (bands.length > 2 && bands.some((band, at) => at > 0 && band - (bands[at - 1] ?? 0) !== step)) say('missing-subbands', link);
    }
    const same = before.find((other) => other.text === link.text) ?? before.find((other) => isSameFile(other, link));
    if (same) say('duplicate-link', same);
    else if (link.series !== undefined)
      say(
        'duplicate-subband',
        before.find((other) => other.series === link.series && other.number === link.number),
      );
  });
  return found;
}

test('rules over several lines agree with the slow reading', () => {
  const several = new Set(['mixed-observations', 'mixed-sites', 'missing-subbands', 'duplicate-link', 'duplicate-subband']);
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 30 }), (lines) => {
      const text = lines.join('\n');
      const found = lint(text, table).filter(({ code }) => several.has(code));
      assert.deepEqual(
        found.map(({ line, code, related }) => `${line} ${code} ${related?.line ?? line}`),
        slowly(text),
      );
    }),
    { numRuns: 500 },
  );
});

test('problems lie inside their lines and come by line', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 30 }), (lines) => {
      const found = lint(lines.join('\n'), table);
      for (const { line, start, end } of found)
        assert.ok(start >= 0 && start < end && end <= (lines[line]?.length ?? -1), JSON.stringify({ line, start, end }));
      assert.deepEqual(
        found.map(({ line }) => line),
        found.map(({ line }) => line).sort((a, b) => a - b),
      );
    }),
  );
});
