/** A part: links that are one request of one stager, from the plan to the id. */
import type { ErrorKind } from '../errors';

/** What became of one submit of a part. */
export interface Turn {
  /** When the answer is due at the latest; 0 when no submit of this turn is on record. */
  readonly submittedAt: number;
  readonly until: number;
  readonly refusal?: { readonly at: number; readonly lasting: boolean; readonly kind: ErrorKind; readonly message: string };
  readonly doubt?: { readonly at: number; readonly message: string };
  /** A person allowed another turn. */
  readonly again?: boolean;
}

/** A part as the journal tells it. */
export interface PartRecord {
  readonly key: string;
  readonly stager: string;
  readonly site: string;
  readonly source: string;
  readonly links: readonly string[];
  readonly notify: boolean;
  readonly round: number;
  readonly order: number;
  readonly createdAt: number;
  readonly notBefore: number;
  readonly campaigns: readonly string[];
  readonly turns: readonly (Turn | undefined)[];
  /** Ids the stager gave, and when it was known; more than one only when a person had it submitted again. */
  readonly made: readonly { readonly id: string; readonly at: number }[];
  /** From this turn on nothing is to be sent; undefined while it may be. */
  readonly dropped: number | undefined;
}

export type PartState =
  | 'draft'
  | 'submitting'
  | 'overdue' // submitted, and no answer on record long after it was due
  | 'uncertain'
  | 'refused'
  | 'made'
  | 'dropped';

/**
 * Where a part stands and which turn is next or under way. An id outweighs all else, a refusal outweighs doubt: both are
 * known for sure, by whoever wrote them.
 */
export function standing(part: PartRecord, now: number): { readonly state: PartState; readonly turn: number } {
  const last = part.turns.length - 1;
  if (part.made.length > 0) return { state: 'made', turn: Math.max(0, last) };
  if (part.dropped !== undefined && !hasOpenSubmit(part, part.dropped)) return { state: 'dropped', turn: Math.max(0, last) };
  const turn = part.turns[last];
  if (turn === undefined) return { state: 'draft', turn: Math.max(0, last) };
  if (turn.again) return { state: 'draft', turn: last + 1 };
  if (turn.refusal !== undefined) return turn.refusal.lasting ? { state: 'refused', turn: last } : { state: 'draft', turn: last + 1 };
  if (turn.doubt !== undefined) return { state: 'uncertain', turn: last };
  return { state: isDue(turn, now) ? 'submitting' : 'overdue', turn: last };
}

/** Whether another window has begun a submit that the drop did not know of, and that was not refused. */
function hasOpenSubmit(part: PartRecord, from: number): boolean {
  return part.turns.slice(from).some((turn) => turn !== undefined && turn.submittedAt > 0 && turn.refusal === undefined);
}

/**
 * Whether an answer may still come: for twice its deadline, because it may be on its way into the journal of a machine
 * whose clock differs. A clock that has jumped back must not make it wait for ever.
 */
function isDue({ submittedAt, until }: Turn, now: number): boolean {
  return Math.abs(now - submittedAt) <= 2 * (until - submittedAt);
}

/** What the last turn of a part says against it; undefined when there is nothing. */
export function remark(part: PartRecord): string | undefined {
  const turn = part.turns.at(-1);
  return turn?.again ? undefined : (turn?.refusal?.message ?? turn?.doubt?.message);
}

/**
 * The name of the right to submit: made by one window only, whoever wants to submit the same links at the same time. A
 * new turn, and new links, are a right of their own.
 */
export function claimOf(part: string, turn: number): string {
  return `${part}.${turn}`;
}

/** What a part is recognised by: its links in their order and its stager; `again` counts earlier requests of the same. */
export function partKey(digest: (text: string) => string, stager: string, links: readonly string[], again: number): string {
  return `${digest([stager, ...links].join('\n')).slice(0, 32)}.${again}`;
}

const firstBackOffMs = 10 * 60_000;
/** What failed again and again is tried again after six hours at the latest. */
export const longestBackOffMs = 6 * 60 * 60_000;

/** How long the retry of this round waits: the first one not at all, then ten minutes, twice as long each time. */
export function backOff(round: number): number {
  return round <= 1 ? 0 : Math.min(longestBackOffMs, firstBackOffMs * 2 ** (round - 2));
}
