import { type LineChange } from './change';
import { type Link } from './link';
import { type LinkList } from './list';
import { type LinkForm } from './scanner';
import { gsiftpPort, oneSlash, siteSetting, srmPort } from './site';

/** The forms a link can be written in. */
export type TargetForm = Exclude<LinkForm, 'other'>;

export const targetForms: readonly TargetForm[] = ['srm', 'gsiftp', 'https', 'gfal', 'path'];

/** A converted link, or sentences that say what is wrong and what to do. */
export type Conversion = { readonly text: string; readonly problem?: never } | { readonly problem: string; readonly text?: never };

const managed = '/srm/managerv2?SFN=';

/**
 * Writes a link in another form, by the link's own site (GRID_LRT goes by the list's).
 *
 * - In the form it already has a link keeps every byte, but a missing port is added and two slashes before `pnfs` or
 *   `lofar` become one. Slashes further in are kept: the file's name in the archive may have them.
 * - srm, gfal and https name the link's own srm host; in place of a retired one they name the site's current one.
 * - gsiftp links, bare paths, WebDAV and XRootD become srm by their site; without a known site that is a problem.
 */
export function convert(link: Link, form: TargetForm): Conversion {
  const base = link.nested ?? link;
  const path = cleanPath(base);
  if (path === '' || path === '/') return { problem: 'The link names no file. Complete it.' };
  if (form === 'path') return { text: path };
  if (form === link.form) return keep(link, path);
  if (form === 'gsiftp') return byDoor(siteDoor(link, base, 'gsiftp'), (door) => `gsiftp://${door}${path}`);
  const door = srmDoor(link, base);
  if (form === 'https') return byDoor(door, (name) => download(link, `srm://${name}${path}`));
  return byDoor(door, (name) => `srm://${name}${form === 'gfal' ? managed : ''}${path}`);
}

/** What `convertList` gives; the contract of `grid.links.convert`. */
export interface ConvertedList {
  /** One link a line, each ended by `\n`; blank lines, comments and further columns removed, order and duplicates kept. */
  readonly text: string;
  /** Number of links in `text`. */
  readonly links: number;
  /** Rows that cannot be converted; `link` is the link, or the whole line when that is not one. */
  readonly failed: readonly FailedLink[];
}

/** A row that was left out; `message` begins with its line, counted from 1. */
export interface FailedLink {
  readonly link: string;
  readonly message: string;
}

/** Converts a whole list. Every link is in `text` or in `failed`; `failed` is in the order of the list. */
export function convertList(list: Pick<LinkList, 'links' | 'junk'>, form: TargetForm): ConvertedList {
  const texts: string[] = [];
  const failed: (FailedLink & { line: number })[] = list.junk.map(({ line, text }) => ({
    line,
    link: text.trim(),
    message: `Line ${line + 1}: This is not a link. Remove it, or put “#” before it.`,
  }));
  for (const link of list.links) {
    const { text, problem } = convert(link, form);
    if (problem === undefined) texts.push(text);
    else failed.push({ line: link.line, link: link.text, message: `Line ${link.line + 1}: ${problem}` });
  }
  failed.sort((a, b) => a.line - b.line);
  return {
    text: texts.length === 0 ? '' : `${texts.join('\n')}\n`,
    links: texts.length,
    failed: failed.map(({ link, message }) => ({ link, message })),
  };
}

/** What `convertLines` gives. */
export interface ConvertedLines {
  /** Only lines that read differently afterwards. */
  readonly changes: readonly LineChange[];
  /** Number of links that have the form now. */
  readonly links: number;
  /** Rows that stay as they are. */
  readonly failed: readonly FailedLink[];
}

/**
 * Converts a list where it stands: further columns, remarks, blank lines and rows that cannot be converted stay.
 * @param isMeant the lines it is about, counted from 0.
 */
export function convertLines(list: LinkList, form: TargetForm, isMeant: (line: number) => boolean = () => true): ConvertedLines {
  const meant = { links: list.links.filter(({ line }) => isMeant(line)), junk: list.junk.filter(({ line }) => isMeant(line)) };
  const { links, failed } = convertList(meant, form);
  const changes = meant.links.flatMap((link): LineChange[] => {
    const { text } = convert(link, form);
    if (text === undefined || text === link.text) return [];
    const { lineStart, start, end, lineEnd } = link;
    return [{ line: link.line, text: list.text.slice(lineStart, start) + text + list.text.slice(end, lineEnd) }];
  });
  return { changes, links, failed };
}

