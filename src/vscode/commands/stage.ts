/** grid.staging.stage: from lists of links to requests, with a preview for a person. */
import { ProgressLocation, window } from 'vscode';
import { GridError } from '../../core/errors';
import { fileOf } from '../../core/links/file';
import { parseLink } from '../../core/links/link';
import { parseList } from '../../core/links/list';
import type { Desk, Submission } from '../../core/staging/desk';
import { campaignName, planStaging, type Known, type Plan, type Source, type Takes } from '../../core/staging/plan';
import { emptyPlanReason, previewOf } from '../../core/staging/preview';
import { isOpen } from '../../core/staging/request';
import { count, listing, plural } from '../../core/wording';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import { noCancel, signalOf } from '../cancel';
import { listsMeant, readList } from '../lists';
import { failure, info } from '../log';
import { defaultStager, filesInFlight, filesPerRequest, secondsBetweenSubmits, sendNotifications } from '../settings';
import type { Sites } from '../sites';
import { kindOf } from '../stagerKinds';
import type { Stagers } from '../stagers';
import { needTrust } from '../trust';

export interface StagedRow {
  /** Null while the stager has given none: a draft, or one of which nobody knows whether it was taken. */
  readonly id: string | null;
  readonly stager: string;
  readonly site: string;
  readonly links: number;
  /** Of a request without an id: `draft`, `submitting` or `unknown`. */
  readonly state?: string;
}

export interface StageResult {
  readonly requests: readonly StagedRow[];
  /** Rows that were not sent. */
  readonly skipped: number;
  /** Links that the stager did not take, or of which nobody knows; absent when it took all. */
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

async function stageForProgram(call: Program, ports: StagePorts): Promise<StageResult> {
  const { desk, stagers, sites } = ports;
  const { stager, again } = optionsOf(call.options, { stager: 'string?', again: 'boolean?' });
  const uris = urisOf(call.subject);
  const name = stagers.find(stager ?? onlyStager(stagers)).name;
  const sources = await Promise.all(uris.map((uri) => readList(uri, sites)));
  await desk.load({ signal: noCancel });
  const plan = planStaging(sources, name, await takesOf(name, stagers), again === true ? undefined : knownFiles(ports));
  if (plan.parts.length === 0) {
    if (plan.known === 0) throw new GridError('rejected', emptyPlanReason(plan));
    return { requests: [], skipped: plan.leftOut.length };
  }
  const anew = again ?? false;
  const submissions = await desk.stage(plan.parts, { name: campaignName(sources), signal: noCancel, notify: sendNotifications(), anew });
  const result = resultOf(submissions, plan);
  const [first] = failures(submissions);
  if (result.requests.length === 0 && first !== undefined) throw first;
  return result;
}

/** What the settings allow, and the service takes: doors of storage systems take fewer files than the LTA. */
async function takesOf(name: string, stagers: Stagers): Promise<Takes> {
  const { maxFiles } = (await stagers.open(name)).capabilities;
  const anyForm = kindOf(stagers.find(name).kind)?.anyForm === true;
  return { maxFiles: Math.min(filesPerRequest(), filesInFlight(), maxFiles), anyForm };
}

/** Files that the desk has online or under way. */
function knownFiles({ desk, sites }: StagePorts): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  const now = Date.now();
  for (const request of desk.requests) {
    if (request.state === 'aborted') continue;
    const open = isOpen(request, now);
    const where = request.id === '' ? `as a ${request.state} of ${request.stager}` : `in request ${request.id} of ${request.stager}`;
    for (const { link, state } of request.files) {
      const moves = open && (state === 'queued' || state === 'staging' || state === 'tape' || state === 'unknown');
      if (state !== 'online' && !moves) continue;
      const parsed = parseLink(link, sites.table);
      const file = parsed === undefined ? undefined : fileOf(parsed);
      if (file !== undefined) known.set(file, { what: state === 'online' ? 'online' : 'under way', where });
    }
  }
  return known;
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

/** One link that a person has pointed at; `name` says where it stands. */
export async function stageLink(link: unknown, name: unknown, ports: StagePorts): Promise<StageResult | undefined> {
  needTrust('Staging');
  if (typeof link !== 'string' || typeof name !== 'string') return undefined;
  return stageSources([{ name, list: parseList(link, ports.sites.table) }], ports);
}

async function stageForPerson(call: Person, ports: StagePorts): Promise<StageResult | undefined> {
  return stageSources(await listsMeant(call, ports.sites), ports);
}

async function stageSources(sources: readonly Source[], ports: StagePorts): Promise<StageResult | undefined> {
  const { desk, stagers } = ports;
  if (sources.length === 0) return undefined;
  const stager = await stagerMeant(stagers);
  if (stager === undefined) return undefined;
  const takes = await takesOf(stager, stagers);
  await desk.load({ signal: noCancel });
  const agreed = await consent(sources, stager, takes, ports);
  if (agreed === undefined) return undefined;
  const { plan, anew } = agreed;
  info(`Staging ${plan.links} files in ${plan.parts.length} requests on ${stager}.`);
  const submissions = await stageWithProgress(plan, campaignName(sources), desk, anew);
  tell(submissions, plan);
  return resultOf(submissions, plan);
}

/**
 * The plan a person agrees to: with or without what the desk has already. Only who has seen that the files are under way
 * stages them `anew`; when another window begins with them while the question stands, it is the same request.
 */
async function consent(
  sources: readonly Source[],
  stager: string,
  takes: Takes,
  ports: StagePorts,
): Promise<{ readonly plan: Plan; readonly anew: boolean } | undefined> {
  const pacing = { filesInFlight: filesInFlight(), secondsBetweenSubmits: secondsBetweenSubmits() };
  const whole = planStaging(sources, stager, takes);
  if (whole.parts.length === 0) throw new GridError('rejected', emptyPlanReason(whole));
  const rest = planStaging(sources, stager, takes, knownFiles(ports));
  const ask = (question: string, detail: string, ...buttons: readonly string[]) =>
    window.showInformationMessage(question, { modal: true, detail }, ...buttons);
  if (rest.known === 0) {
    const { question, detail } = previewOf(whole, stager, sendNotifications(), pacing);
    return (await ask(question, detail, 'Stage')) === 'Stage' ? { plan: whole, anew: false } : undefined;
  }
  const all = `Stage All ${count(whole.links)}`;
  if (rest.parts.length === 0) {
    const { detail } = previewOf(whole, stager, sendNotifications(), pacing);
    const question = `Stage ${plural(whole.links, 'file')} again?`;
    return (await ask(question, `All of them are online or under way already.\n\n${detail}`, 'Stage')) === 'Stage'
      ? { plan: whole, anew: true }
      : undefined;
  }
  const { question, detail } = previewOf(rest, stager, sendNotifications(), pacing);
  const text = `${plural(rest.known, 'file')} of ${count(whole.links)} are online or under way already.\n\n${detail}`;
  const choice = await ask(question, text, 'Stage', all);
  return choice === undefined ? undefined : choice === all ? { plan: whole, anew: true } : { plan: rest, anew: false };
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

function stageWithProgress(plan: Plan, name: string, desk: Desk, anew: boolean): Thenable<readonly Submission[]> {
  const title = `Staging ${plural(plan.links, 'file')}`;
  return window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, token) =>
    desk.stage(plan.parts, {
      name,
      signal: signalOf(token),
      notify: sendNotifications(),
      anew,
      progress: (index, part) =>
        progress.report({
          message: `request ${index + 1} of ${plan.parts.length}, ${part.siteName}`,
          increment: index === 0 ? 0 : 100 / plan.parts.length,
        }),
    }),
  );
}

