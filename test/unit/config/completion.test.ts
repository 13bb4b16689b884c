/** What can be typed at a place, in documents that mostly cannot be read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { completionsAt, type CompletionOptions, type Suggestion } from '../../../src/core/config/edit/completion';
import { lintConfig } from '../../../src/core/config/rules/lint';
import { starters } from '../../../src/core/config/edit/starter';
import { parseConfig } from '../../../src/core/config/syntax';
import { toData, type Syntax } from '../../../src/core/config/tree';
import { marked, samples, step } from './place';

function suggestions(source: string, options: CompletionOptions = {}, syntax: Syntax = 'yaml'): Suggestion[] {
  const { text, offset } = marked(source);
  return completionsAt(text, syntax, offset, options).sort((a, b) => (a.order < b.order ? -1 : 1));
}
const labels = (source: string, options?: CompletionOptions) => suggestions(source, options).map(({ label }) => label);
const json = (source: string, options?: CompletionOptions) => suggestions(source, options, 'json').map(({ label }) => label);

/** A snippet as it is before anybody types into it. */
const expanded = (insert: string) =>
  insert
    .replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, '$1')
    .replace(/\$\{\d+:([^}]*)\}/g, '$1')
    .replace(/\$\d/g, '')
    .replace(/\\([\\$}])/g, '$1');

/** The text after a suggestion was taken. */
function taken(source: string, label: string, syntax: Syntax = 'yaml', options: CompletionOptions = {}): string {
  const found = suggestions(source, options, syntax).find((each) => each.label === label);
  assert.ok(
    found,
    `${label} is not among: ${suggestions(source, options, syntax)
      .map((each) => each.label)
      .join(', ')}`,
  );
  const { text, offset } = marked(source);
  assert.ok(found.start <= offset && offset <= found.end);
  assert.ok(!text.slice(found.start, found.end).includes('\n'), 'one line');
  return text.slice(0, found.start) + (found.snippet ? expanded(found.insert) : found.insert) + text.slice(found.end);
}

test('keys that are not there yet, required ones first', () => {
  const keys = labels('Token: {}\nSandbox:\n    name: x\n    ‸\n    loc: a\nShell_variables:\n');
  assert.deepEqual(keys.slice(0, 3), ['git', 'git_scripts', 'remove_when_done']);
  for (const there of ['name', 'loc', 'loc2']) assert.ok(!keys.includes(there), there);
  assert.deepEqual(labels('Tok‸').slice(0, 3), ['Token', 'Sandbox', 'Shell_variables']);
  assert.ok(labels('Token: {}\nSandbox:\n  name: x\n‸\n').includes('outputs'));
});

test('a key is written with what it holds', () => {
  assert.equal(taken('Sandb‸', 'Sandbox'), 'Sandbox:\n\t');
  assert.equal(taken('Token:\n    sta‸\n', 'status'), 'Token:\n    status: \n');
  assert.equal(taken('Token:\n    "sta‸"\n', 'status'), 'Token:\n    "status": \n');
  assert.equal(taken('Token:\n    sta‸: queued\n', 'status'), 'Token:\n    status: queued\n');
  assert.equal(taken('Token: {OBSID: "", sta‸}', 'status'), 'Token: {OBSID: "", status: }');
  assert.equal(taken('{ "Token": { ‸"OBSID": "" } }'.replace('‸"', '‸ "'), 'status', 'json'), '{ "Token": { "status": "", "OBSID": "" } }');
});

test('a blank line above deeper sisters is brought to their column', () => {
  assert.equal(taken('Token:\n    A: 1\n  ‸\n    B: 2\n', 'status'), 'Token:\n    A: 1\n    status: \n    B: 2\n');
});

test('values: known ones, with their quotes, and with the blank that lacks', () => {
  assert.deepEqual(labels('Token:\n    status: ‸\n'), ['queued', 'todo']);
  assert.equal(taken('Token:\n    status:‸\n', 'todo'), 'Token:\n    status: todo\n');
  assert.equal(taken('Token:\n    status: "que‸"\n', 'queued'), 'Token:\n    status: "queued"\n');
  assert.equal(taken("Token:\n    status: '‸'\n", 'todo'), "Token:\n    status: 'todo'\n");
  assert.ok(labels('Token:\n    PIPELINE_STEP: ‸\n').includes('pref_targ1'));
  assert.ok(labels('Token: {}\nSandbox: {}\nJob:\n    queue: ‸\n').includes('mediummc'));
  assert.deepEqual(labels('Token: {}\nSandbox:\n    remove_when_done: ‸\n'), ['true', 'false']);
  assert.equal(taken('Token: {}\nSandbox: {remove_when_done: tr‸}', 'true'), 'Token: {}\nSandbox: {remove_when_done: true}');
});

