/** What is the same file though it is written otherwise, what is told once for many lines, and how sure a mend is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LinkDocument } from '../../../src/core/links/document';
import { codes, juelich, only, problems, sara, table } from './lists';

test('two slashes inside the path: one fault a link, for all of them, where storage is known to read them as one', () => {
  const inside = only('gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/d//e///L1//a.tar');
  assert.deepEqual([inside.code, inside.severity, inside.at], ['double-slash', 'warning', '//e///L1//']);
  assert.equal(inside.mended, 'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/d/e/L1/a.tar');
  assert.equal(inside.data?.certainty, 'likely');
  assert.deepEqual(codes(`${juelich.replace('/pnfs', '//pnfs')}/L1//a`), ['double-slash', 'double-slash']);
  assert.equal(only('root://xrootd.grid.surfsara.nl:1094//pnfs/grid.sara.nl/d//a').at, '//');
  assert.equal(only('srm://srm.grid.sara.nl:8443/srm/managerv2?SFN=/pnfs/grid.sara.nl//a').at, '//');
  assert.deepEqual(codes('srm://storage.example.org/d//a'), ['unknown-host']);
  assert.deepEqual(codes('https://webdav.grid.surfsara.nl:2880/pnfs/grid.sara.nl/a?next=http://x//y'), []);
});

test('the same fault on more than three lines is one problem, at the first, with the count and the next place', () => {
  const row = (band: number) => `gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/L1//L1_SB00${band}_uv.tar`;
  assert.deepEqual(codes(...[0, 1, 2].map(row)), ['double-slash', 'double-slash', 'double-slash']);
  const many = only('# list', ...[0, 1, 2, 3, 4].map(row));
  assert.deepEqual([many.line, many.at, many.count, many.related?.line], [1, '//', 5, 2]);
  assert.match(many.message, /^In 5 links two slashes stand inside the path\./);
  const both = problems(...[0, 1, 2, 3].map((band) => row(band).replace('/pnfs', '//pnfs')));
  assert.deepEqual(
    both.map(({ line, count }) => [line, count]),
    [
      [0, 4],
      [0, 4],
    ],
  );
  // With three left it is told for each again.
  const document = new LinkDocument([0, 1, 2, 3].map(row).join('\n'), table);
  assert.equal(document.problems().length, 1);
  assert.equal(document.everyProblem().length, 4);
  document.replaceLines(0, 1, []);
  assert.equal(document.problems().filter(({ code }) => code === 'double-slash').length, 3);
});

test('duplicate-link: the same file by another door, form or number of slashes, with a band in its name or without', () => {
  const gsiftp = 'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl';
  for (const name of ['L1_SB001_uv.tar', 'notes.txt']) {
    const found = problems(`${sara}/d/${name}`, `${gsiftp}/d/${name}`, `/pnfs/grid.sara.nl/e/${name}`, `${sara}//d/${name}`);
    const twice = found.filter(({ code }) => code === 'duplicate-link');
    assert.deepEqual(
      twice.map(({ line, related, data }) => [line, related?.line, data?.certainty]),
      [
        [1, 0, 'likely'],
        [3, 0, 'likely'],
      ],
      name,
    );
    assert.match(twice[0]?.message ?? '', /^The same file is on line 1, written another way\./);
  }
  assert.deepEqual(codes('srm://a.example/x/n.txt', 'srm://b.example/x/n.txt'), ['unknown-host', 'unknown-host']);
});

test('a line that differs behind its link is not certain to be one too many', () => {
  const certainty = (...rests: string[]) =>
    problems(...rests.map((rest) => `${sara}/n.txt${rest}`)).find(({ code }) => code === 'duplicate-link')?.data?.certainty;
  assert.equal(certainty(' file:///a', ' file:///b'), 'choice');
  assert.equal(certainty(' file:///a', '\tfile:///a '), 'certain');
  assert.equal(certainty(' file:///a', ''), 'certain');
  assert.equal(certainty('', ' file:///a'), 'choice');
});

test('a wrong port is certain at the door of the site, and likely at another machine of it', () => {
  assert.equal(only('srm://srm.grid.sara.nl:2811/pnfs/grid.sara.nl/a').data?.certainty, 'certain');
  assert.equal(only('srm://srm2.grid.sara.nl:8446/pnfs/grid.sara.nl/a').data?.certainty, 'likely');
});
