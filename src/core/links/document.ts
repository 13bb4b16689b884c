import { checkLine } from './check';
import { fileOf } from './file';
import { eachLine } from './line';
import { Link } from './link';
import { type ListFacts } from './list';
import { Pass } from './pass';
import { Kin, leave, enter, Mark, Row, Series, type Clash } from './row';
import { type Problem } from './rule';
import { Scanner } from './scanner';
import { bandName } from './series';
import { type SiteTable } from './site';
import { summaryOf } from './summary';

/** A place between two characters, as the editor names it: both count from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Above this the arguments of one `splice` could exceed the stack. */
const spliceAtMost = 10_000;

const emptyRow = new Row('', 0, 0, null, -1, 0, '', null);

/** Missing bands are named up to this number, enough for any observation. */
const nameMissing = 1000;

/**
 * A list that is linted while it is edited. An edit reads the changed lines only; `problems` then is one pass over the
 * rows that looks at nothing but flags and stamps, kept until the next edit. Its result is that of `lint` on the whole
 * text, always.
 *
 * Time: building O(text), an edit O(changed text) and the shift of an array, `problems` O(lines) with a tiny factor
 * plus O(bands) of each changed series, `facts` after that O(groups of links).
 */
export class LinkDocument {
  private all: Row[] = [];
  private readonly scanner: Scanner;
  /** For links that are compared with others, so that the other one keeps what it knows of the line before. */
  private readonly second: Scanner;
  /** Links without a band, by file name. */
  private readonly bandless = new Map<string, Row | Clash>();
  private readonly series = new Map<string, Series>();
  private readonly sites = new Map<string, Mark>();
  private readonly observations = new Map<string, Mark>();
  private readonly kins = new Map<string, Kin>();
  private lastKin: Kin | undefined;
  private stamp = 0;
  private found: Pass | undefined;

  constructor(text: string, table: SiteTable) {
    this.scanner = new Scanner(table);
    this.second = new Scanner(table);
    this.all = this.read(text);
  }

  /** The lines as they are now; another array, or changed, after the next edit. */
  get rows(): readonly Row[] {
    return this.all;
  }

  get lineCount(): number {
    return this.all.length;
  }

  /** The text of a line, without terminator; '' behind the last one. */
  line(line: number): string {
    return this.all[line]?.text ?? '';
  }

  /**
   * Replaces the lines `startLine` (inclusive) to `endLine` (exclusive) by others. Lines beyond the end are ignored;
   * a document always keeps one line.
   */
  replaceLines(startLine: number, endLine: number, newLines: readonly string[]): void {
    this.found = undefined;
    const start = clamp(startLine, 0, this.all.length);
    const removed = this.all.slice(start, clamp(endLine, start, this.all.length));
    const added = newLines.length === 0 ? [] : this.read(newLines.join('\n'));
    if (added.length <= spliceAtMost) this.all.splice(start, removed.length, ...added);
    else this.all = this.all.slice(0, start).concat(added, this.all.slice(start + removed.length));
    for (const row of removed) this.remove(row);
    if (this.all.length === 0) this.all.push(emptyRow);
  }

  /**
   * Replaces the text between two positions, as a change event of the editor tells it. Changes of one event are given
   * one after the other, in the editor's order (from the end of the document to its beginning).
   */
  edit(range: { readonly start: Position; readonly end: Position }, text: string): void {
    const first = clamp(range.start.line, 0, this.all.length - 1);
    const last = clamp(range.end.line, first, this.all.length - 1);
    const head = this.line(first).slice(0, Math.max(0, range.start.character));
    const tail = this.line(last).slice(Math.max(0, range.end.character));
    this.replaceLines(first, last + 1, [head + text + tail]);
  }

  /** Everything that is wrong with the list, by line and in a line by rule. What many lines share is told once. */
  problems(): readonly Problem[] {
    return this.pass().problems;
  }

  /** The same, with what many lines share told for each of them. */
  everyProblem(): readonly Problem[] {
    return new Pass(++this.stamp, false).walk(this.all).problems;
  }

  /** What the list holds; of missing bands only a few are listed, see `missing`. */
  facts(): ListFacts {
    return summaryOf(this.pass().kins, this.all);
  }

  /** Names of the bands that the series of this line's link lacks: "SB112"; none when there are too many to name. */
  missing(line: number): string[] {
    const range = this.all[line]?.kin?.series?.summary(nameMissing);
    return range === undefined ? [] : range.named.map((number) => bandName(range, number));
  }

  private pass(): Pass {
    return (this.found ??= new Pass(++this.stamp, true).walk(this.all));
  }

  private read(text: string): Row[] {
    const rows: Row[] = [];
    eachLine(text, (start, end) => {
      rows.push(start === end ? emptyRow : this.readRow(text, start, end));
    });
    return rows;
  }

  private readRow(text: string, start: number, end: number): Row {
    const found = this.scanner;
    const kind = found.scan(text, start, end);
    const line = text.slice(start, end);
    const faults = checkLine(found, text, start);
    if (kind !== 'link') return new Row(line, 0, 0, null, -1, 0, '', faults);
    const { name, linkStart, linkEnd } = found;
    const kin = this.kinOf(found);
    const file = kin.series === null ? found.source.slice(name.start, found.pathEnd) : '';
    const row = new Row(line, linkStart - start, linkEnd - start, kin, name.band, name.bandEnd - name.bandStart, file, faults);
    kin.count++;
    if (kin.series === null) enter(this.bandless, file, row, this.fileOfRow);
    else kin.series.add(row, this.fileOfRow);
    return row;
  }

  private remove(row: Row): void {
    const { kin } = row;
    if (kin === null) return;
    kin.count--;
    if (kin.series === null) leave(this.bandless, row.name, row);
    else kin.series.remove(row);
  }

  /** What names the file of a row; of no known site its text does. */
  private readonly fileOfRow = (row: Row): string => {
    const { link } = row;
    const found = this.second.scan(link, 0, link.length) === 'link' ? new Link(this.second, link, 0, 0, link.length) : undefined;
    return (found && fileOf(found)) ?? link;
  };

  private kinOf(found: Scanner): Kin {
    const { site, name } = found;
    const last = this.lastKin;
    if (last !== undefined && last.place === site && last.stem === name.stem && (last.observation?.name ?? '') === name.observation)
      return last;
    const key = `${site?.id ?? ''}\n${name.observation}\n${name.stem?.series ?? ''}`;
    let kin = this.kins.get(key);
    if (kin === undefined) {
      const { stem } = name;
      const series = stem === undefined ? null : getOrAdd(this.series, stem.series, () => new Series(stem));
      const place = site === undefined ? null : getOrAdd(this.sites, site.id, () => new Mark(site.name));
      const observation = name.observation === '' ? null : getOrAdd(this.observations, name.observation, (id) => new Mark(id));
      this.kins.set(key, (kin = new Kin(site, stem, place, observation, series)));
    }
    return (this.lastKin = kin);
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function getOrAdd<T>(map: Map<string, T>, key: string, make: (key: string) => T): T {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make(key)));
  return value;
}
