/** How the sandbox panel says numbers, times and differences. */
import { count, duration, plural, sizeOf, thinSpace as thin } from '../../src/core/wording';
import type { Shape } from '../../src/shared/shape';
import type { Mark, SandboxContent, StepSight, StepState } from '../../src/shared/sandbox';
import { markOf, type Branch } from './tree';

export const stepShapes: Readonly<Record<StepState, Shape>> = {
  waiting: 'hollow',
  running: 'half',
  done: 'full',
  failed: 'cross',
  cancelled: 'dash',
};

export const stepWords: Readonly<Record<StepState, string>> = {
  waiting: 'not begun',
  running: 'running',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** "0.1 s", "6.2 s", "2 min": of a step, where tenths of a second matter. */
export function took(ms: number): string {
  if (ms < 50) return `0${thin}s`;
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)}${thin}s` : duration(ms).replaceAll(' ', thin);
}

/** @param later ms since the sight was made */
export function timeOf({ ms, since, state }: StepSight, now: number, later: number): string {
  if (ms !== undefined) return took(ms);
  if (state !== 'running' || since === undefined) return '';
  const span = Math.max(0, now + later - since);
  return span < 1000 ? '' : duration(span).replaceAll(' ', thin);
}

export function stepsDone(steps: readonly StepSight[]): string {
  const done = steps.filter(({ state }) => state === 'done').length;
  return done === 0 ? plural(steps.length, 'step') : `${done} of ${steps.length} done`;
}

/** "9d1e4c07…b3f2a8d6" */
export function shortSum(sum: string): string {
  return sum.length <= 20 ? sum : `${sum.slice(0, 8)}…${sum.slice(-8)}`;
}

export const markLetters: Readonly<Record<Mark, string>> = { '=': '', n: 'A', c: 'M', r: 'D' };

/** What a row says of its difference. */
export function differenceOf(branch: Branch, { before, bytes }: SandboxContent): string {
  const { file, marks } = branch;
  const mark = markOf(branch);
  if (file === undefined) {
    if (mark === 'n' || mark === 'r') return mark === 'n' ? 'new' : `removed, ${plural(marks.r, 'file')}`;
    const parts = [
      ...(marks.c === 0 ? [] : [`${count(marks.c)} changed`]),
      ...(marks.n === 0 ? [] : [`${count(marks.n)} new`]),
      ...(marks.r === 0 ? [] : [`${count(marks.r)} removed`]),
    ];
    return parts.join(', ');
  }
  if (mark === 'n') return 'new';
  if (mark === 'r') return `removed, ${sizeOf(bytes[file] ?? 0)}`;
  if (mark === '=') return '';
  const [old = 0, size = 0] = [before[file], bytes[file]];
  if (old === size) return 'changed, same size';
  const more = Math.abs(size - old);
  return `changed, ${size > old ? '+' : '−'}${sizeOf(more)}`;
}

/** A commit as people quote it. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 10);
}
