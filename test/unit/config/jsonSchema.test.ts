import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { dialectOf, hasStepName } from '../../../src/core/config/dialect';
import { jsonSchema } from '../../../src/core/config/docs/jsonSchema';
import { type Dialect } from '../../../src/core/config/key';
import { lintConfig } from '../../../src/core/config/rules/lint';
import { rules, type Rule } from '../../../src/core/config/rules/rule';
import { parseConfig } from '../../../src/core/config/syntax';
import { toData, type Syntax } from '../../../src/core/config/tree';
import { half, one, ours, stepData } from './forms';

const root = join(import.meta.dirname, '../../..');
const validators = {
  yaml: new Ajv({ strict: false, allErrors: true }).compile(jsonSchema('yaml')),
  json: new Ajv({ strict: false, allErrors: true }).compile(jsonSchema('json')),
};

/** What the schema says about a text: paths with messages. */
function said(text: string, syntax: Syntax): string[] {
  const validate = validators[syntax];
  // As a service sees it: dates are text there.
  const data: unknown = JSON.parse(JSON.stringify(toData(parseConfig(text, syntax).root)));
  if (validate(data) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

const shape = new Set<string>(
  [rules.missingKey, rules.wrongType, rules.tooSmall, rules.unknownValue, rules.unknownKey, rules.strangeKey, rules.numberForText].map(
    ({ code }) => code,
  ),
);
/** Problems of our own lint that the schema has to find, too. */
const shapeProblems = (text: string, syntax: Syntax) => lintConfig(text, syntax).filter(({ code }) => shape.has(code));
const syntaxOf = (text: string): Syntax => (text.trimStart().startsWith('{') ? 'json' : 'yaml');

describe('the schema says what the rules of shape say', () => {
  test('those rules, and no others, are marked as the schema’s', () => {
    const marked = Object.values<Rule>(rules).flatMap(({ code, schema }) => (schema === true && code !== 'syntax' ? [code] : []));
    assert.deepEqual(marked.sort(), [...shape].sort());
  });

  test('on the example of every rule, and the other way round', () => {
    const found = new Set<string>();
    for (const { code, example } of Object.values<Rule>(rules)) {
      const syntax = syntaxOf(example);
      const tree = parseConfig(example, syntax);
      if (tree.faults.length > 0 || dialectOf(tree) === 'legacy') continue;
      const problems = shapeProblems(example, syntax);
      for (const problem of problems) found.add(problem.code);
      assert.equal(said(example, syntax).length > 0, problems.length > 0, `${code}: ${said(example, syntax).join('; ')}`);
    }
    assert.ok(found.size >= 5, [...found].join());
  });

  const changes: readonly (readonly [string, string, Syntax, string, RegExp])[] = [
    [
      'a required key',
      half.replace(/ {4}remove_when_done.*\n/, ''),
      'yaml',
      'missing-key',
      /\/Sandbox must have required property 'remove_when_done'/,
    ],
    [
      'a type',
      half.replace('remove_when_done: True', 'remove_when_done: "True"'),
      'yaml',
      'wrong-type',
      /\/Sandbox\/remove_when_done must be boolean/,
    ],
    ['a minimum', ours.replace('NCPU: 4', 'NCPU: -1'), 'yaml', 'too-small', /\/Job\/NCPU must be >= 0/],
    [
      'a closed value',
      ours.replace('gzip: true', 'date_granularity: century'),
      'yaml',
      'unknown-value',
      /date_granularity must be equal to one of/,
    ],
    ['a mistyped key', ours.replace('checkout_dir', 'checkout_dri'), 'yaml', 'unknown-key', /tool must NOT have additional/],
    ['a key of nobody', half.replace('loc2: None', 'colour: blue'), 'yaml', 'strange-key', /\/Sandbox must NOT have additional/],
    ['a number for text', ours.replace('branch: main', 'branch: 3.1'), 'yaml', 'number-for-text', /branch must be string/],
    [
      'v1, a list',
      one.replace('"options": [', '"options": { "a": [').replace(/\],(\s*"extract")/, ']},$1'),
      'json',
      'wrong-type',
      /\/downloader\/options must be array/,
    ],
    ['v1, below', one.replace('"PicasApiVersion": 0.5', '"PicasApiVersion": 0.4'), 'json', 'too-small', /PicasApiVersion must be >= 0.5/],
  ];
  for (const [what, text, syntax, code, sentence] of changes) {
    test(`${what}: ${code}`, () => {
      assert.deepEqual(
        shapeProblems(text, syntax).map((problem) => problem.code),
        [code],
      );
      assert.ok(
        said(text, syntax).some((each) => sentence.test(each)),
        said(text, syntax).join('\n'),
      );
    });
  }

  test('files without problems have none', () => {
    for (const [text, syntax] of [
      [half, 'yaml'],
      [ours, 'yaml'],
      [one, 'json'],
    ] as const)
      assert.deepEqual(said(text, syntax), []);
    assert.deepEqual(said('OBSID: ""\nlock: 0\nmine: 5\n', 'yaml'), []);
    fc.assert(
      fc.property(stepData(true), (data) => assert.deepEqual(said(JSON.stringify(data), 'yaml'), [])),
      { numRuns: 100 },
    );
  });

  test('notes, our own rules and files of 2017 are left alone', () => {
    assert.deepEqual(said(half.replace(/ {4}git:\n.*\n.*\n/, ''), 'yaml'), [], 'a sandbox without git is the lint’s');
    assert.deepEqual(said(`x-note: 1\n_old: 2\n${half}`, 'yaml'), []);
    assert.deepEqual(said(one.replace('{', '{ "$schema": "x", "//": "note",'), 'json'), []);
    assert.deepEqual(said('sandbox:\n    name: x\ntoken:\n    keys: {}\n', 'yaml'), []);
    assert.deepEqual(said("_id: '$TOKEN'\nOBSID: '$OBSID'\n", 'yaml'), []);
  });
});

describe('the form', () => {
  const definitions = jsonSchema('yaml').definitions as Record<string, { properties?: object }>;
  test('each has a definition with the keys that it knows', () => {
    for (const dialect of ['v0.5', 'workbench', 'v1', 'token'] satisfies Dialect[]) assert.ok(definitions[dialect]?.properties, dialect);
  });

  test('is chosen as the lint chooses it, for any set of outermost keys', () => {
    const keys = [
      'Token',
      'Sandbox',
      'Shell_variables',
      'sandbox',
      'token',
      'Job',
      'container',
      'outputs',
      'downloader',
      'LRT',
      'tokvar',
      'OBSID',
      'lock',
      'other',
      'apiVersion',
      '_id',
    ];
    /** Each form by itself says its name. */
    const probe = (syntax: Syntax) => {
      const names = ['v0.5', 'workbench', 'v1', 'token'];
      const named = Object.fromEntries(names.map((name) => [name, { not: {}, description: name }]));
      return new Ajv({ strict: false, allErrors: true, verbose: true }).compile({ ...jsonSchema(syntax), definitions: named });
    };
    const probes = { yaml: probe('yaml'), json: probe('json') };
    fc.assert(
      fc.property(
        fc.subarray(keys),
        fc.constantFrom<Syntax>('yaml', 'json'),
        fc.constantFrom(1, 2),
        fc.constantFrom('$TOKEN', ''),
        (chosen, syntax, version, id) => {
          const data = Object.fromEntries(chosen.map((key) => [key, key === 'apiVersion' ? version : key === '_id' ? id : {}]));
          const dialect = dialectOf(parseConfig(JSON.stringify(data), syntax));
          probes[syntax](data);
          const schema = probes[syntax].errors?.find(({ keyword }) => keyword === 'not')?.parentSchema as
            { description?: string } | undefined;
          assert.equal(schema?.description ?? 'legacy', dialect, JSON.stringify(data));
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('what the manifest contributes', () => {
  interface Contribution {
    readonly fileMatch: readonly string[];
    readonly url: string;
  }
  const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    contributes: {
      yamlValidation: Contribution[];
      jsonValidation: Contribution[];
      menus: Record<string, { submenu?: string; when?: string }[]>;
    };
  };
  const matches = ({ fileMatch }: Contribution, name: string) =>
    fileMatch.some((glob) => new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name));
  const names = [
    'a.step.yaml',
    'a.step.yml',
    'a.token.yaml',
    'a.token.yml',
    'token.yaml',
    'token_cal.yml',
    'tokens.yaml',
    'a.yaml',
    'mytoken.yaml',
    'step.yaml',
    'a.step.json',
    'a.token.json',
    'token.json',
    'a.json',
    'package.json',
    'a.cfg',
    'a.step.yaml.txt',
  ];

  test('is for the names that count as step configuration, and for no others', () => {
    const [yaml] = contributes.yamlValidation;
    const [json] = contributes.jsonValidation;
    assert.ok(yaml !== undefined && json !== undefined);
    assert.deepEqual([yaml.url, json.url], ['./media/step.schema.json', './media/stepJson.schema.json']);
    for (const name of names) assert.equal(matches(yaml, name) || matches(json, name), hasStepName(name), name);
  });

  test('the menu stands at these names and at .cfg', () => {
    const when = Object.values(contributes.menus).flatMap((items) =>
      items.filter(({ submenu }) => submenu === 'grid.config').map((item) => item.when ?? ''),
    );
    assert.equal(when.length, 3);
    for (const condition of when) {
      const [, pattern = ''] = /resourceFilename =~ \/(.*)\/i$/.exec(condition) ?? [];
      for (const name of names) assert.equal(new RegExp(pattern, 'i').test(name), hasStepName(name) || name.endsWith('.cfg'), name);
    }
  });
});
