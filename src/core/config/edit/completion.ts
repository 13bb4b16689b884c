/** What can be typed at a place of a step, also while the document cannot be read: that is how it is while somebody types. */
import { candidatesAt, type Candidate, type CandidateKind } from './candidate';
import { jsonCursor, type Cursor } from './cursor';
import { dialectOf } from '../dialect';
import { type KeySpec } from '../key';
import { parseJson } from '../json';
import { sketch } from './sketch';
import { starters } from './starter';
import { type Span, type Syntax } from '../tree';

/** A completion. The span is what it replaces. */
export interface Suggestion extends Span {
  readonly label: string;
  readonly kind: CandidateKind | 'file';
  /** One or two words beside the label. */
  readonly detail: string;
  /** Markdown of our own. */
  readonly documentation: string;
  readonly insert: string;
  /** `insert` is in the editor's snippet syntax. */
  readonly snippet: boolean;
  /** What the typed word is compared with: it has the quote that the span begins with. */
  readonly filter: string;
  /** Sorts the list. */
  readonly order: string;
  /** A value is chosen next. */
  readonly more: boolean;
}

export interface CompletionOptions {
  /** Names of files beside the document that could be attached. */
  readonly files?: readonly string[];
  /** Another service offers what stands in our schema: keys and values. */
  readonly withoutSchema?: boolean;
}

/** Completions at an offset, the best first; never throws, whatever the text is. */
export function completionsAt(text: string, syntax: Syntax, offset: number, options: CompletionOptions = {}): Suggestion[] {
  if (text.trim() === '') return starters(syntax).map(({ label, doc, snippet }, index) => whole(label, doc, snippet, index, offset));
  const { tree, cursor } = syntax === 'json' ? { tree: parseJson(text), cursor: jsonCursor(text, offset) } : sketch(text, offset);
  const dialect = dialectOf(tree);
  if (cursor === undefined || dialect === 'legacy') return [];
  return candidatesAt(text, tree, dialect, cursor, options.files ?? [])
    .filter(({ kind }) => options.withoutSchema !== true || (kind !== 'key' && kind !== 'value'))
    .map((candidate, index) => written(text, syntax, cursor, candidate, index));
}

function whole(label: string, documentation: string, insert: string, index: number, at: number): Suggestion {
  const order = orderOf(0, index);
  return {
    start: at,
    end: at,
    label,
    kind: 'file',
    detail: 'a whole file',
    documentation,
    insert,
    snippet: true,
    filter: label,
    order,
    more: false,
  };
}

function orderOf(rank: number, index: number): string {
  return `${rank}${String(index).padStart(4, '0')}`;
}

function written(text: string, syntax: Syntax, cursor: Cursor, candidate: Candidate, index: number): Suggestion {
  const { label, kind, word, part, rank } = candidate;
  const { start, end } = part ?? cursor;
  const before = part === undefined ? cursor.lead : '';
  const base = { start, end, label, kind, detail: candidate.detail, documentation: candidate.doc, order: orderOf(rank, index) };
  if (part !== undefined) return { ...base, insert: word, snippet: false, filter: word, more: false };
  const quote = text.startsWith('"', start) || text.startsWith("'", start) ? text.charAt(start) : '';
  const filter = `${quote}${label}`;
  if (candidate.key === undefined) {
    const insert = `${before}${asValue(word, syntax, cursor, candidate.bare === true)}${cursor.comma ? ',' : ''}`;
    return { ...base, insert, snippet: false, filter, more: false };
  }
  const name = asKey(word, syntax, cursor);
  if (cursor.colon) return { ...base, insert: `${before}${name}`, snippet: false, filter, more: false };
  const { value, spec } = candidate.key;
  const behind = value === undefined ? blank(spec, syntax, cursor.flow) : ` ${escaped(asValue(value, syntax, undefined, false))}`;
  const more = value === undefined && (spec?.values !== undefined || spec?.kinds.includes('flag') === true);
  return { ...base, insert: `${before}${escaped(name)}:${behind}${cursor.comma ? ',' : ''}`, snippet: true, filter, more };
}

/** Where the value of a key will stand, as a snippet. */
function blank(spec: KeySpec | undefined, syntax: Syntax, flow: boolean): string {
  const kind = spec?.kinds[0];
  if (kind === 'map') return flow ? ' {$0}' : '\n\t$0';
  if (kind === 'list') return flow ? ' [$0]' : '\n\t- $0';
  return syntax === 'json' && (kind === undefined || kind === 'text') ? ' "$0"' : ' $0';
}

function asKey(word: string, syntax: Syntax, { quote }: Cursor): string {
  if (syntax === 'json') return JSON.stringify(word);
  if (quote === "'") return `'${word.replaceAll("'", "''")}'`;
  return quote === '"' || !/^[A-Za-z0-9_$./][\w$./+ -]*$/.test(word) ? JSON.stringify(word) : word;
}

/** Texts that YAML takes for words only. */
const wordOnly = /^[A-Za-z/][\w./:+-]*$/;
const truth = /^(true|false|yes|no|on|off|null|y|n|none)$/i;

function asValue(word: string, syntax: Syntax, cursor: Cursor | undefined, bare: boolean): string {
  if (bare) return word;
  if (syntax === 'json') return JSON.stringify(word);
  if (cursor?.quote === "'") return `'${word.replaceAll("'", "''")}'`;
  return cursor?.quote === '"' || !wordOnly.test(word) || truth.test(word) ? JSON.stringify(word) : word;
}

function escaped(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}
