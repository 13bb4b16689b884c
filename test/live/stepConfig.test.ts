/**
 * Our reading of YAML beside that of Python, whose tools make and read these files: the same words mean the same, and a
 * quick fix changes the value it names and nothing else.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text as textOfStream } from 'node:stream/consumers';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { certainFix, fixAll } from '../../src/core/config/edit/fix';
import { lintConfig } from '../../src/core/config/rules/lint';
import { rules, type Edit, type Rule } from '../../src/core/config/rules/rule';
import { asMap, entriesOf, solid, spotAt, type Node, type Step, type Syntax } from '../../src/core/config/tree';
import { parseConfig } from '../../src/core/config/syntax';
import { parseYaml } from '../../src/core/config/yaml';
import { step05, step1, stepOurs, withoutDollar, withoutGit } from '../unit/config/shapes';

/** Debian's own Python, which has Debian's python3-yaml. */
const interpreter = process.platform === 'linux' ? '/usr/bin/python3' : 'python3';
const seed = Number(process.env.GRID_SEED ?? Date.now() % 1_000_000_000);

/** What Python makes of each text: plain JSON, maps as {map: [[key, value]]}, so that order and kinds of keys show. */
async function python(texts: readonly string[]): Promise<unknown[]> {
  const child = spawn(interpreter, ['-I', '-X', 'utf8', join(__dirname, 'stepConfig.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(texts));
  return JSON.parse(await textOfStream(child.stdout)) as unknown[];
}

function isError(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'error' in value;
}

/** Our tree in Python's words. */
function ours(node: Node | undefined): unknown {
  const found = solid(node);
  if (found === undefined) return null;
  if (found.kind === 'map') return { map: entriesOf(found).map(({ key, value }) => [ours(key), ours(value)]) };
  if (found.kind === 'list') return found.items.map(ours);
  const { value } = found;
  if (value instanceof Date) return { date: true };
  if (value instanceof Uint8Array) return { other: 'bytes' };
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: true };
  return value;
}

/** Python writes dates and infinities in its own way; that they are such is enough. */
function tamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tamed);
  if (typeof value !== 'object' || value === null) return value;
  if ('date' in value) return { date: true };
  if ('number' in value) return { number: true };
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, tamed(each)]));
}

test(`4 000 plain words mean the same to Python, seed ${seed}`, async () => {
  const letters = fc.constantFrom(...'0123456789:._+-eExXoObBnyNYtfaFTruslIiN~TZ');
  const made = fc.sample(fc.string({ unit: letters, minLength: 1, maxLength: 8 }), { seed, numRuns: 4000 });
  const known = [
    'yes',
    'Off',
    'y',
    'N',
    'True',
    'tRUE',
    'null',
    'NULL',
    '~',
    '.inf',
    '-.INF',
    '.nan',
    '0b11',
    '0o17',
    '-0777',
    '08',
    '190:20:30',
  ];
  const words = [
    ...new Set([...known, '190:20:30.15', '1_0', '1e3', '1.5e+3', '+.5', '5.', '2001-12-14', '2001-1-1', '00:01', '0.', '000', ...made]),
  ];
  const texts = words.map((word) => `a: ${word}\n`);
  const theirs = await python(texts);
  let compared = 0;
  texts.forEach((text, index) => {
    const their = theirs[index];
    const tree = parseYaml(text);
    if (isError(their) || tree.faults.length > 0) return;
    compared++;
    assert.deepEqual(ours(tree.root), tamed(their), text);
  });
  assert.ok(compared > words.length * 0.8, `${compared} of ${words.length} could be compared`);
});

