/**
 * The pool panel: one for each pool and type of tokens. While it is seen it follows the pool's changes; hidden it asks
 * nobody. What its buttons do, commands do.
 */
import { workspace, type Uri, type WebviewPanel } from 'vscode';
import { asGridError, type GridError } from '../../core/errors';
import { readPool, type Reading } from '../../core/tokens/reading';
import { wantsSignIn } from '../../core/tokens/stock';
import type { FromPoolPanel, ToPoolPanel } from '../../shared/pool';
import { Store } from '../disposable';
import { debug } from '../log';
import type { Pools } from '../pools';
import { report } from '../report';
import { stuckHours } from '../settings';
import { Panels, type Panel } from './panels';
import { carryOut } from './poolAct';
import { sightOf } from './poolView';

export interface PoolPanelPorts {
  readonly pools: Pools;
  readonly clock: () => number;
  readonly extensionUri: Uri;
}

/** Changes that come together are read together; pilots write all the time. */
const settleMs = 3000;
/** A pool that is slow to answer is left alone for as long as its answer took, but no longer than this. */
const longestRestMs = 30_000;
/** Ages and rates move without a change. */
const minuteMs = 60_000;

interface Tokens {
  readonly pool: string;
  /** The largest when undefined. */
  readonly type: string | undefined;
}

export class PoolPanels extends Panels<Tokens> {
  constructor(ports: PoolPanelPorts) {
    super({
      type: 'grid.pool',
      page: 'pool',
      extensionUri: ports.extensionUri,
      title: ({ pool }) => `Pool: ${pool}`,
      kept: ({ pool, type }) => (pool === undefined ? undefined : { pool, type }),
      make: (panel, { pool, type }) => new PoolPanel(panel, pool, type, ports),
    });
  }
}

class PoolPanel implements Panel<Tokens> {
  readonly #store = new Store();
  /** Ends what is asked, when nobody sees it any more. */
  #asking: AbortController | undefined;
  #following: AbortController | undefined;
  #ready = false;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  /** ms after which it is to be read again, since something has changed while it was read. */
  #again: number | undefined;
  #known: Reading = {};
  #asOf = 0;
  #trouble: { readonly error: GridError; readonly since: number } | undefined;
  /** When the pool may be asked again; ms since 1970. */
  #restsUntil = 0;

