/**
 * The process behind `gfal.ts`: starts `gfal_bridge.py`, shakes hands, sends questions, and starts it again when it has died.
 * Questions that change nothing are asked again then, once; what may have been carried out is told as uncertain.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { GridError } from '../core/errors';
import { isHostDown, type Complaint } from '../core/staging/complaint';
import { endBridge, startBridge, type BridgeFacts, type BridgeMessage, type BridgeOptions } from './gfalBridgeChild';

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

/** What gfal2 says of a connection that the other side has closed. */
const broken = /end[- ]of[- ]file|broken pipe|connection reset/i;
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
  /** A connection has failed, and gfal2 keeps those that have, and what it learned of servers. */
  #stale = false;

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
    let begun = false;
    const { rows } = question;
    const heard = rows === undefined ? question : { ...question, rows: (some: readonly unknown[]) => ((begun = true), rows(some)) };
    this.#renew();
    await this.start();
    const answer = await this.#put(heard, signal);
    if (!('code' in answer) || !isHostDown(answer)) return answer;
    this.#stale = true;
    if (!question.repeatable || begun || !broken.test(answer.text)) return answer;
    // The server has let an old connection go: a new one may find it well.
    if (!this.#renew()) return answer;
    await this.start();
    return this.#put(heard, signal);
  }

  /** A process of its own for the next question, where a connection has failed and nothing is under way. */
  #renew(): boolean {
    if (!this.#stale || this.#pending.size > 0) return false;
    this.#retire();
    return true;
  }

  /** The process is no longer ours; the next question gets another. */
  #retire(): void {
    const child = this.#child;
    this.#child = undefined;
    this.#starting = undefined;
    this.#ready = false;
    this.#stale = false;
    if (child !== undefined) void endBridge(child);
  }

  /** A bearer token for a host, undefined to take it back; given again to each process that takes the place of another. */
  async credential(host: string, token: string | undefined): Promise<void> {
    const known = this.#tokens.get(host);
    if (token === undefined) this.#tokens.delete(host);
    else this.#tokens.set(host, token);
    if (this.#starting === undefined) return;
    await this.start();
    if (token !== known) await this.#sign(host, token ?? null);
  }

  async #sign(host: string, token: string | null): Promise<void> {
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
    if (child !== undefined) await endBridge(child);
  }

  #rest(): void {
    if (this.#pending.size > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#child !== undefined && this.#pending.size === 0) this.#retire();
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
    const { process: child, greeting } = startBridge(this, { hear: (message) => this.#hear(message), ended: () => this.#ended(child) });
    this.#child = child;
    return greeting;
  }

  #hear({ id, ok, code, text, rows }: BridgeMessage): void {
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
    this.#stale = false;
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
