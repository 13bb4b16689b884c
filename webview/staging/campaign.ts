/**
 * A campaign as the panel works with it: columns and arrays of indices, no object a file, so that 100 000 files are
 * filtered and sorted between two frames.
 */
import { fileStates, fileUrgency, isTrouble, stateLetters, type FileState } from '../../src/core/staging/state';
import type { Files, FilesNews } from '../../src/shared/staging';
import { observationsOf, type Observation } from './observation';

/** Number of a state in columns: its place in `fileStates`. */
export const codeOf = Object.fromEntries(fileStates.map((state, code) => [state, code])) as Record<FileState, number>;

const codeOfLetter = new Uint8Array(128).fill(codeOf.unknown);
for (const state of fileStates) codeOfLetter[stateLetters[state].charCodeAt(0)] = codeOf[state];

/** The state of a code. */
export function stateOf(code: number | undefined): FileState {
  return fileStates[code ?? 0] ?? 'unknown';
}

/** Whether a code is one that needs a person, by code. */
export const troubleCodes = Uint8Array.from(fileStates, (state) => (isTrouble(state) ? 1 : 0));

const byUrgency = fileStates.map((_, code) => code).sort((a, b) => fileUrgency(stateOf(a)) - fileUrgency(stateOf(b)));

export class Campaign {
  readonly size: number;
  readonly observations: readonly Observation[];
  /** Code of each file's state. */
  readonly codes: Uint8Array;
  #files: Files;
  /** Files by name; made once. */
  readonly #byName: Int32Array;
  #order: Int32Array | undefined;

  constructor(files: Files) {
    this.#files = files;
    this.size = files.names.length;
    this.codes = decode(files.states, this.size);
    this.#byName = sortedByName(files.names);
    this.observations = observationsOf(files, this.#byName);
    this.#count();
  }

  get files(): Files {
    return this.#files;
  }

  /** Takes what has changed; returns the files whose state, time or message is another one now. O(files). */
  accept(news: FilesNews): Set<number> {
    const { since, message, messages } = this.#files;
    const codes = decode(news.states, this.size);
    const changed = new Set<number>();
    // Messages are compared as words, for their numbers may be given anew.
    const places = new Map(messages.map((words, place) => [words, place]));
    const before = news.messages.map((words) => places.get(words) ?? -2);
    for (let k = 0; k < this.size; k++) {
      const now = news.message[k] ?? -1;
      const same = codes[k] === this.codes[k] && since[k] === news.since[k] && (message[k] ?? -1) === (now < 0 ? -1 : (before[now] ?? -2));
      if (!same) changed.add(k);
    }
    this.codes.set(codes);
    this.#files = { ...this.#files, ...news };
    this.#order = undefined;
    this.#count();
    return changed;
  }

  /** All files, trouble first, then by name. O(files): the names are in order already, only the states are dealt out. */
  get order(): Int32Array {
    this.#order ??= this.#deal();
    return this.#order;
  }

  state(file: number): FileState {
    return stateOf(this.codes[file]);
  }

  /** The message of a file; empty when it has none. */
  message(file: number): string {
    return this.#files.messages[this.#files.message[file] ?? -1] ?? '';
  }

  name(file: number): string {
    return this.#files.names[file] ?? '';
  }

  site(file: number): string {
    return this.#files.sites[this.#files.site[file] ?? -1] ?? '';
  }

  /** ms since 1970; 0 when not known. */
  since(file: number): number {
    return this.#files.since[file] ?? 0;
  }

  #deal(): Int32Array {
    const places = new Int32Array(fileStates.length);
    for (const code of this.codes) places[code] = (places[code] ?? 0) + 1;
    let next = 0;
    for (const code of byUrgency) {
      const count = places[code] ?? 0;
      places[code] = next;
      next += count;
    }
    const order = new Int32Array(this.size);
    for (const file of this.#byName) {
      const code = this.codes[file] ?? 0;
      const at = places[code] ?? 0;
      order[at] = file;
      places[code] = at + 1;
    }
    return order;
  }

  #count(): void {
    for (const observation of this.observations) {
      observation.counts.fill(0);
      for (const file of observation.files) {
        const code = this.codes[file] ?? 0;
        observation.counts[code] = (observation.counts[code] ?? 0) + 1;
      }
    }
  }
}

function decode(letters: string, size: number): Uint8Array {
  const codes = new Uint8Array(size);
  for (let k = 0; k < size; k++) codes[k] = codeOfLetter[letters.charCodeAt(k) & 127] ?? 0;
  return codes;
}

/** Names by their characters: bands are written with leading zeros, and a sort by the rules of a language takes seconds. */
function sortedByName(names: readonly string[]): Int32Array {
  const order = Int32Array.from(names, (_, k) => k);
  const inOrder = names.every((name, k) => k === 0 || (names[k - 1] ?? '') <= name);
  return inOrder
    ? order
    : order.sort((a, b) => {
        const left = names[a] ?? '';
        const right = names[b] ?? '';
        return left < right ? -1 : left > right ? 1 : a - b;
      });
}
