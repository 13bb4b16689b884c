import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GridError } from '../../../src/core/errors';
import { planSynchronise, stepOf, synchronise } from '../../../src/core/tokens/synchronise';
import { dataOf, readObject } from '../../../src/core/tokens/verbatim';
import { versionOf } from '../../../src/core/tokens/version';

const now = { signal: new AbortController().signal };
const local = readObject('{ "_id": "a", "_rev": "1-x", "here": 1, "both": "local", "big": 12345678901234567890 }');
const remote = versionOf(
  '{"_id":"a","_rev":"2-y","both":"remote","there":2,"big":12345678901234567890,"lock":5,"done":0,"_attachments":{"x":{"digest":"md5-1","length":1,"revpos":1},"y":{"digest":"md5-2","length":1,"revpos":1}}}',
);

describe('one token and its copy', () => {
  const files = new Map([
    ['x', 'md5-other'],
    ['z', 'md5-3'],
  ]);

  it('the copy wins: its fields go to the pool, the pool’s others come', () => {
    const step = stepOf('a', local, remote, files, 'local');
    assert.deepEqual(
      [step.there, step.here],
      [
        ['both', 'here'],
        ['there', 'lock', 'done'],
      ],
    );
    assert.deepEqual([step.up, step.down, step.held], [['x', 'z'], ['y'], true]);
    assert.deepEqual(dataOf(step.fields).both, 'local');
  });

  it('the pool wins', () => {
    const step = stepOf('a', local, remote, files, 'remote');
    assert.deepEqual([step.there, step.here], [['here'], ['both', 'there', 'lock', 'done']]);
    assert.deepEqual([step.up, step.down], [['z'], ['x', 'y']]);
  });

  it('one that is missing on a side is made there', () => {
    const copied = stepOf('a', undefined, remote, new Map(), 'local');
    assert.deepEqual([copied.there, copied.up, copied.down, copied.held], [[], [], ['x', 'y'], false]);
    assert.equal(copied.here.length, 5);
    const made = stepOf('a', local, undefined, files, 'remote');
    assert.deepEqual([made.there.length, made.here, made.up], [3, [], ['x', 'z']]);
  });
});

/** A pool and a folder in memory. */
class Both {
  readonly documents_ = new Map<string, string>();
  readonly copies_ = new Map<string, string>();
  readonly writes: string[] = [];
  fail: GridError | undefined;

  readonly pool = {
    documents: () => Promise.resolve(new Map([...this.documents_].map(([id, text]) => [id, JSON.parse(text) as Record<string, unknown>]))),
    text: (id: string) => Promise.resolve(this.documents_.get(id) ?? ''),
    write: (id: string, json: string) => {
      if (this.fail !== undefined) return Promise.reject(this.fail);
      this.writes.push(json);
      this.documents_.set(id, json);
      return Promise.resolve({ id, rev: '9-z' });
    },
    attach: (id: string) => Promise.resolve({ id, rev: '10-z' }),
    attachment: () => Promise.resolve({ contentType: 'text/plain', bytes: new Uint8Array(1) }),
  };

  readonly copies = {
    read: (id: string) => Promise.resolve(this.copies_.get(id)),
    write: (id: string, text: string) => {
      this.copies_.set(id, text);
      return Promise.resolve();
    },
    attachments: () => Promise.resolve(new Map<string, string>()),
    readAttachment: () => Promise.resolve(new Uint8Array(0)),
    writeAttachment: () => Promise.resolve(),
  };
}

describe('tokens and a folder of copies', () => {
  it('numbers that a program cannot hold come through on both ways', async () => {
    const both = new Both();
    both.documents_.set('a', '{"_id":"a","_rev":"1-x","big":12345678901234567890,"lock":0}');
    const plan = await planSynchronise(both.pool, both.copies, ['a'], 'remote', now);
    await synchronise(both.pool, both.copies, plan, now);
    assert.match(both.copies_.get('a') ?? '', /12345678901234567890/);
    both.copies_.set('a', (both.copies_.get('a') ?? '').replace('"lock": 0', '"lock": 0, "ratio": 1.0'));
    await synchronise(both.pool, both.copies, await planSynchronise(both.pool, both.copies, ['a'], 'local', now), now);
    assert.equal(both.writes.length, 1);
    assert.match(both.writes[0] ?? '', /"big":12345678901234567890.*"ratio":1\.0/);
  });

  it('a token that was changed meanwhile is a conflict, another failure is told, and the others go on', async () => {
    const both = new Both();
    for (const id of ['a', 'b']) {
      both.documents_.set(id, `{"_id":"${id}","_rev":"1-x","lock":0}`);
      both.copies_.set(id, `{"_id":"${id}","_rev":"1-x","lock":1}`);
    }
    const plan = await planSynchronise(both.pool, both.copies, ['a', 'b', 'c'], 'local', now);
    assert.deepEqual([plan.steps.length, plan.same, plan.failed.map(({ id }) => id)], [2, 0, ['c']]);
    both.fail = new GridError('conflict', 'Somebody else was faster.');
    const told = await synchronise(both.pool, both.copies, plan, now);
    assert.deepEqual([told.changed, told.conflicts.map(({ id }) => id), told.failed.length], [0, ['a', 'b'], 1]);
    assert.match(both.copies_.get('a') ?? '', /"lock":1/, 'the copy is as it was');
    both.fail = new GridError('rejected', 'Too large.');
    assert.equal((await synchronise(both.pool, both.copies, plan, now)).failed.length, 3);
    both.fail = new GridError('auth', 'Not signed in.');
    await assert.rejects(synchronise(both.pool, both.copies, plan, now), /Not signed in/);
  });

  it('can be stopped', async () => {
    const both = new Both();
    const control = new AbortController();
    control.abort();
    await assert.rejects(planSynchronise(both.pool, both.copies, ['a'], 'local', { signal: control.signal }), (error) => {
      return error instanceof GridError && error.kind === 'cancelled';
    });
  });
});
