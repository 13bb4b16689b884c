import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toVersionHalf } from '../../../src/core/config/convert/superset';
import { parseYaml } from '../../../src/core/config/yaml';
import { lintTree } from '../../../src/core/config/rules/lint';

test('what v0.5 has no place for is left out of it, and said', () => {
  const git = { location: 'https://h/a.git', branch: 'b', submodules: true };
  const { data, lost } = toVersionHalf({
    Token: {},
    Sandbox: { name: 's', git, git_scripts: { t: { git_url: 'https://h/t.git' } }, files: ['a'], gzip: true },
  });
  assert.deepEqual(data.Sandbox, {
    name: 's',
    git: { location: 'https://h/a.git', branch: 'b' },
    git_scripts: { t: { git_url: 'https://h/t.git' } },
  });
  assert.deepEqual(lost, [
    'v0.5 takes no local files into the sandbox: put those of “files” into the repository.',
    'v0.5 does not compress the sandbox: “gzip” is lost.',
    'v0.5 takes no repositories inside another along: “submodules” is lost.',
  ]);
});

test('the keys of a sandbox of ours are known to the lint', () => {
  const text =
    'apiVersion: 2\nToken: { OBSID: "" }\nSandbox:\n  name: s\n  loc: a\n  gzip: true\n  files: [master.sh, { from: a, to: b }]\n  git: { location: https://h/a.git, branch: b, submodules: true }\n  git_scripts:\n  remove_when_done: true\nShell_variables: { OBSID: $OBSID }\n';
  assert.deepEqual(
    lintTree(parseYaml(text)).map(({ code }) => code),
    [],
  );
});
