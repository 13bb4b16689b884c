/** One program, run to its end: its argv is an array, its time is limited, and nothing of it outlives the promise. */
import { spawn, type ChildProcess } from 'node:child_process';
import { GridError } from '../core/errors';
import { duration } from '../core/wording';

export interface ProgramOptions {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  /** The whole environment of the program; this process's own when absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where it runs; this process's own folder when absent. */
  readonly cwd?: string;
  /**
   * It gets a process group and a session of its own: what it starts ends with it, and none of them finds a terminal to ask
   * a person on.
   */
  readonly group?: boolean;
  /** Bytes kept of either stream; 4 MiB when absent. What comes after them is lost. */
  readonly maxBytes?: number;
  /** Gets standard error as it comes. */
  readonly heard?: (text: string) => void;
}

/** How a program ended. */
export interface Ended {
  /** 128 + its number for a signal, as a shell counts. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long a program has to end by itself once it is told to. */
const graceMs = 2_000;

/**
 * Whatever its exit code, the promise resolves. Rejects with `toolMissing` when there is no such program, `toolFailed` when it
 * cannot be started, `timeout`, or `cancelled`.
 */
export function runProgram(argv: readonly [string, ...string[]], options: ProgramOptions): Promise<Ended> {
  const { signal, deadlineMs, env, cwd, group = false, heard, maxBytes = 4 * 1024 * 1024 } = options;
  const [name, ...args] = argv;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new GridError('cancelled', `${name} was not started: cancelled.`));
      return;
    }
    const child = spawn(name, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: group,
      ...(env === undefined ? {} : { env }),
      ...(cwd === undefined ? {} : { cwd }),
    });
    const streams = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let reason: GridError | undefined;
    let hard: NodeJS.Timeout | undefined;
    const stop = (error: GridError) => {
      if (reason !== undefined) return;
      reason = error;
      kill(child, 'SIGTERM', group);
      hard = setTimeout(() => {
        kill(child, 'SIGKILL', group);
      }, graceMs);
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
        if (stream === 'stderr') heard?.(chunk.toString('utf8'));
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

/** Ends a program, or all of its group. */
export function kill(child: ChildProcess, signal: NodeJS.Signals, group: boolean): void {
  const { pid } = child;
  if (!group || pid === undefined || process.platform === 'win32') {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: all of it has ended.
  }
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
