/**
 * The changes feed, asked again and again (`longpoll`): every question has an end, so a connection that died without a
 * word is noticed, and no server has to keep a stream alive.
 */
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { recordIn } from '../core/tokens/document';
import type { Change, Heard } from '../core/tokens/pool';
import { unreadableError } from './couchError';
import type { CouchCall, Question } from './couchCall';

export interface Following {
  readonly since: string;
  /** Milliseconds after which the server ends a question without news. */
  readonly quietMs: number;
  /** Milliseconds before the first retry; doubled each time. */
  readonly retryMs: number;
}

/** Changes told at once: after a night there may be many. */
const batch = 1000;
const longestRetryMs = 60_000;
/** Milliseconds that an answer may take on its way. */
const wayMs = 10_000;

/** Ends with the signal, without an error. */
export async function* followChanges(call: CouchCall, { since, quietMs, retryMs }: Following, options: CallOptions): AsyncGenerator<Heard> {
  const { signal } = options;
  let seq = since;
  let failures = 0;
  while (!signal.aborted) {
    let heard: Heard;
    const asked = performance.now();
    try {
      heard = await ask(call, seq, quietMs, options);
      failures = 0;
    } catch (error) {
      if (isEnded(signal)) return;
      if (!(error instanceof GridError)) throw error;
      if (!['unreachable', 'timeout', 'malformed'].includes(error.kind)) throw error;
      heard = { kind: 'silence', error, retryInMs: Math.min(longestRetryMs, retryMs * 2 ** failures++) };
    }
    if (heard.kind === 'silence') {
      yield heard;
      await pause(heard.retryInMs, signal);
      continue;
    }
    seq = heard.seq;
    if (heard.changes.length > 0) yield heard;
    // A server that does not wait for news would be asked without end.
    else if (performance.now() - asked < retryMs) await pause(retryMs, signal);
  }
}

function isEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function ask(call: CouchCall, since: string, quietMs: number, options: CallOptions): Promise<Heard> {
  const query = { feed: 'longpoll', since, timeout: quietMs, limit: batch };
  const answer = recordIn(await longAnswer(call, query, quietMs, options));
  if (answer === undefined) return { kind: 'changes', changes: [], seq: since };
  const { results, last_seq: last } = answer;
  if (!Array.isArray(results) || last === undefined) throw unreadableError(call.endpoint.name, answer);
  const changes = results.flatMap((row: unknown) => readChange(row) ?? []);
  const seq = typeof last === 'string' ? last : JSON.stringify(last);
  // Without news the place in the feed moves on all the same: "now" asked for again would leave out what came between.
  return { kind: 'changes', changes, seq };
}

/** Not every server ends a quiet question by itself: one that is alive still answers a short one. */
async function longAnswer(call: CouchCall, query: Question['query'], quietMs: number, options: CallOptions): Promise<object | undefined> {
  try {
    return await call.json({ path: '_changes', ...(query === undefined ? {} : { query }), deadlineMs: quietMs + wayMs }, options);
  } catch (error) {
    if (!(error instanceof GridError) || error.kind !== 'timeout') throw error;
    await call.json({}, options);
    return undefined;
  }
}

function readChange(row: unknown): Change | undefined {
  const { id, changes, deleted } = recordIn(row) ?? {};
  const [first] = Array.isArray(changes) ? (changes as readonly unknown[]) : [];
  const rev = recordIn(first)?.rev;
  return typeof id === 'string' && typeof rev === 'string' ? { id, rev, deleted: deleted === true } : undefined;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
