import { window, type LogOutputChannel } from 'vscode';
import { GridError } from '../core/errors';
import { redact } from '../core/redact';

let channel: LogOutputChannel | undefined;

/** The one output channel, "Grid"; made with its first line. Every line passes `redact`. */
function open(): LogOutputChannel {
  return (channel ??= window.createOutputChannel('Grid', { log: true }));
}

/** What a person did. */
export function info(line: string): void {
  open().info(redact(line));
}

/** What went over the wire, and how long it took. */
export function debug(line: string): void {
  open().debug(redact(line));
}

/**
 * A failure and what lies beneath it. Of what was foreseen, one line each; of a surprise the stack, since it is the
 * only trace of a bug.
 */
export function failure(what: string, thrown: unknown): void {
  const lines = [what];
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const foreseen = error instanceof GridError || 'code' in error;
    lines.push(`  ${foreseen ? error.message : (error.stack ?? error.message)}`);
  }
  open().error(redact(lines.join('\n')));
}

/** Shows the log. */
export function showLog(): void {
  open().show();
}

/** Ends the channel with the extension. */
export function closeLog(): void {
  channel?.dispose();
  channel = undefined;
}
