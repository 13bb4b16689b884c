/**
 * The lint meets what nobody wrote on purpose: damaged, truncated, endless and malicious files. It must not throw, must
 * stay inside the text, and must not take time out of proportion (a run that hangs is the failure). So must everything
 * else that an editor asks for. The seed stands in the name; `GRID_SEED=n` repeats it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { importLegacy } from '../../../src/core/config/convert/legacy';
import { pointersIn } from '../../../src/core/config/edit/address';
import { completionsAt } from '../../../src/core/config/edit/completion';
import { formatEdits } from '../../../src/core/config/edit/format';
import { hoverAt } from '../../../src/core/config/edit/hover';
import { foldsOf, symbolsOf } from '../../../src/core/config/edit/outline';
import { parseConfig } from '../../../src/core/config/syntax';
import { GridError } from '../../../src/core/errors';
import { lintConfig } from '../../../src/core/config/rules/lint';
import { sites } from '../../../src/core/links/site';
import { type Syntax } from '../../../src/core/config/tree';
import { notes2017, step05, step1, stepOurs, withoutDollar } from './shapes';

const seed = Number(process.env.GRID_SEED ?? Date.now() % 1_000_000_000);
const small = 10_000;
const large = 50;
const { table } = sites();

function sound(text: string, syntax: Syntax): void {
  let last = 0;
  for (const { start, end, message, fixes, related } of lintConfig(text, syntax, { sites: table })) {
    assert.ok(start >= last, 'problems come in order');
    last = start;
    for (const span of [{ start, end }, ...(related === undefined ? [] : [related]), ...(fixes ?? []).flatMap((fix) => fix.edits)]) {
      assert.ok(span.start >= 0 && span.start <= span.end && span.end <= text.length, `${span.start}…${span.end} of ${text.length}`);
    }
    assert.ok(message.length > 0);
  }
}

/** What an editor asks of a document at a place of it. */
function asked(text: string, syntax: Syntax, offset: number): void {
  const tree = parseConfig(text, syntax);
  const spans = [...completionsAt(text, syntax, offset), ...pointersIn(tree), ...formatEdits(text, undefined, tree)];
  const hover = hoverAt(tree, offset, { sites: table });
  for (const { start, end } of hover === undefined ? spans : [...spans, hover])
    assert.ok(start >= 0 && start <= end && end <= text.length, `${start}…${end} of ${text.length}`);
  symbolsOf(tree);
  if (tree.root !== undefined) foldsOf(tree);
  try {
    importLegacy([{ name: 'x.cfg', text }]);
  } catch (error) {
    if (!(error instanceof GridError)) throw error;
  }
}

const shapes = [step05, withoutDollar, stepOurs, step1, notes2017] as const;
/** What breaks parsers: quotes, brackets, anchors, tags, tabs, line ends of all kinds, characters that cannot be seen. */
const shards = fc.constantFrom(
  ...[
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    '- ',
    '-',
    '#',
    '&a ',
    '*a',
    '!!str ',
    '!!python/x ',
    '|\n',
    '>-\n',
    '? ',
    '%',
    '@',
    '`',
    '\t',
    '\r',
    '\r\n',
    '\n',
  ],
  ...[
    '\0',
    '\uFEFF',
    '\u2028',
    '\uD800',
    '---\n',
    '...\n',
    '<<: ',
    '$',
    '$A',
    '${',
    '//',
    '..',
    '000',
    'yes',
    '12:30',
    '__proto__: ',
    '"constructor": ',
    '\\',
    '\\u',
    '    ',
    ',',
  ],
);
const edit = fc.record({
  at: fc.nat(),
  remove: fc.nat({ max: 40 }),
  insert: fc.oneof(shards, fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 4 })),
});

function damaged(shape: string, edits: readonly { at: number; remove: number; insert: string }[], cut: number): string {
  let text = shape;
  for (const { at, remove, insert } of edits) {
    const from = at % (text.length + 1);
    text = text.slice(0, from) + insert + text.slice(from + remove);
  }
  return cut === 0 ? text : text.slice(0, cut % (text.length + 1));
}

