/** Sentences for all that can go wrong in a call to an XML-RPC service. One function for each cause. */
import { GridError } from '../core/errors';
import { redact } from '../core/redact';
import { duration } from '../core/wording';

const later = 'Try again later; if it stays like this, look for announcements of maintenance.';

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

export function unsendable(name: string, cause: unknown): GridError {
  return new GridError('rejected', `The links cannot be sent to ${name}: they hold characters that XML does not allow.`, {
    hint: 'Look for control characters in the list.',
    cause,
  });
}

/** An answer with status 200 that is not, or not wholly, XML-RPC. */
export function unreadable(name: string, text: string, cause?: unknown): GridError {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (start === '') return new GridError('malformed', `${name} gave an empty answer.`, { hint: later });
  if (/^(<!--[\s\S]*?-->\s*)?<(!doctype html|html|head|body)/i.test(start)) {
    return new GridError('unreachable', `${name} answered with a web page where data was expected.`, {
      hint: 'It may be down for maintenance, or the address may be that of a web page.',
    });
  }
  if (/<methodResponse/i.test(start) && !/<\/methodResponse\s*>/i.test(start)) {
    return new GridError('malformed', `The answer of ${name} breaks off in the middle.`, { hint: later, cause });
  }
  return new GridError('malformed', `The answer of ${name} is not XML-RPC and cannot be read.`, {
    hint: 'Check the address of the stager.',
    cause,
  });
}

/** An HTTP status that is no success. `location` is the target of a redirect. */
export function statusError(name: string, status: number, location: string | undefined): GridError {
  const cause = { status };
  if (status >= 300 && status < 400) return redirectError(name, location, cause);
  switch (status) {
    case 401:
      return new GridError('auth', `${name} refused the user name or password.`, { hint: 'Sign in to the stager again.', cause });
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
      return new GridError('unreachable', `${name} was asked too often (429).`, { hint: 'Wait some minutes.', cause });
  }
  if (status >= 500)
    return new GridError('unreachable', `${name} answered with an error page (${status}); it may be under maintenance.`, {
      hint: later,
      cause,
    });
  return new GridError('malformed', `${name} answered with status ${status}, which no XML-RPC service gives.`, {
    hint: 'Check the address in the settings.',
    cause,
  });
}

/** A redirect is not followed: the password would go to a server that nobody has chosen. */
function redirectError(name: string, location: string | undefined, cause: { readonly status: number }): GridError {
  const target = location !== undefined && URL.canParse(location) ? new URL(location).host : '';
  const where = target === '' ? 'another address' : target;
  if (location !== undefined && /log-?in|sign-?in|sso|saml|oauth|openid|auth|idp/i.test(location)) {
    return new GridError(
      'auth',
      `${name} sends to a sign-in page at ${where} (${cause.status}) instead of taking user name and password.`,
      {
        hint: 'Check the address and the account of the stager.',
        cause,
      },
    );
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

/** A fault: the service understood and refused. Its own words are kept, without secrets and without its inner workings. */
export function faultError(name: string, faultString: unknown, password: string): GridError {
  const reason = cleanFault(faultString, password);
  return new GridError('rejected', reason === '' ? `${name} refused, without a reason.` : `${name} refused: ${reason}.`);
}

/** Longest reason shown; a traceback fills pages. */
const maxReason = 300;

function cleanFault(faultString: unknown, password: string): string {
  if (typeof faultString !== 'string') return '';
  // Python's servers put the class in front, `<class 'ValueError'>:text`, or send a whole traceback whose last line tells.
  const lines = faultString.split(/\r?\n/).filter((line) => line.trim() !== '');
  const line = /^\s*Traceback/.test(lines[0] ?? '') ? (lines.at(-1) ?? '') : lines.join(' ');
  const bare = line
    .replace(/^\s*<(?:class|type) '[^']*'>:?/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
  const secretless = redact(withoutPassword(bare, password)).trim();
  const short = secretless.length > maxReason ? `${secretless.slice(0, maxReason)}…` : secretless;
  return short.replace(/[.!\s]+$/, '');
}

function withoutPassword(text: string, password: string): string {
  if (password.length < 3) return text; // would tear words apart
  const forms = [password, encodeURIComponent(password), Buffer.from(password, 'utf8').toString('base64')];
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
