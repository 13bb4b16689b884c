/**
 * YAML 1.1 as Python's tools write and read it, with offsets, from the event stream of js-yaml. The parser stops at its
 * first error: there is never more than one `syntax` fault, and then a tree only where leaving out one line mends it.
 */
import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAML11_SCHEMA, YAMLException, type Event, type ScalarEvent } from 'js-yaml';
import { GridError } from '../errors';
import {
  type AliasNode,
  type Entry,
  type Fault,
  type ListNode,
  type MapNode,
  type Node,
  type ScalarNode,
  type ScalarStyle,
  type ScalarValue,
  type Span,
  type Tree,
} from './tree';

/** Collections nested deeper than this are refused: no configuration needs it, and each level costs stack. */
const maxDepth = 60;

const styles: Readonly<Record<number, ScalarStyle>> = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'block',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'block',
};

/** Parses a document; never throws. */
export function parseYaml(text: string): Tree {
  let events: Event[];
  try {
    events = parseEvents(text, { maxDepth });
  } catch (error) {
    return salvaged(text, error);
  }
  return new Builder(text, events).build();
}

/**
 * What can be read in spite of an error: while somebody types a line, the problems of all others should not come and go.
 * The line of the error is left out, else the one above it, where an unfinished key is only noticed later.
 */
function salvaged(text: string, error: unknown): Tree {
  const fault = syntaxFault(error, text);
  const here = lineAt(text, fault.start);
  for (const line of [here, lineAt(text, Math.max(0, here.start - 1))]) {
    const rest = text.slice(0, line.start) + ' '.repeat(line.end - line.start) + text.slice(line.end);
    try {
      const { root, faults } = new Builder(rest, parseEvents(rest, { maxDepth })).build();
      return { syntax: 'yaml', text, root, faults: [fault, ...faults] };
    } catch {
      // More than this line is damaged.
    }
  }
  return { syntax: 'yaml', text, root: undefined, faults: [fault] };
}

/** The line around an offset, without its line break. */
function lineAt(text: string, offset: number): Span {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  const end = text.slice(start).search(/[\r\n]|$/);
  return { start, end: start + end };
}

class Builder {
  private at = 0;
  private readonly faults: Fault[] = [];
  private readonly anchors = new Map<string, Node>();
  /** End of the last thing read: collections have no end of their own among the events. */
  private last = 0;

  constructor(
    private readonly text: string,
    private readonly events: readonly Event[],
  ) {}

  build(): Tree {
    let root: Node | undefined;
    let documents = 0;
    while (this.at < this.events.length) {
      const event = this.events[this.at];
      if (event?.type === EVENT_ID.DOCUMENT) {
        this.at++;
        documents++;
        const start = this.last;
        const next = this.events[this.at];
        if (next === undefined || next.type === EVENT_ID.POP) continue;
        const node = this.node();
        root ??= node;
        if (documents === 2) this.fault('several-documents', this.startOf(node, start), node.end, 'only the first document is read');
      } else this.at++;
    }
    return { syntax: 'yaml', text: this.text, root, faults: this.faults };
  }

