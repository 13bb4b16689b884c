import { firstFolders } from './convert';
import { isBlank } from './line';
import { rules, type ProblemCode, type Remedy, type Severity } from './rule';
import { type Scanner } from './scanner';
import { oneSlash, type Site } from './site';

/** A problem that a line has by itself; columns count from the line's start, so that it moves with its line. */
export interface Fault {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly data: Remedy | undefined;
}

interface Kind {
  readonly code: ProblemCode;
  readonly severity: Severity;
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
  return found.port === -1 || found.port === expectedPort(found, site);
}

function junkFault(found: Scanner, text: string, lineStart: number): Fault {
  let end = found.restEnd;
  while (end > found.linkStart && isBlank(text.charCodeAt(end - 1))) end--;
  const late = /\s(srm|gsiftp|https?|davs?|root|dcap):\/\//i.test(text.slice(found.linkStart, end));
  const rule = late ? rules.lateLink : rules.notALink;
  return fault(rule, found.linkStart - lineStart, end - lineStart, rule.message(), late ? undefined : { removeLine: true });
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
  const remedy = nearest === undefined ? undefined : { replace: nearest };
  add(faults, frame, rules.unknownHost, found.hostStart, found.hostEnd, rules.unknownHost.message(host, nearest), remedy);
}

function checkDoor(found: Scanner, site: Site, frame: Frame, faults: Fault[]): void {
  const door = found.form === 'gsiftp' ? 'gsiftp' : 'srm';
  const expected = expectedPort(found, site);
  if (found.port !== -1 && found.port !== expected && expected !== undefined) {
    const port = frame.text.slice(found.portStart, found.portEnd);
    const message = rules.wrongPort.message(door, site.name, expected, port);
    add(faults, frame, rules.wrongPort, found.portStart - (port === '' ? 1 : 0), found.portEnd, message, {
      replace: port === '' ? `:${expected}` : String(expected),
    });
  }
  if (found.host?.retired === true) {
    const current = site[door]?.host;
    const remedy = current === undefined ? undefined : { replace: current };
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
  // XRootD writes root://host//path; two slashes are right there.
  if (clean === path || found.form === 'other') return;
  const head = clean.split('/', 2)[1] ?? '';
  if (!found.table.heads.has(head)) return;
  const end = found.pathStart + path.length - clean.length + 1;
  add(faults, frame, rules.doubleSlash, found.pathStart, end, rules.doubleSlash.message(head), { replace: '/' });
}

/** A second column is fine when it says where the file goes (`file:///x.tar`, GRID_LRT's old lists) or is a comment. */
function checkRest(found: Scanner, text: string, lineStart: number, faults: Fault[]): void {
  const rest = text.slice(found.restStart, found.restEnd);
  if (rest.startsWith('#') || /^file:\/\/\S*(\s+#.*)?$/i.test(rest)) return;
  const rule = /(^|\s)(srm|gsiftp|https?|davs?|root|dcap):\/\//i.test(rest) ? rules.secondLink : rules.trailingText;
  const remedy = rule === rules.trailingText ? { replace: '' } : undefined;
  faults.push(fault(rule, found.restStart - lineStart, found.restEnd - lineStart, rule.message(), remedy));
}

function add(faults: Fault[], frame: Frame, kind: Kind, start: number, end: number, message: string, data?: Remedy): void {
  const { whole, offset } = frame;
  if (whole !== undefined) faults.push(fault(kind, whole.start, whole.end, message, undefined));
  else faults.push(fault(kind, start - offset, end - offset, message, data));
}

function fault(kind: Kind, start: number, end: number, message: string, data: Remedy | undefined): Fault {
  return { code: kind.code, severity: kind.severity, start, end, message, data };
}
