/** Views: pool → design document → view with its number of rows, its condition in the tooltip → rows. */
import { asGridError } from '../../core/errors';
import { designName } from '../../core/tokens/design';
import type { Design, DesignView, ViewRow } from '../../core/tokens/pool';
import type { Stock } from '../../core/tokens/stock';
import { conditionOf } from '../../core/tokens/views';
import { count, plural } from '../../core/wording';
import { noCancel } from '../cancel';
import { plain } from '../markdown';
import type { Stocks } from '../stocks';
import { belowOf, describeNote, type NoteNode } from './note';
import { describeMore } from './tokenRow';
import type { Description, Source } from './tree';

export interface ViewPoolNode {
  readonly node: 'pool';
  readonly pool: string;
}
export interface DesignNode {
  readonly node: 'design';
  readonly pool: string;
  readonly design: string;
  readonly views: readonly DesignView[];
}
export interface ViewNode {
  readonly node: 'view';
  readonly pool: string;
  readonly design: string;
  readonly view: string;
  readonly text: DesignView;
  /** Number of rows; undefined when the server did not tell. */
  readonly size: number | undefined;
}
/** A row of a view; its document is a token, as a rule. */
export interface RowNode {
  readonly node: 'row';
  readonly pool: string;
  readonly id: string;
  readonly parent: ViewNode;
  readonly row: ViewRow;
  /** A document may emit several rows. */
  readonly number: number;
}
export interface MoreRowsNode {
  readonly node: 'more';
  readonly pool: string;
  readonly of: ViewNode;
}
export type ViewsNode = ViewPoolNode | DesignNode | ViewNode | RowNode | MoreRowsNode | NoteNode;

export class ViewsSource implements Source<ViewsNode> {
  constructor(private readonly stocks: Stocks) {}

  async children(parent: ViewsNode | undefined): Promise<readonly ViewsNode[]> {
    if (parent === undefined) return this.stocks.names.map((pool) => ({ node: 'pool', pool }));
    return belowOf(this.stocks, parent.pool, idOf(parent), (stock) => this.#below(parent, stock));
  }

  async #below(parent: ViewsNode, stock: Stock): Promise<readonly ViewsNode[]> {
    const { pool } = parent;
    switch (parent.node) {
      case 'pool': {
        const { designs } = await this.stocks.looked(pool, stock.sight({ signal: noCancel }));
        return [...designs]
          .filter(({ views }) => views.length > 0)
          .sort(ownLast)
          .map(({ name, views }) => ({ node: 'design', pool, design: name, views }));
      }
      case 'design':
        return Promise.all(parent.views.map((text) => viewNode(parent, text, stock)));
      case 'view': {
        const shown = await stock.rows(parent, { signal: noCancel });
        const seen = new Map<string, number>();
        const nodes: ViewsNode[] = shown.rows.map((row) => {
          const number = seen.get(row.id) ?? 0;
          seen.set(row.id, number + 1);
          return { node: 'row', pool, id: row.id, parent, row, number };
        });
        return shown.next === undefined ? nodes : [...nodes, { node: 'more', pool, of: parent }];
      }
      default:
        return [];
    }
  }

  parent(node: ViewsNode): ViewsNode | undefined {
    switch (node.node) {
      case 'pool':
        return undefined;
      case 'design':
      case 'note':
        return { node: 'pool', pool: node.pool };
      case 'view': {
        const views = this.stocks.of(node.pool).known?.designs.find(({ name }) => name === node.design)?.views ?? [];
        return { node: 'design', pool: node.pool, design: node.design, views };
      }
      case 'row':
        return node.parent;
      case 'more':
        return node.of;
    }
  }

  describe(node: ViewsNode): Description {
    const id = idOf(node);
    switch (node.node) {
      case 'pool': {
        const known = this.stocks.of(node.pool).known?.designs.filter(({ views }) => views.length > 0);
        const description = known === undefined ? this.stocks.place(node.pool) : plural(known.length, 'design document');
        const children = this.stocks.names.length <= 3 ? 'expanded' : 'collapsed';
        return { id, label: node.pool, description, icon: 'database', context: 'pool', children, spoken: `${node.pool}, ${description}` };
      }
      case 'design': {
        const description = `${plural(node.views.length, 'view')}${node.design === designName ? ', kept by Grid Workbench' : ''}`;
        return {
          id,
          label: node.design,
          description,
          icon: 'book',
          context: node.design === designName ? 'ownDesign' : 'design',
          children: 'collapsed',
          spoken: `${node.design}, ${description}`,
        };
      }
      case 'view':
        return describeView(id, node);
      case 'row': {
        const value = valueOf(node.row);
        return {
          id,
          label: node.id,
          description: value,
          context: 'token row',
          children: 'none',
          spoken: value === '' ? node.id : `${node.id}, ${value}`,
          command: { id: 'grid.tokens.open', title: 'Open' },
        };
      }
      case 'more':
        return describeMore(id);
      case 'note':
        return describeNote(id, node);
    }
  }

  tooltip(node: ViewsNode): string {
    if (node.node === 'view') {
      const lines = ['```js', conditionOf(node.text.map), '```'];
      if (node.text.reduce !== undefined) lines.push('', `Reduced by \`${node.text.reduce.replaceAll('`', '')}\``);
      return lines.join('\n');
    }
    if (node.node === 'row') return plain(`${node.id}: ${JSON.stringify(node.row.key)} → ${JSON.stringify(node.row.value)}`);
    return plain(this.describe(node).spoken);
  }
}

/** Our own bookkeeping comes behind what people and pilots use. */
function ownLast(a: Design, b: Design): number {
  return Number(a.name === designName) - Number(b.name === designName) || (a.name < b.name ? -1 : 1);
}

async function viewNode({ pool, design }: DesignNode, text: DesignView, stock: Stock): Promise<ViewNode> {
  let size: number | undefined;
  try {
    size = await stock.size({ design, view: text.name }, { signal: noCancel });
  } catch (thrown) {
    // A view that is broken must not hide the others.
    if (['auth', 'unreachable', 'timeout', 'tls'].includes(asGridError(thrown).kind)) throw thrown;
  }
  return { node: 'view', pool, design, view: text.name, text, size };
}

function describeView(id: string, { view, text, size }: ViewNode): Description {
  const rows = size === undefined ? 'cannot be read' : plural(size, 'row');
  const description = text.reduce === undefined ? rows : `${rows}, reduced`;
  return {
    id,
    label: view,
    description: size === undefined || text.reduce !== undefined ? description : count(size),
    ...(size === undefined ? { shape: 'warning' as const } : { icon: 'list-flat' }),
    context: 'view',
    children: size === undefined || size === 0 ? 'none' : 'collapsed',
    spoken: `${view}, ${description}`,
  };
}

/** What a row says beside its document's id. */
function valueOf({ id, key, value }: ViewRow): string {
  const parts = [key, value].filter((part) => part !== id && part !== null && part !== undefined);
  return parts.map((part) => (typeof part === 'string' || typeof part === 'number' ? String(part) : JSON.stringify(part))).join(', ');
}

/** Identity of a node: the same after each refresh, unique in the view. */
export function idOf(node: ViewsNode): string {
  switch (node.node) {
    case 'pool':
      return node.pool;
    case 'design':
      return `${node.pool}\n${node.design}`;
    case 'view':
      return `${node.pool}\n${node.design}\n${node.view}`;
    case 'row':
      return `${idOf(node.parent)}\n${node.id}\n${node.number}`;
    case 'more':
      return `${idOf(node.of)}\n\nmore`;
    case 'note':
      return `${node.below}\n\n\n${node.about}`;
  }
}
