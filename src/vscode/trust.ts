import { workspace } from 'vscode';
import { GridError } from '../core/errors';

/** In restricted mode nothing runs and nothing connects; linting, trees and conversion work. */
export function needTrust(what: string): void {
  if (workspace.isTrusted) return;
  throw new GridError('untrusted', `${what} needs a trusted workspace: in restricted mode nothing connects.`, {
    hint: 'Trust this workspace, then try again.',
  });
}
