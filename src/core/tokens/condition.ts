/**
 * Conditions of views, looked over before they are sent: an engine of 2011 has to read them, and a map function that
 * breaks fails on the server without a word, as a view without rows.
 */
import { nearest } from '../nearest';
import { wordsOf, type Word } from './script';

export interface ConditionProblem {
  /** `error`: the server would refuse it or find nothing; `warning`: it does something else than it seems. */
  readonly severity: 'error' | 'warning';
  /** Offsets; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** What a map function can call beside its document. */
const known = new Set(
  'doc parseInt parseFloat isNaN isFinite Number String Boolean Math Date Object Array JSON RegExp undefined NaN Infinity isArray toJSON sum decodeURIComponent encodeURIComponent'.split(
    ' ',
  ),
);
const values = new Set(['true', 'false', 'null', 'this']);
const prefixes = new Set(['typeof', 'void', 'new', 'delete']);
/** What may stand behind `new`. */
const made = new Set(['Date', 'RegExp']);
const joints = new Set(['in', 'instanceof']);
const refused = new Set(
  'break case catch class const continue debugger default do else enum export extends finally for function if import let return super switch throw try var while with yield async await'.split(
    ' ',
  ),
);
/** Signs that ES5 lacks. */
const modern = new Set(['=>', '...', '**', '**=', '??', '??=', '?.', '&&=', '||=']);
/** Methods that came later; they are no syntax, so that they would fail for each document by itself. */
const lateMethods = new Set(
  'includes startsWith endsWith padStart padEnd repeat find findIndex flat flatMap values entries assign fromEntries trimStart trimEnd at replaceAll matchAll isInteger'.split(
    ' ',
  ),
);
const unary = new Set(['!', '~', '+', '-', '++', '--']);
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Problems of one expression in ES5, by place. Those of a condition beyond its syntax are told too: `=` for `==`, a comma. */
export function lintCondition(text: string): ConditionProblem[] {
  return new Reader(text, false).problems;
}

/** Problems of what `emit` is given: a key, or a key and a value. */
export function lintEmit(text: string): ConditionProblem[] {
  return new Reader(text, true).problems;
}

/** A bracket that is open, and whether it stands behind a value: then ( calls and [ looks up. */
interface Open extends Word {
  readonly behind: boolean;
}

class Reader {
  readonly problems: ConditionProblem[] = [];
  readonly #words: readonly Word[];
  /** Brackets that are open, innermost last; a question mark stands for its colon. */
  readonly #open: Open[] = [];
  /** Whether a value comes next, or a sign between two. */
  #wantsValue = true;
  #commas = 0;
  /** A key was read, and its colon comes. */
  #keyed = false;

  constructor(
    private readonly text: string,
    private readonly pair: boolean,
  ) {
    this.#words = wordsOf(text);
    if (this.#words.length === 0)
      this.#tell(undefined, pair ? 'Say what the rows hold, such as doc._id.' : 'Write a condition, such as doc.lock > 0.');
    else this.#read();
    this.problems.sort((a, b) => a.start - b.start);
  }

  #read(): void {
    for (const [index, word] of this.#words.entries()) {
      // One slip makes all that follows look wrong.
      if (this.problems.some(({ severity }) => severity === 'error')) return;
      this.#step(word, this.#words[index - 1], this.#words[index + 1]);
    }
    const open = this.#open.at(-1);
    if (this.problems.some(({ severity }) => severity === 'error')) return;
    if (open !== undefined)
      this.#tell(
        open,
        open.text === '?' ? 'This question mark has no colon. Add “: ” and the other value.' : `This ${open.text} is not closed.`,
      );
    else if (this.#wantsValue) this.#tell(this.#words.at(-1), 'The expression ends where a value should follow.');
  }

  #step(word: Word, last: Word | undefined, next: Word | undefined): void {
    const { kind, text } = word;
    if (this.#atKey(last) && text !== '}') this.#key(word, next);
    else if (kind === 'stray') this.#tell(word, strayMessage(text));
    else if (kind === 'number' && !/^(?:0[xX][\dA-Fa-f]+|(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)$/.test(text))
      this.#tell(word, `“${text}” is no number that every server reads.`);
    else if (kind === 'name') this.#name(word, last, next);
    else if (kind === 'sign') this.#sign(word, last, next);
    else if (kind === 'pattern' && !isPattern(text))
      this.#tell(word, 'This pattern cannot be read. A bracket that stands for itself needs a backslash.');
    else this.#value(word);
  }

  #name(word: Word, last: Word | undefined, next: Word | undefined): void {
    const { text } = word;
    if (last?.text === '.' && last.kind === 'sign') {
      if (lateMethods.has(text) && next?.text === '(')
        this.#tell(
          word,
          `“${text}” is newer than the JavaScript of the server. ${text === 'includes' || text === 'startsWith' ? 'Use indexOf.' : 'Use what ES5 has.'}`,
        );
      this.#wantsValue = false;
    } else if (joints.has(text)) this.#joint(word);
    else if (text === 'new' && !made.has(next?.text ?? '')) this.#tell(word, 'Only a Date or a RegExp can be made here.');
    else if (prefixes.has(text)) this.#expectValue(word);
    else if (refused.has(text)) this.#tell(word, `“${text}” cannot stand in an expression.`);
    else {
      this.#value(word);
      if (!known.has(text) && !values.has(text)) this.#unknown(word);
    }
  }

