/** A campaign as the staging panel shows it: its words, its figures, its files in columns. Pure. */
import { parseLink } from '../../core/links/link';
import type { SiteTable } from '../../core/links/site';
import { endOf, historyOf, isStalled, isUnfinished, rateOf, type Campaign, type CampaignFile } from '../../core/staging/campaign';
import type { Desk } from '../../core/staging/desk';
import type { Past } from '../../core/staging/memory';
import { isLive, progressOf, requestKey, type StagingRequest } from '../../core/staging/request';
import { isFinal, requestWord, stateLetters } from '../../core/staging/state';
import { capitalised, count, listing, moment, plural, utcMoment } from '../../core/wording';
import { requestShape } from '../../shared/shape';
import type { Notice, Phrase } from '../../shared/panel';
import type { CampaignHead, Deadline, Files, RequestRow, StagingAction } from '../../shared/staging';
import { waitOf } from '../trees/stagingRow';

export interface ViewPorts {
  readonly desk: Desk;
  readonly table: SiteTable;
  readonly stallMs: number;
  readonly now: number;
  /** When the next poll is due; ms since 1970. */
  readonly due: number | undefined;
  /** Whether a stager keeps files longer by a new pin. */
  readonly extending: (stager: string) => boolean;
  /** Ends of what the files are held by and fetched with. */
  readonly deadlines: readonly Deadline[];
}

export function headOf(campaign: Campaign, ports: ViewPorts): CampaignHead {
  const { desk, now } = ports;
  const { id, name, progress, requests } = campaign;
  const pasts = pastsOf(campaign, desk);
  const rate = isUnfinished(campaign, now) ? rateOf(pasts, now) : undefined;
  const end = endOf(progress.total - progress.online - progress.failed, rate, now);
  return {
    id,
    name,
    sentence: sentenceOf(campaign, ports),
    now,
    asOf: Math.max(0, ...requests.map((request) => request.checkedAt)),
    total: progress.total,
    counts: progress.counts,
    percent: progress.percent,
    ...(rate === undefined ? {} : { rate }),
    ...(end === undefined ? {} : { end }),
    notices: noticesOf(campaign, ports),
    deadlines: ports.deadlines,
    history: historyOf(pasts).map(([at, counts]) => ({ at, counts })),
    requests: requests.map((request) => rowOf(request, ports)),
    actions: actionsOf(campaign, ports),
    stalled: stalledOf(campaign, ports),
  };
}

/** What the requests went through; of one that was retried not what failed, since the retry tells of it. */
function pastsOf(campaign: Campaign, desk: Desk): readonly Past[] {
  const last = Math.max(...campaign.requests.map(({ round }) => round));
  return campaign.requests.flatMap((request) => {
    const past = desk.book.memory.standing(request.key)?.past;
    if (past === undefined) return [];
    if (request.round === last) return [past];
    return [past.map(([at, { failed: _failed, unavailable: _unavailable, expired: _expired, ...counts }]) => [at, counts] as const)];
  });
}

function siteOf(request: StagingRequest, table: SiteTable): string {
  return table.site(request.site)?.name ?? (request.site === 'unknown' || request.site === '' ? 'an unknown site' : request.site);
}

/** Where it is and what holds it: "Staging at SARA and Jülich, stalled at Poznań". */
function sentenceOf(campaign: Campaign, { desk, table, stallMs, now }: ViewPorts): readonly Phrase[] {
  const open = campaign.requests.filter((request) => !isFinal(request.state));
  const sites = (requests: readonly StagingRequest[]) => listing([...new Set(requests.map((request) => siteOf(request, table)))]);
  const phrases: Phrase[] = [];
  const say = (text: string, tone: Phrase['tone'] = 'plain') => phrases.push({ text, tone });
  const stalled = open.filter((request) => isStalled(request, now, stallMs));
  const silent = open.filter((request) => request.id !== '' && desk.troubles.has(request.stager) && !stalled.includes(request));
  const moving = open.filter((request) => request.id !== '' && !stalled.includes(request) && !silent.includes(request));
  const held = moving.filter((request) => request.state === 'onHold');
  const running = moving.filter((request) => request.state === 'running');
  const waiting = moving.filter((request) => !held.includes(request) && !running.includes(request));
  if (running.length > 0) say(`Staging at ${sites(running)}`);
  if (waiting.length > 0) say(`queued at ${sites(waiting)}`);
  if (held.length > 0) say(`on hold at ${sites(held)}`, 'warning');
  if (stalled.length > 0) say(`stalled at ${sites(stalled)}`, 'warning');
  if (silent.length > 0) say(`no news from ${sites(silent)}`, 'warning');
  const drafts = open.filter((request) => request.state === 'draft');
  if (drafts.length > 0) say(`${plural(drafts.length, 'request')} not sent yet`);
  if (open.some((request) => request.state === 'submitting')) say('being sent');
  const unsure = campaign.requests.filter((request) => request.uncertain);
  if (unsure.length > 0)
    say(`not known whether ${plural(unsure.length, 'request')} ${unsure.length === 1 ? 'was' : 'were'} taken`, 'warning');
  if (phrases.length === 0) return [endPhrase(campaign)];
  return phrases.map(({ text, tone }, index) => ({ text: index === 0 ? capitalised(text) : text, tone }));
}

