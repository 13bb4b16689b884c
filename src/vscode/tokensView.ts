/**
 * The views Tokens and Views: their messages, badge and context keys, and when they are drawn anew. While one of them is
 * visible the pools that were opened are followed by their changes feed; what is hidden asks nobody.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { commands, workspace, type Disposable, type TreeView } from 'vscode';
import { asGridError } from '../core/errors';
import { wantsSignIn } from '../core/tokens/stock';
import { listing, moment, plural } from '../core/wording';
import { noCancel } from './cancel';
import { Store } from './disposable';
import { debug } from './log';
import type { Pools } from './pools';
import type { Stocks } from './stocks';
import type { FoundNode, StateNode, TokensNode } from './trees/tokens';
import type { Tree } from './trees/tree';
import type { ViewNode, ViewsNode } from './trees/views';

/** Changes that come together are read together: pilots write all the time. */
const settleMs = 1500;
/** What the editor takes to draw a view, and how often it is given that time. */
const drawMs = 150;
const mostTries = 20;
/** After a silence of the feed, and for states that follow from age, the pool is read again anyway. */
const minuteMs = 60_000;

export interface TokensPorts {
  readonly pools: Pools;
  readonly stocks: Stocks;
  readonly clock: () => number;
}

export interface Views {
  readonly tokens: { readonly tree: Tree<TokensNode>; readonly view: TreeView<TokensNode> };
  readonly views: { readonly tree: Tree<ViewsNode>; readonly view: TreeView<ViewsNode> };
}

export class TokensView implements Disposable {
  readonly #store = new Store();
  /** What follows each opened pool, while a view is visible. */
  readonly #following = new Map<string, AbortController>();
  readonly #due = new Map<string, NodeJS.Timeout>();
  readonly #minute: NodeJS.Timeout;
  readonly #silentSince = new Map<string, number>();

  constructor(
    private readonly ports: TokensPorts,
    private readonly views: Views,
  ) {
    const { pools, stocks } = ports;
    this.#store.add(pools.onChange(() => this.#anew()));
    this.#store.add(workspace.onDidGrantWorkspaceTrust(() => this.#anew()));
    this.#store.add(stocks.onChange((pool) => this.#drawHead(pool)));
    for (const { view } of [views.tokens, views.views]) this.#store.add(view.onDidChangeVisibility(() => this.#follow(true)));
    this.#minute = setInterval(() => this.#visible && stocks.opened.forEach((pool) => this.#again(pool)), minuteMs);
    this.#show();
    this.#follow(false);
  }

