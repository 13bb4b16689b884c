/**
 * Tokens: pool → type → state with counts → token → attachments. The nodes are names only; what is known of them is in
 * the stock of their pool, which is asked when a node is opened and never for more than a page.
 *
 * A pool without our counts shows the server's own, under the server's names, with one line that offers ours: its
 * buckets overlap and leave gaps, and only the person can agree to another design document.
 */
import type { Overview, TokenRow } from '../../core/tokens/pool';
import type { TokenState } from '../../core/tokens/state';
import { typesOf, wantsSignIn, type Shown, type Stock } from '../../core/tokens/stock';
import { noCancel } from '../cancel';
import type { Stocks } from '../stocks';
import { belowOf, describeNote, troubleNote, type NoteNode } from './note';
import {
  describeAttachment,
  describeBucket,
  describeFound,
  describeMore,
  describeOverview,
  describePool,
  describeState,
  describeToken,
  describeType,
  tooltipOfToken,
  type RowPorts,
} from './tokenRow';
import type { Description, Source } from './tree';

export interface PoolNode {
  readonly node: 'pool';
  readonly pool: string;
}
export interface TypeNode {
  readonly node: 'type';
  readonly pool: string;
  readonly type: string;
}
export interface StateNode {
  readonly node: 'state';
  readonly pool: string;
  readonly type: string;
  readonly state: TokenState;
}
export interface TokenNode {
  readonly node: 'token';
  readonly pool: string;
  readonly id: string;
  readonly type: string;
  readonly state: TokenState;
  readonly row: TokenRow;
  /** It is shown among what was found, not below its state. */
  readonly found?: true;
}
/** What a person looks for. */
export interface FoundNode {
  readonly node: 'found';
  readonly pool: string;
}
export interface AttachmentNode {
  readonly node: 'attachment';
  readonly pool: string;
  readonly id: string;
  readonly name: string;
  /** Of the content; undefined where the server does not tell. */
  readonly bytes: number | undefined;
  readonly token: TokenNode;
}
/** Stands for the tokens beyond the page. */
export interface MoreNode {
  readonly node: 'more';
  readonly pool: string;
  readonly of: StateNode | FoundNode;
}
/** Counts of the server's own. */
export interface OverviewNode {
  readonly node: 'overview';
  readonly pool: string;
  readonly overview: Overview;
}
export interface BucketNode {
  readonly node: 'bucket';
  readonly pool: string;
  readonly design: string;
  readonly view: string;
  readonly count: number;
}
export type TokensNode =
  PoolNode | FoundNode | TypeNode | StateNode | TokenNode | AttachmentNode | MoreNode | OverviewNode | BucketNode | NoteNode;

export class TokensSource implements Source<TokensNode> {
  constructor(
    private readonly stocks: Stocks,
    private readonly ports: RowPorts,
  ) {}

  async children(parent: TokensNode | undefined): Promise<readonly TokensNode[]> {
    if (parent === undefined) return this.stocks.names.map((pool) => ({ node: 'pool', pool }));
    return belowOf(this.stocks, parent.pool, idOf(parent), (stock) => this.#below(parent, stock));
  }

  async #below(parent: TokensNode, stock: Stock): Promise<readonly TokensNode[]> {
    const { pool } = parent;
    const options = { signal: noCancel };
    switch (parent.node) {
      case 'pool':
        return this.#head(pool, stock);
      case 'type': {
        const { counts = [] } = await stock.sight(options);
        const states = typesOf(counts).find(({ type }) => type === parent.type)?.states ?? [];
        const order: readonly TokenState[] = ['todo', 'locked', 'done', 'error', 'unclassified'];
        const { type } = parent;
        return order.filter((each) => states.some(({ state }) => state === each)).map((state) => ({ node: 'state', pool, type, state }));
      }
      case 'state': {
        const shown: Shown<TokenRow> = await stock.tokens(parent, options);
        const nodes: TokensNode[] = shown.rows.map((row) => tokenNode(pool, row));
        return shown.next === undefined ? nodes : [...nodes, { node: 'more', pool, of: parent }];
      }
      case 'found':
        return this.#found(parent, stock);
      case 'token': {
        const stubs = await stock.stubs(parent.id, options);
        return stubs.map(({ name, bytes }) => ({ node: 'attachment', pool, id: parent.id, name, bytes, token: parent }));
      }
      case 'overview':
        return parent.overview.buckets.map(({ name, count }) => ({
          node: 'bucket',
          pool,
          design: parent.overview.design,
          view: name,
          count,
        }));
      default:
        return [];
    }
  }

