import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentText } from '../../../src/adapters/couchMake';
import type { Enclosed } from '../../../src/core/tokens/pool';
import { GridError } from '../../../src/core/errors';
import { here, json, refuses, serve } from './pool';

async function* parts(...all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const each of all) yield await Promise.resolve(each);
}
async function* files(...all: readonly Enclosed[]): AsyncGenerator<Enclosed> {
  for (const each of all) yield await Promise.resolve(each);
}
async function textOf(fields: string, attachments: AsyncIterable<Enclosed>): Promise<string> {
  let text = '';
  for await (const part of documentText(fields, attachments)) text += Buffer.from(part).toString('utf8');
  return text;
}

test('a document is written in its own words, whatever the parts of its attachments', async () => {
  const bytes = Buffer.from(Array.from({ length: 1000 }, (_, k) => k % 256));
  for (const size of [1, 2, 3, 7, 999, 1000]) {
    const pieces = Array.from({ length: Math.ceil(1000 / size) }, (_, k) => bytes.subarray(k * size, (k + 1) * size));
    const text = await textOf(
      ' {"n":12345678901234567890, "x":"}"} \n',
      files({ name: 'a"b/ü', contentType: 'x/y', content: parts(...pieces) }, { name: 'empty', contentType: 'x/z', content: parts() }),
    );
    assert.ok(text.includes('"n":12345678901234567890'));
    const read = JSON.parse(text) as { _attachments: Record<string, { content_type: string; data: string }> };
    assert.deepEqual(Object.keys(read._attachments), ['a"b/ü', 'empty']);
    assert.equal(Buffer.compare(Buffer.from(read._attachments['a"b/ü']?.data ?? '', 'base64'), bytes), 0);
    assert.deepEqual(read._attachments.empty, { content_type: 'x/z', data: '' });
  }
  assert.equal(await textOf('{}', files()), '{"_attachments":{}}');
});

test('it is sent as it is read, in one request', async (t) => {
  const { pool, asked } = await serve(t, (_, response) => json(response, 201, { ok: true, id: 'a/b', rev: '1-x' }));
  const content = parts(Buffer.from('one'), Buffer.from('two'));
  assert.deepEqual(await pool.make('a/b', '{"type":"t"}', files({ name: 'f', contentType: 'text/plain', content }), here), {
    id: 'a/b',
    rev: '1-x',
  });
  assert.deepEqual(
    asked.map(({ method, url, body }) => [method, url, JSON.parse(body) as unknown]),
    [
      [
        'PUT',
        '/practice/a%2Fb',
        { type: 't', _attachments: { f: { content_type: 'text/plain', data: Buffer.from('onetwo').toString('base64') } } },
      ],
    ],
  );
});

test('what cannot be read here is told as that, and not as a fault of the pool', async (t) => {
  const { pool } = await serve(t, (_, response) => json(response, 201, { ok: true, id: 'a', rev: '1-x' }));
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('abc'));
    throw new GridError('malformed', 'The archive breaks off.');
  }
  await refuses(
    pool.make('a', '{}', files({ name: 'f', contentType: 'x/y', content: failing() }), here),
    'malformed',
    /^The archive breaks off\.$/,
  );
});

test('an attachment is handed on as it comes, and is not asked for again when its taker fails', async (t) => {
  const bytes = Buffer.alloc(300_000, 'grid');
  const { pool, asked } = await serve(t, (_, response) => response.writeHead(200, { 'content-type': 'x/y' }).end(bytes));
  const taken: Uint8Array[] = [];
  const poured = await pool.pour('a b', '3-z', 'c/d', (part) => Promise.resolve(void taken.push(part)), here);
  assert.deepEqual(poured, { contentType: 'x/y', length: bytes.length });
  assert.equal(Buffer.compare(Buffer.concat(taken), bytes), 0);
  assert.deepEqual(
    asked.map(({ url }) => url),
    ['/practice/a%20b/c%2Fd?rev=3-z'],
  );
  const full = new GridError('toolFailed', 'The disk is full.');
  await refuses(
    pool.pour('a', '', 'c', () => Promise.reject(full), here),
    'toolFailed',
    /^The disk is full\.$/,
  );
  assert.equal(asked.length, 2);
});
