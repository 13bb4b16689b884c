import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLeftByPilot, lockedFor, resetChoices, resetToken, unlockToken } from '../../../src/core/tokens/reset';
import { standingOf, type TokenDocument } from '../../../src/core/tokens/state';
import { practiceDocuments } from '../../practice/poolTokens';

const stub = { stub: true, length: 1, content_type: 'text/plain' };
const token: TokenDocument = Object.freeze({
  _id: 'a/b',
  _rev: '3-x',
  type: 't',
  lock: 1_795_000_000,
  done: 1_795_000_100,
  hostname: 'wn-1',
  scrub_count: 2,
  exit_code: 1,
  output: 21,
  error: [{ time: 1, message: 'x' }],
  status: 'error',
  times: { queued: 1 },
  progress: 0.5,
  launcher_status: 'it broke',
  slurm_job_id: '1_2',
  dirac_job_id: '3',
  wms_job_id: 'https://x',
  cream_job_id: '4',
  pbs_job_id: '5',
  OBSID: 'L1',
  'config.json': { variables: { _attachments: { $PARSET: 'logs_wanted.parset' } } },
  _attachments: { 'srm.txt': stub, 'logs_wanted.parset': stub, 'logs_a.out': stub, '01/02/2026_03:04:05_logs_out': stub, 'plot.png': stub },
});

test('four ways back, each as its tool does it', () => {
  const back = { lock: 0, done: 0, hostname: '', scrub_count: 3 };
  const jobs = ['slurm_job_id', 'dirac_job_id', 'wms_job_id', 'cream_job_id', 'pbs_job_id'];
  const without = (fields: readonly string[]): TokenDocument =>
    Object.fromEntries(Object.entries(token).filter(([field]) => !fields.includes(field)));
  assert.deepEqual(resetToken(token, 'scrub'), { ...without(jobs), ...back });
  assert.deepEqual(resetToken(token, 'lrt'), { ...token, ...back, output: '', status: 'reset' });
  assert.deepEqual(resetToken(token, 'resetTokens'), { ...without(['_attachments']), ...back, exit_code: '' });
  assert.deepEqual(resetToken(token, 'hard'), {
    ...without([...jobs, 'launcher_status']),
    ...{ ...back, scrub_count: 0, exit_code: '', output: '', error: [], status: 'reset', times: {}, progress: 0 },
    _attachments: { 'srm.txt': stub, 'logs_wanted.parset': stub },
  });
});

test('every token of a pool is to do after any of them, with its own id and revision', () => {
  for (const document of practiceDocuments().filter(({ type }) => type !== 'job' && type !== 'log')) {
    for (const { kind } of resetChoices) {
      const after = resetToken({ ...document, _rev: '1-a' }, kind);
      assert.equal(standingOf(after).state, 'todo');
      assert.deepEqual([after._id, after._rev, after.type], [document._id, '1-a', document.type]);
    }
  }
});

test('a scrub count that is missing or no number counts as none', () => {
  for (const scrub_count of [undefined, '2', null])
    assert.equal(resetToken({ lock: 1, done: 0, scrub_count }, 'resetTokens').scrub_count, 1);
});

test('a hard reset makes up no fields, and an output of PiCaS stays an object', () => {
  assert.deepEqual(resetToken({ lock: 1, done: 2, output: { a: 1 } }, 'hard'), {
    lock: 0,
    done: 0,
    hostname: '',
    scrub_count: 0,
    output: {},
  });
  assert.equal('_attachments' in resetToken({ ...token, _attachments: { logs_out: stub } }, 'hard'), false);
});

test('unlocking frees the token and keeps the rest', () => {
  const locked = { ...token, done: 0 };
  assert.deepEqual(unlockToken(locked), { ...locked, lock: 0, hostname: '' });
  assert.equal(standingOf(unlockToken(locked)).state, 'todo');
});

test('what pilots leave is known by its name', () => {
  for (const name of [
    'logs_token_1.out',
    'logs_out',
    'logs_.err',
    '16/11/2026_22:10:05_logs_out',
    '16/11/2026_22:10:05_x',
    'L1.PNG',
    'a.fits',
  ]) {
    assert.ok(isLeftByPilot(name), name);
  }
  for (const name of ['srm.txt', 'My.parset', 'bash_script', 'input.json', 'catalogs_1.txt']) assert.ok(!isLeftByPilot(name), name);
});

test('how long a token has been locked', () => {
  const now = 1_795_003_600;
  const cases: readonly (readonly [TokenDocument, number | undefined])[] = [
    [{ lock: now - 60, done: 0 }, 60],
    [{ lock: 0, done: 0 }, undefined],
    [{ lock: now - 60, done: now - 60 }, undefined],
    [{ lock: 99, done: 99 }, now],
    [{ lock: -1, done: -1 }, now],
    [{ lock: 'x', done: 0 }, undefined],
  ];
  for (const [document, seconds] of cases) assert.equal(lockedFor(document, now), seconds, JSON.stringify(document));
});
