/** What the checks of a document share: the document, and where they put what they find. */
import { type SiteTable } from '../../links/site';
import { type Severity } from '../../rules';
import { type Dialect } from '../key';
import { type Fix, type Problem, type StepCode } from './rule';
import { asScalar, type ScalarNode, type Span, type Tree } from '../tree';
import { parseYaml } from '../yaml';

/** No path, address or name is longer; longer texts are not searched, so that none takes long. */
export const longestText = 4096;

interface Told {
  readonly code: StepCode;
  readonly severity: Severity;
}

interface More {
  readonly severity?: Severity;
  readonly related?: Span & { readonly message: string };
  readonly fixes?: readonly Fix[];
}

export class Findings {
  readonly problems: Problem[] = [];
  /** Scalars that have their problem already, so that no second rule says the same in other words. */
  readonly judged = new Set<ScalarNode>();

  constructor(
    readonly tree: Tree,
    readonly dialect: Dialect,
    readonly sites: SiteTable,
  ) {}

  add({ code, severity }: Told, { start, end }: Span, message: string, more: More = {}): void {
    this.problems.push({ code, severity, start, end, message, ...more });
  }
}

/** A text in the quotes of another; in double ones where YAML would not read it as this text without any. */
function rewritten({ style }: ScalarNode, text: string): string {
  if (style === 'single') return `'${text.replaceAll("'", "''")}'`;
  const isPlain = style === 'plain' && /^[\w.$/][\w.$/+-]*$/.test(text) && asScalar(parseYaml(text).root)?.value === text;
  return isPlain ? text : JSON.stringify(text);
}

/** Puts other words into a scalar; none for a block, whose indentation is not ours to guess. */
export function rewordFix(title: string, node: ScalarNode, text: string, certain = true): Fix[] {
  return node.style === 'block' || text === '' ? [] : [replaceFix(title, node, rewritten(node, text), certain)];
}

/** Replaces a scalar's value. */
export function replaceFix(title: string, node: ScalarNode, text: string, certain = true): Fix {
  return { title, edits: [{ start: node.start, end: node.end, text }], certain };
}

/** Puts a plain scalar into double quotes. */
export function quoteFix(node: ScalarNode, certain = true): Fix {
  const quoted = JSON.stringify(node.text);
  return replaceFix(`Write ${quoted}`, node, quoted, certain);
}

/** Where a part of a scalar stands; the whole scalar when escapes or folding hide it. */
export function partOf(tree: Tree, node: ScalarNode, from: number, length: number): Span {
  const start = node.start + (node.style === 'plain' ? 0 : 1) + from;
  const part = node.text.slice(from, from + length);
  return tree.text.startsWith(part, start) ? { start, end: start + length } : node;
}
