import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SandboxContent } from '../../../src/shared/sandbox';
import { firstOpened, growTree, markOf, rowsOf, type Branches } from '../../../webview/sandbox/tree';
import { differenceOf, shortSum, stepsDone, timeOf, took } from '../../../webview/sandbox/words';
import { differing, many, uploading } from '../../ui/sandboxSights';

const thin = '\u2009';

function contentOf(told: { readonly content: SandboxContent | undefined }): SandboxContent {
  assert.ok(told.content !== undefined);
  return told.content;
}

const rows = (tree: Branches, opened: readonly string[], wanted: Parameters<typeof rowsOf>[2] = () => true): readonly string[] =>
  rowsOf(tree, new Set(opened), wanted).map((row) => tree[row]?.path ?? '');

test('folders hold what is below them; what was removed has no size', () => {
  const content = contentOf(differing());
  const tree = growTree(content);
  const at = (path: string) => tree.find((branch) => branch.path === path);
  assert.deepEqual(rows(tree, []), [
    'bin',
    'LOFAR-grid-tools',
    'losoto',
    'parsets',
    'prefactor',
    'MANIFEST.json',
    'master.sh',
    'tokvar.cfg',
  ]);
  assert.equal(at('bin')?.bytes, 4800 + 1900 + 6200 + 2300);
  assert.deepEqual([at('bin')?.files, at('bin')?.marks.r], [5, 1]);
  assert.equal(
    at('prefactor')?.bytes,
    [11_000, 24_000, 28_000, 3100, 18_000, 15_000, 22_000, 9400, 900, 8_190_000].reduce((a, b) => a + b, 0),
  );
  assert.equal(at('')?.files, content.paths.length - 1);
  assert.deepEqual([...firstOpened(tree)].sort(), ['LOFAR-grid-tools', 'LOFAR-grid-tools/bin'], 'where somebody is warned');
});

test('a folder shows what it is opened to, or only what differs', () => {
  const tree = growTree(contentOf(differing()));
  const differs = ({ marks }: { readonly marks: Readonly<Record<string, number>> }): boolean =>
    (marks.n ?? 0) + (marks.c ?? 0) + (marks.r ?? 0) > 0;
  assert.deepEqual(rows(tree, ['bin', 'prefactor', 'prefactor/scripts'], differs), [
    'bin',
    'bin/aoflagger-2.sh',
    'prefactor',
    'prefactor/scripts',
    'prefactor/scripts/sort_times_into_freqGroups.py',
    'prefactor/scripts/transfer_gains_RMextract.py',
    'prefactor/Pre-Facet-Target.parset',
    'master.sh',
  ]);
  assert.ok(
    !rows(tree, ['prefactor/scripts']).includes('prefactor/scripts/sort_times_into_freqGroups.py'),
    'a closed folder hides those below',
  );
});

test('differences in words, of files and of folders', () => {
  const content = contentOf(differing());
  const tree = growTree(content);
  const said = (path: string): string => {
    const branch = tree.find((each) => each.path === path);
    return branch === undefined ? 'not there' : `${markOf(branch)} ${differenceOf(branch, content)}`;
  };
  assert.equal(said('master.sh'), `c changed, +200${thin}B`);
  assert.equal(said('prefactor/scripts/sort_times_into_freqGroups.py'), 'c changed, same size');
  assert.equal(said('prefactor/scripts/transfer_gains_RMextract.py'), 'n new');
  assert.equal(said('bin/aoflagger-2.sh'), `r removed, 2.4${thin}kB`);
  assert.equal(said('prefactor'), 'c 2 changed, 1 new');
  assert.equal(said('losoto'), '= ');
});

test('a folder that is new or gone as a whole is so in one row', () => {
  const content: SandboxContent = {
    ...{ paths: ['a/x', 'a/y', 'b/z'], bytes: [1, 2, 3], marks: 'nnr', before: {}, executable: [], links: {}, notes: {}, against: '' },
  };
  const tree = growTree(content);
  assert.deepEqual(
    rowsOf(tree, new Set(), () => true).map((row) => {
      const branch = tree[row];
      return branch === undefined ? '' : `${markOf(branch)} ${branch.path} ${differenceOf(branch, content)}`;
    }),
    ['n a new', 'r b removed, 1 file'],
  );
});

test('10 000 files grow in proportion, and a name like one of the language is a name', () => {
  const content = contentOf(many(10_000));
  const tree = growTree(content);
  assert.equal(tree[0]?.files, content.paths.length);
  assert.ok(tree.length < content.paths.length * 1.2);
  const odd = ['__proto__/constructor', 'toString'];
  const named = growTree({ paths: odd, bytes: [1, 1], marks: '==', before: {}, executable: [], links: {}, notes: {}, against: '' });
  assert.deepEqual(rows(named, ['__proto__']), ['__proto__', '__proto__/constructor', 'toString']);
});

test('times, sums and steps', () => {
  assert.deepEqual([0, 49, 90, 6230, 12_400, 125_000].map(took), [
    `0${thin}s`,
    `0${thin}s`,
    `0.1${thin}s`,
    `6.2${thin}s`,
    `12${thin}s`,
    `2${thin}min`,
  ]);
  const { steps, now } = uploading().sight;
  const running = steps.find(({ state }) => state === 'running');
  assert.ok(running !== undefined);
  assert.equal(timeOf(running, now, 3000), `11${thin}s`);
  assert.equal(stepsDone(steps), '8 of 11 done');
  assert.equal(shortSum('a'.repeat(60) + 'bcde'), 'aaaaaaaa…aaaabcde');
  assert.equal(shortSum('a41c09e7'), 'a41c09e7');
});
