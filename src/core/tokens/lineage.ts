/** The versions of one token that this window has read and written. */
import { readObject, type VerbatimMap } from './verbatim';

/** Versions kept: enough for a text that was undone some steps back. */
const most = 12;

export class Lineage {
  readonly #versions = new Map<string, string>();
  readonly #successors = new Map<string, string>();

  /** Takes note of a version as the pool has it. */
  read(rev: string, text: string): void {
    this.#versions.delete(rev);
    this.#versions.set(rev, text);
    const [oldest] = this.#versions.keys();
    if (this.#versions.size > most && oldest !== undefined) this.#versions.delete(oldest);
  }

  /** Takes note that we have made one version out of another. */
  wrote(from: string, to: string): void {
    this.#successors.set(from, to);
    const [oldest] = this.#successors.keys();
    if (this.#successors.size > 4 * most && oldest !== undefined) this.#successors.delete(oldest);
  }

  version(rev: string): VerbatimMap | undefined {
    const text = this.#versions.get(rev);
    return text === undefined ? undefined : readObject(text);
  }

  /**
   * The last version that came from one by our own writes alone: a text that was saved still says from which version it
   * was read, until it is read again, and is no older for that.
   */
  tipOf(rev: string): string {
    let tip = rev;
    for (let next = this.#successors.get(tip); next !== undefined; next = this.#successors.get(tip)) tip = next;
    return tip;
  }
}