test('variables, in paths and in the map of variables', () => {
  const shell = 'Token:\n    OBSID: ""\n    RESULTS_DIR: "gsiftp://h:1/d/‸"\nShell_variables:\n    OBSID: "$OBSID"\n';
  assert.equal(taken(shell, '$OBSID'), shell.replace('‸', '$OBSID'));
  assert.equal(taken(shell.replace('‸', '$O‸/x'), '$OBSID'), shell.replace('‸', '$OBSID/x'));
  assert.equal(taken(shell.replace('"gsiftp://h:1/d/‸"', '‸'), '$OBSID'), shell.replace('"gsiftp://h:1/d/‸"', '"$OBSID"'));
  assert.equal(taken('Token: {}\nShell_variables:\n    OBSID: ‸\n', '$OBSID'), 'Token: {}\nShell_variables:\n    OBSID: "$OBSID"\n');
  assert.equal(taken('Token: {}\nShell_variables:\n    _id: ‸\n', '$TOKEN'), 'Token: {}\nShell_variables:\n    _id: "$TOKEN"\n');
  const v1 = '{"Token": {"upload": {"template": "x_$‸"}, "variables": {"_token_keys": {"$OBSID": "OBSID"}}}}';
  assert.deepEqual(json(v1), ['$OBSID', '$DATE']);
});

test('token fields: those of the token first, none that the tool sets', () => {
  const found = labels('Token:\n    MINE: 1\n    lock: 0\n    OBSID: ""\nShell_variables:\n    OBSID: "$OBSID"\n    ‸\n');
  assert.equal(found[0], 'MINE');
  assert.ok(!found.includes('OBSID') && !found.includes('lock'));
  const text = 'Token:\n    MINE: 1\nShell_variables:\n    ‸\n';
  assert.equal(taken(text, 'MINE'), text.replace('‸', 'MINE: "$MINE"'));
  const v1 = '{"Token": {"MINE": 1, "variables": {"_token_keys": {‸}}}}';
  assert.equal(taken(v1, '$MINE', 'json'), v1.replace('‸', '"$MINE": "MINE"'));
  assert.equal(json('{"Token": {"MINE": 1, "variables": {"_token_keys": {"$OBSID": ‸}}}}')[0], 'OBSID');
});

test('attachments stand the right way round in each form', () => {
  const files = ['a.parset', 'notes.txt'];
  const v05 = 'Token: {}\nShell_variables:\n    _attachments:\n        ‸\n';
  assert.deepEqual(labels(v05, { files }), ['srm.txt', 'a.parset']);
  assert.equal(taken(v05, 'a.parset', 'yaml', { files }), v05.replace('‸', 'a.parset: "$PARSET"'));
  assert.equal(taken(v05, 'srm.txt'), v05.replace('‸', 'srm.txt: srm.txt'));
  const v1 = '{"Token": {"variables": {"_attachments": {"‸"}}}}';
  assert.equal(taken(v1, '$PARSET', 'json', { files }), v1.replace('"‸"', '"$PARSET": "a.parset"'));
  assert.equal(taken(v1, '$SRMFILE', 'json'), v1.replace('"‸"', '"$SRMFILE": "srm.txt"'));
});

test('outputs: items of a list become maps, names have placeholders', () => {
  const head = 'Token: {}\nSandbox: {}\noutputs:\n    files:\n';
  assert.equal(taken(`${head}        - ‸\n`, 'namePattern'), `${head}        - namePattern: \n`);
  assert.equal(taken(`${head}    -‸\n`, 'namePattern'), `${head}    - namePattern: \n`);
  assert.ok(!labels(`${head}        - namePattern: "*.x"\n          ‸\n        - type: gridse\n`).includes('namePattern'));
  assert.ok(labels(`${head}        - namePattern: "*.x"\n          ‸\n        - type: gridse\n`).includes('type'));
  assert.ok(labels(`${head}        - type: ‸\n`).includes('gridse'));
  assert.equal(taken(`${head}        - format: "{jid}_{‸}"\n`, '{fname}'), `${head}        - format: "{jid}_{fname}"\n`);
});

