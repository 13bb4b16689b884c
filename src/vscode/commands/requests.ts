/** What can be done with requests that have been made. */
import { env, ProgressLocation, window } from 'vscode';
import { GridError } from '../../core/errors';
import type { Desk } from '../../core/staging/desk';
import { isLive, progressOf, type StagingRequest } from '../../core/staging/request';
import { count, plural } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel, signalOf } from '../cancel';
import { needTrust } from '../trust';
import type { FileNode, MoreNode, ObservationNode, StagingNode } from '../trees/staging';
import type { StagingView } from '../view';

export interface RequestRow {
  /** Null for what the stager has given no id yet. */
  readonly id: string | null;
  readonly stager: string;
  readonly site: string;
  readonly state: string;
  readonly total: number;
  readonly online: number;
  readonly failed: number;
}
export interface RequestResult {
  readonly requests: readonly RequestRow[];
}

function toRow(request: StagingRequest): RequestRow {
  const { total, online, failed } = progressOf(request);
  const { id, stager, site, state } = request;
  return { id: id === '' ? null : id, stager, site, state, total, online, failed };
}

/** Asks every stager now. Rejects when all that were asked failed; one that failed is shown by the view. */
export async function refresh(call: Person | Program, desk: Desk, view: StagingView): Promise<RequestResult> {
  if (call.by === 'program') optionsOf(call.options, {});
  needTrust('Refreshing');
  await window.withProgress({ location: { viewId: 'grid.staging' } }, () => desk.refresh({ signal: noCancel }));
  await view.probe();
  const troubles = [...desk.troubles.values()];
  const asked = new Set(desk.requests.filter((request) => isLive(request, Date.now())).map((request) => request.stager));
  const [first] = troubles;
  if (first !== undefined && troubles.length >= asked.size) throw first.error;
  return { requests: desk.requests.map(toRow) };
}

export async function abort(call: Person | Program, desk: Desk): Promise<RequestResult | undefined> {
  needTrust('Aborting a request');
  return change(call, desk, {
    doing: 'Aborting',
    confirm: (requests) => {
      const online = progressOf(...requests).online;
      const what = requests.length === 1 ? `request ${requests[0]?.id ?? ''}` : plural(requests.length, 'request');
      const loss = online === 0 ? '' : ` ${count(online)} of its files are online; the stager lets go of them too.`;
      return { question: `Abort ${what}?`, detail: `The stager stops working on it.${loss}`, button: 'Abort' };
    },
    act: (request, signal) => desk.abort(request, { signal }),
  });
}

export async function reschedule(call: Person | Program, desk: Desk): Promise<RequestResult | undefined> {
  needTrust('Rescheduling a request');
  return change(call, desk, {
    doing: 'Rescheduling',
    act: (request, signal) => desk.reschedule(request, { signal }),
  });
}

interface Change {
  readonly doing: string;
  readonly confirm?: (requests: readonly StagingRequest[]) => {
    readonly question: string;
    readonly detail: string;
    readonly button: string;
  };
  readonly act: (request: StagingRequest, signal: AbortSignal) => Promise<StagingRequest>;
}

async function change(call: Person | Program, desk: Desk, { doing, confirm, act }: Change): Promise<RequestResult | undefined> {
  const requests = await requestsMeant(call, desk);
  if (requests.length === 0) return undefined;
  if (call.by === 'program') return { requests: await eachOf(requests, (request) => act(request, noCancel)) };
  if (confirm !== undefined) {
    const { question, detail, button } = confirm(requests);
    if ((await window.showWarningMessage(question, { modal: true, detail }, button)) !== button) return undefined;
  }
  const title = `${doing} ${plural(requests.length, 'request')}`;
  return window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, async (_, token) => {
    const signal = signalOf(token);
    return { requests: await eachOf(requests, (request) => act(request, signal)) };
  });
}

/** One after the other; the first failure ends it and says how far it came. */
async function eachOf(
  requests: readonly StagingRequest[],
  act: (request: StagingRequest) => Promise<StagingRequest>,
): Promise<RequestRow[]> {
  const rows: RequestRow[] = [];
  for (const request of requests) rows.push(toRow(await act(request)));
  return rows;
}

