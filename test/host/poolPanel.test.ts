import assert from 'node:assert/strict';
import { commands, TabInputWebview, window, workspace, type Tab } from 'vscode';
import { execute, practicePool } from './practice';

const { url, database, operator } = practicePool;

function panels(): Tab[] {
  return window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof TabInputWebview && input.viewType.endsWith('grid.pool'));
}

async function until(what: string, look: () => boolean): Promise<void> {
  for (let k = 0; k < 100; k++) {
    if (look()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`waited in vain: ${what}`);
}

describe('the pool panel', () => {
  before(async () => {
    await execute('grid.pool.add', { name: 'seen', url, database, ...operator });
  });
  after(async () => {
    await window.tabGroups.close(panels());
    await execute('grid.pool.remove', { name: 'seen' });
    assert.ok(!JSON.stringify(workspace.getConfiguration().get('grid.pools.list')).includes('seen'));
  });

  it('a pool has one panel for each type that is looked at', async () => {
    await commands.executeCommand('grid.pool.open', { node: 'pool', pool: 'seen' });
    await until('a panel', () => panels().length === 1);
    assert.equal(panels()[0]?.label, 'Pool: seen');
    await commands.executeCommand('grid.pool.open', { node: 'pool', pool: 'seen' });
    await commands.executeCommand('grid.pool.open', { node: 'type', pool: 'seen', type: 'token' });
    await until('another panel', () => panels().length === 2);
    await commands.executeCommand('grid.pool.open', { node: 'type', pool: 'seen', type: 'token' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(panels().length, 2);
  });

  it('it is for a person', async () => {
    await assert.rejects(execute('grid.pool.open', { name: 'seen' }), /This command is for a person\. \[rejected\]$/);
  });
});
