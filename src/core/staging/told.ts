/** What checks have told of the links of a list, with when: the last whole check, and single links checked again since. */
import type { LocalityAnswer } from '../ports';
import { LocalityCheck } from './check';
import type { Ways } from './door';
import { stateOfLocality } from './locality';
import type { FileState } from './state';

export interface Told {
  readonly state: FileState;
  /** Of trouble the reason, as a sentence. */
  readonly problem?: string;
  /** As it was answered; absent for trouble. */
  readonly locality?: Extract<LocalityAnswer, { readonly locality: unknown }>['locality'];
  /** ms since 1970. */
  readonly at: number;
}

export interface ToldPart {
  readonly check: LocalityCheck;
  /** ms since 1970. */
  readonly at: number;
  readonly whole: boolean;
}

export class ToldList {
  #whole: { readonly check: LocalityCheck; readonly at: number } | undefined;
  readonly #later = new Map<string, { readonly answer: LocalityAnswer; readonly at: number }>();
  #running: { readonly check: LocalityCheck; readonly at: number } | undefined;
  /** When anything was first and last told, and by whom; ms since 1970. */
  first = Infinity;
  at = 0;
  by = '';
  /** Who has told of which site. */
  ways: Ways = new Map();

  /** A check that has begun and is not at its end: what it has told already counts. */
  begin(check: LocalityCheck, by: string, at: number): void {
    this.#running = { check, at };
    if (this.by === '') this.by = by;
    this.first = Math.min(this.first, at);
  }

  /** Links that the check under way has an answer for, and all it asks about; undefined while none is. */
  get running(): { readonly done: number; readonly total: number } | undefined {
    return this.#running?.check;
  }

  /** A check that came to nothing leaves no trace. */
  drop(): void {
    this.#running = undefined;
  }

  /** Takes a check in. One of the whole list makes all before it void; of a cancelled one what it has learned stays. */
  add(check: LocalityCheck, by: string, at: number, whole: boolean, ways: Ways = new Map()): void {
    this.#running = undefined;
    this.at = at;
    this.first = Math.min(this.first, at);
    this.by = by;
    this.ways = new Map([...this.ways, ...ways]);
    if (whole && !check.cancelled) {
      this.#whole = { check, at };
      this.first = at;
      this.#later.clear();
      return;
    }
    for (const link of check.links) {
      const answer = check.answer(link);
      if (answer !== undefined) this.#later.set(link, { answer, at });
    }
  }

  /** What is known, the oldest first, to be given to `add` again; of a check under way what it has told so far. */
  get parts(): readonly ToldPart[] {
    const later = new Map<number, [string, LocalityAnswer][]>();
    const put = (link: string, answer: LocalityAnswer | undefined, at: number) => {
      if (answer === undefined) return;
      const same = later.get(at);
      if (same === undefined) later.set(at, [[link, answer]]);
      else same.push([link, answer]);
    };
    for (const [link, { answer, at }] of this.#later) put(link, answer, at);
    const { check, at = 0 } = this.#running ?? {};
    for (const link of check?.links ?? []) put(link, check?.answer(link), at);
    const parts = [...later].map(([when, answers]): ToldPart => {
      const part = new LocalityCheck(answers.map(([link]) => link));
      for (const [link, answer] of answers) part.hear(link, answer);
      return { check: part, at: when, whole: false };
    });
    const whole = this.#whole === undefined ? [] : [{ ...this.#whole, whole: true }];
    return [...whole, ...parts.sort((a, b) => a.at - b.at)];
  }

  of(link: string): Told | undefined {
    const running = this.#running?.check.answer(link);
    const later = this.#later.get(link);
    const answer = running ?? later?.answer ?? this.#whole?.check.answer(link);
    const at = running === undefined ? (later?.at ?? this.#whole?.at) : this.#running?.at;
    if (answer === undefined || at === undefined) return undefined;
    if ('problem' in answer) return { state: 'failed', problem: answer.problem, at };
    return { state: stateOfLocality(answer.locality), locality: answer.locality, at };
  }
}

/** Why a file could not be checked, in three words; '' for what has no short name. */
export function briefly(problem: string): string {
  return briefs.find(([pattern]) => pattern.test(problem))?.[1] ?? '';
}

const briefs: readonly (readonly [RegExp, string])[] = [
  [/no such file/i, 'no such file'],
  [/this is a folder/i, 'a folder'],
  [/does not allow|not allowed|may not be/i, 'not allowed'],
  [/ran out|has run out|ends too soon/i, 'sign-in has ended'],
  [/sign(ed)? in|grid proxy|refused the token|does not know who/i, 'not signed in'],
  [/was not asked: |does not answer|no answer|refused the connection|cannot be reached|no way from|is down|not reach/i, 'no answer'],
  [/not installed|has no module/i, 'gfal2 is missing'],
  [/^no stager .* serves/i, 'no stager'],
  [/cancelled/i, 'not asked'],
];
