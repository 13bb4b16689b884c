/** What the live tests of sandboxes share: repositories made by git for the time of a test, and a recipe of them. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { runProgram } from '../../src/adapters/program';
import { buildSandbox, type BuildOptions, type Built } from '../../src/adapters/sandboxBuild';
import { parseYaml } from '../../src/core/config/yaml';
import { readRecipe, type Recipe } from '../../src/core/sandbox/recipe';

export const here = { signal: new AbortController().signal };

export async function temporary(t: TestContext, name = 'grid-sandbox-'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), name));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

const author = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.org',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
};

export async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, ...author, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const { code, stdout, stderr } = await runProgram(['git', '-c', 'protocol.file.allow=always', ...args], {
    ...here,
    deadlineMs: 60_000,
    env,
    cwd,
  });
  assert.equal(code, 0, `git ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** Text of a file; with the execute bit when it begins with `#!`; a link when it begins with `->`. */
export type Content = Readonly<Record<string, string | Uint8Array>>;

export async function write(folder: string, content: Content): Promise<void> {
  for (const [path, text] of Object.entries(content)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await rm(file, { force: true });
    if (typeof text === 'string' && text.startsWith('->')) await symlink(text.slice(2), file);
    else await writeFile(file, text);
    if (typeof text === 'string' && text.startsWith('#!')) await chmod(file, 0o755);
  }
}

export interface Source {
  readonly folder: string;
  /** Changes files and commits them; the commit. */
  commit(content: Content): Promise<string>;
}

export async function repository(folder: string, content: Content): Promise<Source> {
  await mkdir(folder, { recursive: true });
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  const commit = async (more: Content): Promise<string> => {
    await write(folder, more);
    await git(folder, 'add', '--all');
    await git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'Change');
    return git(folder, 'rev-parse', 'HEAD');
  };
  await commit(content);
  return { folder, commit };
}

export const master = '#!/bin/sh\n. ./bin/say.sh\nsay "$1"\n';
export const scripts: Content = { 'master.sh': master, 'bin/say.sh': 'say() { echo "ran $1"; }\n', 'bin/again': '->say.sh' };

export function recipeOf(yaml: string): Recipe {
  return readRecipe(parseYaml(yaml), 'step');
}

/** A step whose sandbox is what these lines say. */
export function step(...lines: readonly string[]): Recipe {
  return recipeOf(
    `Token: { OBSID: "" }\nSandbox:\n    name: pref\n    loc: a/b\n${lines.map((line) => `    ${line}\n`).join('')}Shell_variables: { OBSID: $OBSID }\n`,
  );
}

export function build(recipe: Recipe, folder: string, more: Partial<BuildOptions> = {}): Promise<Built> {
  return buildSandbox(recipe, { ...here, base: folder, folder: join(folder, 'out'), cache: join(folder, 'cache'), ...more });
}

/** Names below a folder that are not finished. */
export async function unfinished(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => name.includes('.part') || /\.lock$|tmp_pack/.test(name));
}

export async function run(argv: readonly [string, ...string[]], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram(argv, { ...here, deadlineMs: 60_000, cwd });
  assert.equal(code, 0, `${argv.join(' ')}: ${stderr}`);
  return stdout;
}
