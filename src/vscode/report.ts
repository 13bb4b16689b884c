import { commands, window } from 'vscode';
import { asGridError, GridError, type ErrorKind } from '../core/errors';
import { redact } from '../core/redact';
import { failure, showLog } from './log';

/** At most one remedy a kind, beside "Show Log". */
const remedies: Partial<Record<ErrorKind, { readonly label: string; readonly command: string }>> = {
  untrusted: { label: 'Manage Trust', command: 'workbench.trust.manage' },
};

/** Commands that talk to pools sign in to a pool, all others to a stager. */
function signInOf(command: string): { readonly label: string; readonly command: string } {
  return { label: 'Sign In…', command: /^grid\.(pool|tokens|views)\./.test(command) ? 'grid.pool.signIn' : 'grid.staging.signIn' };
}

/** Shows a failure to the person who asked for the thing that failed. A cancel is silence. @param command by which they asked */
export async function report(what: string, thrown: unknown, command = ''): Promise<void> {
  const error = asGridError(thrown);
  if (error.kind === 'cancelled') return;
  failure(what, error);
  const remedy = error.kind === 'auth' ? signInOf(command) : remedies[error.kind];
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
