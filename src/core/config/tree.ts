/**
 * One tree for both syntaxes of step configuration: what a document says, and where it says it. Offsets count UTF-16
 * units of the document; `end` is exclusive. A node is never changed after it was made.
 */

export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ScalarValue = string | number | boolean | null | Date | Uint8Array;

/** How a scalar is written; `plain` alone is open to interpretation. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'block';

export interface ScalarNode extends Span {
  readonly kind: 'scalar';
  /** The text without quotes and escapes; '' for nothing at all. */
  readonly text: string;
  readonly style: ScalarStyle;
  /** Explicit tag as written (`!!str`), or ''. */
  readonly tag: string;
  /** What Python's yaml.safe_load (JSON: any reader) makes of it. */
  readonly value: ScalarValue;
}

export interface Entry {
  readonly key: ScalarNode;
  readonly value: Node;
}

export interface MapNode extends Span {
  readonly kind: 'map';
  /** Written with braces. */
  readonly flow: boolean;
  readonly entries: readonly Entry[];
}

export interface ListNode extends Span {
  readonly kind: 'list';
  readonly flow: boolean;
  readonly items: readonly Node[];
}

/** `*name`; undefined when nothing is anchored under that name. */
export interface AliasNode extends Span {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: Node | undefined;
}

export type Node = ScalarNode | MapNode | ListNode | AliasNode;
/** What remains when aliases are followed. */
export type Solid = ScalarNode | MapNode | ListNode;

/** Something that keeps a parser from reading on, or a reader from agreeing. */
export interface Fault extends Span {
  readonly kind: 'syntax' | 'duplicate-key' | 'unknown-anchor' | 'foreign-tag' | 'several-documents' | 'odd-key';
  readonly message: string;
}

export type Syntax = 'yaml' | 'json';

/** A parsed document; without a root when it is empty or cannot be read at all. */
export interface Tree {
  readonly syntax: Syntax;
  readonly text: string;
  readonly root: Node | undefined;
  readonly faults: readonly Fault[];
}

/** Aliases of aliases are followed so far; more can only be a circle. */
const hops = 8;

/** The node behind an alias; undefined when there is none. */
export function solid(node: Node | undefined): Solid | undefined {
  let found = node;
  for (let hop = 0; found?.kind === 'alias'; hop++) {
    if (hop === hops) return undefined;
    found = found.target;
  }
  return found;
}

export function asMap(node: Node | undefined): MapNode | undefined {
  const found = solid(node);
  return found?.kind === 'map' ? found : undefined;
}

export function asList(node: Node | undefined): ListNode | undefined {
  const found = solid(node);
  return found?.kind === 'list' ? found : undefined;
}

export function asScalar(node: Node | undefined): ScalarNode | undefined {
  const found = solid(node);
  return found?.kind === 'scalar' ? found : undefined;
}

/** The text of a scalar that a reader takes as text; undefined for numbers, truth values and everything else. */
export function textOf(node: Node | undefined): string | undefined {
  const found = asScalar(node);
  return found !== undefined && typeof found.value === 'string' ? found.value : undefined;
}

/** The entry under a key; the last one where a key stands twice, as readers take it. Maps merged in by `<<` come last. */
export function entryOf(map: MapNode | undefined, key: string): Entry | undefined {
  if (map === undefined) return undefined;
  const own = map.entries.findLast((entry) => entry.key.text === key);
  if (own !== undefined || key === '<<') return own;
  return entriesOf(map).find((entry) => entry.key.text === key);
}

export function valueAt(map: MapNode | undefined, ...path: readonly string[]): Node | undefined {
  let node: Node | undefined = map;
  for (const key of path) node = entryOf(asMap(node), key)?.value;
  return node;
}

/** Own entries, then those that `<<` brings in and that are not there already. */
export function entriesOf(map: MapNode | undefined): readonly Entry[] {
  if (map === undefined) return [];
  if (!map.entries.some((entry) => entry.key.text === '<<')) return map.entries;
  const entries = map.entries.filter((entry) => entry.key.text !== '<<');
  const seen = new Set(entries.map((entry) => entry.key.text));
  for (const merged of map.entries.filter((entry) => entry.key.text === '<<')) {
    const list = asList(merged.value);
    for (const source of list === undefined ? [merged.value] : list.items) {
      // Only plain maps: what a merged map merges itself would need a guard against circles, and nobody writes it.
      for (const entry of asMap(source)?.entries ?? []) {
        if (entry.key.text === '<<' || seen.has(entry.key.text)) continue;
        seen.add(entry.key.text);
        entries.push(entry);
      }
    }
  }
  return entries;
}

/** Plain data: maps as objects, in the order of the document. Circles end as null. */
export function toData(node: Node | undefined, depth = 0): unknown {
  const found = solid(node);
  if (found === undefined || depth > 200) return null;
  if (found.kind === 'scalar') return found.value;
  if (found.kind === 'list') return found.items.map((item) => toData(item, depth + 1));
  const data: Record<string, unknown> = {};
  for (const { key, value } of entriesOf(found)) {
    Object.defineProperty(data, key.text, { value: toData(value, depth + 1), enumerable: true, configurable: true, writable: true });
  }
  return data;
}

/** Every scalar below a node, keys too, in the order of the document. */
export function* scalarsOf(node: Node | undefined): Generator<ScalarNode> {
  if (node?.kind === 'scalar') yield node;
  else if (node?.kind === 'list') for (const item of node.items) yield* scalarsOf(item);
  else if (node?.kind === 'map') {
    for (const { key, value } of node.entries) {
      yield key;
      yield* scalarsOf(value);
    }
  }
}

/** A step on the way from the root: a key of a map or an index of a list. */
export type Step = string | number;

/** What stands at an offset. */
export interface Spot {
  /** Keys and indices from the root to the node. */
  readonly path: readonly Step[];
  /** The scalar at the offset: a key, or a value. */
  readonly at: 'key' | 'value';
  readonly node: ScalarNode;
  /** The value that belongs to the key, or the node itself. */
  readonly value: Node;
}

/** The scalar that covers an offset; undefined between them. */
export function spotAt(tree: Tree, offset: number): Spot | undefined {
  let node = tree.root;
  const path: Step[] = [];
  while (node !== undefined && node.kind !== 'alias') {
    if (node.kind === 'scalar') return covers(node, offset) ? { path, at: 'value', node, value: node } : undefined;
    if (node.kind === 'list') {
      const index = node.items.findIndex((item) => covers(item, offset));
      if (index < 0) return undefined;
      path.push(index);
      node = node.items[index];
      continue;
    }
    const entry: Entry | undefined = node.entries.find(({ key, value }) => covers(key, offset) || covers(value, offset));
    if (entry === undefined) return undefined;
    path.push(entry.key.text);
    if (covers(entry.key, offset)) return { path, at: 'key', node: entry.key, value: entry.value };
    node = entry.value;
  }
  return undefined;
}

export function covers({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}
