/** Archives of tokens: into an empty pool everything comes back, into a full one nothing is overwritten; attachments as files. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { deleteArchived, writeArchive } from '../../src/adapters/archive';
import { readArchive } from '../../src/adapters/archiveReader';
import { downloadAttachments } from '../../src/adapters/download';
import { restoreArchive } from '../../src/adapters/restore';
import { changeTokens } from '../../src/core/tokens/bulk/change';
import { deleting, unlocking } from '../../src/core/tokens/bulk/edit';
import { readWhich } from '../../src/core/tokens/bulk/which';
import type { Pool } from '../../src/core/tokens/pool';
import type { TokenDocument } from '../../src/core/tokens/state';
import { lrtType, practiceDocuments } from '../practice/poolTokens';
import { close, here, openPlace } from '../practice/poolPlace';
import { all, contentOf, everything, folderOf, isKind, now, odd, strange } from './archive';

const run = promisify(execFile);
after(close);

test('into an empty pool all comes back, byte for byte; into a full one nothing is written', async (t) => {
  const folder = await folderOf(t);
  const target = join(folder, 'all.tar.gz');
  const { pool } = await openPlace(t, { documents: [...all, { _id: 'note', text: 'no token' }] });
  const before = await contentOf(pool, everything.by === 'ids' ? everything.ids : []);
  const told: number[] = [];
  const counts = await writeArchive(pool, everything, { ...here, target, now, progress: (tokens) => told.push(tokens) });
  const attachments = all.reduce((sum, token) => sum + Object.keys(token._attachments ?? {}).length, 0);
  assert.deepEqual(counts, { tokens: all.length, attachments });
  assert.deepEqual([told.at(-1), await readdir(folder)], [all.length, ['all.tar.gz']]);
  // Full: not one revision changes.
  const revs = [...(await pool.documents([...before.keys()], here)).values()].map(({ _rev: rev }) => rev);
  assert.deepEqual(await restoreArchive(pool, target, here), { restored: 0, existed: all.length, failed: [] });
  assert.deepEqual(
    [...(await pool.documents([...before.keys()], here)).values()].map(({ _rev: rev }) => rev),
    revs,
  );
  // Empty, and once more.
  const { pool: empty } = await openPlace(t, { documents: [], designs: [] });
  assert.deepEqual(await restoreArchive(empty, target, here), { restored: all.length, existed: 0, failed: [] });
  assert.deepEqual(await contentOf(empty, [...before.keys()]), before);
  assert.deepEqual(await restoreArchive(empty, target, here), { restored: 0, existed: all.length, failed: [] });
  // Half: what is there stays as it is, the rest is made.
  const some = [...before.keys()].filter((_, index) => index % 2 === 0);
  const held = await empty.documents(some, here);
  await empty.bulk(
    [...held.values()].map(({ _id, _rev }) => ({ _id, _rev, _deleted: true })),
    here,
  );
  const [changed = ''] = [...before.keys()].filter((_, index) => index % 2 === 1);
  await empty.save({ ...(await empty.document(changed, here)), mine: true }, here);
  assert.deepEqual(await restoreArchive(empty, target, here), { restored: some.length, existed: all.length - some.length, failed: [] });
  assert.equal((await empty.document(changed, here)).mine, true);
  assert.deepEqual(await contentOf(empty, some), await contentOf(pool, some));
});

test('the tar of this machine reads it', async (t) => {
  const folder = await folderOf(t);
  const target = join(folder, 'a.tar.gz');
  const { pool } = await openPlace(t, { documents: [strange, odd], designs: [] });
  await writeArchive(pool, readWhich({ ids: [strange._id, odd._id] }), { ...here, target, now });
  await run('tar', ['-xzf', target, '-C', folder]);
  const [one, other] = ['%2E.%2Fx%2F%C3%BF%3A%252F%20%F0%9F%98%80', '%2Eodd'].map((name) => join(folder, 'tokens', name));
  assert.ok(one !== undefined && other !== undefined);
  const document = JSON.parse(await readFile(join(one, 'token.json'), 'utf8')) as TokenDocument;
  assert.deepEqual([document._id, document.text], [strange._id, strange.text]);
  assert.equal(await readFile(join(other, 'attachments', '17%2F11%2F2026_12%3A00%3A00_logs_out'), 'utf8'), 'a\r\nb\0');
  assert.equal((await readFile(join(one, 'attachments', 'larger.bin'))).length, 2_500_000);
  assert.deepEqual([(await readdir(join(one, 'attachments'))).length, (await readdir(join(other, 'attachments'))).length], [3, 3]);
});

test('numbers that a program would round come back in their own digits, and no change touches them', async (t) => {
  const folder = await folderOf(t);
  const target = join(folder, 'a.tar.gz');
  const large = { _id: 'large', type: 't', lock: 5, done: 0, nested: [{ ns: 2 ** 60 }], _attachments: odd._attachments };
  const { pool } = await openPlace(t, { documents: [large], designs: [] });
  const which = readWhich({ ids: ['large'] });
  const report = await changeTokens(pool, which, unlocking, here);
  assert.deepEqual([report.changed, report.failed.length], [0, 1]);
  assert.match(report.failed[0]?.message ?? '', /would be rounded/);
  await writeArchive(pool, which, { ...here, target, now });
  const { pool: empty } = await openPlace(t, { documents: [], designs: [] });
  assert.deepEqual(await restoreArchive(empty, target, here), { restored: 1, existed: 0, failed: [] });
  const digits = async (of: Pool): Promise<string | undefined> => /"ns":(\d+)/.exec(await of.text('large', here))?.[1];
  assert.equal((await digits(pool))?.length, 19);
  assert.equal(await digits(empty), await digits(pool));
  assert.deepEqual(await contentOf(empty, ['large']), await contentOf(pool, ['large']));
  assert.equal((await changeTokens(empty, which, deleting, here)).changed, 1, 'deleting changes no digit');
});

test('deleted is what was archived, as it was archived', async (t) => {
  const folder = await folderOf(t);
  const target = join(folder, 'a.tar.gz');
  const { pool } = await openPlace(t);
  const which = readWhich({ where: { type: lrtType } });
  const { tokens } = await writeArchive(pool, which, { ...here, target, now });
  const [first = ''] = all.filter(({ type }) => type === lrtType).map(({ _id: id }) => String(id));
  await pool.save({ ...(await pool.document(first, here)), lock: 5 }, here);
  const report = await deleteArchived(pool, target, here);
  assert.deepEqual([report.changed, report.conflicts.map(({ id }) => id), report.failed], [tokens - 1, [first], []]);
  assert.equal((await pool.document(first, here)).lock, 5);
  assert.deepEqual(await restoreArchive(pool, target, here), { restored: tokens - 1, existed: 1, failed: [] });
});

test('a file that is there is not written over, unless it is said', async (t) => {
  const folder = await folderOf(t);
  const target = join(folder, 'a.tar.gz');
  await writeFile(target, 'mine');
  const { pool } = await openPlace(t);
  const which = readWhich({ ids: ['token_1'] });
  await assert.rejects(writeArchive(pool, which, { ...here, target, now }), isKind('conflict', /exists already/));
  assert.equal(await readFile(target, 'utf8'), 'mine');
  assert.deepEqual(await readdir(folder), ['a.tar.gz']);
  await writeArchive(pool, which, { ...here, target, now, replace: true });
  assert.ok((await stat(target)).size > 100);
  await assert.rejects(
    writeArchive(pool, which, { ...here, target: join(folder, 'no', 'a.tar.gz'), now }),
    isKind('notFound', /no folder/),
  );
  await assert.rejects(
    writeArchive(pool, readWhich({ ids: ['token_1', 'gone'] }), { ...here, target: join(folder, 'b'), now }),
    isKind('notFound', /gone/),
  );
  await assert.rejects(
    writeArchive(pool, readWhich({ ids: ['token_1', 'note'] }), { ...here, target: join(folder, 'b'), now }),
    isKind('rejected', /no token/),
  );
  assert.deepEqual(await readdir(folder), ['a.tar.gz']);
  const empty = await writeArchive(pool, readWhich({ where: { type: 'nobody' } }), { ...here, target: join(folder, 'b'), now });
  assert.deepEqual(empty, { tokens: 0, attachments: 0 });
  assert.deepEqual(await restoreArchive(pool, join(folder, 'b'), here), { restored: 0, existed: 0, failed: [] });
});

test('attachments as files: names that are safe, bytes that are theirs, nothing written over', async (t) => {
  const folder = await folderOf(t);
  const { pool } = await openPlace(t, { documents: [strange, odd, ...practiceDocuments()] });
  const which = readWhich({ ids: [strange._id, odd._id, 'token_1', 'odd/with/slashes', 'gone'] });
  const { files, failed } = await downloadAttachments(pool, which, { ...here, folder });
  assert.deepEqual([files.length, failed.map(({ id }) => id)], [7, ['gone', '.odd']]);
  const paths = files.map((file) => file.slice(folder.length + 1).split('/'));
  assert.ok(paths.every((path) => path.length === 2 && !path.includes('..')));
  const names = paths.map(([, name]) => name);
  assert.ok(names.includes('17_11_2026_12_00_00_logs_out') && names.includes('ünï 😀+%.bin'), names.join(' '));
  const large = files.find((file) => file.endsWith('larger.bin')) ?? '';
  assert.equal(Buffer.compare(await readFile(large), Buffer.alloc(2_500_000, '\xff\x00ab', 'latin1')), 0);
  // Again: the same files; one that was changed here is kept, and theirs comes beside it.
  await writeFile(large, 'mine');
  const again = await downloadAttachments(pool, which, { ...here, folder });
  assert.deepEqual(
    again.files.filter((file) => !files.includes(file)).map((file) => file.slice(-14)),
    ['larger (2).bin'],
  );
  assert.equal(await readFile(large, 'utf8'), 'mine');
  const one = await downloadAttachments(pool, readWhich({ where: { type: 'token' } }), {
    ...here,
    folder: join(folder, 'out'),
    name: 'logs_token_3.out',
  });
  assert.deepEqual(
    one.files.map((file) => file.slice(folder.length)),
    ['/out/token_3/logs_token_3.out'],
  );
  assert.equal(await readFile(one.files[0] ?? '', 'utf8'), 'token 3\n');
  assert.deepEqual(
    (await readdir(folder, { recursive: true })).filter((name) => name.includes('.part')),
    [],
  );
});

test('a reader that leaves what it is given is still told of every change', async (t) => {
  const folder = await folderOf(t);
  const target = join(folder, 'a.tar.gz');
  const { pool } = await openPlace(t, { documents: [strange], designs: [] });
  await writeArchive(pool, { by: 'ids', ids: [String(strange._id)] }, { ...here, target, now });
  const kinds: string[] = [];
  for await (const part of readArchive(target, here)) {
    kinds.push(part.kind);
    if (part.kind !== 'attachment') continue;
    // The first part only.
    for await (const bytes of part.content) if (bytes.length >= 0) break;
  }
  assert.deepEqual(kinds, ['head', 'token', 'attachment', 'attachment', 'attachment', 'manifest', 'end']);
});
