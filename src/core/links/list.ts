import { eachLine } from './line';
import { Link } from './link';
import { Scanner } from './scanner';
import { summarise, type BandRange } from './series';
import { type Site, type SiteTable } from './site';

/** A line that is neither a link nor blank nor a comment. */
export interface JunkLine {
  /** From 0. */
  readonly line: number;
  /** The whole line without its terminator. */
  readonly text: string;
}

/** A list of links as read from a text. */
export interface LinkList {
  readonly text: string;
  /** In the order of the list, duplicates included. */
  readonly links: readonly Link[];
  readonly junk: readonly JunkLine[];
  /** Number of lines of the text; a final line break begins one more, as in the editor. */
  readonly lines: number;
}

/** Reads a whole list in one pass. Anything may stand in it; never throws. */
export function parseList(text: string, table: SiteTable): LinkList {
  const scanner = new Scanner(table);
  const links: Link[] = [];
  const junk: JunkLine[] = [];
  let line = 0;
  eachLine(text, (start, end) => {
    const kind = scanner.scan(text, start, end);
    if (kind === 'link') links.push(new Link(scanner, text, line, start, end));
    else if (kind === 'junk') junk.push({ line, text: text.slice(start, end) });
    line++;
  });
  return { text, links, junk, lines: line };
}

/** The line of a link as it stands in the list, further columns included; without its terminator and byte order mark. */
export function wholeLine(list: LinkList, link: Link): string {
  const line = list.text.slice(link.lineStart, link.lineEnd);
  return line.charCodeAt(0) === 0xfeff ? line.slice(1) : line;
}

/** Links of one site; `site` is undefined for those of no known site. */
export interface SiteFact {
  readonly site: Site | undefined;
  readonly links: number;
}

/** The bands that share one beginning of the file name. */
export interface SeriesFact {
  /** "L229507_SB", "L1_SAP000_SB". */
  readonly name: string;
  readonly links: number;
  readonly bands: BandRange;
}

/** Links of one observation; `id` is undefined for those that name none. */
export interface ObservationFact {
  readonly id: string | undefined;
  readonly links: number;
  readonly series: readonly SeriesFact[];
}

/** What a list holds, for the line above it, previews and trees. Everything in order of first appearance. */
export interface ListFacts {
  readonly total: number;
  readonly sites: readonly SiteFact[];
  readonly observations: readonly ObservationFact[];
}

/** Missing bands are listed up to this number, enough for any observation; beyond it they are only counted. */
const listAtMost = 1000;

interface Tally {
  links: number;
  readonly kind: 'SB' | 'ABN';
  readonly numbers: Set<number>;
  width: number;
}

/** Counts a list by site, observation and series. One pass. */
export function facts(list: Pick<LinkList, 'links'>): ListFacts {
  const bySite = new Map<Site | undefined, number>();
  const byObservation = new Map<string | undefined, { links: number; series: Map<string, Tally> }>();
  for (const link of list.links) {
    bySite.set(link.site, (bySite.get(link.site) ?? 0) + 1);
    let entry = byObservation.get(link.observation);
    if (entry === undefined) byObservation.set(link.observation, (entry = { links: 0, series: new Map() }));
    entry.links++;
    tally(entry.series, link);
  }
  return {
    total: list.links.length,
    sites: Array.from(bySite, ([site, links]) => ({ site, links })),
    observations: Array.from(byObservation, ([id, { links, series }]) => ({ id, links, series: Array.from(series, seriesFact) })),
  };
}

function tally(series: Map<string, Tally>, link: Link): void {
  const { series: name, band } = link;
  if (name === undefined || band === undefined) return;
  const known = series.get(name);
  if (known === undefined) {
    series.set(name, { links: 1, kind: band.kind, numbers: new Set([band.number]), width: band.digits.length });
    return;
  }
  known.links++;
  known.numbers.add(band.number);
  if (band.digits.length < known.width) known.width = band.digits.length;
}

function seriesFact([name, { links, kind, numbers, width }]: [string, Tally]): SeriesFact {
  return { name, links, bands: summarise(kind, numbers, width, listAtMost) };
}