test(`${small} damaged files, seed ${seed}`, () => {
  const file = fc.tuple(
    fc.constantFrom(...shapes),
    fc.array(edit, { maxLength: 6 }),
    fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat()),
  );
  fc.assert(
    fc.property(file, fc.boolean(), fc.nat(), ([shape, edits, cut], other, at) => {
      const own: Syntax = shape === step1 ? 'json' : 'yaml';
      const [text, syntax] = [damaged(shape, edits, cut), other ? 'yaml' : own] as const;
      sound(text, syntax);
      if (at % 4 === 0) asked(text, syntax, at % (text.length + 1));
    }),
    { seed, numRuns: small },
  );
});

/** Files of up to 5 MB, each of a kind that costs a careless reader its time or its stack. */
const kinds: readonly ((n: number) => readonly [string, Syntax])[] = [
  (n) => [`Token:\n${'  FIELD: 1\n'.repeat(n)}`, 'yaml'],
  (n) => [
    `Token:\n${numbered(n, (k) => `  FIELD_${k}: "${k}"\n`)}Shell_variables:\n${numbered(n, (k) => `  FIELD_${k}: '$FIELD_${k}'\n`)}`,
    'yaml',
  ],
  (n) => [`Shell_variables:\n  _attachments:\n${numbered(n, (k) => `    $V${k}: file_${k}\n`)}`, 'yaml'],
  (n) => [`Sandbox:\n  git_scripts:\n${numbered(n, (k) => `    t${k}: {git_ulr: "https://h/x.git", branch: a b}\n`)}`, 'yaml'],
  (n) => [`a: ${'['.repeat(n)}`, 'yaml'],
  (n) => [`${numbered(Math.min(n, 3000), (k) => `${' '.repeat(k)}a:\n`)}`, 'yaml'],
  (n) => [`Token:\n${'\t'.repeat(n * 10)}`, 'yaml'],
  (n) => [`Token:\n  A: x${' \t'.repeat(n * 10)}#\n`, 'yaml'],
  (n) => [numbered(n, (k) => `# a\n# b\nk${k}:\t1\n`), 'yaml'],
  (n) => [`LRT:\n${numbered(n, () => ' name:x\n')}`, 'yaml'],
  (n) => [`a0: &a0 [x, x]\n${numbered(Math.min(n, 5000), (k) => `a${k + 1}: &a${k + 1} [*a${k}, *a${k}]\n`)}`, 'yaml'],
  (n) => [`Token:\n  <<: [${numbered(n, () => '*x, ')}]\n`, 'yaml'],
  (n) => [`Token:\n  RESULTS_DIR: "${'/'.repeat(n * 10)}x"\n`, 'yaml'],
  (n) => [`Token:\n  RESULTS_DIR: "${'a+'.repeat(n * 10)}://"\n`, 'yaml'],
  (n) => [`{"Token": {"upload": {"location": "$${'A'.repeat(n * 10)}", "template": "${'$'.repeat(n * 10)}"}}}`, 'json'],
  (n) => [`{"Token": {"variables": {"_token_keys": {${numbered(n, (k) => `"$V${k}": "F${k}", `)}}}}}`, 'json'],
  (n) => ['{"a":'.repeat(n), 'json'],
  (n) => [`{"Job": [${numbered(n, (k) => `{"k${k}": "uberftp"}, `)}]}`, 'json'],
  (n) => [step05.repeat(Math.ceil(n / 100)), 'yaml'],
  (n) => [`outputs:\n  files:\n${numbered(n, (k) => `    - {namePattern: "../${k}", format: "{"}\n`)}`, 'yaml'],
];

function numbered(n: number, row: (k: number) => string): string {
  return Array.from({ length: n }, (_, k) => row(k)).join('');
}

test(`${large} large files, seed ${seed}`, () => {
  const size = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 100, max: 20_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 50_000, max: 120_000 }) },
  );
  let turn = 0;
  fc.assert(
    fc.property(size, (n) => {
      const [text, syntax] = kinds[turn++ % kinds.length]?.(n) ?? ['', 'yaml'];
      sound(text.slice(0, 5_000_000), syntax);
      if (text.length <= 400_000) asked(text, syntax, text.length >> 1);
    }),
    { seed, numRuns: large, endOnFailure: true },
  );
});
