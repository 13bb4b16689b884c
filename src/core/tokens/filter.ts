/** What a person types to find tokens: a part of the id, or conditions on fields. */
import { GridError } from '../errors';
import { isState } from './design';
import { isToken, standingOf, tokenStates, type TokenDocument, type TokenState } from './state';

export interface Filter {
  /** As typed. */
  readonly text: string;
  /** Words that the id holds, small and capital letters alike. */
  readonly words: readonly string[];
  readonly fields: readonly { readonly field: string; readonly value: unknown }[];
  readonly state: TokenState | undefined;
}

/**
 * `SB12`, `OBSID = L701238`, `state = error and hostname = wn-3`, `output = 22 SB1`. Values are JSON where they can be
 * read so, else text; a number is also found as text, since tools write both.
 * @throws GridError `rejected` for nothing at all, and for a state that is none
 */
export function readFilter(text: string): Filter {
  const words: string[] = [];
  const fields: { field: string; value: unknown }[] = [];
  let state: TokenState | undefined;
  const parts = text.split(/\s+and\s+|\s*&&\s*/).map((part) => part.trim());
  for (const part of parts) {
    if (part === '') continue;
    const [, field, raw] = /^([^\s=]+(?:\.[^\s=]+)*)\s*={1,3}\s*(.*)$/.exec(part) ?? [];
    if (field === undefined || raw === undefined) words.push(...part.split(/\s+/));
    else if (field === 'state') state = stateIn(raw.trim());
    else fields.push({ field, value: valueOf(raw.trim()) });
  }
  if (words.length === 0 && fields.length === 0 && state === undefined)
    throw new GridError('rejected', 'There is nothing to look for.', { hint: 'Type a part of an id, or field = value.' });
  return { text: text.trim(), words: words.map((word) => word.toLowerCase()), fields, state };
}

function stateIn(word: string): TokenState {
  const name = word.replace(/^["']|["']$/g, '').toLowerCase();
  const known = name === 'to do' ? 'todo' : name;
  if (isState(known)) return known;
  throw new GridError('rejected', `“${word}” is no state of a token.`, { hint: `There are: ${tokenStates.join(', ')}.` });
}

function valueOf(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return raw.replace(/^'(.*)'$/, '$1');
  }
}

export function passes(document: TokenDocument, { words, fields, state }: Filter): boolean {
  if (!isToken(document)) return false;
  if (state !== undefined && standingOf(document).state !== state) return false;
  const id = String(document._id).toLowerCase();
  if (!words.every((word) => id.includes(word))) return false;
  return fields.every(({ field, value }) => Object.hasOwn(document, field) && alike(document[field], value));
}

function alike(there: unknown, wanted: unknown): boolean {
  return wordOf(there) === wordOf(wanted);
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