test('nothing in comments, behind a value, within texts, in files of 2017', () => {
  for (const source of [
    '# ‸',
    'Token:\n    OBSID: "" # ‸\n',
    'Token:\n    status: "queued"‸\n',
    'Token:\n    NOTE: |\n        sta‸\n',
    'Token:\n    NOTE: >-\n        a\n\n        ‸\n',
    'Token:\n    OBSID: ""\n      ‸\n',
    'LRT:\n    na‸\n',
  ]) {
    assert.deepEqual(labels(source), [], source);
  }
  for (const source of ['{ // ‸\n}', '{ /* ‸ */ }', '{"Token": {"status": "queued"‸}}', '{"Token": {}‸}', '{"Token"‸: {}}', '[]‸']) {
    assert.deepEqual(json(source), [], source);
  }
});

test('beside another reader of the schema: variables, fields and attachments only', () => {
  const options = { withoutSchema: true };
  assert.deepEqual(labels('Token:\n    ‸\n', options), []);
  assert.deepEqual(labels('Token:\n    status: ‸\n', options), []);
  assert.ok(labels('Token:\n    MINE: 1\nShell_variables:\n    ‸\n', options).includes('MINE'));
  assert.deepEqual(json('{"Token": {"variables": {"_attachments": {"$X": ‸}}}}', options), ['srm.txt']);
});

test('an empty file offers whole files that have no problem worth a word', () => {
  assert.deepEqual(labels('‸\n'), ['Grid Workbench step', 'v0.5 step']);
  assert.deepEqual(json('‸'), ['v1 step']);
  for (const syntax of ['yaml', 'json'] as const) {
    for (const { snippet, label } of starters(syntax)) {
      const problems = lintConfig(expanded(snippet), syntax).filter(({ severity }) => severity !== 'hint');
      assert.deepEqual(problems, [], label);
    }
  }
});

test('never throws, and every suggestion fits its place: the samples cut off anywhere, with the cursor anywhere', async () => {
  const texts = await Promise.all(samples.map(step));
  const cases = fc.record({
    sample: fc.constantFrom(...texts),
    cut: fc.double({ min: 0, max: 1, noNaN: true }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    typed: fc.constantFrom('', '"', "'", '$', '{', ':', ': ', '- ', '\n', '\t', '[', '#', 'sta', '|', '\uD800', '}}', '*a', '\r\n'),
  });
  fc.assert(
    fc.property(cases, ({ sample: { text, syntax }, cut, at, typed }) => {
      const head = text.slice(0, Math.round(text.length * cut));
      const place = Math.round(head.length * at);
      const broken = head.slice(0, place) + typed + head.slice(place);
      const offset = place + typed.length;
      for (const other of [syntax, syntax === 'json' ? 'yaml' : 'json'] as const) {
        for (const { start, end, insert } of completionsAt(broken, other, offset, { files: ['a.parset'] })) {
          assert.ok(start <= offset && offset <= end && end <= broken.length);
          assert.ok(!broken.slice(start, end).includes('\n'));
          assert.notEqual(insert, '');
        }
      }
    }),
    { numRuns: 3000 },
  );
});

test('at every offset of every truncation of small shapes', () => {
  const shapes: [Syntax, string][] = [
    ['yaml', 'Token:\n  A: "b"\n  S: &x [1, {y: z}]\nSandbox: {git: {location: a, branch: "b"}}\noutputs:\n- a\n- b: |\n    c\n'],
    ['json', '{"Token": {"a": [1, {"b": "c"}], /* d */ "upload": {"location": "$X/y"}}, // e\n"Job": {}}'],
  ];
  for (const [syntax, text] of shapes) {
    for (let cut = 0; cut <= text.length; cut++) {
      for (let offset = 0; offset <= cut; offset++) completionsAt(text.slice(0, cut), syntax, offset);
    }
  }
});

test('a key that is taken leaves a document that can be read, at any line of the sample', async () => {
  const { text } = await step('pref_cal1.cfg');
  const lines = text.split('\n');
  let tried = 0;
  lines.forEach((line, index) => {
    const indent = /^( +)[\w']+:/.exec(line)?.[1];
    if (indent === undefined) return;
    const before = lines.slice(0, index).map((each) => `${each}\n`);
    const source = `${before.join('')}${indent}‸\n${lines.slice(index).join('\n')}`;
    for (const { label, kind } of suggestions(source)) {
      if (kind !== 'field' && kind !== 'attachment') continue;
      const tree = parseConfig(taken(source, label), 'yaml');
      assert.deepEqual(tree.faults, [], `${label} at line ${index}`);
      assert.ok(JSON.stringify(toData(tree.root)).includes(label));
      tried++;
    }
  });
  assert.ok(tried > 20);
});
