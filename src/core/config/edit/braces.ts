/** The cursor within braces and brackets of YAML that open on the same line: `git: {location: x, branch: y}`. */
import { type Cursor } from './cursor';
import { type Step } from '../tree';

interface Bracket {
  readonly map: boolean;
  readonly keys: string[];
  key: string | undefined;
  index: number;
  /** Where the word begins that is typed now. */
  from: number;
  /** A bracket was closed where the word would be. */
  done: boolean;
}

/**
 * @param source what stands from the first bracket to the line's end
 * @param at the cursor, counted from there
 * @param base where the source stands: the path of its value, and the offset of its first character
 */
export function flowCursor(source: string, at: number, base: { path: readonly Step[]; start: number }): Cursor | undefined {
  const open: Bracket[] = [];

  for (let index = 0; index < at; index++) {
    const char = source.charAt(index);
    const top = open.at(-1);
    if (char === '"' || char === "'") {
      const close = source.indexOf(char, index + 1);
      // The cursor is within the quotes.
      if (close < 0 || close >= at) break;
      index = close;
    } else if (char === '{' || char === '[') {
      open.push({ map: char === '{', keys: [], key: undefined, index: 0, from: index + 1, done: false });
    } else if (char === '}' || char === ']') {
      open.pop();
      const outer = open.at(-1);
      if (outer === undefined) return undefined;
      outer.done = true;
    } else if (char === ',' && top !== undefined) {
      top.key = undefined;
      top.index++;
      top.from = index + 1;
      top.done = false;
    } else if (
      char === ':' &&
      top?.map === true &&
      top.key === undefined &&
      (index + 1 === at || /[\s"']/.test(source.charAt(index + 1)))
    ) {
      top.key = unquote(source.slice(top.from, index));
      top.keys.push(top.key);
      top.from = index + 1;
    }
  }
  const top = open.at(-1);
  if (top === undefined || top.done) return undefined;
  return cursorIn(source, at, base, open, top);
}

function cursorIn(
  source: string,
  at: number,
  base: { path: readonly Step[]; start: number },
  open: readonly Bracket[],
  top: Bracket,
): Cursor | undefined {
  const blanks = /^\s*/.exec(source.slice(top.from, at))?.[0].length ?? 0;
  const start = top.from + blanks;
  const first = source.charAt(start);
  const quote = first === '"' || first === "'" ? first : '';
  const close = quote === '' ? -1 : source.indexOf(quote, start + 1);
  if (close >= 0 && close < at) return undefined;
  const rest = /^[^\s,:}\]#]*/.exec(source.slice(at))?.[0].length ?? 0;
  const end = close >= 0 ? close + 1 : at + rest;
  const isKey = top.map && top.key === undefined;
  const way = open.flatMap((each) => (each !== top ? [each.map ? (each.key ?? '') : each.index] : []));
  const last: Step[] = isKey ? [] : [top.map ? (top.key ?? '') : top.index];
  // Only keys of this pair of braces: up to the next one that closes.
  const behind = source.slice(end).split(/[{}[\]]/, 1)[0] ?? '';
  const later = isKey ? [...behind.matchAll(/,\s*["']?([\w$.-]+)["']?\s*:/g)].map((match) => match[1] ?? '') : [];
  return {
    offset: base.start + at,
    start: base.start + start,
    end: base.start + end,
    path: [...base.path, ...way, ...last],
    at: isKey ? 'key' : top.map ? 'value' : 'item',
    present: new Set(isKey ? [...top.keys, ...later] : []),
    quote,
    lead: !isKey && top.map && start === top.from && /[:]/.test(source.charAt(top.from - 1)) && at === start ? ' ' : '',
    colon: isKey && /^\s*:/.test(source.slice(end)),
    flow: true,
    comma: false,
  };
}

function unquote(word: string): string {
  return word.trim().replace(/^(["'])(.*)\1$/, '$2');
}
