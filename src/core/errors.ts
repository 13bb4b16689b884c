/**
 * What can go wrong, seen from the person who has to act. The set is closed: commands, trees and tests decide by
 * kind, never by the text of a message.
 */
export type ErrorKind =
  | 'auth' // not signed in, or the sign-in was refused
  | 'expired' // a token, macaroon or proxy has run out
  | 'forbidden' // signed in, but not allowed
  | 'notFound'
  | 'conflict' // somebody else changed it first
  | 'unreachable' // no connection
  | 'timeout' // connected, no answer before the deadline
  | 'tls'
  | 'malformed' // an answer or a file that cannot be read
  | 'rejected' // understood, and refused
  | 'toolMissing'
  | 'toolFailed'
  | 'untrusted' // the workspace is in restricted mode
  | 'cancelled';

/** What a GridError may carry beside its sentence. */
export interface ErrorDetail {
  /** What to do next, a full sentence. */
  readonly hint?: string;
  /** The error of the library or system beneath; for the log, never shown. */
  readonly cause?: unknown;
  /** The call may have been carried out all the same: its answer was lost, not its question. */
  readonly uncertain?: boolean;
  /** Milliseconds the service wants to be left alone. */
  readonly retryAfterMs?: number;
}

/**
 * The only error that crosses a room's door. Adapters translate whatever their library throws; `message` is one
 * sentence for a person, `hint` says what to do.
 */
export class GridError extends Error {
  override readonly name = 'GridError';
  readonly hint: string | undefined;
  readonly uncertain: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly kind: ErrorKind,
    message: string,
    detail: ErrorDetail = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.hint = detail.hint;
    this.uncertain = detail.uncertain ?? false;
    this.retryAfterMs = detail.retryAfterMs;
  }

  /** Message and hint as one text. */
  get sentence(): string {
    return this.hint === undefined ? this.message : `${this.message} ${this.hint}`;
  }
}

/** Anything thrown, as a GridError; a bug keeps its own text and becomes `malformed`. */
export function asGridError(thrown: unknown): GridError {
  if (thrown instanceof GridError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return new GridError('cancelled', 'Cancelled.', { cause: thrown });
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new GridError('malformed', `Something unexpected happened: ${text}.`, { hint: 'The log has the details.', cause: thrown });
}
