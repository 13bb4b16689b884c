/** Everything behind the registrations, made together when something first calls for it. */
import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Uri, workspace, type Disposable, type ExtensionContext } from 'vscode';
import { openJournal } from '../adapters/journal';
import { convertList } from '../core/links/convert';
import { lint } from '../core/links/lint';
import { parseList } from '../core/links/list';
import type { Journal } from '../core/ports';
import { Desk } from '../core/staging/desk';
import type { Bearers } from './bearers';
import { noCancel } from './cancel';
import { Checks } from './checks';
import { CheckShelf } from './checkShelf';
import { Countdown } from './countdown';
import { Deadlines } from './deadlines';
import { Doors } from './doors';
import { Store } from './disposable';
import { registerLanguage } from './language/links';
import { Steps } from './language/steps';
import { Tokens } from './language/tokens';
import { closeLog, failure } from './log';
import { deadlineSeconds, filesInFlight, secondsBetweenSubmits, stallHours, stuckHours } from './settings';
import { Notices } from './notices';
import type { LocalityPanels } from './panels/locality';
import type { PoolPanels } from './panels/pool';
import type { SandboxPanels } from './panels/sandbox';
import type { StagingPanels } from './panels/staging';
import { Pools } from './pools';
import type { Previews } from './previews';
import type { SandboxRuns } from './sandboxRuns';
import { Sites } from './sites';
import { Stagers, thisAccount } from './stagers';
import { Status } from './status';
import { Stocks } from './stocks';
import { Storage } from './storage';
import { TokensView } from './tokensView';
import type { Conflicts } from './tokens/conflicts';
import type { TokenFiles } from './tokens/files';
import type { TokenScheme } from './tokens/scheme';
import { StorageView } from './storageView';
import { StagingSource, type StagingNode } from './trees/staging';
import { StorageSource, type StorageNode } from './trees/storage';
import { TokensSource, type TokensNode } from './trees/tokens';
import type { OpenView } from './trees/tree';
import { ViewsSource, type ViewsNode } from './trees/views';
import { StagingView } from './view';
import { Watch } from './watch';

const clock = Date.now;
const hourMs = 3_600_000;

/** The views that the editor knows from the start. */
export interface WorkbenchViews {
  readonly tokens: OpenView<TokensNode>;
  readonly views: OpenView<ViewsNode>;
  readonly staging: OpenView<StagingNode>;
  readonly storage: OpenView<StorageNode>;
}

export class Workbench implements Disposable {
  readonly #store = new Store();
  readonly #journal: Journal;
  readonly #shelf: CheckShelf;
  readonly sites = this.#store.add(new Sites());
  readonly stagers: Stagers;
  readonly checks = this.#store.add(new Checks());
  readonly doors: Doors;
  readonly desk: Desk;
  readonly source: StagingSource;
  readonly view: StagingView;
  readonly watch: Watch;
  readonly deadlines: Deadlines;
  readonly pools: Pools;
  readonly stocks: Stocks;
  readonly tokens: TokensSource;
  readonly views: ViewsSource;
  readonly tokensView: TokensView;
  readonly storage: Storage;
  readonly storageSource: StorageSource;

