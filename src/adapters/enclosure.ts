/** A file that goes to many tokens: within their documents while it is small, else by a request for each, of its bytes as they are. */
import { createHash } from 'node:crypto';
import { asGridError, GridError } from '../core/errors';
import type { Write } from '../core/tokens/bulk/change';
import type { Enclosure } from '../core/tokens/bulk/edit';
import type { BulkRow, Pool } from '../core/tokens/pool';

/** Bytes up to which base64 in one request of many documents is faster than a request for each. */
const inlineBytes = 1_000_000;
/** A pool is no storage: a file of this size belongs beside it. */
const mostBytes = 256_000_000;

export interface EnclosedFile {
  readonly enclosure: Enclosure;
  readonly bytes: Uint8Array;
}

/** @throws GridError `rejected` for a file that is too large for a pool */
export function enclose(name: string, contentType: string, bytes: Uint8Array): EnclosedFile {
  if (bytes.length > mostBytes)
    throw new GridError(
      'rejected',
      `“${name}” has ${Math.round(bytes.length / 1e6)} MB, and a token takes ${mostBytes / 1e6} MB at most.`,
      {
        hint: 'Put it on the grid storage and give the tokens its address.',
      },
    );
  const digest = `md5-${createHash('md5').update(bytes).digest('base64')}`;
  const enclosure = { name, contentType, length: bytes.length, digest };
  return { enclosure: bytes.length > inlineBytes ? enclosure : { ...enclosure, data: Buffer.from(bytes).toString('base64') }, bytes };
}

/** How documents with the file are written; empty where they are written as any other. */
export function attachmentWrite(pool: Pool, { enclosure, bytes }: EnclosedFile): { readonly write?: Write } {
  if (enclosure.data !== undefined) return {};
  const { name, contentType } = enclosure;
  return {
    write: async (documents, options) => {
      const rows: BulkRow[] = [];
      let ended: GridError | undefined;
      for (const { _id, _rev } of documents) {
        const id = String(_id);
        if (ended !== undefined) {
          rows.push({ id, outcome: 'unsent' });
          continue;
        }
        try {
          const { rev } = await pool.attach(id, String(_rev), name, { contentType, bytes }, options);
          rows.push({ id, outcome: 'written', rev });
        } catch (thrown) {
          const error = asGridError(thrown);
          const { kind, message, uncertain } = error;
          if (kind === 'conflict' || kind === 'notFound') rows.push({ id, outcome: 'conflict' });
          else if (kind === 'rejected') rows.push({ id, outcome: 'refused', message });
          else {
            rows.push({ id, outcome: uncertain ? 'unknown' : 'unsent' });
            ended = error;
          }
        }
        options.progress?.(rows.length);
      }
      return { rows, ...(ended === undefined ? {} : { ended }) };
    },
  };
}
