import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { campaignOf, endOf, historyOf, isStalled, rateOf } from '../../../src/core/staging/campaign';
import type { Past } from '../../../src/core/staging/memory';
import type { RequestFile, StagingRequest } from '../../../src/core/staging/request';
import { isQuiet, noticesOf, passings } from '../../../src/core/staging/threshold';

const hour = 3_600_000;
const now = 1_700_000_000_000;
const record = { id: 'c', name: 'cygnus', createdAt: now - 10 * hour };

function request(
  id: string,
  state: StagingRequest['state'],
  files: readonly RequestFile[],
  more: Partial<StagingRequest> = {},
): StagingRequest {
  const facts = { stager: 'LTA', site: 'sara', source: 'srm.txt', campaigns: ['c'], round: 0, word: '', checkedAt: now };
  return { key: `LTA\n${id}`, id, ...facts, createdAt: now - 10 * hour, changedAt: now - hour, state, files, ...more };
}
const file = (link: string, state: RequestFile['state'], message?: string): RequestFile => ({
  link,
  state,
  ...(message === undefined ? {} : { message }),
});

describe('a campaign', () => {
  test('counts each link once, by the latest request that holds it', () => {
    const first = request('1', 'partial', [file('a', 'online'), file('b', 'failed'), file('c', 'lost')]);
    const retry = request('2', 'done', [file('b', 'online')], { round: 1 });
    const campaign = campaignOf(record, [retry, first]);
    assert.deepEqual(campaign.progress, { total: 3, online: 2, failed: 1, percent: 66.6, counts: { online: 2, lost: 1 } });
    assert.equal(campaign.state, 'partial');
    assert.deepEqual(
      campaign.files.map((each) => each.file.link),
      ['a', 'b', 'c'],
    );
  });

  test('is what is still to be done while something is', () => {
    const state = (...states: StagingRequest['state'][]) =>
      campaignOf(
        record,
        states.map((each, k) => request(String(k), each, [file(`f${k}`, each === 'done' ? 'online' : 'queued')])),
      ).state;
    assert.equal(state('done', 'done'), 'done');
    assert.equal(state('done', 'running'), 'running');
    assert.equal(state('done', 'draft'), 'draft');
    assert.equal(state('onHold', 'running'), 'onHold');
    assert.equal(state('done', 'failed'), 'partial');
    assert.equal(state('aborted', 'aborted'), 'aborted');
    assert.equal(state('failed'), 'failed');
  });
});

describe('rate and end', () => {
  const past = (...online: number[]): Past =>
    online.map((n, k) => [now - (online.length - 1 - k) * hour, { online: n, staging: 100 - n }] as const);

  test('the rate is over the last hours; the end is a range, and unknown when nothing moves', () => {
    const rate = rateOf([past(0, 10, 20, 30)], now);
    assert.deepEqual(rate, { filesPerHour: 10, overMs: 3 * hour });
    const end = endOf(70, rate, now);
    assert.ok(end !== undefined && end.from < now + 7 * hour && end.to > now + 7 * hour);
    assert.equal(endOf(70, rateOf([past(30, 30, 30)], now), now), undefined);
    assert.equal(rateOf([], now), undefined);
    assert.equal(rateOf([[[now - 60_000, { online: 5 }]]], now), undefined, 'a minute says nothing about hours');
  });

  test('several requests add up at each moment', () => {
    const other: Past = [[now - 2 * hour, { online: 5 }]];
    assert.deepEqual(
      historyOf([past(1, 2, 3), other]).map(([, { online }]) => online),
      [6, 7, 8],
    );
  });

  test('stalled is a live request without news, not one that has ended or was never sent', () => {
    const quiet = { changedAt: now - 7 * hour };
    assert.equal(isStalled(request('1', 'running', [], quiet), now, 6 * hour), true);
    assert.equal(isStalled(request('1', 'running', []), now, 6 * hour), false);
    assert.equal(isStalled(request('1', 'done', [], quiet), now, 6 * hour), false);
    assert.equal(isStalled(request('', 'draft', [], quiet), now, 6 * hour), false);
  });
});

describe('thresholds and notices', () => {
  const observationOf = (link: string) => /L\d+/.exec(link)?.[0];
  const threshold = (when: 'end' | 'observation' | { percent: number }, fired: readonly string[] = []) => ({
    e: 'threshold' as const,
    at: now,
    campaign: 'c',
    threshold: 't',
    when,
    fired: fired.map((what) => ({ e: 'fired' as const, at: now, campaign: 'c', threshold: 't', what })),
  });
  const running = campaignOf(record, [request('1', 'running', [file('L1_a', 'online'), file('L1_b', 'online'), file('L2_a', 'staging')])]);
  const whats = (when: Parameters<typeof threshold>[0], fired?: readonly string[], campaign = running) =>
    passings(campaign, { thresholds: [threshold(when, fired)] }, observationOf, now).map(({ what }) => what);

  test('a share, an observation and the end are passed once each', () => {
    assert.deepEqual(whats({ percent: 66.6 }), ['66.6\u2009%']);
    assert.deepEqual(whats({ percent: 66.6 }, ['66.6\u2009%']), []);
    assert.deepEqual(whats({ percent: 99 }), []);
    assert.deepEqual(whats('observation'), ['L1']);
    assert.deepEqual(whats('end'), []);
    assert.deepEqual(whats('end', [], campaignOf(record, [request('1', 'done', [file('a', 'online')])])), ['the end']);
  });

  test('the end is told in figures, a stall and a doubt as what they are, and what was told is not told again', () => {
    const ended = campaignOf(record, [request('1', 'partial', [file('a', 'online'), file('b', 'failed'), file('c', 'lost')])]);
    const [notice] = noticesOf(ended, new Set(), now, 6 * hour);
    assert.equal(notice?.sentence, 'cygnus has ended: 1 of 3 files online, 1 failed and 1 lost.');
    assert.deepEqual(noticesOf(ended, new Set([notice.what]), now, 6 * hour), []);
    const stalled = campaignOf(record, [request('1', 'running', [file('a', 'staging')], { changedAt: now - 7 * hour })]);
    assert.match(noticesOf(stalled, new Set(), now, 6 * hour)[0]?.sentence ?? '', /nothing new about request 1 of LTA for 7 h\.$/);
    const doubt = campaignOf(record, [request('', 'unknown', [file('a', 'unknown')], { key: 'k.0', uncertain: true })]);
    assert.match(noticesOf(doubt, new Set(), now, 6 * hour)[0]?.sentence ?? '', /nobody knows whether LTA has taken a request of 1 file/);
    assert.deepEqual(noticesOf(running, new Set(), now, 6 * hour), []);
  });

  test('quiet hours may go over midnight', () => {
    const at = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
    for (const [clock, quiet] of [
      ['21:59', false],
      ['22:00', true],
      ['03:00', true],
      ['06:59', true],
      ['07:00', false],
    ] as const)
      assert.equal(isQuiet('22:00-07:00', at(clock)), quiet, clock);
    assert.equal(isQuiet('12:00–13:00', at('12:30')), true);
    assert.equal(isQuiet('', 0), false);
    assert.equal(isQuiet('whenever', 0), false);
  });
});
