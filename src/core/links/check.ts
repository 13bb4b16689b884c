import { firstFolders } from './convert';
import { isBlank } from './line';
import { addressColumn, aloneLink, columnsBehind, secondLink } from './table';
import { oneSlashEach } from './file';
import { rules, type Certainty, type Remedy, type Rule } from './rule';
import { type Scanner } from './scanner';
import { oneSlash, type Site } from './site';

/** A problem that a line has by itself; columns count from the line's start, so that it moves with its line. */
export interface Fault {
  readonly rule: Rule;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly data: Remedy | undefined;
}

/**
 * Where the parts of an address stand in the line. An encoded link inside a download address has no columns of its
 * own: everything about it is shown at the whole link, and nothing in it can be replaced.
 */
interface Frame {
  readonly text: string;
  readonly offset: number;
  readonly whole: { readonly start: number; readonly end: number } | undefined;
}

/** Judges the line which the scanner has just read, beginning at `lineStart` of `text`; null when nothing is wrong. */
export function checkLine(found: Scanner, text: string, lineStart: number): Fault[] | null {
  if (found.kind === 'junk') return [junkFault(found, text, lineStart)];
  if (found.kind !== 'link' || isSound(found)) return null;
  const faults: Fault[] = [];
  checkAddress(found, { text, offset: lineStart, whole: undefined }, faults);
  const { inner } = found;
  if (inner !== undefined) {
    const whole = inner.source === text ? undefined : { start: found.linkStart - lineStart, end: found.linkEnd - lineStart };
    checkAddress(inner, { text: inner.source, offset: lineStart, whole }, faults);
  }
  if (found.restEnd > found.restStart) checkRest(found, text, lineStart, faults);
  return faults.length === 0 ? null : faults;
}

/** The quick look that spares a good line everything else. */
function isSound(found: Scanner): boolean {
  const { host, site } = found;
  if (found.inner !== undefined || found.restEnd > found.restStart || found.damaged || site === undefined) return false;
  if (host === undefined ? found.form !== 'path' : host.retired) return false;
  if (found.pathEnd - found.pathStart < 2 || found.source.charCodeAt(found.pathStart + 1) === 47) return false;
  if (found.pair > found.pathStart || found.comma >= found.name.start) return false;
  return found.port === -1 || found.port === expectedPort(found, site);
}

function junkFault(found: Scanner, text: string, lineStart: number): Fault {
  let end = found.restEnd;
  while (end > found.linkStart && isBlank(text.charCodeAt(end - 1))) end--;
  const line = text.slice(found.linkStart, end);
  const place = [found.linkStart - lineStart, end - lineStart] as const;
  const rule = ruleOf(line);
  if (rule === rules.notALink) return fault(rule, ...place, rule.message(), { removeLine: true, certainty: 'choice' });
  const replace = aloneLink(line);
  return fault(rule, ...place, rule.message(), replace === undefined ? undefined : { replace, certainty: 'likely' });
}

