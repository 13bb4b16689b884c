/** What is read of tokens without a key; nothing of the secret itself comes back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coversPath, expiredBearer, lacksStaging, opensPath, readBearer } from '../../../src/adapters/bearer';
import { madeUp } from '../../practice/stageitMacaroon';

function jwt(claims: unknown): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'ES256' })}.${part(claims)}.c2lnbmF0dXJl`;
}

test('a macaroon of dCache: end, folder, activities, holder', () => {
  const secret = madeUp('x', [
    'id:1000;1000,2000;homer',
    'before:2027-01-02T03:04:05Z',
    'path:/pnfs/data',
    'activity:LIST,STAGE',
    'activity:STAGE,DOWNLOAD',
  ]);
  const bearer = readBearer(` ${secret}\n`);
  const ends = Date.UTC(2027, 0, 2, 3, 4, 5);
  assert.deepEqual(bearer, { kind: 'macaroon', ends, path: '/pnfs/data', activities: ['STAGE'], holder: 'homer' });
  assert.ok(!JSON.stringify(bearer).includes(secret.slice(0, 20)));
  assert.equal(lacksStaging(bearer), undefined);
  assert.deepEqual(
    ['/pnfs/data', '/pnfs/data/a', '/pnfs/data2', '/'].map((path) => coversPath(bearer, path)),
    [true, true, false, false],
  );
  assert.equal(expiredBearer(bearer, 'Door', ends - 1), undefined);
  assert.match(expiredBearer(bearer, 'Door', ends + 7_200_000)?.sentence ?? '', /^The macaroon for Door ran out 2 h ago\./);
});

test("libmacaroons' binary form is read as far as its text goes", () => {
  const parts = ['\u0002\u0001\u0010identifier', '\u0002\u0014before:2027-01-02T03:04:05Z', '\u0002\u0008activity:LIST', '\u0000'];
  const bearer = readBearer(Buffer.from(parts.join('\u0000')).toString('base64url'));
  assert.deepEqual([bearer.kind, bearer.activities, bearer.ends], ['macaroon', ['LIST'], Date.UTC(2027, 0, 2, 3, 4, 5)]);
  assert.match(lacksStaging(bearer) ?? '', /does not allow STAGE, only LIST/);
});

test('a JWT: end and scopes; scopes of other things do not matter', () => {
  const bearer = readBearer(jwt({ exp: 1_800_000_000, sub: 'abc', scope: 'openid storage.read:/ storage.stage:/data' }));
  assert.deepEqual(bearer, {
    kind: 'jwt',
    ends: 1_800_000_000_000,
    scopes: ['openid', 'storage.read:/', 'storage.stage:/data'],
    holder: 'abc',
  });
  assert.equal(lacksStaging(bearer), undefined);
  assert.match(lacksStaging(readBearer(jwt({ scope: ['storage.read:/'] }))) ?? '', /storage\.stage, only storage\.read:\//);
  assert.equal(lacksStaging(readBearer(jwt({ scope: 'openid' }))), undefined);
  assert.equal(expiredBearer(readBearer(jwt({})), 'Door', 9e15), undefined);
});

test('what opens a folder, and what may only recall or opens another one', () => {
  const opens = (caveats: readonly string[]) => opensPath(readBearer(madeUp('x', ['id:1;1;a', ...caveats])), '/pnfs/data');
  assert.deepEqual(
    [[], ['activity:LIST'], ['activity:DOWNLOAD,UPLOAD', 'path:/pnfs'], ['activity:STAGE'], ['path:/pnfs/other']].map(opens),
    [true, true, true, false, false],
  );
  const scoped = (scope: string) => opensPath(readBearer(jwt({ scope })), '/pnfs/data');
  assert.deepEqual(['openid', 'storage.read:/', 'storage.stage:/', 'storage.modify:/ openid'].map(scoped), [true, true, false, true]);
  assert.ok(opensPath(readBearer('opaque-one'), '/a'));
});

test('anything else is opaque, never an error', () => {
  for (const text of ['', 'abc', 'a.b.c', '....', 'eyJ.eyJ.x', '0123456789abcdef', '\u0000\uffff', 'MDAx'.repeat(0), 'x'.repeat(100_000)]) {
    assert.equal(readBearer(text).kind, 'opaque', text.slice(0, 20));
  }
});
