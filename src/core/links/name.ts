import { isDigit, isLetter } from './line';

/** The part of a file name before the digits of its band, together with what follows from it. Shared by all its files. */
export interface Stem {
  /** "L229507_SB", "GSM_CAL_L640667_ABN_". */
  readonly series: string;
  readonly kind: 'SB' | 'ABN';
  /** "L229507", or '' when the observation does not stand before the band. */
  readonly observation: string;
}

/** Larger numbers are not exact any more, and no band has so many digits. */
const maxDigits = 15;

/**
 * What a file name tells: observation, series and band. One object is used for line
 * after line. Neighbours in a list mostly share everything before the band's digits, so the last stem is tried first
 * and the name is searched only when it does not fit.
 */
export class FileName {
  /** Offset of the file name in the text that was read. */
  start = 0;
  /** '' for none. */
  observation = '';
  stem: Stem | undefined;
  /** -1 for none. */
  band = -1;
  bandStart = 0;
  bandEnd = 0;

  private readonly stems = new Map<string, Stem>();
  private last: Stem | undefined;

  /** Reads the name at `start`…`end`; `pathStart` is where the folders above it begin. */
  read(text: string, pathStart: number, start: number, end: number): void {
    this.start = start;
    const last = this.last;
    if (last !== undefined && last.observation !== '' && text.startsWith(last.series, start)) {
      const digits = start + last.series.length;
      if (digits < end && isDigit(text.charCodeAt(digits)) && this.readBand(text, digits, end)) {
        this.observation = last.observation;
        this.stem = last;
        return;
      }
    }
    this.search(text, pathStart, start, end);
  }

  private search(text: string, pathStart: number, start: number, end: number): void {
    this.observation = findObservation(text, start, end) || findFolder(text, pathStart, start);
    this.stem = undefined;
    this.band = -1;
    const digits = findBand(text, start, end);
    if (digits < 0 || !this.readBand(text, digits, end)) return;
    this.stem = this.last = this.stemOf(text.slice(start, digits));
  }

  /** Reads the digits at `from`; false when they are too many to be a band. */
  readBand(text: string, from: number, end: number): boolean {
    let at = from;
    let number = 0;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (!isDigit(code)) break;
      number = number * 10 + code - 48;
    }
    this.bandStart = from;
    this.bandEnd = at;
    this.band = at - from <= maxDigits ? number : -1;
    return this.band >= 0;
  }

  private stemOf(series: string): Stem {
    let stem = this.stems.get(series);
    if (stem === undefined) {
      stem = { series, kind: series.endsWith('_') ? 'ABN' : 'SB', observation: findObservation(series, 0, series.length) };
      this.stems.set(series, stem);
    }
    return stem;
  }
}

/** First `L` and digits that do not continue a word: in "CAL2_L640667_SB000" that is "L640667". '' for none. */
function findObservation(text: string, start: number, end: number): string {
  for (let at = start; at < end; at++) {
    if (text.charCodeAt(at) !== 76 || (at > start && isLetter(text.charCodeAt(at - 1)))) continue;
    const to = digitsEnd(text, at + 1, end);
    if (to > at + 1) return text.slice(at, to);
  }
  return '';
}

/** The nearest folder above the file that is `L` and digits and nothing else. '' for none. */
function findFolder(text: string, pathStart: number, fileStart: number): string {
  let to = fileStart - 1;
  while (to > pathStart) {
    let from = to;
    while (from > pathStart && text.charCodeAt(from - 1) !== 47) from--;
    if (text.charCodeAt(from) === 76 && to > from + 1 && digitsEnd(text, from + 1, to) === to) return text.slice(from, to);
    to = from - 1;
  }
  return '';
}

/** Offset of the digits behind the first `SB` or `ABN_` that has digits, or -1. */
function findBand(text: string, start: number, end: number): number {
  for (let at = start + 2; at < end; at++) {
    if (!isDigit(text.charCodeAt(at))) continue;
    const before = text.charCodeAt(at - 1);
    if (before === 66 && text.charCodeAt(at - 2) === 83) return at;
    if (before === 95 && at >= start + 4 && text.startsWith('ABN', at - 4)) return at;
  }
  return -1;
}

function digitsEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(text.charCodeAt(at))) at++;
  return at;
}