  async #found(parent: FoundNode, stock: Stock): Promise<readonly TokensNode[]> {
    const { pool } = parent;
    const finding = this.stocks.finding(pool);
    if (finding === undefined) return [];
    const shown: Shown<TokenRow> = 'rows' in finding ? { rows: finding.rows } : await stock.part(finding.part, { signal: noCancel });
    const nodes = shown.rows.map((row): TokensNode => ({ ...tokenNode(pool, row), found: true }));
    return shown.next === undefined ? nodes : [...nodes, { node: 'more', pool, of: parent }];
  }

  async #head(pool: string, stock: Stock): Promise<readonly TokensNode[]> {
    const { counts, overviews } = await this.stocks.looked(pool, stock.sight({ signal: noCancel }));
    const trouble = this.stocks.trouble(pool);
    const head: readonly TokensNode[] = [
      ...(trouble !== undefined && wantsSignIn(trouble) ? [troubleNote(pool, pool, trouble)] : []),
      ...(this.stocks.finding(pool) === undefined ? [] : [{ node: 'found', pool } as const]),
    ];
    if (counts !== undefined) {
      const types = typesOf(counts);
      if (types.length === 0) return [...head, { node: 'note', pool, below: pool, about: 'empty' }];
      return [...head, ...types.map(({ type }): TypeNode => ({ node: 'type', pool, type }))];
    }
    const note: NoteNode = { node: 'note', pool, below: pool, about: 'counts' };
    return [...head, note, ...overviews.map((overview): OverviewNode => ({ node: 'overview', pool, overview }))];
  }

  parent(node: TokensNode): TokensNode | undefined {
    switch (node.node) {
      case 'pool':
        return undefined;
      case 'found':
      case 'type':
      case 'overview':
      case 'note':
        return { node: 'pool', pool: node.pool };
      case 'state':
        return { node: 'type', pool: node.pool, type: node.type };
      case 'token':
        if (node.found) return { node: 'found', pool: node.pool };
        return { node: 'state', pool: node.pool, type: node.type, state: node.state };
      case 'attachment':
        return node.token;
      case 'more':
        return node.of;
      case 'bucket':
        return undefined;
    }
  }

  describe(node: TokensNode): Description {
    const id = idOf(node);
    const { known } = this.stocks.of(node.pool);
    switch (node.node) {
      case 'pool':
        return describePool(id, node.pool, known, this.stocks.trouble(node.pool), this.stocks.names.length, this.stocks.place(node.pool));
      case 'found':
        return describeFound(id, this.stocks.finding(node.pool));
      case 'type':
        return describeType(id, node.type, known, typesOf(known?.counts ?? []).length);
      case 'state':
        return describeState(id, node, known);
      case 'token':
        return describeToken(id, node.row, this.ports);
      case 'attachment':
        return describeAttachment(id, node);
      case 'more':
        return describeMore(id);
      case 'overview':
        return describeOverview(id, node.overview);
      case 'bucket':
        return describeBucket(id, node);
      case 'note':
        return describeNote(id, node);
    }
  }

  tooltip(node: TokensNode): string {
    return node.node === 'token' ? tooltipOfToken(node.row, this.ports) : this.describe(node).spoken;
  }
}

export function tokenNode(pool: string, row: TokenRow): TokenNode {
  const { id, type, state } = row;
  return { node: 'token', pool, id, type, state, row };
}

/** Identity of a node: the same after each refresh, unique in the view. */
export function idOf(node: TokensNode): string {
  switch (node.node) {
    case 'pool':
      return node.pool;
    case 'found':
      return `${node.pool}\n\n\n\nfound`;
    case 'type':
      return `${node.pool}\n${node.type}`;
    case 'state':
      return `${node.pool}\n${node.type}\n${node.state}`;
    case 'token':
      return node.found ? `${node.pool}\n\n\n\nfound\n${node.id}` : `${node.pool}\n${node.type}\n${node.state}\n${node.id}`;
    case 'attachment':
      return `${idOf(node.token)}\n${node.name}`;
    case 'more':
      return `${idOf(node.of)}\n\nmore`;
    case 'overview':
      return `${node.pool}\n\n${node.overview.design}\n${node.overview.view}`;
    case 'bucket':
      return `${node.pool}\n\n${node.design}\n\n${node.view}`;
    case 'note':
      return `${node.below}\n\n\n${node.about}`;
  }
}
