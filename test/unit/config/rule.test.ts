import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintConfig } from '../../../src/core/config/rules/lint';
import { rules, type Rule } from '../../../src/core/config/rules/rule';

const table: readonly (readonly [string, Rule])[] = Object.entries(rules);

describe('the rule table of step configuration', () => {
  for (const [name, rule] of table) {
    it(`${name}: its example has the problem`, () => {
      const found = lintConfig(rule.example, rule.example.startsWith('{') ? 'json' : 'yaml');
      const problem = found.find(({ code }) => code === rule.code);
      assert.ok(problem, `found: ${found.map(({ code }) => code).join(', ') || 'nothing'}`);
      assert.ok(problem.end > problem.start, 'it has a place that can be seen');
      assert.ok(problem.end <= rule.example.length);
    });
  }

  it('each code stands for one rule, and is a word that stays', () => {
    const codes = table.map(([, { code }]) => code);
    assert.equal(new Set(codes).size, codes.length);
    for (const code of codes) assert.match(code, /^[a-z]+(-[a-z]+)*$/);
  });

  it('sentences end, do not shout and do not beg', () => {
    for (const [, rule] of table) {
      const told = lintConfig(rule.example, rule.example.startsWith('{') ? 'json' : 'yaml').map(({ message }) => message);
      for (const sentence of [rule.documentation, ...told]) {
        assert.match(sentence, /[.?]$/, sentence);
        assert.doesNotMatch(sentence, /[^!]!(\s|$)|please|successful/i, sentence);
      }
    }
  });
});
