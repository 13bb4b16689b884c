import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GridError, type ErrorKind } from '../../../src/core/errors';
import { Lineage } from '../../../src/core/tokens/lineage';
import { merge } from '../../../src/core/tokens/merge';
import { onTopOf, saveEdited, type Conflict } from '../../../src/core/tokens/saving';
import { compact, dataOf, pretty, readObject, textIn } from '../../../src/core/tokens/verbatim';
import { Chance } from '../../live/chance';

const { signal } = new AbortController();
const here = { signal };
type Fields = Readonly<Record<string, unknown>>;

/** A pool of one document, with CouchDB's rule for writing. */
class OnePool {
  readonly writes: string[] = [];
  readonly #versions: { readonly rev: string; readonly text: string }[] = [];
  /** Whether the pool still has versions that are not the newest. */
  keeps = true;
  loseAnswer = false;
  deleted = false;

  constructor(first: Fields) {
    this.put(first);
  }

  get rev(): string {
    return this.#versions.at(-1)?.rev ?? '';
  }

  get now(): Fields {
    return JSON.parse(this.#versions.at(-1)?.text ?? '') as Fields;
  }

  put(fields: Fields): void {
    const rev = `${this.#versions.length + 1}-${'abcdef'.repeat(5)}`;
    this.#versions.push({ rev, text: JSON.stringify({ ...fields, _id: 'a', _rev: rev }) });
  }

  /** What somebody else does. */
  change(fields: Fields): void {
    this.put({ ...this.now, ...fields });
  }

  text(_: string, { rev }: { readonly rev?: string }): Promise<string> {
    const found = rev === undefined || this.keeps ? this.#versions.findLast((each) => rev === undefined || each.rev === rev) : undefined;
    const newest = this.#versions.at(-1);
    const version = found ?? (rev === newest?.rev ? newest : undefined);
    if (version === undefined || this.deleted) return Promise.reject(new GridError('notFound', 'It is not there.'));
    return Promise.resolve(version.text);
  }

  write(id: string, json: string): Promise<{ id: string; rev: string }> {
    const document = JSON.parse(json) as Fields;
    if (document._rev !== this.rev || this.deleted) return Promise.reject(new GridError('conflict', 'Somebody else was faster.'));
    this.writes.push(json);
    this.put(document);
    if (this.loseAnswer) {
      this.loseAnswer = false;
      return Promise.reject(new GridError('timeout', 'No answer.', { uncertain: true }));
    }
    return Promise.resolve({ id, rev: this.rev });
  }
}

const first = { type: 't', lock: 0, done: 0, note: 'x', _attachments: { 'srm.txt': { stub: true, length: 3, digest: 'md5-x' } } };

/** The text as an editor shows it. */
async function shown(pool: OnePool, lineage: Lineage): Promise<string> {
  const text = await pool.text('a', {});
  lineage.read(pool.rev, text);
  return pretty(readObject(text));
}

async function refused(promise: Promise<unknown>, words: RegExp, kind: ErrorKind = 'rejected'): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof GridError && error.kind === kind, String(error));
    assert.match(error.sentence, words);
    return true;
  });
}

const save = (pool: OnePool, text: string, lineage = new Lineage()) => saveEdited(pool, 'a', text, lineage, here);

