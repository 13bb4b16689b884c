/** Outline, folding, and what a step points at. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pointersIn, repositoryPage } from '../../../src/core/config/edit/address';
import { foldsOf, symbolsOf, type OutlineItem } from '../../../src/core/config/edit/outline';
import { parseConfig } from '../../../src/core/config/syntax';
import { samples, step } from './place';

const depth = (items: readonly OutlineItem[]): number =>
  items.length === 0 ? 0 : 1 + Math.max(...items.map(({ children }) => depth(children)));

test('fields, sandbox, repositories and variables, three levels deep', async () => {
  const { text } = await step('pref_cal1.cfg');
  const items = symbolsOf(parseConfig(text, 'yaml'));
  assert.deepEqual(
    items.map(({ name }) => name),
    ['apiVersion', 'Token', 'Sandbox', 'Shell_variables'],
  );
  assert.equal(depth(items), 3);
  const sandbox = items[2]?.children ?? [];
  const git = sandbox.find(({ name }) => name === 'git');
  assert.equal(git?.kind, 'repository');
  assert.equal(git.detail, 'https://github.com/example/practice_sandbox.git');
  assert.equal(sandbox.find(({ name }) => name === 'git_scripts')?.children[0]?.kind, 'repository');
  assert.equal(items[3]?.children.find(({ name }) => name === 'OBSID')?.kind, 'variable');
});

test('v1 names its repositories in a list', async () => {
  const { text } = await step('cal_pref3.json');
  const sandbox = symbolsOf(parseConfig(text, 'json')).find(({ name }) => name === 'sandbox');
  const scripts = sandbox?.children.find(({ name }) => name === 'scripts');
  assert.deepEqual(
    scripts?.children.map(({ name, kind }) => [name, kind]),
    [['prefactor', 'repository']],
  );
});

test('a symbol covers its name and its children, whatever the document is', async () => {
  const texts = await Promise.all(samples.map(step));
  const check = (item: OutlineItem): void => {
    assert.ok(item.start <= item.at.start && item.at.end <= item.end && item.at.start <= item.at.end);
    assert.notEqual(item.name, '');
    for (const child of item.children) {
      assert.ok(item.start <= child.start && child.end <= item.end, `${item.name} > ${child.name}`);
      check(child);
    }
  };
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.double({ min: 0, max: 1, noNaN: true }), ({ text, syntax }, cut) => {
      const tree = parseConfig(text.slice(0, Math.round(text.length * cut)), syntax);
      symbolsOf(tree).forEach(check);
      for (const { start, end } of foldsOf(tree)) assert.ok(start < end);
      pointersIn(tree);
    }),
    { numRuns: 500 },
  );
});

test('maps, texts over lines and comments fold', () => {
  const text =
    '# a\n# b\nToken:\n    NOTE: |\n        # c\n        # d\n\n    X: {a: 1,\n        b: 2}\nSandbox:\n    # e\n    # f\n    name: x # g\n';
  const folds = foldsOf(parseConfig(text, 'yaml')).map(({ start, end, comment }) => `${start}-${end}${comment ? '#' : ''}`);
  assert.deepEqual(folds, ['2-8', '3-5', '7-8', '9-12', '0-1#', '10-11#']);
});

test('pages of repositories, at the branch or commit where the host is known to have such pages', () => {
  const wanted: [string, string | undefined, string | undefined][] = [
    ['https://github.com/a/b.git', 'main', 'https://github.com/a/b/tree/main'],
    ['git@github.com:a/b.git', 'feature/x', 'https://github.com/a/b/tree/feature/x'],
    ['https://gitlab.com/a/b/c.git', 'abc123', 'https://gitlab.com/a/b/c/-/tree/abc123'],
    ['ssh://git@gitlab.example.org:2222/a/b', undefined, 'https://gitlab.example.org/a/b'],
    ['https://git.example.org/a/b.git', 'main', 'https://git.example.org/a/b'],
    ['https://user:word@github.com/a/b', undefined, 'https://github.com/a/b'],
    ['https://github.com/a/b', '$BRANCH', 'https://github.com/a/b'],
    ['/data/repositories/b.git', 'main', undefined],
    ['$REPOSITORY', 'main', undefined],
    ['--upload-pack=x', 'main', undefined],
    ['file:///data/b.git', 'main', undefined],
  ];
  for (const [address, revision, page] of wanted) assert.equal(repositoryPage(address, revision), page, address);
});

test('a step points at its repositories and attachments, at the text within the quotes', async () => {
  for (const [name, files] of [
    ['pref_cal1.cfg', ['calibrator.parset', 'srm.txt']],
    ['cal_pref3.json', ['calibrator.parset', 'srm.txt']],
  ] as const) {
    const { text, syntax } = await step(name);
    const pointers = pointersIn(parseConfig(text, syntax));
    assert.deepEqual(
      pointers.flatMap((each) => ('file' in each ? [text.slice(each.start, each.end)] : [])),
      files,
    );
    assert.deepEqual(
      pointers.flatMap((each) => ('page' in each ? [each.page] : [])),
      ['https://github.com/example/practice_sandbox/tree/prefactor', 'https://gitlab.example.org/practice/prefactor/-/tree/30c5d1e'],
    );
  }
  const out = 'Token: {}\noutputs:\n    config: ../x\nShell_variables:\n    _attachments:\n        "/etc/passwd": $A\n        "$B": b\n';
  assert.deepEqual(pointersIn(parseConfig(out, 'yaml')), []);
});
