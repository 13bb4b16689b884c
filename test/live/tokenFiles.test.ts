/** Editing tokens against a real server: revisions, conflicts, earlier versions, attachments that stay. Nothing here asks which. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Lineage } from '../../src/core/tokens/lineage';
import { merge } from '../../src/core/tokens/merge';
import { saveEdited, type Conflict } from '../../src/core/tokens/saving';
import { planSynchronise, synchronise, type Copies } from '../../src/core/tokens/synchronise';
import { dataOf, pretty } from '../../src/core/tokens/verbatim';
import { versionOf } from '../../src/core/tokens/version';
import { close, here, openPlace } from '../practice/poolPlace';

after(close);

const id = 'a:b/c +%';
const token = { _id: id, type: 't', lock: 0, done: 0, note: 'x', _attachments: { 'a/b': { content_type: 'text/plain', data: 'eA==' } } };

test('two editors and a pilot: nobody is overwritten, a merge has it all, attachments stay', async (t) => {
  const { pool } = await openPlace(t, { documents: [token], designs: [] });
  const [first, second] = [new Lineage(), new Lineage()];
  const { text } = versionOf(await pool.text(id, here));
  assert.equal((await saveEdited(pool, id, text.replace('"x"', '"first"'), first, here)).outcome, 'saved');
  // A pilot takes it.
  const taken = await pool.document(id, here);
  await pool.save({ ...taken, lock: 1_479_384_000, hostname: 'wn-3' }, here);
  // The second editor still has the version from before: the server keeps it until it tidies up.
  const found = (await saveEdited(pool, id, text.replace('"t"', '"second"'), second, here)) as Conflict;
  assert.equal(found.outcome, 'conflict');
  assert.ok(found.theirs !== undefined && found.base !== undefined);
  assert.deepEqual([dataOf(found.theirs).note, dataOf(found.base).note], ['first', 'x']);
  const { document, clashes } = merge(found.base, found.mine, found.theirs);
  assert.deepEqual(clashes, []);
  assert.equal((await saveEdited(pool, id, pretty(document), second, here)).outcome, 'saved');
  const now = await pool.document(id, here);
  assert.deepEqual([now.type, now.note, now.lock, now.hostname], ['second', 'first', 1_479_384_000, 'wn-3']);
  assert.deepEqual(Buffer.from((await pool.attachment(id, 'a/b', here)).bytes).toString(), 'x');
  // The first editor was not read again either: the pilot is in its way.
  assert.equal((await saveEdited(pool, id, text.replace('"x"', '"again"'), first, here)).outcome, 'conflict');
});

test('a file attached meanwhile is no conflict, and is not lost', async (t) => {
  const { pool } = await openPlace(t, { documents: [token], designs: [] });
  const { text, rev } = versionOf(await pool.text(id, here));
  await pool.attach(id, rev, 'log', { contentType: 'text/plain', bytes: Buffer.from('log') }, here);
  assert.equal((await saveEdited(pool, id, text.replace('"x"', '"y"'), new Lineage(), here)).outcome, 'saved');
  const now = versionOf(await pool.text(id, here));
  assert.deepEqual([[...now.attachments.keys()].sort(), dataOf(now.document).note], [['a/b', 'log'], 'y']);
});

test('copies: made, changed on both sides, made the same again; attachments both ways', async (t) => {
  const { pool } = await openPlace(t, { documents: [token, { ...token, _id: 'b' }], designs: [] });
  const texts = new Map<string, string>();
  const files = new Map<string, Map<string, Buffer>>();
  const { createHash } = await import('node:crypto');
  const copies: Copies = {
    read: (each) => Promise.resolve(texts.get(each)),
    write: (each, text) => Promise.resolve(void texts.set(each, text)),
    attachments: (each) =>
      Promise.resolve(
        new Map([...(files.get(each) ?? [])].map(([name, bytes]) => [name, `md5-${createHash('md5').update(bytes).digest('base64')}`])),
      ),
    readAttachment: (each, name) => Promise.resolve(files.get(each)?.get(name) ?? Buffer.from('')),
    writeAttachment: (each, name, bytes) =>
      Promise.resolve(void files.set(each, new Map([...(files.get(each) ?? []), [name, Buffer.from(bytes)]]))),
  };
  const run = async (prefer: 'local' | 'remote') =>
    synchronise(pool, copies, await planSynchronise(pool, copies, [id, 'b'], prefer, here), here);
  assert.deepEqual(await run('remote'), { changed: 2, skipped: 0, conflicts: [], failed: [] });
  assert.equal(files.get(id)?.get('a/b')?.toString(), 'x');
  assert.deepEqual(await run('local'), { changed: 0, skipped: 2, conflicts: [], failed: [] });
  texts.set(id, (texts.get(id) ?? '').replace('"x"', '"copy"'));
  files.get(id)?.set('new', Buffer.from('new'));
  await pool.save({ ...(await pool.document(id, here)), note: 'pool', later: 7 }, here);
  assert.equal((await run('local')).changed, 1);
  const now = versionOf(await pool.text(id, here));
  assert.deepEqual(
    [dataOf(now.document).note, dataOf(now.document).later, [...now.attachments.keys()].sort()],
    ['copy', 7, ['a/b', 'new']],
  );
  assert.equal(texts.get(id), now.text);
  assert.deepEqual(await run('remote'), { changed: 0, skipped: 2, conflicts: [], failed: [] });
});
