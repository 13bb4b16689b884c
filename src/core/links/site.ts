import { nearest } from '../nearest';

/** A site's short name as used in file names, results and settings. The three of the LOFAR archive are built in. */
export type SiteId = 'sara' | 'juelich' | 'poznan' | (string & {});

/** A door of a site. */
export interface Door {
  readonly host: string;
  readonly port: number;
}

/** A place that keeps files, and the doors through which they are reached. */
export interface Site {
  readonly id: SiteId;
  /** The name people read: "Jülich". */
  readonly name: string;
  /** Host names that belong to the site; each stands for itself and for everything below it (`x.<host>`). */
  readonly hosts: readonly string[];
  /** Hosts that no longer answer but stand in old lists; the site's current door takes their place. */
  readonly retired: readonly string[];
  readonly srm: Door | undefined;
  readonly gsiftp: Door | undefined;
  /** Download address in front of a whole srm link. */
  readonly door: string | undefined;
  /** Path prefixes by which a bare path is known to be at this site. */
  readonly roots: readonly string[];
}

/** The setting that adds and changes sites; named in the sentences that send a person there. */
export const siteSetting = 'grid.links.sites';

export const srmPort = 8443;
export const gsiftpPort = 2811;

/**
 * Hosts, doors and roots as in GRID_LRT's srmlist and the archive's own tools.
 * SURF renamed its machines twice, so SARA has three families of names.
 */
const builtIn: readonly Site[] = [
  {
    id: 'sara',
    name: 'SARA',
    hosts: ['grid.sara.nl', 'grid.surfsara.nl', 'surf.nl'],
    retired: [],
    srm: { host: 'srm.grid.sara.nl', port: srmPort },
    gsiftp: { host: 'gridftp.grid.sara.nl', port: gsiftpPort },
    door: 'https://lofar-download.grid.sara.nl/lofigrid/SRMFifoGet.py?surl=',
    roots: ['/pnfs/grid.sara.nl'],
  },
  {
    id: 'juelich',
    name: 'Jülich',
    hosts: ['fz-juelich.de'],
    retired: ['dcache-lofar.fz-juelich.de', 'dcachepool11.fz-juelich.de', 'dcachepool12.fz-juelich.de'],
    srm: { host: 'lofar-srm.fz-juelich.de', port: srmPort },
    gsiftp: { host: 'lofar-gridftp.fz-juelich.de', port: gsiftpPort },
    door: 'https://lofar-download.fz-juelich.de/webserver-lofar/SRMFifoGet.py?surl=',
    roots: ['/pnfs/fz-juelich.de'],
  },
  {
    id: 'poznan',
    name: 'Poznań',
    hosts: ['lofar.psnc.pl', 'psnc.pl', 'man.poznan.pl'],
    retired: ['door01.lofar.psnc.pl', 'door02.lofar.psnc.pl'],
    srm: { host: 'lta-head.lofar.psnc.pl', port: srmPort },
    gsiftp: { host: 'gridftp.lofar.psnc.pl', port: gsiftpPort },
    door: 'https://lta-download.lofar.psnc.pl/lofigrid/SRMFifoGet.py?surl=',
    roots: ['/lofar'],
  },
];

/** What is known about one host name. */
export interface HostFact {
  /** Lower case, without port. */
  readonly host: string;
  readonly site: Site | undefined;
  readonly retired: boolean;
}

/** Unknown hosts come from what people type; the cache must not grow with it. */
const cacheLimit = 10_000;

/** All sites of a session, with look-ups by host and by path. Immutable from outside; made by {@link sites}. */
export class SiteTable {
  readonly sites: readonly Site[];
  /** First segments of all roots ("pnfs", "lofar"): a bare path begins with one of them. */
  readonly heads: ReadonlySet<string>;
  private readonly hosts = new Map<string, HostFact>();
  private readonly suffixes = new Map<string, Site>();
  private readonly retired = new Set<string>();
  private readonly doors: readonly string[];

