import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryName, fileName } from '../../../../src/core/tokens/bulk/name';

const long = 'ü😀'.repeat(100);
const names = [
  'a',
  'a.b',
  '..',
  '.',
  '',
  '.a',
  'a/b',
  'a_b',
  'a:b',
  '%2F',
  '/',
  '../../etc/passwd',
  'CON',
  'con.txt',
  'a\0b',
  'a\n',
  ' a ',
  'a.',
  '\ud800',
  'ü',
  long,
  `${long}x`,
  `x${long}`,
];

test('names inside an archive differ where names differ, and lead nowhere', () => {
  const entries = names.map(entryName);
  assert.equal(new Set(entries).size, names.length);
  for (const entry of entries) {
    assert.match(entry, /^(?!\.)[\w.%~-]+$/);
    assert.ok(entry.length < 200);
  }
  assert.equal(entryName('16/11/2026_22:10:05_logs_out'), '16%2F11%2F2026_22%3A10%3A05_logs_out');
});

test('names of files are what a file system takes, and what people can read', () => {
  for (const name of names) {
    const file = fileName(name);
    assert.ok(Buffer.byteLength(file) < 200 && file !== '' && file !== '.' && file !== '..', name);
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(file, /[/\\:\u0000-\u001f]|^[. ]|[. ]$/);
    assert.doesNotMatch(file, /^(con|prn|aux|nul)(\.|$)/i);
  }
  assert.equal(fileName('16/11/2026_22:10:05_logs_out'), '16_11_2026_22_10_05_logs_out');
  assert.equal(fileName('ünï 😀+%.bin'), 'ünï 😀+%.bin');
  assert.ok(fileName(`${long}.fits`).endsWith('.fits'));
  const distinct = names.map((name) => fileName(name, true));
  assert.equal(new Set(distinct).size, names.length);
  assert.equal(fileName('t_run_L1_SB010', true), 't_run_L1_SB010');
});
