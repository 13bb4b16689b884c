/**
 * The staging panel: one for each campaign, and of a campaign never two. It draws from the desk and asks no stager by
 * itself; what its buttons do, commands do.
 */
import { commands, env, window, workspace, type Uri, type WebviewPanel } from 'vscode';
import { asGridError, GridError } from '../../core/errors';
import type { Campaign, CampaignFile } from '../../core/staging/campaign';
import type { Desk } from '../../core/staging/desk';
import { redact } from '../../core/redact';
import { plural } from '../../core/wording';
import type { Deadline, FromStagingPanel, ToStagingPanel } from '../../shared/staging';
import { noCancel } from '../cancel';
import { languageId } from '../languageId';
import { debug } from '../log';
import { report } from '../report';
import { stallHours } from '../settings';
import { endingNames } from '../countdown';
import type { Deadlines } from '../deadlines';
import type { Sites } from '../sites';
import type { Stagers } from '../stagers';
import type { Watch } from '../watch';
import { headOf, namesOf, statesOf, supportText, type Names, type States } from './campaignView';
import { Panels, type Panel } from './panels';

export interface PanelPorts {
  readonly desk: Desk;
  readonly sites: Sites;
  readonly stagers: Stagers;
  readonly watch: Watch;
  readonly deadlines: Deadlines;
  readonly clock: () => number;
  readonly extensionUri: Uri;
}

/** Changes that come together are drawn together; more often than this nobody can read. */
const settleMs = 250;
/** Ages and deadlines move without a change. */
const minuteMs = 60_000;
/** What files are fetched with is asked for no more often than this. */
const deadlinesLiveMs = 10 * minuteMs;

/** What a campaign is known by; a page remembers the id alone. */
type Named = Pick<Campaign, 'id' | 'name'>;

export class StagingPanels extends Panels<Named> {
  constructor(ports: PanelPorts) {
    super({
      type: 'grid.staging',
      page: 'staging',
      extensionUri: ports.extensionUri,
      title: ({ name }) => titleOf(name),
      kept: ({ id = '' }) => ({ id, name: '' }),
      make: (panel, { id }) => new StagingPanel(panel, id, ports),
    });
  }
}

function titleOf(name: string): string {
  return `Staging: ${name}`;
}

class StagingPanel implements Panel<Named> {
  readonly #stop: readonly (() => void)[];
  #ready = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #minute: NodeJS.Timeout;
  /** What the page has: only what differs is sent. */
  #sent: { readonly files: readonly CampaignFile[]; readonly names: Names; readonly states: States } | undefined;
  #deadlines: { readonly at: number; readonly all: readonly Deadline[] } = { at: 0, all: [] };

  constructor(
    private readonly panel: WebviewPanel,
    private readonly id: string,
    private readonly ports: PanelPorts,
  ) {
    const hear = panel.webview.onDidReceiveMessage((message: FromStagingPanel) => void this.#hear(message));
    const view = panel.onDidChangeViewState(() => {
      // A page that was hidden is gone; it says when the new one is ready.
      if (!panel.visible) this.#ready = false;
    });
    const deadlines = ports.deadlines.onChange(() => this.#soon());
    this.#stop = [
      ports.desk.onChange(() => this.#soon()),
      () => void deadlines.dispose(),
      () => void hear.dispose(),
      () => void view.dispose(),
    ];
    this.#minute = setInterval(() => this.#soon(), minuteMs);
  }

  shows({ id }: Named): boolean {
    return id === this.id;
  }

  reveal(): void {
    this.panel.reveal();
  }

  #campaign(): Campaign | undefined {
    return this.ports.desk.campaigns.find(({ id }) => id === this.id);
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, settleMs);
  }

  #draw(): void {
    if (!this.#ready) return;
    const campaign = this.#campaign();
    if (campaign === undefined) {
      this.#sent = undefined;
      return this.#post({ type: 'nothing', sentence: 'No files in this campaign. Open a list of links and choose Stage.' });
    }
    this.panel.title = titleOf(campaign.name);
    const { desk, sites, clock, watch, stagers } = this.ports;
    const ports = {
      desk,
      table: sites.table,
      stallMs: stallHours() * 3_600_000,
      now: clock(),
      due: watch.due,
      deadlines: this.#endings(campaign),
      extending: (stager: string) => stagers.extends(stager),
    };
    const head = headOf(campaign, ports);
    const states = statesOf(campaign.files, desk);
    const sent = this.#sent;
    const same = sent !== undefined && sameLinks(sent.files, campaign.files);
    const names = same
      ? sent.names
      : namesOf(
          campaign.files.map(({ file: { link }, request: { site } }) => ({ link, site })),
          sites.table,
        );
    this.#sent = { files: campaign.files, names, states };
    if (!same) this.#post({ type: 'campaign', head, files: { ...names, ...states } });
    else if (states.states === sent.states.states && sameNumbers(states.message, sent.states.message)) this.#post({ type: 'head', head });
    else this.#post({ type: 'news', head, files: states });
    void this.#askDeadlines(campaign);
  }

