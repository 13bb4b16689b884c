import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GridError } from '../../../src/core/errors';
import { keptName, mayReplaceAtOnce, placeOf, staleParts, surplus, versionsIn } from '../../../src/core/sandbox/place';

const fileName = 'pref-9d1e4c07.tar';
const root = 'gsiftp://host:2811/pnfs/lofar/sandbox/';
const place = (to?: string, more: Partial<Parameters<typeof placeOf>[0]> = {}) =>
  placeOf({ root, place: 'LC9/cal', fileName, ...(to === undefined ? {} : { to }), ...more });

test('a new version in a folder, or one name for all versions', () => {
  assert.deepEqual(place(), { folder: 'gsiftp://host:2811/pnfs/lofar/sandbox/LC9/cal', name: fileName, fixed: false });
  assert.deepEqual(place('root://host//data/x/'), { folder: 'root://host//data/x', name: fileName, fixed: false });
  assert.deepEqual(place('davs://host/x/pref.tar'), { folder: 'davs://host/x', name: 'pref.tar', fixed: true });
  assert.deepEqual(place('file:///x/pref.tar.gz'), { folder: 'file:///x', name: 'pref.tar.gz', fixed: true });
});

test('what cannot be a place is refused with a reason, and no password in the sentence', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['sandbox/x', /is no address/],
    ['ftp://host/x', /of a protocol/],
    ['gsiftp://host', /names no folder/],
    ['gsiftp://me:secret@host/x', /holds a user name or password/],
    ['gsiftp://host/a/../../x', /leads out/],
    ['gsiftp://host/a b', /holds a blank/],
    ['gsiftp://host/$(id)', /holds a blank or a character/],
    ["gsiftp://host/it's", /holds a blank or a character/],
    ['javascript:alert(1)', /of a protocol/],
  ];
  for (const [address, reason] of wrong) {
    assert.throws(
      () => place(address),
      (error) => error instanceof GridError && error.kind === 'rejected' && reason.test(error.message) && !error.message.includes('secret'),
      address,
    );
  }
  assert.throws(() => place(undefined, { root: '' }), /It is not said where sandboxes go/);
});

test('versions: by their names, newest first; what is beyond those that stay', () => {
  const files = [
    'pref-00000001.tar',
    'pref-00000002.tar',
    'pref-00000003.tar.gz',
    'pref-final.tar',
    'prefactor-00000004.tar',
    'pref.tar',
    '.pref-00000005.tar.x.part',
  ];
  const versions = versionsIn(
    files.map((name, modified) => ({ name, modified })),
    'pref',
  );
  assert.deepEqual(
    versions.map(({ name }) => name),
    ['pref-00000003.tar.gz', 'pref-00000002.tar', 'pref-00000001.tar'],
  );
  assert.deepEqual(
    surplus(versions, 'pref-00000002.tar', 1).map(({ name }) => name),
    ['pref-00000001.tar'],
  );
  assert.deepEqual(surplus(versions, 'elsewhere', 3), []);
  assert.equal(keptName('pref.tar.gz', 'abcd'), 'pref-0000abcd.tar.gz');
});

test('what an upload left behind is stale after a day, and only our own', () => {
  const day = 86_400_000;
  const files = [
    { name: '.pref-00000005.tar.x.part', modified: day },
    { name: '.pref-00000006.tar.x.part', modified: 2.5 * day },
    { name: '.pref-00000007.tar.x.part', modified: 0 },
    { name: '.other-00000005.tar.x.part', modified: day },
    { name: 'pref-00000005.tar', modified: day },
  ];
  assert.deepEqual(staleParts(files, 'pref', 3 * day), ['.pref-00000005.tar.x.part']);
});

test('only protocols with a POSIX rename behind them replace at once', () => {
  assert.deepEqual(['gsiftp://h/x', 'root://h//x', 'file:///x', 'davs://h/x', 'https://h/x', 'srm://h/x'].map(mayReplaceAtOnce), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
