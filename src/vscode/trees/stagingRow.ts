/** How the nodes of Staging Requests are named, worded, sorted and told apart. */
import type { Campaign } from '../../core/staging/campaign';
import type { Doubt } from '../../core/staging/reconcile';
import { isLive, progressOfFiles, type StagingRequest } from '../../core/staging/request';
import { fileUrgency, fileWord, isFinal, requestWord, type FileCounts, type FileState, type RequestState } from '../../core/staging/state';
import type { Waiting } from '../../core/staging/submission';
import { count, moment, percent, plural } from '../../core/wording';
import { fileShape } from '../../shared/shape';
import type { FileNode, ObservationNode, ShownFile, StagingNode } from './staging';
import type { Description } from './tree';

/** Trouble first, what has ended well last; among equals the newest first, as the desk gives them. */
const urgency: readonly RequestState[] = [
  'failed',
  'partial',
  'onHold',
  'unknown',
  'running',
  'scheduled',
  'submitted',
  'submitting',
  'draft',
  'done',
  'aborted',
];

/** Order of campaigns and requests in the view. */
export function byUrgency(a: { readonly state: RequestState }, b: { readonly state: RequestState }): number {
  return urgency.indexOf(a.state) - urgency.indexOf(b.state);
}

/** The one thing besides the percentage that a narrow row has room for: trouble, else what holds it, else what moves. */
export function remarkOf(state: RequestState, counts: FileCounts): readonly string[] {
  const troubles = troublesOf(counts);
  if (troubles.length > 0) return troubles;
  const { staging } = counts;
  if (state === 'running') return staging === undefined ? [] : [`${count(staging)} ${fileWord('staging')}`];
  return state === 'done' ? [] : [requestWord(state)];
}

/** What a request waits for that the stager does not have yet, or that may be there without our knowing its id. */
export function waitOf(request: StagingRequest, waiting: Waiting | undefined, doubt: Doubt | undefined, now: number): readonly string[] {
  if (request.uncertain) {
    const [candidate, more] = doubt?.candidates ?? [];
    const may = candidate === undefined ? 'looking for it' : more === undefined ? `may be request ${candidate}` : 'may be one of several';
    return ['not known whether it was taken', may];
  }
  if (request.state === 'submitting') return ['being sent'];
  if (request.state !== 'draft') return [];
  switch (waiting?.reason) {
    case 'room':
      return ['draft, waits for room'];
    case 'pause':
      return ['draft, sent soon'];
    case 'later':
      return [`draft, sent ${moment(now + (waiting.ms ?? 0), now)}`];
    case 'trouble':
      return [
        `draft, ${request.trouble === undefined ? `${request.stager} does not take it` : 'refused'}, next try ${moment(now + (waiting.ms ?? 0), now)}`,
      ];
    case undefined:
      return ['draft'];
  }
}

/** "2 failed", "1 lost". */
export function troublesOf(counts: FileCounts): readonly string[] {
  return (['failed', 'lost', 'unavailable', 'expired'] as const).flatMap((state) => {
    const files = counts[state];
    return files === undefined ? [] : [`${count(files)} ${fileWord(state)}`];
  });
}

/** "4 released": why an ended request has fewer files online than it has brought; undefined where nothing was let go of. */
export function releasedOf({ word }: StagingRequest, counts: FileCounts): readonly string[] | undefined {
  const { cancelled = 0 } = counts;
  return word === 'released' && cancelled > 0 ? [...troublesOf(counts), `${count(cancelled)} released`] : undefined;
}

/** The row of an observation. */
export function describeObservation(node: ObservationNode): Description {
  const label = node.observation ?? 'No observation';
  const states = node.files.map((each) => each.file.state);
  const { online, failed, percent: share, total } = progressOfFiles(node.files.map((each) => each.file));
  const parts = [percent(share), ...(failed > 0 ? [`${count(failed)} failed`] : []), plural(total, 'file')];
  return {
    id: idOf(node),
    label,
    description: parts.join(', '),
    shape: fileShape(worst(states)),
    context: online > 0 ? 'hasOnline observation' : 'observation',
    children: 'collapsed',
    spoken: `${label}, ${count(online)} of ${plural(total, 'file')} online${failed > 0 ? `, ${count(failed)} failed` : ''}`,
  };
}

