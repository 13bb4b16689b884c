import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalityAnswer } from '../../../src/core/ports';
import { LocalityCheck, unpackCheck, type PackedCheck } from '../../../src/core/staging/check';
import { DeskNews } from '../../../src/core/staging/newer';
import type { StagingRequest } from '../../../src/core/staging/request';
import { briefly, ToldList, type ToldPart } from '../../../src/core/staging/told';
import { checkedText, countsText, verdictText } from '../../../src/core/staging/verdict';

function checkOf(answers: Readonly<Record<string, LocalityAnswer | undefined>>): LocalityCheck {
  const check = new LocalityCheck(Object.keys(answers));
  for (const [link, answer] of Object.entries(answers)) if (answer !== undefined) check.hear(link, answer);
  return check;
}

test('the last whole check counts, single links checked since over it', () => {
  const list = new ToldList();
  list.add(checkOf({ a: { locality: 'NEARLINE' }, b: { locality: 'ONLINE' }, c: { problem: 'No answer.' } }), 'Door', 100, true);
  list.add(checkOf({ a: { locality: 'ONLINE_AND_NEARLINE' } }), 'Door', 200, false);
  assert.deepEqual(list.of('a'), { state: 'online', locality: 'ONLINE_AND_NEARLINE', at: 200 });
  assert.deepEqual(list.of('b'), { state: 'online', locality: 'ONLINE', at: 100 });
  assert.deepEqual(list.of('c'), { state: 'failed', problem: 'No answer.', at: 100 });
  assert.equal(list.of('d'), undefined);
  list.add(checkOf({ b: { locality: 'LOST' } }), 'Other', 300, true);
  assert.equal(list.of('a'), undefined, 'a whole check makes all before it void');
  assert.deepEqual([list.of('b')?.state, list.by, list.first], ['lost', 'Other', 300]);
});

test('of a cancelled check what it has learned stays, and what was known before too', () => {
  const list = new ToldList();
  list.add(checkOf({ a: { locality: 'NEARLINE' }, b: { locality: 'NEARLINE' } }), 'Door', 100, true);
  const cancelled = checkOf({ a: { locality: 'ONLINE' }, b: undefined });
  cancelled.cancelled = true;
  list.add(cancelled, 'Door', 200, true);
  assert.deepEqual([list.of('a')?.state, list.of('b')?.state], ['online', 'tape']);
});

test('what is known can be packed away and given again, a check under way included', () => {
  const list = new ToldList();
  list.add(checkOf({ a: { locality: 'NEARLINE' }, b: { problem: 'No answer.' }, c: undefined }), 'Door', 100, true);
  list.add(checkOf({ a: { locality: 'ONLINE' } }), 'Door', 200, false);
  list.begin(checkOf({ c: { locality: 'LOST' }, d: undefined }), 'Door', 300);
  const again = new ToldList();
  const parts = JSON.parse(JSON.stringify(list.parts.map(({ check, ...part }) => ({ ...part, check: check.packed })))) as (Omit<
    ToldPart,
    'check'
  > & {
    readonly check: PackedCheck;
  })[];
  for (const { check, at, whole } of parts) again.add(unpackCheck(check), 'Door', at, whole);
  for (const link of ['a', 'b', 'c', 'd']) assert.deepEqual(again.of(link), list.of(link));
  assert.deepEqual([again.of('c')?.state, again.of('d'), again.at, again.running], ['lost', undefined, 300, undefined]);
});

test('what the desk has heard since is newer, by site and path, whatever the form', () => {
  const request = (files: StagingRequest['files'], more: Partial<StagingRequest> = {}) =>
    ({ key: 'r', id: '7', site: 'sara', changedAt: 500, files, ...more }) as StagingRequest;
  const srm = 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/x.tar';
  const news = new DeskNews();
  const told = { state: 'tape', at: 100 } as const;
  news.renew([request([{ link: srm, state: 'staging' }])], 100);
  assert.deepEqual(news.of('sara', 'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/x.tar', told), {
    state: 'staging',
    at: 500,
    request: '7',
  });
  assert.equal(news.of('juelich', srm, told), undefined);
  assert.equal(news.of('sara', srm, { ...told, at: 600 }), undefined, 'the check is the newer one');
  news.renew([request([{ link: srm, state: 'failed', message: 'tape error' }])], 100);
  assert.equal(news.of('sara', srm, told)?.problem, 'tape error');
  news.renew([request([{ link: srm, state: 'cancelled' }])], 100);
  assert.equal(news.of('sara', srm, told), undefined, 'a file that was let go of may be anywhere');
  news.renew([request([{ link: srm, state: 'online' }], { id: '' })], 100);
  assert.equal(news.of('sara', srm, told), undefined, 'a draft knows nothing');
});

test('reasons have short names, and none is made up', () => {
  assert.equal(briefly('Door has no such file.'), 'no such file');
  assert.equal(briefly('127.0.0.2 was not asked: The storage refused the connection.'), 'no answer');
  assert.equal(briefly('The grid proxy ran out 3 h ago. Make a new one with voms-proxy-init.'), 'sign-in has ended');
  assert.equal(briefly('Nobody is signed in to SARA.'), 'not signed in');
  assert.equal(briefly('Something quite new.'), '');
});

test('counts are told well first, then what can be helped, then trouble', () => {
  assert.equal(countsText({ lost: 2, online: 34, tape: 13, staging: 1, failed: 3 }), '34 online, 13 on tape, 1 staging, 3 failed, 2 lost');
  assert.equal(verdictText({ online: 2, tape: 1 }), '66.6\u2009% of 3 files staged: 2 online, 1 on tape.');
  assert.equal(verdictText({}), 'There is no link in the list.');
});

test('a checked list as list, table and JSON', () => {
  const rows = [
    { link: 'srm://a/1', told: { state: 'online', locality: 'ONLINE', at: 0 } as const },
    { link: '=1+1', told: { state: 'failed', problem: 'Door says "no", twice.', at: 0 } as const },
    { link: 'srm://a/2', told: undefined },
  ];
  assert.equal(checkedText(rows, 'list'), 'srm://a/1\n=1+1\nsrm://a/2\n');
  assert.equal(
    checkedText(rows, 'csv'),
    'link,state,locality,message,checked\r\nsrm://a/1,online,ONLINE,,1970-01-01T00:00:00.000Z\r\n' +
      '\'=1+1,failed,,"Door says ""no"", twice.",1970-01-01T00:00:00.000Z\r\nsrm://a/2,unknown,,,\r\n',
  );
  const { total, counts, percentStaged, files } = JSON.parse(checkedText(rows, 'json')) as Record<string, unknown>;
  assert.deepEqual([total, counts, percentStaged, (files as unknown[]).length], [3, { online: 1, failed: 1, unknown: 1 }, 33.3, 3]);
});
