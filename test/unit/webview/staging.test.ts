import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../../../webview/announcer';
import { Campaign } from '../../../webview/staging/campaign';
import { everything, filtered, toggled, type Filter, type View } from '../../../webview/staging/filter';
import { restored } from '../../../webview/staging/kept';
import { bySeverity, kindsOf, leftIn, positionName, troubleIn } from '../../../webview/staging/observation';
import { pattern, reasonsOf } from '../../../webview/staging/reason';
import { barSentence, fileSentence, filterWords, pace, parts } from '../../../webview/staging/words';
import { range } from '../../../webview/words';
import type { Files } from '../../../src/shared/staging';
import { later, many, now, one, single } from '../../ui/campaign';

const thin = '\u2009';
const hour = 3_600_000;
const nothing: View = { isStalled: () => false, within: undefined };

/** Files from rows of name, observation, band and letter. */
function filesOf(rows: readonly (readonly [string, number, number, string])[], messages: readonly string[] = []): Files {
  return {
    names: rows.map(([name]) => name),
    observations: ['L1', 'L2', 'L3'],
    observation: rows.map(([, observation]) => observation),
    sites: ['SARA'],
    site: rows.map(() => 0),
    band: rows.map(([, , band]) => band),
    prefix: ['SB', 'SB', 'SB'],
    states: rows.map(([, , , letter]) => letter).join(''),
    since: rows.map(() => 0),
    messages,
    message: rows.map((_, k) => (k < messages.length ? k : -1)),
  };
}

test('files stand trouble first, then by name, whatever their order was', () => {
  const campaign = new Campaign(
    filesOf([
      ['d', 0, 3, 'o'],
      ['b', 0, 1, 'f'],
      ['c', 0, 2, 'l'],
      ['a', 0, 0, 'f'],
      ['e', 0, 4, 'q'],
    ]),
  );
  assert.deepEqual([...campaign.order].map((file) => campaign.name(file)).join(''), 'cabed');
});

test('news name exactly the files that have changed, also when messages are numbered anew', () => {
  const files = filesOf(
    [
      ['a', 0, 0, 'f'],
      ['b', 0, 1, 'f'],
      ['c', 0, 2, 'q'],
    ],
    ['offline', 'mismatch'],
  );
  const campaign = new Campaign(files);
  assert.deepEqual([...campaign.accept({ ...files, messages: ['mismatch', 'offline'], message: [1, 0, -1] })], []);
  assert.deepEqual([...campaign.accept({ ...files, messages: ['mismatch', 'gone'], message: [1, 0, -1], states: 'ffo' })], [0, 2]);
  assert.equal(campaign.message(0), 'gone');
  assert.equal(campaign.state(2), 'online');
  assert.equal(
    campaign.observations[0]?.counts.reduce((sum, count) => sum + count, 0),
    3,
  );
});

test('100 040 files are counted alike by host and panel, and news of two of them change two', () => {
  const { head, files } = many();
  const campaign = new Campaign(files);
  assert.equal(campaign.observations.length, 410);
  assert.equal(filtered(campaign, { ...everything, letters: 'fl' }, nothing).length, (head.counts.failed ?? 0) + (head.counts.lost ?? 0));
  assert.equal(filtered(campaign, { ...everything, text: '_sb127_' }, nothing).length, 410);
  assert.deepEqual([...campaign.accept(later(many(), { 5: 'u', 100_039: 's' }).files)], [5, 100_039]);
});

test('a filter takes states or stalled, and words in names or messages', () => {
  const { files } = one();
  const campaign = new Campaign(files);
  const rows = (filter: Partial<Filter>, view = nothing) => filtered(campaign, { ...everything, ...filter }, view).length;
  assert.equal(rows({}), 2928);
  assert.equal(rows({ letters: 'fl' }), 8);
  assert.equal(rows({ letters: 'fl', text: 'CHECKSUM' }), 4);
  assert.equal(rows({ text: '(no replica,' }), 1, 'a bracket is a bracket');
  assert.equal(rows({ letters: 'w' }, { ...nothing, isStalled: (file) => file < 3 }), 3);
  assert.equal(filtered(campaign, everything, { ...nothing, within: new Set([4, 9]) }).length, 2);
});

test('a letter toggles, a clears, and either leaves a scope', () => {
  const scope = { kind: 'positions', observation: 'L1', positions: [1] } as const;
  assert.deepEqual(toggled({ letters: 'fl', text: 'x', scope }, 'f'), { letters: 'l', text: 'x' });
  assert.deepEqual(toggled({ letters: '', text: 'x' }, 'o'), { letters: 'o', text: 'x' });
  assert.deepEqual(toggled({ letters: 'fl', text: 'x', scope }, 'a'), everything);
});

