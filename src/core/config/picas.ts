/** The four keys of PiCaS's `~/.config/picas/conf.yml`. */
import { parseYaml } from './yaml';
import { asMap, asScalar, entryOf } from './tree';

export interface PicasConf {
  readonly host_url?: string;
  readonly database?: string;
  readonly username?: string;
  readonly encrypted_password?: string;
}

const keys = ['host_url', 'database', 'username', 'encrypted_password'] as const;

/** What the file says, each value as the text that stands there; undefined when it cannot be read as YAML. Never throws. */
export function readPicasConf(text: string): PicasConf | undefined {
  const tree = parseYaml(text);
  const root = asMap(tree.root);
  if (root === undefined || tree.faults.some(({ kind }) => kind === 'syntax')) return undefined;
  const values = keys.map((key) => [key, asScalar(entryOf(root, key)?.value)?.text ?? ''] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== ''));
}
