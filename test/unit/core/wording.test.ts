import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redact } from '../../../src/core/redact';
import {
  capitalised,
  count,
  duration,
  listing,
  moment,
  percent,
  percentOf,
  plural,
  utcMoment,
  wholePercent,
} from '../../../src/core/wording';

const thin = '\u2009';

test('numbers are grouped by thin spaces from five digits on', () => {
  assert.equal(count(999), '999');
  assert.equal(count(9999), '9999');
  assert.equal(count(12_340), `12${thin}340`);
  assert.equal(count(1_234_567), `1${thin}234${thin}567`);
  assert.equal(plural(1, 'link'), '1 link');
  assert.equal(plural(0, 'link'), '0 links');
});

test('shares keep one decimal except none and all', () => {
  assert.equal(percent(88.2), `88.2${thin}%`);
  assert.equal(percent(70), `70.0${thin}%`);
  assert.equal(percent(0), `0${thin}%`);
  assert.equal(percent(100), `100${thin}%`);
  assert.equal(wholePercent(9), `9${thin}%`);
});

test('a part of a whole is rounded down: all is only all', () => {
  assert.equal(percentOf(45, 51), 88.2);
  assert.equal(percentOf(99_999, 100_000), 99.9);
  assert.equal(percentOf(7, 7), 100);
  assert.equal(percentOf(0, 0), 0);
});

test('spans have two units at most, and no seconds above a minute', () => {
  const minute = 60_000;
  assert.equal(duration(-5), '0 s');
  assert.equal(duration(59_999), '59 s');
  assert.equal(duration(minute), '1 min');
  assert.equal(duration(6 * 60 * minute + 20 * minute), '6 h 20 min');
  assert.equal(duration(2 * 60 * minute), '2 h');
  assert.equal(duration((4 * 24 + 6) * 60 * minute), '4 d 6 h');
});

test('moments: today, this week, else the date', () => {
  const now = new Date(2026, 10, 20, 15, 0).getTime();
  assert.equal(moment(new Date(2026, 10, 20, 13, 52).getTime(), now), '13:52');
  assert.match(moment(new Date(2026, 10, 17, 6, 0).getTime(), now), /^Tue 06:00$/);
  assert.equal(moment(new Date(2026, 9, 2, 6, 0).getTime(), now), '2 Oct');
  assert.equal(utcMoment(Date.UTC(2026, 10, 20, 13, 52, 59)), '2026-11-20 13:52 UTC');
});

test('lists read as sentences do', () => {
  assert.equal(listing([]), '');
  assert.equal(listing(['a']), 'a');
  assert.equal(listing(['a', 'b', 'c']), 'a, b and c');
  assert.equal(listing(['a', 'b', 'c'], 'or'), 'a, b or c');
  assert.equal(capitalised('not begun'), 'Not begun');
  assert.equal(capitalised(''), '');
});

test('secrets do not survive a log line', () => {
  const secrets = [
    'https://ada:s3cr=t:w@rd@stager.example.org/xmlrpc',
    'Authorization: Basic YWRhOnNlY3JldHNlY3JldA==',
    'authorization="Bearer MDAxY2xvY2F0aW9uIE9wdGlvbmFs"',
    'token abcdef0123456789abcdef',
    'https://door/path?authz=MDAxY2xvY2F0aW9uIE9wdGlvbmFs&x=1',
    'password=s3cret',
    'database_password : s3cret',
    '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----',
  ];
  for (const secret of secrets) assert.doesNotMatch(redact(secret), /s3cr|YWRh|MDAx|abcdef0|abc\n/, secret);
  assert.equal(redact('Request 41902 on https://stager.example.org/xmlrpc'), 'Request 41902 on https://stager.example.org/xmlrpc');
});
