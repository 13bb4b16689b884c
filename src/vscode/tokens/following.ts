/** The changes feeds of pools of which something is open; nothing is asked for any other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Disposable } from 'vscode';
import { asGridError } from '../../core/errors';
import type { Change, Pool } from '../../core/tokens/pool';
import { wantsSignIn } from '../../core/tokens/stock';
import { debug } from '../log';

/** A pool that could not be followed is tried again after so long. */
const retryMs = 30_000;

interface Feed {
  users: number;
  control: AbortController;
}

export interface Listener {
  /** A pool is followed from now on: what was read before may be old. */
  begun(pool: string): Promise<void>;
  changed(pool: string, changes: readonly Change[]): void;
}

export class Following implements Disposable {
  readonly #feeds = new Map<string, Feed>();

  constructor(
    private readonly open: (pool: string) => Promise<Pool>,
    private readonly listener: Listener,
  ) {}

  /** Follows a pool until the last of its users has gone. */
  follow(pool: string): Disposable {
    const feed = this.#feeds.get(pool) ?? { users: 0, control: new AbortController() };
    if (feed.users++ === 0) {
      this.#feeds.set(pool, feed);
      void this.#hear(pool, feed.control);
    }
    let left = false;
    return new Disposable(() => {
      if (left) return;
      left = true;
      if (--feed.users > 0) return;
      feed.control.abort();
      if (this.#feeds.get(pool) === feed) this.#feeds.delete(pool);
    });
  }

  /** Another account or address: every feed begins anew. */
  again(): void {
    for (const [pool, feed] of this.#feeds) {
      feed.control.abort();
      feed.control = new AbortController();
      void this.#hear(pool, feed.control);
    }
  }

  async #hear(pool: string, { signal }: AbortController): Promise<void> {
    for (; !signal.aborted; await pause(signal)) {
      try {
        const connection = await this.open(pool);
        // From a known place on, so that nothing falls between what was read and what is heard.
        const { seq } = await connection.facts({ signal });
        await this.listener.begun(pool);
        for await (const heard of connection.changes(seq, { signal }))
          if (heard.kind === 'changes') this.listener.changed(pool, heard.changes);
      } catch (thrown) {
        if (signal.aborted) return;
        const error = asGridError(thrown);
        debug(`The changes of ${pool} are not followed: ${error.message}`);
        // Asking again with the same account is no use, and too many tries lock it.
        if (wantsSignIn(error) || error.kind === 'untrusted') return;
      }
    }
  }

  dispose(): void {
    for (const { control } of this.#feeds.values()) control.abort();
    this.#feeds.clear();
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return sleep(retryMs, undefined, { signal }).catch(() => undefined);
}