test('bands stand at their places from a multiple of fifty on', () => {
  const { observations } = new Campaign(
    filesOf([
      ['a', 0, 127, 'o'],
      ['b', 0, 112, 'q'],
      ['c', 1, 3, 'o'],
      ['d', 1, 3, 'o'],
      ['e', -1, -1, 'f'],
    ]),
  );
  const [first, second, last] = observations;
  assert.ok(first && second && last);
  assert.equal(first.first, 100);
  assert.equal(first.at.length, 28);
  assert.deepEqual([...first.files], [1, 0]);
  assert.equal(positionName(first, 27), 'SB127');
  assert.equal(kindsOf(first, Uint8Array.of(4, 2)).indexOf('wait'), 112);
  assert.equal(second.banded, false, 'two files of one band are shown by name');
  assert.equal(positionName(second, 1), 'file 2');
  assert.equal(last.name, 'No observation');
  assert.equal(troubleIn(last), 1);
  assert.equal(leftIn(first), 1);
});

test('one mistyped band and ten thousand files without any are no maps of bands', () => {
  const far = new Campaign(
    filesOf([
      ['a', 0, 0, 'o'],
      ['b', 0, 99_999_999, 'o'],
    ]),
  ).observations[0];
  assert.equal(far?.banded, false);
  assert.equal(far.at.length, 2);
  const rows = Array.from({ length: 10_000 }, (_, k) => [`f${k}`, -1, -1, 'o'] as const);
  assert.equal(new Campaign(filesOf(rows)).observations[0]?.mapped, false);
});

test('observations stand by trouble: lost, failed, stalled, the rest by name, complete ones last', () => {
  const campaign = new Campaign(many().files);
  const stalled = many().head.stalled;
  const names = [...campaign.observations].sort(bySeverity(stalled)).map(({ name }) => name);
  assert.deepEqual(names.slice(0, 5), ['L701998', 'L702008', 'L702002', 'L701990', 'L701992']);
});

test('messages that differ in what varies are one reason', () => {
  assert.equal(pattern('read 8e1f03a4, expected 41d7b0e2'), 'read …, expected …');
  assert.equal(pattern('/pnfs/grid.sara.nl/data/a.tar is gone'), '… is gone');
  assert.equal(pattern('srm://a.b:8443/x?y timed out'), '… timed out');
  assert.equal(pattern('not staged (22)'), 'not staged (22)', 'a code is no number of a file');
  assert.equal(pattern('defaced'), 'defaced');
  const reasons = reasonsOf(new Campaign(one().files));
  assert.deepEqual(
    reasons.map(({ words, files, sites, state }) => [words, files.length, sites.join(), state]),
    [
      ['Checksum mismatch on tape read', 4, 'Poznań', 'failed'],
      ['Pool lofar_cache3 is offline', 3, 'Jülich', 'failed'],
      ['File is LOST (no replica, no tape copy)', 1, 'Poznań', 'lost'],
    ],
  );
});

test('sentences', () => {
  assert.equal(parts(2583, 2928), '2583 of 2928 files, 345 left');
  assert.equal(parts(1, 1), 'the one file is there');
  assert.equal(range(2 * hour, 9 * hour), '2 to 9 h');
  assert.equal(range(0.6 * hour, 3.2 * hour), '36 min to 4 h');
  assert.equal(range(2 * hour, 2 * hour), 'about 2 h');
  assert.equal(range(30 * hour, 100 * hour), '1 to 5 d');
  const { head } = one();
  assert.equal(pace(head), '214 files/h over 3 h · ends in 2 to 9 h');
  assert.equal(pace(single().head), '0 files/h over 1 h · end unknown');
  assert.equal(barSentence(head), `88.2${thin}% online: 2583 online · 50 staging · 287 queued · 7 failed · 1 lost`);
  assert.equal(filterWords({ letters: 'lwf', text: ' x ' }, undefined), 'failed, lost or stalled, matching “x”');
  assert.equal(fileSentence('SB127', 'failed', 0, now, 'Pool x is offline'), 'SB127, failed, pool x is offline');
});

test('what was kept comes back for its campaign only, and nonsense is dropped', () => {
  const state = {
    id: 'c1',
    filter: { letters: 'f', text: 3, scope: { kind: 'reason', reason: 'r', state: 'no' } },
    open: ['L1', 2],
    scroll: [1, 'x'],
  };
  assert.deepEqual(restored(state, 'c1'), {
    id: 'c1',
    filter: { letters: 'f', text: '' },
    observations: '',
    open: ['L1'],
    complete: false,
    requests: undefined,
    scroll: [1],
  });
  assert.equal(restored(state, 'c2'), undefined);
  assert.equal(restored('nonsense', 'c1'), undefined);
});

test('words are said when they change, once a minute at most', () => {
  assert.equal(waitFor('a', '', -Infinity, 0), 0);
  assert.equal(waitFor('a', 'a', 0, 1e9), undefined);
  assert.equal(waitFor('b', 'a', 1000, 21_000), 40_000);
});
