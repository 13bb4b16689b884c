import assert from 'node:assert/strict';
import type { RequestResult } from '../../src/vscode/commands/meant';
import type { StageResult } from '../../src/vscode/commands/stage';
import type { Api } from '../../src/api';
import { commands, extensions, workspace } from 'vscode';
import type { TextResult } from '../../src/vscode/commands/copies';
import { eventually, execute, linksAt, practiceStageIt, sample, write } from './practice';

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

  it('1 200, 1 000 and 300 files at three sites: 2, 2 and 1 requests, never more than the cap in flight, one story to its end', async () => {
    const ran: unknown[] = [];
    const command = commands.registerCommand('test.staged', (...args: unknown[]) => void ran.push(args));
    const set = (id: string, value: unknown) => workspace.getConfiguration().update(`grid.staging.${id}`, value, true);
    try {
      await practiceStageIt.reset();
      await set('filesInFlight', 1500);
      for (let n = 0; n < 7; n++) await practiceStageIt.outcomeOf(`L881001_SB10${n}_`, 'failed');
      await practiceStageIt.outcomeOf('L881002_SB500_', 'lost');
      const links = [...linksAt('sara', 881001, 1200), ...linksAt('juelich', 881002, 1000), ...linksAt('poznan', 881003, 300)];
      const { requests } = await execute<StageResult>('grid.staging.stage', await write('srm_three.txt', links), { stager: 'StageIT' });
      assert.deepEqual(
        requests.map(({ site, links: count }) => [site, count]),
        [
          ['sara', 999],
          ['sara', 201],
          ['juelich', 999],
          ['juelich', 1],
          ['poznan', 300],
        ],
      );
      const [first] = requests;
      assert.ok(first?.id);
      await execute('grid.staging.followUp', { stager: 'StageIT', id: first.id, percent: 99, command: 'test.staged', args: [881] });
      const mine = async () => (await refresh()).requests.filter(({ stager, total }) => stager === 'StageIT' && total > 0);
      const ours = async () => (await mine()).filter(({ site, total }) => total >= 201 || (site === 'juelich' && total === 1));
      await eventually(
        'all five have ended',
        async () => (await ours()).filter(({ state }) => state === 'done' || state === 'partial').length === 5,
        1200,
      );
      assert.equal((await practiceStageIt.calls('submit')).length, 5);
      assert.ok((await practiceStageIt.peak()) <= 1500, `${await practiceStageIt.peak()} files were in flight`);
      assert.deepEqual((await ours()).map(({ failed }) => failed).sort(), [0, 0, 0, 1, 7]);

      for (let n = 0; n < 7; n++) await practiceStageIt.outcomeOf(`L881001_SB10${n}_`, 'online');
      const retried = await execute<RequestResult>('grid.staging.retryFailed', { stager: 'StageIT', id: first.id });
      assert.equal(retried.requests[0]?.total, 7);
      await eventually('the seven are online', async () => (await rowOf(retried.requests[0]?.id ?? ''))?.state === 'done');
      const withLost = (await ours()).find(({ failed }) => failed === 1);
      const lost = await execute<TextResult>('grid.staging.exportList', { stager: 'StageIT', id: withLost?.id, state: 'lost' });
      assert.match(lost.text, /^\S+L881002_SB500_\S+\n$/);
      await assert.rejects(execute('grid.staging.retryFailed', { stager: 'StageIT', id: withLost?.id }), / \[rejected\]$/);
      assert.equal((await practiceStageIt.calls('submit')).length, 6);
      await eventually('the follow-up has run', () => ran.length > 0);
      await refresh();
      assert.deepEqual(ran, [[881]]);
    } finally {
      command.dispose();
      await set('filesInFlight', undefined);
    }
  }).timeout(120_000);

  it('settles a lost answer at once, by the links it lists', async () => {
    await practiceStageIt.reset();
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
