/** Small files with passwords in them: read within a deadline, and told when others can read them too. */
import { readFile, stat } from 'node:fs/promises';
import { GridError } from '../core/errors';

/** Far more than any credential file; a mistaken link to a data file is not read into memory. */
const maxBytes = 64 * 1024;

export interface SecretFile {
  readonly text?: string;
  /** Others than its owner may read it. */
  readonly open: boolean;
  /** Permission bits; absent when there is no text. */
  readonly mode?: number;
  /** User id of its owner; absent when there is no text. */
  readonly owner?: number;
  readonly problem?: string;
}

/** Rejects with `cancelled` only; what else goes wrong is a problem in words, and a file that is not there is none. */
export async function readSecretFile(path: string, signal: AbortSignal, deadlineMs: number): Promise<SecretFile> {
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    return await before(AbortSignal.any([signal, deadline]), async (both) => {
      const status = await stat(path);
      // Opening a pipe would wait for its writer.
      if (!status.isFile()) return { open: false, problem: `${path} is not a file.` };
      if (status.size > maxBytes) return { open: false, problem: `${path} is too large for a file of credentials and was not read.` };
      const text = await readFile(path, { encoding: 'utf8', signal: both });
      return { text, open: process.platform !== 'win32' && (status.mode & 0o044) !== 0, mode: status.mode & 0o777, owner: status.uid };
    });
  } catch (thrown) {
    if (signal.aborted) throw new GridError('cancelled', 'Looking for credentials was cancelled.');
    if (deadline.aborted) return { open: false, problem: `${path} could not be read in time: its disk does not answer.` };
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { open: false };
    const reason = code === 'EACCES' || code === 'EPERM' ? 'this account may not' : code;
    return { open: false, problem: `${path} cannot be read: ${reason}.` };
  }
}

/** Runs a task; rejects when the signal fires first, since a file server that hangs keeps `stat` waiting for ever. */
function before<T>(signal: AbortSignal, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(new Error('stopped'));
    };
    if (signal.aborted) {
      stop();
      return;
    }
    signal.addEventListener('abort', stop, { once: true });
    task(signal)
      .then(resolve, reject)
      .finally(() => {
        signal.removeEventListener('abort', stop);
      });
  });
}
