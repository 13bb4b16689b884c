/** What can be done with requests that have been made. */
import { ProgressLocation, window } from 'vscode';
import { GridError } from '../../core/errors';
import type { Desk } from '../../core/staging/desk';
import { isLive, progressOf, type StagingRequest } from '../../core/staging/request';
import { requestWord } from '../../core/staging/state';
import { count, plural, shortId } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel, signalOf } from '../cancel';
import { needTrust } from '../trust';
import type { StagingNode } from '../trees/staging';
import type { StagingView } from '../view';
import { requestsMeant, toRow, type RequestResult, type RequestRow } from './meant';

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
    fits: (request) =>
      request.id === ''
        ? request.state === 'draft' || request.state === 'failed'
        : request.state !== 'aborted' && request.state !== 'failed',
    confirm: (requests) => {
      const online = progressOf(...requests).online;
      const what = nameOf(requests);
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
    fits: ({ id, state }) => id !== '' && ['onHold', 'aborted', 'failed', 'partial'].includes(state),
    act: (request, signal) => desk.reschedule(request, { signal }),
  });
}

interface Change {
  readonly doing: string;
  readonly fits: (request: StagingRequest) => boolean;
  readonly confirm?: (requests: readonly StagingRequest[]) => {
    readonly question: string;
    readonly detail: string;
    readonly button: string;
  };
  readonly act: (request: StagingRequest, signal: AbortSignal) => Promise<StagingRequest>;
}

async function change(call: Person | Program, desk: Desk, { doing, fits, confirm, act }: Change): Promise<RequestResult | undefined> {
  const requests = await requestsMeant(call, desk, fits);
  if (requests.length === 0) return undefined;
  if (call.by === 'program') return { requests: await eachOf(requests, (request) => act(request, noCancel)) };
  if (confirm !== undefined) {
    const { question, detail, button } = confirm(requests);
    if ((await window.showWarningMessage(question, { modal: true, detail }, button)) !== button) return undefined;
  }
  return withRequests(doing, requests, act);
}

/** Does something with each request, one after the other, in sight of a person who may end it. */
export function withRequests(
  doing: string,
  requests: readonly StagingRequest[],
  act: (request: StagingRequest, signal: AbortSignal) => Promise<StagingRequest>,
): Thenable<RequestResult> {
  const title = `${doing} ${plural(requests.length, 'request')}`;
  return window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, async (_, token) => {
    const signal = signalOf(token);
    return { requests: await eachOf(requests, (request) => act(request, signal)) };
  });
}

/** Makes a new request of exactly those files that failed; what is lost is never asked for again. */
export async function retryFailed(call: Person | Program, desk: Desk): Promise<RequestResult | undefined> {
  needTrust('Retrying files');
  return change(call, desk, {
    doing: 'Retrying files of',
    fits: (request) => request.files.some(({ state }) => state === 'failed' || state === 'unavailable' || state === 'expired'),
    act: (request, signal) => desk.retry(request, { signal }),
  });
}

/** "request 41902", "2 requests", "1 draft". */
export function nameOf(requests: readonly StagingRequest[]): string {
  const [only] = requests;
  if (requests.length === 1 && only !== undefined) return only.id === '' ? `the ${requestWord(only.state)}` : `request ${shortId(only.id)}`;
  return plural(requests.length, 'request');
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
    const what = nameOf(requests);
    const detail = 'It leaves this list. The stager keeps it and its files as they are.';
    if ((await window.showWarningMessage(`Forget ${what}?`, { modal: true, detail }, 'Forget')) !== 'Forget') return undefined;
  }
  await desk.forget(...requests);
  return { requests: requests.map(toRow) };
}

/** Shows the next page of files. */
export function loadMore(call: Person | Program, view: StagingView): void {
  if (call.by === 'program') throw new GridError('rejected', 'This command is for the view.');
  for (const node of call.nodes as readonly StagingNode[]) if (node.node === 'more') view.more(node);
}
