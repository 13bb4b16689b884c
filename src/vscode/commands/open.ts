/** Opens panels. */
import { window } from 'vscode';
import type { Checks } from '../checks';
import type { Doors } from '../doors';
import { askForList, holdsLinks } from '../lists';
import type { LocalityPanels } from '../panels/locality';
import type { Sites } from '../sites';
import { GridError } from '../../core/errors';
import type { Desk } from '../../core/staging/desk';
import type { Person, Program } from '../caller';
import type { PoolPanels } from '../panels/pool';
import type { StagingPanels } from '../panels/staging';
import type { Pools } from '../pools';
import type { Stagers } from '../stagers';
import { campaignMeant } from './followUp';
import { poolMeant } from './pools';
import { openSandbox, type SandboxPanelsPort } from './sandbox';
import type { BuildPorts } from '../sandboxes';

export interface OpenPorts extends BuildPorts, SandboxPanelsPort {
  readonly desk: Desk;
  readonly panels: () => Promise<StagingPanels>;
  readonly pools: Pools;
  readonly poolPanels: () => Promise<PoolPanels>;
  readonly sites: Sites;
  readonly checks: Checks;
  readonly doors: Doors;
  readonly stagers: Stagers;
  readonly localityPanels: () => Promise<LocalityPanels>;
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
  (await poolPanels()).show({ pool, type: typeof node?.type === 'string' ? node.type : undefined });
}

/** Where the files of a list are; one that was never checked is checked in sight. */
export async function openLocality(call: Person | Program, ports: OpenPorts): Promise<void> {
  if (call.by === 'program') throw new GridError('rejected', 'This command is for a person.');
  const document = window.activeTextEditor?.document;
  const active = document !== undefined && holdsLinks(document, ports.sites) ? document.uri : undefined;
  const uri = call.uris[0] ?? active ?? (await askForList('Show where files are'));
  if (uri === undefined) return;
  const panels = await ports.localityPanels();
  await ports.checks.restored;
  if (ports.checks.of(uri) !== undefined) return panels.show(uri);
  const { checkLinks } = await import('./check');
  const check = checkLinks({ by: 'person', uris: [uri], nodes: [], selected: true }, ports);
  panels.show(uri);
  await check;
}

/** One of the panels, by name. */
export async function openPanel(call: Person | Program, ports: OpenPorts): Promise<void> {
  const items = [
    { label: 'Staging', description: 'a campaign: how far it is, what failed, when it ends', open: openStaging },
    { label: 'Where files are', description: 'of a list: how many are online, on tape, lost, at which site', open: openLocality },
    { label: 'Sandbox', description: 'of a step: what is in it, what has changed, where it goes', open: openSandbox },
    { label: 'Pool', description: 'its tokens: how many are done, what went wrong, who holds locks', open: openPool },
  ];
  const choice = await window.showQuickPick(items, { title: 'Open panel', placeHolder: 'Which one?' });
  await choice?.open(call, ports);
}
