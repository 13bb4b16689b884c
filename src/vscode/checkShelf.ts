/**
 * What checks have found outlives the window: of the lists that were checked last, for a day. A check that the end of the window
 * has cut short is there as far as it had come.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Uri, type Disposable } from 'vscode';
import { unpackCheck, type PackedCheck } from '../core/staging/check';
import { ToldList } from '../core/staging/told';
import type { Checks } from './checks';
import { debug } from './log';

/** Lists that are kept, links of each, and for how long. */
const atMost = 5;
const linksAtMost = 200_000;
const dayMs = 24 * 3_600_000;
/** A check under way is written down so often. */
const settleMs = 2000;
const form = 1;

interface Kept {
  readonly form: number;
  readonly uri: string;
  readonly by: string;
  readonly at: number;
  readonly ways: readonly (readonly [site: string, stager: string])[];
  readonly parts: readonly { readonly check: PackedCheck; readonly at: number; readonly whole: boolean }[];
}

export class CheckShelf implements Disposable {
  readonly #waiting = new Map<string, Uri>();
  readonly #listen: Disposable;
  #timer: NodeJS.Timeout | undefined;

  /** @param folder of this alone */
  constructor(
    private readonly checks: Checks,
    private readonly folder: string,
    private readonly clock: () => number,
  ) {
    this.#listen = checks.onChange((uri) => {
      this.#waiting.set(uri.toString(), uri);
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.flush();
      }, settleMs);
    });
  }

  /** Writes what has changed at once: the window may end. */
  async flush(): Promise<void> {
    const changed = [...this.#waiting.values()];
    this.#waiting.clear();
    try {
      for (const each of changed) await this.#write(each);
      for (const name of (await this.#names()).slice(atMost)) await rm(join(this.folder, name));
    } catch (error) {
      debug(`What was checked is not kept over a reload: ${String(error)}`);
    }
  }

  /** Gives what was kept to the checks; lists that were checked meanwhile stay as they are. */
  async load(): Promise<void> {
    for (const name of await this.#names()) {
      try {
        const bytes = await readFile(join(this.folder, name));
        const kept = JSON.parse((await promisify(gunzip)(bytes)).toString('utf8')) as Kept;
        if (kept.form !== form || this.clock() - kept.at > dayMs) {
          await rm(join(this.folder, name));
          continue;
        }
        const uri = Uri.parse(kept.uri, true);
        const list = new ToldList();
        for (const { check, at, whole } of kept.parts) list.add(unpackCheck(check), kept.by, at, whole, new Map(kept.ways));
        if (list.at > 0) this.checks.restore(uri, list);
      } catch (error) {
        debug(`What was kept of a check cannot be read: ${String(error)}`);
      }
    }
  }

  async #write(uri: Uri): Promise<void> {
    const list = this.checks.of(uri);
    const parts = (list?.parts ?? []).map(({ check, at, whole }) => ({ check, at, whole }));
    const total = parts.reduce((sum, { check }) => sum + check.total, 0);
    if (list === undefined || total === 0 || total > linksAtMost) return;
    const at = Math.max(...parts.map((part) => part.at));
    const packed = parts.map(({ check, ...part }) => ({ ...part, check: check.packed }));
    const kept: Kept = { form, uri: uri.toString(), by: list.by, at, ways: [...list.ways], parts: packed };
    const file = join(this.folder, `${createHash('sha256').update(kept.uri).digest('hex').slice(0, 32)}.json.gz`);
    await mkdir(this.folder, { recursive: true });
    await writeFile(`${file}.part`, await promisify(gzip)(JSON.stringify(kept)), { mode: 0o600 });
    await rename(`${file}.part`, file);
  }

  /** The newest first. */
  async #names(): Promise<readonly string[]> {
    const all = await readdir(this.folder).catch(() => []); // none before the first check
    const entries = all.filter((name) => name.endsWith('.json.gz'));
    const times = await Promise.all(entries.map((name) => stat(join(this.folder, name)).then(({ mtimeMs }) => ({ name, at: mtimeMs }))));
    return times.sort((a, b) => b.at - a.at).map(({ name }) => name);
  }

  dispose(): void {
    this.#listen.dispose();
    clearTimeout(this.#timer);
  }
}
