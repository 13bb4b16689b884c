/** Mending what can be mended: the certain fixes of all problems at once, until none is left. */
import { lintTree, type LintOptions } from '../rules/lint';
import { type Edit, type Fix, type Problem } from '../rules/rule';
import { parseConfig } from '../syntax';
import { type Syntax } from '../tree';

export interface Fixed {
  readonly text: string;
  /** How many problems were mended. */
  readonly fixed: number;
}

/** A mended problem may uncover another; more rounds than this would be a circle. */
const rounds = 30;

/** Carries out every certain fix, and those of the problems that appear by it. */
export function fixAll(text: string, syntax: Syntax, options: LintOptions = {}): Fixed {
  let mended = text;
  let fixed = 0;
  for (let round = 0; round < rounds; round++) {
    const fixes = apart(lintTree(parseConfig(mended, syntax), options).flatMap((problem) => certainFix(problem) ?? []));
    if (fixes.length === 0) break;
    mended = apply(
      mended,
      fixes.flatMap(({ edits }) => edits),
    );
    fixed += fixes.length;
  }
  return { text: mended, fixed };
}

/** The fix that may be carried out unasked. */
export function certainFix({ fixes }: Problem): Fix | undefined {
  return fixes?.find(({ certain }) => certain);
}

/** The fix that a person would choose: the certain one, or the only one. */
export function chosenFix(problem: Problem): Fix | undefined {
  return certainFix(problem) ?? (problem.fixes?.length === 1 ? problem.fixes[0] : undefined);
}

/** Fixes that do not touch each other; of two that do, the first in the list. */
export function apart(fixes: readonly Fix[]): Fix[] {
  const taken: Edit[] = [];
  const free: Fix[] = [];
  // By place, so that each edit needs to be compared with the last one taken only.
  const sorted = [...fixes].sort((a, b) => first(a) - first(b));
  for (const fix of sorted) {
    const edits = [...fix.edits].sort((a, b) => a.start - b.start);
    const last = taken.at(-1);
    const start = edits[0]?.start;
    if (start === undefined || (last !== undefined && start <= last.end)) continue;
    taken.push(...edits);
    free.push(fix);
  }
  return free;
}

function first({ edits }: Fix): number {
  return Math.min(...edits.map(({ start }) => start));
}

/** The text with edits carried out that do not overlap. */
export function apply(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** The edits that make one text of another: line by line where the lines are as many, else one in the middle. */
export function changes(before: string, after: string): Edit[] {
  const old = before.split('\n');
  const now = after.split('\n');
  if (old.length !== now.length) return before === after ? [] : [{ start: 0, end: before.length, text: after }];
  const edits: Edit[] = [];
  let start = 0;
  old.forEach((line, index) => {
    const text = now[index] ?? '';
    if (line !== text) edits.push({ start, end: start + line.length, text });
    start += line.length + 1;
  });
  return edits;
}
