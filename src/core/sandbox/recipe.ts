/**
 * What a sandbox is made of, read from the map `Sandbox` (v0.5 and ours) or `sandbox` (v1) of a step configuration. The
 * file is somebody else's text: every word that reaches git, the disk or the storage is checked here.
 */
import { dataOfTree, isData, type Data } from '../config/convert/plain';
import { writeYaml } from '../config/convert/writer';
import { dialectOf } from '../config/dialect';
import { dialectNames } from '../config/key';
import { asList, asMap, asScalar, entriesOf, valueAt, type MapNode, type Node, type Tree } from '../config/tree';
import { GridError } from '../errors';
import { isRevision, isSafeName, whyNoLocalPath, whyNoLocation, whyNoRepository } from './name';
import { exportedFields, missingFields, shellVariables } from './variables';

export interface Repository {
  /** For sentences: the folder that the file names, or the last part of the address. */
  readonly name: string;
  readonly url: string;
  /** A branch or a tag; what the repository shows when absent. */
  readonly branch: string | undefined;
  /** In hexadecimal, seven digits at least. */
  readonly commit: string | undefined;
  /** In the sandbox; '' is its top. */
  readonly folder: string;
  /** Whether repositories inside it are taken along. */
  readonly submodules: boolean;
}

/** A file or folder beside the configuration. */
export interface LocalSource {
  /** With `/`, seen from the folder of the configuration. */
  readonly from: string;
  /** In the sandbox; a folder's content goes below it. */
  readonly to: string;
}

export interface Recipe {
  /** Of the tar, without its ending. */
  readonly name: string;
  /** Below the sandbox root; '' is the root itself. */
  readonly place: string;
  /** The one with `master.sh` first. */
  readonly repositories: readonly Repository[];
  readonly files: readonly LocalSource[];
  /** Text of tokvar.cfg; undefined when the file has no shell variables. */
  readonly variables: string | undefined;
  /** Token fields that the worker is told to export. */
  readonly exported: readonly string[];
  /** Those of them that the template does not have. */
  readonly missing: readonly string[];
  readonly gzip: boolean;
  /** Whether scripts with CR LF get LF in the sandbox. */
  readonly lineEnds: boolean;
}

export const variablesName = 'tokvar.cfg';

/**
 * @param stem name of the file without its endings, for forms that do not name the tar
 * @throws GridError `malformed` for what cannot be read, `rejected` with the line for what must not be built
 */
export function readRecipe(tree: Tree, stem: string): Recipe {
  const data = dataOfTree(tree);
  const dialect = dialectOf(tree);
  if (dialect === 'legacy' || dialect === 'token') {
    throw new GridError('rejected', `This is ${dialectNames[dialect]}: nothing in it says what a sandbox is made of.`, {
      hint: dialect === 'token' ? 'Choose the step configuration.' : 'Import it as a step configuration first.',
    });
  }
  const reader = new Reader(tree);
  return dialect === 'v1' ? reader.versionOne(data, stem) : reader.versionHalf(data);
}

class Reader {
  readonly #root: MapNode | undefined;

  constructor(private readonly tree: Tree) {
    this.#root = asMap(tree.root);
  }

