/**
 * Stands in for the program of a desktop VS Code: takes the arguments that `runTests` of @vscode/test-electron gives to
 * `code`, runs the tests inside VS Code for the web, and exits with their outcome.
 *
 *   GRID_TEST_EDITOR    oldest (the default) or newest
 *   GRID_TEST_FOLDER    the folder or .code-workspace to open; else an empty temporary folder
 *   GRID_TEST_TRUST=1   ask for workspace trust, so that the folder opens restricted
 *   GRID_TEST_SETTINGS  user settings, JSON; GRID_TEST_MACHINE_SETTINGS those of machine scope
 *   GRID_TEST_VERBOSE   print the window's log beside what the tests print
 *   GRID_TEST_DEADLINE  seconds for everything, 600 unless told
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser, openWindow } from './browser';
import { ensureEditor, type EditorName } from './install';
import { listenToTests, RUNNER, runnerEnvironment } from './outcome';
import { extensionHostLog, startEditor } from './server';

export interface Launch {
  developmentPaths: string[];
  testsPath: string;
  extensionsDir: string | undefined;
  userDataDir: string | undefined;
}

/** What `runTests` needs to know: this program where VS Code for the web runs, else the desktop version to download. */
export function editorForTests(): { vscodeExecutablePath: string } | { version: string } {
  const isWeb = process.platform === 'linux' && process.arch === 'x64';
  return isWeb ? { vscodeExecutablePath: path.join(__dirname, 'code') } : { version: '1.100.3' };
}

/** Both spellings, `--name=value` and `--name value`; what we do not know is meant for a desktop window. */
export function parseLaunch(argv: readonly string[]): Launch {
  const values = (name: string): string[] =>
    argv.flatMap((argument, index) => {
      if (argument.startsWith(`--${name}=`)) return [argument.slice(name.length + 3)];
      const next = argv[index + 1];
      return argument === `--${name}` && next !== undefined && !next.startsWith('--') ? [next] : [];
    });
  const testsPath = values('extensionTestsPath').at(-1);
  if (testsPath === undefined) throw new Error('--extensionTestsPath=… is missing: this program only runs extension tests.');
  return {
    developmentPaths: values('extensionDevelopmentPath'),
    testsPath,
    extensionsDir: values('extensions-dir').at(-1),
    userDataDir: values('user-data-dir').at(-1),
  };
}

/** Runs the tests and settles with their exit code; whatever prevents an outcome is an error. */
export async function runInWindow(launch: Launch, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<number> {
  const started: (() => Promise<unknown>)[] = [];
  const temporary = await mkdtemp(path.join(tmpdir(), 'grid-test-'));
  started.push(() => rm(temporary, { recursive: true, force: true, maxRetries: 5 }));
  const userDataDir = launch.userDataDir ?? path.join(temporary, 'profile');
  const windowLog: string[] = [];
  try {
    const folder = path.resolve(given(env.GRID_TEST_FOLDER) ?? (await mkdtemp(path.join(temporary, 'folder-'))));
    const editor = await ensureEditor(editorName(env), (line) => console.log(line));
    const tests = await listenToTests(temporary);
    started.push(() => tests.close());
    const server = await startEditor({
      editor,
      folder,
      userDataDir,
      extensionsDir: launch.extensionsDir ?? path.join(temporary, 'extensions'),
      settings: settingsFrom(env, 'GRID_TEST_SETTINGS'),
      machineSettings: settingsFrom(env, 'GRID_TEST_MACHINE_SETTINGS'),
      trust: env.GRID_TEST_TRUST === '1',
      env: runnerEnvironment(tests, launch.testsPath),
    });
    started.push(() => server.stop());
    signal.throwIfAborted();
    const browser = await openBrowser();
    started.push(() => browser.close());

    const exit = deferred<number>();
    const fail = (reason: string) => (): void => exit.reject(new Error(reason));
    void server.exited.then((code) =>
      exit.reject(new Error(`The editor's server ended with exit code ${code}.\n${server.log().slice(-2000)}`)),
    );
    browser.once('disconnected', fail('Chromium ended.'));
    signal.addEventListener('abort', () => exit.reject(signal.reason as Error), { once: true });
    signal.throwIfAborted();
    const remote = (file: string): string => `vscode-remote://127.0.0.1:${server.port}${encodeURI(path.resolve(file))}`;
    const opened = openWindow(browser, server.url, {
      folder,
      payload: [
        ...launch.developmentPaths.map((file) => ['extensionDevelopmentPath', remote(file)] as const),
        ['extensionTestsPath', remote(RUNNER)],
        ['skipWelcome', 'true'],
      ],
      prepare: (context) => listenToWindow(context, windowLog, exit.resolve),
    });
    opened.then((page) => watchPage(page, fail), exit.reject);
    return exitCode(await exit.promise, tests.passed());
  } catch (error) {
    const parts = [messageOf(error)];
    if (windowLog.length > 0) parts.push(`The end of the window's log:\n${windowLog.join('\n')}`);
    const log = await extensionHostLog(userDataDir);
    if (log !== '') parts.push(`The end of the extension host's log:\n${log}`);
    throw new Error(parts.join('\n\n'), { cause: error });
  } finally {
    for (const end of started.reverse()) await end().catch((error: unknown) => console.error(messageOf(error)));
  }
}

/** The window's own code is 0 also when the extension host crashed: only the tests' own word counts as passed. */
export function exitCode(code: number, passed: boolean | undefined): number {
  if (passed === undefined) throw new Error(`The extension host ended before the tests had an outcome (the window said ${code}).`);
  return passed ? code : code || 1;
}

const KEPT_LINES = 40;

/** The window calls these two by name when they are there; they survive its reloads. */
async function listenToWindow(context: BrowserContext, log: string[], exit: (code: number) => void): Promise<void> {
  await context.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    log.push(`[${type}] ${format(...args)}`.slice(0, 400));
    if (log.length > KEPT_LINES) log.shift();
    if (process.env.GRID_TEST_VERBOSE) console.log(log.at(-1));
  });
  await context.exposeFunction('codeAutomationExit', (code: number) => exit(code));
}

function watchPage(page: Page, fail: (reason: string) => () => void): void {
  page.once('crash', fail('The page of the editor crashed.'));
  page.once('close', fail('The page of the editor was closed.'));
}

function editorName(env: NodeJS.ProcessEnv): EditorName {
  const name = given(env.GRID_TEST_EDITOR) ?? 'oldest';
  if (name !== 'oldest' && name !== 'newest') throw new Error(`GRID_TEST_EDITOR is "${name}"; it may be oldest or newest.`);
  return name;
}

function settingsFrom(env: NodeJS.ProcessEnv, name: string): Record<string, unknown> {
  try {
    return JSON.parse(given(env[name]) ?? '{}') as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${name} is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => undefined); // it may fail while something before it is awaited
  return { promise, resolve, reject };
}

/** An empty variable is as good as none. */
const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The program: called by the executable beside this file. */
export async function main(argv: readonly string[]): Promise<void> {
  const controller = new AbortController();
  const stop = (reason: string): void => controller.abort(new Error(reason));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop(`The tests were interrupted by ${name}.`));
  const seconds = Number(given(process.env.GRID_TEST_DEADLINE) ?? 600);
  const timer = setTimeout(() => stop(`The tests had no outcome within ${seconds} s (GRID_TEST_DEADLINE).`), seconds * 1000);
  try {
    process.exitCode = await runInWindow(parseLaunch(argv), process.env, controller.signal);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  } finally {
    clearTimeout(timer);
  }
  // Whatever may still hold the process open, such as a page that never answers, must not hold up the runner.
  process.exit();
}
