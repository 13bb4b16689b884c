import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GridError } from '../../../src/core/errors';
import { agedOf, agedText } from '../../../src/core/storage/ageing';
import { dateWords, listingText, sorted, type StorageEntry } from '../../../src/core/storage/entry';
import { guarded, reasonToStay } from '../../../src/core/storage/guard';
import { childOf, isWithin, listedName, nameIn, parentOf, readLocation, segmentsOf, webHost } from '../../../src/core/storage/location';

const refused = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof GridError && error.kind === 'rejected', String(error));
  assert.match(error.sentence, pattern);
  return true;
};

test('a location: scheme in lower case, no slash at the end, a path of this machine', () => {
  assert.equal(readLocation(' GSIFTP://h:2811/a/b/ '), 'gsiftp://h:2811/a/b');
  assert.equal(readLocation('/data/x/'), 'file:///data/x');
  assert.equal(readLocation('root://h:1094//pnfs/x//'), 'root://h:1094//pnfs/x');
  assert.equal(readLocation('davs://h'), 'davs://h/');
  assert.equal(readLocation('davs://h/'), 'davs://h/');
});

test('what is no location says why', () => {
  assert.throws(() => readLocation('ftp2://h/a'), refused(/does not begin with gsiftp/));
  assert.throws(() => readLocation('davs:///a'), refused(/names no host/));
  assert.throws(
    () => readLocation('davs://me:secret@h/a'),
    (error) => refused(/user name or password/)(error) && !String(error).includes('secret'),
  );
  assert.throws(() => readLocation('davs://h/a/../b'), refused(/leads elsewhere/));
  assert.throws(() => readLocation('davs://h/a/%2E%2e/b'), refused(/leads elsewhere/));
  assert.throws(() => readLocation('davs://h/a\nb'), refused(/no name has/));
});

test('names are written as each protocol reads them, and read back the same', () => {
  const names = ['with blank.tar', 'per%20cent', 'hash#1', 'ü é', "quo'te", 'a+b=c,d:e@f', '-dash', 'ask?x'];
  for (const folder of ['gsiftp://h/a', 'davs://h:2880/a', 'https://h/a', 'file:///a'])
    for (const name of names) assert.equal(nameIn(childOf(folder, name)), name, folder);
  assert.equal(childOf('davs://h/a', 'per%20cent'), 'davs://h/a/per%2520cent');
  assert.equal(childOf('file:///a', 'per%20cent'), 'file:///a/per%20cent');
  assert.equal(childOf('davs://h/', 'L1_SB000_uv.MS'), 'davs://h/L1_SB000_uv.MS');
  for (const name of ['', '.', '..', 'a/b', 'a\nb']) assert.throws(() => childOf('file:///a', name), refused(/no name of a file/));
  assert.throws(() => childOf('root://h//a', 'ask?x'), refused(/XRootD cannot/));
  assert.throws(() => childOf('srm://h/a', 'ask?x'), refused(/SRM cannot/));
  assert.equal(listedName('davs://h/a', 'with%20blank/'), 'with blank');
  assert.equal(listedName('gsiftp://h/a', 'per%20cent'), 'per%20cent');
});

test('above and within, also of SRM with its path behind a question mark', () => {
  assert.equal(parentOf('gsiftp://h:2811/a/b'), 'gsiftp://h:2811/a');
  assert.equal(parentOf('gsiftp://h:2811/a'), 'gsiftp://h:2811/');
  assert.equal(parentOf('root://h//a'), 'root://h/');
  assert.equal(parentOf('file:///a'), 'file:///');
  assert.equal(parentOf('file:///'), undefined);
  assert.deepEqual(segmentsOf('srm://h:8443/srm/managerv2?SFN=/pnfs/x/y'), ['pnfs', 'x', 'y']);
  assert.ok(isWithin('davs://H/a/b%20c/d', 'davs://h/a/b c'));
  assert.ok(!isWithin('davs://h/ab', 'davs://h/a') && !isWithin('davs://g/a/b', 'davs://h/a'));
});

