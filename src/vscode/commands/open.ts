/** Opens panels. */
import { window } from 'vscode';
import { GridError } from '../../core/errors';
import type { Desk } from '../../core/staging/desk';
import type { Person, Program } from '../caller';
import type { StagingPanels } from '../panels/staging';
import { campaignMeant } from './followUp';

export interface OpenPorts {
  readonly desk: Desk;
  readonly panels: () => Promise<StagingPanels>;
}

/** The staging panel of a campaign. */
export async function openStaging(call: Person | Program, { desk, panels }: OpenPorts): Promise<void> {
  if (call.by === 'program') throw new GridError('rejected', 'This command is for a person.');
  const campaign = await campaignMeant(call, desk);
  if (campaign !== undefined) (await panels()).show(campaign);
}

/** One of the panels, by name. */
export async function openPanel(call: Person | Program, ports: OpenPorts): Promise<void> {
  const items = [{ label: 'Staging', description: 'a campaign: how far it is, what failed, when it ends', open: openStaging }];
  const choice = await window.showQuickPick(items, { title: 'Open panel', placeHolder: 'Which one?' });
  await choice?.open(call, ports);
}