/** Takes requests off the desk; the stager is not told. */
export async function forget(call: Person | Program, desk: Desk): Promise<RequestResult | undefined> {
  const requests = await requestsMeant(call, desk);
  if (requests.length === 0) return undefined;
  if (call.by === 'person') {
    const what = requests.length === 1 ? `request ${requests[0]?.id ?? ''}` : plural(requests.length, 'request');
    const detail = 'It leaves this list. The stager keeps it and its files as they are.';
    if ((await window.showWarningMessage(`Forget ${what}?`, { modal: true, detail }, 'Forget')) !== 'Forget') return undefined;
  }
  await desk.forget(...requests);
  return { requests: requests.map(toRow) };
}

export interface TextResult {
  readonly text: string;
}

/** Puts the links that are online on the clipboard, one a line. */
export async function copyOnlineLinks(call: Person | Program, desk: Desk): Promise<TextResult | undefined> {
  return copyLinks(call, desk, true);
}

export async function copyLinks(call: Person | Program, desk: Desk, onlineOnly = false): Promise<TextResult | undefined> {
  const files =
    call.by === 'person' && call.nodes.length > 0 ? filesBelow(call.nodes as readonly StagingNode[]) : await filesMeant(call, desk);
  const links = [...new Set(files.filter((file) => !onlineOnly || file.state === 'online').map((file) => file.link))];
  const text = links.map((link) => `${link}\n`).join('');
  if (call.by === 'program') return { text };
  if (links.length === 0) {
    void window.showInformationMessage(onlineOnly ? 'No file is online yet.' : 'There are no links to copy.');
    return { text };
  }
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(`${plural(links.length, onlineOnly ? 'online link' : 'link')} copied`, 4000);
  return { text };
}

function filesBelow(nodes: readonly StagingNode[]) {
  return nodes.flatMap((node) => {
    if (node.node === 'request') return node.request.files;
    if (node.node === 'observation') return node.files.map((each) => each.file);
    return node.node === 'file' ? [node.file.file] : [];
  });
}

async function filesMeant(call: Person | Program, desk: Desk) {
  return (await requestsMeant(call, desk)).flatMap((request) => request.files);
}

export async function copyRequestToken(call: Person | Program, desk: Desk): Promise<TextResult | undefined> {
  needTrust('Asking for a request token');
  const [request] = await requestsMeant(call, desk);
  if (request === undefined) return undefined;
  const text = await desk.requestToken(request, { signal: noCancel });
  if (call.by === 'program') return { text };
  if (text === '') {
    void window.showInformationMessage(`Request ${request.id} has no token yet: the stager gives one when it begins.`);
    return { text };
  }
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(`Token of request ${request.id} copied`, 4000);
  return { text };
}

export async function copyId(call: Person | Program, desk: Desk): Promise<TextResult | undefined> {
  const requests = await requestsMeant(call, desk);
  if (requests.length === 0) return undefined;
  const text = requests.map((request) => request.id).join('\n');
  if (call.by === 'person') {
    await env.clipboard.writeText(text);
    window.setStatusBarMessage(`Request id ${text} copied`, 4000);
  }
  return { text };
}

/** Shows the next page of files. */
export function loadMore(call: Person | Program, view: StagingView): void {
  if (call.by === 'program') throw new GridError('rejected', 'This command is for the view.');
  for (const node of call.nodes as readonly StagingNode[]) if (node.node === 'more') view.more(node);
}

/** The requests of the nodes, the one a program names, or the one a person picks. */
async function requestsMeant(call: Person | Program, desk: Desk): Promise<readonly StagingRequest[]> {
  if (call.by === 'program') {
    const { stager, id } = optionsOf(call.options, { stager: 'string', id: 'string' });
    const request = desk.find(stager, id);
    if (request === undefined) throw new GridError('notFound', `The desk knows no request ${id} of the stager ${stager}.`);
    return [request];
  }
  const nodes = call.nodes as readonly StagingNode[];
  if (nodes.length > 0) return [...new Set(nodes.map(requestOf))];
  if (desk.requests.length === 0) throw new GridError('notFound', 'There is no staging request.', { hint: 'Stage a list first.' });
  const items = desk.requests.map((request) => {
    const { online, total } = progressOf(request);
    return {
      label: request.id,
      description: `${request.stager}, ${request.site}, ${count(online)} of ${plural(total, 'file')} online`,
      request,
    };
  });
  const choice = await window.showQuickPick(items, { title: 'Staging requests', placeHolder: 'Which request?', matchOnDescription: true });
  return choice === undefined ? [] : [choice.request];
}

function requestOf(node: StagingNode | ObservationNode | FileNode | MoreNode): StagingRequest {
  return node.node === 'request' || node.node === 'observation' ? node.request : requestOf(node.parent);
}
