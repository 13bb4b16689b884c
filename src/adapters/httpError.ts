/** Sentences for all that can go wrong between here and a service over HTTP. One function for each cause. */
import { GridError } from '../core/errors';
import { redact } from '../core/redact';
import { duration } from '../core/wording';
import type { Answer } from './http';

/** A service as its sentences speak of it. */
export interface Service {
  /** The name in sentences. */
  readonly name: string;
  /** What it refuses when it refuses a sign-in: "user name or password". */
  readonly secret: string;
  /** What it takes instead of a sign-in page: "user name and password". */
  readonly sign: string;
  /** What answers at such an address: "XML-RPC service". */
  readonly noun: string;
  /** What to do when the sign-in is refused, a full sentence. */
  readonly signIn: string;
}

/** Hint for what is most likely over soon. */
export const later = 'Try again later; if it stays like this, look for announcements of maintenance.';

/** Hint after a submit whose outcome nobody knows. */
export const lookFirst = 'The request may exist: look at the requests of the stager before staging again.';

export function cancelled(name: string): GridError {
  return new GridError('cancelled', `The call to ${name} was cancelled.`);
}

export function noAnswer(name: string, deadlineMs: number): GridError {
  return new GridError('timeout', `${name} gave no answer within ${duration(deadlineMs)}.`, {
    hint: 'It may be busy. Try again in some minutes.',
  });
}

export function tooLarge(name: string, maxBytes: number): GridError {
  return new GridError('malformed', `The answer of ${name} is larger than ${Math.round(maxBytes / 1e6)} MB and was not read.`, {
    hint: 'Check the address of the stager.',
  });
}

/** An answer with status 200 that holds no data at all: nothing, or a web page. Undefined when it may hold some. */
export function pageError(name: string, text: string): GridError | undefined {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (start === '') return new GridError('malformed', `${name} gave an empty answer.`, { hint: later });
  if (!/^(<!--[\s\S]*?-->\s*)?<(!doctype html|html|head|body)/i.test(start)) return undefined;
  return new GridError('unreachable', `${name} answered with a web page where data was expected.`, {
    hint: 'It may be down for maintenance, or the address may be that of a web page.',
  });
}

/** An HTTP status that is no success. What the service asks to wait goes along. */
export function statusError(
  service: Service,
  { status, location, retryAfterMs }: Pick<Answer, 'status' | 'location' | 'retryAfterMs'>,
): GridError {
  const { name } = service;
  const cause = { status };
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status >= 300 && status < 400) return redirectError(service, location, cause);
  switch (status) {
    case 401:
      return new GridError('auth', `${name} refused the ${service.secret}.`, { hint: service.signIn, cause });
    case 403:
      return new GridError('forbidden', `${name} knows this account but does not let it stage.`, {
        hint: 'Ask the archive to give the account access to the project.',
        cause,
      });
    case 404:
    case 410:
      return new GridError('notFound', `There is no stager at the address of ${name} (${status}).`, {
        hint: 'Check the address in the settings.',
        cause,
      });
    case 407:
      return new GridError('unreachable', `The proxy between here and ${name} asks for a sign-in (407).`, {
        hint: "Check the proxy in the editor's settings.",
        cause,
      });
    case 408:
    case 504:
      return new GridError('timeout', `${name} took too long for the server in front of it (${status}).`, { hint: later, cause });
    case 413:
      return new GridError('rejected', `The list is too large for ${name} (413).`, { hint: 'Stage it in smaller parts.', cause });
    case 429:
      return new GridError('unreachable', `${name} was asked too often (429).`, {
        hint: waitHint(retryAfterMs) ?? 'Wait some minutes.',
        cause,
        ...wait,
      });
  }
  if (status >= 500)
    return new GridError('unreachable', `${name} answered with an error page (${status}); it may be under maintenance.`, {
      hint: waitHint(retryAfterMs) ?? later,
      cause,
      ...wait,
    });
  return new GridError('malformed', `${name} answered with status ${status}, which no ${service.noun} gives.`, {
    hint: 'Check the address in the settings.',
    cause,
  });
}

function waitHint(retryAfterMs: number | undefined): string | undefined {
  return retryAfterMs === undefined ? undefined : `Ask again in ${duration(Math.max(1000, retryAfterMs))}.`;
}

/** A redirect is not followed: the secret would go to a server that nobody has chosen. */
function redirectError({ name, sign }: Service, location: string | undefined, cause: { readonly status: number }): GridError {
  const target = location !== undefined && URL.canParse(location) ? new URL(location).host : '';
  const where = target === '' ? 'another address' : target;
  if (location !== undefined && /log-?in|sign-?in|sso|saml|oauth|openid|auth|idp/i.test(location)) {
    return new GridError('auth', `${name} sends to a sign-in page at ${where} (${cause.status}) instead of taking ${sign}.`, {
      hint: 'Check the address and the account of the stager.',
      cause,
    });
  }
  return new GridError('unreachable', `${name} has moved to ${where} (${cause.status}).`, {
    hint: 'Put the new address into the settings, once you trust it.',
    cause,
  });
}

