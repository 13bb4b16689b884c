import { type Fault } from './check';
import { type Stem } from './name';
import { nameAtMost, summarise, type BandRange } from './series';
import { type Site } from './site';

/**
 * The parts of a document that is linted as it is typed. A pass over all rows finds "the first of its group" by
 * stamps: a group whose stamp is not the pass's own has not been met yet. So an edit never has to renumber anything.
 */

/** Rows that are alike in some way; of them a pass remembers the first it meets. */
class Alike {
  stamp = 0;
  line = 0;
  constructor(public first: Row) {}
}

/** Links with the same text. Made for the second one, so that the many single links cost nothing. */
export class Twin extends Alike {
  count = 2;
}

/** Rows by the text of their link. */
class Twins {
  private readonly byText = new Map<string, Row | Twin>();

  /** Enters a row; gives another one with the same text, if there has been one. */
  add(row: Row): Row | undefined {
    const { link } = row;
    const other = this.byText.get(link);
    if (other === undefined) {
      this.byText.set(link, row);
      return undefined;
    }
    if (other instanceof Twin) {
      other.count++;
      row.twin = other;
      return other.first;
    }
    row.twin = other.twin = new Twin(other);
    this.byText.set(link, row.twin);
    return other;
  }

  remove(row: Row): void {
    // A twin that is down to one row stays: nobody knows which row, and one alone is never reported.
    if (row.twin === null || --row.twin.count === 0) this.byText.delete(row.link);
  }
}

/** Links that name the same file, whatever their text. */
export class Same extends Alike {
  count = 0;
  /** What names the file; '' while there is nothing to compare it with. */
  file = '';
}

/** Links of one series with the same band, or with the same file name: equal or not. Made for the second one. */
export class Clash extends Alike {
  count = 0;
  private readonly twins = new Twins();
  /** The first text's file; the others are compared only when there is another text. */
  private lead: Same | undefined;
  private files: Map<string, Same> | undefined;

  constructor(
    first: Row,
    private readonly fileOf: (row: Row) => string,
  ) {
    super(first);
  }

  add(row: Row): void {
    this.count++;
    row.clash = this;
    row.same = this.twins.add(row)?.same ?? this.sameAs(row);
    row.same.count++;
  }

  remove(row: Row): void {
    this.count--;
    this.twins.remove(row);
    const { same } = row;
    if (same === null || --same.count > 0) return;
    this.files?.delete(same.file);
    if (this.lead === same) this.lead = undefined;
  }

  private sameAs(row: Row): Same {
    if (this.lead === undefined && this.files === undefined) return (this.lead = new Same(row));
    const files = (this.files ??= new Map(this.lead === undefined ? [] : [this.entry(this.lead, this.lead.first)]));
    const file = this.fileOf(row);
    let same = files.get(file);
    if (same === undefined) files.set(...this.entry((same = new Same(row)), row));
    return same;
  }

  private entry(same: Same, row: Row): [string, Same] {
    same.file = this.fileOf(row);
    return [same.file, same];
  }
}

/** Enters a row under its key; rows with the same key become a clash. */
export function enter<K>(slots: Map<K, Row | Clash>, key: K, row: Row, fileOf: (row: Row) => string): void {
  let other = slots.get(key);
  if (other === undefined) {
    slots.set(key, row);
    return;
  }
  if (other instanceof Row) {
    const clash = new Clash(other, fileOf);
    clash.add(other);
    slots.set(key, clash);
    other = clash;
  }
  other.add(row);
}

/** Takes a row out again. */
export function leave<K>(slots: Map<K, Row | Clash>, key: K, row: Row): void {
  row.clash?.remove(row);
  if (row.clash === null || row.clash.count === 0) slots.delete(key);
}

/** One line. All rows have the same shape, and no offsets but columns. */
export class Row {
  twin: Twin | null = null;
  same: Same | null = null;
  clash: Clash | null = null;
  constructor(
    readonly text: string,
    /** Columns of the link. */
    readonly start: number,
    readonly end: number,
    /** What the link has in common with others; null when the line has no link. */
    readonly kin: Kin | null,
    /** Number of the band, -1 for none. */
    readonly band: number,
    /** Number of digits it is written with. */
    readonly width: number,
    /** File name of a link without a band; '' otherwise. */
    readonly name: string,
    readonly faults: readonly Fault[] | null,
  ) {}

  get link(): string {
    return this.start === 0 && this.end === this.text.length ? this.text : this.text.slice(this.start, this.end);
  }

  /** What follows the link, trimmed. */
  get rest(): string {
    return this.text.slice(this.end).trim();
  }
}

/** A group that is only met or not met: a site, an observation. */
export class Mark {
  stamp = 0;
  constructor(readonly name: string) {}
}

/** Links of one site, observation and series: most rows of a list share a handful of these. */
export class Kin {
  stamp = 0;
  /** Number of rows. */
  count = 0;
  constructor(
    readonly place: Site | undefined,
    readonly stem: Stem | undefined,
    readonly site: Mark | null,
    readonly observation: Mark | null,
    readonly series: Series | null,
  ) {}
}

/** Links whose file names share everything before the band's digits. */
export class Series {
  stamp = 0;
  private readonly slots = new Map<number, Row | Clash>();
  /** How many rows write their band with this many digits. */
  private readonly widths: number[] = [];
  private known: BandRange | undefined;

  constructor(readonly stem: Stem) {}

  /** Enters a row. Equal links have the same band, so this finds them too: a small number is looked up, not a long text. */
  add(row: Row, fileOf: (row: Row) => string): void {
    this.widths[row.width] = (this.widths[row.width] ?? 0) + 1;
    this.known = undefined;
    enter(this.slots, row.band, row, fileOf);
  }

  /** Takes a row out again. */
  remove(row: Row): void {
    this.widths[row.width] = (this.widths[row.width] ?? 1) - 1;
    this.known = undefined;
    leave(this.slots, row.band, row);
  }

  /** The bands of all rows; computed again only after a change. There must be one row at least. */
  get range(): BandRange {
    return (this.known ??= this.summary(nameAtMost));
  }

  /** The same with up to `limit` missing bands named. */
  summary(limit: number): BandRange {
    const width = this.widths.findIndex((count) => count > 0);
    return summarise(this.stem.kind, this.slots, width, limit);
  }
}
