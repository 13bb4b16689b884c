/**
 * Which stager serves which site. What the settings say comes first, then where an address belongs; a service of the archive
 * serves all sites, a door of no known site those that have none of their own, and gfal2 what is left.
 */

/** A stager, as far as this is decided by. */
export interface Door {
  readonly name: string;
  /** Site ids that the settings give it; empty where they say nothing. */
  readonly sites: readonly string[];
  /** The site its address belongs to; undefined for none. */
  readonly home: string | undefined;
  /** `archive`: stands before all sites. `door`: is that of one storage system. `tools`: reaches any. */
  readonly reach: 'archive' | 'door' | 'tools';
  /** Of doors to the same storage that can do the same, the one with the smallest figure is taken; none where it matters which. */
  readonly pace?: number;
}

/** Site ids, '' for links of no known site, and what each is served by. */
export type Ways = ReadonlyMap<string, string>;

export interface Choice {
  readonly chosen: Ways;
  /** Sites for which several stand alike, and which. */
  readonly open: ReadonlyMap<string, readonly Door[]>;
  readonly unserved: readonly string[];
}

export interface Wishes {
  /** Taken for each site that it can serve. */
  readonly preferred?: string;
  /** What was answered when the same could be meant before. */
  readonly answered?: (site: string, candidates: readonly Door[]) => string | undefined;
}

export function chooseDoors(sites: Iterable<string>, doors: readonly Door[], { preferred, answered }: Wishes = {}): Choice {
  const chosen = new Map<string, string>();
  const open = new Map<string, readonly Door[]>();
  const unserved: string[] = [];
  for (const site of sites) {
    const able = doors.filter((door) => rank(door, site) > 0);
    const best = bestOf(able, site);
    const [first, ...more] = best;
    const name = able.find((door) => door.name === preferred)?.name ?? (more.length === 0 ? first?.name : answered?.(site, best));
    if (name !== undefined) chosen.set(site, name);
    else if (first === undefined) unserved.push(site);
    else open.set(site, best);
  }
  return { chosen, open, unserved };
}

/** 1 is nearest; 0 for one that does not serve the site. */
function rank({ sites, home, reach }: Door, site: string): number {
  if (sites.length > 0) return sites.includes(site) ? 1 : 0;
  if (reach === 'door') return home === undefined ? 3 : home === site ? 2 : 0;
  return reach === 'archive' ? 3 : 4;
}

function bestOf(able: readonly Door[], site: string): readonly Door[] {
  const least = Math.min(...able.map((door) => rank(door, site)));
  // A service of the archive and the site's own door are two ways to the same files.
  const isNear = (door: Door) => rank(door, site) === least || (least === 2 && door.reach === 'archive' && door.sites.length === 0);
  const near = able.filter(isNear);
  const paces = near.map(({ pace }) => pace);
  // Only of doors that belong to the site is it known that they stand before the same storage.
  if (least > 2 || paces.includes(undefined)) return near;
  const pace = Math.min(...(paces as number[]));
  return near.filter((door) => door.pace === pace);
}

/**
 * The answers to one question for all open sites: each is one door for the sites that it serves, and for the others one of its
 * sort, so that nobody is asked twice.
 */
export function answersFor(open: Choice['open']): readonly Ways[] {
  const answers = new Map<string, Ways>();
  for (const wish of new Set([...open.values()].flat())) {
    const ways = new Map<string, string>();
    for (const [site, doors] of open) {
      const like = doors.find(({ name }) => name === wish.name) ?? doors.find(({ reach }) => reach === wish.reach) ?? doors[0];
      if (like !== undefined) ways.set(site, like.name);
    }
    answers.set([...ways].join(), ways);
  }
  return [...answers.values()];
}
