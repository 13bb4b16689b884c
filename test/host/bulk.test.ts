import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Uri } from 'vscode';
import type { ArchiveResult, RestoreResult, TypeResult } from '../../src/vscode/commands/archive';
import type { TokensResult } from '../../src/vscode/commands/bulk';
import type { DownloadResult, LinksResult, StuckResult } from '../../src/vscode/commands/stuck';
import { execute, practicePool } from './practice';

const { url, database, operator } = practicePool;
const pool = 'bulk';
const type = 'host_bulk';
const now = Math.floor(Date.now() / 1000);
const text = (content: string) => ({ content_type: 'text/plain', data: Buffer.from(content).toString('base64') });

/** 30 tokens: ten to do, ten locked (the half for long), ten in error; each with a list. */
function tokens(): object[] {
  const states = [
    () => ({ lock: 0, done: 0, output: '' }),
    (k: number) => ({ lock: k % 2 === 0 ? now - 60 : now - 100 * 3600 - k, done: 0, output: '', slurm_job_id: `77_${k}` }),
    () => ({ lock: now - 900, done: now - 60, output: 22, status: 'error' }),
  ];
  return Array.from({ length: 30 }, (_, k) => ({
    _id: `${type}/${String(k).padStart(3, '0')}`,
    type,
    scrub_count: 0,
    hostname: '',
    ...states[k % 3]?.(k),
    _attachments: { 'srm.txt': text(`srm://host.example.org/${k}\n`), '16/11/2026_22:10:05_logs_out': text(`log ${k}\n`) },
  }));
}
const id = (k: number) => `${type}/${String(k).padStart(3, '0')}`;
const run = <T = TokensResult>(command: string, options: object) => execute<T>(`grid.tokens.${command}`, { pool, ...options });
const inState = (state: string) => ({ where: { type, state } });
const stateOf = async (k: number) => {
  const { lock, done } = (await practicePool.document(id(k))) ?? {};
  return [lock, done];
};

