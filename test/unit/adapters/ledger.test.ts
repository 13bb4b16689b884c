import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openLedger } from '../../../src/adapters/ledger';
import type { StagingRequest } from '../../../src/core/staging/request';

const signal = new AbortController().signal;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const request: StagingRequest = {
  id: '41902',
  stager: 'LTA / "test"',
  site: 'sara',
  source: 'srm.txt',
  createdAt: 1,
  changedAt: 2,
  checkedAt: 3,
  state: 'partial',
  word: 'partial success',
  files: [
    { link: 'srm://a', state: 'online' },
    { link: 'srm://b', state: 'failed', message: 'pool is offline' },
    { link: 'srm://c', state: 'expired' },
  ],
};

test('what is saved is what is loaded, and no draft is left behind', async () => {
  const ledger = openLedger(join(folder, 'new', 'requests'));
  assert.deepEqual(await ledger.load({ signal }), { requests: [], problems: [] });
  await ledger.save(request, { signal });
  await ledger.save({ ...request, state: 'done' }, { signal });
  assert.deepEqual((await ledger.load({ signal })).requests, [{ ...request, state: 'done' }]);
  assert.equal((await readdir(join(folder, 'new', 'requests'))).length, 1);
  await ledger.remove(request, { signal });
  assert.deepEqual((await ledger.load({ signal })).requests, []);
});

test('a torn record, a foreign file and a newer version are named and hide nothing else', async () => {
  const place = join(folder, 'torn');
  const ledger = openLedger(place);
  await ledger.save(request, { signal });
  const [name = ''] = await readdir(place);
  const whole = await readFile(join(place, name), 'utf8');
  await writeFile(join(place, 'torn.json'), whole.slice(0, 60));
  await writeFile(join(place, 'newer.json'), whole.replace('"version":1', '"version":2'));
  await writeFile(join(place, 'list.json'), '[]');
  await writeFile(join(place, 'notes.txt'), 'not ours');
  const { requests, problems } = await ledger.load({ signal });
  assert.deepEqual(requests, [request]);
  assert.equal(problems.length, 3);
  assert.ok(problems.some((problem) => problem.includes('newer.json') && problem.includes('version is 2')));
});

test('a disk that is full is one sentence that names the folder', async () => {
  const ledger = openLedger('/dev/full/requests');
  await assert.rejects(ledger.save(request, { signal }), /\/dev\/full\/requests cannot be written/);
});
