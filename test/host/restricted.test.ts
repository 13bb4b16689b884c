import assert from 'node:assert/strict';
import { languages, Uri, window, workspace } from 'vscode';
import { documentPath } from '../../src/core/tokens/path';
import { eventually, execute, practice, practicePool, sample } from './practice';

describe('restricted mode', () => {
  it('is on', () => assert.equal(workspace.isTrusted, false));

  it('lists are checked and converted', async () => {
    const { document } = await window.showTextDocument(sample('srm_broken.txt'));
    await eventually('problems are found', () => languages.getDiagnostics(document.uri).length > 0);
    const result = await execute<{ links: number }>('grid.links.convert', sample('srm_sara.txt'), { form: 'gfal' });
    assert.equal(result.links, 24);
    const step = await workspace.openTextDocument({ language: 'json', content: '{ "Token": {} }' });
    assert.match((await execute<{ text: string }>('grid.config.convert', step.uri, { to: 'workbench' })).text, /^apiVersion: 2/);
  });

  it('nothing connects: every command that would is refused, and the stager never hears of us', async () => {
    const attempts: [string, ...unknown[]][] = [
      ['grid.staging.addStager', { name: 'Practice', kind: 'lta', url: practice.url, user: practice.user, password: practice.password }],
      ['grid.staging.stage', sample('srm_sara.txt'), {}],
      ['grid.staging.refresh', {}],
      ['grid.staging.abort', { stager: 'Practice', id: '1' }],
      ['grid.staging.reschedule', { stager: 'Practice', id: '1' }],
      ['grid.links.check', sample('srm_sara.txt'), {}],
      ['grid.staging.stageOnTape', sample('srm_sara.txt'), {}],
      ['grid.staging.release', { stager: 'Practice', id: '1' }],
      ['grid.staging.extend', { stager: 'Practice', id: '1' }],
      ['grid.tokens.open', { pool: 'Practice', id: 'a' }],
      ['grid.tokens.compare', { pool: 'Practice', id: 'a', other: 'b' }],
      ['grid.tokens.synchronise', { pool: 'Practice', ids: ['a'], folder: sample('x'), prefer: 'local' }],
      ['grid.staging.copyRequestToken', { stager: 'Practice', id: '1' }],
      ['grid.pool.add', { name: 'practice', url: practicePool.url, database: practicePool.database }],
      ['grid.tokens.delete', { pool: 'practice', ids: ['token_1'] }],
      ['grid.tokens.restore', { pool: 'practice', file: sample('srm_sara.txt') }],
      ['grid.sandbox.build', sample('pref_cal1.cfg'), {}],
      ['grid.storage.list', { location: 'file:///tmp' }],
      ['grid.storage.delete', { location: 'file:///tmp/nothing' }],
      ['grid.storage.addRoot', { name: 'x', location: 'file:///tmp' }],
      ['grid.sandbox.upload', sample('pref_cal1.cfg'), { to: 'gsiftp://localhost/x/' }],
      ['grid.tokens.create', { pool: 'practice', config: sample('pref_cal1.cfg'), links: sample('srm_sara.txt') }],
    ];
    for (const [id, ...args] of attempts) await assert.rejects(execute(id, ...args), / \[untrusted\]$/, id);
    assert.deepEqual(await practice.log(), []);
    const token = Uri.from({ scheme: 'gridtoken', path: documentPath('Practice', 'a') });
    await assert.rejects(Promise.resolve(workspace.fs.readFile(token)), /in restricted mode nothing connects/);
  });
});
