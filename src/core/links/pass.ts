import { type Fault } from './check';
import { type Clash, type Kin, type Mark, type Row, type Same, type Series, type Twin } from './row';
import { foldAbove, relatedWords, rules, type Certainty, type Place, type Problem, type Rule } from './rule';
import { bandName, bandRange, missingBands } from './series';

/** A fault of many lines that is told once. */
interface Fold {
  lines: number;
  /** Where those that were told one by one stand among the problems. */
  readonly told: number[];
  readonly rule: Rule;
}

/** One walk over all rows, from the first to the last, that gathers what is wrong with the list and what it holds. */
export class Pass {
  readonly problems: Problem[] = [];
  /** Those of the list, in order of first appearance. */
  readonly kins: Kin[] = [];
  private readonly folds = new Map<Rule, Fold>();
  private firstSite: { mark: Mark; place: Place } | undefined;
  private firstObservation: { mark: Mark; place: Place } | undefined;

  /** @param folding whether a fault that many lines share is told once. */
  constructor(
    private readonly stamp: number,
    private readonly folding: boolean,
  ) {}

  walk(rows: readonly Row[]): this {
    let line = -1;
    for (const row of rows) {
      line++;
      if (row.faults !== null) this.faults(row.faults, line);
      const { kin } = row;
      if (kin === null) continue;
      if (kin.stamp !== this.stamp) this.meet(kin, row, line);
      if (row.twin !== null || row.clash !== null) this.compare(row, line);
    }
    this.fold();
    return this;
  }

  private faults(faults: readonly Fault[], line: number): void {
    for (const { rule, start, end, message, data } of faults) {
      if (this.folding && rule.folded !== undefined && this.isTold(rule)) continue;
      const { code, severity } = rule;
      this.problems.push(
        data === undefined ? { code, severity, line, start, end, message } : { code, severity, line, start, end, message, data },
      );
    }
  }

  /** Counts a fault that may be told once for all lines; true when it need not be told for this one. */
  private isTold(rule: Rule): boolean {
    let fold = this.folds.get(rule);
    if (fold === undefined) this.folds.set(rule, (fold = { lines: 0, told: [], rule }));
    if (++fold.lines > foldAbove) return true;
    fold.told.push(this.problems.length);
    return false;
  }

  /** Puts one problem for all lines in the place of the first few. */
  private fold(): void {
    const gone = new Set<number>();
    for (const { lines, told, rule } of this.folds.values()) {
      const [first = 0, second = 0, ...others] = told;
      const [problem, next] = [this.problems[first], this.problems[second]];
      if (lines <= foldAbove || problem === undefined || next === undefined) continue;
      const { line, start, end } = next;
      const related = { line, start, end, message: relatedWords.nextOne };
      this.problems[first] = { ...problem, message: rule.folded?.(lines) ?? problem.message, related, count: lines };
      for (const index of [second, ...others]) gone.add(index);
    }
    if (gone.size === 0) return;
    const left = this.problems.filter((_, index) => !gone.has(index));
    this.problems.length = 0;
    for (const problem of left) this.problems.push(problem);
  }

  /** First row of its site, observation and series together; each of the three may have been met before. */
  private meet(kin: Kin, row: Row, line: number): void {
    const { stamp } = this;
    kin.stamp = stamp;
    this.kins.push(kin);
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

  /** A row with a link, a file or a band that another row has too: told once, as the closest of the three. */
  private compare(row: Row, line: number): void {
    const { twin, same, clash } = row;
    if (twin !== null && this.isAgain(twin, row, line)) {
      // What stands behind the link may tell where its file goes, and two places are not a mistake.
      const plain = row.rest === '' || row.rest === twin.first.rest;
      const message = rules.duplicateLink.message(twin.line + 1);
      this.again(rules.duplicateLink, placeOf(row, line), message, twin, relatedWords.sameLink, plain ? 'certain' : 'choice');
    } else if (same !== null && this.isAgain(same, row, line)) {
      const message = rules.sameFile.message(same.line + 1);
      this.again(rules.sameFile, placeOf(row, line), message, same, relatedWords.sameFile, 'likely');
    } else if (clash !== null && this.isAgain(clash, row, line)) {
      const series = row.kin?.series;
      // Without a band a file name says nothing: "log.txt" is in many folders.
      if (series === null || series === undefined) return;
      const band = bandOf(row, series);
      const message = rules.duplicateSubband.message(band, clash.line + 1);
      this.again(rules.duplicateSubband, placeOfBand(row, line, series), message, clash, relatedWords.sameBand(band), 'choice');
    }
  }

  /** Whether the group has been met in this pass; if not, this row is its first. */
  private isAgain(group: Group, row: Row, line: number): boolean {
    if (group.stamp === this.stamp) return true;
    group.stamp = this.stamp;
    group.line = line;
    group.first = row;
    return false;
  }

  private again(rule: Rule, place: Place, message: string, group: Group, words: string, certainty: Certainty): void {
    const related = { ...placeOf(group.first, group.line), message: words };
    const data = { removeLine: true, certainty } as const;
    this.problems.push({ code: rule.code, severity: rule.severity, ...place, message, related, data });
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

type Group = Twin | Same | Clash;
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

/** The host, or the whole link where it has none: a bare path may hold “://” too. */
function placeOfHost(row: Row, line: number): Place {
  const host = /^[a-z]+:\/\/([^:/?]+)/i.exec(row.link.slice(0, 300))?.[1];
  if (host === undefined) return placeOf(row, line);
  const start = row.text.indexOf('://', row.start) + 3;
  return { line, start, end: start + host.length };
}

/** "L229507_SB107": the series with the band of this row. */
function bandOf(row: Row, series: Series): string {
  const { kind } = series.stem;
  return series.stem.series + bandName({ kind, width: row.width }, row.band).slice(kind === 'SB' ? 2 : 4);
}
