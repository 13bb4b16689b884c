/**
 * Asks the stagers for news at the pace of core/staging/pace: often while a person watches young requests, seldom in
 * the background, less and less while a stager fails, and not at all when nothing is live. Failures are shown by the
 * view, never as a message: nobody asked.
 */
import { window, workspace, type Disposable, type TreeView } from 'vscode';
import type { Desk } from '../core/staging/desk';
import { nextPoll, paceFrom } from '../core/staging/pace';
import { isLive } from '../core/staging/request';
import { noCancel } from './cancel';
import { Store } from './disposable';
import { failure } from './log';
import { pollSeconds } from './settings';

export class Watch implements Disposable {
  readonly #store = new Store();
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #last = 0;
  #ended = false;

  constructor(
    private readonly desk: Desk,
    private readonly view: TreeView<unknown>,
    private readonly clock: () => number,
  ) {
    this.#store.add(window.onDidChangeWindowState(() => this.plan()));
    this.#store.add(view.onDidChangeVisibility(() => this.plan()));
    this.#store.add(workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('grid.staging.pollSeconds') && this.plan()));
    this.#store.add({ dispose: desk.onChange(() => this.plan()) });
  }

  /** Sets the timer to when the next poll is due, as things are now. */
  plan(): void {
    const now = this.clock();
    const live = this.desk.requests.filter((request) => isLive(request, now));
    if (this.#ended || live.length === 0 || !workspace.isTrusted) return this.#stop();
    const attention = {
      watched: window.state.focused && this.view.visible,
      quietMs: now - Math.max(...live.map((request) => request.changedAt)),
      failures: Math.max(0, ...[...this.desk.troubles.values()].map((trouble) => trouble.failures)),
    };
    const due = Math.max(now, this.#last + nextPoll(attention, paceFrom(pollSeconds())));
    if (this.#timer !== undefined && due === this.#due) return;
    this.#stop();
    this.#due = due;
    this.#timer = setTimeout(() => void this.#poll(), due - now);
  }

  /** When the next poll is due; ms since 1970, undefined when none is. */
  get due(): number | undefined {
    return this.#timer === undefined ? undefined : this.#due;
  }

  async #poll(): Promise<void> {
    this.#timer = undefined;
    try {
      await this.desk.refresh({ signal: noCancel });
    } catch (error) {
      failure('The staging requests could not be refreshed.', error);
    }
    this.#last = this.clock();
    this.plan();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  dispose(): void {
    this.#ended = true;
    this.#stop();
    this.#store.dispose();
  }
}
