/** Which syntax a document has, and its tree. */
import { parseJson } from './json';
import { parseYaml } from './yaml';
import { type Syntax, type Tree } from './tree';

export function parseConfig(text: string, syntax: Syntax): Tree {
  return syntax === 'json' ? parseJson(text) : parseYaml(text);
}
