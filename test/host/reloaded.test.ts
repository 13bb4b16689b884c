import assert from 'node:assert/strict';
import { extensions, workspace } from 'vscode';
import type { Api } from '../../src/api';
import type { RequestResult } from '../../src/vscode/commands/meant';
import { eventually, execute, practice, sample } from './practice';

describe('after a reload of the window', () => {
  it('the request is there again, with its links', async () => {
    const api = await extensions.getExtension<Api>('grid-workbench.grid-workbench')?.activate();
    assert.ok(api);
    const request = await eventually('the request is read from disk', async () => (await api.stagingRequests())[0]);
    assert.equal(request.site, 'poznan');
    assert.equal(request.files.length, 8);
    assert.equal(request.source, 'srm_poznan.txt');
  });

  it('its news come in without signing in again, and nothing is submitted twice', async () => {
    await eventually('seven of eight are online', async () => {
      const { requests } = await execute<RequestResult>('grid.staging.refresh', {});
      return requests[0]?.online === 7;
    });
    assert.equal((await practice.calls('add_getid')).length, 1);
  });

  it('the language of a list that was changed back by hand is left alone', async () => {
    const document = await workspace.openTextDocument(sample('links.txt'));
    assert.equal(document.languageId, 'plaintext');
  });
});