  private node(): Node {
    const event = this.events[this.at++];
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        return this.scalar(event);
      case EVENT_ID.ALIAS:
        return this.alias(event.anchorStart, event.anchorEnd);
      case EVENT_ID.MAPPING:
        return this.map(event.start, event.style === 2, event);
      case EVENT_ID.SEQUENCE:
        return this.list(event.start, event.style === 2, event);
      default:
        // A document that ends where a node should be; the parser does not tell such a thing.
        return this.nothing();
    }
  }

  private map(start: number, flow: boolean, named: Named): MapNode {
    const entries: Entry[] = [];
    const node = { kind: 'map' as const, start, end: start, flow, entries };
    this.collectionTag(named, mapTags);
    this.name(named, node);
    const seen = new Set<string>();
    while (!this.popped()) {
      const key = this.node();
      const value = this.node();
      if (key.kind !== 'scalar') {
        this.fault('odd-key', key.start, key.end, 'a key has to be plain text');
        continue;
      }
      if (seen.has(key.text)) this.fault('duplicate-key', key.start, key.end, key.text);
      seen.add(key.text);
      entries.push({ key, value });
    }
    node.end = flow ? this.close('}') : Math.max(start, this.last);
    return node;
  }

  private list(start: number, flow: boolean, named: Named): ListNode {
    const items: Node[] = [];
    const node = { kind: 'list' as const, start, end: start, flow, items };
    this.collectionTag(named, listTags);
    this.name(named, node);
    while (!this.popped()) items.push(this.node());
    node.end = flow ? this.close(']') : Math.max(start, this.last);
    return node;
  }

  private popped(): boolean {
    const event = this.events[this.at];
    if (event !== undefined && event.type !== EVENT_ID.POP) return false;
    this.at++;
    return true;
  }

  /** Just behind the bracket that closes a flow collection; comments may stand before it. */
  private close(bracket: string): number {
    const { text } = this;
    let at = this.last;
    for (; at < text.length && text[at] !== bracket; at++) {
      if (text[at] === '#') at = lineEnd(text, at) - 1;
    }
    return (this.last = Math.min(at + 1, text.length));
  }

  private alias(start: number, end: number): AliasNode {
    const name = this.text.slice(start, end);
    const target = this.anchors.get(name);
    if (target === undefined) this.fault('unknown-anchor', start - 1, end, name);
    this.last = end;
    return { kind: 'alias', start: start - 1, end, name, target };
  }

  private scalar(event: ScalarEvent): ScalarNode {
    const { valueStart, valueEnd } = event;
    const style = styles[event.style] ?? 'plain';
    const tag = this.tag(event);
    if (valueStart < 0) {
      const node = this.nothing(tag);
      this.name(event, node);
      return node;
    }
    const text = event.fast && style === 'plain' ? this.text.slice(valueStart, valueEnd) : getScalarValue(this.text, event);
    const quoted = style === 'single' || style === 'double' ? 1 : 0;
    const start = valueStart - quoted;
    let end = valueEnd + quoted;
    // A block ends with its last line, not with the blank ones behind it.
    if (style === 'block') while (end > start && /\s/.test(this.text.charAt(end - 1))) end--;
    const node: ScalarNode = { kind: 'scalar', start, end, text, style, tag, value: this.value(text, style, tag, start, end) };
    this.last = Math.max(this.last, end);
    this.name(event, node);
    return node;
  }

  /** What stands where a value could be: a place just behind the colon or the dash. */
  private nothing(tag = ''): ScalarNode {
    const { text } = this;
    let at = this.last;
    while (at < text.length && (text[at] === ' ' || text[at] === '\t')) at++;
    if (text[at] === ':' || text[at] === '-' || text[at] === '?') at++;
    else at = this.last;
    this.last = at;
    return { kind: 'scalar', start: at, end: at, text: '', style: 'plain', tag, value: tag === '!!str' ? '' : null };
  }

  private value(text: string, style: ScalarStyle, tag: string, start: number, end: number): ScalarValue {
    // A lone “!” means nothing to Python.
    if (tag !== '' && tag !== '!') {
      const definition = /^!!\w+$/.test(tag) ? YAML11_SCHEMA.lookupScalarTag(`tag:yaml.org,2002:${tag.slice(2)}`) : undefined;
      const value = definition?.resolve(text, true, definition.tagName);
      if (isScalarValue(value)) return value;
      this.fault('foreign-tag', start, end, tag);
      return text;
    }
    if (style !== 'plain' || startsAsText(text) || isTextToPython(text)) return text;
    const { value } = YAML11_SCHEMA.resolveImplicitScalarTag(text);
    // Python's whole numbers have no negative zero.
    if (value === 0) return 0;
    return isScalarValue(value) ? value : text;
  }

  /** As written, or `!!int` where it is written in full. */
  private tag({ tagStart, tagEnd }: Named): string {
    if (tagStart < 0) return '';
    return this.text.slice(tagStart, tagEnd).replace(/^!<tag:yaml\.org,2002:(\w+)>$/, '!!$1');
  }

  private collectionTag(named: Named, known: ReadonlySet<string>): void {
    const tag = this.tag(named);
    if (!known.has(tag)) this.fault('foreign-tag', named.tagStart, named.tagEnd, tag);
  }

  private name(named: Named, node: Node): void {
    if (named.anchorStart >= 0) this.anchors.set(this.text.slice(named.anchorStart, named.anchorEnd), node);
  }

  private fault(kind: Fault['kind'], start: number, end: number, message: string): void {
    this.faults.push({ kind, start, end, message });
  }

  private startOf(node: Node, from: number): number {
    return node.start < from ? from : node.start;
  }
}

