/**
 * The right to ask the stagers for all windows: the highest numbered file in a folder, which each number can be made
 * once. Its holder renews it; when it is not renewed for its term, whoever makes the next number has it. Two windows may
 * hold it for a moment: then a stager is asked twice, and nothing else happens.
 */
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/ports';
import { codeOf } from './fileError';

export class Lease {
  /** The number this window holds. */
  #mine: number | undefined;
  #renewedAt = 0;
  /** What was last seen of another holder, and since when it has looked like that. */
  #seen: { readonly text: string; readonly at: number } | undefined;

  constructor(
    private readonly folder: string,
    /** Told apart from all other windows. */
    private readonly holder: string,
    private readonly clock: Clock,
    private readonly termMs: number,
  ) {}

  /** Whether this window holds the right, after renewing it or taking it over. A disk that refuses leaves it to others. */
  async hold(): Promise<boolean> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      const numbers = (await readdir(this.folder)).map((name) => Number(/^(\d+)$/.exec(name)?.[1] ?? Number.NaN)).filter(Number.isInteger);
      const highest = Math.max(0, ...numbers);
      if (highest === 0) return await this.#take(1);
      if (highest === this.#mine) return await this.#renew();
      this.#mine = undefined;
      const text = await readFile(join(this.folder, String(highest)), 'utf8').catch(() => '');
      return this.#isOver(text) ? await this.#take(highest + 1) : false;
    } catch {
      return this.#mine !== undefined;
    }
  }

  /** By the time it states, or when it has not been renewed for as long as its term by our own clock alone. */
  #isOver(text: string): boolean {
    const now = this.clock();
    if (this.#seen?.text !== text || now < this.#seen.at) this.#seen = { text, at: now };
    if (now - this.#seen.at > this.termMs) return true;
    const until = Number(text.split('\n')[1]);
    return text !== '' && (!Number.isFinite(until) || until < now);
  }

  async #take(number: number): Promise<boolean> {
    const file = join(this.folder, String(number));
    const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
      if (codeOf(error) === 'EEXIST') return undefined;
      throw error;
    });
    if (handle === undefined) return false;
    try {
      await handle.writeFile(this.#text());
    } catch (error) {
      await rm(file, { force: true }).catch(() => undefined);
      throw error;
    } finally {
      await handle.close();
    }
    this.#mine = number;
    this.#renewedAt = this.clock();
    for (let old = number - 1; old > Math.max(0, number - 4); old--) await rm(join(this.folder, String(old)), { force: true });
    return true;
  }

  async #renew(): Promise<boolean> {
    if (Math.abs(this.clock() - this.#renewedAt) < this.termMs / 3) return true;
    const file = join(this.folder, String(this.#mine));
    const draft = `${file}.new`;
    await writeFile(draft, this.#text(), { mode: 0o600 });
    await rename(draft, file);
    this.#renewedAt = this.clock();
    return true;
  }

  #text(): string {
    return `${this.holder}\n${this.clock() + this.termMs}\n`;
  }

  /** Lets the next window have it at once. */
  async release(): Promise<void> {
    if (this.#mine === undefined) return;
    const file = join(this.folder, String(this.#mine));
    this.#mine = undefined;
    await writeFile(file, `${this.holder}\n0\n`, { mode: 0o600 });
  }
}
