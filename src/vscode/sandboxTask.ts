/** What a task that builds a sandbox does, and what it prints. */
import type { Uri } from 'vscode';
import { asGridError } from '../core/errors';
import { planBuild } from '../core/sandbox/plan';
import { redact } from '../core/redact';
import { plural, sizeOf } from '../core/wording';
import { readText } from './lists';
import { failure } from './log';
import { build, openRecipe, type BuildPorts } from './sandboxes';
import { needTrust } from './trust';

const head = /^["'\s{]*[Ss]andbox["']?\s*:/m;

export async function hasSandbox(uri: Uri): Promise<boolean> {
  return head.test(await readText(uri).catch(() => ''));
}

/** Resolves with the exit code. */
export async function runSandboxTask(uri: Uri, ports: BuildPorts, signal: AbortSignal, line: (text: string) => void): Promise<number> {
  let at = 1;
  try {
    needTrust('Building a sandbox');
    at = await placeOf(uri);
    const open = await openRecipe(uri);
    const steps = new Map(planBuild(open.recipe).map(({ id, title }) => [id, title]));
    const built = await build(open, ports, signal, ({ step, state, detail = '' }) => {
      if (state === 'done') line(`${steps.get(step) ?? step}: ${detail}`);
    });
    for (const { severity, message } of built.problems) line(`${uri.fsPath}:${at}: ${severity}: ${message}`);
    line(`${built.file}\n${plural(built.entries, 'file')}, ${sizeOf(built.bytes)}, SHA-256 ${built.sha256}, ADLER32 ${built.adler32}`);
    return 0;
  } catch (thrown) {
    const error = asGridError(thrown);
    failure('The task that builds a sandbox failed.', error);
    // A sentence about one line names it itself.
    const [, own] = /\bLine (\d+)\b/.exec(error.message) ?? [];
    line(`${uri.fsPath}:${own ?? at}: error: ${redact(error.sentence)}`);
    return error.kind === 'cancelled' ? 130 : 1;
  }
}

/** The line, counted from 1, of the map that says what the sandbox is made of. */
async function placeOf(uri: Uri): Promise<number> {
  const text = await readText(uri);
  const found = /^["']?[Ss]andbox["']?\s*:|["'][Ss]andbox["']\s*:/m.exec(text);
  return found === null ? 1 : text.slice(0, found.index).split('\n').length;
}
