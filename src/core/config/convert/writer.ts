/** Plain data as text, in the manner of GRID_LRT's own files. */
import { dump } from 'js-yaml';
import { type Data, isData } from './plain';

/** The order in which people write the maps of a file and the keys of a sandbox. */
const usual = ['apiVersion', 'Token', 'Sandbox', 'Shell_variables', 'Job', 'container', 'downloader', 'outputs'];

/**
 * YAML, with quotes wherever YAML 1.1 would take a word for something else, the known maps in their usual order and a
 * blank line between them.
 */
export function writeYaml(data: Data, eol = '\n'): string {
  const keys = [...usual.filter((key) => Object.hasOwn(data, key)), ...Object.keys(data).filter((key) => !usual.includes(key))];
  const parts = keys.map((key) => dump({ [key]: data[key] }, { indent: 4, lineWidth: -1, noRefs: true }));
  const text = parts.map((part, index) => (index > 0 && isData(data[keys[index] ?? '']) ? `\n${part}` : part)).join('');
  return (text === '' ? '{}\n' : text).replaceAll('\n', eol);
}

export function writeJson(data: Data): string {
  return `${JSON.stringify(data, null, 4)}\n`;
}
