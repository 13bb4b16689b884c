import { decode, isParameter, isPathStart } from './address';
import { isBlank, isDigit } from './line';
import { FileName } from './name';
import { Prefix } from './prefix';
import { type HostFact, type Site, type SiteTable } from './site';

/** How a link is written. `gfal` is srm with `managerv2?SFN=`; `https` is a download door or WebDAV. */
export type LinkForm = 'srm' | 'gsiftp' | 'https' | 'gfal' | 'path' | 'other';

/** What a line holds. */
export type LineKind = 'blank' | 'comment' | 'junk' | 'link';

const schemes = new Map<string, LinkForm>([
  ['srm', 'srm'],
  ['gsiftp', 'gsiftp'],
  ['https', 'https'],
  ['http', 'https'],
  ['davs', 'https'],
  ['dav', 'https'],
  ['root', 'other'],
  ['roots', 'other'],
  ['xroot', 'other'],
  ['xroots', 'other'],
  ['dcap', 'other'],
  ['gsidcap', 'other'],
]);

const longestScheme = 7;

/**
 * Reads one line at a time and leaves what it found in its own fields, because a list of 100 000 links is read at
 * every opening: no regular expression, no object and hardly a string per line. Every search is bounded by the line;
 * an `indexOf` that finds nothing would read on to the end of the document, once for each line.
 *
 * Offsets count in the scanned text; `path…` and those of `name` count in `source`, which is another text for a link
 * that is percent-encoded inside a download address.
 */
export class Scanner {
  kind: LineKind = 'blank';
  linkStart = 0;
  linkEnd = 0;
  /** What follows the link, trimmed; equal offsets mean nothing. */
  restStart = 0;
  restEnd = 0;
  /** Lower case; '' for a path. */
  scheme = '';
  form: LinkForm = 'other';
  hostStart = 0;
  hostEnd = 0;
  host: HostFact | undefined;
  /** -1: none, -2: not a number. */
  port = -1;
  portStart = 0;
  portEnd = 0;
  site: Site | undefined;
  /** A control character stands in the link. */
  damaged = false;
  source = '';
  pathStart = 0;
  pathEnd = 0;
  /** Where the last two slashes of the word stand side by side, those of `://` included; -1 for none. */
  pair = -1;
  /** The first comma or semicolon behind the last slash of the word; -1 for none. */
  comma = -1;
  name: FileName;
  /** The srm link inside a download address, when there is one. */
  inner: Scanner | undefined;

  private readonly ownName = new FileName();
  private spare: Scanner | undefined;
  private lastHost = '';
  private lastFact: HostFact | undefined;
  private lastSlash = 0;
  private query = -1;
  private prefix: Prefix | undefined;

  /** @param nests whether a download address may hold a link: only the outermost one does. */
  constructor(
    readonly table: SiteTable,
    private readonly nests = true,
  ) {
    this.name = this.ownName;
  }

  /** Reads the line at `start`…`end` of `text`; never throws. */
  scan(text: string, start: number, end: number): LineKind {
    let from = start;
    while (from < end && isBlank(text.charCodeAt(from))) from++;
    this.linkStart = from;
    this.restStart = this.restEnd = this.linkEnd = end;
    if (from === end) return (this.kind = 'blank');
    const first = text.charCodeAt(from);
    if (first === 35) return (this.kind = 'comment');
    if (!this.readLikeLast(text, from, end)) {
      this.readWord(text, from, end);
      this.kind = (first === 47 ? this.readPath(text, from) : this.readAddress(text, from)) ? 'link' : 'junk';
      if (this.kind === 'link') this.prefix = Prefix.of(this, text) ?? this.prefix;
    }
    if (this.linkEnd < end) this.readRest(text, end);
    return this.kind;
  }

