/** Where somebody types: in which map, at a key or a value, and what the typed word is. */
import { type Span, type Step } from '../tree';

/** A place in a document that need not be readable. The span is what a completed word replaces; it lies on one line. */
export interface Cursor extends Span {
  readonly offset: number;
  /** The way to the map whose key is typed, to the value, or to the item of a list. */
  readonly path: readonly Step[];
  /** An item of a list may become a map, or stay a value. */
  readonly at: 'key' | 'value' | 'item';
  /** Keys that stand in that map already, without the one at the cursor. */
  readonly present: ReadonlySet<string>;
  /** The quote that the typed word begins with. */
  readonly quote: '' | '"' | "'";
  /** Blanks that are missing before the word. */
  readonly lead: string;
  /** A colon stands behind the key already. */
  readonly colon: boolean;
  /** Within braces or brackets, where nothing goes over lines. */
  readonly flow: boolean;
  /** The next entry follows without a comma (JSON). */
  readonly comma: boolean;
}

interface Bracket {
  readonly map: boolean;
  readonly keys: string[];
  key: string | undefined;
  index: number;
}

const token = /\/\/[^\r\n]*|\/\*[^]*?(?:\*\/|$)|"(?:\\.|[^"\\\r\n])*"?|[{}[\]:,]|[^\s{}[\]:,"/]+|\//g;

/** The cursor in JSON, by brackets alone; undefined in comments, behind a finished value, and where nothing can stand. */
export function jsonCursor(text: string, offset: number): Cursor | undefined {
  const open: Bracket[] = [];
  let before = '';
  let word = { start: offset, end: offset, text: '' };
  /** The bracket that the cursor is in, once it is passed; reading goes on to its end for the keys behind. */
  let found: { cursor: Omit<Cursor, 'present' | 'colon' | 'comma'>; bracket: Bracket; own: boolean } | undefined;
  let after: string | undefined;
  /** The last whole word. */
  let last = '';
  const settle = (): boolean => {
    const bracket = open.at(-1);
    if (bracket === undefined || !stands(before, bracket)) return false;
    found = { cursor: cursorIn(open, bracket, word, offset), bracket, own: false };
    return true;
  };
  for (const { 0: each, index: start } of text.matchAll(token)) {
    const end = start + each.length;
    const isComment = each.startsWith('//') || each.startsWith('/*');
    if (found === undefined) {
      if (isComment) {
        const closed = each.startsWith('/*') && each.endsWith('*/');
        if (start < offset && (offset < end || (offset === end && !closed))) return undefined;
        continue;
      }
      const isPunctuation = /^[{}[\]:,]$/.test(each);
      if (!isPunctuation && start <= offset && offset <= end) {
        // Behind the closing quote the word is done. An open one ends with its line.
        const closed = /^"(\\.|[^"\\])*"$/.test(each);
        if (offset === end && closed) return undefined;
        const rest = closed || !each.startsWith('"') ? end : offset + (/^[\w$.]*/.exec(text.slice(offset, end))?.[0].length ?? 0);
        word = { start, end: rest, text: each };
        if (!settle()) return undefined;
        last = each;
        continue;
      }
      if (start >= offset && !settle()) return undefined;
    }
    if (isComment) continue;
    if (found !== undefined) after ??= each;
    const top = open.at(-1);
    if (each === '{' || each === '[') open.push({ map: each === '{', keys: [], key: undefined, index: 0 });
    else if (each === '}' || each === ']') {
      if (top === found?.bracket) break;
      open.pop();
    } else if (each === ',' && top !== undefined) {
      top.key = undefined;
      top.index++;
    } else if (each === ':' && top?.map === true && top.key === undefined) {
      top.key = unquoted(last);
      if (found?.bracket === top && found.cursor.at === 'key' && after === ':' && !found.own) found.own = true;
      else top.keys.push(top.key);
    }
    before = last = each;
  }
  if (found === undefined && !settle()) return undefined;
  if (found === undefined) return undefined;
  const comma = after !== undefined && !/^[}\]:,]$/.test(after);
  return { ...found.cursor, present: new Set(found.bracket.keys), colon: after === ':', comma };
}

/** Whether something can stand behind a token. */
function stands(before: string, { map, key }: Bracket): boolean {
  if (before === '{') return map;
  if (before === '[') return !map;
  return before === ',' || (before === ':' && key !== undefined);
}

function cursorIn(
  open: readonly Bracket[],
  bracket: Bracket,
  { start, end, text }: Span & { readonly text: string },
  offset: number,
): Omit<Cursor, 'present' | 'colon' | 'comma'> {
  const isKey = bracket.map && bracket.key === undefined;
  const steps = open.map(({ map, key, index }) => (map ? (key ?? '') : index));
  return {
    start,
    end,
    offset,
    path: isKey ? steps.slice(0, -1) : steps,
    at: isKey ? 'key' : bracket.map ? 'value' : 'item',
    quote: text.startsWith('"') ? '"' : '',
    lead: '',
    flow: true,
  };
}

function unquoted(source: string): string {
  if (!source.startsWith('"')) return source;
  try {
    return String(JSON.parse(source));
  } catch {
    return source.slice(1).replace(/"$/, '');
  }
}
