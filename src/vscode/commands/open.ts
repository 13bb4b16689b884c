/** Opens panels. */
import { window } from 'vscode';
import { GridError } from '../../core/errors';
import type { Desk } from '../../core/staging/desk';
import type { Person, Program } from '../caller';
import type { PoolPanels } from '../panels/pool';
import type { StagingPanels } from '../panels/staging';
import type { Pools } from '../pools';
import { campaignMeant } from './followUp';
import { poolMeant } from './pools';

export interface OpenPorts {
  readonly desk: Desk;
  readonly panels: () => Promise<StagingPanels>;
  readonly pools: Pools;
  readonly poolPanels: () => Promise<PoolPanels>;
}

/** The staging panel of a campaign. */
export async function openStaging(call: Person | Program, { desk, panels }: OpenPorts): Promise<void> {
  if (call.by === 'program') throw new GridError('rejected', 'This command is for a person.');
  const campaign = await campaignMeant(call, desk);
  if (campaign !== undefined) (await panels()).show(campaign);
}

/** The panel of a pool: of the type of tokens that was clicked, else of its largest. */
export async function openPool(call: Person | Program, { pools, poolPanels }: OpenPorts): Promise<void> {
  if (call.by === 'program') throw new GridError('rejected', 'This command is for a person.');
  const pool = await poolMeant(call, pools, 'Show pool');
  if (pool === undefined) return;
  const [node] = call.nodes as readonly { readonly type?: unknown }[];
  (await poolPanels()).show(pool, typeof node?.type === 'string' ? node.type : undefined);
}

/** One of the panels, by name. */
export async function openPanel(call: Person | Program, ports: OpenPorts): Promise<void> {
  const items = [
    { label: 'Staging', description: 'a campaign: how far it is, what failed, when it ends', open: openStaging },
    { label: 'Pool', description: 'its tokens: how many are done, what went wrong, who holds locks', open: openPool },
  ];
  const choice = await window.showQuickPick(items, { title: 'Open panel', placeHolder: 'Which one?' });
  await choice?.open(call, ports);
}
