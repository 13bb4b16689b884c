/** grid.staging.followUp: what is to happen once a campaign has come so far. */
import { randomUUID } from 'node:crypto';
import { tasks, window } from 'vscode';
import { GridError } from '../../core/errors';
import type { Campaign } from '../../core/staging/campaign';
import type { Desk } from '../../core/staging/desk';
import type { ThresholdEvent } from '../../core/staging/event';
import { optionsOf, type Person, type Program } from '../caller';
import { needTrust } from '../trust';
import type { StagingNode } from '../trees/staging';
import { naming, requestNamed } from './meant';

export interface FollowUpResult {
  /** Names it for `{ remove }`. */
  readonly followUp: string;
}

export async function followUp(call: Person | Program, desk: Desk): Promise<FollowUpResult | undefined> {
  needTrust('A follow-up');
  if (call.by === 'person') return followUpForPerson(call, desk);
  const { percent, observation, command, args, remove, ...name } = optionsOf(call.options, {
    ...naming,
    percent: 'number?',
    observation: 'boolean?',
    command: 'string?',
    args: 'array?',
    remove: 'string?',
  });
  const campaign = campaignHolding(desk, requestNamed(desk, name).key);
  if (remove !== undefined) {
    await desk.book.write({ e: 'unset', at: Date.now(), campaign: campaign.id, threshold: remove });
    return { followUp: remove };
  }
  if (percent !== undefined && !(percent > 0 && percent <= 100))
    throw new GridError('rejected', 'The option "percent" must be above 0, and 100 at most.');
  return set(desk, campaign, {
    when: percent !== undefined ? { percent } : observation === true ? 'observation' : 'end',
    ...(command === undefined ? {} : { command }),
    ...(args === undefined ? {} : { args }),
  });
}

function campaignHolding(desk: Desk, key: string): Campaign {
  const campaign = desk.campaigns.find(({ requests }) => requests.some((request) => request.key === key));
  if (campaign === undefined) throw new GridError('notFound', 'The request belongs to no campaign any more.');
  return campaign;
}

async function set(desk: Desk, campaign: Campaign, what: Pick<ThresholdEvent, 'when' | 'command' | 'args'>): Promise<FollowUpResult> {
  const threshold = randomUUID();
  await desk.book.write({ e: 'threshold', at: Date.now(), campaign: campaign.id, threshold, ...what });
  return { followUp: threshold };
}

async function followUpForPerson(call: Person, desk: Desk): Promise<FollowUpResult | undefined> {
  const campaign = await campaignMeant(call, desk);
  if (campaign === undefined) return undefined;
  const thresholds = desk.book.memory.campaign(campaign.id)?.thresholds ?? [];
  const items = [
    { label: 'When 99 % are online', when: { percent: 99 } as const },
    { label: 'When a share is online…', when: 'ask' as const },
    { label: 'When an observation is complete', description: 'each one, as it completes', when: 'observation' as const },
    { label: 'When all has ended', when: 'end' as const },
    ...thresholds.map(({ threshold, command, when }) => ({
      label: `$(trash) No more: ${typeof when === 'object' ? `at ${when.percent} %` : when === 'end' ? 'at the end' : 'at each observation'}`,
      description: command ?? 'tell me',
      when: 'remove' as const,
      threshold,
    })),
  ];
  const choice = await window.showQuickPick(items, { title: `Follow up on ${campaign.name}`, placeHolder: 'When?' });
  if (choice === undefined) return undefined;
  if (choice.when === 'remove') {
    const { threshold } = choice as { readonly threshold: string };
    await desk.book.write({ e: 'unset', at: Date.now(), campaign: campaign.id, threshold });
    return { followUp: threshold };
  }
  const when = choice.when === 'ask' ? await askShare() : choice.when;
  const action = when === undefined ? undefined : await askAction();
  return when === undefined || action === undefined ? undefined : set(desk, campaign, { when, ...action });
}

async function askShare(): Promise<{ readonly percent: number } | undefined> {
  const text = await window.showInputBox({
    title: 'Share of files online',
    prompt: 'Per cent of all files of the campaign.',
    value: '95',
    validateInput: (value) => (Number(value) > 0 && Number(value) <= 100 ? undefined : 'A number above 0, and 100 at most.'),
  });
  return text === undefined ? undefined : { percent: Number(text) };
}

async function askAction(): Promise<Pick<ThresholdEvent, 'command' | 'args'> | undefined> {
  const items = [
    { label: 'Tell me', does: 'tell' as const },
    { label: 'Run a task…', description: 'of this workspace', does: 'task' as const },
    { label: 'Run a command…', description: 'of the editor, by its id', does: 'command' as const },
  ];
  const choice = await window.showQuickPick(items, { title: 'Follow up', placeHolder: 'What is to happen then?' });
  if (choice === undefined || choice.does === 'tell') return choice === undefined ? undefined : {};
  if (choice.does === 'command') {
    const command = await window.showInputBox({
      title: 'Follow up',
      prompt: 'Id of the command',
      placeHolder: 'workbench.action.tasks.build',
    });
    return command === undefined || command.trim() === '' ? undefined : { command: command.trim() };
  }
  const found = await tasks.fetchTasks();
  const task = await window.showQuickPick(
    found.map(({ name, source }) => ({ label: name, description: source })),
    { title: 'Follow up', placeHolder: 'Which task?' },
  );
  return task === undefined ? undefined : { command: 'workbench.action.tasks.runTask', args: [task.label] };
}

/** The campaign of the node, the only one, or the one a person picks. */
export async function campaignMeant(call: Person, desk: Desk): Promise<Campaign | undefined> {
  const [node] = call.nodes as readonly StagingNode[];
  if (node !== undefined) return node.node === 'campaign' ? node.campaign : campaignHolding(desk, keyOf(node));
  const { campaigns } = desk;
  if (campaigns.length < 2) {
    if (campaigns[0] === undefined) throw new GridError('notFound', 'There is no staging request.', { hint: 'Stage a list first.' });
    return campaigns[0];
  }
  const items = campaigns.map((campaign) => ({
    label: campaign.name,
    description: `${campaign.progress.percent} %, ${campaign.requests.length} requests`,
    campaign,
  }));
  return (await window.showQuickPick(items, { title: 'Campaigns', placeHolder: 'Which one?' }))?.campaign;
}

function keyOf(node: Exclude<StagingNode, { readonly node: 'campaign' }>): string {
  if (node.node === 'request') return node.request.key;
  return node.parent.node === 'request' ? node.parent.request.key : keyOf(node.parent);
}
