import assert from 'node:assert/strict';
import type { RequestResult } from '../../src/vscode/commands/meant';
import type { StageResult } from '../../src/vscode/commands/stage';
import type { Api } from '../../src/api';
import { extensions, workspace } from 'vscode';
import { eventually, execute, practiceStageIt, sample } from './practice';

const refresh = () => execute<RequestResult>('grid.staging.refresh', {});
const rowOf = async (id: string | null) => (await refresh()).requests.find((request) => request.id === id);

describe('StageIT behind the same commands', () => {
  before(async () => {
    await practiceStageIt.reset();
    const { url, token } = practiceStageIt;
    await execute('grid.staging.addStager', { name: 'StageIT', kind: 'stageit', url, token });
  });
  after(async () => {
    for (const { stager, id } of (await refresh()).requests) await execute('grid.staging.forget', { stager, id });
    await execute('grid.staging.removeStager', { name: 'StageIT' });
  });

  it('the token is not in the settings', () => {
    const rows = JSON.stringify(workspace.getConfiguration().get('grid.staging.stagers'));
    assert.ok(rows.includes('"stageit"'));
    assert.ok(!rows.includes(practiceStageIt.token));
  });

  it('a password is refused for it, and a token for the other kind', async () => {
    const add = (options: object) => execute('grid.staging.addStager', { name: 'Bad', url: practiceStageIt.url, ...options });
    await assert.rejects(add({ kind: 'stageit', user: 'ada', password: 'x' }), /takes a token, not a password/);
    await assert.rejects(add({ kind: 'lta', token: 'x' }), /takes a user and a password, not a token/);
  });

  it('three sites are three requests, and turn online', async () => {
    const { requests } = await execute<StageResult>('grid.staging.stage', sample('srm_mixed.txt'), { stager: 'StageIT' });
    assert.equal(requests.length, 3);
    assert.equal((await practiceStageIt.calls('submit')).length, 3);
    for (const { id } of requests) await eventually(`request ${id} is done`, async () => (await rowOf(id))?.state === 'done');
  });

  it('says which file failed, and why', async () => {
    await practiceStageIt.outcomeOf('SB240', 'failed');
    const [request] = (await execute<StageResult>('grid.staging.stage', sample('srm_poznan.txt'), { stager: 'StageIT' })).requests;
    assert.ok(request);
    await eventually('it is partly online', async () => (await rowOf(request.id))?.state === 'partial');
    const api = await extensions.getExtension<Api>('grid-workbench.grid-workbench')?.activate();
    const files = (await api?.stagingRequests())?.find((each) => each.id === request.id)?.files ?? [];
    const failed = files.filter((file) => file.state === 'failed');
    assert.equal(failed.length, 1);
    assert.match(failed[0]?.link ?? '', /SB240/);
    assert.ok(failed[0]?.message, 'the reason is kept');
  });

  it('settles a lost answer at once, by the links it lists', async () => {
    await practiceStageIt.fault({ kind: 'lose', method: 'submit', times: 1 });
    await practiceStageIt.outcomeOf('.', 'never');
    const { requests } = await execute<StageResult>('grid.staging.stage', sample('srm_poznan.txt'), { stager: 'StageIT' });
    assert.deepEqual(
      requests.map(({ id, state }) => [id, state]),
      [[null, 'unknown']],
    );
    const [row] = (await refresh()).requests.filter(({ stager }) => stager === 'StageIT');
    assert.match(row?.id ?? '', /^\d+$/);
    assert.equal((await practiceStageIt.calls('submit')).length, 1);
  });

  it('abort ends it there', async () => {
    await practiceStageIt.outcomeOf('.', 'never');
    const [request] = (await execute<StageResult>('grid.staging.stage', sample('srm_sara.txt'), { stager: 'StageIT' })).requests;
    assert.ok(request);
    await execute('grid.staging.abort', { stager: 'StageIT', id: request.id });
    assert.equal((await practiceStageIt.calls('abort')).length, 1);
    assert.equal((await rowOf(request.id))?.state, 'aborted');
  });
});
