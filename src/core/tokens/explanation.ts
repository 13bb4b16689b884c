/** The state of a token in a sentence, with the reason, for the places that show one token. */
import { duration, plural } from '../wording';
import { meaningOf } from './code';
import { codeFieldOf, jobOf } from './document';
import { libraryMark, standingOf, tokenWord, type TokenDocument } from './state';

/** @param now ms since 1970 */
export function explain(document: TokenDocument, now: number): string {
  const { state } = standingOf(document);
  const word = tokenWord(state);
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}: ${reasonOf(document, now)}`;
}

function reasonOf(document: TokenDocument, now: number): string {
  const { state, code, reason } = standingOf(document);
  switch (state) {
    case 'todo':
      return `no pilot has it, and it is not closed${scrubs(document)}.`;
    case 'locked':
      return `${holder(document)} for ${duration(now - Number(document.lock) * 1000)}, and it is not closed yet.`;
    case 'done':
      return code === undefined ? 'closed, and its status says so.' : `closed with the code ${code}.`;
    case 'error':
      if (reason === 'set by the library') return `${markOf(document)} in “lock” and “done” is how the library marks a failure of its own.`;
      return code === undefined ? 'closed without a code, so nobody knows how it went.' : codeWords(document, code);
    case 'unclassified':
      return `${whyUnclassified(document)}, so no view shows it.`;
  }
}

/** "The data was not staged (22). Retry once staged." */
export function codeWords(document: TokenDocument, code: number): string {
  const field = codeFieldOf(document);
  const meaning = meaningOf(code, {
    ...(typeof document.done === 'number' ? { closed: document.done } : {}),
    ...(field === undefined ? {} : { field }),
  });
  if (meaning === undefined) return `the job ended with the code ${code}, to which it gives its own meaning.`;
  return `${lower(meaning.meaning)} (${code}). ${meaning.remedy}.`;
}

function markOf({ lock }: TokenDocument): string {
  return typeof lock === 'number' ? String(lock) : String(libraryMark);
}

function holder(document: TokenDocument): string {
  const { hostname } = document;
  const job = jobOf(document);
  const who = typeof hostname === 'string' && hostname !== '' ? `a pilot on ${hostname}` : 'a pilot';
  return `${who}${job === undefined ? '' : `, job ${job},`} has it`;
}

function scrubs({ scrub_count: count }: TokenDocument): string {
  return typeof count === 'number' && count > 0 ? `; it was put back ${plural(count, 'time')}` : '';
}

function whyUnclassified({ lock, done }: TokenDocument): string {
  for (const [name, value] of Object.entries({ lock, done })) {
    if (value === undefined) return `“${name}” is missing`;
    if (typeof value !== 'number') return `“${name}” is no number`;
  }
  return '“done” is set though “lock” is 0';
}

function lower(text: string): string {
  // Names of programs keep their letters.
  return /^[A-Z][a-z’]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
