import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Cursor, type CursorOptions, type Press } from '../../../webview/cursor';

const names = new Map([
  [40, 'L701234'],
  [10, 'L701238'],
  [30, 'M31'],
  [20, 'casA'],
]);
/** In an order that is not the one of their numbers. */
const order = [40, 10, 30, 20];

/** A cursor in a list, with what it has told those who show the list, oldest first. */
function listed(keys: readonly number[] = order, more: Partial<CursorOptions> = {}) {
  const told: string[] = [];
  const options: CursorOptions = {
    reserved: 'cs',
    name: (key) => names.get(key) ?? '',
    selected: (chosen) => told.push(`selected ${chosen.join()}`),
    copy: (chosen) => told.push(`copy ${chosen.join()}`),
    ...more,
  };
  const cursor = new Cursor(options, {
    draw: () => told.push('draw'),
    focus: (row) => told.push(`focus ${row}`),
    enter: (key) => told.push(`enter ${key}`),
  });
  cursor.renew(keys);
  return { cursor, told };
}

const pressed = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  timeStamp: 0,
  ...more,
});

/** Presses keys one after the other and returns whether each meant something. */
const press = (cursor: Cursor, ...keys: readonly (string | Press)[]): boolean[] =>
  keys.map((key) => cursor.press(typeof key === 'string' ? pressed(key) : key, 2));

const shift = { shiftKey: true };
const command = { ctrlKey: true };

test('an arrow selects the next row and goes there, in this order', () => {
  const { cursor, told } = listed();
  press(cursor, 'ArrowDown');
  assert.deepEqual(told, ['draw', 'selected 10', 'focus 1']);
  assert.deepEqual([cursor.row, cursor.key], [1, 10]);
});

test('arrows, pages and ends stop at the first and the last row', () => {
  const { cursor } = listed();
  const rows = ['PageDown', 'PageDown', 'ArrowDown', 'ArrowUp', 'PageUp', 'End', 'Home', 'ArrowUp'].map((key) => {
    press(cursor, key);
    return cursor.row;
  });
  assert.deepEqual(rows, [2, 3, 3, 2, 0, 3, 0, 0]);
});

test('with Ctrl or Cmd arrows move the focus alone, and Space takes rows in and out', () => {
  for (const modifier of [{ ctrlKey: true }, { metaKey: true }]) {
    const { cursor } = listed();
    press(cursor, ' ', pressed('ArrowDown', modifier), pressed('ArrowDown', modifier), ' ');
    assert.deepEqual(cursor.selection.keys, [40, 30]);
    press(cursor, ' ');
    assert.deepEqual(cursor.selection.keys, [40]);
  }
});

test('with Shift a range grows from where one was, and turns about its beginning', () => {
  const { cursor } = listed();
  press(cursor, pressed('ArrowDown', command), pressed('ArrowDown', shift));
  assert.deepEqual(cursor.selection.keys, [10, 30]);
  press(cursor, pressed('Home', shift));
  assert.deepEqual(cursor.selection.keys, [40, 10]);
  press(cursor, pressed('End', { ...shift, ...command }));
  assert.deepEqual(cursor.selection.keys, [10, 30, 20]);
});

test('a click selects alone, with Ctrl one more, with Shift all between; beside the rows it does nothing', () => {
  const { cursor, told } = listed();
  cursor.pick(3, pressed(''));
  cursor.pick(0, pressed('', command));
  assert.deepEqual(cursor.selection.keys, [20, 40]);
  cursor.pick(2, pressed('', shift));
  assert.deepEqual(cursor.selection.keys, [40, 10, 30]);
  assert.equal(cursor.row, 2);
  told.length = 0;
  cursor.pick(-1, pressed(''));
  assert.deepEqual(told, []);
  assert.equal(cursor.row, 2);
});

test('Ctrl A takes all, Escape none, and Escape without a selection is left to the page', () => {
  const { cursor, told } = listed();
  assert.deepEqual(press(cursor, pressed('a', command)), [true]);
  assert.deepEqual(told, ['draw', 'selected 40,10,30,20']);
  assert.deepEqual(press(cursor, 'Escape', 'Escape'), [true, false]);
  assert.equal(cursor.selection.size, 0);
});

test('Ctrl C copies the selection or, without one, the row of the focus; where nothing can be copied the page keeps it', () => {
  const { cursor, told } = listed();
  press(cursor, pressed('ArrowDown', command), pressed('c', command));
  press(cursor, pressed('a', command), pressed('c', { metaKey: true }));
  assert.deepEqual(
    told.filter((each) => each.startsWith('copy')),
    ['copy 10', 'copy 40,10,30,20'],
  );
  const never = () => assert.fail();
  const mute = new Cursor({ reserved: '', name: () => '' }, { draw: never, focus: never, enter: never });
  mute.renew(order);
  assert.equal(mute.press(pressed('c', command), 2), false);
});

