import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

/** One command with all its descendants, which end together. */
export interface Group {
  readonly pid: number;
  /** Settles with the command's exit code; never rejects. */
  readonly exited: Promise<number>;
  /** The last output, standard output and standard error in the order they came. */
  output(): string;
  /** Calls `line` with every whole line of output from now on; returns what stops it. */
  onLine(line: (text: string) => void): () => void;
  /** SIGTERM to the group, SIGKILL after five seconds; settles when the group is gone. */
  stop(): Promise<void>;
}

export interface GroupOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

const GRACE_MS = 5000;
const KEPT_CHARACTERS = 200_000;
const GUARD = path.join(__dirname, 'guard.mjs');

export function startGroup(argv: readonly [string, ...string[]], options: GroupOptions = {}): Group {
  const child = spawn(process.execPath, [GUARD, String(GRACE_MS), ...argv], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const listeners = new Set<(text: string) => void>();
  let kept = '';
  let partial = '';
  const take = (text: string): void => {
    kept = (kept + text).slice(-KEPT_CHARACTERS);
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) for (const listener of listeners) listener(line);
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', take);
  child.stdin.on('error', () => undefined); // the group may be gone before its pipe is closed
  const exited = exitOf(child, take);

  return {
    pid: child.pid ?? -1,
    exited,
    output: () => kept,
    onLine(line) {
      listeners.add(line);
      return () => listeners.delete(line);
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}

function exitOf(child: ChildProcess, take: (text: string) => void): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      take(`${error.message}\n`);
      resolve(127);
    });
    child.once('exit', () => endStragglers(child.pid));
    // Unlike exit, close comes after the last output.
    child.once('close', (code) => resolve(code ?? 137));
  });
}

/** The command may leave children that ignored SIGTERM; its group exists as long as one of them does. */
function endStragglers(group: number | undefined): void {
  if (group === undefined) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // ESRCH: nobody is left, as it should be.
  }
}