/** Node's codes of connections that never came about. */
const notFound = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME']);
const noWay = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EHOSTDOWN', 'ENETDOWN', 'ETIMEDOUT', 'EACCES', 'EPERM']);

/** Codes of OpenSSL's verification and of Node's TLS layer. */
const tls = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|CRL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_CA|PATH_LENGTH|HOSTNAME_MISMATCH|ERROR_IN_CERT)/;

/** A connection that failed; `answering` when the answer had begun. */
export function networkError(name: string, error: Error, answering: boolean): GridError {
  const code = codeOf(error);
  const detail = (hint: string) => ({ hint, cause: error });
  if (tls.test(code)) return tlsError(name, code, error);
  if (code === 'ECONNREFUSED') return new GridError('unreachable', `${name} refused the connection.`, detail(later));
  if (notFound.has(code)) {
    return new GridError(
      'unreachable',
      `The address of ${name} is not known to the network.`,
      detail('Check the address in the settings and the connection of this machine.'),
    );
  }
  if (noWay.has(code))
    return new GridError(
      'unreachable',
      `There is no way from this machine to ${name}.`,
      detail('Check the network, the VPN and the firewall.'),
    );
  if (code.startsWith('HPE_'))
    return new GridError('malformed', `${name} does not speak HTTP at this address.`, detail('Check the address and the port.'));
  const when = answering ? 'in the middle of its answer' : 'before it answered';
  return new GridError('unreachable', `${name} closed the connection ${when}.`, detail(later));
}

function tlsError(name: string, code: string, cause: Error): GridError {
  const reasons: readonly (readonly [RegExp, string, string])[] = [
    [/EXPIRED/, 'its certificate has run out', 'Check the clock of this machine; else tell the archive.'],
    [/NOT_YET/, 'its certificate is not valid yet', 'Check the clock of this machine.'],
    [/ALTNAME|HOSTNAME/, 'its certificate belongs to another host', 'Check the address in the settings.'],
    [
      /SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|INVALID_CA/,
      'its certificate is signed by nobody this machine trusts',
      'Install the certificates of the authority on this machine.',
    ],
  ];
  const known = reasons.find(([pattern]) => pattern.test(code));
  const reason = known?.[1] ?? 'the two sides found no common encryption';
  return new GridError('tls', `There is no safe connection to ${name}: ${reason}.`, {
    hint: known?.[2] ?? 'Check that the address should begin with https.',
    cause,
  });
}

/** Longest reason shown; a traceback fills pages. */
const maxReason = 300;

/** The service's own words for a sentence: one line, no tags, no secrets, no full stop at the end. */
export function cleanReason(text: string, secrets: readonly string[]): string {
  const bare = text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  const secretless = redact(secrets.reduce(withoutSecret, bare)).trim();
  const short = secretless.length > maxReason ? `${secretless.slice(0, maxReason)}…` : secretless;
  return short.replace(/[.!\s]+$/, '');
}

function withoutSecret(text: string, secret: string): string {
  if (secret.length < 3) return text; // would tear words apart
  const forms = [secret, encodeURIComponent(secret), Buffer.from(secret, 'utf8').toString('base64')];
  return forms.reduce((clean, form) => clean.replaceAll(form, '[redacted]'), text);
}

/** Whether a call that failed like this surely never reached the service's code. */
export function neverArrived(error: GridError): boolean {
  if (['auth', 'forbidden', 'notFound', 'tls', 'rejected'].includes(error.kind)) return true;
  const { cause } = error;
  if (typeof cause !== 'object' || cause === null) return false;
  if ('status' in cause && typeof cause.status === 'number') return cause.status < 400 || cause.status === 407 || cause.status === 429;
  const code = codeOf(cause);
  const connecting = 'syscall' in cause && cause.syscall === 'connect'; // the same codes end connections that carried the call
  return code === 'ECONNREFUSED' || notFound.has(code) || (noWay.has(code) && connecting);
}

function codeOf(error: object): string {
  if (!('code' in error)) return inner(error);
  return typeof error.code === 'string' ? error.code : '';
}

/** Trying several addresses of one host ends in an AggregateError; the first one speaks for all. */
function inner(error: object): string {
  const errors: unknown = 'errors' in error ? error.errors : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return typeof first === 'object' && first !== null ? codeOf(first) : '';
}
