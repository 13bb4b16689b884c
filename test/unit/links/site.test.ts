/** Which host belongs where, and what a setting may change. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sites, type SiteTable } from '../../../src/core/links/site';
import { table } from './lists';

function siteOf(host: string, of: SiteTable = table): string | undefined {
  return of.host(host).site?.id;
}

test('old and new hosts belong to their sites', () => {
  for (const host of [
    'srm.grid.sara.nl',
    'gridftp.grid.sara.nl',
    'lofar-download.grid.sara.nl',
    'lofar-download.grid.surfsara.nl',
    'webdav.grid.surfsara.nl',
    'SRM.GRID.SARA.NL',
    'dcache.surf.nl',
  ]) {
    assert.equal(siteOf(host), 'sara', host);
  }
  for (const host of [
    'lofar-srm.fz-juelich.de',
    'lofar-gridftp.fz-juelich.de',
    'dcachepool11.fz-juelich.de',
    'dcachepool12.fz-juelich.de',
    'dcache-lofar.fz-juelich.de',
    'lofar-download.fz-juelich.de',
  ]) {
    assert.equal(siteOf(host), 'juelich', host);
  }
  for (const host of [
    'lta-head.lofar.psnc.pl',
    'gridftp.lofar.psnc.pl',
    'door01.lofar.psnc.pl',
    'door02.lofar.psnc.pl',
    'lta-download.lofar.psnc.pl',
    'x.man.poznan.pl',
  ]) {
    assert.equal(siteOf(host), 'poznan', host);
  }
});

test('a host is matched at dots, never in the middle', () => {
  for (const host of ['srm.grid.sara.nl.example.org', 'notgrid.sara.nl.org', 'xfz-juelich.de', 'mysurf.nl', 'nl', '', '.', 'x..'])
    assert.equal(siteOf(host), undefined, host);
});

test('a bare path is placed by its root', () => {
  assert.equal(table.ofPath('/pnfs/grid.sara.nl/data/a.tar')?.id, 'sara');
  assert.equal(table.ofPath('//pnfs/fz-juelich.de/a.tar')?.id, 'juelich');
  assert.equal(table.ofPath('/lofar/ops/a.tar')?.id, 'poznan');
  assert.equal(table.ofPath('/lofarx/ops/a.tar'), undefined);
  assert.equal(table.ofPath('/pnfs/grid.sara.nlx/a.tar'), undefined);
});

test('a near miss names the door that is meant', () => {
  assert.equal(table.nearest('srm.grid.sarra.nl'), 'srm.grid.sara.nl');
  assert.equal(table.nearest('lofar-srm.fz-jülich.de'), 'lofar-srm.fz-juelich.de');
  assert.equal(table.nearest('storage.example.org'), undefined);
});

test('the cache of unknown hosts is bounded and does not change answers', () => {
  for (let index = 0; index < 25_000; index++) assert.equal(siteOf(`h${index}.example.org`), undefined);
  assert.equal(siteOf('srm.grid.sara.nl'), 'sara');
});

test('a setting adds a site and changes fields of another', () => {
  const { table: own, problems } = sites({
    ska: { name: 'SKA', srm: 'srm.ska.example', gsiftp: 'ftp.ska.example:2812', hosts: ['ska.example'], roots: ['/ska/'] },
    sara: { door: 'https://new-door.example/get?surl=', srm: { host: 'srm2.grid.sara.nl', port: 8444 } },
  });
  assert.deepEqual(problems, []);
  assert.equal(siteOf('pool7.ska.example', own), 'ska');
  assert.equal(own.ofPath('/ska/x')?.name, 'SKA');
  assert.ok(own.heads.has('ska'));
  assert.deepEqual(own.site('ska')?.gsiftp, { host: 'ftp.ska.example', port: 2812 });
  assert.deepEqual(own.site('sara')?.srm, { host: 'srm2.grid.sara.nl', port: 8444 });
  assert.equal(own.site('sara')?.gsiftp?.host, 'gridftp.grid.sara.nl');
  assert.equal(siteOf('new-door.example', own), 'sara');
});

test('a setting may be an array of sites with an id', () => {
  const { table: own, problems } = sites([{ id: 'ska', hosts: ['ska.example'] }, { hosts: ['x.example'] }]);
  assert.equal(siteOf('ska.example', own), 'ska');
  assert.equal(problems.length, 1);
});

test('a bad entry is left out with one sentence and harms nothing', () => {
  const bad: [unknown, RegExp][] = [
    ['text', /not an object with a site id/],
    [7, /not an object/],
    [{ ska: 'srm.ska.example' }, /“ska”.*not an object/],
    [{ 'a b': {} }, /its id has to be/],
    [{ unknown: { hosts: ['x.y'] } }, /not “unknown”/],
    [{ ska: {} }, /neither a host nor a root/],
    [{ ska: { hosts: 'ska.example' } }, /hosts are not a list/],
    [{ ska: { hosts: ['a b'] } }, /hosts are not a list/],
    [{ ska: { roots: ['ska'] } }, /begin with a slash/],
    [{ ska: { srm: 'h:port' } }, /srm is not/],
    [{ ska: { srm: 'h:70000' } }, /srm is not/],
    [{ ska: { gsiftp: 12 } }, /gsiftp is not/],
    [{ ska: { door: 'ftp://x' } }, /https/],
    [{ ska: { name: '' } }, /name is not a text/],
    [{ ska: { host: ['x.y'] } }, /unknown field “host”/],
    [{ sara: { retired: [3] } }, /retired hosts/],
  ];
  for (const [setting, sentence] of bad) {
    const { table: own, problems } = sites(setting);
    assert.equal(problems.length, 1, JSON.stringify(setting));
    assert.match(problems[0] ?? '', sentence);
    assert.match(problems[0] ?? '', /left out: .*\.$/);
    assert.equal(siteOf('srm.grid.sara.nl', own), 'sara');
  }
  for (const nothing of [undefined, null, {}, []]) assert.deepEqual(sites(nothing).problems, []);
});
