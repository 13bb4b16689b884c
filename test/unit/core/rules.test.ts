/** The tables of rules: laid out as the formatter does it, and on the pages as the rules are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format } from 'prettier';
import { renderRules, withRules } from '../../../src/core/rules';
import { pages, tables } from '../../docs';

test('every page shows the rules as they are', async () => {
  for (const { page, now, wanted } of await pages()) assert.equal(now, wanted, `${page} is out of date: npm run docs writes it anew`);
});

test('a table is as the formatter would lay it out, with every rule', async () => {
  for (const { rules, name } of tables) {
    const table = renderRules(rules);
    assert.equal(await format(table, { parser: 'markdown' }), table, name);
    for (const { code, documentation } of rules) assert.ok(table.includes(`\`${code}\``) && table.includes(documentation), code);
  }
  const odd = renderRules([{ code: 'a', severity: 'hint', documentation: 'One | two\nthree.', example: '' }]);
  assert.match(odd, /\| `a` +\| hint +\| One \\\| two three\. \|\n$/);
});

test('a page keeps what is around the table; without a place there is no page', () => {
  const page = 'before\n<!-- rules:x -->\nold\n<!-- /rules:x -->\nafter <!-- rules:y --><!-- /rules:y -->';
  assert.equal(
    withRules(page, 'x', 'new\n'),
    'before\n<!-- rules:x -->\n\nnew\n\n<!-- /rules:x -->\nafter <!-- rules:y --><!-- /rules:y -->',
  );
  assert.equal(withRules(page, 'z', 'new'), undefined);
  assert.equal(withRules('<!-- /rules:x --><!-- rules:x -->', 'x', 'new'), undefined);
});
