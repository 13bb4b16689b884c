import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile, lstat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { convertFiles } from '../../../src/adapters/lineEnds';
import { parseYaml } from '../../../src/core/config/yaml';
import { localPathOf, withLineFeeds } from '../../../src/core/sandbox/lineEnds';
import { readRecipe } from '../../../src/core/sandbox/recipe';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (content: Uint8Array): string => Buffer.from(content).toString('latin1');

test('CR LF becomes LF; a CR alone and whatever is no text stay', () => {
  assert.equal(text(withLineFeeds(bytes('a\r\nb\rc\r\r\n\r'))), 'a\nb\rc\r\n\r');
  assert.equal(text(withLineFeeds(bytes('\xff\xfe\r\n\x00'))), '\xff\xfe\n\x00');
  assert.equal(withLineFeeds(new Uint8Array(0)).length, 0);
});

test('whose file it is: the last source that gives it', () => {
  const files = [
    { from: 'scripts/all', to: 'bin' },
    { from: 'one.sh', to: 'bin/one.sh' },
  ];
  assert.equal(localPathOf('bin/deep/x.sh', files), 'scripts/all/deep/x.sh');
  assert.equal(localPathOf('bin/one.sh', files), 'one.sh');
  assert.equal(localPathOf('binary', files), undefined);
});

test('the recipe says it for every build', () => {
  const recipe = (more: string) =>
    readRecipe(
      parseYaml(
        `Token: {}\nSandbox: { name: a, loc: b, git: { location: https://h/a.git }${more} }\nShell_variables: { A: $A, _id: $I }\n`,
      ),
      'a',
    );
  assert.equal(recipe('').lineEnds, false);
  assert.equal(recipe(', convert_line_ends: true').lineEnds, true);
  assert.deepEqual(recipe('').exported, ['A']);
});

test('files of this machine keep their rights, links stay links, and nothing half is left', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'grid-ends-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [file, link] = [join(folder, 'a.sh'), join(folder, 'b.sh')];
  await writeFile(file, 'echo\r\n');
  await chmod(file, 0o751);
  await symlink('a.sh', link);
  await convertFiles([link]);
  assert.equal(await readFile(file, 'utf8'), 'echo\n');
  assert.equal((await stat(file)).mode & 0o777, 0o751);
  assert.ok((await lstat(link)).isSymbolicLink());
  await assert.rejects(convertFiles([join(folder, 'gone.sh')]), /gone\.sh cannot be written/);
  assert.deepEqual((await readdir(folder)).sort(), ['a.sh', 'b.sh']);
});
