/** grid.staging.release and grid.staging.extend: how long files of a request stay on disk. */
import { window } from 'vscode';
import type { Desk } from '../../core/staging/desk';
import { usesOf } from '../../core/staging/pin';
import { progressOf, type StagingRequest } from '../../core/staging/request';
import { isFinal } from '../../core/staging/state';
import { count, listing, plural } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import type { Stagers } from '../stagers';
import { needTrust } from '../trust';
import { naming, requestNamed, requestsMeant, toRow, type RequestResult } from './meant';
import { nameOf, withRequests } from './requests';

const holds = (request: StagingRequest) => request.id !== '' && progressOf(request).online > 0;

/** Lets the disk have the space again. Files that another request uses stay, unless `all` are to go. */
export async function release(call: Person | Program, desk: Desk): Promise<RequestResult | undefined> {
  needTrust('Releasing files');
  if (call.by === 'program') {
    const { all, ...name } = optionsOf(call.options, { ...naming, all: 'boolean?' });
    return { requests: [toRow(await desk.release(requestNamed(desk, name), { signal: noCancel, all: all ?? false }))] };
  }
  const requests = await requestsMeant(call, desk, (request) => holds(request) && isFinal(request.state));
  if (requests.length === 0) return undefined;
  const together = new Set(requests.map(({ key }) => key));
  const choice = await agree(requests, desk, together);
  if (choice === undefined) return undefined;
  return withRequests('Releasing files of', requests, (request, signal) =>
    desk.release(request, { signal, together, all: choice === 'all' }),
  );
}

/** "srm_L229507 (request 41902)": by the list that they came from, as people think of them. */
function called(requests: readonly StagingRequest[], { campaigns }: Desk): string {
  const keys = new Set(requests.map(({ key }) => key));
  const names = campaigns.filter((campaign) => campaign.requests.some(({ key }) => keys.has(key))).map(({ name }) => name);
  return names.length === 1 ? `${names[0] ?? ''} (${nameOf(requests)})` : nameOf(requests);
}

/** What goes and what stays, in numbers, before anything is done. */
async function agree(requests: readonly StagingRequest[], desk: Desk, together: ReadonlySet<string>): Promise<'free' | 'all' | undefined> {
  const uses = requests.map((request) => usesOf(request, desk.requests, together));
  // What was extended is held by two of them.
  const free = new Set(uses.flatMap((each) => each.free)).size;
  const shared = new Set(uses.flatMap((each) => each.shared)).size;
  const others = [...new Set(uses.flatMap((each) => each.others))];
  const some = `Release ${plural(free, 'file')}`;
  const all = `Release All ${count(free + shared)}`;
  const used =
    shared === 0
      ? []
      : [
          `${plural(shared, 'file')} ${shared === 1 ? 'is' : 'are'} used by ${listing(others.slice(0, 3).map((each) => called([each], desk)))} too.`,
        ];
  const detail = ['They leave the disk when space is needed; reading them then means waiting for a tape.', ...used].join('\n\n');
  const buttons = shared === 0 ? [some] : free === 0 ? [all] : [some, all];
  const answer = await window.showWarningMessage(`Release the files of ${called(requests, desk)}?`, { modal: true, detail }, ...buttons);
  return answer === undefined ? undefined : answer === all ? 'all' : 'free';
}

/** Keeps online files longer, by a request of their own that the result names. */
export async function extend(call: Person | Program, desk: Desk, stagers: Stagers): Promise<RequestResult | undefined> {
  needTrust('Extending pins');
  if (call.by === 'program') {
    const request = requestNamed(desk, optionsOf(call.options, naming));
    return { requests: [toRow(await desk.extend(request, { signal: noCancel }))] };
  }
  const requests = await requestsMeant(call, desk, (request) => holds(request) && stagers.extends(request.stager));
  if (requests.length === 0) return undefined;
  const online = new Set(requests.flatMap(({ files }) => files.flatMap(({ link, state }) => (state === 'online' ? [link] : [])))).size;
  const detail =
    'Each request is followed by a new one that holds its files, from now for as long as a new request would. The old pins run out by themselves.';
  const question = `Keep ${plural(online, 'file')} of ${called(requests, desk)} longer?`;
  if ((await window.showInformationMessage(question, { modal: true, detail }, 'Extend')) !== 'Extend') return undefined;
  return withRequests('Extending pins of', requests, (request, signal) => desk.extend(request, { signal }));
}
