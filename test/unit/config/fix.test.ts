/** Certain fixes, all at once: nothing certain is left, and nothing else is touched. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { apart, apply, certainFix, changes, fixAll } from '../../../src/core/config/edit/fix';
import { lintConfig } from '../../../src/core/config/rules/lint';
import { parseConfig } from '../../../src/core/config/syntax';
import { toData } from '../../../src/core/config/tree';
import { samples, step } from './place';

test('the sample with the usual mistakes', async () => {
  const { text } = await step('imaging.cfg');
  const { text: mended, fixed } = fixAll(text, 'yaml');
  assert.ok(fixed >= 5);
  for (const part of [
    'RESULTS_DIR: "$RESULTS_DIR"',
    'branch: "3.10" # quoted',
    'CHUNK: "0010"',
    'imaging.parset: $PARSET',
    'loc: "LC9/imaging"',
    'DO_DEMIX: yes',
  ])
    assert.ok(mended.includes(part), part);
  const comments = (each: string) => each.match(/#.*/g);
  assert.deepEqual(comments(mended), comments(text));
  const before = toData(parseConfig(text, 'yaml').root) as Record<string, Record<string, unknown>>;
  const after = toData(parseConfig(mended, 'yaml').root) as Record<string, Record<string, unknown>>;
  assert.deepEqual(Object.keys(after), Object.keys(before));
  assert.deepEqual(after.Token, { ...before.Token, CHUNK: '0010' });
  assert.deepEqual(Object.keys(after.Shell_variables ?? {}), Object.keys(before.Shell_variables ?? {}));
});

test('v1: a number in quotes and an ending too many', async () => {
  const { text } = await step('target.step.json');
  const { text: mended, fixed } = fixAll(text, 'json');
  assert.equal(fixed, 2);
  assert.ok(mended.includes('"NCPU": 6,') && mended.includes('"template": "target_$STARTSB_$DATE"'));
});

test('nothing certain is left, whatever was cut off or changed; a second time changes nothing', async () => {
  const texts = await Promise.all(samples.map(step));
  const cases = fc.record({
    sample: fc.constantFrom(...texts),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(60),
    put: fc.constantFrom(
      '',
      '\n',
      ' 0010',
      ' yes',
      '"',
      '$X: y',
      '12:30:45',
      ' 000\n',
      '/LC9/',
      "'true'",
      'A: 2018-03-01\n',
      '{',
      '&a ',
      '*a',
    ),
  });
  fc.assert(
    fc.property(cases, ({ sample: { text, syntax }, from, length, put }) => {
      const start = Math.round(from * text.length);
      const changed = text.slice(0, start) + put + text.slice(start + length);
      const once = fixAll(changed, syntax);
      assert.deepEqual(
        lintConfig(once.text, syntax).filter((problem) => certainFix(problem) !== undefined),
        [],
      );
      assert.deepEqual(fixAll(once.text, syntax), { text: once.text, fixed: 0 });
      assert.equal(apply(changed, changes(changed, once.text)), once.text);
    }),
    { numRuns: 1500 },
  );
});

test('words that YAML would take for something else are quoted; a block is left to a person', () => {
  const loc = (text: string) => fixAll(`Sandbox:\n    loc: ${text}\n`, 'yaml').text.slice('Sandbox:\n    loc: '.length, -1);
  assert.deepEqual(['/a/', '/yes/', '/2018/', '/~/', "'/a/'"].map(loc), ['a', '"yes"', '"2018"', '"~"', "'a'"]);
  assert.equal(loc('|-\n        /a/'), '|-\n        /a/');
});

test('two attachments the wrong way round that would get one key: the first is turned', () => {
  const text = 'Token: {}\nShell_variables:\n    _attachments:\n        $A: x.y\n        $B: x.y\n        "$C":z\n';
  assert.equal(fixAll(text.replace('"$C":z', '$C: z'), 'yaml').text, text.replace('$A: x.y', 'x.y: $A').replace('"$C":z', 'z: $C'));
});

test('of two fixes that touch, the first is taken', () => {
  const fix = (start: number, end: number, text: string) => ({ title: text, edits: [{ start, end, text }], certain: true });
  assert.deepEqual(
    apart([fix(4, 6, 'c'), fix(0, 2, 'a'), fix(1, 3, 'b'), fix(7, 8, 'd')]).map(({ title }) => title),
    ['a', 'c', 'd'],
  );
});

test('changes are line by line, where the lines are as many', () => {
  assert.deepEqual(changes('a\r\nb\r\nc', 'a\r\nB\r\nc'), [{ start: 3, end: 5, text: 'B\r' }]);
  assert.deepEqual(changes('a', 'a'), []);
  assert.equal(apply('a\nb', changes('a\nb', 'c')), 'c');
});
