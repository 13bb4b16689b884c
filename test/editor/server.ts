import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { startGroup, type Group } from './group';
import type { Editor } from './install';

export interface ServerOptions {
  editor: Editor;
  /** The folder a window shows that names no other. */
  folder: string;
  userDataDir: string;
  extensionsDir: string;
  /** User settings beside those that keep the first screen quiet. */
  settings?: Record<string, unknown>;
  /**
   * Settings of machine scope. A window in the browser is a remote window, so these belong into
   * `<userDataDir>/Machine/settings.json`: both editors read them there, also those written while a window is open.
   * In `User/settings.json` the newest ignores them (the oldest, by a leniency of its own, does not).
   */
  machineSettings?: Record<string, unknown>;
  /** Whether the editor asks for workspace trust, so that folders open restricted. Without it everything is trusted. */
  trust?: boolean;
  env?: NodeJS.ProcessEnv;
}

export interface Server {
  readonly url: string;
  readonly port: number;
  /** Ends the server and its extension hosts; settles when no process of it is left. */
  stop(): Promise<void>;
  /** Settles when the server has ended, whoever ended it. */
  readonly exited: Promise<number>;
  /** What the server printed. */
  log(): string;
}

const START_DEADLINE_MS = 60_000;
const QUIET = {
  'workbench.startupEditor': 'none',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.tree.enableStickyScroll': false, // a row under the stuck ones looks visible and cannot be clicked
  'workbench.hover.delay': 30_000, // a tooltip below the resting pointer covers the next row and takes its clicks
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.startupPrompt': 'never',
};

export async function startEditor(options: ServerOptions): Promise<Server> {
  await mkdir(options.extensionsDir, { recursive: true });
  await writeSettings(options.userDataDir, 'User', { ...QUIET, ...options.settings });
  if (options.machineSettings) await writeSettings(options.userDataDir, 'Machine', options.machineSettings);
  const port = await freePort();
  const group = startGroup(
    [
      options.editor.node,
      options.editor.entry,
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
      ...['--user-data-dir', options.userDataDir, '--extensions-dir', options.extensionsDir],
      ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
      ...(options.trust ? [] : ['--disable-workspace-trust']),
      options.folder,
    ],
    { cwd: options.userDataDir, env: editorEnvironment(options) },
  );
  await untilListening(group, options.editor);
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    stop: () => group.stop(),
    exited: group.exited,
    log: () => group.output(),
  };
}

/** Installs a packaged extension as a person does; the editor need not run. */
export async function installExtension(
  editor: Editor,
  options: { vsix: string; extensionsDir: string; userDataDir: string },
): Promise<void> {
  const group = startGroup(
    [
      editor.node,
      editor.entry,
      ...['--user-data-dir', options.userDataDir, '--extensions-dir', options.extensionsDir],
      ...['--install-extension', options.vsix, '--force'],
    ],
    { env: editorEnvironment({ userDataDir: options.userDataDir }) },
  );
  const timer = setTimeout(() => void group.stop(), START_DEADLINE_MS);
  const code = await group.exited;
  clearTimeout(timer);
  if (code !== 0)
    throw new Error(`${options.vsix} could not be installed into VS Code ${editor.version} (exit code ${code}).\n${tail(group.output())}`);
}

/** `<userDataDir>/User/settings.json` or `<userDataDir>/Machine/settings.json`; an open window sees changes of the latter only. */
export async function writeSettings(userDataDir: string, scope: 'User' | 'Machine', settings: Record<string, unknown>): Promise<void> {
  const file = path.join(userDataDir, scope, 'settings.json');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(settings, null, 2)}\n`);
}

/** The end of the newest extension host log, for the message of a test that failed; empty when there is none. */
export async function extensionHostLog(userDataDir: string, lines = 60): Promise<string> {
  const names = await readdir(userDataDir, { recursive: true }).catch(() => [] as string[]);
  // Sessions are named by time of day, windows by exthost1, exthost2, …: the last by name is the newest.
  const logs = names.filter((name) => /exthost\d*[\\/]remoteexthost\.log$/.test(name)).sort();
  const newest = logs.at(-1);
  return newest === undefined ? '' : tail(await readFile(path.join(userDataDir, newest), 'utf8').catch(() => ''), lines);
}

/**
 * The editor is started with what a person's shell has, minus what would make it speak to an editor around it:
 * in a terminal of VS Code these variables send `--install-extension` to that editor, and a password turns on the login page.
 */
function editorEnvironment(options: Pick<ServerOptions, 'userDataDir' | 'env'>): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(VSCODE_|CODE_SERVER_|npm_|PASSWORD$|HASHED_PASSWORD$|NODE_OPTIONS$|ELECTRON_|BROWSER$)/.test(name)) env[name] = value;
  }
  // No gallery: an editor that tests or shows us asks nobody outside, and does not wait for an answer.
  env.EXTENSIONS_GALLERY = '{}';
  // Else a person's own configuration of code-server would be read, and traces of the tests written into their home.
  env.XDG_DATA_HOME = path.join(options.userDataDir, 'share');
  env.CODE_SERVER_CONFIG = path.join(options.userDataDir, 'code-server.yaml');
  return { ...env, ...options.env };
}

async function untilListening(group: Group, editor: Editor): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let stopListening: (() => void) | undefined;
  const problem = await Promise.race([
    new Promise<undefined>((resolve) => {
      stopListening = group.onLine((line) => line.includes('HTTP server listening') && resolve(undefined));
    }),
    group.exited.then((code) => `ended with exit code ${code}`),
    new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`did not listen within ${START_DEADLINE_MS / 1000} s`), START_DEADLINE_MS);
    }),
  ]);
  clearTimeout(timer);
  stopListening?.();
  if (problem === undefined) return;
  await group.stop();
  throw new Error(`VS Code ${editor.version} ${problem}. Remove ${editor.folder} to install it anew.\n${tail(group.output())}`);
}

/** Asks the system for a port and gives it back; nobody else on loopback is handed the same one that soon. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function tail(text: string, lines = 25): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}
