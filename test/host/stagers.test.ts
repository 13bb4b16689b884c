import assert from 'node:assert/strict';
import { workspace } from 'vscode';
import { execute, practice, sample } from './practice';

const run = (id: string, ...args: unknown[]) => execute(`grid.staging.${id}`, ...args);

describe('stagers', () => {
  it('with none, staging says what to do first', async () => {
    await assert.rejects(run('stage', sample('srm_sara.txt'), {}), /There is no stager yet\. Add one first\. \[notFound\]$/);
  });

  it('an address with a password in it is refused and not repeated', async () => {
    const add = run('addStager', { name: 'Bad', kind: 'lta', url: 'http://ada:geheim@127.0.0.1/xmlrpc' });
    await assert.rejects(
      add,
      (error: Error) => error.message.includes('must not hold a user or password') && !error.message.includes('geheim'),
    );
    const readable = run('addStager', { name: 'Bad', kind: 'lta', url: 'http://stager.example.org/xmlrpc' });
    await assert.rejects(readable, /would be readable on its way to stager\.example\.org.* \[rejected\]$/);
    await assert.rejects(run('addStager', { name: 'Bad', kind: 'lta', url: 'nowhere' }), / \[rejected\]$/);
    await assert.rejects(run('addStager', { name: 'Bad', kind: 'carrier-pigeon', url: practice.url }), / \[rejected\]$/);
  });

  it('is added with its account; the password is not in the settings', async () => {
    const { user, password, url } = practice;
    assert.deepEqual(await run('addStager', { name: 'Practice', kind: 'lta', url, user, password }), { name: 'Practice' });
    const rows = workspace.getConfiguration().get<unknown[]>('grid.staging.stagers');
    assert.deepEqual(rows, [{ name: 'Practice', kind: 'lta', url, user }]);
  });

  it('another can be added, signed in to, and removed', async () => {
    await run('addStager', { name: 'Second', kind: 'lta', url: practice.url });
    await run('signIn', { name: 'Second', user: practice.user, password: practice.password });
    await assert.rejects(run('stage', sample('srm_sara.txt'), {}), /Several stagers could be meant: Practice and Second/);
    await run('removeStager', { name: 'Second' });
    await assert.rejects(run('removeStager', { name: 'Second' }), /There is no stager "Second".* \[notFound\]$/);
  });
});
