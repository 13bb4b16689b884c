import { checkLine } from './check';
import { eachLine } from './line';
import { Kin, Mark, Row, Series, Twins } from './row';
import { relatedWords, rules, type Place, type Problem } from './rule';
import { Scanner } from './scanner';
import { bandName, bandRange, missingBands } from './series';
import { type SiteTable } from './site';

/** A place between two characters, as the editor names it: both count from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Above this the arguments of one `splice` could exceed the stack. */
const spliceAtMost = 10_000;

const emptyRow = new Row('', 0, 0, null, -1, 0, null);

/**
 * A list that is linted while it is edited. An edit reads the changed lines only; `problems` then is one pass over the
 * rows that looks at nothing but flags and stamps. Its result is that of `lint` on the whole text, always.
 *
 * Time: building O(text), an edit O(changed text) and the shift of an array, `problems` O(lines) with a tiny factor
 * plus O(bands) of each changed series.
 */
export class LinkDocument {
  private rows: Row[] = [];
  private readonly scanner: Scanner;
  /** Links whose file names have no band. */
  private readonly bandless = new Twins();
  private readonly series = new Map<string, Series>();
  private readonly sites = new Map<string, Mark>();
  private readonly observations = new Map<string, Mark>();
  private readonly kins = new Map<string, Kin>();
  private lastKin: Kin | undefined;
  private stamp = 0;

  constructor(text: string, table: SiteTable) {
    this.scanner = new Scanner(table);
    this.rows = this.read(text);
  }

  get lineCount(): number {
    return this.rows.length;
  }

  /** The text of a line, without terminator; '' behind the last one. */
  line(line: number): string {
    return this.rows[line]?.text ?? '';
  }

  /**
   * Replaces the lines `startLine` (inclusive) to `endLine` (exclusive) by others. Lines beyond the end are ignored;
   * a document always keeps one line.
   */
  replaceLines(startLine: number, endLine: number, newLines: readonly string[]): void {
    const start = clamp(startLine, 0, this.rows.length);
    const removed = this.rows.slice(start, clamp(endLine, start, this.rows.length));
    const added = newLines.length === 0 ? [] : this.read(newLines.join('\n'));
    if (added.length <= spliceAtMost) this.rows.splice(start, removed.length, ...added);
    else this.rows = this.rows.slice(0, start).concat(added, this.rows.slice(start + removed.length));
    for (const row of removed) this.remove(row);
    if (this.rows.length === 0) this.rows.push(emptyRow);
  }

  /**
   * Replaces the text between two positions, as a change event of the editor tells it. Changes of one event are given
   * one after the other, in the editor's order (from the end of the document to its beginning).
   */
  edit(range: { readonly start: Position; readonly end: Position }, text: string): void {
    const first = clamp(range.start.line, 0, this.rows.length - 1);
    const last = clamp(range.end.line, first, this.rows.length - 1);
    const head = this.line(first).slice(0, Math.max(0, range.start.character));
    const tail = this.line(last).slice(Math.max(0, range.end.character));
    this.replaceLines(first, last + 1, [head + text + tail]);
  }

  /** Everything that is wrong with the list, by line and in a line by rule. */
  problems(): Problem[] {
    const pass = new Pass(++this.stamp);
    let line = -1;
    for (const row of this.rows) {
      line++;
      if (row.faults !== null) pass.faults(row, line);
      const { kin } = row;
      if (kin === null) continue;
      if (kin.stamp !== pass.stamp) pass.meet(kin, row, line);
      if (row.twin !== null || row.clash !== null) pass.compare(row, line);
    }
    return pass.problems;
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
    if (kind !== 'link') return new Row(line, 0, 0, null, -1, 0, faults);
    const { name } = found;
    const kin = this.kinOf(found);
    const row = new Row(line, found.linkStart - start, found.linkEnd - start, kin, name.band, name.bandEnd - name.bandStart, faults);
    (kin.series ?? this.bandless).add(row);
    return row;
  }

  private remove(row: Row): void {
    if (row.kin === null) return;
    (row.kin.series ?? this.bandless).remove(row);
  }

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

/** One walk over all rows. */
class Pass {
  readonly problems: Problem[] = [];
  private firstSite: { mark: Mark; place: Place } | undefined;
  private firstObservation: { mark: Mark; place: Place } | undefined;

  constructor(readonly stamp: number) {}

  faults(row: Row, line: number): void {
    for (const { code, severity, start, end, message, data } of row.faults ?? []) {
      this.problems.push(
        data === undefined ? { code, severity, line, start, end, message } : { code, severity, line, start, end, message, data },
      );
    }
  }