  constructor(sites: readonly Site[]) {
    this.sites = sites;
    const heads = new Set(['pnfs', 'lofar']);
    for (const site of sites) {
      for (const root of site.roots) heads.add(root.split('/')[1] ?? '');
      // Sites of the setting come last and may take a name from a built-in one.
      for (const host of hostsOf(site)) this.suffixes.set(host, site);
      for (const host of site.retired) this.retired.add(host);
    }
    heads.delete('');
    this.heads = heads;
    this.doors = [...new Set(sites.flatMap((site) => currentHosts(site)))];
  }

  /** The site with this id. */
  site(id: SiteId): Site | undefined {
    return this.sites.find((site) => site.id === id);
  }

  /** What is known about a host name in any case of letters: its site by exact name or by suffix at a dot. */
  host(name: string): HostFact {
    const cached = this.hosts.get(name);
    if (cached !== undefined) return cached;
    const host = name.toLowerCase();
    const fact = { host, site: this.bySuffix(host), retired: this.retired.has(host) };
    if (this.hosts.size >= cacheLimit) this.hosts.clear();
    this.hosts.set(name, fact);
    return fact;
  }

  /** The site whose root the path lies under; the longest root wins. Leading double slashes do not matter. */
  ofPath(path: string): Site | undefined {
    const clean = oneSlash(path);
    let best: Site | undefined;
    let length = 0;
    for (const site of this.sites) {
      for (const root of site.roots) {
        if (root.length <= length || !clean.startsWith(root)) continue;
        const next = clean.charCodeAt(root.length);
        if (clean.length === root.length || next === 47) {
          best = site;
          length = root.length;
        }
      }
    }
    return best;
  }

  /** The known door whose name is so close to an unknown host that a slip of the keyboard explains it. */
  nearest(host: string): string | undefined {
    return nearest(host, this.doors, 3);
  }

  private bySuffix(host: string): Site | undefined {
    for (let from = 0; ;) {
      const site = this.suffixes.get(host.slice(from));
      if (site !== undefined) return site;
      const dot = host.indexOf('.', from);
      if (dot < 0) return undefined;
      from = dot + 1;
    }
  }
}

/** A path with one slash at its head instead of several; the rest is kept byte for byte. */
export function oneSlash(path: string): string {
  let from = 0;
  while (path.charCodeAt(from) === 47 && path.charCodeAt(from + 1) === 47) from++;
  return from === 0 ? path : path.slice(from);
}

function currentHosts(site: Site): string[] {
  const door = site.door === undefined ? undefined : hostOfAddress(site.door);
  return [site.srm?.host, site.gsiftp?.host, door].filter((host) => host !== undefined);
}

function hostsOf(site: Site): string[] {
  return [...currentHosts(site), ...site.retired, ...site.hosts];
}

