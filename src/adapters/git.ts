/**
 * The program git, run so that a stranger's repository can do no harm: arguments and no shell, no hooks, no templates, no helpers
 * for passwords and no terminal to ask for one, only known ways to a repository. Whatever goes wrong is told with the name of
 * the repository and the command.
 */
import { GridError, type ErrorKind } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { redact } from '../core/redact';
import { runProgram, type Ended } from './program';

export interface GitOptions {
  /** Name or path of git. */
  readonly program?: string;
  /** Milliseconds for one command. */
  readonly deadlineMs?: number;
  /** The whole environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Each command before it runs, as a person would type it. */
  readonly told?: (command: string) => void;
}

export interface GitCall extends CallOptions {
  /** What it is about, in sentences. */
  readonly name: string;
  readonly cwd?: string;
  /** Gets git's own account of how far it is. */
  readonly heard?: (text: string) => void;
}

/** Settings of ours go before everything that a person's own configuration says. */
const settings = [
  ...['-c', 'credential.helper=', '-c', 'core.hooksPath=/dev/null', '-c', 'core.askPass=true', '-c', 'core.fsmonitor=false'],
  ...['-c', 'gc.auto=0', '-c', 'maintenance.auto=false', '-c', 'protocol.version=2', '-c', 'advice.detachedHead=false'],
  // A server that says nothing for two minutes is as good as down.
  ...['-c', 'http.lowSpeedLimit=1', '-c', 'http.lowSpeedTime=120'],
];

export class Git {
  readonly program: string;

  constructor(private readonly options: GitOptions = {}) {
    this.program = options.program ?? 'git';
  }

  /** What it runs in: nothing of a repository that this process may stand in, nothing that asks a person. */
  get env(): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = { ...(this.options.env ?? process.env) };
    for (const name of Object.keys(env)) if (local.has(name)) delete env[name];
    return {
      ...env,
      LC_ALL: 'C',
      LANGUAGE: '',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: 'true',
      SSH_ASKPASS: 'true',
      SSH_ASKPASS_REQUIRE: 'force',
      GCM_INTERACTIVE: 'never',
      GIT_SSH_COMMAND: `${env.GIT_SSH_COMMAND ?? 'ssh'} -oBatchMode=yes -oConnectTimeout=30`,
      GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
      GIT_LFS_SKIP_SMUDGE: '1',
      GIT_OPTIONAL_LOCKS: '0',
    };
  }

  argv(args: readonly string[]): readonly [string, ...string[]] {
    return [this.program, ...settings, ...args];
  }

  /** Runs to the end, whatever its exit code. */
  async try(args: readonly string[], { name, signal, cwd, heard }: GitCall): Promise<Ended> {
    this.options.told?.(commandText(args));
    try {
      return await runProgram(this.argv(args), {
        signal,
        deadlineMs: this.options.deadlineMs ?? 30 * 60_000,
        env: this.env,
        group: true,
        // Lists of large trees are long, and half of one would be taken for all.
        maxBytes: 512 * 1024 * 1024,
        ...(cwd === undefined ? {} : { cwd }),
        ...(heard === undefined ? {} : { heard }),
      });
    } catch (thrown) {
      if (!(thrown instanceof GridError)) throw thrown;
      if (thrown.kind === 'toolMissing')
        throw new GridError('toolMissing', 'git is not installed on this machine.', {
          hint: 'Install it: sandboxes are made of repositories.',
        });
      if (thrown.kind === 'cancelled') throw new GridError('cancelled', `Cloning ${name} was cancelled.`);
      throw new GridError(thrown.kind, `${name}: ${thrown.message}`, {
        ...(thrown.hint === undefined ? {} : { hint: thrown.hint }),
        cause: thrown,
      });
    }
  }

  /** Standard output of a command that has to go well. */
  async run(args: readonly string[], call: GitCall): Promise<string> {
    const ended = await this.try(args, call);
    if (ended.code !== 0) throw gitError(call.name, args, ended);
    return ended.stdout;
  }
}

