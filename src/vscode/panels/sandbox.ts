/**
 * The sandbox panel: one for each step configuration. What it shows is what `sandboxRuns` knows, whoever began it; a build
 * or an upload goes on when the panel is closed, and then a message tells how far it is.
 */
import { commands, env, Uri, window, workspace, type WebviewPanel } from 'vscode';
import { asGridError } from '../../core/errors';
import type { FromSandboxPanel, SandboxAction, ToSandboxPanel } from '../../shared/sandbox';
import { Store } from '../disposable';
import { nameOf } from '../lists';
import { showLog } from '../log';
import type { Pools } from '../pools';
import { withProgress } from '../progress';
import { report } from '../report';
import type { SandboxRecord, SandboxRuns } from '../sandboxRuns';
import { openRecipe } from '../sandboxes';
import { keptVersions, sandboxRoot } from '../settings';
import { Panels, type Panel } from './panels';
import { contentOf } from './sandboxContent';
import { comparedWith, isInPlace, sightOf } from './sandboxView';

export interface SandboxPanelPorts {
  readonly runs: SandboxRuns;
  readonly pools: Pools;
  readonly clock: () => number;
  readonly extensionUri: Uri;
}

/** News of git come by the dozen. */
const settleMs = 100;

export class SandboxPanels extends Panels<Uri> {
  constructor(ports: SandboxPanelPorts) {
    super({
      type: 'grid.sandbox',
      page: 'sandbox',
      extensionUri: ports.extensionUri,
      title: (uri) => `Sandbox: ${nameOf(uri)}`,
      kept: ({ uri }) => (uri === undefined ? undefined : Uri.parse(uri)),
      make: (panel, uri) => new SandboxPanel(panel, uri, ports),
    });
  }
}

class SandboxPanel implements Panel<Uri> {
  readonly #store = new Store();
  readonly #record: Promise<SandboxRecord>;
  #ready = false;
  #timer: NodeJS.Timeout | undefined;
  /** Ends that the record counts this panel among those who see it. */
  #unwatch: (() => void) | undefined;
  /** What the page has: which content, and the log up to which line. */
  #content: string | undefined;
  #log = { begun: -1, line: 0 };

  constructor(
    private readonly panel: WebviewPanel,
    private readonly uri: Uri,
    private readonly ports: SandboxPanelPorts,
  ) {
    this.#record = ports.runs.of(uri);
    const mine = (key: string): void => {
      if (key === uri.toString()) this.#soon();
    };
    this.#store.add(panel.webview.onDidReceiveMessage((message: FromSandboxPanel) => void this.#hear(message)));
    this.#store.add(panel.onDidChangeViewState(() => this.#look()));
    this.#store.add(ports.runs.onChange(mine));
    this.#store.add(ports.pools.onChange(() => this.#soon()));
    this.#store.add(workspace.onDidGrantWorkspaceTrust(() => this.#soon()));
    this.#store.add(workspace.onDidChangeTextDocument(({ document }) => mine(document.uri.toString())));
    this.#store.add(workspace.onDidSaveTextDocument(({ uri: saved }) => mine(saved.toString())));
    this.#store.add(
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('grid.sandbox')) this.#soon();
      }),
    );
  }

  shows(uri: Uri): boolean {
    return uri.toString() === this.uri.toString();
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** A page that was hidden is gone; it says when the new one is ready. */
  #look(): void {
    if (this.panel.visible) return;
    this.#ready = false;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#draw().catch((error: unknown) => report('The panel could not be drawn.', error));
    }, settleMs);
  }

  async #draw(): Promise<void> {
    if (!this.#ready) return;
    const record = await this.#record;
    let recipe;
    try {
      ({ recipe } = await openRecipe(this.uri));
    } catch (thrown) {
      this.#content = undefined;
      return this.#post({ type: 'nothing', sentence: asGridError(thrown).sentence });
    }
    const { clock, pools } = this.ports;
    const now = clock();
    const circumstances = { recipe, now, root: sandboxRoot(), keep: keptVersions(), pools: pools.all.length, trusted: workspace.isTrusted };
    this.#post({ type: 'sight', sight: sightOf(record, circumstances) });
    this.#tellContent(record, now);
    this.#tellLog(record);
  }

  #tellContent(record: SandboxRecord, now: number): void {
    const { built } = record;
    const base = comparedWith(record);
    const content = `${built?.sha256 ?? ''} ${base?.sha256 ?? ''} ${base?.at ?? ''} ${isInPlace(record)}`;
    if (content === this.#content) return;
    this.#content = content;
    this.#post({ type: 'content', ...(built === undefined ? {} : { content: contentOf(built, base, now, isInPlace(record)) }) });
  }

  #tellLog({ lines, dropped, log }: SandboxRecord): void {
    const anew = log !== this.#log.begun || this.#log.line < dropped;
    const from = anew ? 0 : this.#log.line - dropped;
    if (!anew && from >= lines.length) return;
    this.#log = { begun: log, line: dropped + lines.length };
    this.#post({ type: 'log', anew, lines: lines.slice(from) });
  }

  #post(message: ToSandboxPanel): void {
    void this.panel.webview.postMessage(message);
  }

  async #hear(message: FromSandboxPanel): Promise<void> {
    try {
      switch (message.type) {
        case 'ready':
          this.#ready = true;
          this.#content = undefined;
          this.#log = { begun: -1, line: 0 };
          this.#unwatch ??= (await this.#record).watch();
          return await this.#draw();
        case 'act':
          return await this.#act(message.id);
        case 'answer':
          (await this.#record).keepLineEnds(false);
          return await this.#run('grid.sandbox.build');
        case 'mend':
          return await this.#run('grid.sandbox.convertLineEnds');
        case 'compare':
          return await this.#run('grid.sandbox.compare');
        case 'copy':
          await env.clipboard.writeText(message.text);
          window.setStatusBarMessage('Copied', 3000);
          return;
        case 'openStep':
          await window.showTextDocument(this.uri);
          return;
        case 'openLog':
          return showLog();
      }
    } catch (error) {
      void report('The sandbox panel could not do that.', error);
    }
  }

  async #act(id: SandboxAction['id']): Promise<void> {
    const record = await this.#record;
    if (id === 'cancel') record.running?.stop.abort();
    else if (id === 'build') await this.#run('grid.sandbox.build');
    else if (id === 'upload') await this.#run('grid.sandbox.upload');
    else await this.#run('grid.sandbox.setOnTokens');
  }

  /** With a node: the plan has been seen here, and what was built here is meant. */
  async #run(command: string): Promise<void> {
    await commands.executeCommand(command, { node: 'sandbox', uri: this.uri.toString() });
  }

  /** Closed in the middle, it leaves a message that can stop what goes on. */
  dispose(): void {
    this.#ready = false;
    this.#unwatch?.();
    clearTimeout(this.#timer);
    this.#store.dispose();
    void this.#record.then(({ running, watched }) => {
      if (running === undefined || watched > 0) return;
      const title = `${running.kind === 'build' ? 'Building' : 'Uploading'} the sandbox of ${nameOf(this.uri)}`;
      void withProgress(title, async (signal) => {
        signal.addEventListener('abort', () => running.stop.abort(), { once: true });
        await running.done;
      });
    });
  }
}
