/**
 * Fernet, the form in which picasclient keeps a password: AES-128-CBC under an HMAC-SHA256. Read only.
 * Source: the Fernet specification (github.com/fernet/spec), version 0x80.
 */
import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { GridError } from '../core/errors';

const version = 0x80;
/** Version, time, initialisation vector; behind them the text, and the signature. */
const head = 1 + 8 + 16;
const signature = 32;

/**
 * The text of a token. Its time is not looked at: a password in a file has no age.
 * @throws GridError `malformed` for a key or token that is none, or was made with another key
 */
export function openFernet(token: string, key: string): string {
  const secret = decode(key);
  if (secret?.length !== 32) throw new GridError('malformed', 'The key is no Fernet key.', { hint: 'Run picas-cli init again.' });
  const bytes = decode(token);
  if (bytes === undefined || bytes.length < head + 16 + signature || (bytes.length - head - signature) % 16 !== 0 || bytes[0] !== version)
    throw new GridError('malformed', 'The encrypted password is damaged.', { hint: 'Run picas-cli passwd again.' });
  const signed = bytes.subarray(0, -signature);
  const expected = createHmac('sha256', secret.subarray(0, 16)).update(signed).digest();
  if (!timingSafeEqual(expected, bytes.subarray(-signature)))
    throw new GridError('malformed', 'The encrypted password was made with another key, or changed since.', {
      hint: 'Run picas-cli passwd again.',
    });
  try {
    const decipher = createDecipheriv('aes-128-cbc', secret.subarray(16), bytes.subarray(9, head));
    const text = Buffer.concat([decipher.update(bytes.subarray(head, -signature)), decipher.final()]);
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch (cause) {
    throw new GridError('malformed', 'The encrypted password is damaged.', { hint: 'Run picas-cli passwd again.', cause });
  }
}

/** base64url as Python writes it, with its padding; undefined for anything else, where Buffer would guess. */
function decode(text: string): Buffer | undefined {
  const clean = text.trim();
  if (!/^[A-Za-z0-9_-]*={0,2}$/.test(clean) || clean.length % 4 !== 0) return undefined;
  return Buffer.from(clean, 'base64url');
}