  /** Reads a link that begins like the one before it; false when it does not, or goes on in an unusual way. */
  private readLikeLast(text: string, from: number, end: number): boolean {
    const { prefix } = this;
    if (prefix === undefined || !text.startsWith(prefix.text, from)) return false;
    const digits = from + prefix.text.length;
    const name = this.ownName;
    if (digits >= end || !isDigit(text.charCodeAt(digits)) || !name.readBand(text, digits, end)) return false;
    let at = name.bandEnd;
    let comma = -1;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code > 63 && code < 127) continue;
      if (code === 47 || code === 63) return false;
      if (code === 44 || code === 59) comma = comma < 0 ? at : comma;
      if (code > 32 && code < 127) continue;
      if (isBlank(code)) break;
      if (code < 160) return false;
    }
    this.name = name;
    prefix.apply(this, from);
    this.kind = 'link';
    this.source = text;
    this.linkEnd = this.pathEnd = at;
    this.comma = comma;
    this.damaged = false;
    this.inner = undefined;
    return true;
  }

  private readWord(text: string, from: number, end: number): void {
    let slash = -2;
    let pair = -1;
    let query = -1;
    let comma = -1;
    let damaged = false;
    let at = from;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code > 63 && code < 127) continue;
      if (code === 47) {
        if (slash === at - 1) pair = slash;
        slash = at;
        comma = -1;
      } else if (code === 44 || code === 59) comma = comma < 0 ? at : comma;
      else if (code === 63) query = query < 0 ? at : query;
      else if (code <= 32 || code >= 127) {
        if (isBlank(code)) break;
        if (code < 160) damaged = true;
      }
    }
    this.linkEnd = at;
    this.lastSlash = slash;
    this.pair = pair;
    this.query = query;
    this.comma = comma;
    this.damaged = damaged;
  }

  private readRest(text: string, end: number): void {
    let from = this.linkEnd;
    let to = end;
    while (from < to && isBlank(text.charCodeAt(from))) from++;
    while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
    this.restStart = from;
    this.restEnd = to;
  }

  private readPath(text: string, from: number): boolean {
    let head = from;
    while (head < this.linkEnd && text.charCodeAt(head) === 47) head++;
    let headEnd = head;
    while (headEnd < this.linkEnd && text.charCodeAt(headEnd) !== 47) headEnd++;
    if (!this.table.heads.has(text.slice(head, headEnd))) return false;
    this.scheme = '';
    this.form = 'path';
    this.host = undefined;
    this.hostStart = this.hostEnd = this.portStart = this.portEnd = from;
    this.port = -1;
    this.inner = undefined;
    this.site = undefined;
    this.setPath(text, from, this.linkEnd);
    return true;
  }

  private readAddress(text: string, from: number): boolean {
    const authority = this.readScheme(text, from);
    if (authority < 0) return false;
    this.inner = undefined;
    this.readHost(text, authority);
    this.readPort(text, this.hostEnd);
    if (this.query >= 0 && this.form === 'srm' && isParameter(text, this.query + 1, 'sfn=')) {
      this.form = 'gfal';
      this.setPath(text, this.query + 5, this.linkEnd);
    } else if (this.query < 0 || this.form !== 'https') {
      this.setPath(text, this.portEnd, this.linkEnd);
    } else if (!this.readNested(text)) {
      this.setPath(text, this.portEnd, this.query);
    }
    return true;
  }

  /** Sets scheme and form; the offset behind `://`, or -1 when the word is not a link. */
  private readScheme(text: string, from: number): number {
    if (text.startsWith('srm://', from)) {
      this.scheme = this.form = 'srm';
      return from + 6;
    }
    let colon = from;
    while (colon <= from + longestScheme && text.charCodeAt(colon) !== 58) colon++;
    if (!text.startsWith('://', colon)) return -1;
    const scheme = text.slice(from, colon).toLowerCase();
    const form = schemes.get(scheme);
    if (form === undefined) return -1;
    this.scheme = scheme;
    this.form = form;
    return colon + 3;
  }

  private readHost(text: string, authority: number): void {
    const last = this.lastHost;
    const end = authority + last.length;
    if (last !== '' && end < this.linkEnd && text.startsWith(last, authority) && this.endsHost(text, end)) {
      this.hostStart = authority;
      this.hostEnd = end;
      this.host = this.lastFact;
    } else {
      this.searchHost(text, authority);
    }
    this.site = this.host?.site;
  }

  /** Whether a host ends here: what looks like host and port may be `user:word@host`. */
  private endsHost(text: string, from: number): boolean {
    if (text.charCodeAt(from) !== 58) return isPathStart(text.charCodeAt(from));
    for (let at = from + 1; at < this.linkEnd && !isPathStart(text.charCodeAt(at)); at++) if (text.charCodeAt(at) === 64) return false;
    return true;
  }

  private searchHost(text: string, authority: number): void {
    let stop = authority;
    let start = authority;
    while (stop < this.linkEnd && !isPathStart(text.charCodeAt(stop))) {
      // `user@host`, as XRootD has it
      if (text.charCodeAt(stop) === 64) start = stop + 1;
      stop++;
    }
    let end = start;
    // Colons inside the brackets of an IPv6 address are not the port's.
    for (let bracket = false; end < stop && (bracket || text.charCodeAt(end) !== 58); end++) {
      if (text.charCodeAt(end) === 91) bracket = true;
      else if (text.charCodeAt(end) === 93) bracket = false;
    }
    this.hostStart = start;
    this.hostEnd = end;
    this.host = undefined;
    if (start === end) return;
    this.host = this.table.host(text.slice(start, end));
    if (start !== authority) return;
    this.lastHost = text.slice(start, end);
    this.lastFact = this.host;
  }

  private readPort(text: string, from: number): void {
    this.port = -1;
    this.portStart = this.portEnd = from;
    if (from >= this.linkEnd || text.charCodeAt(from) !== 58) return;
    let at = from + 1;
    let port = 0;
    for (; at < this.linkEnd; at++) {
      const code = text.charCodeAt(at);
      if (isPathStart(code)) break;
      port = isDigit(code) && port >= 0 && port < 1e6 ? port * 10 + code - 48 : -2;
    }
    this.port = at === from + 1 ? -2 : port;
    this.portStart = from + 1;
    this.portEnd = at;
  }

  /** The srm link in `?surl=`: its path, site and file are the ones that count. */
  private readNested(text: string): boolean {
    const from = this.nests ? this.nestedStart(text) : -1;
    if (from < 0) return false;
    const inner = (this.spare ??= new Scanner(this.table, false));
    // The doors take the link as it is, so it is decoded only when its own "://" is encoded.
    const plain = text.startsWith('srm://', from) || text.startsWith('/', from);
    const source = plain ? text : decode(text.slice(from, this.linkEnd));
    const kind = plain ? inner.scan(source, from, this.linkEnd) : inner.scan(source, 0, source.length);
    if (kind !== 'link' || inner.form === 'https' || inner.restEnd > inner.restStart) return false;
    this.inner = inner;
    this.site = inner.site ?? (inner.host === undefined ? this.site : undefined);
    this.source = inner.source;
    this.pathStart = inner.pathStart;
    this.pathEnd = inner.pathEnd;
    this.name = inner.name;
    return true;
  }

  private nestedStart(text: string): number {
    for (let at = this.query; at + 6 <= this.linkEnd; at++) {
      const code = text.charCodeAt(at);
      if ((code === 63 || code === 38) && isParameter(text, at + 1, 'surl=')) return at + 6;
    }
    return -1;
  }

  private setPath(text: string, start: number, end: number): void {
    this.source = text;
    this.pathStart = start;
    this.pathEnd = end;
    // Only a link without a host is placed by its path: a host that nobody knows must not be covered up.
    if (this.host === undefined) this.site = this.table.ofPath(text.slice(start, end));
    let slash = this.lastSlash;
    if (slash >= end) for (slash = end - 1; slash >= start && text.charCodeAt(slash) !== 47;) slash--;
    this.name = this.ownName;
    this.name.read(text, start, slash < start ? start : slash + 1, end);
  }
}
