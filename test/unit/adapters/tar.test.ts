import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { GridError } from '../../../src/core/errors';
import { isBrokenOff, readTar, tarEnd, tarHeader, tarPadding } from '../../../src/adapters/tar';

const run = promisify(execFile);
const files: readonly (readonly [string, Buffer])[] = [
  ['plain.txt', Buffer.from('a\r\n\0b')],
  ['empty', Buffer.alloc(0)],
  ['block', Buffer.alloc(512, 1)],
  [`${'folder/'.repeat(30)}ünï 😀.bin`, Buffer.alloc(1500, 'x')],
  [`${'n'.repeat(100)}`, Buffer.from('hundred')],
  [`${'n'.repeat(101)}`, Buffer.from('more')],
];

function packed(): Buffer {
  const parts = files.flatMap(([name, content]) => [
    tarHeader({ name, size: content.length, mtime: 1_795_000_000 }),
    content,
    tarPadding(content.length),
  ]);
  return Buffer.concat([...parts, tarEnd()]);
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function read(bytes: Uint8Array, size = 1000): Promise<[string, Buffer, string][]> {
  const found: [string, Buffer, string][] = [];
  for await (const { name, content, type } of readTar(pieces(bytes, size))) {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    found.push([name, Buffer.concat(parts), type]);
  }
  return found;
}

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'grid-tar-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('what is packed is read, in pieces of any size', async () => {
  for (const size of [1, 7, 511, 512, 513, 100_000])
    assert.deepEqual(
      await read(packed(), size),
      files.map(([name, content]) => [name, content, '0']),
    );
});

test('an entry that is not read, or not to its end, is skipped', async () => {
  const names: string[] = [];
  for await (const { name, content } of readTar(pieces(packed(), 100))) {
    names.push(name);
    if (names.length % 2 === 0) for await (const part of content) if (part.length > 0) break;
  }
  assert.deepEqual(
    names,
    files.map(([name]) => name),
  );
});

test('the tar of this machine reads ours, names and bytes', async (t) => {
  const folder = await folderOf(t);
  await writeFile(join(folder, 'a.tar'), packed());
  await run('tar', ['-xf', 'a.tar'], { cwd: folder });
  for (const [name, content] of files) assert.deepEqual(await readFile(join(folder, name)), content, name);
  assert.equal((await stat(join(folder, 'plain.txt'))).mtimeMs, 1_795_000_000_000);
});

for (const format of ['gnu', 'posix', 'ustar'])
  test(`ours reads that of this machine: ${format}`, async (t) => {
    const folder = await folderOf(t);
    const fitting = format === 'ustar' ? files.filter(([name]) => name.length <= 100) : files;
    for (const [name, content] of fitting) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    await run('tar', [`--format=${format}`, '-cf', 'a.tar', ...fitting.map(([name]) => name)], { cwd: folder });
    const found = await read(await readFile(join(folder, 'a.tar')));
    assert.deepEqual(
      found,
      fitting.map(([name, content]) => [name, content, '0']),
    );
  });

test('a size above 8 GB is told twice, and the second one counts', async () => {
  const header = Buffer.from(tarHeader({ name: 'big', size: 9_000_000_000, mtime: 0 }));
  const entries = readTar(pieces(header, 512));
  const first = await entries.next();
  assert.equal(first.done === true ? 0 : first.value.size, 9_000_000_000);
});

test('what is no tar, or half of one, is told', async () => {
  const broken = (error: unknown): boolean => error instanceof GridError && isBrokenOff(error);
  const damaged = (error: unknown): boolean => error instanceof GridError && error.kind === 'malformed' && !isBrokenOff(error);
  const whole = packed();
  for (const length of [0, 1, 511, 600, whole.length - 1024]) await assert.rejects(read(whole.subarray(0, length)), broken, String(length));
  await assert.rejects(read(Buffer.alloc(2048, 'x')), damaged);
  const changed = Buffer.from(whole);
  changed.write('q', 0);
  await assert.rejects(read(changed), damaged);
  // A record that would take all memory.
  const record = Buffer.from(tarHeader({ name: 'ü', size: 1, mtime: 0 })).subarray(0, 512);
  record.write('77777777777', 124);
  record.write('        ', 148);
  const sum = record.reduce((all, byte) => all + byte, 0);
  record.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  await assert.rejects(read(record), damaged);
});
