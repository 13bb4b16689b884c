/** Attachments of tokens as files: `<folder>/<id>/<name>`, in names that a file system takes. Nothing that is there is written over. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, stat, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { documentsOf, gapsIn } from '../core/tokens/bulk/batch';
import type { Failure } from '../core/tokens/bulk/change';
import { fileName } from '../core/tokens/bulk/name';
import type { Which } from '../core/tokens/bulk/which';
import { stubsOf, type Stub } from '../core/tokens/document';
import type { Pool } from '../core/tokens/pool';
import type { TokenDocument } from '../core/tokens/state';
import { codeOf, unwritable } from './fileError';
import { moveTo } from './gzipFile';

export interface Downloaded {
  /** Paths of the attachments, those that were there already with the same bytes included. */
  readonly files: readonly string[];
  readonly failed: readonly Failure[];
}

export interface DownloadOptions extends CallOptions {
  readonly folder: string;
  /** Only the attachment of this name; all when absent. */
  readonly name?: string;
  /** Tokens that are dealt with. */
  readonly progress?: (tokens: number) => void;
}

/** Rejects when the folder cannot be written or the pool does not answer; what was downloaded until then stays. */
export async function downloadAttachments(pool: Pool, which: Which, options: DownloadOptions): Promise<Downloaded> {
  const files: string[] = [];
  const failed: Failure[] = [];
  let tokens = 0;
  for await (const batch of documentsOf(pool, which, options)) {
    failed.push(...gapsIn(batch, pool));
    for (const document of batch.documents) {
      const folder = join(options.folder, fileName(String(document._id), true));
      const stubs = stubsOf(document).filter(({ name }) => options.name === undefined || name === options.name);
      for (const stub of stubs) {
        try {
          files.push(await download(pool, document, stub, folder, options));
        } catch (error) {
          // One that is gone meanwhile, or that no address can name, must not keep the others back.
          if (!(error instanceof GridError) || (error.kind !== 'notFound' && error.kind !== 'rejected')) throw error;
          failed.push({ id: String(document._id), message: error.message });
        }
      }
      options.progress?.(++tokens);
    }
  }
  return { files, failed };
}

async function download(pool: Pool, document: TokenDocument, stub: Stub, folder: string, options: CallOptions): Promise<string> {
  const { part, handle } = await openPart(folder);
  try {
    let length = 0;
    const take = async (bytes: Uint8Array): Promise<void> => {
      length += bytes.length;
      await handle.writeFile(bytes).catch((error: unknown) => {
        throw unwritable(folder, error);
      });
    };
    await pool.pour(String(document._id), String(document._rev), stub.name, take, options);
    if (stub.bytes !== undefined && length !== stub.bytes)
      throw new GridError(
        'malformed',
        `“${stub.name}” of “${String(document._id)}” came with ${length} bytes and should have ${stub.bytes}.`,
        {
          hint: 'Repeat it.',
        },
      );
    await handle.close();
    return await place(part, join(folder, fileName(stub.name)));
  } finally {
    await handle.close().catch(() => undefined);
    await unlink(part).catch(() => undefined);
  }
}

async function openPart(folder: string): Promise<{ readonly part: string; readonly handle: FileHandle }> {
  try {
    await mkdir(folder, { recursive: true });
    const part = join(folder, `.${randomUUID()}.part`);
    return { part, handle: await open(part, 'wx') };
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** Gives a file its name, or a free one beside it; a file that holds the same already is as good. */
async function place(part: string, wanted: string): Promise<string> {
  const end = extname(wanted);
  const stem = basename(wanted, end);
  for (let number = 1; ; number++) {
    const path = number === 1 ? wanted : join(dirname(wanted), `${stem} (${number})${end}`);
    try {
      await moveTo(part, path);
      return path;
    } catch (error) {
      if (!(error instanceof GridError) || error.kind !== 'conflict') throw error instanceof GridError ? error : unwritable(path, error);
      if (await sameContent(part, path)) return path;
    }
  }
}

const pieceBytes = 65_536;

async function sameContent(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one), stat(other)]);
  if (!b.isFile() || a.size !== b.size) return false;
  const handles = await Promise.all([open(one), open(other)]);
  try {
    const [left, right] = [Buffer.alloc(pieceBytes), Buffer.alloc(pieceBytes)];
    for (let at = 0; at < a.size; at += pieceBytes) {
      const [mine, theirs] = await Promise.all([handles[0].read(left, 0, pieceBytes, at), handles[1].read(right, 0, pieceBytes, at)]);
      if (Buffer.compare(left.subarray(0, mine.bytesRead), right.subarray(0, theirs.bytesRead)) !== 0) return false;
    }
    return true;
  } catch (error) {
    throw codeOf(error) === undefined ? error : unwritable(dirname(other), error);
  } finally {
    for (const handle of handles) await handle.close();
  }
}
