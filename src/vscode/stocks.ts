/** The stock of each pool, one for both views, and what went wrong when it was last asked. */
import { EventEmitter } from 'vscode';
import { asGridError, type GridError } from '../core/errors';
import type { PageQuery, TokenRow } from '../core/tokens/pool';
import { Stock, type Order, type Sight } from '../core/tokens/stock';
import { failure } from './log';
import type { Pools } from './pools';

/** After so long a wait the view says what it waits for; ms. */
const patienceMs = 2000;

/** What a person looks for in a pool; one at a time. */
export type Finding =
  | { readonly label: string; readonly part: Omit<PageQuery, 'cursor' | 'limit'> }
  | { readonly label: string; readonly rows: readonly TokenRow[]; /** There are more than were taken. */ readonly more: boolean };

export class Stocks {
  readonly #findings = new Map<string, Finding>();
  readonly #stocks = new Map<string, Stock>();
  readonly #troubles = new Map<string, GridError>();
  readonly #waiting = new Set<string>();
  readonly #changed = new EventEmitter<string>();
  /** The head of this pool has been read for the first time, or could not be; or what is waited for has changed. */
  readonly onChange = this.#changed.event;

  #order: Order = 'name';

  constructor(private readonly pools: Pools) {}

  /** Of the tokens of all pools. */
  get order(): Order {
    return this.#order;
  }

  set order(order: Order) {
    this.#order = order;
    for (const [pool, stock] of this.#stocks) {
      stock.order = order;
      this.#changed.fire(pool);
    }
  }

  get names(): readonly string[] {
    return this.pools.all.map(({ name }) => name);
  }

  /** Pools that are slow to answer at this moment. */
  get waiting(): readonly string[] {
    return [...this.#waiting];
  }

  /** Pools that somebody has looked at. */
  get opened(): readonly string[] {
    return this.names.filter((name) => this.#stocks.has(name));
  }

  of(pool: string): Stock {
    let stock = this.#stocks.get(pool);
    if (stock === undefined) {
      stock = new Stock(() => this.pools.open(pool));
      stock.order = this.#order;
      this.#stocks.set(pool, stock);
    }
    return stock;
  }

  /** "sksp_dev at picas.surfsara.nl". */
  place(pool: string): string {
    const found = this.pools.all.find(({ name }) => name === pool);
    return found === undefined ? '' : `${found.database} at ${new URL(found.url).host}`;
  }

  finding(pool: string): Finding | undefined {
    return this.#findings.get(pool);
  }

  /** Shows what was found, or nothing any more. */
  find(pool: string, finding: Finding | undefined): void {
    if (finding === undefined) this.#findings.delete(pool);
    else this.#findings.set(pool, finding);
    this.#changed.fire(pool);
  }

  trouble(pool: string): GridError | undefined {
    return this.#troubles.get(pool);
  }

  failed(pool: string, error: GridError): void {
    if (error.kind === 'cancelled' || this.#troubles.get(pool)?.message === error.message) return;
    failure(`The pool ${pool} could not be read.`, error);
    this.#troubles.set(pool, error);
    this.#changed.fire(pool);
  }

  /** Awaits the head of a pool, and says so when that takes its time. */
  async looked(pool: string, asked: Promise<Sight>): Promise<Sight> {
    const before = this.of(pool).known;
    const patience = setTimeout(() => {
      this.#waiting.add(pool);
      this.#changed.fire(pool);
    }, patienceMs);
    try {
      const sight = await asked;
      const recovered = this.#troubles.delete(pool);
      if (sight !== before || recovered) this.#changed.fire(pool);
      return sight;
    } finally {
      clearTimeout(patience);
      if (this.#waiting.delete(pool)) this.#changed.fire(pool);
    }
  }

  /** Another address or account: nothing that was read counts any more. */
  forget(): void {
    this.#findings.clear();
    this.#stocks.clear();
    this.#troubles.clear();
  }

  /** Reads again what is open of a pool; whether anything is different. What fails is told by the view. */
  async renew(pool: string, signal: AbortSignal): Promise<boolean> {
    const stock = this.of(pool);
    // Nothing has been read yet: the view asks when it is drawn.
    if (stock.known === undefined) return this.#troubles.delete(pool);
    try {
      const changed = await stock.renew({ signal });
      const recovered = this.#troubles.delete(pool);
      return changed || recovered;
    } catch (thrown) {
      this.failed(pool, asGridError(thrown));
      return false;
    }
  }
}
