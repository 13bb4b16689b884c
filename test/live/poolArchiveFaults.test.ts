/** Archives that are foreign, cut or altered, pools and disks that fail, and people who stop: nothing half, nothing twice, nothing lost. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { writeArchive } from '../../src/adapters/archive';
import { downloadAttachments } from '../../src/adapters/download';
import { restoreArchive } from '../../src/adapters/restore';
import { GridError, type ErrorKind } from '../../src/core/errors';
import { readWhich } from '../../src/core/tokens/bulk/which';
import { lrtType } from '../practice/poolTokens';
import { startProxy } from '../practice/faultyProxy';
import { close, here, openPlace } from '../practice/poolPlace';
import { all, contentOf, everything, folderOf, isKind, now, strange } from './archive';

const run = promisify(execFile);
after(close);

test('foreign, cut and altered files change nothing', async (t) => {
  const folder = await folderOf(t);
  const whole = join(folder, 'whole.tar.gz');
  const { pool } = await openPlace(t);
  await writeArchive(pool, readWhich({ where: { type: lrtType } }), { ...here, target: whole, now });
  const { pool: empty } = await openPlace(t, { documents: [], designs: [] });
  const file = join(folder, 'x.tar.gz');
  const refused = async (kind: ErrorKind, sentence: RegExp): Promise<void> => {
    await assert.rejects(restoreArchive(empty, file, here), isKind(kind, sentence));
    assert.equal((await empty.facts(here)).documents, 0);
  };
  const noArchive = /^x\.tar\.gz is no archive of tokens\./;
  await refused('notFound', /no file/);
  for (const content of ['', 'text', gzipSync('text'), gzipSync(Buffer.alloc(10_240))]) {
    await writeFile(file, content);
    await refused('malformed', noArchive);
  }
  await rm(file);
  await run('tar', ['-czf', file, '-C', folder, 'whole.tar.gz']);
  await refused('malformed', noArchive);
  const { size } = await stat(whole);
  for (const part of [0.1, 0.5, 0.9, 0.999]) {
    await copyFile(whole, file);
    await truncate(file, Math.floor(size * part));
    await refused('malformed', /breaks off after \d+ tokens/);
  }
  // Cut at the end of an entry and packed again, so that neither gzip nor tar can tell.
  const plain = gunzipSync(await readFile(whole));
  const manifest = plain.indexOf('manifest/000001.jsonl');
  await writeFile(file, gzipSync(Buffer.concat([plain.subarray(0, manifest), Buffer.alloc(1024)])));
  await refused('malformed', /breaks off after 111 tokens/);
  // One letter of a token, of an attachment, of the manifest, of the end.
  for (const [from, to] of [
    ['"OBSID": "L701238"', '"OBSID": "L701239"'],
    ['SB000_uv.dppp', 'SB999_uv.dppp'],
    ['"contentType":"text/plain"', '"contentType":"text/plaim"'],
    ['"tokens": 111', '"tokens": 112'],
  ] as const) {
    const at = plain.indexOf(from);
    assert.ok(at > 0, from);
    const altered = Buffer.from(plain);
    altered.write(to, at);
    await writeFile(file, gzipSync(altered));
    await refused('malformed', /was changed after it was written/);
  }
  const bits = await readFile(whole);
  bits.writeUInt8((bits[bits.length >> 1] ?? 0) ^ 0x10, bits.length >> 1);
  await writeFile(file, bits);
  await refused('malformed', /was changed after it was written|breaks off/);
  await copyFile(whole, file);
  assert.equal((await restoreArchive(empty, file, here)).failed.length, 0);
});

test('a pool that fails while it is archived leaves nothing behind; one that fails while it is restored tells what is wanting', async (t) => {
  const folder = await folderOf(t);
  const target = join(folder, 'a.tar.gz');
  const { server, room, poolOf } = await openPlace(t, { documents: all });
  const proxy = await startProxy(server.url);
  t.after(() => proxy.stop());
  const pool = poolOf(room.operator, { url: proxy.url, deadlineMs: 5_000 });
  const which = everything;
  for (const kind of ['drop', 'truncate', 'cut', 'page'] as const)
    for (const path of [/_all_docs$/, /larger?\.bin$/]) {
      proxy.fault({ kind, path, after: 1 });
      await assert.rejects(writeArchive(pool, which, { ...here, target, now }), GridError);
      assert.deepEqual(await readdir(folder), [], `${kind} ${path.source}`);
      proxy.heal();
    }
  await writeArchive(pool, which, { ...here, target, now });
  for (const [kind, path, lost] of [
    ['drop', /_bulk_docs$/, all.length - 1],
    ['lose', /_bulk_docs$/, 1],
    ['drop', /x%2F/, 1],
    ['lose', /x%2F/, 1],
  ] as const) {
    const { room: other, poolOf: otherOf } = await openPlace(t, { documents: [], designs: [] });
    const empty = otherOf(other.operator, { url: proxy.url, deadlineMs: 5_000 });
    proxy.fault({ kind, path, method: path.source.includes('bulk') ? 'POST' : 'PUT', times: 1 });
    const first = await restoreArchive(empty, target, here);
    assert.equal(first.restored + first.existed + first.failed.length, all.length, `${kind} ${path.source}: each is accounted for`);
    assert.ok(first.failed.length >= lost);
    const there = (await empty.facts(here)).documents;
    const second = await restoreArchive(empty, target, here);
    assert.deepEqual([second.existed, second.restored, second.failed], [there, all.length - there, []]);
    assert.deepEqual(await contentOf(empty, [String(strange._id), 'token_1']), await contentOf(pool, [String(strange._id), 'token_1']));
  }
});

test('a full disk leaves no half of an archive, and deletes nothing', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'grid-disk-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', folder]);
  } catch (error) {
    assert.ok(!process.env.CI, `no small disk can be mounted: ${String(error)}`);
    t.skip('needs root to mount a small disk');
    return;
  }
  try {
    const noise = { content_type: 'application/octet-stream', data: randomBytes(300_000).toString('base64') };
    const documents = Array.from({ length: 4 }, (_, k) => ({ _id: `t${k}`, type: 't', lock: 0, done: 0, _attachments: { noise } }));
    const { pool } = await openPlace(t, { documents, designs: [] });
    const which = readWhich({ where: { type: 't' } });
    await assert.rejects(
      writeArchive(pool, which, { ...here, target: join(folder, 'a.tar.gz'), now }),
      isKind('toolFailed', /cannot be written \(ENOSPC\)\. Free space/),
    );
    assert.deepEqual(await readdir(folder), []);
    await assert.rejects(downloadAttachments(pool, which, { ...here, folder }), isKind('toolFailed', /ENOSPC/));
    assert.deepEqual(
      (await readdir(folder, { recursive: true })).filter((name) => name.includes('noise') || name.includes('.part')),
      [],
    );
    assert.equal((await pool.facts(here)).documents, 4);
  } finally {
    await run('umount', ['-l', folder]);
  }
});

test('stopped at any step, an archive leaves nothing, and a restore goes on where it was', async (t) => {
  const folder = await folderOf(t);
  const target = join(folder, 'a.tar.gz');
  const { pool } = await openPlace(t, { documents: all });
  for (const stop of [0, 1, 100, all.length]) {
    const control = new AbortController();
    if (stop === 0) control.abort();
    const progress = (tokens: number): void => {
      if (tokens === stop) control.abort();
    };
    await assert.rejects(writeArchive(pool, everything, { signal: control.signal, target, now, progress }), isKind('cancelled'));
    assert.deepEqual(await readdir(folder), []);
  }
  await writeArchive(pool, everything, { ...here, target, now });
  const { pool: empty } = await openPlace(t, { documents: [], designs: [] });
  const control = new AbortController();
  const report = await restoreArchive(empty, target, { signal: control.signal, progress: () => control.abort() });
  assert.equal(report.ended?.kind, 'cancelled');
  assert.ok(report.restored > 0 && report.restored < all.length);
  assert.equal((await empty.facts(here)).documents, report.restored);
  const rest = await restoreArchive(empty, target, here);
  assert.deepEqual([rest.existed, rest.restored, rest.failed], [report.restored, all.length - report.restored, []]);
});
