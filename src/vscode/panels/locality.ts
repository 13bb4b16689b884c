/**
 * The locality panel: where the files of a list are, as a check runs and when it has ended, on the page of the staging panel. It
 * says what the editor's gutter says, and asks nobody by itself; what its buttons do, commands do.
 */
import { commands, env, Uri, window, workspace, type WebviewPanel } from 'vscode';
import { asGridError } from '../../core/errors';
import { redact } from '../../core/redact';
import type { Desk } from '../../core/staging/desk';
import { localityNote } from '../../core/staging/locality';
import { DeskNews } from '../../core/staging/newer';
import { countFiles, fileWord, percentStaged, stateLetters, type FileState } from '../../core/staging/state';
import type { ToldList } from '../../core/staging/told';
import { count, listing, moment, plural, utcMoment } from '../../core/wording';
import type { CampaignHead, FromStagingPanel, ToStagingPanel } from '../../shared/staging';
import type { Checks } from '../checks';
import { languageId } from '../languageId';
import { nameOf, readList } from '../lists';
import { report } from '../report';
import type { Sites } from '../sites';
import { Index, namesOf, type States } from './campaignView';
import { Panels, type Panel } from './panels';

export interface LocalityPorts {
  readonly desk: Desk;
  readonly sites: Sites;
  readonly checks: Checks;
  readonly clock: () => number;
  readonly extensionUri: Uri;
}

const settleMs = 250;
/** Before the address of the list, in what the page knows the panel by. */
const idBefore = 'check ';

export class LocalityPanels extends Panels<Uri> {
  constructor(ports: LocalityPorts) {
    super({
      type: 'grid.locality',
      page: 'staging',
      extensionUri: ports.extensionUri,
      title: (uri) => `Where: ${nameOf(uri)}`,
      kept: ({ id = '' }) => (id.startsWith(idBefore) ? Uri.parse(id.slice(idBefore.length)) : undefined),
      make: (panel, uri) => new LocalityPanel(panel, uri, ports),
    });
  }
}

interface Listed {
  readonly link: string;
  /** Site id; empty for none. */
  readonly site: string;
}

class LocalityPanel implements Panel<Uri> {
  readonly #stop: readonly (() => void)[];
  readonly #news = new DeskNews();
  #ready = false;
  #timer: NodeJS.Timeout | undefined;
  #files: readonly Listed[] = [];
  /** What the page has. */
  #sent: readonly Listed[] | undefined;
  #states: readonly FileState[] = [];
  /** Files of which nothing has been told. */
  #open = 0;
  /** The check for which the list was read. */
  #readAt = -1;

