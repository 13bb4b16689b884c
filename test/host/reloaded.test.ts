import assert from 'node:assert/strict';
import { extensions, workspace } from 'vscode';
import type { Api } from '../../src/api';
import type { LocalityResult } from '../../src/core/staging/check';
import type { TextResult } from '../../src/vscode/commands/copies';
import type { RequestResult } from '../../src/vscode/commands/meant';
import { eventually, execute, practice, practiceDoor, sample } from './practice';

describe('after a reload of the window', () => {
  it('the request is there again, with its links', async () => {
    const api = await extensions.getExtension<Api>('grid-workbench.grid-workbench')?.activate();
    assert.ok(api);
    const request = await eventually('the request is read from disk', async () =>
      (await api.stagingRequests()).find(({ stager }) => stager === 'Practice'),
    );
    assert.equal(request.site, 'poznan');
    assert.equal(request.files.length, 8);
    assert.equal(request.source, 'srm_poznan.txt');
  });

  it('its news come in without signing in again, and nothing is submitted twice', async () => {
    await eventually('seven of eight are online', async () => {
      const { requests } = await execute<RequestResult>('grid.staging.refresh', {});
      return requests.find(({ stager }) => stager === 'Practice')?.online === 7;
    });
    assert.equal((await practice.calls('add_getid')).length, 1);
  });

  it('what was checked is there again, with its time; what was being checked as far as it had come, and nobody asks again', async () => {
    const text = async (name: string, options: object) =>
      (await execute<TextResult>('grid.links.exportChecked', sample(name), options)).text;
    const whole = await text('srm_before.txt', { format: 'csv' });
    assert.match(whole, /SB000\S+,online,ONLINE_AND_NEARLINE,,\d{4}-/);
    const { counts, total } = JSON.parse(await text('srm_middle.txt', { format: 'json' })) as {
      counts: Record<string, number>;
      total: number;
    };
    assert.deepEqual([total, (counts.tape ?? 0) >= 1000, (counts.tape ?? 0) + (counts.unknown ?? 0)], [3000, true, 3000]);
    assert.ok((counts.unknown ?? 0) > 0, 'what was not told is not made up');
    await practiceDoor.heal();
    assert.equal((await execute<LocalityResult>('grid.links.check', sample('srm_middle.txt'), {})).counts.NEARLINE, 3000);
  });

  it('the recall goes on where it was, and is ordered once', async () => {
    await eventually('two of three are online', async () => {
      const { requests } = await execute<RequestResult>('grid.staging.refresh', {});
      return requests.find(({ stager }) => stager === 'Door')?.online === 2;
    });
    assert.equal((await practiceDoor.calls('stage')).length, 1);
    await execute('grid.staging.removeStager', { name: 'Door' });
  });

  it('the language of a list that was changed back by hand is left alone', async () => {
    const document = await workspace.openTextDocument(sample('links.txt'));
    assert.equal(document.languageId, 'plaintext');
  });
});
