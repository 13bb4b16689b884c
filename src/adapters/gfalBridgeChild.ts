/** One process of `gfal_bridge.py`: its start, its greeting, its lines, its end. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { GridError } from '../core/errors';
import { duration } from '../core/wording';
import { notStarted } from './program';

const protocol = 1;
const graceMs = 2_000;

export interface BridgeOptions {
  /** Path of `gfal_bridge.py`. */
  readonly script: string;
  /** A Python that has the module gfal2; the system's own when absent. */
  readonly python?: string;
  /** Questions under way at a time, 16 at most. */
  readonly threads?: number;
  /** Milliseconds for one question. */
  readonly callMs?: number;
  /** Milliseconds until the handshake. */
  readonly startMs?: number;
  /** Milliseconds without a question after which the process ends; it comes back with the next one. */
  readonly idleMs?: number;
  /** The whole environment of the process; X509_USER_PROXY and the like. */
  readonly env?: NodeJS.ProcessEnv;
}

/** The handshake. */
export interface BridgeFacts {
  readonly python: string;
  readonly gfal2: string;
  readonly plugins: readonly string[];
}

export type BridgeMessage = Readonly<Record<string, unknown>>;

export interface BridgeChild {
  readonly process: ChildProcessWithoutNullStreams;
  /** Rejects with `toolMissing`, `toolFailed`, `timeout`. */
  readonly greeting: Promise<BridgeFacts>;
}

export interface BridgeListener {
  readonly hear: (message: BridgeMessage) => void;
  /** Of whatever cause, also before it has greeted; not of a program that could not be started at all. */
  readonly ended: () => void;
}

/** @param callMs milliseconds for one question */
export function startBridge(
  { options, threads, callMs }: { readonly options: BridgeOptions; readonly threads: number; readonly callMs: number },
  listener: BridgeListener,
): BridgeChild {
  const { script, python = '/usr/bin/python3', env, startMs = 30_000 } = options;
  // -I: nothing of the user's own Python gets in, be it a PYTHONPATH or a folder that is called json.
  const child = spawn(python, ['-I', script, String(threads), String(callMs / 1000)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(env === undefined ? {} : { env }),
  });
  // The last lines of standard error, for the log.
  let said = '';
  let began = true;
  child.stdin.on('error', () => undefined); // its end is told by 'close'
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-4000);
  });
  const greeting = new Promise<BridgeFacts>((resolve, reject) => {
    const timer = setTimeout(() => {
      fail(
        new GridError('timeout', `${python} did not answer within ${duration(startMs)}.`, {
          hint: 'The machine may be busy. Try again.',
        }),
      );
    }, startMs);
    const fail = (error: GridError) => {
      clearTimeout(timer);
      reject(error);
      child.kill('SIGKILL');
    };
    child.once('error', (cause: NodeJS.ErrnoException) => {
      began = false;
      fail(notStarted(python, cause));
    });
    child.once('close', (code, killedBy) => {
      fail(new GridError('toolFailed', `${python} ended at its start (${killedBy ?? code}).`, { cause: { said } }));
      if (began) listener.ended();
    });
    let greeted = false;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = parsed(line);
      if (message === undefined) return; // no line of ours
      if (greeted) {
        listener.hear(message);
        return;
      }
      greeted = true;
      const facts = readHello(message, python);
      if (facts instanceof GridError) {
        fail(facts);
        return;
      }
      clearTimeout(timer);
      resolve(facts);
    });
  });
  return { process: child, greeting };
}

function readHello({ hello, problem, python, gfal2, plugins }: Readonly<Record<string, unknown>>, path: string): BridgeFacts | GridError {
  if (hello !== protocol) return new GridError('toolFailed', `${path} did not start the gfal2 bridge of this version.`);
  const version = typeof python === 'string' ? python : '';
  if (typeof gfal2 !== 'string') {
    return new GridError('toolMissing', `Python ${version} at ${path} has no module gfal2.`, {
      hint: "Install python3-gfal2, or name a Python that has it, such as the system's own /usr/bin/python3.",
      cause: { problem },
    });
  }
  return { python: version, gfal2, plugins: Array.isArray(plugins) ? plugins.map(String) : [] };
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Its input ends, then it is asked to, then it is made to. */
export async function endBridge(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const polite = setTimeout(() => child.kill('SIGTERM'), graceMs);
    const hard = setTimeout(() => child.kill('SIGKILL'), 2 * graceMs);
    child.once('close', () => {
      clearTimeout(polite);
      clearTimeout(hard);
      resolve();
    });
    child.stdin.end();
  });
}
