/** Sandboxes as this window builds them: recipes of files, and where what is built is kept. */
import { isAbsolute, join, resolve, dirname } from 'node:path';
import { homedir } from 'node:os';
import type { ExtensionContext, Uri } from 'vscode';
import { pruneCache } from '../adapters/gitFetch';
import { buildSandbox, type Built, type StepNews } from '../adapters/sandboxBuild';
import { parseJson } from '../core/config/json';
import { parseYaml } from '../core/config/yaml';
import { asGridError, GridError } from '../core/errors';
import { readRecipe, type Recipe } from '../core/sandbox/recipe';
import { nameOf, readText } from './lists';
import { info } from './log';
import { largeFileBytes, sandboxFolder } from './settings';

export interface OpenRecipe {
  readonly uri: Uri;
  readonly recipe: Recipe;
  /** Folder that the file lies in. */
  readonly base: string;
}

/** The recipe of a step configuration, unsaved changes included. @throws GridError with the name of the file and the line */
export async function openRecipe(uri: Uri): Promise<OpenRecipe> {
  if (uri.scheme !== 'file')
    throw new GridError('rejected', `${nameOf(uri)} is no file of this machine.`, {
      hint: 'Save it to disk: local files of the sandbox lie beside it.',
    });
  const text = await readText(uri);
  const stem = nameOf(uri).replace(/(?:\.step|\.token)?\.(?:cfg|ya?ml|jsonc?)$/i, '');
  try {
    const recipe = readRecipe(/\.jsonc?$/i.test(uri.path) ? parseJson(text) : parseYaml(text), stem);
    return { uri, recipe, base: dirname(uri.fsPath) };
  } catch (thrown) {
    const error = asGridError(thrown);
    throw new GridError(error.kind, `${nameOf(uri)}: ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}

export interface BuildPorts {
  readonly context: Pick<ExtensionContext, 'globalStorageUri' | 'storageUri' | 'extensionUri'>;
}

/** Builds; every command of git goes to the log, with what it said when it failed, and every warning. */
export async function build(
  { recipe, base, uri }: OpenRecipe,
  { context }: BuildPorts,
  signal: AbortSignal,
  news: (news: StepNews) => void,
): Promise<Built> {
  info(`Building the sandbox ${recipe.name} of ${nameOf(uri)}`);
  const folder = folderOf(sandboxFolder(), base, context);
  const cache = join(context.globalStorageUri.fsPath, 'sandbox');
  const built = await buildSandbox(recipe, {
    ...{ signal, base, folder, cache },
    largeBytes: largeFileBytes(),
    git: { told: (command) => info(`  ${command}`) },
    news: (each) => {
      if (each.state !== 'running') info(`  ${each.step}: ${each.detail ?? each.state}`);
      news(each);
    },
  }).catch((thrown: unknown) => {
    const cause = thrown instanceof GridError ? thrown.cause : undefined;
    if (typeof cause === 'object' && cause !== null && 'said' in cause) info(`  ${String(cause.said).replaceAll('\n', '\n  ')}`);
    throw thrown;
  });
  for (const { message } of built.problems) info(`  warning: ${message}`);
  info(`Built ${built.file}, SHA-256 ${built.sha256}, ADLER32 ${built.adler32}`);
  // Of what lies in a folder of the person's own nothing is taken away.
  if (!built.cached)
    await Promise.all([join(cache, 'built'), ...(sandboxFolder() === '' ? [folder] : [])].map((each) => pruneCache(each, Date.now())));
  return built;
}

/** The folder of the setting; without one the workspace's own storage, so that no tar gets into anybody's repository. */
function folderOf(setting: string, base: string, { storageUri, globalStorageUri }: BuildPorts['context']): string {
  if (setting === '') return join((storageUri ?? globalStorageUri).fsPath, 'sandbox');
  if (setting === '~' || setting.startsWith('~/')) return join(homedir(), setting.slice(1));
  return isAbsolute(setting) ? setting : resolve(base, setting);
}