/** The row of a file. */
export function describeFile(node: FileNode): Description {
  const { file } = node.file;
  const label = shortName(node.file);
  const description = file.message === undefined ? fileWord(file.state) : `${fileWord(file.state)}, ${file.message}`;
  return {
    id: idOf(node),
    label,
    description,
    shape: fileShape(file.state),
    context: file.state === 'online' ? 'file hasOnline' : 'file',
    children: 'none',
    spoken: `${label}, ${description}`,
  };
}

/** "L229507_SB127" where the name says so, else the file's name. The state word must stay in view beside it. */
function shortName({ file, link }: ShownFile): string {
  if (link?.series !== undefined && link.band !== undefined) return `${link.series}${link.band.digits}`;
  return link?.file ?? file.link;
}

/** Order of files below a request or an observation: trouble first, then by name. */
export function byStateAndName(a: ShownFile, b: ShownFile): number {
  return fileUrgency(a.file.state) - fileUrgency(b.file.state) || compareNames(a, b);
}

function compareNames(a: ShownFile, b: ShownFile): number {
  const [left, right] = [shortName(a), shortName(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Trouble before movement before rest; online only when all are. */
function worst(states: readonly FileState[]): FileState {
  return [...states].sort((a, b) => fileUrgency(a) - fileUrgency(b))[0] ?? 'unknown';
}

/** Whether a stager keeps files longer by a new pin. */
export type Extends = (stager: string) => boolean;

/** Words of a request for `when` clauses: what it is and what can be done with it. */
export function contextOf(request: StagingRequest, online: number, live: boolean, extending: Extends): string {
  const { state } = request;
  if (request.id === '') {
    const asks = request.uncertain === true || state === 'failed' ? ['canSettle'] : [];
    return ['part', ...asks, ...(state === 'draft' || state === 'failed' ? ['canAbort'] : [])].sort().join(' ');
  }
  const words = ['request'];
  if (request.files.some((file) => file.state === 'failed' || file.state === 'unavailable' || file.state === 'expired'))
    words.push('canRetry');
  if (online > 0) words.push('hasOnline');
  if (online > 0 && isFinal(state)) words.push('canRelease');
  if (online > 0 && extending(request.stager)) words.push('canExtend');
  if (state !== 'aborted' && state !== 'failed' && state !== 'draft' && state !== 'submitting') words.push('canAbort');
  if (state === 'onHold' || state === 'aborted' || state === 'failed' || state === 'partial') words.push('canReschedule');
  if (isFinal(state) || !live) words.push('canForget');
  return words.sort().join(' ');
}

/** Words of a campaign for `when` clauses: what can be done with some of its requests. */
export function contextOfCampaign(campaign: Campaign, now: number, extending: Extends): string {
  const all = campaign.requests.flatMap((request) =>
    contextOf(request, progressOfFiles(request.files).online, isLive(request, now), extending).split(' '),
  );
  const words = new Set(all.filter((word) => word.startsWith('can') || word === 'hasOnline'));
  words.delete('canSettle');
  // Forgetting is for what has ended: all of it.
  if (!campaign.requests.every((request) => isFinal(request.state))) words.delete('canForget');
  return ['campaign', ...words].sort().join(' ');
}

/** Identity of a node: the same after each refresh, unique in the view. */
export function idOf(node: StagingNode): string {
  switch (node.node) {
    case 'campaign':
      return node.campaign.id;
    case 'request':
      return `${node.campaign ?? ''}\n${node.request.key}`;
    case 'observation':
      return `${idOf(node.parent)}\n${node.observation ?? ''}`;
    case 'file':
      return `${idOf(node.parent)}\n${node.file.file.link}`;
    case 'more':
      return `${idOf(node.parent)}\nmore`;
  }
}
