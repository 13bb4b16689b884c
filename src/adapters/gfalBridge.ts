/**
 * The process behind `gfal.ts`: starts `gfal_bridge.py`, shakes hands, sends questions, and starts it again when it has died.
 * Questions that change nothing are asked again then, once; what may have been carried out is told as uncertain.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { GridError } from '../core/errors';
import type { Complaint } from '../core/staging/complaint';
import { duration } from '../core/wording';
import { notStarted } from './program';

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

/** What a question comes to: a value, or gfal2's complaint. */
export type BridgeAnswer = { readonly ok: unknown } | Complaint;

export interface BridgeQuestion {
  readonly do: string;
  /** May be asked again when nobody knows whether it was carried out. */
  readonly repeatable: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Milliseconds for this question; those of all questions when absent. */
  readonly ms?: number;
  readonly rows?: (rows: readonly unknown[]) => void;
}

interface Pending {
  readonly id: number;
  readonly question: BridgeQuestion;
  readonly settle: (answer: BridgeAnswer | GridError) => void;
  /** Processes that have died over it. */
  deaths: number;
}

const protocol = 1;
const graceMs = 2_000;
const never = new AbortController().signal;
/** The question that has to be answered before all others. */
const signing = 'credential';
/** Deaths in a row without an answer between them, after which it is not started again. */
const maxDeaths = 3;

export class BridgeProcess {
  readonly #pending = new Map<number, Pending>();
  readonly #tokens = new Map<string, string>();
  #child: ChildProcessWithoutNullStreams | undefined;
  #starting: Promise<BridgeFacts> | undefined;
  /** It has greeted and has its credentials. */
  #ready = false;
  #lastId = 0;
  #deaths = 0;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;
  /** The last lines of standard error, for the log. */
  #said = '';

  constructor(readonly options: BridgeOptions) {}

  get threads(): number {
    return Math.max(1, Math.min(16, this.options.threads ?? 16));
  }

  get callMs(): number {
    return this.options.callMs ?? 60_000;
  }

