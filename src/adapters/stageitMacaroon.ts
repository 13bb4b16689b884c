/**
 * Macaroons: what StageIT gives to fetch staged files with, several for each site and each for one folder. Their limits
 * stand in clear text and are read without any key.
 */

export interface Macaroon {
  /** StageIT's name for the site: SURF, Juelich, Poznan. */
  readonly site: string;
  /** The secret itself, for an `Authorization: Bearer` header. */
  readonly content: string;
  /** The folder it is good for; absent for no limit. */
  readonly path?: string;
  /** When it ends, in milliseconds since 1970; absent when nobody says. */
  readonly before?: number;
  /** What it allows, in capitals: DOWNLOAD, READ_METADATA; absent for no limit. */
  readonly activities?: readonly string[];
}

/**
 * A macaroon with its limits read. Several limits of one kind narrow each other: the longest path, the earliest end, the
 * activities that all allow. What cannot be decoded is a macaroon without known limits, ending at `validUntil` (ISO 8601).
 */
export function readMacaroon(site: string, content: string, validUntil: string): Macaroon {
  const caveats = caveatsOf(content);
  const of = (key: string) => caveats.filter((each) => each.startsWith(`${key}:`)).map((each) => each.slice(key.length + 1).trim());
  const paths = of('path').filter((path) => path !== '');
  const path = longest(paths.length > 0 ? paths : of('root').filter((root) => root !== ''));
  const ends = [...of('before'), validUntil].map(readTime).filter((at) => at !== undefined);
  const activities = of('activity').map((list) =>
    list
      .toUpperCase()
      .split(/[\s,]+/)
      .filter((each) => each !== ''),
  );
  return {
    site,
    content,
    ...(path === undefined ? {} : { path }),
    ...(ends.length === 0 ? {} : { before: Math.min(...ends) }),
    ...(activities.length === 0 ? {} : { activities: activities.reduce((all, list) => all.filter((each) => list.includes(each))) }),
  };
}

/** An ISO moment in milliseconds; one without a zone is UTC, as Django and dCache mean it. */
export function readTime(text: string): number | undefined {
  const zoned = /T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`;
  const at = Date.parse(zoned.replace(/^(\d{4}-\d{2}-\d{2}) /, '$1T'));
  return Number.isNaN(at) ? undefined : at;
}

/** The caveats in clear text. The signature is passed over, never read. */
export function caveatsOf(content: string): readonly string[] {
  const bytes = Buffer.from(content.replace(/\s+/g, ''), 'base64url'); // reads both alphabets, padded or not
  return packetsOf(bytes) ?? scan(bytes);
}

/** Version 1: packets of four hex digits for the whole length, a key, a blank, a value and a line feed. */
function packetsOf(bytes: Buffer): readonly string[] | undefined {
  const caveats: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = bytes.toString('latin1', at, at + 4);
    const end = at + (/^[0-9a-f]{4}$/i.test(length) ? parseInt(length, 16) : 0);
    if (end < at + 6 || end > bytes.length) return undefined;
    if (bytes.toString('latin1', at + 4, at + 8) === 'cid ') caveats.push(bytes.toString('utf8', at + 8, end).replace(/\n$/, ''));
    at = end;
  }
  return caveats;
}

/** Version 2 and whatever comes: the known words, each up to the next byte that is no text. */
function scan(bytes: Buffer): readonly string[] {
  // eslint-disable-next-line no-control-regex -- control bytes are what separates the caveats
  return [...bytes.toString('utf8').matchAll(/(?:before|path|root|activity):[^\u0000-\u001f\u007f"\ufffd]*/g)].map(([caveat]) => caveat);
}

function longest(texts: readonly string[]): string | undefined {
  return texts.reduce<string | undefined>((best, each) => (best === undefined || each.length > best.length ? each : best), undefined);
}

/** StageIT's names and those of our sites, by one spelling of each. */
const siteNames = new Map([
  ['surf', 'sara'],
  ['surfsara', 'sara'],
  ['jülich', 'juelich'],
  ['fzj', 'juelich'],
  ['psnc', 'poznan'],
  ['poznań', 'poznan'],
]);

function siteId(name: string): string {
  const plain = name.trim().toLowerCase();
  return siteNames.get(plain) ?? plain;
}

/**
 * The macaroon for a file: of its site (our id or StageIT's name, in any case), the one with the longest path that covers
 * it, and of those the one that ends last. `path` is the path of the address it is fetched from. Undefined when none fits:
 * any other would be refused.
 */
export function macaroonFor(macaroons: readonly Macaroon[], site: string, path: string): Macaroon | undefined {
  let best: Macaroon | undefined;
  for (const each of macaroons) {
    if (siteId(each.site) !== siteId(site) || !covers(each.path, path)) continue;
    if (best === undefined || rank(each, best) > 0) best = each;
  }
  return best;
}

function covers(scope: string | undefined, path: string): boolean {
  const folder = (scope ?? '').replace(/\/+$/, '');
  return path === folder || path.startsWith(`${folder}/`);
}

/** Above 0 when `a` is the better one. */
function rank(a: Macaroon, b: Macaroon): number {
  const byPath = (a.path ?? '').replace(/\/+$/, '').length - (b.path ?? '').replace(/\/+$/, '').length;
  if (byPath !== 0) return byPath;
  return (a.before ?? Infinity) === (b.before ?? Infinity) ? 0 : (a.before ?? Infinity) - (b.before ?? Infinity);
}
