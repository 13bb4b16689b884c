/** grid.staging.stage: from lists of links to requests, with a preview for a person. */
import { ProgressLocation, window } from 'vscode';
import { GridError } from '../../core/errors';
import { parseList } from '../../core/links/list';
import type { Desk, Submission } from '../../core/staging/desk';
import type { Ways } from '../../core/staging/door';
import { campaignName, planBySite, type Plan, type Source, type Takes, type Way } from '../../core/staging/plan';
import { emptyPlanReason, previewOf } from '../../core/staging/preview';
import { count, listing, plural } from '../../core/wording';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import { noCancel, signalOf } from '../cancel';
import { sitesOf } from '../doors';
import { listsMeant, readList, type ListSource } from '../lists';
import { failure, info } from '../log';
import { defaultStager, filesInFlight, filesPerRequest, secondsBetweenSubmits, sendNotifications } from '../settings';
import { kindOf } from '../stagerKinds';
import type { Stagers } from '../stagers';
import { needTrust } from '../trust';
import { checkSources, checkWithProgress } from './check';
import { checkFirst, foundOf, knownFiles, withLinks, type KnownPorts } from './known';

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

export type StagePorts = KnownPorts;

export async function stage(call: Person | Program, ports: StagePorts): Promise<StageResult | undefined> {
  needTrust('Staging');
  return call.by === 'program' ? stageForProgram(call, ports) : stageForPerson(call, ports);
}

async function stageForProgram(call: Program, ports: StagePorts): Promise<StageResult> {
  const { desk, doors, sites } = ports;
  const { stager, again } = optionsOf(call.options, { stager: 'string?', again: 'boolean?' });
  const uris = urisOf(call.subject);
  const sources = await Promise.all(uris.map((uri) => readList(uri, sites)));
  const wayTo = await wayOf(doors.named('stage', sitesOf(sources), stager), ports);
  await desk.load({ signal: noCancel });
  const plan = planBySite(sources, wayTo, again === true ? undefined : knownFiles(ports));
  return carryOut(plan, sources, desk, again ?? false);
}

async function carryOut(plan: Plan, sources: readonly Source[], desk: Desk, anew: boolean): Promise<StageResult> {
  if (plan.parts.length === 0) {
    if (plan.known === 0) throw new GridError('rejected', emptyPlanReason(plan));
    return resultOf([], plan);
  }
  const submissions = await desk.stage(plan.parts, { name: campaignName(sources), signal: noCancel, notify: sendNotifications(), anew });
  const result = resultOf(submissions, plan);
  const [first] = failures(submissions);
  if (result.requests.length === 0 && first !== undefined) throw first;
  return result;
}

/**
 * grid.staging.stageOnTape: what the last check has found on tape and is not under way since. A list that was never checked
 * is checked first.
 */
export async function stageOnTape(call: Person | Program, ports: StagePorts): Promise<StageResult | undefined> {
  needTrust('Staging');
  const { desk, stagers, doors } = ports;
  const { stager } = call.by === 'program' ? optionsOf(call.options, { stager: 'string?' }) : { stager: undefined };
  const sources = await checkedLists(call, stager, ports);
  const tape = sources.map((source) => withLinks(source, (link) => ports.checks.of(source.uri)?.of(link.text)?.state === 'tape'));
  const left = tape.filter(({ list }) => list.links.length > 0);
  const [first] = left;
  if (first === undefined) {
    if (call.by === 'program') return { requests: [], skipped: 0 };
    if (sources.length > 0) void window.showInformationMessage('No file of the list was found on tape.');
    return undefined;
  }
  // Who has told where they are can recall them as well.
  const told = new Map(defaultStager() === '' ? left.flatMap(({ uri }) => [...(ports.checks.of(uri)?.ways ?? [])]) : []);
  for (const [site, name] of told) if (!stagers.all.some((each) => each.name === name)) told.delete(site);
  if (call.by === 'person') return stageSources(left, ports, told);
  const others = [...sitesOf(left)].filter((site) => stager !== undefined || !told.has(site));
  const ways = new Map([...told, ...(others.length === 0 ? [] : doors.named('stage', others, stager))]);
  await desk.load({ signal: noCancel });
  const plan = planBySite(left, await wayOf(ways, ports), knownFiles(ports, foundOf(left, ports)));
  return carryOut(plan, left, desk, false);
}

/** The lists that are meant, all of them checked. */
async function checkedLists(call: Person | Program, stager: string | undefined, ports: StagePorts): Promise<readonly ListSource[]> {
  const { stagers, doors, sites, checks } = ports;
  await checks.restored;
  const isFresh = ({ uri }: ListSource) => checks.of(uri) === undefined;
  if (call.by === 'person') {
    const sources = await listsMeant(call, sites);
    const fresh = sources.filter(isFresh);
    const ways = fresh.length === 0 ? undefined : await doors.meant('check', sitesOf(fresh));
    if (ways !== undefined) await checkWithProgress(fresh, ways, ports);
    return sources;
  }
  const sources = await Promise.all(urisOf(call.subject).map((uri) => readList(uri, sites)));
  const tells = stager !== undefined && kindOf(stagers.find(stager).kind)?.tells === true ? stager : undefined;
  const fresh = sources.filter(isFresh);
  if (fresh.length > 0) await checkSources(fresh, doors.named('check', sitesOf(fresh), tells), ports, { signal: noCancel });
  return sources;
}

