/**
 * Requests on disk: one JSON file each, replaced by rename, so that a reader never sees half a record and two windows
 * never wait for each other. Homes on the grid are NFS: no locks.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GridError } from '../core/errors';
import type { Ledger } from '../core/ports';
import { requestKey, type RequestFile, type StagingRequest } from '../core/staging/request';
import { fileStates, requestStates, type FileState, type RequestState } from '../core/staging/state';

/** A record as it is written. States are one letter a file, so that 999 files are one short string. */
interface Row {
  readonly version: 1;
  readonly id: string;
  readonly stager: string;
  readonly site: string;
  readonly source: string;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly checkedAt: number;
  readonly state: RequestState;
  readonly word: string;
  readonly links: readonly string[];
  readonly states: string;
  readonly messages: Readonly<Record<string, string>>;
}

const letters: Record<FileState, string> = {
  unknown: 'n',
  tape: 't',
  queued: 'q',
  staging: 's',
  online: 'o',
  failed: 'f',
  lost: 'l',
  unavailable: 'u',
  cancelled: 'c',
  expired: 'e',
};
const byLetter = new Map(fileStates.map((state) => [letters[state], state]));

/** A ledger in a folder that is made when the first request is. */
export function openLedger(folder: string): Ledger {
  const fileOf = (request: StagingRequest) =>
    join(folder, `${createHash('sha256').update(requestKey(request)).digest('hex').slice(0, 24)}.json`);
  return {
    async load({ signal }) {
      const names = await readdir(folder).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return [];
        throw unreadable(folder, error);
      });
      const requests: StagingRequest[] = [];
      const problems: string[] = [];
      for (const name of names.filter((each) => each.endsWith('.json'))) {
        const file = join(folder, name);
        try {
          requests.push(parse(await readFile(file, { encoding: 'utf8', signal })));
        } catch (error) {
          if (signal.aborted) throw new GridError('cancelled', 'Cancelled.');
          if (codeOf(error) !== 'ENOENT') problems.push(`${file} cannot be read as a staging request: ${textOf(error)}.`);
        }
      }
      return { requests, problems };
    },
    async save(request) {
      const file = fileOf(request);
      const draft = `${file}.${randomUUID()}.tmp`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const handle = await open(draft, 'wx', 0o600);
        try {
          await handle.writeFile(JSON.stringify(toRow(request)));
          await handle.sync(); // on disk, not in a cache: the id must outlive a crash of the login node
        } finally {
          await handle.close();
        }
        await rename(draft, file);
      } catch (error) {
        await rm(draft, { force: true }).catch(() => undefined);
        throw new GridError('toolFailed', `${folder} cannot be written (${textOf(error)}).`, {
          hint: 'Free space or mend its permissions.',
          cause: error,
        });
      }
    },
    async remove(request) {
      await rm(fileOf(request), { force: true }).catch((error: unknown) => {
        throw unreadable(folder, error);
      });
    },
  };
}

function toRow(request: StagingRequest): Row {
  const { files, ...facts } = request;
  const messages: Record<string, string> = {};
  for (const file of files) if (file.message !== undefined) messages[file.link] = file.message;
  return {
    version: 1,
    ...facts,
    links: files.map((file) => file.link),
    states: files.map((file) => letters[file.state]).join(''),
    messages,
  };
}

function parse(text: string): StagingRequest {
  const row = JSON.parse(text) as Partial<Row>;
  if (row.version !== 1) throw new Error(`its version is ${String(row.version)}, this Grid Workbench reads version 1`);
  if (typeof row.id !== 'string' || typeof row.stager !== 'string' || !Array.isArray(row.links) || typeof row.states !== 'string') {
    throw new Error('id, stager, links or states are missing');
  }
  const { states, messages = {} } = row;
  const files = (row.links as readonly string[]).map((link, index): RequestFile => {
    const state = byLetter.get(states[index] ?? 'n') ?? 'unknown';
    const message = messages[link];
    return message === undefined ? { link, state } : { link, state, message };
  });
  return {
    id: row.id,
    stager: row.stager,
    site: row.site ?? 'unknown',
    source: row.source ?? '',
    createdAt: row.createdAt ?? 0,
    changedAt: row.changedAt ?? 0,
    checkedAt: row.checkedAt ?? 0,
    state: requestStates.find((state) => state === row.state) ?? 'unknown',
    word: row.word ?? '',
    files,
  };
}

function unreadable(folder: string, error: unknown): GridError {
  return new GridError('toolFailed', `${folder} cannot be used (${textOf(error)}).`, {
    hint: 'Mend its permissions, then refresh.',
    cause: error,
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function textOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.message : String(error));
}
