import assert from 'node:assert/strict';
import { workspace } from 'vscode';
import { execute, practicePool } from './practice';

const { url, database, operator, guest } = practicePool;
const rows = () => JSON.stringify(workspace.getConfiguration().get('grid.pools.list'));

describe('token pools', () => {
  after(async () => {
    await execute('grid.pool.remove', { name: 'practice' }).catch(() => undefined);
  });

  it('a pool is added with its address, and its password is not in the settings', async () => {
    assert.deepEqual(await execute('grid.pool.add', { name: 'practice', url, database, ...operator }), { name: 'practice' });
    assert.ok(rows().includes(database));
    assert.ok(!rows().includes(operator.password));
  });

  it('the address of the web page does, too', async () => {
    await execute('grid.pool.add', { name: 'by page', url: `${url}/_utils/#database/${database}/_all_docs` });
    assert.ok(rows().includes(`"name":"by page","url":"${url}","database":"${database}"`), rows());
    await execute('grid.pool.remove', { name: 'by page' });
    assert.ok(!rows().includes('by page'));
  });

  it('what cannot be a pool is refused in a sentence', async () => {
    const add = (options: object) => execute('grid.pool.add', { name: 'bad', url, database, ...options });
    await assert.rejects(add({ url: 'http://pool.example.org:5984' }), /The password would be readable on its way .* \[rejected\]$/);
    await assert.rejects(add({ url: 'https://ann:secret@pool.example.org' }), /must not hold a user or password/);
    await assert.rejects(add({ database: 'No Capitals' }), /is no name of a database/);
    await assert.rejects(add({ password: 'x' }), /A password needs a user/);
    await assert.rejects(add({ pasword: 'x' }), /The option "pasword" is not known here/);
    await assert.rejects(
      execute('grid.pool.signIn', { name: 'nowhere', user: 'a', password: 'b' }),
      /There is no pool “nowhere”.* \[notFound\]$/,
    );
  });

  it('counts are installed once, by whom may', async () => {
    const install = () => execute<{ installed: boolean }>('grid.pool.installCounts', { pool: 'practice' });
    await execute('grid.pool.signIn', { name: 'practice', ...guest });
    await assert.rejects(install(), / \[(forbidden|auth)\]$/);
    await execute('grid.pool.signIn', { name: 'practice', ...operator });
    assert.equal((await install()).installed, true);
    assert.equal((await install()).installed, false);
    const monitor = (await practicePool.document('_design/Monitor')) as { _rev: string };
    assert.match(monitor._rev, /^1-/, 'what pilots use was not touched');
  });

  it('another account counts at once', async () => {
    await execute('grid.pool.signIn', { name: 'practice', user: operator.user, password: 'wrong' });
    await assert.rejects(execute('grid.pool.installCounts', { pool: 'practice' }), / \[auth\]$/);
    await execute('grid.pool.signIn', { name: 'practice', ...operator });
    await execute('grid.pool.installCounts', { pool: 'practice' });
  });

  it('the web page of the pool', async () => {
    assert.deepEqual(await execute('grid.pool.openInBrowser', { name: 'practice' }), {
      url: `${url}/_utils/#database/${database}/_all_docs`,
    });
  });
});
