/**
 * The words of a script in ES5, the JavaScript that CouchDB's older engine reads. Just enough of a reader to compare two
 * scripts by what they say, and to look a condition over: no grammar, and no dependency on one of today's parsers, which
 * would all accept too much.
 */

export type WordKind = 'name' | 'number' | 'string' | 'pattern' | 'sign' | 'stray';

export interface Word {
  readonly kind: WordKind;
  readonly text: string;
  /** Offset in the script. */
  readonly start: number;
}

/** Longest first. Arrows, powers, `??` and `?.` are read so that they can be told, not because ES5 had them. */
const sign =
  />>>=|\.\.\.|===|!==|>>>|<<=|>>=|\*\*=|&&=|\|\|=|\?\?=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--|\*\*|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<|>>|[{}()[\];,<>+\-*/%&|^!~?:=.]/y;
const blank = /(?:\s+|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)+/y;
const name = /[A-Za-z_$\u0080-\uFFFF][\w$\u0080-\uFFFF]*/y;
const number = /(?:0[xX][\dA-Fa-f]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[\w$]*/y;
const string = /"(?:[^"\\\n\r]|\\[\s\S])*"|'(?:[^'\\\n\r]|\\[\s\S])*'/y;
const pattern = /\/(?![*/])(?:[^/\\[\n\r]|\\.|\[(?:[^\]\\\n\r]|\\.)*\])+\/[a-z]*/y;
/** Words after which a slash begins a pattern, as after most signs. */
const before = /^(?:return|typeof|case|in|instanceof|void|delete|new|do|else|throw)$/;

/** What belongs to no word of ES5 is `stray`, one character each; a comment that does not end is one word to the end. */
export function wordsOf(script: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < script.length) {
    const skipped = match(blank, script, at);
    if (skipped !== undefined) at += skipped.length;
    else if (script.startsWith('/*', at)) {
      words.push({ kind: 'stray', text: script.slice(at), start: at });
      break;
    } else {
      const word = read(script, at, words.at(-1)) ?? { kind: 'stray' as const, text: script.charAt(at) };
      words.push({ ...word, start: at });
      at += word.text.length;
    }
  }
  return words;
}

function match(expression: RegExp, script: string, at: number): string | undefined {
  expression.lastIndex = at;
  return expression.exec(script)?.[0];
}

function read(script: string, at: number, last: Word | undefined): Omit<Word, 'start'> | undefined {
  const choices: readonly (readonly [WordKind, RegExp])[] = [
    ['name', name],
    ['number', number],
    ['string', string],
    ...(beginsPattern(last) ? [['pattern', pattern] as const] : []),
    ['sign', sign],
  ];
  for (const [kind, expression] of choices) {
    const text = match(expression, script, at);
    if (text !== undefined) return { kind, text };
  }
  return undefined;
}

function beginsPattern(last: Word | undefined): boolean {
  if (last === undefined) return true;
  if (last.kind === 'name') return before.test(last.text);
  return last.kind === 'sign' && last.text !== ')' && last.text !== ']' && last.text !== '}';
}

/** Whether two scripts differ in blanks, line ends and comments at most. */
export function sameScript(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [wordsOf(one), wordsOf(other)];
  return a.length === b.length && a.every(({ text }, index) => text === b[index]?.text);
}

/** A value as a literal that old engines read too. */
export function literal(value: string): string {
  return JSON.stringify(value).replace(/[\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}