function endPhrase({ state, progress }: Campaign): Phrase {
  if (state === 'done') return { text: 'All files are online', tone: 'plain' };
  if (state === 'aborted') return { text: 'Aborted', tone: 'plain' };
  if (progress.online > 0) return { text: `Ended, partly online`, tone: 'warning' };
  return { text: capitalised(requestWord(state)), tone: state === 'failed' ? 'error' : 'plain' };
}

function noticesOf(campaign: Campaign, { desk, now, due }: ViewPorts): readonly Notice[] {
  const names = new Set(campaign.requests.filter((request) => !isFinal(request.state)).map((request) => request.stager));
  const notices = [...desk.troubles].flatMap(([name, { error, since }]): Notice[] => {
    if (!names.has(name)) return [];
    const next = due === undefined || due <= now ? '' : `, next try ${moment(due, now)}`;
    const signIn = error.kind === 'auth' || error.kind === 'forbidden' || error.kind === 'expired';
    const sentence = signIn ? error.sentence : `${name} does not answer since ${moment(since, now)}${next}. ${error.message}`;
    const answers = [...(signIn ? [{ id: 'signIn', label: 'Sign In…' }] : []), { id: 'tryNow', label: 'Try now' }];
    return [{ id: `trouble\n${name}`, tone: 'warning', sentence, answers }];
  });
  for (const request of campaign.requests) {
    if (request.uncertain) notices.push(doubtOf(request, desk));
    else if (request.id === '' && request.state === 'failed') {
      const sentence = `${request.stager} refused a request of ${plural(request.files.length, 'file')}: ${request.trouble ?? 'it gave no reason'}`;
      notices.push({ id: `part\n${request.key}`, tone: 'error', sentence, answers: [{ id: 'settle', label: 'Send again or drop…' }] });
    }
  }
  return notices;
}

function doubtOf(request: StagingRequest, desk: Desk): Notice {
  const { candidates = [], absences = 0 } = desk.doubt(request) ?? {};
  const files = plural(request.files.length, 'file');
  const found =
    candidates.length > 0
      ? `It may be request ${listing(candidates)}.`
      : absences > 0
        ? `It was asked ${plural(absences, 'time')} and lists none like it.`
        : 'It is being looked for.';
  const sentence = `Nobody knows whether ${request.stager} has taken a request of ${files}: ${request.trouble ?? 'no answer'} ${found}`;
  return { id: `part\n${request.key}`, tone: 'warning', sentence, answers: [{ id: 'settle', label: 'Settle…' }] };
}

function rowOf(request: StagingRequest, { desk, table, now }: ViewPorts): RequestRow {
  const { total, online, failed } = progressOf(request);
  const waits = request.id === '' ? waitOf(request, desk.waiting.get(request.stager), desk.doubt(request), now) : [];
  return {
    id: request.id === '' ? null : request.id,
    stager: request.stager,
    site: table.site(request.site)?.name ?? 'Unknown site',
    state: waits.length > 0 ? waits.join(', ') : requestWord(request.state),
    shape: requestShape(request.state),
    total,
    online,
    failed,
  };
}

function actionsOf(campaign: Campaign, { desk, now, extending }: ViewPorts): readonly StagingAction[] {
  const { requests } = campaign;
  const drafts = requests.filter((request) => request.state === 'draft');
  const ends = requests.filter((request) => request.state === 'draft' || isLive(request, now));
  const extendable = campaign.files.some(({ file, request }) => file.state === 'online' && extending(request.stager));
  const fired = desk.book.memory.campaign(campaign.id)?.thresholds.length ?? 0;
  return [
    { id: 'threshold', label: fired === 0 ? 'Follow up…' : `Follow up (${fired})…`, primary: true },
    ...(drafts.length === 0 ? [] : [{ id: 'submitNow' as const, label: 'Send drafts now' }]),
    ...(campaign.progress.online > 0
      ? [{ id: 'createTokens' as const, label: `Create tokens of ${count(campaign.progress.online)} online…` }]
      : []),
    ...(extendable ? [{ id: 'extendPins' as const, label: 'Extend pins…' }] : []),
    { id: 'abort', label: 'Abort…', ...(ends.length === 0 ? { disabled: 'Nothing of it is under way.' } : {}) },
  ];
}