interface Named {
  readonly anchorStart: number;
  readonly anchorEnd: number;
  readonly tagStart: number;
  readonly tagEnd: number;
}

/** What Python's safe reader takes for a collection. */
const mapTags: ReadonlySet<string> = new Set(['', '!', '!!map', '!!set']);
const listTags: ReadonlySet<string> = new Set(['', '!', '!!seq', '!!omap', '!!pairs']);

function isScalarValue(value: unknown): value is ScalarValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value) || value instanceof Date || value instanceof Uint8Array;
}

/** Where PyYAML departs from YAML 1.1 and js-yaml does not: single letters, signed fractions, clock times before 1:00. */
function isTextToPython(text: string): boolean {
  return /^(?:[yYnN]|[-+]\.\d.*|[-+]?\._.*|[-+]?0[\d_]*:[^.]*)$/.test(text);
}

/** Most values are words and paths: those cannot be anything but text, and need not be tried against every type. */
function startsAsText(text: string): boolean {
  const first = text.charCodeAt(0);
  // Letters that begin no true, yes, on, null, false, no, off in any case.
  return first === 0x24 || first === 0x2f || (first > 64 && first < 123 && !'tTyYoOnNfF'.includes(text.charAt(0)));
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

/** The parser's own words for the few errors that people really make, in sentences that say what to do. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/tab characters? must not be used|tab characters/i, 'Here is a tab, and YAML wants blanks. Put blanks in its place.'],
  [
    /bad indentation of a mapping entry/,
    'This line does not fit its neighbours. Give it the same indentation as its sisters, and quote a value that holds “: ”.',
  ],
  [/bad indentation of a sequence entry/, 'This item does not fit the list. Give it the same indentation as the items above.'],
  [
    /deficient indentation|unexpected end of the stream within a (single|double) quoted|unexpected end of the stream within a flow/,
    'A quote or bracket was opened above and is not closed. Close it.',
  ],
  [
    /can not read a block mapping entry|implicit mapping pair|multiline key/,
    'This line has no key with “: ” behind it. Write “key: value”, with a blank after the colon.',
  ],
  [
    /end of the stream or a document separator is expected/,
    'YAML cannot read on from here. Look at the indentation of this line and at the blank after each colon.',
  ],
  [/nesting|depth/i, `Maps and lists are nested more than ${maxDepth} deep here. Make it flatter.`],
  [/unknown escape sequence/, 'The text in double quotes holds a backslash that means nothing. Use single quotes.'],
  [
    /found character that cannot start any token|reserved|unexpected character/i,
    'No value can begin with this character. Put the value in quotes.',
  ],
  [/non-?printable|null byte|control/i, 'The file holds a character that cannot be seen and that YAML refuses. Remove it.'],
];

function syntaxFault(error: unknown, text: string): Fault {
  if (!(error instanceof YAMLException)) {
    // A defect of the parser (a stack that ends, say) is the document's fault for the reader all the same.
    const reason = error instanceof GridError || error instanceof Error ? error.message : String(error);
    return { kind: 'syntax', start: 0, end: firstWord(text, 0), message: `The file cannot be read as YAML: ${reason}.` };
  }
  const start = Math.min(error.mark?.position ?? 0, text.length);
  const tab = tabBefore(text, start);
  if (tab !== undefined) return { kind: 'syntax', ...tab, message: sentences[0]?.[1] ?? '' };
  const sentence = sentences.find(([pattern]) => pattern.test(error.reason))?.[1] ?? `YAML cannot read this: ${error.reason}.`;
  const end = firstWord(text, start);
  return { kind: 'syntax', start: end > start ? start : Math.max(0, start - 1), end, message: sentence };
}

/** A tab in the indentation of the line of an error, or between its words, is its cause, whatever the parser calls it. */
function tabBefore(text: string, offset: number): { start: number; end: number } | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const line = /^[^\r\n]*/.exec(text.slice(start, start + 1000))?.[0] ?? '';
  const tab = /^ *\t/.test(line) ? line.indexOf('\t') : line.search(/(?<=[:,[{] *)\t/);
  return tab < 0 ? undefined : { start: start + tab, end: start + tab + (/^[ \t]*/.exec(line.slice(tab))?.[0].length ?? 1) };
}

function firstWord(text: string, from: number): number {
  const rest = /^[^\r\n]*/.exec(text.slice(from, from + 200))?.[0].trimEnd() ?? '';
  return from + rest.length;
}