function hostOfAddress(address: string): string | undefined {
  return /^https?:\/\/([^/:?#]+)/.exec(address)?.[1]?.toLowerCase();
}

/**
 * The built-in sites together with those of the setting `grid.links.sites`: an object whose keys are site ids, or an
 * array of objects with an `id`. Fields: `name`, `hosts`, `retired`, `roots` (arrays of strings), `srm`, `gsiftp`
 * ("host" or "host:port"), `door` (https address put in front of an srm link). Given fields replace those of an
 * existing site. An entry that cannot be used is left out and named by one sentence in `problems`. Never throws.
 */
export function sites(setting?: unknown): { table: SiteTable; problems: string[] } {
  const byId = new Map<string, Site>(builtIn.map((site) => [site.id, site]));
  const problems: string[] = [];
  for (const [where, id, entry] of entriesOf(setting, problems)) {
    const result = readSite(id, entry, byId.get(id));
    if (typeof result === 'string') problems.push(`${where} is left out: ${result}`);
    else byId.set(id, result);
  }
  return { table: new SiteTable([...byId.values()]), problems };
}

type Entry = [where: string, id: string, entry: Record<string, unknown>];

function entriesOf(setting: unknown, problems: string[]): Entry[] {
  if (setting === undefined || setting === null) return [];
  if (typeof setting !== 'object') {
    problems.push(`The setting ${siteSetting} is left out: it is not an object with a site id for each key.`);
    return [];
  }
  const pairs: [string, unknown, unknown][] = Array.isArray(setting)
    ? setting.map((entry: unknown, index) => [`Site ${index + 1} of ${siteSetting}`, isRecord(entry) ? entry.id : undefined, entry])
    : Object.entries(setting).map(([id, entry]) => [`Site “${id}” of ${siteSetting}`, id, entry]);
  const entries: Entry[] = [];
  for (const [where, id, entry] of pairs) {
    if (!isRecord(entry)) problems.push(`${where} is left out: it is not an object.`);
    // The id becomes part of a file name and `unknown` already means "no site".
    else if (typeof id !== 'string' || !/^[a-z0-9][a-z0-9_-]*$/i.test(id) || id === 'unknown')
      problems.push(`${where} is left out: its id has to be letters, digits, “-” and “_”, and not “unknown”.`);
    else entries.push([where, id, entry]);
  }
  return entries;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const siteFields = new Set(['id', 'name', 'hosts', 'retired', 'srm', 'gsiftp', 'door', 'roots']);

/** One entry laid over an existing site, or the reason why it cannot be used. */
function readSite(id: string, entry: Record<string, unknown>, base: Site | undefined): Site | string {
  const alien = Object.keys(entry).find((key) => !siteFields.has(key));
  if (alien !== undefined) return `it has the unknown field “${alien}”.`;
  const { name = base?.name ?? id, door = base?.door } = entry;
  if (typeof name !== 'string' || name.trim() === '') return 'its name is not a text.';
  if (door !== undefined && (typeof door !== 'string' || hostOfAddress(door) === undefined)) return 'its door is not an https:// address.';
  const hosts = readTexts(entry.hosts, base?.hosts, hostPattern);
  if (hosts === undefined) return 'its hosts are not a list of host names.';
  const retired = readTexts(entry.retired, base?.retired, hostPattern);
  if (retired === undefined) return 'its retired hosts are not a list of host names.';
  const roots = readTexts(entry.roots, base?.roots, rootPattern);
  if (roots === undefined) return 'its roots are not a list of paths that begin with a slash.';
  const srm = readDoor(entry.srm, base?.srm, srmPort);
  if (srm === 'bad') return 'its srm is not “host” or “host:port”.';
  const gsiftp = readDoor(entry.gsiftp, base?.gsiftp, gsiftpPort);
  if (gsiftp === 'bad') return 'its gsiftp is not “host” or “host:port”.';
  const site: Site = { id, name, hosts, retired, srm, gsiftp, door, roots };
  if (hostsOf(site).length === 0 && roots.length === 0) return 'it names neither a host nor a root.';
  return site;
}

const hostPattern = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;
const rootPattern = /^\/[^/\s]/;

function readTexts(value: unknown, base: readonly string[] | undefined, pattern: RegExp): readonly string[] | undefined {
  if (value === undefined) return base ?? [];
  if (!Array.isArray(value)) return undefined;
  const texts: string[] = [];
  for (const text of value as unknown[]) {
    if (typeof text !== 'string' || !pattern.test(text)) return undefined;
    texts.push(pattern === hostPattern ? text.toLowerCase() : text.replace(/\/+$/, ''));
  }
  return texts;
}

function readDoor(value: unknown, base: Door | undefined, usual: number): Door | undefined | 'bad' {
  if (value === undefined) return base;
  const { host, port = usual } = isRecord(value) ? value : splitDoor(value);
  if (typeof host !== 'string' || !hostPattern.test(host)) return 'bad';
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) return 'bad';
  return { host: host.toLowerCase(), port };
}

function splitDoor(value: unknown): { host?: string; port?: number } {
  if (typeof value !== 'string') return {};
  const [host = '', port, ...more] = value.split(':');
  if (more.length > 0) return {};
  return port === undefined ? { host } : { host, port: /^\d+$/.test(port) ? Number(port) : 0 };
}
