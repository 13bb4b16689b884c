import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meaningOf, type Remedy } from '../../../src/core/tokens/code';

const at = (date: string): number => Date.parse(date) / 1000;

test('a code means what it meant when the token was closed', () => {
  const eras: readonly (readonly [number, string | undefined, RegExp])[] = [
    [1, '2017-06-01', /job failed/],
    [1, '2018-09-01', /lacked its token/],
    [3, '2017-06-01', /Interrupted/],
    [3, undefined, /parset is missing/],
    [20, '2017-06-01', /download failed/],
    [20, '2019-01-01', /list of links is missing/],
    [21, '2017-06-01', /could not be uploaded/],
    [21, '2019-01-01', /download failed/],
    [30, '2017-06-01', /parset/],
    [30, '2019-01-01', /nothing to upload/],
    [31, '2017-06-01', /calibrator/],
    [31, '2019-01-01', /upload failed/],
    [15, '2018-02-01', /out of memory/],
    [99, '2026-01-01', /pipeline failed/],
  ];
  for (const [code, closed, meaning] of eras)
    assert.match(meaningOf(code, closed === undefined ? {} : { closed: at(closed) })?.meaning ?? '', meaning, `${code} of ${closed}`);
  assert.equal(meaningOf(15, { closed: at('2019-01-01') }), undefined, '15 to 17 were renumbered');
  assert.equal(meaningOf(17), undefined);
});

test('each era of a code begins where the one before ends', () => {
  for (const code of [1, 3, 12, 20, 21, 30, 31]) {
    const before = meaningOf(code, { closed: at('2018-02-28T23:59:59Z') });
    const after = meaningOf(code, { closed: at('2018-03-01T00:00:00Z') });
    assert.notDeepEqual(before, after, String(code));
    assert.deepEqual(after, meaningOf(code));
    assert.deepEqual(meaningOf(code, { closed: 0 }), after, 'a token that was never closed is of today');
  }
});

test('what to do about it, in five phrases', () => {
  const remedies: readonly (readonly [number, Remedy])[] = [
    [22, 'Retry once staged'],
    [21, 'Retry'],
    [32, 'Retry'],
    [13, 'Retry'],
    [-1, 'Retry'],
    [-2, 'Retry'],
    [98, 'Give more memory'],
    [97, 'Give more memory'],
    [137, 'Give more memory'],
    [3, 'Fix input'],
    [33, 'Fix input'],
    [34, 'Fix input'],
    [90, 'Inspect'],
    [99, 'Inspect'],
    [-100, 'Inspect'],
    [156, 'Inspect'],
  ];
  for (const [code, remedy] of remedies) assert.equal(meaningOf(code)?.remedy, remedy, String(code));
});

test('signals, as shells and as Python count them; other codes are the job’s own', () => {
  assert.match(meaningOf(143)?.meaning ?? '', /SIGTERM/);
  assert.deepEqual(meaningOf(-9), meaningOf(137));
  assert.deepEqual(meaningOf(-15), meaningOf(143));
  assert.equal(meaningOf(150)?.meaning, 'Ended by signal 22');
  for (const code of [0, 5, 42, 193, 255, 1000, -65, 21.5]) assert.equal(meaningOf(code), undefined, String(code));
});

test('GRID_LRT’s table says nothing about the exit code of any program', () => {
  for (const code of [1, 2, 3, 20, 22, 99, -100]) assert.equal(meaningOf(code, { field: 'exit_code' }), undefined, String(code));
  assert.match(meaningOf(127, { field: 'exit_code' })?.meaning ?? '', /not found/);
  assert.match(meaningOf(-9, { field: 'exit_code' })?.meaning ?? '', /SIGKILL/);
});
