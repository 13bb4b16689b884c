/**
 * Tokens as files: which path stands for which token or attachment, and back. Names may hold anything; each becomes one
 * segment of a path, encoded, so that no two names share a path and none leads out of its folder.
 *
 *     /<pool>/<id>/<id>.json                  the document
 *     /<pool>/<id>/attachments/<name>         one of its attachments
 */
import { GridError } from '../errors';

export const tokenScheme = 'gridtoken';

/** What a path stands for. */
export type TokenPlace =
  | { readonly kind: 'root' }
  | { readonly kind: 'pool'; readonly pool: string }
  | { readonly kind: 'token' | 'document' | 'attachments'; readonly pool: string; readonly id: string }
  | AttachmentPlace;

export interface AttachmentPlace {
  readonly kind: 'attachment';
  readonly pool: string;
  readonly id: string;
  readonly name: string;
}

const folder = 'attachments';
const ending = '.json';

export function documentPath(pool: string, id: string): string {
  return pathOf({ kind: 'document', pool, id });
}

export function attachmentPath(pool: string, id: string, name: string): string {
  return pathOf({ kind: 'attachment', pool, id, name });
}

/** @throws GridError `rejected` for a name that is empty or holds half a character: no path can stand for it */
export function pathOf(place: TokenPlace): string {
  if (place.kind === 'root') return '/';
  const pool = `/${encode(place.pool)}`;
  if (place.kind === 'pool') return pool;
  const token = `${pool}/${encode(place.id)}`;
  switch (place.kind) {
    case 'token':
      return token;
    case 'document':
      return `${token}/${encode(place.id + ending)}`;
    case 'attachments':
      return `${token}/${folder}`;
    case 'attachment':
      return `${token}/${folder}/${encode(place.name)}`;
  }
}

/** @returns undefined for a path that stands for nothing, other spellings of a place included */
export function placeOf(path: string): TokenPlace | undefined {
  if (path === '/' || path === '') return { kind: 'root' };
  const [empty, ...segments] = path.split('/');
  const names = segments.map(decode);
  if (empty !== '' || names.length > 4 || names.some((name) => name === undefined)) return undefined;
  const [pool = '', id, third, name] = names as string[];
  if (id === undefined) return { kind: 'pool', pool };
  if (third === undefined) return { kind: 'token', pool, id };
  if (name !== undefined) return segments[2] === folder ? { kind: 'attachment', pool, id, name } : undefined;
  if (segments[2] === folder) return { kind: 'attachments', pool, id };
  return third === id + ending ? { kind: 'document', pool, id } : undefined;
}

/** One name as one segment. Dots alone would lead to another folder, so they are encoded too. */
export function encode(name: string): string {
  if (name === '') throw new GridError('rejected', 'A name is empty, and nothing can be called so.', { hint: 'Give it a name.' });
  if (name === '.' || name === '..') return name.replaceAll('.', '%2E');
  try {
    return encodeURIComponent(name);
  } catch {
    throw new GridError('rejected', 'The name holds half of a character and cannot be written down.', { hint: 'Choose another name.' });
  }
}

/** The name behind a segment; undefined for one that `encode` does not write. */
export function decode(segment: string): string | undefined {
  try {
    const name = decodeURIComponent(segment);
    return name !== '' && encode(name) === segment ? name : undefined;
  } catch {
    return undefined;
  }
}