describe('saving a token', () => {
  it('writes over the version that was read, and keeps attachments', async () => {
    const pool = new OnePool(first);
    const lineage = new Lineage();
    const text = await shown(pool, lineage);
    const saved = await save(pool, text.replace('"x"', '"y"'), lineage);
    assert.deepEqual(saved, { outcome: 'saved', rev: pool.rev });
    assert.deepEqual([pool.now.note, pool.now._attachments], ['y', first._attachments]);
  });

  it('what is not changed is not sent; layout, order and line ends are no change', async () => {
    const pool = new OnePool(first);
    const lineage = new Lineage();
    const text = await shown(pool, lineage);
    for (const same of [text, `\ufeff${text.replaceAll('\n', '\r\n')}`, compact(readObject(text)), text.replace('"x"', '"\\u0078"')])
      assert.deepEqual(await save(pool, same, lineage), { outcome: 'unchanged' });
    assert.deepEqual(pool.writes, []);
  });

  it('BOM and CRLF do no harm', async () => {
    const pool = new OnePool(first);
    const text = (await shown(pool, new Lineage())).replace('"x"', '"y"');
    assert.equal((await save(pool, `\ufeff${text.replaceAll('\n', '\r\n')}`)).outcome, 'saved');
    assert.equal(pool.now.note, 'y');
  });

  it('a text that was saved and not read again is saved again', async () => {
    const pool = new OnePool(first);
    const lineage = new Lineage();
    const text = await shown(pool, lineage);
    for (const note of ['y', 'z', 'x', 'w']) assert.equal((await save(pool, text.replace('"x"', `"${note}"`), lineage)).outcome, 'saved');
    assert.equal(pool.now.note, 'w');
    // After the editor has read it again, an undone step is a change of ours, too.
    await shown(pool, lineage);
    assert.equal((await save(pool, text, lineage)).outcome, 'saved');
    assert.equal(pool.now.note, 'x');
  });

  it('never over what somebody else wrote, whoever read it last', async () => {
    const pool = new OnePool(first);
    const lineage = new Lineage();
    const text = await shown(pool, lineage);
    pool.change({ lock: 17, hostname: 'wn1' });
    // Something else in this window reads the token: the text is as old as before.
    await shown(pool, lineage);
    const found = await save(pool, text.replace('"x"', '"y"'), lineage);
    assert.equal(found.outcome, 'conflict');
    const { base, mine, theirs } = found;
    assert.deepEqual([base && dataOf(base).lock, dataOf(mine).note, theirs && dataOf(theirs).lock], [0, 'y', 17]);
    assert.deepEqual(pool.writes, []);
    // What a merge makes of it is saved over theirs.
    assert.ok(theirs);
    const { document, clashes } = merge(base, mine, theirs);
    assert.deepEqual(clashes, []);
    assert.equal((await save(pool, pretty(document), lineage)).outcome, 'saved');
    assert.deepEqual([pool.now.note, pool.now.lock, pool.now.hostname], ['y', 17, 'wn1']);
  });

  it('mine over theirs, when somebody says so: their attachments stay', async () => {
    const pool = new OnePool(first);
    const lineage = new Lineage();
    const text = (await shown(pool, lineage)).replace('"x"', '"y"');
    const more = { ...first._attachments, log: { stub: true, length: 9, digest: 'md5-y' } };
    pool.change({ lock: 17, _attachments: more });
    const found = (await save(pool, text, lineage)) as Conflict;
    assert.ok(found.theirs);
    assert.equal((await save(pool, pretty(onTopOf(found.mine, found.theirs)), lineage)).outcome, 'saved');
    assert.deepEqual([pool.now.lock, pool.now.note, pool.now._attachments], [0, 'y', more]);
  });

  it('a file that was attached meanwhile is in nobody’s way, and stays', async () => {
    const pool = new OnePool(first);
    const lineage = new Lineage();
    const text = (await shown(pool, lineage)).replace('"x"', '"y"');
    const more = { ...first._attachments, log: { stub: true, length: 9 } };
    pool.change({ _attachments: more });
    assert.equal((await save(pool, text, lineage)).outcome, 'saved');
    assert.deepEqual([pool.now.note, pool.now._attachments], ['y', more]);
    pool.change({ lock: 5 });
    pool.change({ _attachments: {} });
    assert.equal((await save(pool, text.replace('"y"', '"z"'), lineage)).outcome, 'conflict');
  });

  it('in another window, or after a reload, the text itself says what was read', async () => {
    const pool = new OnePool(first);
    const text = (await shown(pool, new Lineage())).replace('"x"', '"y"');
    pool.change({ lock: 17 });
    const found = (await save(pool, text)) as Conflict;
    assert.deepEqual([found.outcome, found.base && dataOf(found.base).lock], ['conflict', 0]);
    pool.keeps = false;
    const without = (await save(pool, text)) as Conflict;
    assert.deepEqual([without.outcome, without.base, without.theirs && textIn(without.theirs, '_rev')], ['conflict', undefined, pool.rev]);
  });

  it('a lost answer is made good: what was written is not written twice', async () => {
    const pool = new OnePool(first);
    const lineage = new Lineage();
    const text = (await shown(pool, lineage)).replace('"x"', '"y"');
    pool.loseAnswer = true;
    await refused(save(pool, text, lineage), /No answer/, 'timeout');
    assert.deepEqual(await save(pool, text, lineage), { outcome: 'saved', rev: pool.rev });
    assert.equal(pool.writes.length, 1);
    assert.equal((await save(pool, text.replace('"y"', '"z"'), lineage)).outcome, 'saved');
  });

  it('a token that was deleted is a conflict without theirs', async () => {
    const pool = new OnePool(first);
    const lineage = new Lineage();
    const text = (await shown(pool, lineage)).replace('"x"', '"y"');
    pool.deleted = true;
    const found = (await save(pool, text, lineage)) as Conflict;
    assert.deepEqual([found.outcome, found.theirs], ['conflict', undefined]);
  });
});

