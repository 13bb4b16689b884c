/**
 * Asks the stagers for news at the pace of core/staging/pace: often while a person watches young requests, seldom in
 * the background, less and less while a stager fails, and not at all when nothing is open. Of all windows one asks; the
 * others read in the journal what it has heard. Failures are shown by the view, never as a message: nobody asked.
 */
import { window, workspace, type Disposable, type TreeView } from 'vscode';
import type { Journal } from '../core/ports';
import type { Desk } from '../core/staging/desk';
import { nextPoll, paceFrom } from '../core/staging/pace';
import { isOpen } from '../core/staging/request';
import { noCancel } from './cancel';
import { Store } from './disposable';
import { failure } from './log';
import { pollSeconds } from './settings';

/** How often the right to ask is renewed; a third of its term. */
const renewMs = 30_000;
/** So long a window that is not signed in leaves the asking to others. */
const unfitMs = 10 * 60_000;
/** Windows and machines that start together must not ask together: each waits up to a tenth longer. */
const jitter = 0.1;

export class Watch implements Disposable {
  readonly #store = new Store();
  #poll: NodeJS.Timeout | undefined;
  #pump: NodeJS.Timeout | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #due = 0;
  #last = 0;
  #spread = 1;
  #leads = false;
  /** Since when no stager takes this window's account; ms since 1970. */
  #unfitSince = 0;
  #ended = false;

  constructor(
    private readonly desk: Desk,
    private readonly journal: Journal,
    private readonly view: TreeView<unknown>,
    private readonly clock: () => number,
  ) {
    this.#store.add(window.onDidChangeWindowState(() => this.plan()));
    this.#store.add(view.onDidChangeVisibility(() => this.plan()));
    this.#store.add(workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('grid.staging') && this.plan()));
    this.#store.add({ dispose: desk.onChange(() => this.plan()) });
  }

  /** Sets the timers to when something is due, as things are now. */
  plan(): void {
    const now = this.clock();
    const open = this.desk.requests.filter((request) => isOpen(request, now));
    if (this.#ended || open.length === 0 || !workspace.isTrusted) return this.#stop();
    this.#renewal ??= setInterval(() => void this.#renew(), renewMs);
    const troubles = [...this.desk.troubles.values()];
    const attention = {
      watched: window.state.focused && this.view.visible,
      quietMs: now - Math.max(...open.map((request) => request.changedAt)),
      failures: Math.max(0, ...troubles.map((trouble) => trouble.failures)),
      wantedMs: Math.max(0, ...troubles.map((trouble) => trouble.error.retryAfterMs ?? 0)),
    };
    const due = Math.max(now, this.#last + nextPoll(attention, paceFrom(pollSeconds())) * this.#spread);
    if (this.#poll === undefined || due !== this.#due) {
      clearTimeout(this.#poll);
      this.#due = due;
      this.#poll = setTimeout(() => void this.#ask(), due - now);
    }
    this.#planPump();
  }

  /** Drafts that wait for a time of their own; those that wait for room go after a poll. */
  #planPump(): void {
    const waits = [...this.desk.waiting.values()].flatMap(({ ms }) => (ms === undefined ? [] : [ms]));
    if (waits.length === 0 || this.#pump !== undefined) return;
    this.#pump = setTimeout(() => void this.#send(), Math.max(100, Math.min(...waits)));
  }

  /** When the next poll is due; ms since 1970, undefined when none is. */
  get due(): number | undefined {
    return this.#poll === undefined ? undefined : this.#due;
  }

  /** Whether this window is the one that asks, and so the one that tells. */
  get leads(): boolean {
    return this.#leads;
  }

  /** A window that is not signed in leaves the right to one that may be. */
  async #lead(): Promise<boolean> {
    const now = this.clock();
    if (now >= this.#unfitSince && now - this.#unfitSince < unfitMs) return false;
    return this.journal.lead();
  }

  /** Signed in anew, here or elsewhere: asks at once. */
  signedIn(): void {
    this.#unfitSince = 0;
    void this.#renew();
  }

  /** The right to ask may have come to this window: then it asks at once, since nobody knows for how long nobody has. */
  async #renew(): Promise<void> {
    const led = this.#leads;
    this.#leads = await this.#lead();
    if (this.#leads && !led && !this.#ended) void this.#ask();
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#poll);
    this.#poll = undefined;
    try {
      this.#leads = await this.#lead();
      if (this.#leads) {
        await this.desk.refresh({ signal: noCancel });
        await this.desk.tidy();
        await this.#stepBack();
      } else await this.desk.load({ signal: noCancel });
    } catch (error) {
      failure('The staging requests could not be refreshed.', error);
    }
    this.#last = this.clock();
    this.#spread = 1 + Math.random() * jitter;
    this.plan();
  }

  /** When no stager knows this window's account, another one that shares the journal may do better. */
  async #stepBack(): Promise<void> {
    const troubles = [...this.desk.troubles.values()];
    if (troubles.length === 0 || !troubles.every(({ error }) => error.kind === 'auth' || error.kind === 'forbidden')) return;
    this.#unfitSince = this.clock();
    this.#leads = false;
    await this.journal.yieldLead();
  }

  async #send(): Promise<void> {
    this.#pump = undefined;
    try {
      if (await this.#lead()) await this.desk.pump({ signal: noCancel });
    } catch (error) {
      failure('Drafts could not be sent.', error);
    }
  }

  #stop(): void {
    clearTimeout(this.#poll);
    clearTimeout(this.#pump);
    clearInterval(this.#renewal);
    this.#poll = this.#pump = this.#renewal = undefined;
  }

  dispose(): void {
    this.#ended = true;
    this.#stop();
    this.#store.dispose();
  }
}