  constructor(
    readonly context: ExtensionContext,
    { staging: { tree, view }, tokens, views, storage }: WorkbenchViews,
    private readonly scheme: TokenScheme,
  ) {
    this.stagers = this.#store.add(new Stagers(context.secrets, context.extensionPath));
    this.doors = new Doors(this.stagers, this.sites, context.globalState);
    const journal = openJournal({ folder: join(context.globalStorageUri.fsPath, 'journal'), host: hostname(), clock });
    this.#journal = journal;
    this.desk = new Desk({
      open: (name) => this.stagers.open(name),
      journal,
      clock,
      limits: () => ({
        filesInFlight: filesInFlight(),
        secondsBetweenSubmits: secondsBetweenSubmits(),
        callMs: deadlineSeconds() * 1000,
      }),
      digest: (text) => createHash('sha256').update(text).digest('hex'),
      newId: randomUUID,
      sleep: (ms) => sleep(ms),
    });
    this.source = new StagingSource(
      this.desk,
      () => this.sites.table,
      clock,
      () => stallHours() * hourMs,
      (name) => this.stagers.extends(name),
    );
    this.pools = new Pools(context.secrets);
    const stocks = (this.stocks = new Stocks(this.pools));
    this.tokens = new TokensSource(stocks, { clock, stuckMs: () => stuckHours() * hourMs });
    this.views = new ViewsSource(stocks);
    this.tokensView = this.#store.add(new TokensView({ pools: this.pools, stocks, clock }, { tokens, views }));
    this.storage = this.#store.add(new Storage(this.stagers, this.bearers));
    this.storageSource = new StorageSource(this.storage, clock);
    this.#store.add(new StorageView(this.storage, storage));
    const watch = (this.watch = this.#store.add(new Watch(this.desk, journal, view, clock)));
    this.#store.add(this.stagers.onChange(() => watch.signedIn()));
    const notices = this.#store.add(new Notices(this.desk, watch, this.sites, clock));
    this.view = this.#store.add(new StagingView(this, watch, tree, view, clock));
    this.#store.add(new Status(this.desk, clock));
    this.deadlines = this.#store.add(new Deadlines(this.desk, this.stagers, clock));
    this.#store.add(new Countdown(this.deadlines, clock));
    this.#store.add(workspace.onDidGrantWorkspaceTrust(() => watch.plan()));
    const drawings = Uri.joinPath(context.extensionUri, 'dist/gutter');
    const { sites, desk, stagers, checks } = this;
    const language = registerLanguage({ sites, desk, stagers, checks, memory: context.globalState, clock, drawings });
    for (const each of language) this.#store.add(each);
    this.#store.add(new Steps(this.sites, context.globalState));
    this.#store.add(new Tokens({ files: this.files, clock }));
    this.#store.add({ dispose: closeLog });
    const kept = join((context.storageUri ?? context.globalStorageUri).fsPath, 'checks');
    this.#shelf = this.#store.add(new CheckShelf(checks, kept, clock));
    checks.restored = this.#shelf.load();
    void this.desk
      .load({ signal: noCancel })
      .then(() => notices.remember())
      .catch((error: unknown) => failure('The staging requests on record could not be read.', error));
  }

  /** Tokens for grid storage, of its own and of the stagers. */
  readonly bearers = async (): Promise<Bearers> => {
    const [{ Bearers: Kept }, { needProxy }] = await Promise.all([import('./bearers'), import('../adapters/proxy')]);
    const proxy = () =>
      needProxy(thisAccount, noCancel).then(
        () => true,
        () => false,
      );
    return new Kept(this.context.secrets, this.stagers, proxy);
  };

  #panels: Promise<StagingPanels> | undefined;

  /** The staging panels, loaded with the first. */
  readonly panels = (): Promise<StagingPanels> =>
    (this.#panels ??= import('./panels/staging').then(({ StagingPanels: Panels }) =>
      this.#store.add(
        new Panels({
          desk: this.desk,
          sites: this.sites,
          stagers: this.stagers,
          watch: this.watch,
          deadlines: this.deadlines,
          clock,
          extensionUri: this.context.extensionUri,
        }),
      ),
    ));

  #localityPanels: Promise<LocalityPanels> | undefined;

  /** The locality panels, loaded with the first. */
  readonly localityPanels = (): Promise<LocalityPanels> =>
    (this.#localityPanels ??= import('./panels/locality').then(({ LocalityPanels: Panels }) => {
      const { desk, sites, checks } = this;
      return this.#store.add(new Panels({ desk, sites, checks, clock, extensionUri: this.context.extensionUri }));
    }));

  #poolPanels: Promise<PoolPanels> | undefined;

  /** The pool panels, loaded with the first. */
  readonly poolPanels = (): Promise<PoolPanels> =>
    (this.#poolPanels ??= import('./panels/pool').then(({ PoolPanels: Panels }) =>
      this.#store.add(new Panels({ pools: this.pools, clock, extensionUri: this.context.extensionUri })),
    ));

  #sandboxRuns: Promise<SandboxRuns> | undefined;

  /** Builds and uploads of this window, and what is known of earlier ones. */
  readonly sandboxRuns = (): Promise<SandboxRuns> =>
    (this.#sandboxRuns ??= import('./sandboxRuns').then(({ SandboxRuns: Runs }) =>
      this.#store.add(new Runs(join(this.context.globalStorageUri.fsPath, 'sandbox', 'runs'), clock)),
    ));

  #sandboxPanels: Promise<SandboxPanels> | undefined;

  /** The sandbox panels, loaded with the first. */
  readonly sandboxPanels = (): Promise<SandboxPanels> =>
    (this.#sandboxPanels ??= Promise.all([import('./panels/sandbox'), this.sandboxRuns()]).then(([{ SandboxPanels: Panels }, runs]) =>
      this.#store.add(new Panels({ runs, pools: this.pools, clock, extensionUri: this.context.extensionUri })),
    ));

  #previews: Promise<Previews> | undefined;

  /** Documents that show what would be written, loaded with the first. */
  readonly previews = (): Promise<Previews> =>
    (this.#previews ??= import('./previews').then(({ Previews: Shown }) => this.#store.add(new Shown())));

  #files: Promise<TokenFiles> | undefined;

  /** Tokens as files, loaded with the first that is opened. */
  readonly files = (): Promise<TokenFiles> =>
    (this.#files ??= import('./tokens/files').then(({ TokenFiles: Files }) => {
      const files = this.#store.add(
        new Files({
          open: (pool) => this.pools.open(pool),
          names: () => this.pools.all.map(({ name }) => name),
          fire: (events) => this.scheme.changed.fire(events),
          clock,
          written: (pool) => this.tokensView.changed(pool),
          conflicts: this.conflicts,
        }),
      );
      this.#store.add(this.pools.onChange(() => files.shelf.again()));
      return files;
    }));

  #conflicts: Promise<Conflicts> | undefined;

  /** Tokens that somebody else has changed while they were edited here. */
  readonly conflicts = (): Promise<Conflicts> =>
    (this.#conflicts ??= Promise.all([import('./tokens/conflicts'), this.files()]).then(([{ Conflicts: Open }, files]) =>
      this.#store.add(
        new Open({
          previews: this.previews,
          open: (pool) => this.pools.open(pool),
          record: (pool, id) => files.shelf.record(pool, id),
          clock,
        }),
      ),
    ));

  /** What the extension's API does. */
  readonly api = {
    lintLinks: (text: string) => lint(text, this.sites.table),
    convertLinks: (text: string, form: Parameters<typeof convertList>[1]) => convertList(parseList(text, this.sites.table), form),
    stagingRequests: () => this.desk.requests,
    onDidChangeStaging: (listener: () => void): Disposable => ({ dispose: this.desk.onChange(listener) }),
  };

  /** Leaves word that this window has ended, so that others need not wait for answers it will not hear. */
  async close(): Promise<void> {
    await Promise.all([this.#journal.close(), this.#shelf.flush()]);
  }

  dispose(): void {
    this.#store.dispose();
  }
}
