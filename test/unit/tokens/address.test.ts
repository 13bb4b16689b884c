import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GridError } from '../../../src/core/errors';
import { poolAddress } from '../../../src/core/tokens/address';

test('the address of a pool, as people have it', () => {
  const cases: readonly (readonly [string, string | undefined, string, string])[] = [
    ['https://picas.surfsara.nl:6984', 'lofar', 'https://picas.surfsara.nl:6984', 'lofar'],
    ['https://picas.surfsara.nl:6984/', 'lofar', 'https://picas.surfsara.nl:6984', 'lofar'],
    ['https://picas.surfsara.nl:6984/lofar', undefined, 'https://picas.surfsara.nl:6984', 'lofar'],
    ['https://picas.surfsara.nl:6984/lofar/', 'lofar', 'https://picas.surfsara.nl:6984', 'lofar'],
    ['https://example.org/couch', 'lofar', 'https://example.org/couch', 'lofar'],
    ['https://example.org/couch/lofar', undefined, 'https://example.org/couch', 'lofar'],
    ['https://picas.surfsara.nl:6984/_utils/#database/lofar_dr3/_all_docs', undefined, 'https://picas.surfsara.nl:6984', 'lofar_dr3'],
    ['https://example.org/couch/_utils/#/database/a%2Fb/_all_docs', undefined, 'https://example.org/couch', 'a/b'],
    [' http://localhost:5984/test_db ', undefined, 'http://localhost:5984', 'test_db'],
    ['http://127.0.0.1:5984', 'a', 'http://127.0.0.1:5984', 'a'],
    ['http://[::1]:5984', 'a', 'http://[::1]:5984', 'a'],
  ];
  for (const [text, database, url, name] of cases) assert.deepEqual(poolAddress(text, database), { url, database: name }, text);
});

test('what is none is refused, without the password that it may hold', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['picas.surfsara.nl', 'a', /is not the address of a pool\. It begins with https/],
    ['ftp://x/a', 'a', /is not the address/],
    ['https://u:geheim@x.org', 'a', /must not hold a user or password/],
    ['ftp://u:geheim@x.org', 'a', /is not the address/],
    ['http://picas.example.org:5984', 'a', /would be readable on its way to picas\.example\.org:5984/],
    ['http://127.0.0.1.example.org', 'a', /would be readable/],
    ['https://x.org', '', /database is missing/],
    ['https://x.org/_utils/', '', /database is missing/],
    ['https://x.org', 'Capital', /“Capital” is no name of a database/],
    ['https://x.org', '_users', /“_users”/],
  ];
  for (const [text, database, sentence] of cases) {
    assert.throws(
      () => poolAddress(text, database),
      (error) => {
        assert.ok(error instanceof GridError && error.kind === 'rejected');
        assert.match(error.sentence, sentence);
        assert.ok(!error.sentence.includes('geheim'));
        return true;
      },
    );
  }
});