  /** Process id of what runs now, for tests. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it where it does not run. Rejects with `toolMissing`, `toolFailed`, `timeout`. */
  start(): Promise<BridgeFacts> {
    if (this.#closed) return Promise.reject(new GridError('cancelled', 'The gfal2 bridge has been closed.'));
    this.#starting ??= this.#launch()
      .then(async (facts) => {
        const child = this.#child;
        // Every question waits for the credentials: the threads of the bridge take no heed of the order of lines.
        await Promise.all([...this.#tokens].map(([host, token]) => this.#sign(host, token)));
        this.#ready = child !== undefined && this.#child === child;
        return facts;
      })
      .catch((thrown: unknown) => {
        this.#starting = undefined;
        throw thrown;
      });
    return this.#starting;
  }

  /** Resolves with gfal2's answer or complaint; rejects when there is none, or with `cancelled`. */
  async ask(question: BridgeQuestion, signal: AbortSignal): Promise<BridgeAnswer> {
    if (signal.aborted) throw cancelledAnswer();
    await this.start();
    return this.#put(question, signal);
  }

  /** A bearer token for a host; given again to each process that takes the place of another. */
  async credential(host: string, token: string): Promise<void> {
    this.#tokens.set(host, token);
    if (this.#starting === undefined) return;
    await this.start();
    await this.#sign(host, token);
  }

  async #sign(host: string, token: string): Promise<void> {
    await this.#put({ do: signing, repeatable: true, fields: { prefix: host, token } }, never);
  }

  #put(question: BridgeQuestion, signal: AbortSignal): Promise<BridgeAnswer> {
    clearTimeout(this.#idle);
    const id = ++this.#lastId;
    return new Promise<BridgeAnswer>((resolve, reject) => {
      const onAbort = () => {
        this.#write({ cancel: id });
        settle(cancelledAnswer());
      };
      // The bridge gives up late calls by itself; this is for a bridge that hangs as a whole.
      const hung = setTimeout(
        () => {
          settle(new GridError('timeout', 'The gfal2 bridge hangs.', { hint: 'It is started again with the next question.' }));
          this.#child?.kill('SIGKILL');
        },
        3 * this.callMs + 10_000,
      );
      const settle = (answer: BridgeAnswer | GridError) => {
        clearTimeout(hung);
        if (!this.#pending.delete(id)) return;
        signal.removeEventListener('abort', onAbort);
        this.#rest();
        if (answer instanceof GridError) reject(answer);
        else resolve(answer);
      };
      const pending = { id, question, settle, deaths: 0 };
      this.#pending.set(id, pending);
      if (signal.aborted) {
        settle(cancelledAnswer());
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      this.#dispatch(pending);
    });
  }

  /** It may have died since it was started, and another may be coming up. */
  #dispatch(pending: Pending): void {
    if (this.#ready || pending.question.do === signing) {
      this.#send(pending);
      return;
    }
    this.start().then(
      () => {
        if (this.#pending.has(pending.id)) this.#send(pending);
      },
      (thrown: unknown) => {
        pending.settle(thrown instanceof GridError ? thrown : died(false));
      },
    );
  }

  /** Ends it: its questions are cancelled, it is told to stop, and made to when it does not. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    for (const { settle } of [...this.#pending.values()]) settle(cancelledAnswer());
    clearTimeout(this.#idle);
    if (child !== undefined) await end(child);
  }

  #rest(): void {
    if (this.#pending.size > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      const child = this.#child;
      if (child === undefined || this.#pending.size > 0) return;
      // The next question gets a process of its own; this one is no longer ours.
      this.#child = undefined;
      this.#starting = undefined;
      this.#ready = false;
      void end(child);
    }, this.options.idleMs ?? 300_000);
    this.#idle.unref();
  }

  #send({ id, question }: Pending): void {
    this.#write({ id, do: question.do, ...(question.ms === undefined ? {} : { seconds: question.ms / 1000 }), ...question.fields });
  }

  #write(message: object): void {
    const { stdin } = this.#child ?? {};
    if (stdin?.writable === true) stdin.write(`${JSON.stringify(message)}\n`);
  }

  #launch(): Promise<BridgeFacts> {
    const { script, python = '/usr/bin/python3', env, startMs = 30_000 } = this.options;
    // -I: nothing of the user's own Python gets in, be it a PYTHONPATH or a folder that is called json.
    const child = spawn(python, ['-I', script, String(this.threads), String(this.callMs / 1000)], {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(env === undefined ? {} : { env }),
    });
    this.#child = child;
    this.#said = '';
    child.stdin.on('error', () => undefined); // its end is told by 'close'
    child.stderr.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString('utf8')).slice(-4000);
    });
    return new Promise<BridgeFacts>((resolve, reject) => {
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
        this.#child = undefined;
        fail(notStarted(python, cause));
      });
      child.once('close', (code, killedBy) => {
        fail(new GridError('toolFailed', `${python} ended at its start (${killedBy ?? code}).`, { cause: { said: this.#said } }));
        this.#ended(child);
      });
      let greeted = false;
      createInterface({ input: child.stdout }).on('line', (line) => {
        const message = parsed(line);
        if (message === undefined) return; // no line of ours
        if (greeted) {
          this.#hear(message);
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
  }

  #hear({ id, ok, code, text, rows }: Readonly<Record<string, unknown>>): void {
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined;
    if (pending === undefined) return; // told before, or nobody wants to know any more
    if (Array.isArray(rows)) {
      pending.question.rows?.(rows);
      return;
    }
    this.#deaths = 0;
    pending.settle(typeof code === 'number' ? { code, text: typeof text === 'string' ? text : '' } : { ok });
  }

  /** The process has ended: by idleness, by a crash, or by somebody's hand. What it was asked is asked of the next one. */
  #ended(child: ChildProcessWithoutNullStreams): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#starting = undefined;
    this.#ready = false;
    // The next process is given all credentials before anything else.
    for (const { question, settle } of [...this.#pending.values()]) if (question.do === signing) settle({ ok: null });
    if (this.#closed || this.#pending.size === 0) return;
    this.#deaths++;
    for (const pending of [...this.#pending.values()]) {
      const { question } = pending;
      const gaveRows = question.rows !== undefined;
      if (!question.repeatable || gaveRows) pending.settle(died(!question.repeatable));
      // Of some questions one is what it dies of: each gets a second chance.
      else if (++pending.deaths > 1) pending.settle(died(false));
    }
    if (this.#pending.size === 0) return;
    if (this.#deaths > maxDeaths) {
      for (const { settle } of [...this.#pending.values()]) settle(died(false));
      return;
    }
    for (const pending of this.#pending.values()) this.#dispatch(pending);
  }
}

function cancelledAnswer(): GridError {
  return new GridError('cancelled', 'The question to gfal2 was cancelled.');
}

function died(uncertain: boolean): GridError {
  return new GridError('toolFailed', 'The gfal2 bridge ended in the middle of its work.', {
    hint: uncertain ? 'It may have been done all the same: look before doing it again.' : 'Try again; the log has what it said.',
    uncertain,
  });
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
async function end(child: ChildProcessWithoutNullStreams): Promise<void> {
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
