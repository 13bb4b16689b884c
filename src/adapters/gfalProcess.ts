/**
 * Where files are by the program `gfal-xattr`, a process for each file: slow, and the last resort where gfal2's module cannot be
 * loaded from Python.
 */
import { access } from 'node:fs/promises';
import { GridError } from '../core/errors';
import type { LocalitySource } from '../core/ports';
import { readComplaint, type Complaint } from '../core/staging/complaint';
import { gfalForm } from './gfal';
import { askHosts } from './gfalHosts';
import { runProgram } from './program';

export interface GfalProcessOptions {
  /** Name or path of gfal-xattr. */
  readonly program?: string;
  /** Processes at a time. */
  readonly lanes?: number;
  /** Milliseconds for one process. */
  readonly callMs?: number;
  /** The whole environment; X509_USER_PROXY and the like. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Debian's own Python: with pyenv or conda first in PATH the program finds none that has the module. */
const systemPython = '/usr/bin/python3';

export function openGfalProcess({
  program = 'gfal-xattr',
  lanes = 8,
  callMs = 60_000,
  env = process.env,
}: GfalProcessOptions = {}): LocalitySource {
  let environment: Promise<NodeJS.ProcessEnv> | undefined;
  const ask = async (link: string, signal: AbortSignal): Promise<string | Complaint> => {
    environment ??= withPython(env);
    try {
      // The program's own -t waits half a minute longer than told.
      const { code, stdout, stderr } = await runProgram([program, gfalForm(link), 'user.status'], {
        signal,
        deadlineMs: callMs,
        env: await environment,
      });
      if (code === 0) return stdout.trim();
      const complaint = readComplaint(stderr) ?? readComplaint(stdout);
      if (complaint !== undefined) return complaint;
      // 2 is a usage error as well as ENOENT, and 127 the wrapper's own when it finds no Python.
      if (code === 127 || /^usage:/m.test(stderr)) throw new GridError('toolFailed', `${program} cannot be used: ${firstLine(stderr)}.`);
      return { code: 0, text: lastLine(stderr) };
    } catch (thrown) {
      if (thrown instanceof GridError && thrown.kind === 'timeout') return { code: 110, text: thrown.message };
      throw thrown;
    }
  };
  return { name: program, locality: (links, at) => askHosts(links, { ...at, lanes, ask }) };
}

/** An environment in which the gfal commands find a Python that has their module. */
export async function withPython(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if (env.GFAL_PYTHONBIN !== undefined) return env;
  const there = await access(systemPython).then(
    () => true,
    () => false,
  );
  return there ? { ...env, GFAL_PYTHONBIN: systemPython } : env;
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').replace(/\.$/, '').slice(0, 200);
}

/** The last line of a traceback says what happened. */
function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').slice(0, 200);
}
