import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gfalForm } from '../../../src/adapters/gfal';
import { LinkPaths } from '../../../src/adapters/storagePath';
import { pathOfLink } from '../../../src/core/links/path';

test('the path of a link in each of its forms', () => {
  const path = '/pnfs/grid.sara.nl/data/L1_SB000.tar';
  const same = [
    path,
    `srm://srm.grid.sara.nl:8443${path}`,
    `srm://srm.grid.sara.nl:8443//pnfs/grid.sara.nl/data/L1_SB000.tar`,
    `srm://srm.grid.sara.nl:8443/srm/managerv2?SFN=${path}`,
    `gsiftp://gridftp.grid.sara.nl:2811${path}`,
    `davs://webdav.grid.sara.nl:2880${path}?authz=x#y`,
    `https://lofar-download.grid.sara.nl/lofigrid/SRMFifoGet.py?surl=srm://srm.grid.sara.nl:8443${path}`,
    `https://lofar-download.grid.sara.nl/lofigrid/SRMFifoGet.py?surl=${encodeURIComponent(`srm://srm.grid.sara.nl:8443${path}`)}`,
    `  srm://srm.grid.sara.nl${path}\r\n`,
  ];
  for (const link of same) assert.equal(pathOfLink(link), path, link);
  assert.equal(pathOfLink('https://h/a%20b%2Fc'), '/a b/c');
  assert.equal(pathOfLink('https://h/100%'), '/100%');
  assert.equal(pathOfLink('srm://h:1/a%20b?c#d'), '/a%20b?c#d', 'SRM encodes nothing');
  assert.equal(pathOfLink('srm://h:1/a//b'), '/a//b');
  assert.deepEqual(['', 'srm://h', 'nonsense'].map(pathOfLink), ['/', '/', '/nonsense']);
});

test('which path an answer means: the same, under another root, without its root, or none', () => {
  const links = ['srm://h:1/pnfs/d/a', 'srm://h:1/pnfs/e/a', 'srm://h:1/pnfs/d/b', 'srm://g:1/pnfs/d/b'];
  const paths = new LinkPaths(links);
  assert.deepEqual(paths.paths, ['/pnfs/d/a', '/pnfs/e/a', '/pnfs/d/b']);
  assert.deepEqual(paths.at('/pnfs/d/b'), links.slice(2));
  const meant = ['/pnfs/d/a', '/root/pnfs/d/a', '/d/a', 'e/a', '/a', '/b', '/x/d/b', '/c', '', '/'].map((told) => paths.meant(told));
  assert.deepEqual(meant, [
    ...['/pnfs/d/a', '/pnfs/d/a', '/pnfs/d/a', '/pnfs/e/a', undefined, '/pnfs/d/b', undefined, undefined, undefined, undefined],
  ]);
});

test('the form that gfal2 is asked in', () => {
  const surl = 'srm://srm.grid.sara.nl:8443/pnfs/a';
  const form = 'srm://srm.grid.sara.nl:8443/srm/managerv2?SFN=/pnfs/a';
  const download = 'https://lofar-download.grid.sara.nl/lofigrid/SRMFifoGet.py?surl=';
  for (const link of [surl, form, download + surl, download + encodeURIComponent(surl)]) assert.equal(gfalForm(link), form, link);
  for (const link of ['davs://h/p', 'file:///p', 'mock://h/p?user.status=ONLINE', 'srm://h/p', 'gsiftp://h:2811/p'])
    assert.equal(gfalForm(link), link);
});
