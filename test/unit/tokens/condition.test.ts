/** Conditions are judged before a server sees them: what passes has to compile there, what fails has to say why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Script } from 'node:vm';
import fc from 'fast-check';
import { lintCondition, lintEmit } from '../../../src/core/tokens/condition';
import { literal, sameScript, wordsOf } from '../../../src/core/tokens/script';
import { conditionOf, mapText, standardDesign } from '../../../src/core/tokens/views';

const seed = Number(process.env.GRID_SEED ?? Date.now() % 1_000_000_000);

const good = [
  'doc.lock > 0 && doc.done == 0',
  'doc.lock > 0 && doc.done > 0 && parseInt(doc.exit_code) != 0',
  'doc.PIPELINE_STEP == "pref_cal1"',
  "doc.status == 'it''s'".replace("''", "\\'"),
  'doc["config.json"] !== undefined && !(doc.OBSID in doc.times)',
  '"starting_generic_pipeline" in doc.times',
  '/^L\\d+\\/[)(]$/.test(doc.OBSID) || doc.OBSID.indexOf("L7") === 0',
  'doc.a ? doc.b : doc.c',
  'doc.a ? doc.b ? 1 : 2 : 3',
  'typeof doc.lock === "number" && -doc.lock < +1e3 && ~doc.x & 0xFF',
  'new Date(doc.lock * 1000).getFullYear() >= 2018',
  'isArray(doc.error) && doc.error[0].message',
  '(doc.lock / 3600) / 24 > 3 // three days',
  'Math.floor() || [] || [1, 2] || {a: 1, "b": [], 3: {}}',
  'doc.in && doc.includes',
  'void 0',
  'doc.if == null',
];

/** The condition, and what is said of it. */
const bad: readonly (readonly [string, RegExp])[] = [
  ['', /Write a condition/],
  ['  // nothing', /Write a condition/],
  ['doc.lock = 0', /single = assigns/],
  ['doc.lock += 1', /changes something/],
  ['doc.lock++ > 1', /changes something/],
  ['doc.lock > 0 &&', /ends where a value/],
  ['&& doc.lock', /value is missing before “&&”/],
  ['doc.lock == == 0', /value is missing before “==”/],
  ['doc.lock doc.done', /sign such as && or == is missing before “doc”/],
  ['doc.lock > 0 and doc.done == 0', /missing before “and”/],
  ['(doc.lock > 0', /This \( is not closed/],
  ['doc.lock > 0)', /never opened/],
  ['(doc.lock]', /is not closed by \]/],
  ['doc.lock > 0; emit(1)', /no semicolon/],
  ['1) { emit(doc._id); } if (true', /never opened/],
  ['doc.tags.includes("x")', /newer than the JavaScript of the server.*indexOf/],
  ['doc.a?.b', /“\?\.” is newer/],
  ['doc.a ?? 1', /“\?\?” is newer/],
  ['doc.a ** 2', /newer/],
  ['[...doc.a]', /newer/],
  ['`x` == doc.a', /backticks/],
  ['doc.a == "x', /quote is not closed/],
  ['doc.a == "x\n"', /quote is not closed/],
  ['function () { return 1 }', /“function” cannot stand/],
  ['let x', /“let” cannot stand/],
  ['dcc.lock > 0', /“dcc” is not known on the server\. Did you mean doc\?/],
  ['status == "done"', /“status” is not known on the server\. Fields are written doc\.NAME/],
  ['emit(1)', /“emit” is not known/],
  ['doc.a ? 1', /no colon/],
  ['doc.a : 1', /belongs to no question mark/],
  ['doc. == 1', /field name has to stand/],
  ['doc.a == 08', /no number that every server reads/],
  ['doc.a == 12px', /no number/],
  ['doc.a /* never ends', /means nothing/],
  ['doc.a == 1 #', /“#” means nothing/],
  ['parseInt(, 1)', /value is missing before “,”/],
  ['()', /value is missing before this \)/],
  ['doc {}', /object cannot stand here/],
  ['(doc.a, )', /value is missing before this \)/],
];

