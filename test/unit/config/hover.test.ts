/** What is said about a place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dutyFor } from '../../../src/core/config/edit/duty';
import { hoverAt, type HoverText } from '../../../src/core/config/edit/hover';
import { parseConfig } from '../../../src/core/config/syntax';
import type { Syntax } from '../../../src/core/config/tree';
import { marked, samples, step } from './place';

function hover(source: string, syntax: Syntax = 'yaml', withoutSchema = false): (HoverText & { at: string }) | undefined {
  const { text, offset } = marked(source);
  const found = hoverAt(parseConfig(text, syntax), offset, { withoutSchema });
  return found === undefined ? undefined : { ...found, at: text.slice(found.start, found.end) };
}

const shell = 'Token:\n    OBSID: "L1"\n    RESULTS_DIR: ""\nShell_variables:\n    OBSID: "$OBSID"\n    RESULTS_DIR: "$OUT"\n';

test('a key: its kind, form and meaning, and what the tools make of it', () => {
  const loc = hover('Token: {}\nSandbox:\n    lo‸c: a\n');
  assert.equal(loc?.at, 'loc');
  assert.match(loc.doc, /below the sandbox root/);
  assert.match(loc.facts.join(' '), /^Text, required · GRID_LRT v0\.5/);
  assert.match(hover('Token:\n    lo‸ck: 0\n')?.facts.join(' ') ?? '', /The tool writes it/);
  assert.match(hover('Token: {}\nSandbox:\n    loc‸2: a\n')?.facts.join(' ') ?? '', /No tool reads/);
  const granularity = hover('{"Token": {"upload": {"date_granu‸larity": "day"}}}', 'json');
  assert.deepEqual(
    granularity?.values.find(([name]) => name === 'week'),
    ['week', '2026-W09'],
  );
  assert.match(granularity?.facts[0] ?? '', /GRID_LRT v1$/);
});

test('a key of the map of variables is the field of the token, with its value', () => {
  const found = hover(shell.replace('    OBSID: "$', '    OBS‸ID: "$'));
  assert.match(found?.doc ?? '', /^Observation/);
  assert.ok(found?.facts.includes('The token has “L1”.'));
});

test('a value: what YAML 1.1 makes of it, where that is not what it looks like', () => {
  const says = (value: string) => hover(`Token:\n    X: ‸${value}\n`)?.facts;
  assert.deepEqual(says('000'), ['YAML 1.1 reads “000” as the number 0.']);
  assert.deepEqual(says('0755'), ['YAML 1.1 reads “0755” as the number 493.']);
  assert.deepEqual(says('12:30:45'), ['YAML 1.1 reads “12:30:45” as the number 45045.']);
  assert.deepEqual(says('yes'), ['YAML 1.1 reads “yes” as true.']);
  assert.deepEqual(says('2018-03-01'), ['YAML 1.1 reads “2018-03-01” as a date.']);
  for (const plain of ['12', '1.5', 'true', 'word', '"000"', 'null']) assert.equal(says(plain), undefined, plain);
});

test('a known value has its meaning', () => {
  assert.deepEqual(hover('Token:\n    status: que‸ued\n')?.facts, ['Waiting for a pilot.']);
  assert.deepEqual(hover('Token:\n    PIPELINE_STEP: "pref‸_cal1"\n')?.facts, ['Prefactor, first calibrator step.']);
});

test('a variable: where it comes from, and what this file gives', () => {
  assert.deepEqual(hover(`${shell}    X: "$OBS‸ID"\n`)?.facts, ['From the token field “OBSID”.', 'This file gives “L1”.']);
  assert.deepEqual(hover(shell.replace('""', '"gsiftp://h:1/d/$OB‸SID"'))?.at, '$OBSID');
  assert.deepEqual(hover(shell.replace('"$OUT"', '"$OU‸T"'))?.facts, [
    'From the token field “RESULTS_DIR”.',
    'This file gives nothing yet.',
  ]);
  const v1 = '{"Token": {"upload": {"location": "$P‸ARSET/x"}, "variables": {"_attachments": {"$PARSET": "a.parset"}}}}';
  assert.deepEqual(hover(v1, 'json')?.facts, ['Names the attachment “a.parset”, once it is downloaded.']);
});

test('an address names its site', () => {
  const url = (host: string) => hover(`Token:\n    RESULTS_DIR: "gsiftp://‸${host}:2811/d"\n`)?.facts;
  assert.deepEqual(url('gridftp.grid.sara.nl'), ['Grid storage at SARA.']);
  assert.deepEqual(url('storage.example.org'), ['The host storage.example.org belongs to no site that is known here.']);
});

test('beside another reader of the schema only the document itself is spoken of', () => {
  assert.equal(hover('Token:\n    sta‸tus: queued\n', 'yaml', true), undefined);
  assert.equal(hover('Token:\n    status: que‸ued\n', 'yaml', true), undefined);
  assert.match(hover(`${shell}    X: "$OBS‸ID"\n`, 'yaml', true)?.facts[0] ?? '', /^From the token field/);
  assert.match(hover('Token:\n    X: 00‸0\n', 'yaml', true)?.facts[0] ?? '', /the number 0/);
});

test('every place of the samples can be pointed at, and what is told stands there', async () => {
  for (const name of samples) {
    const { text, syntax } = await step(name);
    const tree = parseConfig(text, syntax);
    let told = 0;
    for (let offset = 0; offset <= text.length; offset++) {
      const found = hoverAt(tree, offset);
      if (found === undefined) continue;
      told++;
      assert.ok(found.start <= offset && offset <= found.end, `${name}:${offset}`);
      assert.ok(found.doc !== '' || found.facts.length > 0, `${name}:${offset}`);
    }
    assert.ok(told > text.length / 10, name);
  }
});

test('who speaks for a document', () => {
  const has = (name: string, language: string, extension: boolean) => {
    const { withoutSchema, silent, structure } = dutyFor(name, language, extension);
    return [withoutSchema, silent.has('syntax'), silent.has('duplicate-key'), structure];
  };
  assert.deepEqual(has('/w/a.cfg', 'yaml', false), [false, false, false, true]);
  assert.deepEqual(has('/w/a.step.yaml', 'yaml', false), [false, false, false, true]);
  assert.deepEqual(has('/w/a.cfg', 'yaml', true), [false, true, true, false]);
  assert.deepEqual(has('/w/a.step.yaml', 'yaml', true), [true, true, true, false]);
  for (const extension of [true, false]) {
    assert.deepEqual(has('/w/cal.json', 'json', extension), [false, true, true, false]);
    assert.deepEqual(has('/w/cal.step.json', 'jsonc', extension), [true, true, true, false]);
  }
  assert.deepEqual(has('/w/old.cfg', 'properties', true), [false, false, false, false]);
});