describe('what is not saved', () => {
  const cases: readonly (readonly [string, (text: string) => string, RegExp])[] = [
    ['half of it', (text) => text.slice(0, 30), /^Line \d+, column \d+: .*Nothing was saved\.$/],
    ['nothing', () => '', /^Line 1, column 1: JSON cannot be read from here/],
    ['a comment', (text) => text.replace('{', '{ // mine'), /^Line 1, column 3: .*comment/],
    ['a comma too many', (text) => text.replace(/\n\}\n$/, ',\n}\n'), /^Line \d+, column \d+: /],
    ['a list', () => '[]', /^Line 1, column 1: A token is an object/],
    [
      'a field twice',
      (text) => text.replace('"lock": 0', '"lock": 0,\r\n  "lock": 1'),
      /^Line \d+, column 3: The field “lock” stands twice/,
    ],
    ['another id', (text) => text.replace('"a"', '"b"'), /^Line \d+, column 10: A token keeps its id: here it is "a"/],
    ['no id', (text) => text.replace(/,\s+"_id": "a"/, ''), /“_id” is missing.*Put back "_id": "a"/],
    ['no revision', (text) => text.replace(/,\s+"_rev": "[^"]*"/, ''), /“_rev” is missing.*Undo its removal/],
    ['a revision that is none', (text) => text.replace(/"_rev": "[^"]*"/, '"_rev": 7'), /^Line \d+, column 11: “_rev” says which version/],
    ['a field of CouchDB', (text) => text.replace('"lock"', '"_deleted": true, "lock"'), /begin with “_” belong to CouchDB.*“_deleted”/],
    ['no attachments', (text) => text.replace(/"_attachments": \{[^]*?\}\s*\},?/, '"x": 1,'), /^Attachments are not changed by editing/],
    ['an attachment changed', (text) => text.replace('"length": 3', '"length": 4'), /^Attachments are not changed by editing/],
    ['an attachment renamed', (text) => text.replace('srm.txt', 'new.txt'), /Undo that change.*Nothing was saved/],
    [
      'too much',
      (text) => text.replace('"x"', `"${'x'.repeat(8_000_000)}"`),
      /has 8\u2009000\u2009\d+ bytes, and 8\u2009000\u2009000 is the most/,
    ],
  ];
  for (const [name, spoil, words] of cases) {
    it(name, async () => {
      const pool = new OnePool(first);
      const lineage = new Lineage();
      const text = await shown(pool, lineage);
      const bad = spoil(text);
      assert.notEqual(bad, text);
      await refused(save(pool, bad, lineage), words);
      assert.deepEqual(pool.writes, []);
    });
  }

  it('a version that is made up is no version', async () => {
    const pool = new OnePool(first);
    const text = (await shown(pool, new Lineage())).replace(/"_rev": "[^"]*"/, '"_rev": "9-0"').replace('"x"', '"y"');
    assert.equal((await save(pool, text)).outcome, 'conflict');
  });

  it('whatever is written, nothing throws but a sentence', async () => {
    const chance = new Chance(Number(process.env.GRID_SEED ?? 5));
    const random = (): number => chance.next();
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\',
      '\u0000',
      '\ufeff',
      '\r\n',
      '1e999',
      '-',
      '"_rev"',
      '"_id": "a"',
      '//',
      '\ud800',
      'null',
    ];
    for (let n = 0; n < 500; n++) {
      const pool = new OnePool(first);
      const lineage = new Lineage();
      let text = await shown(pool, lineage);
      for (let k = 0; k < 3; k++) {
        const at = Math.floor(random() * text.length);
        text = text.slice(0, at) + (pieces[Math.floor(random() * pieces.length)] ?? '') + text.slice(at + Math.floor(random() * 4));
      }
      const found = await save(pool, text, lineage).catch((error: unknown) => error);
      if (found instanceof GridError) assert.match(found.sentence, /\.$/);
      else assert.ok(typeof found === 'object' && found !== null && 'outcome' in found, `${String(found)} for ${JSON.stringify(text)}`);
      assert.ok('srm.txt' in (pool.now._attachments as object), 'attachments are there whatever was written');
    }
  });
});