/** Values that each call for a fix of their own. */
const broken = [
  ...['yes', '0755', '007', '000', '12:30:45', '2018-03-01', '1_000', '0x1F', '.inf', 'None'].map((value) =>
    step05.replace('progress: ""', `NOTE: ${value} # keep me`),
  ),
  // Between braces, behind an anchor or a tag, before a comment, in each way to write a text.
  step05.replace('progress: ""', 'NOTE: {a: 0755,b: [007, 12:30:45], c: &d 0x1F} # keep me'),
  step05.replace('progress: ""', 'NOTE: &n 0755\n    NUMBER: !!int 0755'),
  ...['/2018/', '/yes/', '/~/', '/#a/', '/a/ # keep me', "'/a/'", '"/\\u00e9/"', '|-\n        /a/', '&l /a/', '!!str /a/'].map((loc) =>
    step05.replace('"/SURVEY/calib/"', loc),
  ),
  step05.replace(
    / {4}name: field_cal\n[^]*?(?=\nShell)/,
    '    {name: cal, loc: /SURVEY/, git: {location: "https://h/x.git", branch: 3.10}}\n',
  ),
  ...['|-\n        OBSID', '>-\n        OBSID', "'OBSID'", '&o OBSID', '!!str OBSID'].map((name) => step05.replace("'$OBSID'", name)),
  ...[
    ' {$PARSET: a.parset, "$B": "b c", \'$C\':c}',
    '\n        ? $PARSET\n        : a.parset',
    '\n        $PARSET: &p a.parset',
    "\n        $PARSET:  'x: y' # keep me",
    '\n        $PARSET: |-\n            a.parset',
    '\n        $PARSET: a.parset\n        $OTHER: a.parset',
  ].map((map) => step05.replace(/\n[^\n]*Field-Calibrator[^]*$/, `${map}\n`)),
  ...['1.tar', 'yes.tar.gz', '.tar', '>-\n      x_$STARTSB.tar', "'it''s.tgz'", '&t x.tar'].map((template) =>
    stepOurs.replace('template: image_$STARTSB', `template: ${template}`).replace('gzip: false', "gzip: 'false'"),
  ),
  step05.replace('branch: calib', 'branch: 3.10'),
  step05.replace('"4d2a91f"', '0012345'),
  step05.replace("'$OBSID'", 'OBSID'),
  step05.replace("Field-Calibrator.parset: '$PARSET'", '$PARSET: Field-Calibrator.parset'),
  step05.replace('remove_when_done: True', "remove_when_done: 'True'"),
  stepOurs.replace('NCPU: 8', 'NCPU: "8"').replace('template: image_$STARTSB', 'template: image_$STARTSB.tar.gz'),
  stepOurs.replace('onFailure: logs', 'onFailure: logz'),
  step05,
  withoutDollar,
  withoutGit,
].flatMap((text) => [text, `\uFEFF${text.replaceAll('\n', '\r\n')}`]);

/** The same in JSON, which Python reads as YAML, too. */
const brokenJson = [
  step1.replace('"NCPU": 4', '"NCPU":"4"').replace('"wholenode": false', '"wholenode": "False"'),
  step1.replace('"$SRMFILE": "srm.txt"', '"srm.txt":"$SRMFILE"').replace('$DATE"', '$DATE.tar"'),
  step1.replace('"OBSID": "L701234"', '"OBSID": 701234'),
];

function applied(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, text: put }) => all.slice(0, start) + put + all.slice(end), text);
}

/** Without what stands at a path. */
function without(value: unknown, [step, ...rest]: readonly Step[]): unknown {
  if (typeof step === 'number' && Array.isArray(value)) {
    return value.map((item: unknown, index) => (index !== step ? item : rest.length === 0 ? 'gone' : without(item, rest)));
  }
  const { map } = value as { map: [unknown, unknown][] };
  return {
    map: map.map(([key, each]) =>
      key !== step ? [key, each] : [rest.length === 0 ? 'gone' : key, rest.length === 0 ? 'gone' : without(each, rest)],
    ),
  };
}