/** Observations whose requests have had no news for too long. */
function stalledOf(campaign: Campaign, { table, stallMs, now }: ViewPorts): Readonly<Record<string, number>> {
  const stalled = new Set(campaign.requests.filter((request) => isStalled(request, now, stallMs)).map(({ key }) => key));
  const ages: Record<string, number> = {};
  if (stalled.size === 0) return ages;
  for (const { file, request } of campaign.files) {
    if (!stalled.has(request.key) || file.state === 'online') continue;
    const observation = parseLink(file.link, table)?.observation;
    if (observation !== undefined) ages[observation] = Math.max(ages[observation] ?? 0, now - request.changedAt);
  }
  return ages;
}

/** What the names of a campaign's files say; the same as long as its links are. */
export type Names = Pick<Files, 'names' | 'observations' | 'observation' | 'sites' | 'site' | 'band' | 'prefix'>;

export function namesOf(files: readonly { readonly link: string; readonly site: string }[], table: SiteTable): Names {
  const observations = new Index();
  const sites = new Index();
  const prefix: string[] = [];
  const columns = { names: [] as string[], observation: [] as number[], site: [] as number[], band: [] as number[] };
  for (const { link: text, site } of files) {
    const link = parseLink(text, table);
    columns.names.push(link?.file ?? text);
    const index = link?.observation === undefined ? -1 : observations.of(link.observation);
    if (index >= 0 && link?.band !== undefined) prefix[index] ??= link.band.kind;
    columns.observation.push(index);
    columns.site.push(sites.of(link?.site?.name ?? table.site(site)?.name ?? 'Unknown site'));
    columns.band.push(link?.band?.number ?? -1);
  }
  const known = observations.values;
  return { ...columns, observations: known, sites: sites.values, prefix: known.map((_, index) => prefix[index] ?? 'SB') };
}

export type States = Pick<Files, 'states' | 'since' | 'messages' | 'message'>;

export function statesOf(files: readonly CampaignFile[], desk: Desk): States {
  const messages = new Index();
  const states: string[] = [];
  const since: number[] = [];
  const message: number[] = [];
  for (const { file, request, index } of files) {
    states.push(stateLetters[file.state]);
    since.push(desk.book.memory.standing(request.id === '' ? request.key : requestKey(request))?.since[index] ?? 0);
    message.push(file.message === undefined ? -1 : messages.of(file.message));
  }
  return { states: states.join(''), since, messages: messages.values, message };
}

/** Distinct values in the order of their first appearance. */
export class Index {
  readonly #numbers = new Map<string, number>();

  of(value: string): number {
    let number = this.#numbers.get(value);
    if (number === undefined) this.#numbers.set(value, (number = this.#numbers.size));
    return number;
  }

  get values(): readonly string[] {
    return [...this.#numbers.keys()];
  }
}

/** What the archive's support needs to know of failed files: ids, times, links and messages; never a secret. */
export function supportText(campaign: Campaign, files: readonly CampaignFile[], desk: Desk): string {
  const byRequest = new Map<StagingRequest, CampaignFile[]>();
  for (const each of files) {
    const list = byRequest.get(each.request);
    if (list) list.push(each);
    else byRequest.set(each.request, [each]);
  }
  const lines = [`${plural(files.length, 'file')} of "${campaign.name}" could not be staged.`, ''];
  for (const [request, rows] of byRequest) {
    lines.push(
      `Request ${request.id === '' ? '(no id)' : request.id} at ${request.stager}, made ${utcMoment(request.createdAt)}, ${requestWord(request.state)}`,
    );
    for (const { file, index } of rows) {
      const at = desk.book.memory.standing(request.key)?.since[index] ?? 0;
      const when = at === 0 ? '' : ` since ${utcMoment(at)}`;
      lines.push(`  ${file.link}`, `    ${file.state}${when}${file.message === undefined ? '' : `: ${file.message}`}`);
    }
    lines.push('');
  }
  return lines.join('\n');
}
