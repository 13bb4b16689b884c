import { firstFolders } from './convert';
import { isBlank } from './line';
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
  if (found.pair > found.pathStart) return false;
  return found.port === -1 || found.port === expectedPort(found, site);
}

function junkFault(found: Scanner, text: string, lineStart: number): Fault {
  let end = found.restEnd;
  while (end > found.linkStart && isBlank(text.charCodeAt(end - 1))) end--;
  const late = /\s(srm|gsiftp|https?|davs?|root|dcap):\/\//i.test(text.slice(found.linkStart, end));
  const rule = late ? rules.lateLink : rules.notALink;
  return fault(
    rule,
    found.linkStart - lineStart,
    end - lineStart,
    rule.message(),
    late ? undefined : { removeLine: true, certainty: 'choice' },
  );
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
  const rule = /(^|\s)(srm|gsiftp|https?|davs?|root|dcap):\/\//i.test(rest) ? rules.secondLink : rules.trailingText;
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