  constructor(
    private readonly panel: WebviewPanel,
    private readonly pool: string,
    private chosen: string | undefined,
    private readonly ports: PoolPanelPorts,
  ) {
    this.#store.add(panel.webview.onDidReceiveMessage((message: FromPoolPanel) => void this.#hear(message)));
    this.#store.add(panel.onDidChangeViewState(() => this.#look()));
    this.#store.add(ports.pools.onChange(() => this.#anew()));
    this.#store.add(workspace.onDidGrantWorkspaceTrust(() => this.#anew()));
    this.#store.add(
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('grid.pools.stuckHours')) this.#soon(0);
      }),
    );
    const minute = setInterval(() => this.#tick(), minuteMs);
    this.#store.add({ dispose: () => clearInterval(minute) });
  }

  /** The type that is shown, once it is known. */
  get #type(): string | undefined {
    return this.chosen ?? this.#known.type;
  }

  shows({ pool, type }: Tokens): boolean {
    return pool === this.pool && (type === undefined || type === this.#type);
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** A page that was hidden is gone; it says when the new one is ready. */
  #look(): void {
    if (this.panel.visible) return;
    this.#ready = false;
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asking?.abort();
    this.#following?.abort();
    this.#following = undefined;
  }

  /** Another list of pools, another account, or trust. */
  #anew(): void {
    this.#stop();
    this.#trouble = undefined;
    this.#restsUntil = 0;
    this.#soon(0);
  }

  /** A pool that refused the account is not tried again by a timer: too many tries lock it. */
  #tick(): void {
    if (this.#trouble === undefined || !wantsSignIn(this.#trouble.error)) this.#soon(0);
    else this.#draw();
  }

  #soon(ms = settleMs): void {
    if (!this.#ready) return;
    if (this.#reading) {
      this.#again = Math.min(ms, this.#again ?? ms);
      return;
    }
    const wait = Math.max(ms, this.#restsUntil - this.ports.clock());
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#read();
    }, wait);
  }

  async #read(): Promise<void> {
    const { pools, clock } = this.ports;
    if (!pools.all.some(({ name }) => name === this.pool)) return this.#nothing();
    const asking = (this.#asking = new AbortController());
    const { signal } = asking;
    const begun = clock();
    this.#reading = true;
    this.#again = undefined;
    // Figures that are shown stay until all of the new ones are there.
    const first = this.#asOf === 0 || this.#known.type !== (this.chosen ?? this.#known.type);
    if (first) this.#known = {};
    if (first) this.#draw();
    try {
      const connection = await pools.open(this.pool);
      const known = await readPool(connection, {
        signal,
        now: begun,
        stuckHours: stuckHours(),
        ...(this.chosen === undefined ? {} : { type: this.chosen }),
        ...(first ? { progress: (part: Reading) => this.#learn(part) } : {}),
      });
      if (!signal.aborted) this.#learn(known);
    } catch (thrown) {
      if (!signal.aborted) this.#fail(asGridError(thrown));
    } finally {
      this.#reading = false;
      if (!signal.aborted) this.#restsUntil = clock() + Math.min(longestRestMs, clock() - begun);
    }
    if (!signal.aborted) this.#follow();
    if (this.#again !== undefined) this.#soon(this.#again);
  }

  #learn(known: Reading): void {
    this.#known = known;
    this.#asOf = this.ports.clock();
    this.#trouble = undefined;
    this.#draw();
  }

  #fail(error: GridError): void {
    if (error.kind === 'cancelled') return;
    debug(`The panel of ${this.pool} could not be read: ${error.message}`);
    // What one account has seen is not for the next.
    if (wantsSignIn(error)) [this.#known, this.#asOf] = [{}, 0];
    this.#trouble = { error, since: this.#trouble?.since ?? this.ports.clock() };
    this.#draw();
  }

  /** Hears of changes while it is seen. */
  #follow(): void {
    if (this.#following !== undefined || !this.#ready || this.#trouble !== undefined) return;
    const control = (this.#following = new AbortController());
    void this.#listen(control).finally(() => {
      if (this.#following === control) this.#following = undefined;
    });
  }

  async #listen({ signal }: AbortController): Promise<void> {
    try {
      const connection = await this.ports.pools.open(this.pool);
      for await (const heard of connection.changes('now', { signal })) {
        if (heard.kind === 'silence') this.#fail(heard.error);
        else this.#soon();
      }
    } catch (thrown) {
      if (!signal.aborted) debug(`The changes of ${this.pool} are not followed any more: ${asGridError(thrown).message}`);
    }
  }

  #draw(): void {
    if (!this.#ready) return;
    const now = this.ports.clock();
    const trouble = this.#trouble === undefined ? {} : { trouble: this.#trouble };
    const type = this.#type === undefined ? {} : { type: this.#type };
    const known = { ...this.#known, ...type, pool: this.pool, asOf: this.#asOf, ...trouble };
    this.#post({ type: 'sight', sight: sightOf(known, { now, stuckHours: stuckHours() }) });
  }

  #nothing(): void {
    this.#post({ type: 'nothing', sentence: `The pool ${this.pool} is not in this editor any more. Add it again, or close this panel.` });
  }

  #post(message: ToPoolPanel): void {
    void this.panel.webview.postMessage(message);
  }

  async #hear(message: FromPoolPanel): Promise<void> {
    try {
      if (message.type === 'ready') {
        this.#ready = true;
        if (this.#asOf > 0) this.#draw();
        this.#soon(0);
      } else if (message.type === 'choose') {
        this.chosen = message.tokens;
        this.#asking?.abort();
        this.#restsUntil = 0;
        this.#soon(0);
      } else if (message.type === 'answer' && message.answer === 'tryNow') {
        this.#restsUntil = 0;
        this.#soon(0);
      } else {
        await carryOut(message, { pool: this.pool, type: this.#type, known: this.#known, now: this.ports.clock() }, this.ports.pools);
        this.#soon(0);
      }
    } catch (error) {
      void report('The pool panel could not do that.', error);
    }
  }

  dispose(): void {
    this.#stop();
    this.#ready = false;
    this.#store.dispose();
  }
}