describe('bulk actions by commands', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grid-bulk-'));
    await execute('grid.pool.add', { name: pool, url, database, ...operator });
    await practicePool.write(tokens());
    await execute('grid.views.installStandard', { pool, type, dialect: 'lrt' });
  });
  after(async () => {
    await execute('grid.pool.remove', { name: pool });
    await rm(folder, { recursive: true, force: true });
  });

  const write = async (name: string, content: string): Promise<Uri> => {
    await writeFile(join(folder, name), content);
    return Uri.file(join(folder, name));
  };

  it('stuck tokens, the oldest lock first', async () => {
    // Other tests may have left tokens in the pool.
    const oursOf = async (hours: number) => (await run<StuckResult>('findStuck', { hours })).ids.filter((each) => each.startsWith(type));
    assert.deepEqual(await oursOf(72), [25, 19, 13, 7, 1].map(id));
    assert.deepEqual(await oursOf(100_000), []);
    await assert.rejects(run('findStuck', { hours: -1 }), /"hours" must be a number, 0 or more\. \[rejected\]$/);
    await assert.rejects(run('findStuck', { hours: '72' }), /"hours" must be a number/);
  });

  it('the links of those in error, one a line', async () => {
    const { text: links, ...rest } = await run<LinksResult>('exportLinks', inState('error'));
    assert.equal(links, Array.from({ length: 10 }, (_, k) => `srm://host.example.org/${3 * k + 2}\n`).join(''));
    assert.deepEqual(rest, {});
  });

  it('a reset of those in error, as GRID_LRT does it, and again', async () => {
    const done = { changed: 10, skipped: 0, conflicts: [], failed: [] };
    assert.deepEqual(await run('reset', { ...inState('error'), kind: 'lrt' }), done);
    const token = await practicePool.document(id(2));
    assert.deepEqual([token?.lock, token?.done, token?.output, token?.status, token?.scrub_count], [0, 0, '', 'reset', 1]);
    assert.deepEqual(await run('reset', { ...inState('error'), kind: 'lrt' }), { ...done, changed: 0 });
    assert.deepEqual(await run('reset', { ids: [id(2), id(5)], kind: 'lrt' }), { ...done, changed: 0, skipped: 2 });
  });

  it('unlocking by the view of the server', async () => {
    assert.deepEqual(await run('unlock', { view: `${type}/locked` }), { changed: 10, skipped: 0, conflicts: [], failed: [] });
    assert.deepEqual(await stateOf(1), [0, 0]);
  });

  it('a field of all, typed as given', async () => {
    const set = (field: string, value: unknown) => run('setField', { where: { type }, field, value });
    assert.deepEqual(await set('config.json', { a: [1, null] }), { changed: 30, skipped: 0, conflicts: [], failed: [] });
    assert.deepEqual((await practicePool.document(id(9)))?.['config.json'], { a: [1, null] });
    assert.equal((await set('STARTSB', '010')).changed, 30);
    assert.equal((await set('STARTSB', 10)).changed, 30);
    await assert.rejects(set('_rev', '1-x'), /“_rev” cannot be set.* \[rejected\]$/);
    await assert.rejects(run('setField', { where: { type }, field: 'x' }), /value for “x” is missing/);
  });

  it('a file attached to all, and downloaded again', async () => {
    const file = await write('my.parset', 'msin = $SRMFILE\n');
    assert.deepEqual(await run('attach', { where: { type }, file }), { changed: 30, skipped: 0, conflicts: [], failed: [] });
    assert.equal((await run('attach', { ids: [id(0)], file, name: 'other name/b' })).changed, 1);
    await assert.rejects(run('attach', { ids: [id(0)], file: Uri.file('/nowhere/x') }), /x cannot be read/);
    const { files } = await run<DownloadResult>('download', { ids: [id(0), id(1)], to: Uri.file(folder) });
    assert.equal(files.length, 7);
    const names = files.map((each) =>
      Uri.parse(each)
        .fsPath.slice(folder.length + 1)
        .replace(/~\w+/, ''),
    );
    assert.ok(names.includes('host_bulk_000/my.parset') && names.includes('host_bulk_000/16_11_2026_22_10_05_logs_out'), names.join(' '));
    const one = await run<DownloadResult>('download', { where: { type }, name: 'srm.txt', to: Uri.file(join(folder, 'lists')) });
    assert.equal(one.files.length, 30);
    assert.equal(await readFile(Uri.parse(one.files[0] ?? '').fsPath, 'utf8'), 'srm://host.example.org/0\n');
  });

  it('archived, deleted, and back: the same ids, fields and attachments', async () => {
    const to = Uri.file(join(folder, 'all.tar.gz'));
    const before = await practicePool.document(id(4));
    const file = to.toString();
    assert.deepEqual(await run<ArchiveResult>('archive', { where: { type }, to }), { file, tokens: 30, attachments: 91 });
    await assert.rejects(run('archive', { where: { type }, to }), /all\.tar\.gz exists already.* \[conflict\]$/);
    const other = Uri.file(join(folder, 'gone.tar.gz'));
    const gone = await run<ArchiveResult>('archive', { where: { type }, to: other, delete: true });
    assert.deepEqual(gone, { file: other.toString(), tokens: 30, attachments: 91 });
    assert.equal(await practicePool.document(id(4)), undefined);
    assert.deepEqual(await run<RestoreResult>('restore', { file: other }), { restored: 30, existed: 0, failed: [] });
    assert.deepEqual(plain((await practicePool.document(id(4))) ?? {}), plain(before ?? {}));
    assert.deepEqual(await run<RestoreResult>('restore', { file: to }), { restored: 0, existed: 30, failed: [] });
    await assert.rejects(run('restore', { file: await write('no.tar.gz', 'text') }), /no\.tar\.gz is no archive of tokens/);
  });

  it('deleted by their ids; what is not there is named', async () => {
    const result = await run('delete', { ids: [id(0), id(1), 'nowhere', '_design/Monitor'] });
    assert.deepEqual([result.changed, result.failed.map((each) => each.id)], [2, ['nowhere', '_design/Monitor']]);
  });

  it('a whole type goes with its views', async () => {
    assert.deepEqual(await run<TypeResult>('deleteType', { type }), { tokens: 28, views: 5 });
    assert.deepEqual(await run<TypeResult>('deleteType', { type }), { tokens: 0, views: 0 });
    assert.notEqual(await practicePool.document('_design/Monitor'), undefined);
  });

  it('what cannot be meant is refused in a sentence', async () => {
    await assert.rejects(run('reset', { ...inState('error'), kind: 'soft' }), /There is no reset “soft”\. There are: scrub, lrt/);
    await assert.rejects(run('reset', { kind: 'lrt' }), /Which tokens are meant was not said/);
    await assert.rejects(run('delete', { where: {} }), /would mean every token/);
    await assert.rejects(run('delete', { ids: ['a'], view: 'a/b' }), /cannot be given together/);
    await assert.rejects(run('delete', inState('failed')), /“failed” is no state of a token/);
    await assert.rejects(run('unlock', { view: 'nowhere/todo' }), / \[notFound\]$/);
    await assert.rejects(run('unlock', { ids: ['a'], force: true }), /"force" is not known here/);
    await assert.rejects(run('unlock', { ids: ['a'], pool: 'nowhere' }), /There is no pool “nowhere”/);
    await assert.rejects(run('archive', { ids: ['token_1'], to: 'https://example.org/a' }), /is no file of this machine/);
  });
});

/** Revisions and how often an attachment was written belong to the old document. */
function plain({ _rev, _attachments, ...fields }: Record<string, unknown>): unknown {
  const stubs = Object.entries((_attachments ?? {}) as Record<string, { content_type: string; digest: string; length: number }>);
  return { ...fields, stubs: stubs.map(([name, each]) => [name, each.content_type, each.digest, each.length]).sort() };
}
