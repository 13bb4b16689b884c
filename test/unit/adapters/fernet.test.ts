import assert from 'node:assert/strict';
import { createCipheriv, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { openFernet } from '../../../src/adapters/fernet';
import { GridError } from '../../../src/core/errors';

/** Of the specification's verify.json. */
const key = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=';
const hello = 'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';

/** Made by python-cryptography 48. */
const vectors: readonly (readonly [string, string])[] = [
  ['', 'gAAAAABrBNa_lzpTAug06BoZHc5D_oE1I5WGdJYox0o-hwSUv2ugApiVKfcIRHBk5az9x-g3cZfo4vxu-QRR7HWblKFXvhgZYA=='],
  [
    'p=a s:s@w/ürd€😀',
    'gAAAAABrBNa_ChILqpCDjKxjMd_K1b4x7aGzkvP-VuETqjw9nry8SFAnMKmsjQnT1tYGM0MC6NJPYr9I-6my2PFo5ZcHv1m_E8hDgX8Lr-9jz7S4ZYbE4aY=',
  ],
  [
    'x'.repeat(16),
    'gAAAAABrBNa_J3A9_tF1Tbl55553KGgEb22URWSYwZnii7a9LsQngbn2qNfQjDy8UHa9iLVHtQ-w-VIVt0tTR8kJLRU9v89ib8wlWEcOilRwAZn-YBbxQAQ=',
  ],
];

const refuses = (token: string, by: string, sentence: RegExp): void => {
  assert.throws(
    () => openFernet(token, by),
    (error) => error instanceof GridError && error.kind === 'malformed' && sentence.test(error.sentence),
    token,
  );
};

test("the specification's vector, and Python's", () => {
  assert.equal(openFernet(hello, key), 'hello');
  assert.equal(openFernet(`\n${hello}\n`, `${key}\n`), 'hello');
  for (const [text, token] of vectors) assert.equal(openFernet(token, key), text);
});

test('a changed byte is found wherever it is', () => {
  const bytes = Buffer.from(hello, 'base64url');
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const token = changed.toString('base64url').padEnd(hello.length, '=');
    refuses(token, key, at === 0 ? /damaged/ : /made with another key, or changed since/);
  }
});

test('what is cut, padded or no token at all', () => {
  for (const token of [
    '',
    'x',
    'gAAA',
    hello.slice(0, -4),
    hello.slice(4),
    `${hello}AAAA`,
    hello.replace('_', '/'),
    hello.slice(0, -2),
    `=${hello}`,
  ]) {
    refuses(token, key, /damaged/);
  }
});

test('another key is told, and what is no key', () => {
  refuses(hello, 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=', /made with another key/);
  for (const by of ['', 'short', key.slice(4), `${key}AAAA`, '!'.repeat(44)]) refuses(hello, by, /no Fernet key/);
});

/** Signs whatever it is given: only then do the text and its padding matter. */
function sealed(text: Buffer, pad: boolean): string {
  const secret = Buffer.from(key, 'base64url');
  const cipher = createCipheriv('aes-128-cbc', secret.subarray(16), Buffer.alloc(16)).setAutoPadding(pad);
  const signed = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(24), cipher.update(text), cipher.final()]);
  const token = Buffer.concat([signed, createHmac('sha256', secret.subarray(0, 16)).update(signed).digest()]).toString('base64url');
  return token.padEnd(Math.ceil(token.length / 4) * 4, '=');
}

test('a true signature over a bad text is damage too', () => {
  assert.equal(openFernet(sealed(Buffer.from('ok'), true), key), 'ok');
  refuses(sealed(Buffer.alloc(16), false), key, /damaged/);
  refuses(sealed(Buffer.from([0xff, 0xfe]), true), key, /damaged/);
});
