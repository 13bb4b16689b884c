/** One program, run to its end: its argv is an array, its time is limited, and nothing of it outlives the promise. */
import { spawn } from 'node:child_process';
import { GridError } from '../core/errors';
import { duration } from '../core/wording';

export interface ProgramOptions {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  /** The whole environment of the program; this process's own when absent. */
  readonly env?: NodeJS.ProcessEnv;
}

/** How a program ended. */
export interface Ended {
  /** 128 + its number for a signal, as a shell counts. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Bytes kept of either stream; a program that says more says nothing more of use. */
const maxBytes = 4 * 1024 * 1024;
/** How long a program has to end by itself once it is told to. */
const graceMs = 2_000;

/**
 * Whatever its exit code, the promise resolves. Rejects with `toolMissing` when there is no such program, `toolFailed` when it
 * cannot be started, `timeout`, or `cancelled`.
 */
export function runProgram(argv: readonly [string, ...string[]], options: ProgramOptions): Promise<Ended> {
  const { signal, deadlineMs, env } = options;
  const [name, ...args] = argv;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new GridError('cancelled', `${name} was not started: cancelled.`));
      return;
    }
    const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(env === undefined ? {} : { env }) });
    const streams = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let reason: GridError | undefined;
    let hard: NodeJS.Timeout | undefined;
    const stop = (error: GridError) => {
      if (reason !== undefined) return;
      reason = error;
      child.kill('SIGTERM');
      hard = setTimeout(() => child.kill('SIGKILL'), graceMs);
    };
    const onAbort = () => {
      stop(new GridError('cancelled', `${name} was cancelled.`));
    };
    const timer = setTimeout(() => {
      stop(
        new GridError('timeout', `${name} did not end within ${duration(deadlineMs)}.`, {
          hint: 'What it asks may be down. Try again later.',
        }),
      );
    }, deadlineMs);
    signal.addEventListener('abort', onAbort, { once: true });
    for (const stream of ['stdout', 'stderr'] as const) {
      let bytes = 0;
      child[stream].on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxBytes) streams[stream].push(chunk);
      });
    }
    const settle = () => {
      clearTimeout(timer);
      clearTimeout(hard);
      signal.removeEventListener('abort', onAbort);
    };
    child.once('error', (cause: NodeJS.ErrnoException) => {
      settle();
      reject(notStarted(name, cause));
    });
    child.once('close', (code, killedBy) => {
      settle();
      if (reason !== undefined) reject(reason);
      else resolve({ code: code ?? (killedBy === null ? 1 : 128), stdout: textOf(streams.stdout), stderr: textOf(streams.stderr) });
    });
  });
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

/** The error of a program that cannot be started. */
export function notStarted(name: string, cause: NodeJS.ErrnoException): GridError {
  if (cause.code === 'ENOENT') return new GridError('toolMissing', `${name} is not installed on this machine.`, { cause });
  if (cause.code === 'EACCES') return new GridError('toolFailed', `${name} may not be run by this account.`, { cause });
  return new GridError('toolFailed', `${name} could not be started (${cause.code ?? cause.message}).`, { cause });
}
