import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseYaml } from '../../../src/core/config/yaml';
import { asMap, entriesOf, entryOf, spotAt, toData, valueAt, type Node, type ScalarNode } from '../../../src/core/config/tree';
import { step05, stepOurs } from './shapes';

function scalars(node: Node | undefined, found: ScalarNode[] = []): ScalarNode[] {
  if (node?.kind === 'scalar') found.push(node);
  if (node?.kind === 'map')
    for (const { key, value } of node.entries) {
      found.push(key);
      scalars(value, found);
    }
  if (node?.kind === 'list') node.items.forEach((item) => scalars(item, found));
  return found;
}

describe('where things stand in YAML', () => {
  for (const [name, text] of Object.entries({
    step05,
    stepOurs,
    'with CRLF and a byte order mark': `\uFEFF${step05.replaceAll('\n', '\r\n')}`,
  })) {
    it(`${name}: every scalar is where it says`, () => {
      const tree = parseYaml(text);
      assert.deepEqual(tree.faults, []);
      const all = scalars(tree.root);
      assert.ok(all.length > 40);
      for (const { start, end, style, text: value } of all) {
        const source = text.slice(start, end);
        if (style === 'plain') assert.equal(source, value);
        else assert.equal(source, style === 'single' ? `'${value}'` : JSON.stringify(value));
      }
    });
  }

  it('nothing at all stands right behind its colon or dash', () => {
    const text = 'a:\nb: \n"c" :\nd: [1, ]\ne:\n  - \n  - x\n';
    const tree = parseYaml(text);
    const root = asMap(tree.root);
    const places = ['a', 'b', 'c'].map((key) => text.slice(0, valueAt(root, key)?.start));
    assert.deepEqual(places, ['a:', 'a:\nb:', 'a:\nb: \n"c" :']);
    assert.deepEqual(toData(tree.root), { a: null, b: null, c: null, d: [1], e: [null, 'x'] });
  });

  it('braces and brackets belong to what they enclose', () => {
    const text = 'a: {b: [1, 2], c: {} } # }\nd: [ # ]\n  x ]\n';
    const root = asMap(parseYaml(text).root);
    const cut = (...path: string[]): string => text.slice(valueAt(root, ...path)?.start, valueAt(root, ...path)?.end);
    assert.equal(cut('a'), '{b: [1, 2], c: {} }');
    assert.equal(cut('a', 'b'), '[1, 2]');
    assert.equal(cut('a', 'c'), '{}');
    assert.equal(cut('d'), '[ # ]\n  x ]');
  });

  it('a block of text ends with its last line', () => {
    const text = 'a: |\n  x\n  y\n\n\nb: 1\n';
    const root = asMap(parseYaml(text).root);
    assert.equal(text.slice(0, valueAt(root, 'a')?.end), 'a: |\n  x\n  y');
    assert.equal(toData(valueAt(root, 'a')), 'x\ny\n');
  });

  it('finds the path of an offset', () => {
    const at = stepOurs.indexOf('{obsid}');
    const spot = spotAt(parseYaml(stepOurs), at);
    assert.deepEqual(spot?.path, ['outputs', 'files', 1, 'format']);
    assert.equal(spot.at, 'value');
    const key = spotAt(parseYaml(stepOurs), stepOurs.indexOf('imaging.parset'));
    assert.deepEqual([key?.path, key?.at], [['Shell_variables', '_attachments', 'imaging.parset'], 'key']);
  });
});

describe('what YAML 1.1 makes of words', () => {
  const cases: Readonly<Record<string, unknown>> = {
    yes: true,
    Off: false,
    y: 'y',
    '0755': 493,
    '000': 0,
    '08': '08',
    '12:30:45': 45045,
    '1_000': 1000,
    '0x1F': 31,
    '1e3': '1e3',
    '1.5e+3': 1500,
    '~': null,
    Null: null,
    None: 'None',
    '"000"': '000',
    "'yes'": 'yes',
    '!!str 000': '000',
    '!!int "7"': 7,
    $OBSID: '$OBSID',
    '2018-03-01': new Date('2018-03-01T00:00:00Z'),
  };
  for (const [written, value] of Object.entries(cases)) {
    it(written, () => assert.deepEqual(toData(valueAt(asMap(parseYaml(`a: ${written}\n`).root), 'a')), value));
  }
});