  constructor(
    private readonly panel: WebviewPanel,
    private readonly uri: Uri,
    private readonly ports: LocalityPorts,
  ) {
    const heard = [
      panel.webview.onDidReceiveMessage((message: FromStagingPanel) => void this.#hear(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#ready = false;
      }),
      ports.checks.onChange((changed) => {
        if (changed.toString() === uri.toString()) this.#soon();
      }),
    ];
    this.#stop = [ports.desk.onChange(() => this.#soon()), ...heard.map((each) => () => void each.dispose())];
  }

  shows(uri: Uri): boolean {
    return uri.toString() === this.uri.toString();
  }

  reveal(): void {
    this.panel.reveal();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#draw().catch((error: unknown) => report('The panel could not be drawn.', error));
    }, settleMs);
  }

  async #draw(): Promise<void> {
    if (!this.#ready) return;
    await this.ports.checks.restored;
    const told = this.ports.checks.of(this.uri);
    if (told === undefined) {
      this.#sent = undefined;
      return this.#post({ type: 'nothing', sentence: `${nameOf(this.uri)} has not been checked. Open it and choose Check.` });
    }
    try {
      if (this.#sent === undefined || this.#readAt !== told.at) await this.#read();
    } catch (thrown) {
      this.#sent = undefined;
      return this.#post({ type: 'nothing', sentence: asGridError(thrown).sentence });
    }
    this.#readAt = told.at;
    this.#news.renew(this.ports.desk.requests, told.first);
    const states = this.#look(told);
    const head = this.#headOf(told);
    if (this.#sent === this.#files) return this.#post({ type: 'news', head, files: states });
    this.#sent = this.#files;
    this.#post({ type: 'campaign', head, files: { ...namesOf(this.#files, this.ports.sites.table), ...states } });
  }

  /** The links of the list as it is now, each once; the same array as long as they are the same. */
  async #read(): Promise<void> {
    const { list } = await readList(this.uri, this.ports.sites);
    const files = new Map<string, Listed>();
    for (const { text, site } of list.links) if (!files.has(text)) files.set(text, { link: text, site: site?.id ?? '' });
    const now = [...files.values()];
    const same = now.length === this.#files.length && now.every(({ link }, k) => link === this.#files[k]?.link);
    if (!same) this.#files = now;
  }

  #look(list: ToldList): States {
    const messages = new Index();
    const since: number[] = [];
    const message: number[] = [];
    this.#open = 0;
    this.#states = this.#files.map(({ link, site }) => {
      const told = list.of(link);
      if (told === undefined) this.#open++;
      const news = told === undefined ? undefined : this.#news.of(site, link, told);
      const words =
        news === undefined ? (told?.problem ?? (told?.locality === undefined ? undefined : localityNote(told.locality))) : news.problem;
      since.push(news?.at ?? told?.at ?? 0);
      message.push(words === undefined ? -1 : messages.of(words));
      return news?.state ?? told?.state ?? 'unknown';
    });
    return { states: this.#states.map((state) => stateLetters[state]).join(''), since, messages: messages.values, message };
  }

  #headOf(told: ToldList): CampaignHead {
    const now = this.ports.clock();
    const counts = countFiles(this.#states);
    const total = this.#files.length;
    const { tape = 0, online = 0 } = counts;
    const { running } = told;
    const sentence =
      running === undefined
        ? `${this.#tellers(told, moment(told.at, now))}${this.#open > 0 ? `, ${plural(this.#open, 'file')} not asked about` : ''}`
        : `Asking ${told.by}: ${count(running.done)} of ${plural(running.total, 'file')}`;
    const trusted = workspace.isTrusted ? {} : { disabled: 'This workspace is in restricted mode.' };
    return {
      id: `${idBefore}${this.uri.toString()}`,
      name: nameOf(this.uri),
      sentence: [{ text: sentence, tone: 'plain' }],
      now,
      asOf: told.at === 0 ? now : told.at,
      total,
      counts,
      percent: percentStaged(online, total),
      notices: [],
      deadlines: [],
      history: [],
      requests: [],
      actions: [
        {
          id: 'stageOnTape',
          label: tape === 0 ? 'Stage what is on tape…' : `Stage ${count(tape)} on tape…`,
          primary: true,
          ...(tape === 0 ? { disabled: 'Nothing of it is on tape.' } : trusted),
        },
        {
          id: 'createTokens',
          label: online === 0 ? 'Create tokens…' : `Create tokens of ${count(online)} online…`,
          ...(online === 0 ? { disabled: 'Nothing of it is online.' } : trusted),
        },
        { id: 'checkAgain', label: 'Check again', ...(running === undefined ? trusted : { disabled: 'It is being checked.' }) },
        { id: 'exportChecked', label: 'Export…' },
      ],
      stalled: {},
    };
  }

  /** "Told by SARA tape at 13:52, nothing by Poznań tape": one that failed for each of its files has told nothing. */
  #tellers({ by, ways }: ToldList, when: string): string {
    const told = new Map<string, boolean>();
    for (const [k, { site }] of this.#files.entries()) {
      const name = ways.get(site);
      if (name !== undefined) told.set(name, told.get(name) === true || this.#states[k] !== 'failed');
    }
    const silent = [...told].filter(([, any]) => !any).map(([name]) => name);
    if (silent.length === 0) return `Told by ${by} at ${when}`;
    const tellers = [...told.keys()].filter((name) => !silent.includes(name));
    return tellers.length === 0
      ? `Nothing was told by ${listing(silent)} at ${when}`
      : `Told by ${listing(tellers)} at ${when}, nothing by ${listing(silent)}`;
  }

  #post(message: ToStagingPanel): void {
    void this.panel.webview.postMessage(message);
  }

  async #hear(message: FromStagingPanel): Promise<void> {
    try {
      if (message.type === 'ready') {
        this.#ready = true;
        this.#sent = undefined;
        await this.#draw();
      } else if (message.type === 'act') {
        const ids = {
          stageOnTape: 'grid.staging.stageOnTape',
          checkAgain: 'grid.links.check',
          exportChecked: 'grid.links.exportChecked',
          createTokens: 'grid.tokens.createOnline',
        };
        const id = message.id in ids ? ids[message.id as keyof typeof ids] : undefined;
        if (id !== undefined) await commands.executeCommand(id, this.uri, [this.uri]);
      } else if (message.type === 'files') await this.#act(message.verb, message.indices);
    } catch (error) {
      void report('The panel could not do that.', error);
    }
  }

  /** Indices are those of the files as last sent. */
  async #act(verb: 'retry' | 'export' | 'copySupport' | 'copyLinks', indices: readonly number[]): Promise<void> {
    const links = indices.flatMap((index) => this.#sent?.[index]?.link ?? []);
    if (links.length === 0) return;
    const text = links.map((link) => `${link}\n`).join('');
    if (verb === 'retry') await commands.executeCommand('grid.links.checkLink', text, this.uri.toString());
    else if (verb === 'export') await window.showTextDocument(await workspace.openTextDocument({ language: languageId, content: text }));
    else {
      await env.clipboard.writeText(verb === 'copyLinks' ? text : redact(this.#supportText(links)));
      window.setStatusBarMessage(`${plural(links.length, 'link')} copied`, 4000);
    }
  }

  #supportText(links: readonly string[]): string {
    const told = this.ports.checks.of(this.uri);
    const lines = links.flatMap((link) => {
      const { state = 'unknown', problem, at = 0 } = told?.of(link) ?? {};
      return [`  ${link}`, `    ${fileWord(state)}, asked ${utcMoment(at)}${problem === undefined ? '' : `: ${problem}`}`];
    });
    return [
      `Where ${plural(links.length, 'file')} of "${nameOf(this.uri)}" are, as told by ${told?.by ?? 'nobody'}:`,
      '',
      ...lines,
      '',
    ].join('\n');
  }

  dispose(): void {
    for (const stop of this.#stop) stop();
    clearTimeout(this.#timer);
  }
}
