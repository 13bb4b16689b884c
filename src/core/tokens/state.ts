/**
 * The one state of a token. Views of PiCaS and GRID_LRT overlap and leave gaps (a token can be in two of them, or in
 * none); this table puts every token into exactly one state. The same table runs on the server as a view: design.ts.
 */

export type TokenState = 'todo' | 'locked' | 'done' | 'error' | 'unclassified';

export const tokenStates: readonly TokenState[] = ['todo', 'locked', 'done', 'error', 'unclassified'];

/** The state in a sentence or a row. */
export function tokenWord(state: TokenState): string {
  return state === 'todo' ? 'to do' : state;
}

/** A document of the pool as the server sends it. */
export type TokenDocument = Readonly<Record<string, unknown>>;

export interface Standing {
  readonly state: TokenState;
  /** Exit code of the job, where there is one. */
  readonly code?: number;
  /** Why it is an error though no code says so. */
  readonly reason?: 'set by the library' | 'closed without a code';
}

/** PiCaS libraries mark a failure of their own by -1, later by 99, in both fields. */
export const libraryMark = 99;

/**
 * First match counts. `lock` and `done` are seconds since 1970: 0 for "not".
 * Sources: picasclient's views (todo, locked, done, error), GRID_LRT's `output` and `status`.
 */
export function standingOf(document: TokenDocument): Standing {
  const { lock, done } = document;
  if (typeof lock !== 'number' || typeof done !== 'number') return { state: 'unclassified' };
  if (lock < 0 || done < 0 || (lock === libraryMark && done === libraryMark)) return { state: 'error', reason: 'set by the library' };
  if (lock === 0) return { state: done === 0 ? 'todo' : 'unclassified' };
  if (done === 0) return { state: 'locked' };
  const code = exitCode(document);
  if (code !== undefined) return { state: code === 0 ? 'done' : 'error', code };
  return document.status === 'done' ? { state: 'done' } : { state: 'error', reason: 'closed without a code' };
}

/** `exit_code` of PiCaS, else `output` of GRID_LRT: a number, or a number written as text. */
export function exitCode({ exit_code, output }: TokenDocument): number | undefined {
  return numberIn(exit_code) ?? numberIn(output);
}

function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*[-+]?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}

/**
 * Whether a document is a token at all: pools also hold job records, logs and design documents. A token has a type and
 * at least one of the fields that its libraries write.
 */
export function isToken(document: TokenDocument): boolean {
  const { _id, type } = document;
  if (typeof type !== 'string' || (typeof _id === 'string' && _id.startsWith('_design/'))) return false;
  return 'lock' in document || 'scrub_count' in document || type === 'token' || type === 'task';
}
