/** One file copied by the program `gfal-copy`: a process of its own, which can be ended in the middle. */
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { gfalError, readComplaint } from '../core/staging/complaint';
import { gfalForm } from './gfal';
import { withPython } from './gfalProcess';
import { runProgram } from './program';

export interface GfalCopyOptions {
  /** Name or path of gfal-copy. */
  readonly program?: string;
  /** Milliseconds for one file. */
  readonly deadlineMs?: number;
  /** The whole environment; X509_USER_PROXY and the like. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Copies one file to a name that is free; addresses of either side may be `file://`. */
export type GfalCopy = (from: string, to: string, options: CallOptions) => Promise<void>;

export function openGfalCopy({ program = 'gfal-copy', deadlineMs = 4 * 3_600_000, env = process.env }: GfalCopyOptions = {}): GfalCopy {
  return async (from, to, { signal }) => {
    const seconds = String(Math.ceil(deadlineMs / 1000));
    const argv = (...more: readonly string[]) =>
      [
        program,
        ...more,
        '-t',
        seconds,
        '-T',
        seconds,
        '-D',
        'HTTP PLUGIN:RETRIEVE_BEARER_TOKEN=false',
        gfalForm(from),
        gfalForm(to),
      ] as const;
    // Its own -t waits half a minute longer than told.
    const options = { signal, deadlineMs: deadlineMs + 10_000, env: await withPython(env), group: true };
    let ended = await runProgram(argv(), options);
    // Its threads now and then spoil their memory (2.21), and a signal ends it, with words or without: once more, over what it has left.
    if (ended.code >= 128 || (ended.code !== 0 && crash.test(ended.stderr))) ended = await runProgram(argv('-f'), options);
    const { code, stdout, stderr } = ended;
    if (code === 0) return;
    const complaint = readComplaint(stderr) ?? readComplaint(stdout);
    if (complaint !== undefined) throw gfalError(complaint);
    if (code === 127 || /^usage:/m.test(stderr)) throw new GridError('toolFailed', `${program} cannot be used: ${lastLine(stderr)}.`);
    throw new GridError('toolFailed', `${program} failed (${code}): ${lastLine(stderr)}.`);
  };
}

/** What the C library says as it ends a program. */
const crash = /double free|free\(\): |malloc|corrupted|segmentation fault/i;

function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').replace(/\.$/, '').slice(0, 200) || 'without a reason';
}
