/** Sandboxes as this window builds them: recipes of files, and where what is built is kept. */
import { isAbsolute, join, resolve, dirname } from 'node:path';
import { homedir } from 'node:os';
import type { ExtensionContext, Uri } from 'vscode';
import { pruneCache } from '../adapters/gitFetch';
import { buildSandbox, type BuildOptions, type Built, type StepNews } from '../adapters/sandboxBuild';
import { parseJson } from '../core/config/json';
import { parseYaml } from '../core/config/yaml';
import { asGridError, GridError } from '../core/errors';
import { planBuild } from '../core/sandbox/plan';
import { readRecipe, type Recipe } from '../core/sandbox/recipe';
import { nameOf, readText } from './lists';
import { info } from './log';
import { recipeKey } from './sandboxKnown';
import type { SandboxRuns } from './sandboxRuns';
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
  readonly sandboxRuns: () => Promise<SandboxRuns>;
}

/** Builds, where the panel can see it. @param lineEnds whether scripts get LF though the recipe does not say so */
export async function build(
  open: OpenRecipe,
  ports: BuildPorts,
  signal: AbortSignal,
  news: (news: StepNews) => void,
  lineEnds = false,
): Promise<Built> {
  const record = await (await ports.sandboxRuns()).of(open.uri);
  const recipe = recipeKey(open.recipe, lineEnds);
  const run = record.begin('build', planBuild(open.recipe), signal);
  const both = (each: StepNews): void => {
    run.news(each);
    news(each);
  };
  try {
    const built = await packed(open, ports.context, { signal: run.signal, news: both, said: run.said, lineEnds });
    const { cached, ...known } = built;
    run.end({ built: { ...known, recipe, at: cached && record.built?.sha256 === built.sha256 ? record.built.at : Date.now() } });
    return built;
  } catch (thrown) {
    run.end({}, thrown);
    throw thrown;
  }
}

/** Every command of git goes to the log, with what it said when it failed, and every warning. */
async function packed(
  { recipe, base, uri }: OpenRecipe,
  context: BuildPorts['context'],
  { news, ...options }: Required<Pick<BuildOptions, 'signal' | 'news' | 'said' | 'lineEnds'>>,
): Promise<Built> {
  info(`Building the sandbox ${recipe.name} of ${nameOf(uri)}`);
  const folder = folderOf(sandboxFolder(), base, context);
  const cache = join(context.globalStorageUri.fsPath, 'sandbox');
  const built = await buildSandbox(recipe, {
    ...{ ...options, base, folder, cache },
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
    await Promise.all(
      [join(cache, 'built'), join(cache, 'runs'), ...(sandboxFolder() === '' ? [folder] : [])].map((each) => pruneCache(each, Date.now())),
    );
  return built;
}

/** The folder of the setting; without one the workspace's own storage, so that no tar gets into anybody's repository. */
function folderOf(setting: string, base: string, { storageUri, globalStorageUri }: BuildPorts['context']): string {
  if (setting === '') return join((storageUri ?? globalStorageUri).fsPath, 'sandbox');
  if (setting === '~' || setting.startsWith('~/')) return join(homedir(), setting.slice(1));
  return isAbsolute(setting) ? setting : resolve(base, setting);
}
