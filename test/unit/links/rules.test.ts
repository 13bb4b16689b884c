/** Every rule of the list language by its own example. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lint } from '../../../src/core/links/lint';
import { foldAbove, rules, type Rule } from '../../../src/core/links/rule';
import { table } from './lists';

const all = Object.entries<Rule>(rules);

/** What a rule says, whatever the facts: the pieces of its sentence that are always there. */
function pieces({ message }: Rule): string[] {
  const say = message as (...facts: unknown[]) => string;
  return say('\u0001', '\u0001', '\u0001', '\u0001')
    .split('\u0001')
    .map((piece) => piece.trim())
    .filter((piece) => piece.length > 8);
}

for (const [name, rule] of all) {
  test(`${name}: its example breaks this rule and no other`, () => {
    const found = lint(rule.example, table);
    assert.deepEqual(
      found.map(({ code, severity }) => [code, severity]),
      [[rule.code, rule.severity]],
    );
    const said = found[0]?.message ?? '';
    const whose = all.filter(([, other]) => other.code === rule.code && pieces(other).every((piece) => said.includes(piece)));
    assert.deepEqual(
      whose.map(([other]) => other),
      [name],
      said,
    );
  });

  test(`${name}: says why it matters, in whole sentences`, () => {
    assert.match(rule.documentation, /^[A-Z].*\.$/);
    assert.ok(rule.documentation.length >= 40 && rule.documentation.length <= 220, String(rule.documentation.length));
    assert.doesNotMatch(rule.documentation, /!|please|successfully/i);
  });
}

test('what is told once for many lines says how many, and the table says from how many on', () => {
  const folded = all.filter(([, rule]) => rule.folded !== undefined);
  assert.deepEqual(
    folded.map(([name]) => name),
    ['quoted', 'comma', 'doubleSlash', 'innerSlash', 'trailingText'],
  );
  for (const [, rule] of folded) {
    assert.ok(rule.documentation.includes(`more than ${foldAbove} lines`));
    assert.match(rule.folded?.(25) ?? '', /^[A-Z].* 25 links.*\.$/);
  }
});
