import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Extent } from '../../../webview/extent';
import { Selection } from '../../../webview/selection';
import { TypeAhead } from '../../../webview/typing';

test('rows stand below each other, and what is opened moves the ones below', () => {
  const extent = new Extent(22, 100_000);
  assert.equal(extent.height, 2_200_000);
  extent.open(
    new Map([
      [10, 100],
      [3, 50],
    ]),
  );
  assert.equal(extent.top(3), 66);
  assert.equal(extent.top(4), 138);
  assert.equal(extent.top(11), 242 + 150);
  assert.equal(extent.rowAt(66 + 60), 3, 'what is opened belongs to its row');
  assert.equal(extent.rowAt(138), 4);
  assert.equal(extent.rowAt(-5), 0);
  assert.equal(extent.rowAt(1e9), 99_999);
  assert.deepEqual(new Extent(22).window(0, 400, 40), { from: 0, to: 0 });
});

test('the rows of a window, and the one that is kept', () => {
  const extent = new Extent(22, 100);
  assert.deepEqual(extent.rows(220, 43, 0), [10, 11]);
  assert.deepEqual(extent.rows(220, 43, 22), [9, 10, 11, 12]);
  assert.deepEqual(extent.rows(220, 43, 0, 3), [3, 10, 11]);
  assert.deepEqual(extent.rows(220, 43, 0, 11), [10, 11]);
  assert.deepEqual(extent.rows(220, 43, 0, 99), [10, 11, 99]);
  assert.deepEqual(extent.rows(220, 43, 0, 100), [10, 11], 'a row that is not there');
  assert.deepEqual(new Extent(22).rows(0, 400, 40, 0), []);
});

test('a height leads to the row that stands there', () => {
  const opened = fc.dictionary(fc.nat(50).map(String), fc.integer({ min: 1, max: 300 }));
  fc.assert(
    fc.property(opened, fc.nat(50), (heights, row) => {
      const extent = new Extent(22, 51);
      extent.open(new Map(Object.entries(heights).map(([key, height]) => [Number(key), height])));
      assert.equal(extent.rowAt(extent.top(row)), row);
      assert.equal(extent.rowAt(extent.top(row + 1) - 1), row);
    }),
  );
});

test('a row comes into sight by as little as can be', () => {
  const extent = new Extent(22, 100);
  assert.equal(extent.reveal(5, 0, 220), 0);
  assert.equal(extent.reveal(10, 0, 220), 22);
  assert.equal(extent.reveal(2, 100, 220), 44);
});

test('only, toggle and extend select as on every desktop', () => {
  const selection = new Selection();
  const order = [9, 4, 7, 1, 3];
  selection.only(4);
  selection.extend(1, order);
  assert.deepEqual(selection.keys, [4, 7, 1]);
  selection.extend(9, order);
  assert.deepEqual(selection.keys, [9, 4], 'the range turns about its anchor');
  selection.toggle(3);
  selection.toggle(9);
  assert.deepEqual(selection.keys, [4, 3]);
  selection.retain((key) => key === 3);
  assert.deepEqual(selection.keys, [3]);
  selection.extend(7, order);
  assert.deepEqual(selection.keys, [7], 'its anchor has gone: the range begins anew');
  selection.extend(1000, order);
  assert.deepEqual(selection.keys, []);
});

test('typing leads to names by their beginning or their first number, from where one is and round', () => {
  const names = ['L701234_SB000', 'L701238_SB000', 'L701238_SB001', 'M31'];
  const name = (row: number) => names[row] ?? '';
  const typing = new TypeAhead();
  assert.equal(typing.find('M', 0, 0, 4, name), 3);
  assert.equal(typing.find('7', 2000, 3, 4, name), 0, 'after a pause a new word begins');
  for (const [k, digit] of [...'01238'].entries()) assert.equal(typing.find(digit, 2100 + 100 * k, 0, 4, name), k < 4 ? 0 : 1);
  assert.equal(typing.active(3400), true);
  assert.equal(typing.active(3500), false);
  assert.equal(typing.find('z', 9000, 0, 4, name), -1);
});
