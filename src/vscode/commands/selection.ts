/** Which tokens a bulk action is about: what a program says, the nodes that a person has selected, or what the person chooses. */
import { window } from 'vscode';
import { GridError } from '../../core/errors';
import { readWhich, type Which } from '../../core/tokens/bulk/which';
import { readFilter } from '../../core/tokens/filter';
import type { TokenRow } from '../../core/tokens/pool';
import { tokenWord } from '../../core/tokens/state';
import { typesOf } from '../../core/tokens/stock';
import { count, plural } from '../../core/wording';
import type { Person } from '../caller';
import { noCancel } from '../cancel';
import type { Stocks } from '../stocks';
import type { BucketNode, TokensNode } from '../trees/tokens';
import type { ViewsNode } from '../trees/views';
import type { PoolPorts } from './counts';
import { poolMeant } from './pools';

/** Tokens of one pool; several selections are one. */
export interface Selection {
  readonly pool: string;
  readonly whiches: readonly Which[];
  /** "those in error of pref_cal1", for titles and names of files; empty for single tokens. */
  readonly label: string;
}

/** How a program says which tokens it means. */
export const whichShape = { pool: 'string', ids: 'array?', view: 'string?', where: 'object?' } as const;

export function whichOf(options: Readonly<Record<string, unknown>>): Which {
  return readWhich(options);
}

/** Tokens in error of one code, as the pool panel has them. */
interface ErrorNode {
  readonly node: 'error';
  readonly pool: string;
  readonly type: string;
  readonly code: number | null;
  readonly codeField: TokenRow['codeField'];
  readonly step: string | null;
}
type Node = TokensNode | ViewsNode | ErrorNode;

/** What is selected in a tree, else what the person chooses; undefined when they give up. */
export async function selectionMeant(call: Person, ports: PoolPorts, title: string): Promise<Selection | undefined> {
  const nodes = call.nodes as readonly Node[];
  const [first] = nodes;
  if (first !== undefined && nodes.some(({ pool }) => pool !== first.pool))
    throw new GridError('rejected', 'Tokens of several pools are selected.', { hint: 'Select those of one pool.' });
  const meant = nodes.flatMap((node) => selectionOf(node, ports.stocks));
  if (first !== undefined && meant.length > 0) {
    const ids = meant.flatMap(({ which }) => (which.by === 'ids' ? which.ids : []));
    const rest = meant.filter(({ which }) => which.by !== 'ids');
    const whiches = [...(ids.length === 0 ? [] : [{ by: 'ids' as const, ids }]), ...rest.map(({ which }) => which)];
    return { pool: first.pool, whiches, label: rest.length === 1 && ids.length === 0 ? (rest[0]?.label ?? '') : '' };
  }
  const pool = await poolMeant(call, ports.pools, title);
  return pool === undefined ? undefined : choose(pool, ports, title);
}

interface Meant {
  readonly which: Which;
  readonly label: string;
}

function selectionOf(node: Node, stocks: Stocks): readonly Meant[] {
  switch (node.node) {
    case 'token':
    case 'row':
    case 'attachment':
      return [{ which: { by: 'ids', ids: [node.id] }, label: '' }];
    case 'type':
      return [{ which: { by: 'where', where: { fields: { type: node.type } } }, label: node.type }];
    case 'state':
      return [
        { which: { by: 'where', where: { state: node.state, fields: { type: node.type } } }, label: stateLabel(node.type, node.state) },
      ];
    case 'error': {
      const { type, step, code, codeField } = node;
      return [{ which: { by: 'part', part: { type, state: 'error', step, code, codeField } }, label: stateLabel(type, 'error') }];
    }
    case 'view':
      return [viewMeant(node.design, node.view)];
    case 'bucket':
      return bucketView(node, stocks);
    case 'found':
      return foundMeant(node.pool, stocks);
    default:
      return [];
  }
}

function stateLabel(type: string, state: Parameters<typeof tokenWord>[0]): string {
  return `${type} ${tokenWord(state)}`;
}

function viewMeant(design: string, view: string): Meant {
  return { which: { by: 'view', view: { design, view } }, label: `${design} ${view}` };
}

/** A bucket of the server's overview is no view; the view of its name beside it lists the same tokens, as a rule. */
function bucketView({ pool, design, view }: BucketNode, stocks: Stocks): readonly Meant[] {
  const there = stocks
    .of(pool)
    .known?.designs.find(({ name }) => name === design)
    ?.views.some(({ name }) => name === view);
  return there === true ? [viewMeant(design, view)] : [];
}

/** What was looked for: those that were found, or, where there are more, all that the same words find. */
function foundMeant(pool: string, stocks: Stocks): readonly Meant[] {
  const finding = stocks.finding(pool);
  if (finding === undefined) return [];
  const { label } = finding;
  if ('part' in finding) return [{ which: { by: 'part', part: finding.part }, label }];
  if (finding.more) return [{ which: { by: 'filter', filter: readFilter(label) }, label }];
  return [{ which: { by: 'ids', ids: finding.rows.map(({ id }) => id) }, label }];
}

/** From the palette: a state of a type, a view, or a filter. */
async function choose(pool: string, { stocks }: PoolPorts, title: string): Promise<Selection | undefined> {
  const { counts = [], designs } = await stocks.looked(pool, stocks.of(pool).sight({ signal: noCancel }));
  const filter = { label: '$(filter) Those that match…', description: 'a part of the id, or field = value', meant: undefined };
  const states = typesOf(counts).flatMap(({ type, states: each, total }) => [
    { label: type, description: plural(total, 'token'), meant: selectionOf({ node: 'type', pool, type }, stocks)[0] },
    ...each.map(({ state, count: number }) => ({
      label: `${type}: ${tokenWord(state)}`,
      description: count(number),
      meant: selectionOf({ node: 'state', pool, type, state }, stocks)[0],
    })),
  ]);
  const views = designs.flatMap(({ name: design, views: all }) =>
    all
      .filter(({ reduce }) => reduce === undefined)
      .map(({ name: view }) => ({ label: `$(list-flat) ${design}/${view}`, description: 'view', meant: viewMeant(design, view) })),
  );
  const choice = await window.showQuickPick([filter, ...states, ...views], {
    title: `${title} in ${pool}`,
    placeHolder: 'Which tokens?',
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (choice === undefined) return undefined;
  if (choice.meant !== undefined) return { pool, whiches: [choice.meant.which], label: choice.meant.label };
  const text = await askForFilter(`${title} in ${pool}`, 'state = error and OBSID = L701238');
  return text === undefined ? undefined : { pool, whiches: [{ by: 'filter', filter: readFilter(text) }], label: text };
}

/** The text of a filter, or undefined when it is given up. */
export function askForFilter(title: string, placeHolder: string): Thenable<string | undefined> {
  return window.showInputBox({
    title,
    prompt: 'A part of the id, or field = value; several with “and”',
    placeHolder,
    ignoreFocusOut: true,
    validateInput: (value) => {
      try {
        readFilter(value);
        return undefined;
      } catch (error) {
        return error instanceof GridError ? error.sentence : String(error);
      }
    },
  });
}
