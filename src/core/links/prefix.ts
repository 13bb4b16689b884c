import { type Scanner } from './scanner';

/**
 * A link up to the digits of its band, and what reading it gave. Neighbours in a list differ only behind that point,
 * so most lines are read by one comparison and a look at their last few characters.
 */
export class Prefix {
  private readonly scheme: string;
  private readonly form: Scanner['form'];
  private readonly host: Scanner['host'];
  private readonly port: number;
  private readonly site: Scanner['site'];
  private readonly stem: Scanner['name']['stem'];
  private readonly observation: string;
  /** Offsets count from the link's start. */
  private readonly hostStart: number;
  private readonly hostEnd: number;
  private readonly portStart: number;
  private readonly portEnd: number;
  private readonly pathStart: number;
  private readonly fileStart: number;
  /** -1 for none. */
  private readonly pair: number;

  private constructor(
    readonly text: string,
    found: Scanner,
  ) {
    const { linkStart, name } = found;
    this.scheme = found.scheme;
    this.form = found.form;
    this.host = found.host;
    this.port = found.port;
    this.site = found.site;
    this.stem = name.stem;
    this.observation = name.observation;
    this.hostStart = found.hostStart - linkStart;
    this.hostEnd = found.hostEnd - linkStart;
    this.portStart = found.portStart - linkStart;
    this.portEnd = found.portEnd - linkStart;
    this.pathStart = found.pathStart - linkStart;
    this.fileStart = name.start - linkStart;
    this.pair = found.pair < 0 ? -1 : found.pair - linkStart;
  }

  /** The prefix of the link the scanner stands on; undefined when what follows the digits could change its meaning. */
  static of(found: Scanner, text: string): Prefix | undefined {
    const { name } = found;
    if (found.inner !== undefined || found.damaged || name.stem === undefined || name.stem.observation === '') return undefined;
    if (found.comma >= 0 && found.comma < name.bandStart) return undefined;
    return new Prefix(text.slice(found.linkStart, name.bandStart), found);
  }

  /** Sets what the prefix tells; the rest is the scanner's to read. */
  apply(found: Scanner, start: number): void {
    const { name } = found;
    found.scheme = this.scheme;
    found.form = this.form;
    found.host = this.host;
    found.port = this.port;
    found.site = this.site;
    found.hostStart = start + this.hostStart;
    found.hostEnd = start + this.hostEnd;
    found.portStart = start + this.portStart;
    found.portEnd = start + this.portEnd;
    found.pathStart = start + this.pathStart;
    found.pair = this.pair < 0 ? -1 : start + this.pair;
    name.start = start + this.fileStart;
    name.stem = this.stem;
    name.observation = this.observation;
  }
}
