/** What the live tests of uploads share: a client with a bridge of its own, tars of a sandbox that changes, and a look at the disk. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openGfal, type Gfal } from '../../src/adapters/gfal';
import { openGfalCopy, type GfalCopy } from '../../src/adapters/gfalCopy';
import { uploadSandbox, type Published, type UploadOptions } from '../../src/adapters/sandboxUpload';
import { GridError, type ErrorKind } from '../../src/core/errors';
import { placeOf } from '../../src/core/sandbox/place';
import { script } from './door';
import { build, here, repository, scripts, step, temporary } from './sandbox';

export const says = (kind: ErrorKind, pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof GridError, String(error));
  assert.equal(error.kind, kind, error.sentence);
  assert.match(error.sentence, pattern);
  return true;
};

export interface Client {
  readonly gfal: Gfal;
  readonly copy: GfalCopy;
  readonly upload: (file: string, to: string, more?: Partial<UploadOptions>) => Promise<Published>;
}

export function client(t: TestContext, env: NodeJS.ProcessEnv): Client {
  const gfal = openGfal({ script, threads: 4, callMs: 20_000, env });
  t.after(() => gfal.close());
  const copy = openGfalCopy({ env, deadlineMs: 120_000 });
  const upload = (file: string, to: string, more: Partial<UploadOptions> = {}): Promise<Published> => {
    const fileName = file.slice(file.lastIndexOf('/') + 1);
    const options = { ...here, file, stem: 'pref', gfal, copy, keep: 3, place: placeOf({ to, root: '', place: '', fileName }) };
    return uploadSandbox({ ...options, ...more });
  };
  return { gfal, copy, upload };
}

/** Tars of a sandbox that changes, each really built. */
export async function versions(t: TestContext, count: number): Promise<readonly string[]> {
  const folder = await temporary(t);
  const base = await repository(join(folder, 'base'), scripts);
  const files: string[] = [];
  for (let k = 0; k < count; k++) {
    await base.commit({ version: `${k}\n`.repeat(50_000) });
    files.push((await build(step(`git: { location: "file://${base.folder}" }`), folder)).file);
  }
  return files;
}

export const digest = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
export const parts = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true })).filter((name) => name.includes('.part'));