  /** Whether a key of an object literal comes next. */
  #atKey(last: Word | undefined): boolean {
    return this.#open.at(-1)?.text === '{' && (last?.text === '{' || last?.text === ',') && last.kind === 'sign';
  }

  #key({ kind, text, start }: Word, next: Word | undefined): void {
    if (kind === 'sign' || kind === 'stray' || kind === 'pattern' || next?.text !== ':')
      this.#tell({ kind, text, start }, 'An object has keys, each with a colon and a value: {a: doc.a}.');
    this.#keyed = true;
    this.#wantsValue = false;
  }

  #unknown(word: Word): void {
    const meant = nearest(word.text, [...known], 2);
    this.#tell(
      word,
      `“${word.text}” is not known on the server. ${meant === undefined ? 'Fields are written doc.NAME, and text stands in quotes.' : `Did you mean ${meant}?`}`,
    );
  }

  #sign(word: Word, last: Word | undefined, next: Word | undefined): void {
    const { text } = word;
    const inside = this.#open.at(-1)?.text;
    if (modern.has(text)) this.#tell(word, `“${text}” is newer than the JavaScript of the server.`);
    else if (text === ';') this.#tell(word, 'This is one expression: no semicolon, no second statement.');
    else if (text === '(' || text === '[' || text === '{') this.#opens(word);
    else if (text === ')' || text === ']' || text === '}') this.#closes(word, last);
    else if (text === '.') {
      if (this.#wantsValue || next?.kind !== 'name')
        this.#tell(word, 'A field name has to stand behind this full stop, and its object before it.');
    } else if (text === ',') this.#comma(word, inside);
    else if (text === '?') {
      this.#joint(word);
      this.#open.push({ ...word, behind: true });
    } else if (text === ':') {
      if (inside === '?') this.#open.pop();
      else if (!this.#keyed) this.#tell(word, 'This colon belongs to no question mark.');
      this.#keyed = false;
      this.#joint(word);
    } else if (text === '!' || text === '~' || (this.#wantsValue && unary.has(text))) this.#expectValue(word);
    else if (/^(?:[-+*/%&|^]|<<|>>>?)?=$|^\+\+$|^--$/.test(text))
      this.#tell(
        word,
        text === '=' ? 'A single = assigns and does not compare. Write ==.' : `“${text}” changes something, and a condition must not.`,
      );
    else this.#joint(word);
  }

  #opens(word: Word): void {
    const behind = !this.#wantsValue;
    if (word.text === '{' && behind) this.#tell(word, 'An object cannot stand here.');
    this.#open.push({ ...word, behind });
    this.#wantsValue = true;
  }

  #closes(word: Word, last: Word | undefined): void {
    const open = this.#open.pop();
    if (open === undefined || closing[open.text] !== word.text) {
      const message = open === undefined ? `This ${word.text} was never opened.` : `The ${open.text} before is not closed by ${word.text}.`;
      this.#tell(word, message);
      return;
    }
    // f(), [] and {} are whole; () and a[] are not.
    const empty = last?.start === open.start && open.behind === (open.text === '(');
    if (this.#wantsValue && !empty) this.#tell(word, `A value is missing before this ${word.text}.`);
    this.#wantsValue = false;
  }

  #comma(word: Word, inside: string | undefined): void {
    this.#joint(word);
    if (inside !== undefined && inside !== '?') return;
    this.#commas++;
    if (!this.pair) this.#tell(word, 'Only what stands behind the last comma counts. Write && for “and”.', 'warning');
    else if (this.#commas > 1) this.#tell(word, 'A row has a key and a value, and no more. Put several values into brackets: [a, b].');
  }

  #value(word: Word): void {
    if (this.#wantsValue) this.#wantsValue = false;
    else this.#tell(word, `A sign such as && or == is missing before “${word.text}”.`);
  }

  #expectValue(word: Word): void {
    if (!this.#wantsValue) this.#tell(word, `A sign such as && or == is missing before “${word.text}”.`);
    this.#wantsValue = true;
  }

  #joint(word: Word): void {
    if (this.#wantsValue) this.#tell(word, `A value is missing before “${word.text}”.`);
    this.#wantsValue = true;
  }

  #tell(word: Word | undefined, message: string, severity: 'error' | 'warning' = 'error'): void {
    const start = word?.start ?? 0;
    this.problems.push({ severity, start, end: word === undefined ? this.text.length : start + word.text.length, message });
  }
}

function isPattern(text: string): boolean {
  const end = text.lastIndexOf('/');
  try {
    new RegExp(text.slice(1, end));
    return /^(?!.*(.).*\1)[gim]*$/.test(text.slice(end + 1));
  } catch {
    return false;
  }
}

function strayMessage(text: string): string {
  if (text === '`') return 'Text in backticks is newer than the JavaScript of the server. Use quotes.';
  if (text === '"' || text === "'") return 'This quote is not closed on its line.';
  return `“${text}” means nothing in a script.`;
}