test('roots, protected places and all above them stay, by whatever protocol; what is below may go', () => {
  const guard = { roots: ['gsiftp://h:2811/pnfs/x/data/lofar/user/me'], places: ['/pnfs/*/data/*/user/*', 'davs://d:2880/keep/this'] };
  const stays = (location: string) => reasonToStay(location, guard);
  assert.equal(stays('gsiftp://h:2811/'), 'it is the top of a host');
  assert.equal(stays('gsiftp://h:2811/pnfs/x/data/lofar/user/me'), 'it is a root of the tree');
  assert.equal(stays('davs://other/pnfs/x/data'), 'a root of the tree lies in it');
  assert.equal(stays('srm://s:8443/srm/managerv2?SFN=/pnfs/y/data/lofar/user/you'), '/pnfs/*/data/*/user/* is protected');
  assert.equal(stays('davs://d:2880/keep'), 'davs://d:2880/keep/this is protected');
  assert.equal(stays('davs://d:2880/keep/that'), undefined);
  assert.equal(stays('davs://e:2880/keep/this'), undefined);
  assert.equal(stays('gsiftp://h:2811/pnfs/x/data/lofar/user/me/run'), undefined);
  assert.deepEqual(guarded(['file:///pnfs/x', 'file:///tmp/a'], guard), [
    { file: 'file:///pnfs/x', message: 'x is not deleted: a root of the tree lies in it.' },
  ]);
});

const entry = (name: string, modified: number, size = 10, directory = false): StorageEntry => ({
  name,
  location: `file:///a/${name}`,
  size,
  modified,
  directory,
});
const day = 86_400_000;
const at = (text: string) => new Date(text).getTime();

test('entries: folders first, numbers as people count, dates of any year', () => {
  const names = sorted([entry('SB10', 1), entry('SB9', 1), entry('z', 1, 0, true), entry('a', 1)]).map(({ name }) => name);
  assert.deepEqual(names, ['z', 'a', 'SB9', 'SB10']);
  for (const year of [1999, 2013, 2022, 2038, 2106]) assert.equal(dateWords(at(`${year}-02-28T03:04:00`)), `${year}-02-28 03:04`);
  assert.equal(dateWords(0), '');
  const text = listingText('davs://h/a', [entry('sub', 0, 0, true), entry('f', at('2022-01-02T03:04:00'), 1500)]);
  assert.match(text, /^davs:\/\/h\/a\n\n +sub\/\n *1\.5\skB {2}2022-01-02 03:04 {2}f\n$/);
});

test('older than a number of days: the oldest first; without a date never; folders never', () => {
  const now = at('2026-11-25T12:00:00');
  const entries = [
    entry('new', now - 30 * day),
    entry('edge', now - 31 * day),
    entry('old', now - 32 * day, 1000),
    entry('older', now - 4000 * day, 500),
    entry('undated', 0),
    entry('folder', 1, 0, true),
    entry('future', now + day),
  ];
  const aged = agedOf('file:///a', entries, 31, now);
  assert.deepEqual(
    aged.files.map(({ name }) => name),
    ['older', 'old'],
  );
  assert.deepEqual([aged.bytes, aged.undated], [1500, 1]);
  const text = agedText(aged, [{ file: 'file:///a/b', message: 'No.' }], now);
  assert.match(
    text,
    /^# Older than 31 days below file:\/\/\/a\n# 2 files, 1\.5\skB\. Nothing has been deleted\.\n# 1 file without a date is left out\.\n/,
  );
  assert.match(text, /# Not looked into: file:\/\/\/a\/b: No\.\n\n +4000 d .*B {2}older\n/);
});

test('the host of a web address, and of nothing else', () => {
  const hosts = {
    'davs://WebDAV.grid.surfsara.nl:2880/pnfs': 'webdav.grid.surfsara.nl',
    'http://localhost': 'localhost',
    'https://[::1]:8443/a': '[::1]',
    'https://h?surl=x': 'h',
    'https://me@h/a': undefined,
    'https://me:word@h/a': undefined,
    'https:///a': undefined,
    'gsiftp://h/a': undefined,
    nonsense: undefined,
  };
  for (const [address, host] of Object.entries(hosts)) assert.equal(webHost(address), host, address);
});
