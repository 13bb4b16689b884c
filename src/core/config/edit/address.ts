/** What a step points at: pages of repositories, and files beside it. */
import { dialectOf } from '../dialect';
import { type KeySpec } from '../key';
import { schemas } from '../schema';
import { asMap, asScalar, entriesOf, textOf, valueAt, type MapNode, type Node, type ScalarNode, type Span, type Tree } from '../tree';
import { placesOf } from '../rules/variables';

export type Pointer = Span & ({ readonly page: string } | { readonly file: string });

/** Everything a document points at, by place. Whether a file is there is not known here. */
export function pointersIn(tree: Tree): Pointer[] {
  const dialect = dialectOf(tree);
  const spec = schemas[dialect];
  const root = asMap(tree.root);
  if (spec === undefined || root === undefined) return [];
  const found: Pointer[] = [];
  const inside = ({ style, start, end }: ScalarNode): Span => {
    const quote = style === 'plain' ? 0 : 1;
    return { start: start + quote, end: end - quote };
  };
  const page = (node: ScalarNode, map: MapNode): void => {
    const address = repositoryPage(node.text, textOf(valueAt(map, 'commit')) ?? textOf(valueAt(map, 'branch')));
    if (address !== undefined) found.push({ ...inside(node), page: address });
  };
  const file = (node: ScalarNode | undefined): void => {
    if (node !== undefined && typeof node.value === 'string' && isBeside(node.text)) found.push({ ...inside(node), file: node.text });
  };
  walk(root, spec, page);
  const { shell, attachments } = placesOf(root, dialect);
  for (const { key, value } of entriesOf(attachments)) file(shell === undefined ? asScalar(value) : key);
  file(asScalar(valueAt(root, 'outputs', 'config')));
  return found.sort((a, b) => a.start - b.start);
}

function walk(node: Node, spec: KeySpec, page: (node: ScalarNode, map: MapNode) => void): void {
  if (node.kind === 'list' && spec.item !== undefined) for (const item of node.items) walk(item, spec.item, page);
  if (node.kind !== 'map') return;
  for (const { key, value } of node.entries) {
    const below = spec.keys !== undefined && Object.hasOwn(spec.keys, key.text) ? spec.keys[key.text] : spec.others;
    if (below === undefined) continue;
    if (below.format === 'git-url' && value.kind === 'scalar') page(value, node);
    else walk(value, below, page);
  }
}

/** A relative path without a scheme or a variable. */
function isBeside(path: string): boolean {
  return path.length < 200 && /^[^/\\$~:*?"<>|\s][^\\$:*?"<>|\r\n]*$/.test(path) && !/(^|\/)\.\.(\/|$)/.test(path);
}

/**
 * The web page of a repository, at a revision where the host is known to have such pages; undefined for what has none.
 * Shapes: `https://host/path.git`, `ssh://git@host/path.git`, `git@host:path.git`.
 */
export function repositoryPage(address: string, revision?: string): string | undefined {
  const match =
    /^(?:https?|ssh|git(?:\+ssh)?):\/\/(?:[^@/\s]*@)?([\w.-]+)(?::\d+)?\/([^\s?#]+)$/i.exec(address) ??
    /^[\w.-]+@([\w.-]+):([^\s?#]+)$/.exec(address);
  if (match === null) return undefined;
  const host = match[1]?.toLowerCase() ?? '';
  const path = (match[2] ?? '')
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  // Half a character has no address.
  if (path === '' || /\p{Surrogate}/u.test(path)) return undefined;
  const page = `https://${host}/${path.split('/').map(encodePart).join('/')}`;
  if (revision === undefined || !/^[\w.][\w./-]*$/.test(revision)) return page;
  if (host === 'github.com') return `${page}/tree/${revision}`;
  return /(^|\.)gitlab\./.test(host) ? `${page}/-/tree/${revision}` : page;
}

/** What is encoded already stays so. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replace(/%25([0-9A-F]{2})/gi, '%$1');
}