describe('aliases and merges', () => {
  it('an alias is what was anchored; the later anchor of a name counts from there on', () => {
    const tree = parseYaml('a: &x 1\nb: *x\nc: &x {d: 2}\ne: *x\n');
    assert.deepEqual(toData(tree.root), { a: 1, b: 1, c: { d: 2 }, e: { d: 2 } });
  });

  it('own keys win over merged ones', () => {
    const root = asMap(parseYaml('base: &b {x: 1, y: 2}\nmore: &m {z: 3, y: 9}\nall:\n  <<: [*b, *m]\n  x: 0\n').root);
    const all = asMap(valueAt(root, 'all'));
    assert.deepEqual(toData(all), { x: 0, y: 2, z: 3 });
    assert.equal(entriesOf(all).length, 3);
    assert.equal(entryOf(all, 'z')?.key.text, 'z');
  });

  it('a circle ends', () => {
    const tree = parseYaml('a: &a {b: *a}\n');
    assert.deepEqual(tree.faults, []);
    assert.ok(JSON.stringify(toData(tree.root)).length < 1_000_000);
  });

  it('an alias to nothing is told where it stands', () => {
    const text = 'a: *gone\n';
    const [fault] = parseYaml(text).faults;
    assert.equal(fault?.kind, 'unknown-anchor');
    assert.equal(text.slice(fault.start, fault.end), '*gone');
  });
});

describe('tags', () => {
  const tagFaults = (text: string) => parseYaml(text).faults.map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
  it('of collections are judged too', () => {
    assert.deepEqual(tagFaults('a: !!python/object/apply:os.system ["x"]\n'), ['foreign-tag !!python/object/apply:os.system']);
    assert.deepEqual(tagFaults('a: !x {b: c}\n'), ['foreign-tag !x']);
    assert.deepEqual(tagFaults('a: !!map {b: c}\nd: !!seq []\ne: !!set {f}\ng: !!omap [h: 1]\n'), []);
  });
  it('written in full are the same', () => {
    assert.deepEqual(tagFaults('a: !<tag:yaml.org,2002:str> 000\n'), []);
    assert.deepEqual(toData(parseYaml('a: !<tag:yaml.org,2002:str> 000\nb: ! 12\n').root), { a: '000', b: 12 });
  });
});

describe('what cannot be read', () => {
  const cases: Readonly<Record<string, readonly [text: string, line: number, sentence: RegExp]>> = {
    'a tab in the indentation': ['Token:\n\tOBSID: ""\n', 2, /YAML wants blanks/],
    'a quote that is not closed': ['a: 1\nb: "x\nc: 2\n', 3, /is not closed/],
    'a bracket that is not closed': ['a: [1, 2\nb: 3\n', 2, /is not closed/],
    'a second colon': ['a: b: c\n', 1, /quote a value/],
    'an indentation that fits nothing': ['a:\n    b: 1\n  c: 2\n', 3, /indentation/],
    'a key without a blank behind its colon': ['a:\n  b: 1\n  c:2\n  d: 3\n', 4, /./],
    'a percent sign': ['a: %x\n', 1, /quote/],
  };
  for (const [name, [text, line, sentence]] of Object.entries(cases)) {
    it(name, () => {
      const { faults } = parseYaml(text);
      assert.equal(faults.length, 1);
      assert.match(faults[0]?.message ?? '', sentence);
      assert.equal(text.slice(0, faults[0]?.start).split('\n').length, line);
    });
  }

  it('one unfinished line hides nothing of the others', () => {
    for (const typed of ['SIM', '  SIM: [1, ', '\tSIMG: x', 'a: b: c', '    "SIM']) {
      const text = step05.replace('    status: queued\n', `    status: queued\n${typed}\n`);
      const tree = parseYaml(text);
      assert.deepEqual(
        tree.faults.map(({ kind }) => kind),
        ['syntax'],
        typed,
      );
      assert.equal(toData(valueAt(asMap(tree.root), 'Token', 'type')), 'test', typed);
      assert.equal(toData(valueAt(asMap(tree.root), 'Sandbox', 'name')), 'field_cal', typed);
    }
  });

  it('depth has an end', () => {
    const text = `a: ${'['.repeat(5000)}${']'.repeat(5000)}\n`;
    assert.match(parseYaml(text).faults[0]?.message ?? '', /nested more than 60 deep/);
  });

  it('an empty file is no fault', () => {
    for (const text of ['', '\n\n', '# only a comment\n', '---\n', '\uFEFF'])
      assert.deepEqual(parseYaml(text).faults, [], JSON.stringify(text));
  });
});
