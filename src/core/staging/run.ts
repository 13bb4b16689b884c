/** Neighbouring lines in one state, and what of them an overview can show. */
import { fileStates, fileUrgency, type FileState } from './state';

/** Lines from…to, both included and counted from 0. */
export interface Run {
  readonly state: FileState;
  readonly from: number;
  readonly to: number;
}

/** The code of a state in an array of bytes; 0 is for a line of which nothing is known. */
export function codeOf(state: FileState): number {
  return fileStates.indexOf(state) + 1;
}

/** Joins neighbours in one state; one pass. */
export function runsOf(codes: Uint8Array, from = 0, to = codes.length - 1): readonly Run[] {
  const runs: Run[] = [];
  let start = from;
  for (let line = from; line <= to; line++) {
    const code = codes[line] ?? 0;
    if (line < to && codes[line + 1] === code) continue;
    const state = fileStates[code - 1];
    if (state !== undefined) runs.push({ state, from: start, to: line });
    start = line + 1;
  }
  return runs;
}

/** At most `count` runs over all lines: each stands for as many lines, and shows the most urgent state among them. */
export function overview(codes: Uint8Array, count: number): readonly Run[] {
  const size = Math.ceil(codes.length / count);
  const worst = new Uint8Array(codes.length);
  const rank = [Infinity, ...fileStates.map(fileUrgency)];
  for (let from = 0; from < codes.length; from += size) {
    const to = Math.min(codes.length, from + size);
    let code = 0;
    for (let line = from; line < to; line++) {
      const each = codes[line] ?? 0;
      if ((rank[each] ?? Infinity) < (rank[code] ?? Infinity)) code = each;
    }
    worst.fill(code, from, to);
  }
  return runsOf(worst);
}
