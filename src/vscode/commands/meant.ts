/** Which requests a command is about, and how it tells of them. */
import { window } from 'vscode';
import { GridError } from '../../core/errors';
import type { Desk } from '../../core/staging/desk';
import { progressOf, type StagingRequest } from '../../core/staging/request';
import { requestWord } from '../../core/staging/state';
import { count, plural } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import type { StagingNode } from '../trees/staging';

export interface RequestRow {
  /** Null for what the stager has given no id yet; then `part` names it. */
  readonly id: string | null;
  readonly stager: string;
  readonly site: string;
  readonly state: string;
  readonly total: number;
  readonly online: number;
  readonly failed: number;
  /** Names a draft, or a request of which nobody knows whether it was taken. */
  readonly part?: string;
}
export interface RequestResult {
  readonly requests: readonly RequestRow[];
}

export function toRow(request: StagingRequest): RequestRow {
  const { total, online, failed } = progressOf(request);
  const { key, id, stager, site, state } = request;
  return { id: id === '' ? null : id, stager, site, state, total, online, failed, ...(id === '' ? { part: key } : {}) };
}

/** How a program names a request. */
export const naming = { stager: 'string?', id: 'string?', part: 'string?' } as const;

/** The request that `{ stager, id }` or `{ part }` names; rejects when the desk has none. */
export function requestNamed(
  desk: Desk,
  { stager, id, part }: { readonly stager: string | undefined; readonly id: string | undefined; readonly part: string | undefined },
): StagingRequest {
  if (part === undefined && (stager === undefined || id === undefined)) {
    throw new GridError('rejected', 'The options "stager" and "id" are needed.', { hint: 'A request without an id is named by "part".' });
  }
  const request = part === undefined ? desk.find(stager ?? '', id ?? '') : desk.requests.find(({ key }) => key === part);
  if (request !== undefined) return request;
  const name = part === undefined ? `no request ${id ?? ''} of the stager ${stager ?? ''}` : `no part ${part}`;
  throw new GridError('notFound', `The desk knows ${name}.`, { hint: 'Refresh the staging requests and look there.' });
}

/** The requests of the nodes, the one a program names, or the one a person picks of those that fit. */
export async function requestsMeant(
  call: Person | Program,
  desk: Desk,
  fits: (request: StagingRequest) => boolean = () => true,
): Promise<readonly StagingRequest[]> {
  if (call.by === 'program') return [requestNamed(desk, optionsOf(call.options, naming))];
  const nodes = call.nodes as readonly StagingNode[];
  if (nodes.length > 0) {
    const meant = [...new Set(nodes.flatMap(requestsOf))];
    // Of a campaign only those requests are meant for which the act makes sense.
    return nodes.some(({ node }) => node === 'campaign') ? meant.filter(fits) : meant;
  }
  const choices = desk.requests.filter(fits);
  if (choices.length === 0) {
    if (desk.requests.length === 0) throw new GridError('notFound', 'There is no staging request.', { hint: 'Stage a list first.' });
    throw new GridError('notFound', 'There is no staging request for which this can be done now.');
  }
  const items = choices.map((request) => {
    const { online, total } = progressOf(request);
    return {
      label: request.id === '' ? requestWord(request.state) : request.id,
      description: `${request.stager}, ${request.site}, ${count(online)} of ${plural(total, 'file')} online`,
      request,
    };
  });
  const choice = await window.showQuickPick(items, { title: 'Staging requests', placeHolder: 'Which request?', matchOnDescription: true });
  return choice === undefined ? [] : [choice.request];
}

function requestsOf(node: StagingNode): readonly StagingRequest[] {
  if (node.node === 'campaign') return node.campaign.requests;
  return node.node === 'request' ? [node.request] : requestsOf(node.parent);
}
