import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changedFields, merge, union } from '../../../src/core/tokens/merge';
import { compact, dataOf, readObject, type VerbatimMap } from '../../../src/core/tokens/verbatim';

const map = (value: object): VerbatimMap => readObject(JSON.stringify(value));
const base = map({ _id: 'a', _rev: '1-x', lock: 0, status: 'queued', times: { queued: 1 }, _attachments: { 'srm.txt': { stub: true } } });
const merged = (mine: object, theirs: object, from: VerbatimMap | undefined = base) => {
  const { document, clashes } = merge(from, map(mine), map(theirs));
  return { document: dataOf(document), clashes };
};

describe('two versions of a token', () => {
  it('what only one of them changed is taken, within objects too', () => {
    const mine = {
      _id: 'a',
      _rev: '1-x',
      lock: 0,
      status: 'queued',
      times: { queued: 1, mine: 3 },
      RESULTS_DIR: 'gsiftp://x',
      _attachments: {},
    };
    const theirs = { _id: 'a', _rev: '2-y', lock: 99, times: { queued: 1, running: 2 }, _attachments: { 'srm.txt': {}, log: {} } };
    const { document, clashes } = merged(mine, theirs);
    assert.deepEqual(clashes, []);
    assert.deepEqual(document, {
      _id: 'a',
      _rev: '2-y',
      _attachments: { 'srm.txt': {}, log: {} },
      lock: 99,
      times: { queued: 1, running: 2, mine: 3 },
      RESULTS_DIR: 'gsiftp://x',
    });
  });

  it('what both changed is a clash: mine stands, and both are told', () => {
    const { document, clashes } = merged(
      { lock: 0, status: 'todo', times: { queued: 5 } },
      { _rev: '2-y', lock: 0, status: 'running', times: { queued: 6 } },
    );
    assert.deepEqual(clashes, [
      { path: ['status'], mine: '"todo"', theirs: '"running"' },
      { path: ['times', 'queued'], mine: '5', theirs: '6' },
    ]);
    assert.deepEqual([document.status, document.times, document._rev], ['todo', { queued: 5 }, '2-y']);
  });

  it('both changed it to the same: no clash', () => {
    assert.deepEqual(
      merged({ status: 'done', times: { queued: 1 }, lock: 0 }, { status: 'done', lock: 0, times: { queued: 1 } }).clashes,
      [],
    );
  });

  it('one removed what the other changed', () => {
    const { clashes, document } = merged({ lock: 0, times: { queued: 1 } }, { lock: 0, status: 'running', times: { queued: 1 } });
    assert.deepEqual(clashes, [{ path: ['status'], mine: undefined, theirs: '"running"' }]);
    assert.equal('status' in document, false);
    const other = merged({ lock: 0, status: 'todo', times: { queued: 1 } }, { lock: 0, times: { queued: 1 } });
    assert.deepEqual(other.clashes, [{ path: ['status'], mine: '"todo"', theirs: undefined }]);
    assert.equal(other.document.status, 'todo');
  });

  it('without the version that both came from, every difference is a clash, but nothing that one has alone is lost unasked', () => {
    const { clashes, document } = merge(
      undefined,
      map({ lock: 0, mine: 1, times: { a: 1, b: 2 } }),
      map({ lock: 5, times: { a: 1, b: 3 } }),
    );
    assert.deepEqual(
      clashes.map(({ path }) => path.join('.')),
      ['lock', 'times.b', 'mine'],
    );
    assert.deepEqual(dataOf(document), { lock: 0, times: { a: 1, b: 2 }, mine: 1 });
  });

  it('a merge with what nobody changed changes nothing, to the letter', () => {
    const text = '{"_id":"a","big":12345678901234567890,"2":1,"1":1.0,"x":{"y":[1e2]}}';
    const version = readObject(text);
    assert.equal(compact(merge(version, version, version).document), text);
  });

  it('fields that differ, the pool’s own left out', () => {
    const now = map({ _id: 'a', _rev: '2-y', lock: 1, times: { queued: 1 }, extra: null, _attachments: {} });
    assert.deepEqual(changedFields(base, now), ['lock', 'status', 'extra']);
    assert.deepEqual(changedFields(base, base), []);
    assert.deepEqual(changedFields(undefined, map({ _id: 'a', lock: 0 })), ['lock']);
  });
});

describe('the union of a token and its copy', () => {
  const local = map({ _id: 'a', _rev: '1-x', here: 1, both: 'local', gone: null });
  const remote = map({ _id: 'a', _rev: '2-y', both: 'remote', there: 2, _attachments: {} });

  it('has the fields of both; the preferred side wins; nothing becomes null', () => {
    assert.deepEqual(dataOf(union(local, remote)), { here: 1, both: 'local', gone: null, there: 2 });
    assert.deepEqual(dataOf(union(remote, local)), { both: 'remote', there: 2, here: 1, gone: null });
    assert.deepEqual(dataOf(union(local, map({}))), { here: 1, both: 'local', gone: null });
  });

  it('is the same when made again', () => {
    const once = union(local, remote);
    assert.equal(compact(union(once, remote)), compact(once));
    assert.deepEqual(changedFields(once, union(remote, once)), ['both']);
  });
});