  versionHalf(data: Data): Recipe {
    const node = valueAt(this.#root, 'Sandbox');
    const sandbox = asMap(node);
    if (sandbox === undefined)
      throw this.#refusal(node, 'There is no map “Sandbox”', 'It says what the sandbox is made of: name, loc, git, git_scripts.');
    const git = this.#map(sandbox, 'git');
    const base = git === undefined ? [] : [this.#repository(git, 'location', undefined)];
    const tools = entriesOf(this.#map(sandbox, 'git_scripts')).map(({ key, value }) => {
      this.#safe(key, key.text, 'Sandbox.git_scripts');
      const tool = asMap(value);
      if (tool === undefined) throw this.#refusal(key, `“${key.text}” has no map with “git_url”`);
      return this.#repository(tool, 'git_url', key.text);
    });
    const files = this.#files(sandbox);
    const repositories = [...base, ...tools];
    if (base.length === 0 && files.length === 0)
      throw this.#refusal(node, 'The sandbox has no repository', 'Add “git” with “location” and “branch”: it holds master.sh.');
    const name = this.#word(sandbox, 'name');
    if (name === undefined) throw this.#refusal(node, 'The sandbox has no name', 'Add “name”: the tar is called so.');
    const stem = name.replace(/\.tar(\.gz)?$/, '');
    this.#safe(valueAt(sandbox, 'name'), stem, 'Sandbox.name');
    const variables = isData(data.Shell_variables) ? data.Shell_variables : undefined;
    return this.#checked({
      name: stem,
      place: this.#place(sandbox),
      repositories,
      files,
      variables: variables === undefined ? undefined : writeYaml(variables),
      exported: exportedFields(variables),
      missing: missingFields(variables, data.Token),
      gzip: this.#flag(sandbox, 'gzip'),
      lineEnds: this.#flag(sandbox, 'convert_line_ends'),
    });
  }

  versionOne(data: Data, stem: string): Recipe {
    const node = valueAt(this.#root, 'sandbox');
    const sandbox = asMap(node);
    if (sandbox === undefined) throw this.#refusal(node, 'There is no map “sandbox”', 'It says what the sandbox is made of: git, scripts.');
    const git = this.#map(sandbox, 'git');
    if (git === undefined) throw this.#refusal(node, 'The sandbox has no repository', 'Add “git” with “url”: it holds master.sh.');
    const others = entriesOf(sandbox).filter(({ key }) => key.text !== 'git' && key.text !== 'scripts');
    const scripts = (asList(valueAt(sandbox, 'scripts'))?.items ?? []).flatMap((item) => entriesOf(asMap(item)));
    const tools = [...scripts, ...others].map(({ key, value }) => {
      const tool = asMap(value);
      if (tool === undefined) throw this.#refusal(key, `“${key.text}” has no map with “url”`);
      return { ...this.#repository(tool, 'url', ''), name: key.text };
    });
    const variables = shellVariables(data);
    const name = isSafeName(stem) ? stem : 'sandbox';
    return this.#checked({
      name,
      place: '',
      repositories: [this.#repository(git, 'url', undefined), ...tools],
      files: [],
      variables: variables === undefined ? undefined : writeYaml(variables),
      exported: exportedFields(variables),
      missing: [],
      gzip: false,
      lineEnds: false,
    });
  }

  /** @param folder where it goes when it does not say so itself; undefined for the base, which goes to the top */
  #repository(map: MapNode, addressKey: string, folder: string | undefined): Repository {
    const address = valueAt(map, addressKey);
    const url = this.#word(map, addressKey);
    if (url === undefined) throw this.#refusal(map, `A repository has no “${addressKey}”`, 'Write its address.');
    const reason = whyNoRepository(url);
    if (reason !== undefined)
      throw this.#refusal(
        address,
        `“${url}” is no address of a repository: it ${reason}`,
        'Write https://host/path.git or git@host:path.git.',
      );
    if (url.startsWith('$'))
      throw this.#refusal(address, `“${url}” begins with a variable, and none is set here`, 'Write the address itself.');
    if (/^[a-z+]+:\/\/[^/@\s]*:[^/@\s]*@/i.test(url))
      throw this.#refusal(address, 'The address of a repository holds a password', 'Take it out, change it, and use a key (ssh).');
    const branch = this.#word(map, 'branch');
    if (branch !== undefined && !isRevision(branch))
      throw this.#refusal(valueAt(map, 'branch'), `“${branch}” cannot be the name of a branch or tag`);
    const commit = this.#word(map, 'commit')?.toLowerCase();
    if (commit !== undefined && !/^([0-9a-f]{7,40}|[0-9a-f]{64})$/.test(commit))
      throw this.#refusal(valueAt(map, 'commit'), `“${commit}” is no commit`, 'Write at least seven of its hexadecimal digits, best all.');
    const own = this.#word(map, 'checkout_dir');
    if (own !== undefined) this.#safe(valueAt(map, 'checkout_dir'), own, 'checkout_dir');
    return {
      name: folder === undefined || folder === '' ? nameOf(url) : folder,
      url,
      branch,
      commit,
      folder: own ?? folder ?? '',
      submodules: this.#flag(map, 'submodules'),
    };
  }

  #files(sandbox: MapNode): readonly LocalSource[] {
    const node = valueAt(sandbox, 'files');
    const list = asList(node);
    if (list === undefined) {
      if (node !== undefined && !isNothing(node))
        throw this.#refusal(node, '“files” is no list', 'Write one file or folder a line, each after “- ”.');
      return [];
    }
    return list.items.map((item) => {
      const map = asMap(item);
      const from = map === undefined ? asScalar(item)?.text : this.#word(map, `from`);
      if (from === undefined || from === '')
        throw this.#refusal(item, 'A local file has no path', 'Write it, or a map with “from” and “to”.');
      const reason = whyNoLocalPath(from);
      if (reason !== undefined)
        throw this.#refusal(item, `The local file “${from}” ${reason}`, 'Only what lies beside this file, or below, can be taken along.');
      const clean = tidy(from);
      const to = map === undefined ? undefined : this.#word(map, 'to');
      if (to !== undefined && (to.startsWith('/') || !tidy(to).split('/').every(isSafeName)))
        throw this.#refusal(
          item,
          `“${to}” cannot be a place in the sandbox`,
          'Use letters, digits, “.”, “_” and “-”, with “/” between folders.',
        );
      return { from: clean, to: to === undefined ? (clean.split('/').pop() ?? clean) : tidy(to) };
    });
  }

  #place(sandbox: MapNode): string {
    const place = this.#word(sandbox, 'loc') ?? '';
    const reason = place.includes('://')
      ? 'is a whole address'
      : place.includes('$')
        ? 'holds a variable, and none is set here'
        : whyNoLocation(place);
    if (reason !== undefined)
      throw this.#refusal(
        valueAt(sandbox, 'loc'),
        `“${place}”, the place of the sandbox, ${reason}`,
        'Write folders below the sandbox root, with “/” between them.',
      );
    return tidy(place);
  }

  /** Two repositories in one folder would overwrite each other in silence; at the top, files are compared one by one. */
  #checked(recipe: Recipe): Recipe {
    const { repositories } = recipe;
    const twice = repositories.find(
      ({ folder }, index) => folder !== '' && repositories.findIndex((other) => other.folder === folder) !== index,
    );
    if (twice !== undefined)
      throw new GridError('rejected', `Two repositories go into the folder “${twice.folder}” of the sandbox.`, {
        hint: 'Give one of them another.',
      });
    return recipe;
  }

  #safe(node: Node | undefined, text: string, what: string): void {
    if (!isSafeName(text))
      throw this.#refusal(
        node,
        `${what}: “${text}” cannot be the name of a file or folder here`,
        'Use letters, digits, “.”, “_” and “-”, and begin with a letter or digit.',
      );
  }

  #map(map: MapNode, key: string): MapNode | undefined {
    const node = valueAt(map, key);
    const found = asMap(node);
    if (found === undefined && node !== undefined && !isNothing(node)) throw this.#refusal(node, `“${key}” is no map`);
    return found;
  }

  /** The text as it is written: a commit of digits alone is one all the same. */
  #word(map: MapNode, key: string): string | undefined {
    const node = valueAt(map, key);
    if (node === undefined || isNothing(node)) return undefined;
    const text = asScalar(node)?.text.trim();
    if (text === undefined) throw this.#refusal(node, `“${key}” has to be one piece of text`);
    return text === '' ? undefined : text;
  }

  #flag(map: MapNode, key: string): boolean {
    return asScalar(valueAt(map, key))?.value === true;
  }

  #refusal(node: Node | undefined, message: string, hint?: string): GridError {
    const at = node === undefined ? '' : `Line ${this.tree.text.slice(0, node.start).split(/\r\n|\r|\n/).length}: `;
    return new GridError('rejected', `${at}${message}.`, hint === undefined ? {} : { hint });
  }
}

/** Old files write None where they mean nothing. */
function isNothing(node: Node): boolean {
  const value = asScalar(node)?.value;
  return value === null || value === 'None';
}

/** "prefactor" of https://host/group/prefactor.git. */
function nameOf(url: string): string {
  const last =
    url
      .replace(/[/\\]+$/, '')
      .split(/[/:\\]/)
      .pop() ?? '';
  return last.replace(/\.git$/, '') || url;
}

/** Without slashes at either end, without empty steps and without "." in it. */
function tidy(path: string): string {
  return path
    .split('/')
    .filter((step) => step !== '' && step !== '.')
    .join('/');
}
