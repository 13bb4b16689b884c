import { Scanner, type LinkForm } from './scanner';
import { type Site, type SiteTable } from './site';

/** A subband (`SB`) or a block of subbands (`ABN`). */
export interface Band {
  readonly kind: 'SB' | 'ABN';
  readonly number: number;
  /** As written, leading zeros included. */
  readonly digits: string;
}

/**
 * One link of a list. Offsets count UTF-16 units in the document; `line` counts from 0. Parts that only some readers
 * want are cut out of the text when they are asked for.
 */
export class Link {
  /** The link itself, byte for byte as it stands in the list. */
  readonly text: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** The whole line, with blanks and further columns, without its terminator. */
  readonly lineStart: number;
  readonly lineEnd: number;
  /** Lower case; '' for a bare path. */
  readonly scheme: string;
  readonly form: LinkForm;
  /** As written; undefined for a bare path. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** Where the file is: by the host, by the nested link of a download address, or by the root of a bare path. */
  readonly site: Site | undefined;
  /** "L229507": from the file name, else from a folder that is named exactly so. */
  readonly observation: string | undefined;
  /** File name up to the digits of the band ("L229507_SB"); same series and number in two links is a conflict. */
  readonly series: string | undefined;
  /** Second and further columns, trimmed. */
  readonly second: string | undefined;
  /** The srm link inside a download address; its offsets count in that link's own text. */
  readonly nested: Link | undefined;
  /** Number of the band; undefined without one. */
  readonly number: number | undefined;

  private readonly source: string;
  private readonly pathStart: number;
  private readonly pathEnd: number;
  private readonly fileStart: number;
  private readonly bandStart: number;
  private readonly bandEnd: number;
  private readonly kind: 'SB' | 'ABN' | undefined;

  /** Copies what the scanner has just found in `text`; the scanner must stand on a link. */
  constructor(found: Scanner, text: string, line: number, lineStart: number, lineEnd: number) {
    this.text = text.slice(found.linkStart, found.linkEnd);
    this.line = line;
    this.start = found.linkStart;
    this.end = found.linkEnd;
    this.lineStart = lineStart;
    this.lineEnd = lineEnd;
    this.scheme = found.scheme;
    this.form = found.form;
    this.host = found.hostEnd === found.hostStart ? undefined : text.slice(found.hostStart, found.hostEnd);
    this.port = found.port < 0 ? undefined : found.port;
    this.site = found.site;
    this.second = found.restEnd === found.restStart ? undefined : text.slice(found.restStart, found.restEnd);
    const { inner, name } = found;
    this.nested = inner === undefined ? undefined : new Link(inner, inner.source, 0, inner.linkStart, inner.linkEnd);
    this.observation = name.observation === '' ? undefined : name.observation;
    this.series = name.stem?.series;
    this.kind = name.stem?.kind;
    this.number = name.stem === undefined ? undefined : name.band;
    this.source = found.source;
    this.pathStart = found.pathStart;
    this.pathEnd = found.pathEnd;
    this.fileStart = name.start;
    this.bandStart = name.bandStart;
    this.bandEnd = name.bandEnd;
  }

  /** The path of the file as written, `//` included; of a download address that of the nested link. */
  get path(): string {
    return this.source.slice(this.pathStart, this.pathEnd);
  }

  /** The file's name; '' when the path ends with a slash. */
  get file(): string {
    return this.source.slice(this.fileStart, this.pathEnd);
  }

  /** The band named in the file name. */
  get band(): Band | undefined {
    if (this.kind === undefined || this.number === undefined) return undefined;
    return { kind: this.kind, number: this.number, digits: this.source.slice(this.bandStart, this.bandEnd) };
  }

  /** Text of the link in front of its path: scheme, host, port and, in the gfal form, `/srm/managerv2?SFN=`. */
  get head(): string {
    return this.nested === undefined ? this.source.slice(this.start, this.pathStart) : this.text;
  }
}

/**
 * The link on the line at `start`…`end` of `text`, or undefined for a blank line, a comment (`#`) and what is not a
 * link. Never throws. For many lines use `parseList`, which keeps what it learned from one line to the next.
 */
export function parseLine(text: string, start: number, end: number, table: SiteTable, line = 0): Link | undefined {
  const scanner = new Scanner(table);
  return scanner.scan(text, start, end) === 'link' ? new Link(scanner, text, line, start, end) : undefined;
}

/** One link given by itself, blanks around it allowed. */
export function parseLink(text: string, table: SiteTable): Link | undefined {
  return parseLine(text, 0, text.length, table);
}