/** What happened, in one message; silence when all went well, since the view shows it. */
function tell(submissions: readonly Submission[], plan: Plan): void {
  const errors = failures(submissions);
  const dropped = submissions.filter(({ request, error }) => request === undefined && error === undefined).length;
  for (const error of errors) failure('A request was not made, or not written down.', error);
  const [first] = errors;
  if (first === undefined && dropped === 0) return;
  const made = submissions.filter(({ request }) => request !== undefined && request.id !== '').length;
  const facts = [`${made} of ${plural(plan.parts.length, 'request')} made.`];
  if (dropped > 0) facts.push(`${plural(dropped, 'request')} cancelled before they were sent.`);
  if (first !== undefined) facts.push(first.sentence);
  if (first === undefined) void window.showInformationMessage(facts.join(' '));
  else throw new GridError(first.kind, plan.parts.length === 1 ? first.sentence : facts.join(' '), { cause: first });
}

function failures(submissions: readonly Submission[]): GridError[] {
  return submissions.map(({ error }) => error).filter((error) => error !== undefined);
}

function resultOf(submissions: readonly Submission[], plan: Plan): StageResult {
  const requests = submissions.flatMap(({ request }): StagedRow[] => {
    if (request === undefined) return [];
    const { id, stager, site, state, files } = request;
    return [{ id: id === '' ? null : id, stager, site, links: files.length, ...(id === '' ? { state } : {}) }];
  });
  const failed = submissions.flatMap(({ part, request, error }) =>
    error === undefined || (request !== undefined && request.id !== '')
      ? []
      : part.links.map((link) => ({ link, message: error.sentence })),
  );
  return { requests, skipped: plan.leftOut.length, ...(failed.length > 0 ? { failed } : {}) };
}