  /** First row of its site, observation and series together; each of the three may have been met before. */
  meet(kin: Kin, row: Row, line: number): void {
    const { stamp } = this;
    kin.stamp = stamp;
    const { observation, site, series } = kin;
    if (observation !== null && observation.stamp !== stamp) {
      observation.stamp = stamp;
      if (this.firstObservation === undefined) this.firstObservation = { mark: observation, place: placeOf(row, line) };
      else {
        const place = placeOfWord(row, line, observation.name);
        this.mixed(rules.mixedObservations, relatedWords.firstObservation, observation, this.firstObservation, place);
      }
    }
    if (site !== null && site.stamp !== stamp) {
      site.stamp = stamp;
      if (this.firstSite === undefined) this.firstSite = { mark: site, place: placeOf(row, line) };
      else this.mixed(rules.mixedSites, relatedWords.firstSite, site, this.firstSite, placeOfHost(row, line));
    }
    if (series !== null && series.stamp !== stamp) {
      series.stamp = stamp;
      this.gaps(series, row, line);
    }
  }

  /** A row with a link or a band that another row has too. */
  compare(row: Row, line: number): void {
    const { twin, clash } = row;
    if (twin !== null) {
      if (twin.stamp === this.stamp) {
        this.again(row, line, twin, rules.duplicateLink, rules.duplicateLink.message(twin.line + 1), relatedWords.sameLink);
        return;
      }
      twin.stamp = this.stamp;
      twin.line = line;
      twin.first = row;
    }
    if (clash === null) return;
    if (clash.stamp === this.stamp) {
      const band = bandOf(row);
      this.again(
        row,
        line,
        clash,
        rules.duplicateSubband,
        rules.duplicateSubband.message(band, clash.line + 1),
        relatedWords.sameBand(band),
      );
      return;
    }
    clash.stamp = this.stamp;
    clash.line = line;
    clash.first = row;
  }

  private again(row: Row, line: number, group: { first: Row; line: number }, rule: RepeatRule, message: string, words: string): void {
    const series = rule === rules.duplicateSubband ? row.kin?.series : undefined;
    const place = series ? placeOfBand(row, line, series) : placeOf(row, line);
    const related = { ...placeOf(group.first, group.line), message: words };
    this.problems.push({ code: rule.code, severity: rule.severity, ...place, message, related, data: { removeLine: true } });
  }

  private mixed(rule: MixRule, words: (name: string) => string, mark: Mark, first: { mark: Mark; place: Place }, place: Place): void {
    const message = rule.message(mark.name, first.mark.name);
    const related = { ...first.place, message: words(first.mark.name) };
    this.problems.push({ code: rule.code, severity: rule.severity, ...place, message, related });
  }

  private gaps(series: Series, row: Row, line: number): void {
    const { range } = series;
    // Two bands far apart are a choice, not a gap.
    if (range.count < 3 || range.missing === 0) return;
    const { code, severity, message } = rules.missingSubbands;
    const name = series.stem.series.slice(0, range.kind === 'SB' ? -2 : -4).replace(/_$/, '');
    const text = message(name === '' ? 'The list' : name, bandRange(range), missingBands(range));
    this.problems.push({ code, severity, ...placeOfBand(row, line, series), message: text });
  }
}

type RepeatRule = typeof rules.duplicateLink | typeof rules.duplicateSubband;
type MixRule = typeof rules.mixedObservations | typeof rules.mixedSites;

function placeOf(row: Row, line: number): Place {
  return { line, start: row.start, end: row.end };
}

// A problem of the list is shown at the word it is about: the line itself is as it should be.

function placeOfWord(row: Row, line: number, word: string): Place {
  const start = row.text.lastIndexOf(word, row.end);
  return start < row.start ? placeOf(row, line) : { line, start, end: start + word.length };
}

function placeOfBand(row: Row, line: number, series: Series): Place {
  const { start, end } = placeOfWord(row, line, series.stem.series);
  return { line, start, end: Math.min(row.end, end + row.width) };
}

/** The host, or the whole link where it has none. */
function placeOfHost(row: Row, line: number): Place {
  const scheme = row.text.indexOf('://', row.start);
  if (scheme < 0 || scheme > row.end) return placeOf(row, line);
  const start = scheme + 3;
  const length = row.text.slice(start, row.end).search(/[:/?]/);
  if (length === 0) return placeOf(row, line);
  return { line, start, end: length < 0 ? row.end : start + length };
}

/** "L229507_SB107": the series with the band of this row. */
function bandOf(row: Row): string {
  const series = row.kin?.series;
  if (series === null || series === undefined) return '';
  const { kind } = series.stem;
  return series.stem.series + bandName({ kind, width: row.width }, row.band).slice(kind === 'SB' ? 2 : 4);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function getOrAdd<T>(map: Map<string, T>, key: string, make: (key: string) => T): T {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make(key)));
  return value;
}
