/**
 * JSON as it is written. A program that reads numbers and writes them again changes those that it cannot hold (beyond
 * 2^53) and the order of names that are digits; what an operator did not touch must come back as it was, so tokens are
 * edited and merged in their own words.
 */
import { GridError } from '../errors';

export interface VerbatimMap {
  readonly kind: 'map';
  readonly members: readonly Member[];
}

export interface Member {
  readonly name: string;
  readonly value: Verbatim;
}

export type Verbatim =
  | VerbatimMap
  | { readonly kind: 'list'; readonly items: readonly Verbatim[] }
  /** A text with its quotes, a number, or a word. */
  | { readonly kind: 'plain'; readonly text: string };

/** No token is nested deeper; what is, could exhaust those who read it. */
const maxDepth = 500;

/** @throws GridError `malformed` for what is no JSON */
export function readJson(json: string): Verbatim {
  const text = json.startsWith('\ufeff') ? json.slice(1) : json;
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new GridError('malformed', 'This is no JSON.', { hint: 'Mend it.', cause });
  }
  return new Reader(text).value(0);
}

/** @throws GridError `malformed` when it is no object */
export function readObject(json: string): VerbatimMap {
  const value = readJson(json);
  if (value.kind === 'map') return value;
  throw new GridError('malformed', 'A token is an object with named fields, and this is something else.', { hint: 'Begin it with “{”.' });
}

/** Reads text that is known to be JSON. */
class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Verbatim {
    if (depth > maxDepth) throw new GridError('malformed', `The token is nested more than ${maxDepth} deep.`, { hint: 'Make it flatter.' });
    this.#skip();
    const first = this.text.charAt(this.#at);
    if (first === '{') return this.#map(depth);
    if (first === '[') return this.#list(depth);
    return { kind: 'plain', text: first === '"' ? this.#string() : this.#word() };
  }

  #map(depth: number): VerbatimMap {
    const members: Member[] = [];
    this.#at++;
    for (this.#skip(); this.text.charAt(this.#at) !== '}'; this.#skip()) {
      if (this.text.charAt(this.#at) === ',') this.#at++;
      this.#skip();
      const name = JSON.parse(this.#string()) as string;
      this.#skip();
      this.#at++; // the colon
      members.push({ name, value: this.value(depth + 1) });
    }
    this.#at++;
    return { kind: 'map', members };
  }

  #list(depth: number): Verbatim {
    const items: Verbatim[] = [];
    this.#at++;
    for (this.#skip(); this.text.charAt(this.#at) !== ']'; this.#skip()) {
      if (this.text.charAt(this.#at) === ',') this.#at++;
      items.push(this.value(depth + 1));
    }
    this.#at++;
    return { kind: 'list', items };
  }

  #string(): string {
    const start = this.#at;
    for (this.#at++; this.text.charAt(this.#at) !== '"'; this.#at++) if (this.text.charAt(this.#at) === '\\') this.#at++;
    this.#at++;
    return this.text.slice(start, this.#at);
  }

  #word(): string {
    const start = this.#at;
    while (this.#at < this.text.length && !/[\s,\]}]/.test(this.text.charAt(this.#at))) this.#at++;
    return this.text.slice(start, this.#at);
  }

  #skip(): void {
    while (' \t\r\n'.includes(this.text.charAt(this.#at)) && this.#at < this.text.length) this.#at++;
  }
}

/** For people: one line a member, two blanks a level, a line end at the end. */
export function pretty(value: Verbatim): string {
  return `${print(value, '\n')}\n`;
}

/** For the wire. */
export function compact(value: Verbatim): string {
  return print(value, undefined);
}

function print(value: Verbatim, line: string | undefined): string {
  if (value.kind === 'plain') return value.text;
  const inner = line === undefined ? undefined : `${line}  `;
  const parts =
    value.kind === 'list'
      ? value.items.map((item) => print(item, inner))
      : value.members.map(({ name, value: of }) => `${JSON.stringify(name)}:${line === undefined ? '' : ' '}${print(of, inner)}`);
  const [open, close] = value.kind === 'list' ? ['[', ']'] : ['{', '}'];
  if (parts.length === 0) return open + close;
  return `${open}${inner ?? ''}${parts.join(`,${inner ?? ''}`)}${line ?? ''}${close}`;
}

/** The value of a name; the last one where it stands twice, as all readers take it. */
export function valueIn(map: VerbatimMap, name: string): Verbatim | undefined {
  return map.members.findLast((member) => member.name === name)?.value;
}

/** The text that a member holds; undefined for numbers and everything else. */
export function textIn(map: VerbatimMap, name: string): string | undefined {
  const value = valueIn(map, name);
  return value?.kind === 'plain' && value.text.startsWith('"') ? (JSON.parse(value.text) as string) : undefined;
}

/** The map with another value under a name, at the same place; without the name when the value is undefined. */
export function withValue(map: VerbatimMap, name: string, value: Verbatim | undefined): VerbatimMap {
  if (value === undefined) return { kind: 'map', members: map.members.filter((member) => member.name !== name) };
  const there = map.members.some((member) => member.name === name);
  const members = there
    ? map.members.map((member) => (member.name === name ? { name, value } : member))
    : [...map.members, { name, value }];
  return { kind: 'map', members };
}

export function textValue(text: string): Verbatim {
  return { kind: 'plain', text: JSON.stringify(text) };
}

/** Plain data, for those who only look. */
export function dataOf(map: VerbatimMap): Readonly<Record<string, unknown>> {
  return JSON.parse(compact(map)) as Readonly<Record<string, unknown>>;
}

/** Whether two values say the same; the order of names, and how a number or a letter is written, do not count. */
export function sameValue(a: Verbatim | undefined, b: Verbatim | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'plain') return b.kind === 'plain' && samePlain(a.text, b.text);
  if (a.kind === 'list')
    return b.kind === 'list' && a.items.length === b.items.length && a.items.every((item, k) => sameValue(item, b.items[k]));
  if (b.kind !== 'map' || a.members.length !== b.members.length) return false;
  const there = new Map(b.members.map(({ name, value }) => [name, value]));
  return a.members.every(({ name, value }) => there.has(name) && sameValue(value, there.get(name)));
}

/** The same value, with its names in the order of another one: laid out beside each other, only what differs differs. */
export function inOrderOf(value: Verbatim, other: Verbatim | undefined): Verbatim {
  if (value.kind === 'list' && other?.kind === 'list')
    return { kind: 'list', items: value.items.map((item, at) => inOrderOf(item, other.items[at])) };
  if (value.kind !== 'map' || other?.kind !== 'map') return value;
  const own = new Map(value.members.map((member) => [member.name, member.value]));
  const beside = new Map(other.members.map((member) => [member.name, member.value]));
  const names = new Set([...beside.keys(), ...own.keys()]);
  const members = [...names].flatMap((name): Member[] => {
    const of = own.get(name);
    return of === undefined ? [] : [{ name, value: inOrderOf(of, beside.get(name)) }];
  });
  return { kind: 'map', members };
}

function samePlain(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.startsWith('"') && b.startsWith('"')) return JSON.parse(a) === JSON.parse(b);
  const [left, right] = [Number(a), Number(b)];
  // Whole numbers that are too large to tell apart are different unless they are written alike.
  return left === right && (Math.abs(left) <= Number.MAX_SAFE_INTEGER || !/^-?\d+$/.test(a + b));
}