  get #visible(): boolean {
    return this.views.tokens.view.visible || this.views.views.view.visible;
  }

  /** Reads again what is open, of one pool or of all. */
  async refresh(pool?: string, signal: AbortSignal = noCancel): Promise<void> {
    const { stocks } = this.ports;
    for (const each of pool === undefined ? stocks.opened : [pool]) {
      await stocks.renew(each, signal);
      this.#draw(each);
    }
    this.#follow(false);
  }

  /** Tokens of this pool were changed from here: shows it without waiting for the feed. */
  changed(pool: string): void {
    this.#soon(pool, 0);
  }

  /** Shows a node in its view, opened; its parents, too. */
  async reveal(node: TokensNode): Promise<void> {
    // Rows are found by way of their parents, and these are known once the pool has been read.
    await this.ports.stocks.of(node.pool).sight({ signal: noCancel });
    for (let tries = 1; ; tries++) {
      try {
        await this.views.tokens.view.reveal(node, { select: true, focus: true, expand: true });
        return;
      } catch (error) {
        // A row that is new is known to the editor only once it has drawn the view again.
        if (tries === mostTries) throw error;
        await sleep(drawMs);
      }
    }
  }

  /** Draws again what stands below a node. */
  redraw(node: StateNode | FoundNode | ViewNode): void {
    if (node.node === 'state' || node.node === 'found') this.views.tokens.tree.refresh(node);
    else this.views.views.tree.refresh(node);
  }

  /** Our counts have been installed: the head of the pool is another one. The first answer may take the server a while. */
  async installed(pool: string, signal: AbortSignal): Promise<void> {
    const stock = this.ports.stocks.of(pool);
    stock.forget();
    await this.ports.stocks.looked(pool, stock.sight({ signal }));
  }

  #soon(pool: string, ms = settleMs): void {
    if (ms === 0) {
      clearTimeout(this.#due.get(pool));
      this.#due.delete(pool);
    }
    if (this.#due.has(pool)) return;
    const timer = setTimeout(() => {
      void this.ports.stocks.renew(pool, noCancel).then((changed) => {
        this.#due.delete(pool);
        if (changed) this.#draw(pool);
      });
    }, ms);
    this.#due.set(pool, timer);
  }

  /** A pool that refused the account is not tried again by a timer: too many tries lock it. */
  #again(pool: string): void {
    const trouble = this.ports.stocks.trouble(pool);
    if (trouble === undefined || !wantsSignIn(trouble)) this.#soon(pool);
  }

  #draw(pool: string): void {
    this.views.tokens.tree.refresh({ node: 'pool', pool });
    this.views.views.tree.refresh({ node: 'pool', pool });
    this.#show();
  }

  /** The row of a pool says what its children have found out; they themselves are as they were. */
  #drawHead(pool: string): void {
    this.#draw(pool);
    this.#follow(false);
  }

  /** Another list of pools, another account, or trust: everything is asked for again. */
  #anew(): void {
    for (const control of this.#following.values()) control.abort();
    this.#following.clear();
    this.#silentSince.clear();
    this.ports.stocks.forget();
    this.views.tokens.tree.refresh();
    this.views.views.tree.refresh();
    this.#show();
  }

  /** Begins or ends following, as things are now. @param shown a view has just come into sight: what was missed is read */
  #follow(shown: boolean): void {
    const { stocks } = this.ports;
    const wanted = this.#visible && workspace.isTrusted ? stocks.opened.filter((pool) => stocks.of(pool).known !== undefined) : [];
    for (const [pool, control] of this.#following) {
      if (wanted.includes(pool)) continue;
      control.abort();
      this.#following.delete(pool);
    }
    for (const pool of wanted) {
      if (shown) this.#soon(pool);
      if (this.#following.has(pool)) continue;
      const control = new AbortController();
      this.#following.set(pool, control);
      void this.#hear(pool, control);
    }
  }

  async #hear(pool: string, control: AbortController): Promise<void> {
    try {
      const connection = await this.ports.pools.open(pool);
      for await (const heard of connection.changes('now', { signal: control.signal })) {
        if (heard.kind === 'silence') {
          if (!this.#silentSince.has(pool)) this.#silentSince.set(pool, this.ports.clock());
          this.ports.stocks.failed(pool, heard.error);
        } else {
          this.#silentSince.delete(pool);
          this.#soon(pool);
        }
      }
    } catch (thrown) {
      // Signed out, or the database is gone: the next look at the pool says so.
      debug(`The changes of ${pool} are not followed any more: ${asGridError(thrown).message}`);
      if (!control.signal.aborted) this.#soon(pool);
    } finally {
      if (this.#following.get(pool) === control) this.#following.delete(pool);
    }
  }

  #show(): void {
    const { pools, stocks, clock } = this.ports;
    const errors = stocks.opened.reduce(
      (sum, pool) =>
        sum + (stocks.of(pool).known?.counts ?? []).reduce((more, each) => more + (each.state === 'error' ? each.count : 0), 0),
      0,
    );
    const { view } = this.views.tokens;
    view.badge = errors === 0 ? undefined : { value: errors, tooltip: `${plural(errors, 'token')} in error` };
    const silent = stocks.opened.flatMap((pool) => {
      const trouble = stocks.trouble(pool);
      // A pool that was never read says so in its own row.
      if (trouble === undefined || stocks.of(pool).known === undefined || wantsSignIn(trouble)) return [];
      const since = this.#silentSince.get(pool);
      return [`No news from ${pool}${since === undefined ? '' : ` since ${moment(since, clock())}`}: ${trouble.message}`];
    });
    const { waiting } = stocks;
    view.message = [...silent, ...(waiting.length === 0 ? [] : [`Reading ${listing(waiting)}…`])].join('\n');
    const condition = !workspace.isTrusted ? 'untrusted' : pools.all.length === 0 ? 'noPool' : 'ready';
    void commands.executeCommand('setContext', 'grid:pools', condition);
  }

  dispose(): void {
    clearInterval(this.#minute);
    for (const timer of this.#due.values()) clearTimeout(timer);
    for (const control of this.#following.values()) control.abort();
    this.#store.dispose();
  }
}
