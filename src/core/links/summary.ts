import { type ListFacts, type ObservationFact, type SeriesFact } from './list';
import { type Kin, type Row, type Series } from './row';
import { nameAtMost, summarise } from './series';
import { type Site } from './site';

/**
 * What a list holds, from the groups of its rows: takes time in proportion to these, not to the list. The same as
 * `facts` says of the list, but for missing bands, of which at most {@link nameAtMost} are listed.
 * @param kins with at least one row each, in order of first appearance.
 */
export function summaryOf(kins: readonly Kin[], rows: readonly Row[]): ListFacts {
  const sites = new Map<Site | undefined, number>();
  const observations = new Map<string | undefined, Kin[]>();
  const users = new Map<Series, Set<string | undefined>>();
  let total = 0;
  for (const kin of kins) {
    total += kin.count;
    sites.set(kin.place, (sites.get(kin.place) ?? 0) + kin.count);
    const id = kin.observation?.name;
    add(observations, id, kin);
    if (kin.series === null) continue;
    const known = users.get(kin.series);
    if (known === undefined) users.set(kin.series, new Set([id]));
    else known.add(id);
  }
  const isShared = (series: Series): boolean => (users.get(series)?.size ?? 0) > 1;
  return {
    total,
    sites: Array.from(sites, ([site, links]) => ({ site, links })),
    observations: Array.from(observations, ([id, own]) => observationFact(id, own, rows, isShared)),
  };
}

function observationFact(
  id: string | undefined,
  kins: readonly Kin[],
  rows: readonly Row[],
  isShared: (series: Series) => boolean,
): ObservationFact {
  const bySeries = new Map<Series, Kin[]>();
  for (const kin of kins) if (kin.series !== null) add(bySeries, kin.series, kin);
  return {
    id,
    links: sum(kins),
    series: Array.from(bySeries, ([series, own]): SeriesFact => {
      const bands = isShared(series) ? partOf(series, new Set(own), rows) : series.range;
      return { name: series.stem.series, links: sum(own), bands };
    }),
  };
}

/** The bands of one observation in a series whose name does not tell the observation: these rows have to be looked at. */
function partOf(series: Series, kins: ReadonlySet<Kin>, rows: readonly Row[]): SeriesFact['bands'] {
  const numbers = new Set<number>();
  let width = Infinity;
  for (const { kin, band, width: digits } of rows) {
    if (kin === null || !kins.has(kin)) continue;
    numbers.add(band);
    width = Math.min(width, digits);
  }
  return summarise(series.stem.kind, numbers, width, nameAtMost);
}

function sum(kins: readonly Kin[]): number {
  return kins.reduce((links, kin) => links + kin.count, 0);
}

function add<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}