function ruleOf(line: string): typeof rules.quoted | typeof rules.lateLink | typeof rules.notALink {
  const at = secondLink(line, 0);
  if (at <= 0) return rules.notALink;
  return /^["'`<]+$/.test(line.slice(0, at)) ? rules.quoted : rules.lateLink;
}

function checkAddress(found: Scanner, frame: Frame, faults: Fault[]): void {
  const { host } = found;
  // The site of a download address is that of the link in it; here the door's own is meant.
  const site = found.inner === undefined ? found.site : host?.site;
  if (host === undefined && found.form !== 'path') {
    add(faults, frame, rules.noHost, found.linkStart, found.linkEnd, rules.noHost.message());
    return;
  }
  if (found.damaged) add(faults, frame, rules.damaged, found.linkStart, found.linkEnd, rules.damaged.message());
  if (checkColumns(found, frame, faults)) return;
  if (site === undefined) unknown(found, frame, faults);
  else checkDoor(found, site, frame, faults);
  if (found.inner === undefined) checkPath(found, frame, faults);
}

function unknown(found: Scanner, frame: Frame, faults: Fault[]): void {
  if (found.host === undefined) {
    const folders = firstFolders(frame.text.slice(found.pathStart, found.pathEnd));
    add(faults, frame, rules.unknownRoot, found.linkStart, found.linkEnd, rules.unknownRoot.message(folders));
    return;
  }
  const { host } = found.host;
  const nearest = found.table.nearest(host);
  const remedy = nearest === undefined ? undefined : ({ replace: nearest, certainty: 'likely' } as const);
  add(faults, frame, rules.unknownHost, found.hostStart, found.hostEnd, rules.unknownHost.message(host, nearest), remedy);
}

function checkDoor(found: Scanner, site: Site, frame: Frame, faults: Fault[]): void {
  const door = found.form === 'gsiftp' ? 'gsiftp' : 'srm';
  const expected = expectedPort(found, site);
  if (found.port !== -1 && found.port !== expected && expected !== undefined) {
    const port = frame.text.slice(found.portStart, found.portEnd);
    const message = rules.wrongPort.message(door, site.name, expected, port);
    // Another machine of the site may well listen at a port of its own.
    const certainty: Certainty = found.host?.host === site[door]?.host ? 'certain' : 'likely';
    add(faults, frame, rules.wrongPort, found.portStart - (port === '' ? 1 : 0), found.portEnd, message, {
      replace: port === '' ? `:${expected}` : String(expected),
      certainty,
    });
  }
  if (found.host?.retired === true) {
    const current = site[door]?.host;
    // Stagers know and report a file by the name in the archive's catalogue, which may be the old one.
    const remedy = current === undefined ? undefined : ({ replace: current, certainty: 'likely' } as const);
    add(faults, frame, rules.retiredHost, found.hostStart, found.hostEnd, rules.retiredHost.message(found.host.host, current), remedy);
  }
}

/**
 * What came with a table: columns behind a comma, or a whole link that was joined. True when the address ends there, so
 * that nothing more can be said of it.
 */
function checkColumns(found: Scanner, frame: Frame, faults: Fault[]): boolean {
  if (found.inner !== undefined || (found.form === 'https' && found.pathEnd < found.linkEnd)) return false;
  const { text } = frame;
  const word = text.slice(found.linkStart, found.linkEnd);
  const column = addressColumn(word);
  const second = secondLink(word, found.scheme.length + 3);
  if (second >= 0 && second !== column + 1) {
    add(faults, frame, rules.joined, found.linkStart + second, found.linkEnd, rules.joined.message());
    return true;
  }
  const comma = column < 0 ? found.comma : found.linkStart + column;
  if ((column < 0 && comma < found.name.start) || found.site === undefined) return false;
  const behind = columnsBehind(text.slice(comma, found.linkEnd), found.restEnd > found.restStart);
  const end = behind === ' ' ? found.restStart : found.linkEnd;
  const remedy = behind === undefined ? undefined : ({ replace: behind, certainty: 'likely' } as const);
  add(faults, frame, rules.comma, comma, end, rules.comma.message(), remedy);
  return column >= 0;
}

/** The port of the site's door for this form; undefined where the form has no fixed one. */
function expectedPort(found: Scanner, site: Site): number | undefined {
  if (found.form === 'srm' || found.form === 'gfal') return site.srm?.port;
  if (found.form === 'gsiftp') return site.gsiftp?.port;
  // WebDAV and XRootD doors are many, each with its own port: any is right.
  return found.port;
}

function checkPath(found: Scanner, frame: Frame, faults: Fault[]): void {
  const path = frame.text.slice(found.pathStart, found.pathEnd);
  const clean = oneSlash(path);
  if (clean === '' || clean === '/') add(faults, frame, rules.noFile, found.linkStart, found.linkEnd, rules.noFile.message());
  const begin = found.pathStart + path.length - clean.length;
  const head = clean.split('/', 2)[1] ?? '';
  // XRootD writes root://host//path; two slashes are right there.
  if (clean !== path && found.form !== 'other' && found.table.heads.has(head)) {
    const remedy: Remedy = { replace: '/', certainty: 'certain' };
    add(faults, frame, rules.doubleSlash, found.pathStart, begin + 1, rules.doubleSlash.message(head), remedy);
  }
  checkInside(found, clean, begin, frame, faults);
}

/**
 * Two slashes further in: one fault for all of a link. At the sites we know they are read as one; of others nobody knows.
 * Not certain to mend, because the archive's catalogue may have them in the file's name.
 */
function checkInside(found: Scanner, path: string, begin: number, frame: Frame, faults: Fault[]): void {
  const first = found.site === undefined ? -1 : path.indexOf('//');
  if (first < 0) return;
  const last = path.lastIndexOf('//') + 2;
  const replace = oneSlashEach(path.slice(first, last));
  const { innerSlash } = rules;
  add(faults, frame, innerSlash, begin + first, begin + last, innerSlash.message(), { replace, certainty: 'likely' });
}

/** A second column is fine when it says where the file goes (`file:///x.tar`, GRID_LRT's old lists) or is a comment. */
function checkRest(found: Scanner, text: string, lineStart: number, faults: Fault[]): void {
  const rest = text.slice(found.restStart, found.restEnd);
  if (rest.startsWith('#') || /^file:\/\/\S*(\s+#.*)?$/i.test(rest)) return;
  const rule = secondLink(rest, 0) >= 0 ? rules.secondLink : rules.trailingText;
  const remedy = rule === rules.trailingText ? ({ replace: '', certainty: 'likely' } as const) : undefined;
  faults.push(fault(rule, found.restStart - lineStart, found.restEnd - lineStart, rule.message(), remedy));
}

function add(faults: Fault[], frame: Frame, rule: Rule, start: number, end: number, message: string, data?: Remedy): void {
  const { whole, offset } = frame;
  if (whole !== undefined) faults.push(fault(rule, whole.start, whole.end, message, undefined));
  else faults.push(fault(rule, start - offset, end - offset, message, data));
}

function fault(rule: Rule, start: number, end: number, message: string, data: Remedy | undefined): Fault {
  return { rule, start, end, message, data };
}