  /** What ends first of each kind: what signs the calls, what holds the files, what they are fetched with. */
  #endings(campaign: Campaign): readonly Deadline[] {
    const first = new Map<string, number>();
    const known = this.ports.deadlines.of(campaign).map(({ kind, at }) => ({ name: kind === 'pin' ? 'First pin' : endingNames[kind], at }));
    for (const { name, at } of [...known, ...this.#deadlines.all]) first.set(name, Math.min(at, first.get(name) ?? Infinity));
    return [...first].map(([name, at]) => ({ name, at }));
  }

  #post(message: ToStagingPanel): void {
    void this.panel.webview.postMessage(message);
  }

  /** When what the files are fetched with ends; a stager that does not tell leaves the strip empty. */
  async #askDeadlines(campaign: Campaign): Promise<void> {
    const now = this.ports.clock();
    if (Math.abs(now - this.#deadlines.at) < deadlinesLiveMs || !workspace.isTrusted) return;
    this.#deadlines = { at: now, all: this.#deadlines.all };
    const ends: number[] = [];
    for (const request of campaign.requests) {
      if (request.id === '' || !request.files.some((file) => file.state === 'online')) continue;
      try {
        const stager = await this.ports.stagers.open(request.stager);
        ends.push(...((await stager.retrievalEnds?.(request.id, { signal: noCancel })) ?? []));
      } catch (error) {
        debug(`${request.stager} did not tell when the files of request ${request.id} can be fetched: ${asGridError(error).message}`);
      }
    }
    const coming = ends.filter((at) => at > now);
    const all = coming.length === 0 ? [] : [{ name: 'Macaroon', at: Math.min(...coming) }];
    if (all[0]?.at === this.#deadlines.all[0]?.at) return;
    this.#deadlines = { at: now, all };
    this.#soon();
  }

  async #hear(message: FromStagingPanel): Promise<void> {
    try {
      if (message.type === 'ready') {
        this.#ready = true;
        this.#sent = undefined;
        this.#draw();
        return;
      }
      const campaign = this.#campaign();
      if (campaign === undefined) return;
      if (message.type === 'act') await this.#act(message.id, campaign);
      else if (message.type === 'answer') await this.#answer(message.notice, message.answer, campaign);
      else await this.#files(message.verb, message.indices, campaign);
    } catch (error) {
      void report('The staging panel could not do that.', error);
    }
  }

  async #act(id: string, campaign: Campaign): Promise<void> {
    const node = { node: 'campaign', campaign };
    if (id === 'extendPins') await commands.executeCommand('grid.staging.extend', node);
    else if (id === 'createTokens') await commands.executeCommand('grid.tokens.createOnline', node);
    else if (id === 'abort') await commands.executeCommand('grid.staging.abort', node);
    else if (id === 'threshold') {
      await commands.executeCommand('grid.staging.followUp', node);
      this.#soon();
    } else if (id === 'submitNow') await this.ports.desk.pump({ signal: noCancel, urgent: true });
    else await commands.executeCommand('grid.staging.refresh');
  }

  async #answer(notice: string, answer: string, campaign: Campaign): Promise<void> {
    const [kind, subject] = notice.split('\n');
    if (answer === 'signIn') await commands.executeCommand('grid.staging.signIn');
    else if (answer === 'settle' && kind === 'part') {
      const request = campaign.requests.find(({ key }) => key === subject);
      if (request !== undefined) await commands.executeCommand('grid.staging.settle', { node: 'request', request });
    } else await commands.executeCommand('grid.staging.refresh');
  }

  /** Indices are those of the files as last sent. */
  async #files(verb: 'retry' | 'export' | 'copySupport' | 'copyLinks', indices: readonly number[], campaign: Campaign): Promise<void> {
    const files = indices.map((index) => this.#sent?.files[index]).filter((each) => each !== undefined);
    if (files.length === 0) return;
    const text = () => files.map(({ file }) => `${file.link}\n`).join('');
    switch (verb) {
      case 'retry':
        return this.#retry(files, campaign);
      case 'export':
        await window.showTextDocument(await workspace.openTextDocument({ language: languageId, content: text() }));
        return;
      case 'copyLinks':
        await env.clipboard.writeText(text());
        window.setStatusBarMessage(`${plural(files.length, 'link')} copied`, 4000);
        return;
      case 'copySupport':
        await env.clipboard.writeText(redact(supportText(campaign, files, this.ports.desk)));
        window.setStatusBarMessage(`Copied for support: ${plural(files.length, 'file')}`, 4000);
    }
  }

  /** One new request for each that holds some of the files. */
  async #retry(files: readonly CampaignFile[], campaign: Campaign): Promise<void> {
    const keys = new Set(files.map(({ request }) => request.key));
    const links = new Set(files.map(({ file }) => file.link));
    const first = files.find(({ file }) => file.state !== 'lost');
    if (first === undefined) throw new GridError('rejected', 'Lost files are not retried: there is nothing left to recall.');
    for (const request of campaign.requests) if (keys.has(request.key)) await this.ports.desk.retry(request, { signal: noCancel, links });
  }

  dispose(): void {
    for (const stop of this.#stop) stop();
    clearTimeout(this.#timer);
    clearInterval(this.#minute);
  }
}

function sameLinks(a: readonly CampaignFile[], b: readonly CampaignFile[]): boolean {
  return a.length === b.length && a.every(({ file }, index) => file.link === b[index]?.file.link);
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((number, index) => number === b[index]);
}
