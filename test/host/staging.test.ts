import assert from 'node:assert/strict';
import { workspace, type Uri } from 'vscode';
import type { TextResult } from '../../src/vscode/commands/copies';
import type { RequestResult } from '../../src/vscode/commands/meant';
import type { StageResult } from '../../src/vscode/commands/stage';
import { eventually, execute, practice, sample } from './practice';

const stage = (uri: Uri | readonly Uri[], options: object = {}) => execute<StageResult>('grid.staging.stage', uri, options);
const refresh = () => execute<RequestResult>('grid.staging.refresh', {});
const act = (id: string, options: object) => execute<RequestResult>(`grid.staging.${id}`, options);
const rowOf = async (id: string | null) => (await refresh()).requests.find((request) => request.id === id);
const settle = (id: string | null, state: string) =>
  eventually(`request ${id} is ${state}`, async () => (await rowOf(id))?.state === state && rowOf(id));

describe('staging, by its contract and the request log of the stager', () => {
  beforeEach(() => practice.reset());
  afterEach(async () => {
    await practice.heal();
    for (const { stager, id } of (await refresh().catch(() => ({ requests: [] }))).requests) await act('forget', { stager, id });
  });

  it('one list of one site is one add_getid, and turns online', async () => {
    const { requests, skipped, failed } = await stage(sample('srm_sara.txt'));
    assert.equal(requests.length, 1);
    assert.equal(skipped, 0);
    assert.equal(failed, undefined);
    const [request] = requests;
    assert.ok(request);
    assert.deepEqual({ ...request, id: typeof request.id }, { id: 'string', stager: 'Practice', site: 'sara', links: 24 });
    const [call] = await practice.calls('add_getid');
    assert.ok(call);
    assert.equal((call.params[0] as string[]).length, 24);
    assert.equal(call.params[1], false, 'no e-mail unless asked for');
    assert.equal(call.user, practice.user);
    const row = await settle(request.id, 'done');
    assert.deepEqual(row, { id: request.id, stager: 'Practice', site: 'sara', state: 'done', total: 24, online: 24, failed: 0 });
    assert.equal((await practice.calls('add_getid')).length, 1);
    const { text } = await execute<TextResult>('grid.staging.copyOnlineLinks', { stager: 'Practice', id: request.id });
    assert.equal(text.split('\n').length, 25);
    assert.equal((await execute<TextResult>('grid.staging.copyRequestToken', { stager: 'Practice', id: request.id })).text === '', false);
  });

  it('three sites are three requests; a bad row holds up nothing', async () => {
    const mixed = await stage(sample('srm_mixed.txt'));
    assert.deepEqual(mixed.requests.map((request) => request.site).sort(), ['juelich', 'poznan', 'sara']);
    assert.equal((await practice.calls('add_getid')).length, 3);
    const broken = await stage(sample('srm_broken.txt'));
    assert.ok(broken.requests.length > 0);
    assert.ok(broken.skipped > 0);
    const sent = (await practice.calls('add_getid')).flatMap((call) => call.params[0] as string[]);
    for (const link of sent) assert.match(link, /^srm:\/\/[\w.-]+:\d+\/(?!\/)\S+$/);
    assert.equal(new Set(sent).size, sent.length);
  });

  it('several lists are one plan', async () => {
    const { requests } = await stage([sample('srm_sara.txt'), sample('srm_juelich.txt')]);
    assert.equal(requests.length, 2);
    assert.deepEqual(
      requests.map((request) => request.links),
      [24, 12],
    );
  });

  it('a file that fails is named, the request is partly online, and can be rescheduled', async () => {
    await practice.outcomeOf('SB105', 'failed');
    const [request] = (await stage(sample('srm_sara.txt'))).requests;
    assert.ok(request);
    const row = await settle(request.id, 'partial');
    assert.deepEqual([row.online, row.failed], [23, 1]);
    await act('reschedule', { stager: 'Practice', id: request.id });
    await practice.outcomeOf('SB105', 'online');
    await settle(request.id, 'done');
    assert.equal((await practice.calls('reschedule')).length, 1);
  });

  it('abort ends it on the stager', async () => {
    await practice.outcomeOf('.', 'never');
    const [request] = (await stage(sample('srm_poznan.txt'))).requests;
    assert.ok(request);
    const { requests } = await act('abort', { stager: 'Practice', id: request.id });
    assert.equal(requests[0]?.state, 'aborted');
    assert.equal((await practice.calls('abort')).length, 1);
    assert.equal((await rowOf(request.id))?.state, 'aborted');
  });

  it('a refusal is one sentence with its kind, and nothing is on the desk', async () => {
    await practice.fault({ kind: 'fault', method: 'add_getid', message: 'quota exceeded' });
    await assert.rejects(stage(sample('srm_sara.txt')), /quota exceeded.* \[rejected\]$/);
    assert.deepEqual((await refresh()).requests, []);
  });

  it('a wrong password says so, and a new one is used at once', async () => {
    const signIn = (password: string) => execute('grid.staging.signIn', { name: 'Practice', user: practice.user, password });
    await signIn('wrong');
    await assert.rejects(
      stage(sample('srm_sara.txt')),
      (error: Error) => error.message.endsWith(' [auth]') && !error.message.includes('wrong'),
    );
    await signIn(practice.password);
    assert.equal((await stage(sample('srm_sara.txt'))).requests.length, 1);
  });

  it('a 502 page, a hang and a dropped connection are told apart, and figures stay', async () => {
    const [request] = (await stage(sample('srm_sara.txt'))).requests;
    assert.ok(request);
    await practice.fault({ kind: 'page' });
    await assert.rejects(refresh(), / \[unreachable\]$/);
    await practice.heal();
    await workspace.getConfiguration().update('grid.staging.deadlineSeconds', 1, true);
    await practice.fault({ kind: 'hang' });
    await assert.rejects(refresh(), / \[timeout\]$/);
    await practice.heal();
    await practice.fault({ kind: 'drop' });
    await assert.rejects(refresh(), / \[unreachable\]$/);
    await practice.heal();
    await workspace.getConfiguration().update('grid.staging.deadlineSeconds', undefined, true);
    assert.equal((await rowOf(request.id))?.total, 24);
  });

  it('a status word nobody knows is unknown, not a crash; 5 000 foreign requests do not disturb', async () => {
    const [request] = (await stage(sample('srm_poznan.txt'))).requests;
    assert.ok(request);
    await practice.quirk({ word: 'meditating', foreign: 5000 });
    await practice.outcomeOf('.', 'never');
    const row = await rowOf(request.id);
    assert.ok(row);
    assert.equal(row.state, 'unknown');
    await practice.quirk({ word: undefined });
  });

  it('refuses unknown options and lists without links', async () => {
    await assert.rejects(stage(sample('srm_sara.txt'), { stagr: 'Practice' }), /"stagr" is not known here.* \[rejected\]$/);
    await assert.rejects(stage(sample('srm_sara.txt'), { stager: 'Other' }), /no stager "Other".* \[notFound\]$/);
    await assert.rejects(stage(sample('notes.txt')), / \[rejected\]$/);
    await assert.rejects(execute('grid.staging.stage', {}), /A file is missing.* \[rejected\]$/);
    await assert.rejects(act('abort', { stager: 'Practice', id: '7' }), / \[notFound\]$/);
  });
});