test('a fix changes the value it names; Python reads everything else as before, and the comments are there', async () => {
  const cases: readonly (readonly [string, Syntax])[] = [
    ...broken.map((text) => [text, 'yaml'] as const),
    ...brokenJson.map((text) => [text, 'json'] as const),
  ];
  const mended = cases.flatMap(([text, syntax]) =>
    lintConfig(text, syntax).flatMap(({ code, fixes = [] }) =>
      fixes.map((fix) => ({
        code,
        text,
        syntax,
        fix,
        after: applied(text, fix.edits),
        path: spotAt(parseConfig(text, syntax), fix.edits[0]?.start ?? -1)?.path ?? [],
      })),
    ),
  );
  // Every rule whose example has a certain fix is among them: a new one has to come here too.
  const tried = new Set(mended.filter(({ fix }) => fix.certain).map(({ code }) => code));
  for (const { example } of Object.values<Rule>(rules)) {
    const syntax = example.trimStart().startsWith('{') ? 'json' : 'yaml';
    for (const problem of lintConfig(example, syntax))
      assert.ok(certainFix(problem) === undefined || problem.code === 'tab' || tried.has(problem.code), problem.code);
  }
  assert.ok(tried.has('wrong-type') && tried.size >= 11, [...tried].join(', '));
  const before = await python(mended.map(({ text }) => text));
  const after = await python(mended.map((each) => each.after));
  mended.forEach(({ code, fix, text, syntax, path, after: written }, index) => {
    const where = `${code}: ${fix.title}\n${text}`;
    assert.ok(!isError(before[index]), `${where}${JSON.stringify(before[index])}`);
    assert.ok(!isError(after[index]), `${where}${written}${JSON.stringify(after[index])}`);
    assert.ok(!lintConfig(written, syntax).some((each) => each.code === code && each.start === fix.edits[0]?.start && fix.certain), where);
    assert.notEqual(written, text, where);
    assert.deepEqual(without(tamedBy(after[index], path, before[index]), path), without(before[index], path), where);
    const comments = (each: string) => each.match(/(?<=^|\s)#.*/gm);
    assert.deepEqual(comments(written), comments(text), where);
    assert.deepEqual(
      asMap(parseConfig(written, syntax).root)?.entries.map(({ key }) => key.text),
      asMap(parseConfig(text, syntax).root)?.entries.map(({ key }) => key.text),
    );
  });
});

test('a tab that Python stops at is told, whatever it stands between, and a blank in its place leaves what we read', async () => {
  const refused = [
    '\tx',
    ' \tx',
    '\t"x"',
    'x\t',
    'x \t',
    'x\t# c',
    '{a: b,\tc: d\t}',
    '[a,\tb\t]',
    '&a\tx',
    '\n    - x\t\n    -\ty',
    '\t|\n    x',
    '|\n    x\n\t',
  ];
  const taken = ['"a\tb"', "'\tx'", 'x # a\tb', '|\n    a\tb\n    \t\n', '>-\n    a\t\n    b', 'x\n# a\tb'];
  const text = (value: string) => `a: ${value}\nb: y\n`.replace('a: \n', 'a:\n').replace('a: \t', 'a:\t');
  const all = [...refused, ...taken].flatMap((value) => [text(value), text(value).replaceAll('\n', '\r\n')]);
  const before = await python(all);
  const mended = all.map((each) => fixAll(each, 'yaml').text);
  const after = await python(mended);
  all.forEach((each, index) => {
    const codes = lintConfig(each, 'yaml').map(({ code }) => code);
    const told = codes.includes('tab') || codes.includes('syntax');
    assert.equal(told, isError(before[index]), JSON.stringify(each));
    // Between braces our own parser stops, too.
    if (!codes.includes('syntax')) assert.deepEqual(after[index], ours(parseYaml(each).root), JSON.stringify(mended[index]));
    if (!told) assert.equal(mended[index], each);
  });
});

/** Where a fix gives the entry another key, the key it had: that it is another one is what the fix says. */
function tamedBy(after: unknown, path: readonly Step[], before: unknown): unknown {
  const [step, ...rest] = path;
  if (Array.isArray(after) && Array.isArray(before))
    return after.map((item: unknown, at) => (at === step ? tamedBy(item, rest, before[at]) : item));
  if (step === undefined || typeof after !== 'object' || after === null || !('map' in after)) return after;
  const now = (after as { map: [unknown, unknown][] }).map;
  const was = (before as { map: [unknown, unknown][] }).map;
  const at = was.findIndex(([key]) => key === step);
  return { map: now.map(([key, value], index) => (index !== at ? [key, value] : [step, tamedBy(value, rest, was[at]?.[1])])) };
}
