import { commands, window } from 'vscode';
import { asGridError, GridError, type ErrorKind } from '../core/errors';
import { isAboutProxy } from '../core/staging/proxy';
import { redact } from '../core/redact';
import { failure, showLog } from './log';

/** At most one remedy a kind, beside "Show Log". */
const remedies: Partial<Record<ErrorKind, { readonly label: string; readonly command: string }>> = {
  untrusted: { label: 'Manage Trust', command: 'workbench.trust.manage' },
};

/** Where one signs in for a command; undefined where that does not help: a grid proxy is made in a terminal. */
function signInOf(command: string, error: GridError): { readonly label: string; readonly command: string } | undefined {
  if (isAboutProxy(error)) return undefined;
  const [, subject = ''] = /^grid\.(\w+)\./.exec(command) ?? [];
  const place = ['pool', 'tokens', 'views'].includes(subject) ? 'pool' : ['storage', 'sandbox'].includes(subject) ? 'storage' : 'staging';
  return { label: 'Sign In…', command: `grid.${place}.signIn` };
}

/** Shows a failure to the person who asked for the thing that failed. A cancel is silence. @param command by which they asked */
export async function report(what: string, thrown: unknown, command = ''): Promise<void> {
  const error = asGridError(thrown);
  if (error.kind === 'cancelled') return;
  failure(what, error);
  const remedy = error.kind === 'auth' ? signInOf(command, error) : remedies[error.kind];
  const choice = await window.showErrorMessage(redact(error.sentence), ...(remedy ? [remedy.label] : []), 'Show Log');
  if (choice === 'Show Log') showLog();
  else if (remedy !== undefined && choice === remedy.label) await commands.executeCommand(remedy.command);
}

/**
 * The same failure for a program: a GridError whose message is the sentence and ends with ` [kind]`, because across
 * extension hosts VS Code keeps the message only.
 */
export function forProgram(thrown: unknown): GridError {
  const error = asGridError(thrown);
  return new GridError(error.kind, `${redact(error.sentence)} [${error.kind}]`, { cause: error });
}
