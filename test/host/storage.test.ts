import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { workspace } from 'vscode';
import type { RequestResult } from '../../src/vscode/commands/meant';
import type { StageResult } from '../../src/vscode/commands/stage';
import { eventually, execute, linksAt, practiceDoor, sara, write } from './practice';

const refresh = () => execute<RequestResult>('grid.staging.refresh', {});
const rowOf = async (stager: string, id: string | null) =>
  (await refresh()).requests.find((request) => request.stager === stager && request.id === id);
const settle = (stager: string, id: string | null, state: string) =>
  eventually(`request ${id} of ${stager} is ${state}`, async () => {
    const row = await rowOf(stager, id);
    return row?.state === state && row;
  });
const set = (id: string, value: unknown) => workspace.getConfiguration().update(id, value, true);

/** Whether this machine has gfal2 for Python; where the suites must be whole it has. */
export async function gfalIsThere(): Promise<boolean> {
  const there = await promisify(execFile)('/usr/bin/python3', ['-c', 'import gfal2']).then(
    () => true,
    () => false,
  );
  assert.ok(there || process.env.CI !== 'true', 'python3-gfal2 is missing');
  return there;
}

describe('the doors of storage systems, behind the same desk', () => {
  before(async () => {
    await practiceDoor.reset();
    const { url, token } = practiceDoor;
    await execute('grid.staging.addStager', { name: 'Door', kind: 'tape', url, token });
    await execute('grid.staging.addStager', { name: 'Bulk', kind: 'dcache', url, token });
    await execute('grid.staging.addStager', { name: 'Grid tools', kind: 'gfal', url: '' });
    await set('grid.links.sites', { practice: { name: 'Practice', hosts: ['127.0.0.1'], srm: '127.0.0.1:1', roots: ['/practice'] } });
  });
  beforeEach(() => practiceDoor.reset());
  after(async () => {
    await practiceDoor.reset();
    for (const { stager, id } of (await refresh().catch(() => ({ requests: [] }))).requests)
      await execute('grid.staging.forget', { stager, id });
    for (const name of ['Door', 'Bulk', 'Grid tools']) await execute('grid.staging.removeStager', { name });
    await set('grid.links.sites', undefined);
  });

  it('tokens are not in the settings; a password is refused', async () => {
    const rows = JSON.stringify(workspace.getConfiguration().get('grid.staging.stagers'));
    assert.ok(rows.includes('"tape"') && rows.includes('"dcache"') && rows.includes('"gfal"'));
    assert.ok(!rows.includes(practiceDoor.token));
    const bad = execute('grid.staging.addStager', { name: 'Bad', kind: 'tape', url: practiceDoor.url, user: 'ada', password: 'x' });
    await assert.rejects(bad, /takes a token, not a password/);
    await assert.rejects(execute('grid.staging.addStager', { name: 'Bad', kind: 'gfal', url: 'here' }), / \[rejected\]$/);
  });

  for (const stager of ['Door', 'Bulk']) {
    it(`${stager}: stage, poll, online, extend, release; no more files in a request than it takes`, async () => {
      const links = sara(stager === 'Door' ? 900_001 : 900_002, 620);
      await practiceDoor.seed(links);
      await practiceDoor.locality('SB619', 'LOST');
      await practiceDoor.fate('SB619', 'failed');
      const list = await write('srm_door.txt', links);
      const { requests } = await execute<StageResult>('grid.staging.stage', list, { stager });
      assert.deepEqual(
        requests.map((request) => request.links),
        [500, 120],
      );
      const [first, second] = requests;
      assert.ok(first && second);
      await settle(stager, first.id, 'done');
      const partly = await settle(stager, second.id, 'partial');
      assert.deepEqual([partly.online, partly.failed], [119, 1]);

      const {
        requests: [held],
      } = await execute<RequestResult>('grid.staging.extend', { stager, id: second.id });
      assert.ok(held?.id);
      assert.notEqual(held.id, second.id);
      assert.deepEqual([held.total, held.online], [119, 119]);
      await settle(stager, held.id, 'done');

      await assert.rejects(execute('grid.staging.release', { stager, id: second.id }), /used by another request.* \[conflict\]$/);
      const {
        requests: [released],
      } = await execute<RequestResult>('grid.staging.release', { stager, id: first.id });
      assert.deepEqual([released?.state, released?.online], ['aborted', 0]);
      const {
        requests: [all],
      } = await execute<RequestResult>('grid.staging.release', { stager, id: second.id, all: true });
      assert.equal(all?.online, 0);
      await settle(stager, held.id, 'done');
    });
  }

  it('abort ends it there', async () => {
    const links = sara(900_003, 3);
    await practiceDoor.seed(links);
    await practiceDoor.fate('900003', 'never');
    const [request] = (await execute<StageResult>('grid.staging.stage', await write('srm_never.txt', links), { stager: 'Door' })).requests;
    assert.ok(request);
    await execute('grid.staging.abort', { stager: 'Door', id: request.id });
    assert.equal((await practiceDoor.calls('cancel')).length, 1);
    assert.equal((await rowOf('Door', request.id))?.state, 'aborted');
  });

  it('a macaroon without STAGE is told as what it is; a new one is used at once', async () => {
    const links = sara(900_004, 2);
    await practiceDoor.seed(links);
    const list = await write('srm_macaroon.txt', links);
    const signIn = (token: string) => execute('grid.staging.signIn', { name: 'Door', token });
    await signIn(await practiceDoor.macaroon(['activity:LIST,READ_METADATA']));
    const stage = () => execute<StageResult>('grid.staging.stage', list, { stager: 'Door' });
    await assert.rejects(stage(), /The macaroon does not allow STAGE, only LIST, READ_METADATA\. .*sign in again\. \[forbidden\]$/);
    await signIn(await practiceDoor.macaroon(['activity:STAGE,READ_METADATA'], 'PT1H'));
    const [request] = (await stage()).requests;
    await settle('Door', request?.id ?? null, 'done');
    await signIn(practiceDoor.token);
  });

  it('without a token, and where a proxy signs nothing, a door says that nobody is signed in', async () => {
    await execute('grid.staging.addStager', { name: 'Nobody', kind: 'tape', url: practiceDoor.url });
    const list = await write('srm_nobody.txt', linksAt('juelich', 900_005, 1));
    await assert.rejects(execute('grid.staging.stage', list, { stager: 'Nobody' }), /Nobody is signed in to Nobody\. .* \[auth\]$/);
    await execute('grid.staging.removeStager', { name: 'Nobody' });
  });

  it('gfal2: stage, poll, online, release, by the links as they stand', async function () {
    if (!(await gfalIsThere())) return this.skip();
    this.timeout(60_000);
    const stager = 'Grid tools';
    const links = Array.from(
      { length: 3 },
      (_, n) => `${practiceDoor.url.replace('http', 'dav')}/practice/L900006_SB00${n}_uv.MS_0123abcd.tar`,
    );
    await practiceDoor.seed(links);
    const { requests } = await execute<StageResult>('grid.staging.stage', await write('srm_gfal.txt', links), { stager });
    const [request] = requests;
    assert.ok(request?.id, JSON.stringify(requests));
    assert.deepEqual([request.links, request.site], [3, 'practice']);
    await settle(stager, request.id, 'done');
    await assert.rejects(execute('grid.staging.extend', { stager, id: request.id }), /cannot keep files longer.* \[rejected\]$/);
    const {
      requests: [released],
    } = await execute<RequestResult>('grid.staging.release', { stager, id: request.id });
    assert.deepEqual([released?.state, released?.online], ['aborted', 0]);
    assert.ok((await practiceDoor.calls('release')).length > 0);
  });
});
