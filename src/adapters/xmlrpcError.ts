/** Sentences for what can go wrong in a call to an XML-RPC service, beside what any HTTP service can do (httpError.ts). */
import { GridError } from '../core/errors';
import { cleanReason, later, pageError, statusError as httpStatusError } from './httpError';

export { networkError, neverArrived } from './httpError';

export function unsendable(name: string, cause: unknown): GridError {
  return new GridError('rejected', `The links cannot be sent to ${name}: they hold characters that XML does not allow.`, {
    hint: 'Look for control characters in the list.',
    cause,
  });
}

/** An answer with status 200 that is not, or not wholly, XML-RPC. */
export function unreadable(name: string, text: string, cause?: unknown): GridError {
  const page = pageError(name, text);
  if (page !== undefined) return page;
  if (/<methodResponse/i.test(text) && !/<\/methodResponse\s*>/i.test(text)) {
    return new GridError('malformed', `The answer of ${name} breaks off in the middle.`, { hint: later, cause });
  }
  return new GridError('malformed', `The answer of ${name} is not XML-RPC and cannot be read.`, {
    hint: 'Check the address of the stager.',
    cause,
  });
}

/** An HTTP status that is no success. `location` is the target of a redirect. */
export function statusError(name: string, status: number, location: string | undefined, retryAfterMs?: number): GridError {
  return httpStatusError(
    {
      name,
      secret: 'user name or password',
      sign: 'user name and password',
      noun: 'XML-RPC service',
      signIn: 'Sign in to the stager again.',
    },
    { status, location, retryAfterMs },
  );
}

/** A fault: the service understood and refused. Its own words are kept, without secrets and without its inner workings. */
export function faultError(name: string, faultString: unknown, password: string): GridError {
  const reason = cleanFault(faultString, password);
  return new GridError('rejected', reason === '' ? `${name} refused, without a reason.` : `${name} refused: ${reason}.`);
}

function cleanFault(faultString: unknown, password: string): string {
  if (typeof faultString !== 'string') return '';
  // Python's servers put the class in front, `<class 'ValueError'>:text`, or send a whole traceback whose last line tells.
  const lines = faultString.split(/\r?\n/).filter((line) => line.trim() !== '');
  const line = /^\s*Traceback/.test(lines[0] ?? '') ? (lines.at(-1) ?? '') : lines.join(' ');
  return cleanReason(line.replace(/^\s*<(?:class|type) '[^']*'>:?/, ''), [password]);
}
