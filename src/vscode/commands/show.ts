/** Finding tokens: by what a person types, or a part that a panel names; shown at the head of their pool. */
import { commands, window } from 'vscode';
import { GridError } from '../../core/errors';
import { isState } from '../../core/tokens/design';
import { passes, readFilter, type Filter } from '../../core/tokens/filter';
import type { Pool, TokenRow } from '../../core/tokens/pool';
import { rowOf } from '../../core/tokens/row';
import { tokenStates, tokenWord } from '../../core/tokens/state';
import type { Order } from '../../core/tokens/stock';
import { count } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { withProgress } from '../progress';
import type { Finding } from '../stocks';
import type { PoolPorts } from './counts';
import { poolMeant } from './pools';
import { askForFilter } from './selection';

/** Shows the pool, one of its types, or the tokens of a state; with a step or a code only those. Panels call it, too. */
export async function showTokens(call: Person | Program, { pools, stocks, tokensView }: PoolPorts): Promise<void> {
  if (call.by === 'person') {
    await commands.executeCommand('grid.tokens.focus');
    return;
  }
  const { pool, type, state, step, code } = optionsOf(call.options, {
    pool: 'string',
    type: 'string?',
    state: 'string?',
    step: 'any?',
    code: 'any?',
  });
  pools.find(pool);
  if (state !== undefined && !isState(state))
    throw new GridError('rejected', `“${state}” is no state of a token.`, { hint: `There are: ${tokenStates.join(', ')}.` });
  await commands.executeCommand('grid.tokens.focus');
  if (type === undefined) return tokensView.reveal({ node: 'pool', pool });
  if (state === undefined) return tokensView.reveal({ node: 'type', pool, type });
  if (step === undefined) return tokensView.reveal({ node: 'state', pool, type, state });
  const part = {
    type,
    state,
    step: typeof step === 'string' ? step : null,
    ...(code === undefined ? {} : { code: typeof code === 'number' ? code : null }),
  };
  const words = [
    tokenWord(state),
    part.step ?? 'no step',
    ...(code === undefined ? [] : [part.code === null ? 'no code' : `code ${part.code}`]),
  ];
  stocks.find(pool, { label: words.join(', '), part });
  await tokensView.reveal({ node: 'found', pool });
}

/** Found tokens that are held at the most; more are a case for a bulk action. */
const mostFound = 1000;

/** Looks through a whole pool, a page at a time. */
export async function findTokens(call: Person | Program, ports: PoolPorts): Promise<{ readonly ids: readonly string[] } | undefined> {
  const { pools, stocks, tokensView } = ports;
  if (call.by === 'program') {
    const { pool, text } = optionsOf(call.options, { pool: 'string', text: 'string' });
    const { rows } = await search(await pools.open(pool), readFilter(text), noCancel, () => undefined);
    return { ids: rows.map(({ id }) => id) };
  }
  const pool = await poolMeant(call, pools, 'Find tokens');
  if (pool === undefined) return undefined;
  const text = await askForFilter(`Find tokens in ${pool}`, 'SB12   or   state = error and OBSID = L701238');
  if (text === undefined) return undefined;
  const filter = readFilter(text);
  const connection = await pools.open(pool);
  const { rows, more } = await withProgress(`Looking through ${pool}`, (signal, progress) =>
    search(connection, filter, signal, (seen) => {
      progress.report({ message: `${count(seen)} documents` });
    }),
  );
  const finding: Finding = { label: filter.text, rows, more };
  stocks.find(pool, finding);
  await tokensView.reveal({ node: 'found', pool });
  return { ids: rows.map(({ id }) => id) };
}

async function search(
  pool: Pool,
  filter: Filter,
  signal: AbortSignal,
  progress: (seen: number) => void,
): Promise<{ readonly rows: readonly TokenRow[]; readonly more: boolean }> {
  const rows: TokenRow[] = [];
  let seen = 0;
  for await (const documents of pool.all({ signal })) {
    seen += documents.length;
    progress(seen);
    for (const document of documents) if (passes(document, filter)) rows.push(rowOf(document));
    if (rows.length > mostFound) return { rows: rows.slice(0, mostFound), more: true };
  }
  return { rows, more: false };
}

/** Ends a search. */
export function clearFound(call: Person | Program, { pools, stocks }: PoolPorts): void {
  const node =
    call.by === 'person' ? (call.nodes as readonly { readonly pool?: string }[])[0] : optionsOf(call.options, { pool: 'string?' });
  for (const { name } of pools.all) if (node?.pool === undefined || node.pool === name) stocks.find(name, undefined);
}

/** Chooses the order of tokens below their states. */
export async function sortTokens(call: Person | Program, { stocks }: PoolPorts): Promise<{ readonly by: Order } | undefined> {
  if (call.by === 'program') {
    const { by } = optionsOf(call.options, { by: 'string' });
    const order = orders.find((each) => each.order === by)?.order;
    if (order === undefined) throw new GridError('rejected', `There is no order “${by}”.`, { hint: 'There are: name, age.' });
    stocks.order = order;
    return { by: order };
  }
  const items = orders.map((each) => ({ ...each, description: each.order === stocks.order ? 'now' : '' }));
  const choice = await window.showQuickPick(items, { title: 'Sort tokens', placeHolder: 'Below each state' });
  if (choice === undefined) return undefined;
  stocks.order = choice.order;
  return { by: choice.order };
}

const orders: readonly { readonly order: Order; readonly label: string; readonly detail: string }[] = [
  { order: 'name', label: 'By step, code and id', detail: 'What failed for one reason stands together' },
  { order: 'age', label: 'Oldest first', detail: 'By when they were locked or closed; what is to do has no time and stays by id' },
];
