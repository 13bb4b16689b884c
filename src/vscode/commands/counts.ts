/** What the trees of pools need: reading again, further pages, and our own view with its counts. */
import { window } from 'vscode';
import { GridError } from '../../core/errors';
import { designName, ourDesign } from '../../core/tokens/design';
import { mergeDesign } from '../../core/tokens/views';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { withProgress } from '../progress';
import type { Pools } from '../pools';
import type { Stocks } from '../stocks';
import type { TokensView } from '../tokensView';
import type { TokensNode } from '../trees/tokens';
import type { ViewsNode } from '../trees/views';
import { poolMeant } from './pools';

export interface PoolPorts {
  readonly pools: Pools;
  readonly stocks: Stocks;
  readonly tokensView: TokensView;
}

/** Reads again what is open of a pool, or of all. */
export async function refreshPools(call: Person | Program, { pools, tokensView }: PoolPorts): Promise<void> {
  const name =
    call.by === 'program'
      ? optionsOf(call.options, { pool: 'string?' }).pool
      : (call.nodes as readonly { readonly pool?: string }[])[0]?.pool;
  if (name !== undefined) pools.find(name);
  await tokensView.refresh(name);
}

/** Shows the next page. */
export async function morePages(call: Person | Program, { stocks, tokensView }: PoolPorts): Promise<void> {
  if (call.by === 'program') throw new GridError('rejected', 'This command is for the view.');
  for (const node of call.nodes as readonly (TokensNode | ViewsNode)[]) {
    if (node.node !== 'more') continue;
    const { of } = node;
    const finding = of.node === 'found' ? stocks.finding(of.pool) : undefined;
    if (of.node !== 'found') await stocks.of(of.pool).more(of, { signal: noCancel });
    else if (finding !== undefined && 'part' in finding) await stocks.of(of.pool).more(finding, { signal: noCancel });
    tokensView.redraw(of);
  }
}

export interface CountsResult {
  readonly pool: string;
  /** Whether our design document was written; false when it stood there already. */
  readonly installed: boolean;
}

/** Installs the design document of ours that counts tokens by state. A person is told what it costs first. */
export async function installCounts(call: Person | Program, { pools, tokensView }: PoolPorts): Promise<CountsResult | undefined> {
  const pool = call.by === 'program' ? optionsOf(call.options, { pool: 'string' }).pool : await poolMeant(call, pools, 'Install counts');
  if (pool === undefined) return undefined;
  if (call.by === 'person') {
    const detail =
      `Grid Workbench adds one design document of its own, ${designName}. The server reads all tokens once to index it; ` +
      'views of pilots and of other tools are not touched.';
    if ((await window.showInformationMessage(`Install counts in ${pool}?`, { modal: true, detail }, 'Install')) !== 'Install')
      return undefined;
  }
  const connection = await pools.open(pool);
  const write = async (signal: AbortSignal): Promise<boolean> => {
    let installed = false;
    const { _id, language, views } = ourDesign;
    await connection.reviseDesign(
      designName,
      (found) => {
        const { document } = mergeDesign(found ?? { _id, language }, { name: designName, views }, Object.keys(views));
        installed = document !== undefined;
        return document ?? 'keep';
      },
      { signal },
    );
    await tokensView.installed(pool, signal);
    return installed;
  };
  const title = `Counting the tokens of ${pool}`;
  const installed = call.by === 'program' ? await write(noCancel) : await withProgress(title, write);
  return { pool, installed };
}
