import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editDistance, nearest } from '../../../src/core/nearest';

test('the closest word, and none that is too far', () => {
  assert.equal(nearest('nmae', ['loc', 'name', 'type'], 2), 'name');
  assert.equal(nearest('SANDBX', ['Token', 'Sandbox'], 3), 'Sandbox');
  assert.equal(nearest('colour', ['name', 'loc'], 3), undefined);
  assert.equal(nearest('x', [], 3), undefined);
});

/** The same by its definition, without any of the short cuts. */
function slow(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_unused, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, at(i - 2, j - 2) + 1);
      (rows[i] ?? [])[j] = least;
    }
  }
  return at(a.length, b.length);
}

test('short cuts change nothing below the limit', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abc'), maxLength: 7 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 1, max: 5 }), (a, b, limit) => {
      assert.equal(editDistance(a, b, limit), Math.min(limit, slow(a, b)));
      assert.equal(nearest(a, [b], limit), slow(a, b) < limit ? b : undefined);
    }),
    { numRuns: 5000 },
  );
});
