/** Which form of step configuration a document has: told by the names of its top-level keys. */
import { type Dialect } from './key';
import { asMap, type MapNode, type Tree } from './tree';

/** Outermost keys that v0.5 does not know. */
export const ours = ['outputs', 'Job', 'container', 'downloader'];
/** Outermost keys of files of 2017. */
export const legacyKeys = ['tokvar', 'reduction_params', 'executable', 'LRT'];

export function dialectOf(tree: Tree): Dialect {
  const root = asMap(tree.root);
  if (root === undefined) return looksLegacy(tree.text) ? 'legacy' : tree.syntax === 'json' ? 'v1' : 'v0.5';
  const names = new Set(root.entries.map(({ key }) => key.text));
  const has = (name: string): boolean => names.has(name);
  if (has('Sandbox') || has('Shell_variables')) return isOurs(root, has) ? 'workbench' : 'v0.5';
  // What could be read of a file that is not YAML as a whole says little; its words say more.
  if (tree.faults.some(({ kind }) => kind === 'syntax') && looksLegacy(tree.text)) return 'legacy';
  if (has('Token')) {
    if (has('sandbox') || has('Job') || tree.syntax === 'json') return 'v1';
    return isOurs(root, has) ? 'workbench' : 'v0.5';
  }
  if (legacyKeys.some(has) || (has('sandbox') && has('token')) || isTokenVariables(root)) return 'legacy';
  if (has('sandbox') && has('Job')) return 'v1';
  return fieldLike.some(has) ? 'token' : tree.syntax === 'json' ? 'v1' : 'v0.5';
}

/** Outermost keys that only a token has. */
export const fieldLike = ['_id', 'type', 'lock', 'done', 'OBSID', 'SBXloc', 'STARTSB', 'PIPELINE_STEP', 'RESULTS_DIR', 'status', 'input'];

function isOurs(root: MapNode, has: (name: string) => boolean): boolean {
  if (root.entries.some(({ key, value }) => key.text === 'apiVersion' && value.kind === 'scalar' && value.value === 2)) return true;
  return ours.some(has);
}

/** `tokvar.cfg`, which a sandbox holds: the map of shell variables by itself. */
function isTokenVariables(root: MapNode): boolean {
  return root.entries.some(({ key, value }) => key.text === '_id' && value.kind === 'scalar' && value.text.startsWith('$'));
}

/**
 * Notes of 2017 that look like YAML and are not: `key:value` without a blank, `-item` without one. They name options
 * that nothing else has.
 */
export function looksLegacy(text: string): boolean {
  const head = text.slice(0, 4096);
  return (
    /^(LRT|step_name|tokvar|reduction_params)\s*:/m.test(head) ||
    /^\s+(ignore[-_]unstaged|srms_per_node|num[-_]per[-_]node)\s*:/m.test(head)
  );
}

/** Name patterns of step configuration, as the manifest has them too. */
const namePattern = /(?:\.step\.ya?ml|\.token\.ya?ml|\.step\.json|\.token\.json)$|^token[^/]*\.ya?ml$/i;

/**
 * Whether a document is step configuration: by its name, or by the first 4 kB of what it says.
 * @param language the editor's name of the language: `yaml`, `json`, `jsonc`, `properties`.
 */
export function isStep(name: string, language: string, head: string): boolean {
  if (language === 'properties') return /\.cfg$/i.test(name) && looksLegacy(head);
  if (language !== 'yaml' && language !== 'json' && language !== 'jsonc') return false;
  if (hasStepName(name)) return true;
  if (language === 'yaml') {
    if (!/^\uFEFF?["']?Token["']?\s*:/m.test(head)) return /\.cfg$/i.test(name) && looksLegacy(head);
    return /\.cfg$/i.test(name) || /^["']?(Sandbox|Shell_variables|outputs|Job)["']?\s*:/m.test(head);
  }
  return topLevel(head).has('Token') && (topLevel(head).has('Job') || topLevel(head).has('sandbox'));
}

/** Whether the name alone says so, so that the contributed schema speaks for the document too. */
export function hasStepName(name: string): boolean {
  return namePattern.test(name.slice(name.lastIndexOf('/') + 1));
}

/** Whether a `.cfg` is step configuration that the editor takes for properties: a top-level `Token:` at the line's start. */
export function isStepCfg(head: string): boolean {
  return /^\uFEFF?(["']?)Token\1\s*:\s*(#.*)?$/m.test(head);
}

/** Keys of the outermost object of JSON text that may end in the middle. */
function topLevel(head: string): Set<string> {
  const keys = new Set<string>();
  let depth = 0;
  for (const [token] of head.matchAll(/"(?:[^"\\\n]|\\.)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === 1 && token.endsWith(':')) keys.add(token.slice(1, token.lastIndexOf('"')));
  }
  return keys;
}
