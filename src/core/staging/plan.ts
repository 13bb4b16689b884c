/** From lists to the requests that will be made, before anything is sent. */
import { stagingLink, type Conversion } from '../links/convert';
import { fileOf } from '../links/file';
import { facts, type LinkList, type ListFacts } from '../links/list';
import type { Link } from '../links/link';

/** A list of links and what to call it. */
export interface Source {
  readonly name: string;
  readonly list: LinkList;
}

/** One request to be: links of one site, at most as many as the stager takes, in the order of the lists. */
export interface Part {
  readonly stager: string;
  /** Site id. */
  readonly site: string;
  readonly siteName: string;
  /** Names of the lists it comes from, joined by a comma. */
  readonly source: string;
  /** As sent to the stager. */
  readonly links: readonly string[];
  readonly facts: ListFacts;
}

/** A row that will not be sent, and why. */
export interface LeftOut {
  readonly source: string;
  /** Counted from 1, as the editor shows it. */
  readonly line: number;
  readonly text: string;
  readonly reason: string;
  /** No stager serves its site. */
  readonly unserved?: true;
}

export interface Plan {
  readonly parts: readonly Part[];
  readonly leftOut: readonly LeftOut[];
  /** Links that will be sent. */
  readonly links: number;
  /** Rows that are left out because their files are known to be online, under way, or lost. */
  readonly known: number;
  /** The same by what they are, in the order of their appearance. */
  readonly knownAs: ReadonlyMap<string, number>;
}

/** A file that the desk has. */
export interface Known {
  /** "online", "under way", "lost". */
  readonly what: string;
  /** In words: "in request 41902 of StageIT". */
  readonly where: string;
}

interface Row {
  readonly source: string;
  readonly link: Link;
  readonly text: string;
}

/** What a stager takes. */
export interface Takes {
  /** Links in one request. */
  readonly maxFiles: number;
  /** Links in the form in which they stand, web addresses too. */
  readonly anyForm?: boolean;
}

/** Who is to stage the links of a site. */
export interface Way extends Takes {
  readonly stager: string;
}

/** As `planBySite`, all by one stager. */
export function planStaging(sources: readonly Source[], stager: string, takes: Takes, known?: ReadonlyMap<string, Known>): Plan {
  return planBySite(sources, () => ({ stager, ...takes }), known);
}

/**
 * Plans one request per site and `maxFiles` links, each site with the stager that serves it. A file that is named twice, in whatever form, is sent once; a row
 * that cannot be sent, or whose file is `known` by its `fileOf`, is left out with its reason and holds up nothing.
 */
export function planBySite(sources: readonly Source[], wayTo: (site: string) => Way | undefined, known?: ReadonlyMap<string, Known>): Plan {
  const bySite = new Map<string, Row[]>();
  const leftOut: LeftOut[] = [];
  const seen = new Map<string, { readonly source: string; readonly line: number }>();
  const knownAs = new Map<string, number>();
  for (const { name, list } of sources) {
    for (const { line, text } of list.junk) leftOut.push({ source: name, line: line + 1, text: text.trim(), reason: 'not a link' });
    for (const link of list.links) {
      const row = { source: name, line: link.line + 1, text: link.text };
      const refuse = (reason: string) => leftOut.push({ ...row, reason });
      const way = link.site === undefined ? undefined : wayTo(link.site.id);
      const { text, problem } = way?.anyForm === true ? ownForm(link) : stagingLink(link);
      if (link.site === undefined) refuse(link.host === undefined ? 'no known site' : `unknown host ${link.host}`);
      else if (way === undefined) leftOut.push({ ...row, reason: `no stager serves ${link.site.name}`, unserved: true });
      else if (text === undefined) refuse(problem);
      else {
        const file = fileOf(link) ?? '';
        const first = seen.get(file);
        if (first !== undefined) {
          refuse(`same file as line ${first.line}${first.source === name ? '' : ` of ${first.source}`}`);
          continue;
        }
        seen.set(file, { source: name, line: link.line + 1 });
        const there = known?.get(file);
        if (there !== undefined) {
          refuse(`${there.what} ${there.where}`);
          knownAs.set(there.what, (knownAs.get(there.what) ?? 0) + 1);
          continue;
        }
        const rows = bySite.get(link.site.id);
        if (rows) rows.push({ source: name, link, text });
        else bySite.set(link.site.id, [{ source: name, link, text }]);
      }
    }
  }
  leftOut.sort((a, b) => (a.source === b.source ? a.line - b.line : 0));
  const parts = [...bySite].flatMap(([site, rows]) => {
    const { stager, maxFiles } = wayTo(site) ?? { stager: '', maxFiles: rows.length };
    return chunks(rows, maxFiles).map((chunk) => toPart(chunk, stager));
  });
  const already = [...knownAs.values()].reduce((sum, each) => sum + each, 0);
  return { parts, leftOut, links: seen.size - already, known: already, knownAs };
}

/** A web address that is no download door is the file's own name for whoever speaks to that door. */
function ownForm(link: Link): Conversion {
  return link.form === 'https' && link.nested === undefined ? { text: link.text } : stagingLink(link);
}

function chunks<T>(rows: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => rows.slice(index * size, (index + 1) * size));
}

function toPart(rows: readonly Row[], stager: string): Part {
  const site = rows[0]?.link.site;
  return {
    stager,
    site: site?.id ?? 'unknown',
    siteName: site?.name ?? 'unknown site',
    source: [...new Set(rows.map((row) => row.source))].join(', '),
    links: rows.map((row) => row.text),
    facts: facts({ links: rows.map((row) => row.link) }),
  };
}

/** What a campaign of these lists is called: the first one's name without its ending, and how many more. */
export function campaignName(sources: readonly Source[]): string {
  const names = [...new Set(sources.map(({ name }) => name.replace(/\.(txt|srm)(?= \(|$)/i, '')))];
  const [first = 'links', ...more] = names;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