test('Enter is for the row of the focus, and for nothing in an empty list', () => {
  const { cursor, told } = listed();
  press(cursor, pressed('End', command), 'Enter');
  assert.deepEqual(told, ['focus 3', 'enter 20']);
  const empty = listed([]);
  press(empty.cursor, 'Enter', 'ArrowDown', 'Home', 'ArrowRight', 'x');
  assert.deepEqual(empty.told, []);
});

test('a letter leads to a name; a reserved one and one with a modifier do not, but a reserved one goes on with a name', () => {
  const { cursor } = listed();
  assert.deepEqual(press(cursor, 'm'), [true]);
  assert.equal(cursor.key, 30);
  assert.deepEqual(cursor.selection.keys, [30]);
  assert.deepEqual(press(cursor, pressed('c', { timeStamp: 5000 }), pressed('l', { timeStamp: 5000, altKey: true })), [false, false]);
  assert.equal(cursor.key, 30);
  press(cursor, pressed('7', { timeStamp: 9000 }));
  assert.equal(cursor.key, 40);
  const scans = listed(order, { name: (key) => (key === 20 ? 'scan' : 'map') }).cursor;
  assert.deepEqual(press(scans, 's'), [false]);
  const maps = listed(order, { name: (key) => (key === 20 ? 'mscan' : 'map') }).cursor;
  press(maps, 'm', pressed('s', { timeStamp: 100 }));
  assert.equal(maps.key, 20);
});

test('Space is part of a name that is being typed', () => {
  const { cursor } = listed(order, { name: (key) => (key === 30 ? 'M 31' : 'M51') });
  press(cursor, pressed('M', { timeStamp: 0 }), pressed(' ', { timeStamp: 100 }));
  assert.deepEqual([cursor.key, cursor.selection.keys], [30, [30]]);
  press(cursor, pressed(' ', { timeStamp: 5000 }));
  assert.deepEqual(cursor.selection.keys, [], 'later it takes the row out');
});

test('left and right close, open and climb in a tree, and mean nothing in a grid', () => {
  const opened = new Set([40]);
  const tree: NonNullable<CursorOptions['tree']> = {
    level: (key) => (key === 10 ? 2 : 1),
    open: (key) => (key === 10 ? undefined : opened.has(key)),
    above: (key) => (key === 10 ? 40 : -1),
  };
  const { cursor, told } = listed(order, { tree });
  const heard = (...keys: readonly string[]): readonly string[] => {
    told.length = 0;
    assert.deepEqual(
      press(cursor, ...keys),
      keys.map(() => true),
    );
    return told.filter((each) => /^(focus|enter)/.test(each));
  };
  assert.deepEqual(heard('ArrowRight'), ['focus 1'], 'into an open branch');
  assert.deepEqual(heard('ArrowRight'), [], 'a leaf has nothing to open');
  assert.deepEqual(heard('ArrowLeft'), ['focus 0'], 'to the branch above');
  assert.deepEqual(heard('ArrowLeft'), ['enter 40'], 'an open branch is closed');
  opened.clear();
  assert.deepEqual(heard('ArrowLeft'), [], 'nothing is above the first level');
  assert.deepEqual(heard('ArrowRight'), ['enter 40'], 'a closed branch is opened');
  assert.deepEqual(press(listed().cursor, 'ArrowLeft', 'ArrowRight'), [false, false]);
});

test('in a new order the focus stays with its thing; what has gone leaves it where it was', () => {
  const { cursor } = listed();
  press(cursor, 'End');
  assert.equal(cursor.renew([20, 30, 10, 40]), undefined);
  assert.deepEqual([cursor.row, cursor.key], [0, 20]);
  cursor.arrive(2);
  assert.equal(cursor.renew([20, 30, 40]), 10);
  assert.deepEqual([cursor.row, cursor.key], [2, 40]);
  assert.equal(cursor.renew([20]), 40);
  assert.deepEqual([cursor.row, cursor.key], [0, 20]);
  assert.equal(cursor.renew([]), 20);
  assert.deepEqual([cursor.row, cursor.key, cursor.keyAt(0)], [0, undefined, -1]);
  assert.equal(cursor.renew(order), undefined, 'nothing was there to go');
});

test('whatever is pressed, the focus is on a row and the selection holds rows, each once', () => {
  const keys = ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', ' ', 'Enter', 'Escape', 'a', 'c', '7'] as const;
  const one = fc.record({ key: fc.constantFrom(...keys), shiftKey: fc.boolean(), ctrlKey: fc.boolean(), timeStamp: fc.nat(3000) });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 30 }), (all) => {
      const { cursor } = listed();
      for (const each of all) {
        press(cursor, pressed(each.key, each));
        assert.ok(cursor.row >= 0 && cursor.row < order.length);
        assert.equal(new Set(cursor.selection.keys).size, cursor.selection.size);
        assert.ok(cursor.selection.keys.every((key) => order.includes(key)));
      }
    }),
  );
});
