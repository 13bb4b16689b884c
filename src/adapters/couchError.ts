/** Sentences for what CouchDB refuses and for what happens on the way to it. */
import { GridError } from '../core/errors';
import { cancelled, cleanReason, later, networkError, noAnswer } from './httpError';

/** What a call is about, for its sentence. */
export interface Subject {
  /** The name of the pool in sentences. */
  readonly name: string;
  readonly database: string;
  /** Who is signed in; undefined when nobody is. */
  readonly user: string | undefined;
  /** What is asked for, where it can be missing or changed: “the document "x"”. */
  readonly what?: string;
  /** Not in any sentence, whatever the server repeats. */
  readonly secrets: readonly string[];
}

/** What the server says beside its status. */
export interface Refusal {
  readonly status: number;
  /** CouchDB's word (`not_found`), and its sentence. */
  readonly error?: string;
  readonly reason?: string;
}

const reread = 'Read it again and repeat the change.';

/** A status that is no success. */
export function refusalError(subject: Subject, refusal: Refusal): GridError {
  const { name, user } = subject;
  const { status } = refusal;
  const cause = { status, error: refusal.error };
  const reason = cleanReason(refusal.reason ?? '', subject.secrets);
  const what = subject.what ?? 'what was asked for';
  switch (status) {
    case 401:
      // Not CouchDB (403), but its kin say so to somebody whom they know.
      if (user !== undefined && /not authorized/i.test(reason)) return refusalError(subject, { ...refusal, status: 403 });
      return user === undefined
        ? new GridError('auth', `Nobody is signed in to ${name}.`, { hint: 'Sign in to the pool.', cause })
        : new GridError('auth', `${name} refused the user name or password of ${user}.`, { hint: 'Sign in again.', cause });
    case 403:
      return new GridError(
        'forbidden',
        `${name} does not let ${user ?? 'an unknown person'} do this${reason === '' ? '' : `: ${reason}`}.`,
        {
          hint: 'Ask those who keep the database for the right.',
          cause,
        },
      );
    case 404:
      return missingError(subject, refusal, cause);
    case 405:
    case 406:
    case 415:
      return new GridError('malformed', `${name} answered as no pool does (${status}).`, {
        hint: 'Check the address in the settings.',
        cause,
      });
    case 408:
    case 504:
      return new GridError('timeout', `${name} took too long for the server in front of it (${status}).`, { hint: later, cause });
    case 409:
      return new GridError('conflict', `Somebody else has changed ${what} in ${name} meanwhile.`, { hint: reread, cause });
    case 412:
      return new GridError('conflict', `${name} has ${what} already.`, { hint: 'Choose another name.', cause });
    case 413:
      return new GridError('rejected', `${capital(what)} is too large for ${name} (413).`, { hint: 'Make it smaller.', cause });
    case 429:
      return new GridError('unreachable', `${name} was asked too often (429).`, { hint: 'Wait some minutes.', cause });
  }
  if (status >= 500) return brokenError(name, reason, refusal, cause);
  return new GridError('rejected', reason === '' ? `${name} refused (${status}), without a reason.` : `${name} refused: ${reason}.`, {
    cause,
  });
}

function missingError({ name, database, what }: Subject, { error, reason }: Refusal, cause: object): GridError {
  // CouchDB: "Database does not exist."; older ones and pouch: "no_db_file".
  if (/no_db_file|database does not exist/i.test(reason ?? ''))
    return new GridError('notFound', `There is no database “${database}” at the address of ${name}.`, {
      hint: 'Check the database in the settings.',
      cause,
    });
  if (error === undefined)
    return new GridError('notFound', `There is no pool at the address of ${name} (404).`, {
      hint: 'Check the address in the settings.',
      cause,
    });
  const hint = /deleted/i.test(reason ?? '') ? 'It was deleted meanwhile.' : 'It may have been deleted meanwhile.';
  return new GridError('notFound', `${name} does not have ${what ?? 'what was asked for'}.`, { hint, cause });
}

/** A 500 of CouchDB is often one script's; one without its JSON is of the server in front. */
function brokenError(name: string, reason: string, { status, error }: Refusal, cause: object): GridError {
  if (error === undefined || reason === '')
    return new GridError('unreachable', `${name} answered with an error page (${status}); it may be under maintenance.`, {
      hint: later,
      cause,
    });
  return new GridError('unreachable', `${name} has a fault (${status}): ${reason}.`, { hint: later, cause });
}

/** nano keeps the text of a failed connection and drops its code; these are the words that stand for a code. */
const codes: readonly (readonly [RegExp, string])[] = [
  [/self[- ]signed certificate/i, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/unable to (?:get|verify)/i, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [/certificate has expired/i, 'CERT_HAS_EXPIRED'],
  [/certificate is not yet valid/i, 'CERT_NOT_YET_VALID'],
  [/does not match certificate|altnames/i, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/ssl|tls|wrong version number|certificate/i, 'ERR_SSL'],
  [/HTTPParserError|HTTP\/1\.1 protocol|Parse Error/i, 'HPE_INVALID'],
  [/Connect Timeout/i, 'ETIMEDOUT'],
];

/** A connection that failed, from the error that `fetch` or nano throws; only its text and code are looked at. */
export function connectionError(name: string, thrown: unknown): GridError {
  const text = textOf(thrown);
  if (/unexpected redirect/i.test(text))
    return new GridError('unreachable', `${name} answers with another page, as a sign-in page would.`, {
      hint: 'Check the address in the settings, and open it in a browser.',
      cause: { status: 302 },
    });
  const code = /\b(?:E[A-Z]{3,}(?:_[A-Z]+)*|EAI_[A-Z]+)\b/.exec(text)?.[0] ?? codes.find(([words]) => words.test(text))?.[1];
  if (/bad port/i.test(text))
    return new GridError('rejected', `No pool can be at the port of ${name}.`, { hint: 'Check the address in the settings.' });
  return networkError(name, Object.assign(new Error(code ?? 'closed'), code === undefined ? {} : { code }), false);
}

/** The innermost reason, with its code. */
function textOf(thrown: unknown, depth = 0): string {
  if (!(thrown instanceof Error)) return '';
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  const inner = thrown instanceof AggregateError ? (thrown.errors[0] as unknown) : thrown.cause;
  return `${depth < 4 && inner !== undefined ? textOf(inner, depth + 1) : ''} ${code} ${thrown.name} ${thrown.message}`.trim();
}

/** A call that was ended from here: by its deadline, or by the person. */
export function endedError(name: string, late: boolean, deadlineMs: number): GridError {
  return late ? noAnswer(name, deadlineMs) : cancelled(name);
}

/** An answer with status 200 that is no JSON, or half of one. */
export function unreadableError(name: string, answer: unknown): GridError {
  if (typeof answer === 'string' && /^\s*<(!doctype|html|head|body|!--)/i.test(answer))
    return new GridError('unreachable', `${name} answers with another page, as a sign-in page would.`, {
      hint: 'Check the address in the settings, and open it in a browser.',
    });
  if (answer === '') return new GridError('malformed', `The answer of ${name} breaks off or is damaged.`, { hint: later });
  return new GridError('malformed', `${name} answered as no pool does.`, { hint: 'Check the address in the settings.' });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The same error, for a call that may have been carried out although its answer was lost. */
export function uncertain(error: GridError): GridError {
  if (!['unreachable', 'timeout', 'cancelled', 'malformed'].includes(error.kind)) return error;
  return new GridError(error.kind, error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error.cause,
    uncertain: true,
  });
}