test('good conditions are left alone, and compile', () => {
  for (const condition of good) {
    assert.deepEqual(lintCondition(condition), [], condition);
    assert.doesNotThrow(() => new Script(`(${mapText('t', `${condition}\n`)})`), condition);
  }
});

test('a bad condition is told where and why', () => {
  for (const [condition, message] of bad) {
    const [first] = lintCondition(condition);
    assert.ok(first !== undefined, `nothing said of ${condition}`);
    assert.equal(first.severity, 'error');
    assert.match(first.message, message, condition);
    assert.match(first.message, /^\S.*[.:?]$/s);
    assert.ok(first.start >= 0 && first.start <= first.end && first.end <= condition.length, `${condition}: ${first.start}…${first.end}`);
  }
});

test('a comma is no “and”; rows have a key and a value', () => {
  assert.deepEqual(
    lintCondition('doc.a, doc.b').map(({ severity }) => severity),
    ['warning'],
  );
  assert.deepEqual(lintCondition('Math.max(doc.a, doc.b) > 1'), []);
  assert.deepEqual(lintEmit('doc._id, [doc.a, doc.b]'), []);
  assert.match(lintEmit('doc._id, 1, 2')[0]?.message ?? '', /a key and a value/);
  assert.match(lintEmit(' ')[0]?.message ?? '', /what the rows hold/);
});

test(`what passes compiles in the same place, seed ${seed}`, () => {
  const shard = fc.constantFrom(
    ...'doc . lock done _id ( ) [ ] { } , ? : ! - + / /x/ "a" \'b\' 0 1.5 .5 1. == != === > && || & typeof in new instanceof void true null parseInt a'.split(
      ' ',
    ),
    ' ',
    '\n',
    '// c\n',
    '/* d */',
  );
  fc.assert(
    fc.property(fc.array(shard, { maxLength: 14 }), (shards) => {
      const condition = shards.join(' ');
      if (lintCondition(condition).some(({ severity }) => severity === 'error')) return;
      assert.doesNotThrow(() => new Script(`(function (doc) { if ((${condition}\n)) { } })`), condition);
    }),
    { seed, numRuns: 20_000 },
  );
});

test('any text is read to its end, and comparing it with itself agrees', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const words = wordsOf(text);
      for (const { start, text: word } of words) assert.equal(text.slice(start, start + word.length), word);
      assert.ok(sameScript(text, ` ${text}`) || words.some(({ kind }) => kind === 'stray'));
      lintCondition(text);
    }),
    { numRuns: 5000 },
  );
});

test('scripts are the same but for blanks and comments', () => {
  assert.ok(sameScript('function(doc){emit(1,2)}', 'function (doc) {\n\temit(1, 2) // twice\r\n}'));
  assert.ok(!sameScript('emit("a b")', 'emit("ab")'));
  assert.ok(!sameScript('return a', 'returna'));
  assert.ok(!sameScript('a + +b', 'a ++b'));
  assert.ok(!sameScript('x = a / b / c', 'x = a / b'));
});

test('a type goes into a script as text, whatever it holds', () => {
  for (const type of ['t', 'a "b"', "it's", '\u2028', '\\', '</script>', '");emit(1,1);("']) {
    assert.equal(new Script(literal(type)).runInNewContext(), type);
    assert.equal(wordsOf(literal(type)).length, 1);
  }
});

test('the condition of a view for its tooltip', () => {
  assert.equal(conditionOf(mapText('t', 'doc.lock > 0 && (doc.a || doc.b)')), 'doc.lock > 0 && (doc.a || doc.b)');
  assert.equal(conditionOf('function(doc) { emit(doc._id); }'), 'function(doc) { emit(doc._id); }');
  const overview = standardDesign('lrt', { type: 't' }).views.overview_view?.map ?? '';
  assert.equal(conditionOf(overview), overview);
});
