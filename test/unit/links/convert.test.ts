/** Forms of a link: GRID_LRT's vectors with its faults mended, and that nothing is lost on the way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { convert, convertList, stagingLink, type TargetForm } from '../../../src/core/links/convert';
import { parseLink } from '../../../src/core/links/link';
import { parseList } from '../../../src/core/links/list';
import { sites } from '../../../src/core/links/site';
import { anyLine, anySrm, bandLinks, juelich, link, poznan, range, table } from './lists';

const forms: readonly TargetForm[] = ['srm', 'gsiftp', 'https', 'gfal', 'path'];

function to(text: string, form: TargetForm): string {
  const result = convert(link(text), form);
  assert.ok(result.text !== undefined, `${text} → ${form}: ${result.problem}`);
  return result.text;
}

function problem(text: string, form: TargetForm): string {
  const result = convert(link(text), form);
  assert.ok(result.problem !== undefined, `${text} → ${form}: ${result.text}`);
  return result.problem;
}

const vectors = [
  {
    srm: 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/d/L1_SB000_uv.tar',
    gsiftp: 'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/d/L1_SB000_uv.tar',
    https:
      'https://lofar-download.grid.sara.nl/lofigrid/SRMFifoGet.py?surl=srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/d/L1_SB000_uv.tar',
    gfal: 'srm://srm.grid.sara.nl:8443/srm/managerv2?SFN=/pnfs/grid.sara.nl/d/L1_SB000_uv.tar',
    path: '/pnfs/grid.sara.nl/d/L1_SB000_uv.tar',
  },
  {
    srm: 'srm://lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de/d/L1_SB000_uv.tar',
    gsiftp: 'gsiftp://lofar-gridftp.fz-juelich.de:2811/pnfs/fz-juelich.de/d/L1_SB000_uv.tar',
    https:
      'https://lofar-download.fz-juelich.de/webserver-lofar/SRMFifoGet.py?surl=srm://lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de/d/L1_SB000_uv.tar',
    gfal: 'srm://lofar-srm.fz-juelich.de:8443/srm/managerv2?SFN=/pnfs/fz-juelich.de/d/L1_SB000_uv.tar',
    path: '/pnfs/fz-juelich.de/d/L1_SB000_uv.tar',
  },
  {
    srm: 'srm://lta-head.lofar.psnc.pl:8443/lofar/ops/projects/p/1/L1_SB000_uv.tar',
    gsiftp: 'gsiftp://gridftp.lofar.psnc.pl:2811/lofar/ops/projects/p/1/L1_SB000_uv.tar',
    https:
      'https://lta-download.lofar.psnc.pl/lofigrid/SRMFifoGet.py?surl=srm://lta-head.lofar.psnc.pl:8443/lofar/ops/projects/p/1/L1_SB000_uv.tar',
    gfal: 'srm://lta-head.lofar.psnc.pl:8443/srm/managerv2?SFN=/lofar/ops/projects/p/1/L1_SB000_uv.tar',
    path: '/lofar/ops/projects/p/1/L1_SB000_uv.tar',
  },
] as const;

test('the table of vectors, from every form to every form', () => {
  for (const vector of vectors)
    for (const from of forms) for (const form of forms) assert.equal(to(vector[from], form), vector[form], `${from} → ${form}`);
});

test('the length that GRID_LRT checks: 186 characters for a SARA link of 122', () => {
  const text = 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/lofar/ops/projects/lc9_999/123456/L123456_SB000_uv.dppp.MS_0123abcd.tar';
  assert.equal(text.length, 122);
  assert.equal(to(text, 'https').length, 186);
});

test('stage rewrite vectors: a bare path gets its host by root', () => {
  assert.equal(to('/pnfs/grid.sara.nl/data/a.tar', 'gfal'), 'srm://srm.grid.sara.nl:8443/srm/managerv2?SFN=/pnfs/grid.sara.nl/data/a.tar');
  assert.equal(to('/pnfs/fz-juelich.de/a.tar', 'gfal'), 'srm://lofar-srm.fz-juelich.de:8443/srm/managerv2?SFN=/pnfs/fz-juelich.de/a.tar');
  assert.equal(to('/lofar/ops/projects/a.tar', 'gfal'), 'srm://lta-head.lofar.psnc.pl:8443/srm/managerv2?SFN=/lofar/ops/projects/a.tar');
});

test('two slashes at the head become one, further ones stay', () => {
  for (const form of forms)
    assert.ok(!/[^:]\/\/(pnfs|lofar)/.test(to('srm://lta-head.lofar.psnc.pl:8443//lofar/ops//x', form).replace('surl=srm://', '')), form);
  assert.equal(
    to('srm://lofar-srm.fz-juelich.de:8443//pnfs/fz-juelich.de/L1//a', 'srm'),
    'srm://lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de/L1//a',
  );
  assert.equal(to('///pnfs/grid.sara.nl/L1//a', 'path'), '/pnfs/grid.sara.nl/L1//a');
  assert.equal(to('srm://example.org:8443//data//a', 'gfal'), 'srm://example.org:8443/srm/managerv2?SFN=//data//a');
  assert.equal(to('srm://h:8443/srm/managerv2?SFN=//pnfs/x//y', 'gfal'), 'srm://h:8443/srm/managerv2?SFN=/pnfs/x//y');
});

test('an srm link keeps its own host, and its port or gets one', () => {
  assert.equal(
    to('srm://srm2.grid.sara.nl/pnfs/grid.sara.nl/a', 'gfal'),
    'srm://srm2.grid.sara.nl:8443/srm/managerv2?SFN=/pnfs/grid.sara.nl/a',
  );
  assert.equal(to('srm://srm2.grid.sara.nl/pnfs/grid.sara.nl/a', 'srm'), 'srm://srm2.grid.sara.nl:8443/pnfs/grid.sara.nl/a');
  assert.equal(
    to('srm://srm2.grid.sara.nl:8446/pnfs/grid.sara.nl/a', 'https').split('surl=')[1],
    'srm://srm2.grid.sara.nl:8446/pnfs/grid.sara.nl/a',
  );
  assert.equal(to('srm://srm2.grid.sara.nl/srm/managerv2?SFN=/pnfs/a', 'gfal'), 'srm://srm2.grid.sara.nl:8443/srm/managerv2?SFN=/pnfs/a');
  assert.equal(
    to('gsiftp://dcachepool9.fz-juelich.de/pnfs/fz-juelich.de/a', 'gsiftp'),
    'gsiftp://dcachepool9.fz-juelich.de:2811/pnfs/fz-juelich.de/a',
  );
  // 8443 in a path is not a port
  assert.equal(
    to('srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/:8443/8443', 'gfal'),
    'srm://srm.grid.sara.nl:8443/srm/managerv2?SFN=/pnfs/grid.sara.nl/:8443/8443',
  );
});

test('a retired host is kept in its own form and replaced in another', () => {
  const old = 'srm://dcache-lofar.fz-juelich.de:8443/pnfs/fz-juelich.de/a';
  assert.equal(to(old, 'srm'), old);
  assert.equal(to(old, 'gfal'), 'srm://lofar-srm.fz-juelich.de:8443/srm/managerv2?SFN=/pnfs/fz-juelich.de/a');
  assert.ok(to(old, 'https').endsWith('surl=srm://lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de/a'));
  for (const [host, current] of [
    ['dcachepool12.fz-juelich.de', 'lofar-srm.fz-juelich.de'],
    ['door01.lofar.psnc.pl', 'lta-head.lofar.psnc.pl'],
    ['door02.lofar.psnc.pl', 'lta-head.lofar.psnc.pl'],
  ]) {
    assert.equal(to(`gsiftp://${host}:2811/lofar/a`, 'gsiftp'), `gsiftp://${host}:2811/lofar/a`);
    assert.equal(to(`gsiftp://${host}:2811/lofar/a`, 'srm'), `srm://${current}:8443/lofar/a`);
  }
});

test('an unknown site: srm, gfal and path work, the others say why not', () => {
  const text = 'srm://storage.example.org/data/a';
  assert.equal(to(text, 'srm'), 'srm://storage.example.org:8443/data/a');
  assert.equal(to(text, 'gfal'), 'srm://storage.example.org:8443/srm/managerv2?SFN=/data/a');
  assert.equal(to(text, 'path'), '/data/a');
  for (const form of ['gsiftp', 'https'] as const)
    assert.match(problem(text, form), /No known site has the host storage\.example\.org\..*grid\.links\.sites/);
  assert.match(problem('/pnfs/example.org/data/a', 'srm'), /under \/pnfs\/example\.org\./);
  assert.match(problem('gsiftp://storage.example.org/a', 'gfal'), /storage\.example\.org/);
});

test('an address that is not a storage path is not made one', () => {
  assert.match(problem('https://lofar-download.grid.sara.nl/lofigrid/SRMFifoGet.py', 'srm'), /does not name a path in the storage of SARA/);
  assert.equal(
    to('davs://webdav.grid.surfsara.nl:2880/pnfs/grid.sara.nl/a?authz=x', 'srm'),
    'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/a',
  );
  assert.equal(
    to('davs://webdav.grid.surfsara.nl:2880/pnfs/grid.sara.nl/a', 'https'),
    'https://webdav.grid.surfsara.nl:2880/pnfs/grid.sara.nl/a',
  );
  assert.equal(to('root://x.grid.surfsara.nl//pnfs/grid.sara.nl/a', 'gsiftp'), 'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/a');
});

test('a link without a file or host', () => {
  for (const form of forms) assert.match(problem('srm://srm.grid.sara.nl:8443/', form), /names no file/);
  assert.equal(to('srm:///pnfs/grid.sara.nl/a', 'srm'), 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/a');
});

test('a site of the setting without a door says so', () => {
  const { table: own } = sites({ ska: { hosts: ['ska.example'], srm: 'srm.ska.example' } });
  const found = parseLink('srm://srm.ska.example/d/a', own);
  assert.ok(found);
  assert.match(convert(found, 'gsiftp').problem ?? '', /ska has no gsiftp door/);
  assert.match(convert(found, 'https').problem ?? '', /no download door/);
});

test('what goes to a stager', () => {
  const cases: [string, string][] = [
    ['srm://srm.grid.sara.nl/pnfs/grid.sara.nl/a', 'srm://srm.grid.sara.nl/pnfs/grid.sara.nl/a'],
    ['srm://dcache-lofar.fz-juelich.de:8443//pnfs/fz-juelich.de/L1//a', 'srm://dcache-lofar.fz-juelich.de:8443/pnfs/fz-juelich.de/L1//a'],
    ['srm://h.example:8443/srm/managerv2?SFN=/pnfs/a', 'srm://h.example:8443/pnfs/a'],
    [vectors[1].https, vectors[1].srm],
    [vectors[2].gsiftp, vectors[2].srm],
    [vectors[2].path, vectors[2].srm],
  ];
  for (const [text, sent] of cases) assert.equal(stagingLink(link(text)).text, sent);
  assert.match(stagingLink(link('gsiftp://storage.example.org/a')).problem ?? '', /storage\.example\.org/);
});

test('a mixed list: each link by its own site, order and duplicates kept, columns, blanks and remarks removed', () => {
  const text = `${vectors[0].srm} file:///x.tar\r\n\r\n# remark\r\n${vectors[2].gsiftp}\t\r\n${vectors[1].path}\r\n${vectors[0].srm} \r\n`;
  const result = convertList(parseList(text, table), 'gsiftp');
  assert.deepEqual(result, {
    text: `${[vectors[0].gsiftp, vectors[2].gsiftp, vectors[1].gsiftp, vectors[0].gsiftp].join('\n')}\n`,
    links: 4,
    failed: [],
  });
  assert.deepEqual(convertList(parseList('', table), 'srm'), { text: '', links: 0, failed: [] });
});

test('failed rows are named by line and link', () => {
  const { text, links, failed } = convertList(parseList(`earfer\n${vectors[0].srm}\nsrm://example.org/x/y z`, table), 'gsiftp');
  assert.equal(text, `${vectors[0].gsiftp}\n`);
  assert.equal(links, 1);
  assert.deepEqual(
    failed.map(({ link: name }) => name),
    ['earfer', 'srm://example.org/x/y'],
  );
  assert.match(failed[0]?.message ?? '', /^Line 1: /);
  assert.match(failed[1]?.message ?? '', /^Line 3: No known site has the host example\.org\./);
});

test('round trips between all forms are exact', () => {
  fc.assert(
    fc.property(anySrm, fc.array(fc.constantFrom(...forms), { maxLength: 6 }), (start, way) => {
      let text = start;
      for (const form of way) {
        text = to(text, form);
        assert.equal(to(text, form), text, 'a second time changes nothing');
      }
      assert.equal(to(text, 'srm'), start);
    }),
  );
});

test('every link of any list is in the text or among the failed, in order', () => {
  fc.assert(
    fc.property(fc.array(anyLine), fc.constantFrom(...forms), (lines, form) => {
      const list = parseList(lines.join('\n'), table);
      const { text, links, failed } = convertList(list, form);
      assert.equal(links + failed.length, list.links.length + list.junk.length);
      const written = text.split('\n').slice(0, -1);
      assert.equal(written.length, links);
      assert.deepEqual(
        written,
        list.links.flatMap((found) => convert(found, form).text ?? []),
      );
      const numbers = failed.map(({ message }) => Number(/^Line (\d+): /.exec(message)?.[1]));
      assert.deepEqual(
        numbers,
        [...numbers].sort((a, b) => a - b),
      );
      assert.deepEqual(
        parseList(text, table).links.map((found) => found.text),
        written,
      );
    }),
  );
});

test('200 000 links', () => {
  const text = [...bandLinks(range(0, 99_999)), ...bandLinks(range(0, 99_999), 'L2', `${juelich}/d`)].join('\n');
  assert.equal(convertList(parseList(text, table), 'https').links, 200_000);
  assert.equal(convertList(parseList(`${poznan}/x/a`, table), 'path').text, '/lofar/ops/projects/x/a\n');
});
