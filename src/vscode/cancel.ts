import type { CancellationToken } from 'vscode';

/** An AbortSignal that follows an editor's token. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** For what nobody can cancel; the adapters' own deadlines still hold. */
export const noCancel: AbortSignal = new AbortController().signal;
