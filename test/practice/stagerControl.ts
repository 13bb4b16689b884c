/**
 * The control door of the practice stagers, for tests that run in another process (the extension host, a browser):
 * GET `log`, `requests`, `peak`; POST, with JSON, `fault` (a mishap or several), `heal`, `quirk`, `outcome` {pattern, outcome},
 * `hold` {id}, `advance` {ms}, `reset`.
 */
import type { ServerResponse } from 'node:http';
import type { AnyMishap } from './stagerMishap';
import { outcomes, type Outcome } from './stagerRecall';

/** What a door opens to. */
export interface Controlled {
  readonly log: readonly unknown[];
  readonly requests: readonly unknown[];
  /** The most files one account has ever had in flight. */
  readonly peak: number;
  /** Of the mishaps it can act out. */
  readonly kinds: readonly string[];
  /** Orders beyond those of all stagers. */
  readonly orders?: Readonly<Record<string, (given: unknown) => void>>;
  fault(...mishaps: readonly AnyMishap[]): void;
  heal(): void;
  quirk(quirks: object): void;
  outcome(pattern: string, outcome: Outcome): void;
  hold(id: number): void;
  advance(ms: number): void;
  reset(): void;
}

export function handleControl(stager: Controlled, method: string, order: string, body: string, response: ServerResponse): void {
  try {
    const answer = method === 'GET' ? read(stager, order) : obey(stager, order, JSON.parse(body === '' ? '{}' : body));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  } catch (thrown) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function read(stager: Controlled, order: string): unknown {
  if (order === 'log') return stager.log;
  if (order === 'requests') return stager.requests;
  if (order === 'peak') return stager.peak;
  throw new Error(`nothing to read at ${order}`);
}

function obey(stager: Controlled, order: string, given: unknown): unknown {
  const { pattern, outcome, id, ms } = given as { pattern?: unknown; outcome?: unknown; id?: unknown; ms?: unknown };
  switch (order) {
    case 'fault': {
      const mishaps = (Array.isArray(given) ? given : [given]) as AnyMishap[];
      for (const { kind } of mishaps) if (!stager.kinds.includes(kind)) throw new Error(`no such mishap: ${kind}`);
      stager.fault(...mishaps);
      break;
    }
    case 'heal':
      stager.heal();
      break;
    case 'quirk':
      stager.quirk(given as object);
      break;
    case 'outcome':
      if (typeof pattern !== 'string' || !outcomes.includes(outcome as Outcome)) throw new Error('outcome wants {pattern, outcome}');
      stager.outcome(pattern, outcome as Outcome);
      break;
    case 'hold':
      stager.hold(Number(id));
      break;
    case 'advance':
      if (typeof ms !== 'number') throw new Error('advance wants {ms}');
      stager.advance(ms);
      break;
    case 'reset':
      stager.reset();
      break;
    default: {
      const own = stager.orders?.[order];
      if (own === undefined) throw new Error(`no such order: ${order}`);
      own(given);
    }
  }
  return { done: order };
}
