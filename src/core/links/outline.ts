import { type Row } from './row';

/** Lines from `first` to `last`, both included and counted from 0. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/** Neighbouring links that have something in common. */
export interface Run<K> extends Stretch {
  readonly key: K;
  readonly links: number;
}

/** Runs of links with the same key; what is no link neither begins nor ends one. */
export function runsOf<K>(rows: readonly Row[], keyOf: (row: Row) => K): Run<K>[] {
  const runs: { key: K; first: number; last: number; links: number }[] = [];
  for (const [line, row] of rows.entries()) {
    if (row.kin === null) continue;
    const key = keyOf(row);
    const run = runs.at(-1);
    // A key may be undefined, too.
    if (run !== undefined && run.key === key) {
      run.last = line;
      run.links++;
    } else runs.push({ key, first: line, last: line, links: 1 });
  }
  return runs;
}

/** Blocks of two and more remarks, directly below one another. */
export function remarksOf(rows: readonly Row[]): Stretch[] {
  const blocks: Stretch[] = [];
  let first = 0;
  for (let line = 0; line <= rows.length; line++) {
    if (isRemark(rows[line])) continue;
    if (line - first > 1) blocks.push({ first, last: line - 1 });
    first = line + 1;
  }
  return blocks;
}

function isRemark(row: Row | undefined): boolean {
  return row?.kin === null && /^[\s\uFEFF]*#/.test(row.text);
}

/** What can be folded: the links of one observation at one site that stand together, and blocks of remarks. */
export function foldsOf(rows: readonly Row[]): { readonly links: readonly Stretch[]; readonly remarks: readonly Stretch[] } {
  // Rows of a list share a handful of groups: one name for each group, not for each row.
  const names = new Map<Row['kin'], string>();
  const keyOf = ({ kin }: Row): string => {
    let name = names.get(kin);
    if (name === undefined) names.set(kin, (name = `${kin?.observation?.name ?? ''} ${kin?.place?.id ?? ''}`));
    return name;
  };
  return { links: runsOf(rows, keyOf).filter(({ first, last }) => last > first), remarks: remarksOf(rows) };
}

/** An entry of the outline. `range` is where it stands; entries side by side never overlap. */
export interface Entry {
  /** "L229507", "L1_SAP000_SB"; undefined for links that name no observation. */
  readonly name: string | undefined;
  readonly range: Stretch;
  readonly children: readonly Entry[];
}

/**
 * One entry for each observation, and in it one for each series when there are several: never one for each link. An
 * entry covers its first run; links of it that stand elsewhere, between those of others, are not covered by any.
 */
export function outlineOf(rows: readonly Row[]): Entry[] {
  return firstRuns(runsOf(rows, ({ kin }) => kin?.observation?.name)).map(({ key, first, last }) => {
    const series = firstRuns(runsOf(rows.slice(first, last + 1), ({ kin }) => kin?.series?.stem.series));
    const children = series.map((run): Entry => ({
      name: run.key,
      range: { first: first + run.first, last: first + run.last },
      children: [],
    }));
    return { name: key, range: { first, last }, children: children.length > 1 ? children.filter(({ name }) => name !== undefined) : [] };
  });
}

function firstRuns<K>(runs: readonly Run<K>[]): Run<K>[] {
  const seen = new Set<K>();
  return runs.filter(({ key }) => !seen.has(key) && seen.add(key));
}
