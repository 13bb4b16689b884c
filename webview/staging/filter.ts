/** Which files the table shows: by state, by words, or exactly those that something else in the panel points at. */
import { fileStates, stateLetters, type FileState } from '../../src/core/staging/state';
import type { Campaign } from './campaign';
import { codeOf } from './campaign';

/** Letter of the judgement that is no state. */
export const stalledLetter = 'w';

export interface Filter {
  /** Letters of states, and `w` for stalled; none shows all. */
  readonly letters: string;
  /** Part of a name or message, in any case. */
  readonly text: string;
  readonly scope?: Scope;
}

/** Files that a map or a reason points at. */
export type Scope =
  | { readonly kind: 'positions'; readonly observation: string; readonly positions: readonly number[] }
  | { readonly kind: 'reason'; readonly reason: string; readonly state: FileState };

export const everything: Filter = { letters: '', text: '' };

/** Turns a letter on or off; `a` turns all off. Whoever filters by state does not look at a scope any more. */
export function toggled(filter: Filter, letter: string): Filter {
  if (letter === 'a') return everything;
  const letters = filter.letters.includes(letter) ? filter.letters.replace(letter, '') : filter.letters + letter;
  return { letters, text: filter.text };
}

/** What a filter lets through, in the order of the campaign. */
export interface View {
  /** Files waiting in stalled observations. */
  isStalled(file: number): boolean;
  /** Files of the scope; undefined when there is none. */
  readonly within: ReadonlySet<number> | undefined;
}

/** O(files); text is looked for in each distinct message once. */
export function filtered(campaign: Campaign, filter: Filter, view: View): Int32Array {
  const { order, codes, files } = campaign;
  const stalled = filter.letters.includes(stalledLetter);
  const wanted = Uint8Array.from(fileStates, (state) => (filter.letters.includes(stateLetters[state]) ? 1 : 0));
  const anyState = filter.letters === '';
  const pattern = filter.text.trim() === '' ? undefined : new RegExp(escape(filter.text.trim()), 'i');
  const inMessage = pattern === undefined ? [] : files.messages.map((message) => pattern.test(message));
  const kept = new Int32Array(campaign.size);
  let count = 0;
  for (const file of order) {
    if (view.within !== undefined && !view.within.has(file)) continue;
    if (!anyState && wanted[codes[file] ?? 0] !== 1 && !(stalled && view.isStalled(file))) continue;
    if (pattern !== undefined && inMessage[files.message[file] ?? -1] !== true && !pattern.test(files.names[file] ?? '')) continue;
    kept[count++] = file;
  }
  return kept.slice(0, count);
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** States that still wait: a file of a stalled observation in one of these is stalled. */
export const waitingCodes: readonly number[] = (['tape', 'queued', 'staging', 'unknown'] as const).map((state) => codeOf[state]);

/** Keys that filter while the focus is in a map or a table. */
export const reservedLetters = `${fileStates.map((state) => stateLetters[state]).join('')}${stalledLetter}a`;
