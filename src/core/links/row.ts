import { type Fault } from './check';
import { type Stem } from './name';
import { summarise, type BandRange } from './series';
import { type Site } from './site';

/**
 * The parts of a document that is linted as it is typed. A pass over all rows finds "the first of its group" by
 * stamps: a group whose stamp is not the pass's own has not been met yet. So an edit never has to renumber anything.
 */

/** Links with the same text. Made for the second one, so that the many single links cost nothing. */
export class Twin {
  stamp = 0;
  line = 0;
  count = 2;
  constructor(public first: Row) {}
}

/** Rows by the text of their link. */
export class Twins {
  private readonly byText = new Map<string, Row | Twin>();

  add(row: Row): void {
    const { link } = row;
    const other = this.byText.get(link);
    if (other === undefined) {
      this.byText.set(link, row);
    } else if (other instanceof Twin) {
      other.count++;
      row.twin = other;
    } else {
      row.twin = other.twin = new Twin(other);
      this.byText.set(link, row.twin);
    }
  }

  remove(row: Row): void {
    // A twin that is down to one row stays: nobody knows which row, and one alone is never reported.
    if (row.twin === null || --row.twin.count === 0) this.byText.delete(row.link);
  }
}

/** Links of one series with the same band, equal or not. Made for the second one. */
export class Clash {
  stamp = 0;
  line = 0;
  count = 0;
  private readonly twins = new Twins();
  constructor(public first: Row) {}

  add(row: Row): void {
    this.count++;
    row.clash = this;
    this.twins.add(row);
  }

  remove(row: Row): void {
    this.count--;
    this.twins.remove(row);
  }
}

/** One line. All rows have the same shape, and no offsets but columns. */
export class Row {
  twin: Twin | null = null;
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
    readonly faults: readonly Fault[] | null,
  ) {}

  get link(): string {
    return this.start === 0 && this.end === this.text.length ? this.text : this.text.slice(this.start, this.end);
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

  /**
   * Enters a row; rows of the same band become a clash. Equal links have the same band, so this finds them too: a
   * small number is looked up instead of a long text.
   */
  add(row: Row): void {
    this.widths[row.width] = (this.widths[row.width] ?? 0) + 1;
    this.known = undefined;
    let other = this.slots.get(row.band);
    if (other === undefined) {
      this.slots.set(row.band, row);
      return;
    }
    if (other instanceof Row) {
      const clash = new Clash(other);
      clash.add(other);
      this.slots.set(row.band, clash);
      other = clash;
    }
    other.add(row);
  }

  /** Takes a row out again. */
  remove(row: Row): void {
    this.widths[row.width] = (this.widths[row.width] ?? 1) - 1;
    this.known = undefined;
    row.clash?.remove(row);
    if (row.clash === null || row.clash.count === 0) this.slots.delete(row.band);
  }

  /** The bands of all rows; computed again only after a change. There must be one row at least. */
  get range(): BandRange {
    return (this.known ??= summarise(
      this.stem.kind,
      this.slots,
      this.widths.findIndex((count) => count > 0),
    ));
  }
}
