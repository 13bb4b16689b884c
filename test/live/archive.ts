/** What the tests of archives share: tokens with names and contents that nobody planned, and how all of a pool is compared. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { GridError, type ErrorKind } from '../../src/core/errors';
import type { Which } from '../../src/core/tokens/bulk/which';
import type { Pool } from '../../src/core/tokens/pool';
import { isToken, type TokenDocument } from '../../src/core/tokens/state';
import { practiceDocuments } from '../practice/poolTokens';
import { here } from '../practice/poolPlace';

export const now = Date.UTC(2026, 10, 17, 12);
const bytesOf = (content: Uint8Array | string, type = 'application/octet-stream'): object => ({
  content_type: type,
  data: Buffer.from(content).toString('base64'),
});
/** Names and contents that nobody planned. */
export const strange: TokenDocument = {
  _id: '../x/ÿ:%2F 😀',
  type: 'token',
  lock: 0,
  done: 0,
  text: 'line\r\n\u2028\u0000',
  _attachments: {
    'large.bin': bytesOf(Buffer.alloc(1_300_000, 'xyz\0')),
    'larger.bin': bytesOf(Buffer.alloc(2_500_000, '\xff\x00ab', 'latin1')),
    'ünï 😀+%.bin': bytesOf(Buffer.from([0, 1, 255, 254, 0x0d, 0x0a])),
  },
};
export const odd: TokenDocument = {
  ...strange,
  _id: '.odd',
  _attachments: {
    '17/11/2026_12:00:00_logs_out': bytesOf('a\r\nb\0', 'text/plain'),
    '..': bytesOf([] as unknown as Uint8Array),
    [`${'long'.repeat(80)}.txt`]: bytesOf('long', 'text/plain; charset=utf-8'),
  },
};
export const all = [...practiceDocuments().filter(isToken), strange, odd, { _id: '..', type: 'token', lock: 0, done: 0 }];
export const everything: Which = { by: 'ids', ids: all.map(({ _id: id }) => String(id)) };

export async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'grid-archive-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Everything that has to come back: fields, and attachments with their types and bytes. */
export async function contentOf(pool: Pool, ids: readonly string[]): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const [id, { _rev, _attachments, ...fields }] of await pool.documents(ids, { ...here, attachments: true })) {
    assert.equal(typeof _rev, 'string');
    const attachments = Object.entries(_attachments ?? {}).map(([name, each]) => {
      const { content_type: type, data } = each as { readonly content_type: string; readonly data: string };
      assert.equal(typeof data, 'string');
      return [name, type, data];
    });
    found.set(id, [fields, attachments.sort()]);
  }
  return found;
}

export const isKind =
  (kind: ErrorKind, sentence = /./) =>
  (error: unknown): boolean =>
    error instanceof GridError && error.kind === kind && sentence.test(error.sentence);
