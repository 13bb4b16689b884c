/** grid.staging.stage: from a list of links to requests, with a preview for a person. */
import { ProgressLocation, window } from 'vscode';
import { GridError } from '../../core/errors';
import type { Desk, Submission } from '../../core/staging/desk';
import { planStaging, type Plan } from '../../core/staging/plan';
import { emptyPlanReason, previewOf } from '../../core/staging/preview';
import { listing, plural } from '../../core/wording';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import { noCancel, signalOf } from '../cancel';
import { listsMeant, readList } from '../lists';
import { failure, info } from '../log';
import { defaultStager, filesPerRequest, sendNotifications } from '../settings';
import type { Sites } from '../sites';
import type { Stagers } from '../stagers';
import { needTrust } from '../trust';

export interface StageResult {
  readonly requests: readonly { readonly id: string; readonly stager: string; readonly site: string; readonly links: number }[];
  /** Rows that were not sent. */
  readonly skipped: number;
  /** Parts that the stager did not take; absent when it took all. */
  readonly failed?: readonly { readonly link: string; readonly message: string }[];
}

export interface StagePorts {
  readonly desk: Desk;
  readonly stagers: Stagers;
  readonly sites: Sites;
}

export async function stage(call: Person | Program, ports: StagePorts): Promise<StageResult | undefined> {
  needTrust('Staging');
  return call.by === 'program' ? stageForProgram(call, ports) : stageForPerson(call, ports);
}

async function stageForProgram(call: Program, { desk, stagers, sites }: StagePorts): Promise<StageResult> {
  const { stager } = optionsOf(call.options, { stager: 'string?' });
  const uris = urisOf(call.subject);
  const name = stagers.find(stager ?? onlyStager(stagers)).name;
  const plan = planStaging(await Promise.all(uris.map((uri) => readList(uri, sites))), name, filesPerRequest());
  if (plan.parts.length === 0) throw new GridError('rejected', emptyPlanReason(plan));
  const submissions = await desk.submit(plan.parts, { signal: noCancel, notify: sendNotifications() });
  const result = resultOf(submissions, plan);
  const [first] = failures(submissions);
  if (result.requests.length === 0 && first !== undefined) throw first;
  return result;
}

function onlyStager(stagers: Stagers): string {
  const names = stagers.all.map((each) => each.name);
  const preferred = defaultStager();
  if (preferred !== '') return preferred;
  const [only] = names;
  if (only === undefined) throw new GridError('notFound', 'There is no stager yet.', { hint: 'Add one first.' });
  if (names.length > 1)
    throw new GridError('rejected', `Several stagers could be meant: ${listing(names)}.`, { hint: 'Name one in the option "stager".' });
  return only;
}

async function stageForPerson(call: Person, { desk, stagers, sites }: StagePorts): Promise<StageResult | undefined> {
  const sources = await listsMeant(call, sites);
  if (sources.length === 0) return undefined;
  const stager = await stagerMeant(stagers);
  if (stager === undefined) return undefined;
  const plan = planStaging(sources, stager, filesPerRequest());
  if (plan.parts.length === 0) throw new GridError('rejected', emptyPlanReason(plan));
  const notify = sendNotifications();
  const { question, detail } = previewOf(plan, stager, notify);
  if ((await window.showInformationMessage(question, { modal: true, detail }, 'Stage')) !== 'Stage') return undefined;
  info(`Staging ${plan.links} files in ${plan.parts.length} requests on ${stager}.`);
  const submissions = await submitWithProgress(plan, desk, notify);
  tell(submissions, plan);
  return resultOf(submissions, plan);
}

/** The stager that is meant: the only one, the preferred one, the one chosen; with none, one is added first. */
async function stagerMeant(stagers: Stagers): Promise<string | undefined> {
  const names = stagers.all.map((each) => each.name);
  if (names.length === 0) {
    const { addStager } = await import('./stagers');
    return (await addStager({ by: 'person', uris: [], nodes: [], selected: false }, stagers))?.name;
  }
  const preferred = defaultStager();
  if (names.includes(preferred)) return preferred;
  return names.length === 1 ? names[0] : window.showQuickPick(names, { title: 'Stage', placeHolder: 'With which stager?' });
}

function submitWithProgress(plan: Plan, desk: Desk, notify: boolean): Thenable<readonly Submission[]> {
  const title = `Staging ${plural(plan.links, 'file')}`;
  return window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, token) =>
    desk.submit(plan.parts, {
      signal: signalOf(token),
      notify,
      progress: (done, part) =>
        progress.report({
          message: `request ${done + 1} of ${plan.parts.length}, ${part.siteName}`,
          increment: done === 0 ? 0 : 100 / plan.parts.length,
        }),
    }),
  );
}

/** What happened, in one message; silence when all went well, since the view shows it. */
function tell(submissions: readonly Submission[], plan: Plan): void {
  const errors = failures(submissions);
  const dropped = plan.parts.length - submissions.length;
  for (const error of errors) failure('A request was not made, or not written down.', error);
  const [first] = errors;
  if (first === undefined && dropped === 0) return;
  const made = submissions.filter((each) => 'request' in each).length;
  const facts = [`${made} of ${plural(plan.parts.length, 'request')} made.`];
  if (dropped > 0) facts.push(`${plural(dropped, 'request')} cancelled before they were sent.`);
  if (first !== undefined) facts.push(first.sentence);
  if (first === undefined) void window.showInformationMessage(facts.join(' '));
  else throw new GridError(first.kind, plan.parts.length === 1 ? first.sentence : facts.join(' '), { cause: first });
}

function failures(submissions: readonly Submission[]): GridError[] {
  return submissions.map((each) => ('error' in each ? each.error : each.warning)).filter((error) => error !== undefined);
}

function resultOf(submissions: readonly Submission[], plan: Plan): StageResult {
  const requests = submissions.flatMap((each) =>
    'request' in each
      ? [{ id: each.request.id, stager: each.request.stager, site: each.request.site, links: each.request.files.length }]
      : [],
  );
  const failed = submissions.flatMap((each) =>
    'error' in each ? each.part.links.map((link) => ({ link, message: each.error.sentence })) : [],
  );
  return { requests, skipped: plan.leftOut.length, ...(failed.length > 0 ? { failed } : {}) };
}
