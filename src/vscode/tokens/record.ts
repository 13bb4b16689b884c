/** What this window knows of one token: the versions it has read and written, and the newest one for a moment. */
import type { CallOptions } from '../../core/ports';
import { Lineage } from '../../core/tokens/lineage';
import type { Pool } from '../../core/tokens/pool';
import { versionOf, type AttachmentVersion, type Version } from '../../core/tokens/version';

/** The editor asks for the state and then for the text of a file: one reading answers both. */
const freshMs = 1000;

export class TokenRecord {
  readonly lineage = new Lineage();
  /** The version that the editor was last given. */
  shown: Version | undefined;
  /** Saved, but the editor has not heard of it: until then its text is the one that was read before. */
  pinned: string | undefined;
  /** It is being saved by the editor itself, not by a person. */
  byItself = false;
  /** Digests of attachments that the editor has looked at to save them. */
  readonly looked = new Map<string, string | undefined>();
  /** Attachments as they were when the editor read them. */
  readonly given = new Map<string, AttachmentVersion>();
  #reading: Promise<Version> | undefined;
  #readAt = 0;

  constructor(
    readonly pool: string,
    readonly id: string,
    private readonly open: (pool: string) => Promise<Pool>,
    private readonly clock: () => number,
  ) {}

  /** The newest version; one that was read a moment ago will do. */
  read(options: CallOptions): Promise<Version> {
    if (this.#reading !== undefined && this.clock() - this.#readAt < freshMs) return this.#reading;
    return this.readAgain(options);
  }

  readAgain(options: CallOptions): Promise<Version> {
    const reading = this.#ask(options);
    this.#reading = reading;
    this.#readAt = this.clock();
    reading.catch(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    return reading;
  }

  /** What was read may be old. */
  forget(): void {
    this.#reading = undefined;
  }

  async #ask(options: CallOptions): Promise<Version> {
    const json = await (await this.open(this.pool)).text(this.id, options);
    const version = versionOf(json);
    this.lineage.read(version.rev, json);
    return version;
  }
}
