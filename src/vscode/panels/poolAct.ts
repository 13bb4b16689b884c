/** What the buttons of the pool panel do: the commands of trees and palette, with the nodes that a tree would give them. */
import { commands } from 'vscode';
import { designName, keysUnder, timesView } from '../../core/tokens/design';
import { errorGroups } from '../../core/tokens/failures';
import type { Pool, TokenRow } from '../../core/tokens/pool';
import type { Reading } from '../../core/tokens/reading';
import type { ErrorKey, FromPoolPanel } from '../../shared/pool';
import { noCancel } from '../cancel';
import type { Pools } from '../pools';
import { stuckHours } from '../settings';
import type { TokenNode } from '../trees/tokens';

/** What the panel shows while its button is pressed. */
export interface Shown {
  readonly pool: string;
  readonly type: string | undefined;
  readonly known: Reading;
  /** ms since 1970 */
  readonly now: number;
}

/** Tokens in error of one code in one step, as a node. */
interface ErrorNode {
  readonly node: 'error';
  readonly pool: string;
  readonly type: string;
  readonly code: number | null;
  readonly codeField: ErrorKey['field'];
  readonly step: string | null;
}

type Told = Exclude<FromPoolPanel, { readonly type: 'ready' | 'choose' }>;

export async function carryOut(message: Told, shown: Shown, pools: Pools): Promise<void> {
  const { pool, type } = shown;
  if (message.type === 'answer')
    await commands.executeCommand(message.answer === 'signIn' ? 'grid.pool.signIn' : 'grid.pool.installCounts', { node: 'pool', pool });
  else if (message.type === 'act') {
    const node = type === undefined ? { node: 'pool', pool } : { node: 'type', pool, type };
    await commands.executeCommand(message.id === 'findStuck' ? 'grid.tokens.findStuck' : 'grid.tokens.create', node);
  } else if (type !== undefined) await actOnTokens(message, { ...shown, type }, pools);
}

async function actOnTokens(
  message: Exclude<Told, { readonly type: 'answer' | 'act' }>,
  shown: Shown & { readonly type: string },
  pools: Pools,
): Promise<void> {
  const { pool, type, known, now } = shown;
  switch (message.type) {
    case 'show': {
      const step = message.step === undefined ? {} : { step: message.step };
      await commands.executeCommand('grid.tokens.show', { pool, type, state: message.state, ...step });
      return;
    }
    case 'errors':
      return actOnErrors(message.verb, message.groups, shown);
    case 'locks': {
      const nodes = message.ids.map((id) => lockNode(pool, type, id, lockOf(known, id)));
      if (message.verb === 'show') await commands.executeCommand('grid.tokens.open', nodes[0]);
      else await commands.executeCommand('grid.tokens.unlock', nodes[0], nodes);
      return;
    }
    case 'unlockStuck': {
      const nodes = await stuckNodes(await pools.open(pool), type, now / 1000 - stuckHours() * 3600);
      if (nodes.length > 0) await commands.executeCommand('grid.tokens.unlock', nodes[0], nodes);
    }
  }
}

async function actOnErrors(
  verb: 'show' | 'reset' | 'export',
  groups: readonly ErrorKey[],
  { pool, type, known }: Shown & { readonly type: string },
): Promise<void> {
  const all = { node: 'state', pool, type, state: 'error' };
  if (groups.length === 0) {
    await commands.executeCommand('grid.tokens.exportLinks', all);
    return;
  }
  const nodes = nodesOf(groups, pool, type, known);
  const [first, ...more] = nodes;
  if (first === undefined) return;
  if (verb === 'show') {
    // Several are shown as what they have in common.
    const same = <K extends 'code' | 'step'>(key: K) => (more.every((node) => node[key] === first[key]) ? { [key]: first[key] } : {});
    await commands.executeCommand('grid.tokens.show', { pool, type, state: 'error', ...same('step'), ...same('code') });
  } else await commands.executeCommand(verb === 'reset' ? 'grid.tokens.reset' : 'grid.tokens.exportLinks', first, nodes);
}

/** One for each step of each group, as the index of the server has them. */
function nodesOf(groups: readonly ErrorKey[], pool: string, type: string, { shares = [] }: Reading): readonly ErrorNode[] {
  return errorGroups(shares)
    .filter((group) => groups.some(({ code, field }) => code === group.code && field === group.field))
    .flatMap(({ code, field, steps }) => steps.map(({ step }): ErrorNode => ({ node: 'error', pool, type, code, codeField: field, step })));
}

function lockOf({ locks }: Reading, id: string): Partial<TokenRow> {
  const lock = locks?.oldest.find((each) => each.id === id);
  return lock === undefined ? {} : { lock: lock.lock, job: lock.job, hostname: lock.host, step: lock.step, status: lock.status };
}

function lockNode(pool: string, type: string, id: string, known: Partial<TokenRow>): TokenNode {
  const row: TokenRow = {
    id,
    type,
    state: 'locked',
    lock: null,
    done: 0,
    code: null,
    codeField: null,
    status: null,
    hostname: null,
    scrubCount: null,
    job: null,
    step: null,
    attachments: 0,
    ...known,
  };
  return { node: 'token', pool, id, type, state: 'locked', row };
}

/** All that look stuck, page by page: the panel lists only the oldest. */
async function stuckNodes(pool: Pool, type: string, before: number): Promise<readonly TokenNode[]> {
  const { start } = keysUnder([type, 'locked']);
  const end = [type, 'locked', Math.floor(before / 3600), {}];
  const nodes: TokenNode[] = [];
  let cursor: Awaited<ReturnType<Pool['rows']>>['next'];
  do {
    const query = { start, end, limit: 1000, ...(cursor === undefined ? {} : { cursor }) };
    const page = await pool.rows({ design: designName, view: timesView }, query, { signal: noCancel });
    for (const { id, value } of page.rows)
      if (typeof value === 'number' && value < before) nodes.push(lockNode(pool.name, type, id, { lock: value }));
    cursor = page.next;
  } while (cursor !== undefined);
  return nodes;
}
