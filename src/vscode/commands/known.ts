/** Files that need not be staged: what the desk has, corrected and completed by what checks have told since. */
import { window } from 'vscode';
import { asGridError } from '../../core/errors';
import { fileOf } from '../../core/links/file';
import { parseLink, type Link } from '../../core/links/link';
import type { Desk } from '../../core/staging/desk';
import type { Ways } from '../../core/staging/door';
import type { Known, Source } from '../../core/staging/plan';
import { isOpen } from '../../core/staging/request';
import type { Told } from '../../core/staging/told';
import { moment } from '../../core/wording';
import { sitesOf } from '../doors';
import type { ListSource } from '../lists';
import { failure } from '../log';
import { checksFirst } from '../settings';
import { checkWithProgress, type CheckPorts } from './check';

export interface KnownPorts extends CheckPorts {
  readonly desk: Desk;
}

/** What was told so long ago is not asked again before a stage. */
const freshMs = 10 * 60_000;

/** Where files are by a check, by `fileOf`. */
export type Found = ReadonlyMap<string, Told & { readonly by: string }>;

/** Files that the desk has online or under way, and those that a check has found online or lost. */
export function knownFiles({ desk, sites }: KnownPorts, found: Found = new Map()): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  const now = Date.now();
  for (const [file, { state, by, at }] of found) {
    if (state === 'online' || state === 'lost') known.set(file, { what: state, where: `by ${by} at ${moment(at, now)}` });
  }
  for (const request of desk.requests) {
    if (request.state === 'aborted') continue;
    const open = isOpen(request, now);
    const where = request.id === '' ? `as a ${request.state} of ${request.stager}` : `in request ${request.id} of ${request.stager}`;
    for (const { link, state } of request.files) {
      const moves = open && (state === 'queued' || state === 'staging' || state === 'tape' || state === 'unknown');
      if (state !== 'online' && !moves) continue;
      const parsed = parseLink(link, sites.table);
      const file = parsed === undefined ? undefined : fileOf(parsed);
      if (file === undefined) continue;
      // A request goes on to say "online" when the file has left the disk again.
      const told = found.get(file);
      if (!moves && told !== undefined && told.state !== 'online' && told.at > request.changedAt) continue;
      known.set(file, { what: state === 'online' ? 'online' : 'under way', where });
    }
  }
  return known;
}

/** What checks of these lists have told of their files. */
export function foundOf(sources: readonly Source[], { checks }: CheckPorts): Found {
  const found = new Map<string, Told & { by: string }>();
  for (const source of sources) {
    const list = isListed(source) ? checks.of(source.uri) : undefined;
    if (list === undefined) continue;
    for (const link of source.list.links) {
      const file = fileOf(link);
      const told = list.of(link.text);
      if (file !== undefined && told !== undefined) found.set(file, { ...told, by: list.by });
    }
  }
  return found;
}

/**
 * Asks where the files are before a person stages them, where there is a stager that can tell and it is clear which. One that
 * does not answer, and a person who does not want to wait, hold up nothing.
 */
export async function checkFirst(sources: readonly Source[], staging: Ways, ports: KnownPorts): Promise<Found> {
  const lists = sources.filter(isListed);
  const ways = tellersFor(lists, staging, ports);
  const now = Date.now();
  const stale = lists.map((source) => withLinks(source, (link) => now - (ports.checks.of(source.uri)?.of(link.text)?.at ?? 0) > freshMs));
  const told = stale.map((source) => withLinks(source, ({ site }) => ways.has(site?.id ?? '')));
  const asked = told.filter(({ list }) => list.links.length > 0);
  if (asked.length > 0 && checksFirst()) {
    try {
      const check = await checkWithProgress(asked, ways, ports, true);
      const [first] = check.failed === check.done ? check.result.failed : [];
      if (first !== undefined && !check.cancelled) window.setStatusBarMessage(`Not checked first: ${first.message}`, 8000);
    } catch (thrown) {
      const error = asGridError(thrown);
      failure('The check before a stage failed.', error);
      window.setStatusBarMessage(`Not checked first: ${error.message}`, 8000);
    }
  }
  return foundOf(lists, ports);
}

/** Who stages files and can tell where they are does so; else who would be asked without a question. */
function tellersFor(lists: readonly ListSource[], staging: Ways, { stagers, doors }: KnownPorts): Ways {
  if (stagers.tellers.length === 0) return new Map();
  const able = new Set(stagers.tellers.map(({ name }) => name));
  const those = [...staging].filter(([, name]) => able.has(name));
  return new Map([...doors.clear('check', sitesOf(lists)).chosen, ...those]);
}

export function isListed(source: Source): source is ListSource {
  return 'uri' in source;
}

/** The source with some of its links; no longer the whole list, unless it has them all. */
export function withLinks(source: ListSource, wanted: (link: Link) => boolean): ListSource {
  const links = source.list.links.filter(wanted);
  return links.length === source.list.links.length ? source : { ...source, list: { ...source.list, links, junk: [] }, selection: true };
}