/** Variables by which git would work on another repository; `git rev-parse --local-env-vars` lists them. */
const local: ReadonlySet<string> = new Set([
  ...['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_PREFIX'],
  ...['GIT_COMMON_DIR', 'GIT_NAMESPACE', 'GIT_GRAFT_FILE', 'GIT_SHALLOW_FILE', 'GIT_REPLACE_REF_BASE', 'GIT_NO_REPLACE_OBJECTS'],
  ...['GIT_CONFIG', 'GIT_CONFIG_PARAMETERS', 'GIT_CONFIG_COUNT', 'GIT_IMPLICIT_WORK_TREE', 'GIT_INTERNAL_SUPER_PREFIX'],
]);

/** The command without what we add to every one, and without passwords. */
export function commandText(args: readonly string[]): string {
  return redact(`git ${args.map((arg) => (/^[\w./:@=+,^{}*-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(' ')}`);
}

type Meaning = readonly [pattern: RegExp, kind: ErrorKind, message: (name: string) => string, hint: string];

/** What git, ssh and curl print, in the order in which it counts. */
const meanings: readonly Meaning[] = [
  [
    /could not read (username|password)|terminal prompts disabled|authentication failed|permission denied \(|invalid credentials/i,
    'auth',
    (name) => `${name} wants a sign-in.`,
    'Give the address with which git asks for nothing: ssh with a key and an agent (git@host:path.git), or one that everybody may read.',
  ],
  [
    /host key verification failed/i,
    'auth',
    (name) => `The host of ${name} is not known to ssh.`,
    'Connect to it once in a terminal, and compare its key.',
  ],
  [
    /no space left on device|disk quota exceeded/i,
    'toolFailed',
    (name) => `The disk is full: ${name} could not be cloned.`,
    'Free space and build again.',
  ],
  [
    /ssl|certificate/i,
    'tls',
    (name) => `The certificate of the host of ${name} is not accepted.`,
    'See whether it has run out, and what git is told of authorities (http.sslCAInfo).',
  ],
  [
    /could not resolve|connection (refused|timed out|reset)|network is unreachable|no route to host|failed to connect|operation timed out|operation too slow/i,
    'unreachable',
    (name) => `The host of ${name} cannot be reached.`,
    'Check the address and the network, and build again.',
  ],
  [
    /transport '.*' not allowed|protocol .* (is )?not (supported|allowed)/i,
    'rejected',
    (name) => `git does not fetch ${name} in this way.`,
    'Use https://, ssh:// or a path.',
  ],
  [
    /dubious ownership/i,
    'forbidden',
    (name) => `${name} belongs to another account, and git does not read it.`,
    'Say that it is safe: git config --global --add safe.directory and its path.',
  ],
  [
    /repository .*not found|does not appear to be a git repository|not found in upstream|error: 404|does not exist|no such file or directory/i,
    'notFound',
    (name) => `There is no repository ${name}.`,
    'Check its address, and whether you may read it.',
  ],
  [
    /early eof|hung up unexpectedly|unexpected disconnect|rpc failed/i,
    'unreachable',
    (name) => `The connection broke off while ${name} was cloned.`,
    'Build again.',
  ],
];

/** A command that failed; its last lines are in `cause`. */
export function gitError(name: string, args: readonly string[], { code, stderr }: Ended): GridError {
  const said = redact(stderr.trim());
  const cause = { command: commandText(args), said: said.split('\n').slice(-5).join('\n') };
  const meaning = meanings.find(([pattern]) => pattern.test(said));
  if (meaning !== undefined) return new GridError(meaning[1], meaning[2](name), { hint: meaning[3], cause });
  const last = (said.split('\n').findLast((line) => /^(fatal|error):/.test(line)) ?? said.split('\n').at(-1) ?? '').replace(
    /^(fatal|error):\s*/,
    '',
  );
  return new GridError(
    'toolFailed',
    `git ${args[0] ?? ''} failed for ${name} (${code}): ${last.replace(/\.$/, '').slice(0, 300) || 'without a reason'}.`,
    {
      hint: 'The log has the command.',
      cause,
    },
  );
}
