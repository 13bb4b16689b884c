import assert from 'node:assert/strict';
import { Uri, workspace } from 'vscode';
import { execute, practicePool } from './practice';
import { addPool, change, fileUri, make, poolName, removePool } from './tokens';

const field = async (id: string, name: string): Promise<unknown> => (await practicePool.document(id))?.[name];

describe('tokens and local copies', () => {
  const folder = Uri.joinPath(workspace.workspaceFolders?.[0]?.uri ?? Uri.file('/'), 'copies');
  const file = (...names: readonly string[]) => Uri.joinPath(folder, ...names.map(encodeURIComponent));
  const read = async (...names: readonly string[]) => Buffer.from(await workspace.fs.readFile(file(...names))).toString();
  const run = (ids: readonly string[], prefer: string) =>
    execute<Record<string, unknown>>('grid.tokens.synchronise', { pool: poolName, ids, folder, prefer });

  before(async () => {
    await addPool();
    await make('copy/1', { there: 1, both: 'pool', _attachments: { 'a/b': { content_type: 'text/plain', data: 'eA==' } } });
    await make('copy 2');
  });
  after(async () => {
    await workspace.fs.delete(folder, { recursive: true });
    await removePool();
  });

  it('are made, with their attachments; then there is nothing to do', async () => {
    assert.deepEqual(await run(['copy/1', 'copy 2'], 'remote'), { changed: 2, skipped: 0, conflicts: [], failed: [] });
    assert.equal((JSON.parse(await read('copy/1.json')) as { both: string }).both, 'pool');
    assert.equal(await read('copy/1', 'a/b'), 'x');
    assert.deepEqual(await run(['copy/1', 'copy 2'], 'local'), { changed: 0, skipped: 2, conflicts: [], failed: [] });
  });

  it('the preferred side wins, both get what one lacks, and nothing becomes null', async () => {
    const mine = JSON.parse(await read('copy/1.json')) as Record<string, unknown>;
    await workspace.fs.writeFile(file('copy/1.json'), Buffer.from(JSON.stringify({ ...mine, both: 'copy', here: 2 })));
    await change('copy/1', { later: 3 });
    assert.deepEqual(await run(['copy/1'], 'local'), { changed: 1, skipped: 0, conflicts: [], failed: [] });
    const pool = await practicePool.document('copy/1');
    assert.deepEqual([pool?.both, pool?.here, pool?.there, pool?.later], ['copy', 2, 1, 3]);
    assert.deepEqual(JSON.parse(await read('copy/1.json')), pool);
    await change('copy/1', { both: 'pool again' });
    await run(['copy/1'], 'remote');
    assert.equal((JSON.parse(await read('copy/1.json')) as { both: string }).both, 'pool again');
  });

  it('attachments go both ways', async () => {
    await workspace.fs.writeFile(file('copy/1', 'new.parset'), Buffer.from('x=1\n'));
    await workspace.fs.writeFile(file('copy/1', 'a/b'), Buffer.from('y'));
    await run(['copy/1'], 'local');
    const stubs = (await field('copy/1', '_attachments')) as Record<string, { content_type: string }>;
    assert.deepEqual([Object.keys(stubs).sort(), stubs['new.parset']?.content_type], [['a/b', 'new.parset'], 'text/plain']);
    assert.equal(Buffer.from(await workspace.fs.readFile(fileUri('copy/1', 'a/b'))).toString(), 'y');
    assert.equal((await run(['copy/1'], 'remote')).skipped, 1);
  });

  it('what only a person can decide, and what cannot be done, is told by token', async () => {
    await workspace.fs.writeFile(file('copy 2.json'), Buffer.from('{ "_id": "copy 2", '));
    const found = await practicePool.document('copy/1');
    await practicePool.write([{ _id: 'copy/1', _rev: found?._rev, _deleted: true }]);
    const { changed, conflicts, failed } = (await run(['copy/1', 'copy 2', 'nobody'], 'local')) as {
      changed: number;
      conflicts: { id: string }[];
      failed: { id: string; message: string }[];
    };
    assert.deepEqual([changed, conflicts.map(({ id }) => id), failed.map(({ id }) => id).sort()], [0, ['copy/1'], ['copy 2', 'nobody']]);
    await assert.rejects(run(['copy 2'], 'both'), /says which side wins.* \[rejected\]$/);
  });

  it('a token is compared with a file and with another token', async () => {
    await make('compare_1', { a: 1, b: 2 });
    await make('compare_2', { a: 1, c: 3, b: 4 });
    const other = await execute('grid.tokens.compare', { pool: poolName, id: 'compare_1', other: 'compare_2' });
    assert.deepEqual(other, { same: false, changed: ['b'], onlyHere: [], onlyThere: ['c'] });
    await workspace.fs.writeFile(
      file('some.json'),
      Buffer.from(JSON.stringify({ ...(await practicePool.document('compare_1')), mine: 1 })),
    );
    const against = () => execute('grid.tokens.compare', { pool: poolName, id: 'compare_1', file: file('some.json') });
    assert.deepEqual(await against(), { same: false, changed: [], onlyHere: [], onlyThere: ['mine'] });
    await workspace.fs.writeFile(file('some.json'), Buffer.from('[1]'));
    await assert.rejects(against(), /some\.json holds no token/);
  });
});