/** What the settings allow, and the service takes: doors of storage systems take fewer files than the LTA. */
async function takesOf(name: string, stagers: Stagers): Promise<Takes> {
  const { maxFiles } = (await stagers.open(name)).capabilities;
  const anyForm = kindOf(stagers.find(name).kind)?.anyForm === true;
  return { maxFiles: Math.min(filesPerRequest(), filesInFlight(), maxFiles), anyForm };
}

/** How each site's links are staged. */
async function wayOf(ways: Ways, { stagers }: StagePorts): Promise<(site: string) => Way | undefined> {
  const names = [...new Set(ways.values())];
  const takes = new Map(await Promise.all(names.map(async (name) => [name, { stager: name, ...(await takesOf(name, stagers)) }] as const)));
  return (site) => takes.get(ways.get(site) ?? '');
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

/** @param told who stages the files of some sites, where that is known; of the others it is found out. */
async function stageSources(sources: readonly Source[], ports: StagePorts, told: Ways = new Map()): Promise<StageResult | undefined> {
  const { desk, stagers, doors } = ports;
  if (sources.length === 0 || !(await hasStager(stagers))) return undefined;
  const sites = [...sitesOf(sources)].filter((site) => !told.has(site));
  for (let forget = false; ; forget = true) {
    const chosen = sites.length === 0 ? told : await doors.meant('stage', sites, { forget });
    if (chosen === undefined) return undefined;
    const ways = new Map([...told, ...chosen]);
    await desk.load({ signal: noCancel });
    const agreed = await consent(sources, ways, !forget && doors.couldDiffer('stage', sites), ports);
    if (agreed === 'another') continue;
    if (agreed === undefined) return undefined;
    const { plan, anew } = agreed;
    info(`Staging ${plan.links} files in ${plan.parts.length} requests on ${listing([...new Set(ways.values())])}.`);
    const submissions = await stageWithProgress(plan, campaignName(sources), desk, anew);
    tell(submissions, plan);
    return resultOf(submissions, plan);
  }
}

/** With no stager, one is added first. */
async function hasStager(stagers: Stagers): Promise<boolean> {
  if (stagers.all.length > 0) return true;
  const { addStager } = await import('./stagers');
  return (await addStager({ by: 'person', uris: [], nodes: [], selected: false }, stagers)) !== undefined;
}

/**
 * The plan a person agrees to: with or without what is online or under way already. Only who has seen that the files are under
 * way stages them `anew`; when another window begins with them while the question stands, it is the same request.
 * @param couldDiffer which stager it is was answered once; it can be asked again: 'another'
 */
async function consent(
  sources: readonly Source[],
  ways: Ways,
  couldDiffer: boolean,
  ports: StagePorts,
): Promise<{ readonly plan: Plan; readonly anew: boolean } | 'another' | undefined> {
  const pacing = { filesInFlight: filesInFlight(), secondsBetweenSubmits: secondsBetweenSubmits() };
  const wayTo = await wayOf(ways, ports);
  const whole = planBySite(sources, wayTo);
  if (whole.parts.length === 0) throw new GridError('rejected', emptyPlanReason(whole));
  const found = await checkFirst(sources, ways, ports);
  const rest = planBySite(sources, wayTo, knownFiles(ports, found));
  const another = 'Another Stager…';
  interface Agreed {
    readonly plan: Plan;
    readonly anew: boolean;
  }
  const ask = async (question: string, detail: string, buttons: Readonly<Record<string, Agreed>>) => {
    const labels = [...Object.keys(buttons), ...(couldDiffer ? [another] : [])];
    const choice = await window.showInformationMessage(question, { modal: true, detail }, ...labels);
    return choice === another ? 'another' : buttons[choice ?? ''];
  };
  if (rest.known === 0) {
    const { question, detail } = previewOf(whole, sendNotifications(), pacing);
    return ask(question, detail, { Stage: { plan: whole, anew: false } });
  }
  const all = `Stage All ${count(whole.links)}`;
  const known = knownText(rest, whole.links);
  if (rest.parts.length === 0) {
    const { detail } = previewOf(whole, sendNotifications(), pacing);
    const why = found.size === 0 ? 'All of them are online or under way already.' : `${known}.`;
    return ask(`Stage ${plural(whole.links, 'file')} again?`, `${why}\n\n${detail}`, { Stage: { plan: whole, anew: true } });
  }
  const { question, detail } = previewOf(rest, sendNotifications(), pacing);
  const choices = {
    [found.size === 0 ? 'Stage' : `Stage ${count(rest.links)}`]: { plan: rest, anew: false },
    [all]: { plan: whole, anew: true },
  };
  const already = `${plural(rest.known, 'file')} of ${count(whole.links)} are online or under way already.`;
  return found.size === 0 ? ask(question, `${already}\n\n${detail}`, choices) : ask(`${known}: stage the rest?`, detail, choices);
}

/** "312 of 1 000 files are online, 4 under way". */
function knownText({ knownAs }: Plan, total: number): string {
  const [first, ...more] = [...knownAs].map(([what, files], k) =>
    k === 0 ? `${count(files)} of ${plural(total, 'file')} ${files === 1 ? 'is' : 'are'} ${what}` : `${count(files)} ${what}`,
  );
  return [first, ...more].join(', ');
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
  for (const { text, reason, unserved } of plan.leftOut) {
    if (unserved === true) failed.push({ link: text, message: `Not sent: ${reason}.` });
  }
  return { requests, skipped: plan.leftOut.length, ...(failed.length > 0 ? { failed } : {}) };
}
