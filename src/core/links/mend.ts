import { changesOf, splitLines, type LineChange } from './change';
import { LinkDocument } from './document';
import { isBlank } from './line';
import { type Problem, type Remedy } from './rule';
import { type SiteTable } from './site';

/** A problem that can be mended. */
export type Mendable = Problem & { readonly data: Remedy };

/** What mending came to. */
export interface Mended {
  readonly changes: readonly LineChange[];
  /** Problems that were mended. */
  readonly problems: number;
}

/** A mend may lay bare another: a port that is corrected makes two links equal. No list needs more rounds than a few. */
const roundsAtMost = 20;

export function isMendable(problem: Problem): problem is Mendable {
  return problem.data !== undefined;
}

/** Whether it may be mended without being looked at. */
export function isCertain(problem: Mendable): boolean {
  return problem.data.certainty === 'certain';
}

/** Whether it may be mended together with all others of its code. */
export function isMendedTogether(problem: Mendable): boolean {
  return problem.data.certainty !== 'choice';
}

/**
 * Mends every problem that is `wanted`, and what comes to light by that, until none is left. Nothing else is touched.
 * Never throws; takes as long as linting the list two or three times.
 */
export function mend(text: string, table: SiteTable, wanted: (problem: Mendable) => boolean = isCertain): Mended {
  const before = splitLines(text).texts;
  const after: (string | null)[] = [...before];
  let alive = [...before.keys()];
  let problems = 0;
  for (let round = 0; round < roundsAtMost; round++) {
    const document = new LinkDocument(alive.map((index) => after[index]).join('\n'), table);
    const found = document.everyProblem().filter(isMendable).filter(wanted);
    if (found.length === 0) break;
    for (const [line, own] of byLine(found)) {
      const index = alive[line] ?? 0;
      const mended = mendLine(after[index] ?? '', own);
      after[index] = mended.text;
      problems += mended.problems;
    }
    alive = alive.filter((index) => after[index] !== null);
  }
  return { changes: changesOf(before, after), problems };
}

function byLine(problems: readonly Mendable[]): Map<number, Mendable[]> {
  const lines = new Map<number, Mendable[]>();
  for (const problem of problems) {
    const own = lines.get(problem.line);
    if (own === undefined) lines.set(problem.line, [problem]);
    else own.push(problem);
  }
  return lines;
}

/** One line with its mends, from right to left; of two that overlap the left one waits for the next round. */
function mendLine(text: string, problems: readonly Mendable[]): { readonly text: string | null; readonly problems: number } {
  // The line goes: what else is wrong with it goes too.
  if (problems.some(({ data }) => data.removeLine)) return { text: null, problems: problems.length };
  let [result, count, from] = [text, 0, Infinity];
  for (const { start, end, replace } of problems.map((each) => editOf(text, each)).sort((a, b) => b.start - a.start || b.end - a.end)) {
    if (end > from) continue;
    result = result.slice(0, start) + replace + result.slice(end);
    from = start;
    count++;
  }
  return { text: result, problems: count };
}

/** The columns that a mend replaces: with a word that goes the blanks around it go. */
export function editOf(text: string, { start, end, data }: Mendable): { start: number; end: number; replace: string } {
  const { replace = '' } = data;
  if (replace !== '') return { start, end, replace };
  let [from, to] = [start, end];
  while (from > 0 && isBlank(text.charCodeAt(from - 1))) from--;
  while (to < text.length && isBlank(text.charCodeAt(to))) to++;
  return { start: from, end: to, replace };
}
