import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { before, test } from 'node:test';
import { listFiles, PackageManager } from '@vscode/vsce';
import { run } from '../../setup.mjs';
import { measureSizes } from '../../bench/bytes';

const root = join(import.meta.dirname, '../../..');

before(async () => {
  assert.equal(await run(process.execPath, ['build.mjs', '--package'], { stdio: 'ignore' }), 0, 'node build.mjs --package');
});

test('the package holds what it needs and nothing else', async () => {
  const files = (await listFiles({ cwd: root, packageManager: PackageManager.None })).map((file) => file.replaceAll('\\', '/')).sort();
  const built = await readdir(join(root, 'dist'), { recursive: true, withFileTypes: true });
  const dist = built
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  const states = (await readdir(join(root, 'media/states'))).map((name) => `media/states/${name}`);
  const media = [
    'grid.svg',
    'grid-dark.svg',
    'grid-light.svg',
    'icon.png',
    'links.language-configuration.json',
    'links.tmLanguage.json',
    'step.md',
    'step.schema.json',
    'stepJson.schema.json',
  ].map((name) => `media/${name}`);
  assert.deepEqual(
    files,
    ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'package.nls.json', ...dist, ...states, ...media].sort(),
  );
});

test("what the grid's own Python runs ships, and nothing that Python has left behind", async () => {
  assert.deepEqual(await readdir(join(root, 'dist/worker')), ['archive_info.py', 'gfal_bridge.py']);
});

test('what activation loads, all host code, the panels and the .vsix stay small', async () => {
  const { activation, host, webview, vsix } = await measureSizes();
  assert.ok(activation <= 120_000, `${activation} bytes are loaded by activation`);
  // The goal is 600 kB; what stands here keeps a mistake from shipping a library twice.
  assert.ok(host <= 980_000, `${host} bytes of host code`);
  assert.ok(webview <= 250_000, `${webview} bytes of panels`);
  assert.ok(vsix <= 600_000, `${vsix} bytes of .vsix`);
});
