import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { documents } from '../../../media/docs.mjs';
import { tokenFields } from '../../../src/core/config/fields';
import { stepPage } from '../../../src/core/config/docs/page';
import { rules } from '../../../src/core/config/rules/rule';

const media = join(import.meta.dirname, '../../../media');

for (const [name, text] of Object.entries(documents)) {
  test(`media/${name} is what the sources say`, async () => {
    const kept = await readFile(join(media, name), 'utf8').catch(() => '');
    assert.ok(kept === text(), `media/${name} is out of date. Run: npm run docs`);
  });
}

test('the page has every rule once, with its example', () => {
  const page = stepPage();
  for (const { code, example } of Object.values(rules)) {
    assert.equal(page.split(`### ${code}\n`).length, 2, code);
    assert.ok(page.includes(`| [${code}](#${code}) | `), code);
    assert.ok(page.includes(`\n${example.trimEnd()}\n\`\`\``), code);
  }
});

test('the page has the keys of each form, and the fields of the token once', () => {
  const page = stepPage();
  for (const key of [
    'Sandbox.git.location',
    'Sandbox.git_scripts.<folder>.checkout_dir',
    'sandbox.scripts[].<folder>',
    'outputs.files[].namePattern',
    'Job.NCPU',
  ]) {
    assert.ok(page.includes(`| \`${key}\` | `), key);
  }
  for (const field of Object.keys(tokenFields)) assert.equal(page.split(`| \`${field}\` | `).length, 2, field);
});

test('every row has the cells of its table, and every link its heading', () => {
  const page = stepPage();
  let cells = 0;
  for (const line of page.split('\n')) {
    const found = line.startsWith('|') ? line.replaceAll('\\|', '').split('|').length : 0;
    if (cells > 0 && found > 0) assert.equal(found, cells, line);
    cells = found;
  }
  const headings = new Set(
    [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
  for (const [, target = ''] of page.matchAll(/\]\(#([^)]*)\)/g)) assert.ok(headings.has(target), target);
});
