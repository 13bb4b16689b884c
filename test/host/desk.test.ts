import assert from 'node:assert/strict';
import { commands, workspace, type Uri } from 'vscode';
import type { TextResult } from '../../src/vscode/commands/copies';
import type { FollowUpResult } from '../../src/vscode/commands/followUp';
import type { RequestResult, RequestRow } from '../../src/vscode/commands/meant';
import type { StageResult } from '../../src/vscode/commands/stage';
import { eventually, execute, practice, sara, write } from './practice';

const stage = (uri: Uri, options: object = {}) => execute<StageResult>('grid.staging.stage', uri, { stager: 'Practice', ...options });
const refresh = () => execute<RequestResult>('grid.staging.refresh', {});
const act = <T = RequestResult>(id: string, options: object) => execute<T>(`grid.staging.${id}`, options);
const rows = async (fits: (row: RequestRow) => boolean) => (await refresh().catch(() => ({ requests: [] }))).requests.filter(fits);
const set = (id: string, value: unknown) => workspace.getConfiguration().update(`grid.staging.${id}`, value, true);

describe('the desk', () => {
  beforeEach(() => practice.reset());
  afterEach(async () => {
    await practice.heal();
    await Promise.all(
      ['filesInFlight', 'filesPerRequest', 'secondsBetweenSubmits', 'deadlineSeconds'].map((id) =>
        set(id, id === 'secondsBetweenSubmits' ? 0 : undefined),
      ),
    );
    for (const { stager, id, part } of await rows(() => true)) {
      if (part !== undefined) await act('abort', { part }).catch(() => act('settle', { part, drop: true }));
      else await act('forget', { stager, id });
    }
    assert.deepEqual(await rows(() => true), []);
  });

  it('never has more in flight than the cap; drafts go as room appears, and have no id until then', async () => {
    await set('filesPerRequest', 10);
    await set('filesInFlight', 20);
    const { requests } = await stage(await write('srm_cap.txt', sara(111111, 50)));
    assert.deepEqual(
      requests.map(({ id, state, links }) => [typeof id, state, links]),
      [
        ['string', undefined, 10],
        ['string', undefined, 10],
        ['object', 'draft', 10],
        ['object', 'draft', 10],
        ['object', 'draft', 10],
      ],
    );
    await eventually('all are done', async () => (await rows(({ state }) => state === 'done')).length === 5);
    const sent = (await practice.calls('add_getid')).map((call) => (call.params[0] as string[]).length);
    assert.deepEqual(sent, [10, 10, 10, 10, 10]);
  });

  it('the same list again is not sent again while it is under way, unless it is asked for', async () => {
    await practice.outcomeOf('.', 'never');
    const list = await write('srm_again.txt', sara(222222, 12));
    await stage(list);
    assert.deepEqual(await stage(list), { requests: [], skipped: 12 });
    assert.equal((await practice.calls('add_getid')).length, 1);
    assert.equal((await stage(list, { again: true })).requests.length, 1);
    assert.equal((await practice.calls('add_getid')).length, 2);
  });

  it('an answer that is lost leaves an uncertain request, settled by the files that come online', async () => {
    await practice.fault({ kind: 'lose', method: 'add_getid', times: 1 });
    const result = await stage(await write('srm_lost.txt', sara(333333, 6)));
    assert.deepEqual(
      result.requests.map(({ id, state }) => [id, state]),
      [[null, 'unknown']],
    );
    assert.equal(result.failed?.length, 6);
    await eventually('it has its id', async () => (await rows(({ state, id }) => state === 'done' && id !== null)).length === 1);
    assert.equal((await practice.calls('add_getid')).length, 1);
  });

  it('what nobody can settle is settled by a person: sent once more, or dropped', async () => {
    await practice.fault({ kind: 'drop', method: 'add_getid', times: 1 });
    await stage(await write('srm_dropped.txt', sara(444444, 4)));
    const [row] = await rows(({ id }) => id === null);
    assert.ok(row?.part);
    assert.equal((await practice.calls('add_getid')).length, 0);
    await act('settle', { part: row.part });
    assert.equal((await practice.calls('add_getid')).length, 1);
    await assert.rejects(act('settle', { part: row.part }), / \[(notFound|conflict)\]$/);
  });

  it('failed files are retried with exactly those links; the list of a state can be had', async () => {
    await practice.outcomeOf('SB00[12]', 'online');
    await practice.outcomeOf('SB001', 'failed');
    await practice.outcomeOf('SB002', 'failed');
    const [first] = (await stage(await write('srm_retry.txt', sara(555555, 5)))).requests;
    assert.ok(first?.id);
    await eventually('it has ended', async () => (await rows(({ id, state }) => id === first.id && state === 'partial')).length === 1);
    const { text } = await act<TextResult>('exportList', { stager: 'Practice', id: first.id, state: 'failed' });
    assert.deepEqual(
      text
        .trim()
        .split('\n')
        .map((link) => /SB\d+/.exec(link)?.[0]),
      ['SB001', 'SB002'],
    );
    await practice.outcomeOf('SB', 'online');
    const { requests } = await act('retryFailed', { stager: 'Practice', id: first.id });
    assert.equal(requests[0]?.total, 2);
    await eventually(
      'the retry is done',
      async () => (await rows(({ id, state }) => id === requests[0]?.id && state === 'done')).length === 1,
    );
    assert.deepEqual((await practice.calls('add_getid')).at(-1)?.params[0], text.trim().split('\n'));
    await assert.rejects(act('retryFailed', { stager: 'Practice', id: first.id }), / \[rejected\]$/);
  });

  it('a request made elsewhere can be adopted', async () => {
    await practice.outcomeOf('.', 'never');
    const [mine] = (await stage(await write('srm_foreign.txt', sara(666666, 7)))).requests;
    assert.ok(mine?.id);
    await act('forget', { stager: 'Practice', id: mine.id });
    const { requests } = await act('adopt', { stager: 'Practice', id: mine.id });
    assert.deepEqual([requests[0]?.id, requests[0]?.total], [mine.id, 7]);
    await assert.rejects(act('adopt', { stager: 'Practice', id: '999999' }), / \[notFound\]$/);
  });

  it('a follow-up runs once when its share is passed, and one that fails is not run again', async () => {
    const ran: unknown[] = [];
    const command = commands.registerCommand('test.followUp', (...args: unknown[]) => void ran.push(args));
    let failures = 0;
    const failing = commands.registerCommand('test.failing', () => {
      failures++;
      throw new Error('no such thing');
    });
    try {
      const [row] = (await stage(await write('srm_follow.txt', sara(777777, 10)))).requests;
      assert.ok(row?.id);
      const name = { stager: 'Practice', id: row.id };
      await act<FollowUpResult>('followUp', { ...name, percent: 50, command: 'test.followUp', args: ['half'] });
      await act<FollowUpResult>('followUp', { ...name, command: 'test.failing' });
      const { followUp } = await act<FollowUpResult>('followUp', { ...name, observation: true, command: 'test.followUp' });
      await act('followUp', { ...name, remove: followUp });
      await eventually('it is done', async () => (await rows(({ state }) => state === 'done')).length === 1);
      await eventually('both have run', () => ran.length > 0 && failures > 0);
      await refresh();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.deepEqual(ran, [['half']]);
      assert.equal(failures, 1);
      await assert.rejects(act('followUp', { ...name, percent: 500 }), / \[rejected\]$/);
    } finally {
      command.dispose();
      failing.dispose();
    }
  });
});
