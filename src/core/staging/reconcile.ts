/**
 * Finds out what became of submits whose answer was lost, by listing the account's own requests. A stager that tells the
 * links of its requests settles it; one that does not is believed only where a candidate's staged files are among the
 * part's. All else is for a person to say: nothing is ever submitted again by itself.
 */
import { pathOfLink } from '../links/path';
import type { CallOptions, ListedRequest, Stager } from '../ports';
import type { Book } from './book';
import type { MadeEvent } from './event';
import { standing, type PartRecord } from './part';
import { requestKey } from './request';

/** What is known of a part that may have been received. */
export interface Doubt {
  /** Ids of requests that it could be. */
  readonly candidates: readonly string[];
  /** How often the stager was listed without any candidate since the answer was due. */
  readonly absences: number;
  readonly listedAt: number;
}

/** Clocks of stagers are off by minutes, not by hours. */
const skewMs = 15 * 60_000;
/** Candidates that are asked for their files in one round. */
const atMost = 5;

/**
 * The parts of a stager of which nobody knows whether they were received, and those that another window is sending or
 * died over: what the stager lists of these is as good as the answer.
 */
export function uncertainParts(book: Book, stager: string, sending: ReadonlySet<string>): readonly PartRecord[] {
  const now = book.clock();
  return book.memory.parts.filter((part) => {
    if (part.stager !== stager || sending.has(part.key)) return false;
    const { state } = standing(part, now);
    return state === 'uncertain' || state === 'submitting' || state === 'overdue';
  });
}

/**
 * Settles what can be settled; returns what could not, by part. Rejects when the stager cannot be listed. One list, and
 * a question for each candidate where links are not told.
 */
export async function reconcile(
  book: Book,
  name: string,
  stager: Stager,
  parts: readonly PartRecord[],
  before: ReadonlyMap<string, Doubt>,
  options: CallOptions,
): Promise<ReadonlyMap<string, Doubt>> {
  const doubts = new Map<string, Doubt>();
  if (parts.length === 0 || !stager.capabilities.listMine) return doubts;
  const since = Math.min(...parts.map(submittedAt)) - skewMs;
  const listed = await stager.list({ ...options, since });
  const strangers = foreign(book, name, listed);
  const matches = await Promise.all(
    parts.map(async (part) => ({
      part,
      ...(stager.capabilities.listsLinks ? byLinks(part, strangers) : await byFiles(part, strangers, stager, options)),
    })),
  );
  const settled: MadeEvent[] = [];
  for (const { part, candidates, sure } of matches) {
    // Two parts that claim the same request, or two requests that fit one part, are for a person to tell apart.
    const [only] = sure;
    const rivals = matches.filter((other) => other.part !== part && only !== undefined && other.sure.includes(only));
    if (only !== undefined && sure.length === 1 && rivals.length === 0) {
      settled.push({ e: 'made', at: book.clock(), part: part.key, id: only });
    } else {
      const absences = candidates.length > 0 ? 0 : (before.get(part.key)?.absences ?? 0) + 1;
      doubts.set(part.key, { candidates, absences, listedAt: book.clock() });
    }
  }
  await book.note(...settled);
  return doubts;
}

interface Match {
  readonly candidates: readonly string[];
  /** Those that surely hold this part's files. */
  readonly sure: readonly string[];
}

function byLinks(part: PartRecord, listed: readonly ListedRequest[]): Match {
  const wanted = new Set(part.links);
  const wantedPaths = new Set(part.links.map(pathOfLink));
  const same = listed.filter(({ links = [], when }) => {
    if (when !== undefined && when < submittedAt(part) - skewMs) return false;
    const theirs = new Set(links);
    // A door of one site knows its files by their paths.
    const ours = links.every((link) => link.startsWith('/')) ? wantedPaths : wanted;
    return theirs.size === ours.size && [...theirs].every((link) => ours.has(link));
  });
  const ids = same.map(({ id }) => id);
  return { candidates: ids, sure: ids };
}

/** By count and site, then by the files that are staged already: they must all be ours. */
async function byFiles(part: PartRecord, listed: readonly ListedRequest[], stager: Stager, options: CallOptions): Promise<Match> {
  const alike = listed.filter(({ total, site, when }) => {
    if (when !== undefined && when < submittedAt(part) - skewMs) return false;
    return (total === undefined || total === part.links.length) && isSite(site, part.site);
  });
  const staged = alike.filter(({ online = 0 }) => online > 0).slice(0, atMost);
  const sure: string[] = [];
  const out = new Set<string>();
  if (staged.length > 0) {
    const answers = await stager.poll(
      staged.map(({ id }) => ({ id, links: part.links, online: -1 })),
      options,
    );
    for (const { id, online = 0 } of staged) {
      const report = answers.get(id);
      if (report === undefined || report instanceof Error || report.files === undefined) continue;
      const ours = [...report.files.values()].filter(({ state }) => state === 'online').length;
      // The list is older than the answer: what has come online meanwhile may be more, never less.
      if (ours >= online) sure.push(id);
      else out.add(id);
    }
  }
  return { candidates: alike.map(({ id }) => id).filter((id) => !out.has(id)), sure };
}

/** Stagers name sites in their own way: "SARA", "sara", "Juelich", "Poznan"; some say nothing. */
function isSite(told: string | undefined, site: string): boolean {
  if (told === undefined || told === '' || site === 'unknown') return true;
  const [a, b] = [told.toLowerCase(), site.toLowerCase()];
  if (a.includes(b) || b.includes(a)) return true;
  return aliases.some((names) => names.includes(b) && names.some((alias) => a.includes(alias)));
}

const aliases: readonly (readonly string[])[] = [
  ['sara', 'surf'],
  ['juelich', 'jülich', 'fz-juelich'],
  ['poznan', 'poznań', 'psnc'],
];

function knownIds(book: Book, stager: string): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const part of book.memory.parts) if (part.stager === stager) for (const { id } of part.made) ids.add(id);
  for (const event of book.memory.adopted) if (event.stager === stager) ids.add(event.id);
  return ids;
}

/** Ids that the account has on a stager and the desk does not know. */
export function foreign(book: Book, stager: string, listed: readonly ListedRequest[]): readonly ListedRequest[] {
  const known = knownIds(book, stager);
  return listed.filter(({ id }) => !known.has(id) && !book.memory.isForgotten(requestKey({ stager, id })));
}

function submittedAt(part: PartRecord): number {
  return part.turns.at(-1)?.submittedAt ?? part.createdAt;
}
