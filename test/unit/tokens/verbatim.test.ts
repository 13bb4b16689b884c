import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  compact,
  dataOf,
  inOrderOf,
  pretty,
  readJson,
  readObject,
  sameValue,
  textIn,
  textValue,
  valueIn,
  withValue,
} from '../../../src/core/tokens/verbatim';
import { GridError } from '../../../src/core/errors';

/** What a program that reads and writes it again would change. */
const hard =
  '{"_id":"a","seed":12345678901234567890,"ratio":1.0,"tiny":1e-400,"2":"b","1":"a","__proto__":{"x":1},"text":"a\\u00e9\\/ \\ud83d\\ude00","empty":{},"none":[],"list":[1,{"x":[]},"]}"]}';

describe('JSON as it is written', () => {
  it('comes back letter for letter', () => {
    assert.equal(compact(readJson(hard)), hard);
    assert.equal(compact(readJson(pretty(readJson(hard)))), hard);
    assert.equal(compact(readJson(`\ufeff\r\n ${hard} \r\n`)), hard);
    for (const each of ['1', '"x"', 'null', '[]', '{}', '[ ]', '{ }', '[[],{}]', '-0', '1E+2'])
      assert.equal(compact(readJson(each)), each.replace(/\s/g, ''));
  });

  it('is laid out as JSON.stringify lays it out', () => {
    const plain = { a: 1, b: { c: [1, 2, { d: null }], e: {} }, f: [], g: 'x\n"y"', h: true };
    assert.equal(pretty(readJson(JSON.stringify(plain))), `${JSON.stringify(plain, null, 2)}\n`);
  });

  it('what is no JSON, no object, or nested without an end is refused', () => {
    const refused = (act: () => unknown) => assert.throws(act, (error) => error instanceof GridError && error.kind === 'malformed');
    for (const bad of ['', '{', '{"a":1,}', '// x\n{}', "{'a':1}", 'NaN', '{"a" 1}', '[1 2]']) refused(() => readJson(bad));
    for (const bad of ['[]', '1', 'null']) refused(() => readObject(bad));
    refused(() => readJson('['.repeat(100_000) + ']'.repeat(100_000)));
  });

  it('a value is changed where it stands; all others stay as they are', () => {
    const map = readObject(hard);
    assert.equal(compact(withValue(map, 'ratio', textValue('x'))), hard.replace('1.0', '"x"'));
    assert.equal(compact(withValue(map, '_id', undefined)), hard.replace('"_id":"a",', ''));
    assert.equal(compact(withValue(map, 'new', textValue('ü'))), `${hard.slice(0, -1)},"new":"ü"}`);
    assert.equal(textIn(map, '_id'), 'a');
    assert.equal(textIn(map, 'seed'), undefined);
    assert.equal(valueIn(readObject('{"a":1,"a":2}'), 'a')?.kind, 'plain');
    assert.deepEqual(Object.keys(dataOf(map)).includes('__proto__'), true);
  });

  it('names come in the order of another value, and nothing else changes', () => {
    const ordered = (value: string, other: string) => compact(inOrderOf(readJson(value), readJson(other)));
    assert.equal(
      ordered('{"c":1.0,"a":{"y":1,"x":[{"q":1,"p":2}]},"d":3}', '{"a":{"x":[{"p":0,"q":0}],"y":0},"b":0,"c":0}'),
      '{"a":{"x":[{"p":2,"q":1}],"y":1},"c":1.0,"d":3}',
    );
    assert.equal(ordered('{"a":1}', '[]'), '{"a":1}');
    assert.equal(ordered('[1]', '{}'), '[1]');
  });

  it('values that say the same are the same, and no others', () => {
    const same = (a: string, b: string) => sameValue(readJson(a), readJson(b));
    assert.ok(same('{"a":1,"b":[1.0,"\\u0061"]}', '{"b":[1,"a"],"a":1e0}'));
    assert.ok(!same('12345678901234567890', '12345678901234567891'));
    assert.ok(!same('{"a":1}', '{"a":1,"b":2}') && !same('{"a":1,"b":2}', '{"a":1}'));
    assert.ok(!same('{"a":1}', '{"b":1}') && !same('[1]', '[1,1]') && !same('"1"', '1') && !same('null', '0'));
    assert.ok(!same('{}', '[]') && !same('false', '0') && !same('true', '1'));
    assert.ok(sameValue(undefined, undefined) && !sameValue(readJson('1'), undefined));
  });
});