/**
 * What is sent to a stager: the plain srm form. An srm link is sent byte for byte (only `//pnfs` becomes `/pnfs`),
 * without adding a port and with a retired host, because stagers keep a file's name exactly as the archive's catalogue
 * does and report back under it. A gfal link loses `managerv2?SFN=` for the same reason: reports do not have it.
 */
export function stagingLink(link: Link): Conversion {
  const base = link.nested ?? link;
  const own = (base.form === 'srm' || base.form === 'gfal') && base.host !== undefined;
  const path = cleanPath(base);
  if (!own || path === '' || path === '/') return convert(link, 'srm');
  const { head } = base;
  return { text: (base.form === 'gfal' ? head.slice(0, head.indexOf('/', 'srm://'.length)) : head) + path };
}

/** The path of a link with one slash before `pnfs`, `lofar` and the roots of its site, and unchanged behind that. */
export function cleanPath(link: Link): string {
  const { path, site } = link;
  if (!path.startsWith('//')) return path;
  const clean = oneSlash(path);
  const known = /^\/(pnfs|lofar)(\/|$)/.test(clean) || site?.roots.some((root) => clean.startsWith(root));
  return known === true ? clean : path;
}

function byDoor(door: Conversion, write: (door: string) => string | Conversion): Conversion {
  if (door.text === undefined) return door;
  const written = write(door.text);
  return typeof written === 'string' ? { text: written } : written;
}

/** The link in its own form: cleaned, and with its port. */
function keep(link: Link, path: string): Conversion {
  // davs is https under the name that gfal gives it.
  if (link.form === 'https') return { text: link.text.replace(/^davs:/i, 'https:').replace(/^dav:/i, 'http:') };
  if (link.form === 'path') return { text: path };
  const { head, host } = link;
  if (host === undefined) {
    return byDoor(siteDoor(link, link, link.form === 'gsiftp' ? 'gsiftp' : 'srm'), (door) => head.replace('://', `://${door}`) + path);
  }
  const end = head.indexOf(host, link.scheme.length + 3) + host.length;
  if (head.charAt(end) === ':') return { text: head + path };
  return { text: `${head.slice(0, end)}:${link.form === 'gsiftp' ? gsiftpPort : srmPort}${head.slice(end)}${path}` };
}

/** "host:port" of the srm door: the link's own one, unless it has none or its host is retired. */
function srmDoor(link: Link, base: Link): Conversion {
  const own = base.form === 'srm' || base.form === 'gfal' ? base.host : undefined;
  const retired = own !== undefined && base.site?.retired.includes(own.toLowerCase());
  if (own === undefined || retired === true) return siteDoor(link, base, 'srm');
  return { text: `${own}:${base.port ?? srmPort}` };
}

/** "host:port" of a door of the link's site. */
function siteDoor(link: Link, base: Link, kind: 'srm' | 'gsiftp'): Conversion {
  const { site } = link;
  if (site === undefined) return { problem: unknownSite(base) };
  const door = site[kind];
  if (door === undefined) return { problem: `${site.name} has no ${kind} door. Add one to the setting ${siteSetting}.` };
  // The path of an address on a web server need not be the path in storage.
  const aside = (base.form === 'https' || base.form === 'other') && site.roots.length > 0;
  if (aside && !site.roots.some((root) => cleanPath(base).startsWith(`${root}/`))) {
    return { problem: `The address does not name a path in the storage of ${site.name}. Use the srm link of the file.` };
  }
  return { text: `${door.host}:${door.port}` };
}

function download(link: Link, surl: string): Conversion {
  const { site } = link;
  if (site === undefined) return { problem: unknownSite(link) };
  if (site.door !== undefined) return { text: site.door + surl };
  return { problem: `${site.name} has no download door. Add one to the setting ${siteSetting}.` };
}

function unknownSite(link: Link): string {
  const { host } = link;
  const what = host === undefined ? `has files under ${firstFolders(link.path)}` : `has the host ${host}`;
  return `No known site ${what}. Correct the link, or add the site to the setting ${siteSetting}.`;
}

/** The first two folders of a path: enough to say where it lies. */
export function firstFolders(path: string): string {
  return oneSlash(path).split('/', 3).join('/');
}
