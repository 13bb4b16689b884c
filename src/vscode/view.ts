/**
 * The view Staging Requests: its tree, its message line, its badge, and the context keys that choose its welcome text.
 */
import { commands, workspace, type Disposable, type TreeView } from 'vscode';
import { asGridError, type GridError } from '../core/errors';
import type { Desk } from '../core/staging/desk';
import { isLive, type StagingRequest } from '../core/staging/request';
import { moment, plural } from '../core/wording';
import { noCancel } from './cancel';
import { Store } from './disposable';
import { failure } from './log';
import type { Sites } from './sites';
import type { Stagers } from './stagers';
import { troubleCount, type MoreNode, type StagingNode, type StagingSource } from './trees/staging';
import type { Tree } from './trees/tree';
import type { Watch } from './watch';

/** Changes that come together are drawn together. */
const settleMs = 100;

export interface ViewPorts {
  readonly desk: Desk;
  readonly stagers: Stagers;
  readonly sites: Sites;
  readonly source: StagingSource;
}

export class StagingView implements Disposable {
  readonly #store = new Store();
  readonly #desk: Desk;
  readonly #stagers: Stagers;
  readonly #source: StagingSource;
  readonly #watch: Watch;
  #timer: NodeJS.Timeout | undefined;
  /** What the probe found, while there is no request to ask about. */
  #silence: GridError | undefined;
  /** What the tree was last drawn from. */
  #sight: Sight | undefined;
  /** Counts probes, so that a slow one does not overrule a later one. */
  #turn = 0;

  constructor(
    { desk, stagers, sites, source }: ViewPorts,
    watch: Watch,
    private readonly tree: Tree<StagingNode>,
    private readonly view: TreeView<StagingNode>,
    private readonly clock: () => number,
  ) {
    this.#desk = desk;
    this.#stagers = stagers;
    this.#source = source;
    this.#watch = watch;
    this.#store.add({ dispose: desk.onChange(() => this.#soon()) });
    this.#store.add(view.onDidChangeVisibility(({ visible }) => visible && void this.probe()));
    this.#store.add(
      sites.onChange(() => {
        this.#sight = undefined;
        this.#soon();
      }),
    );
    this.#store.add(workspace.onDidGrantWorkspaceTrust(() => void this.probe()));
    this.#store.add(workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('grid.staging.stagers') && void this.probe()));
    this.#store.add(stagers.onChange(() => void this.probe()));
    if (view.visible) void this.probe();
    else this.#show();
  }

  more(node: MoreNode): void {
    this.#source.more(node.parent);
    this.tree.refresh(node.parent);
  }

  /**
   * With no request to ask about, finds out whether the stagers know this person and answer, so that an empty view says
   * what is missing. With requests, the polls tell.
   */
  async probe(): Promise<void> {
    const turn = ++this.#turn;
    const silence = this.#asksNow() ? await this.#askStagers() : undefined;
    if (turn !== this.#turn) return; // something changed meanwhile, and a later probe knows better
    this.#silence = silence;
    this.#show();
  }

  #asksNow(): boolean {
    return workspace.isTrusted && this.view.visible && !this.#desk.requests.some((request) => isLive(request, this.clock()));
  }

  /** What is wrong where no stager at all takes this person: with one that does, there is something to begin with. */
  async #askStagers(): Promise<GridError | undefined> {
    let silence: GridError | undefined;
    let answers = false;
    for (const { name } of this.#stagers.all) {
      try {
        await (await this.#stagers.open(name)).probe({ signal: noCancel });
        answers = true;
      } catch (error) {
        silence = asGridError(error);
        failure(`${name} was asked whether it answers.`, error);
      }
    }
    return answers ? undefined : silence;
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#show();
    }, settleMs);
  }

  #show(): void {
    const troubled = troubleCount(this.#desk.campaigns);
    this.view.badge = troubled === 0 ? undefined : { value: troubled, tooltip: `${plural(troubled, 'file')} failed or lost` };
    this.view.message = this.#message();
    void commands.executeCommand('setContext', 'grid:stagers', this.#stagers.all.length > 0);
    void commands.executeCommand('setContext', 'grid:staging', this.#condition());
    this.#draw();
  }

  /**
   * Draws the tree anew only when it has changed: between a redraw and its end the editor knows no node, and a menu
   * chosen in that moment would come without the one it was opened on.
   */
  #draw(): void {
    const day = new Date(this.clock()).toDateString(); // after midnight "13:52" is "Fri 13:52"
    const waits = [...this.#desk.waiting].map(([name, { reason }]) => `${name} ${reason}`);
    const sight = { requests: this.#desk.requests, rest: [day, ...this.#desk.troubles.keys(), ...waits].join('\n') };
    if (this.#sight !== undefined && looksAlike(sight, this.#sight)) return;
    this.#sight = sight;
    this.tree.refresh();
  }

  /** Chooses the welcome text; until it is known the view has none. */
  #condition(): 'untrusted' | 'noStager' | 'signedOut' | 'unreachable' | 'ready' {
    if (!workspace.isTrusted) return 'untrusted';
    if (this.#stagers.all.length === 0) return 'noStager';
    if (this.#silence === undefined) return 'ready';
    return this.#silence.kind === 'auth' || this.#silence.kind === 'forbidden' ? 'signedOut' : 'unreachable';
  }

  /** The line above the tree: only when something is wrong; the tree below keeps the last known figures. */
  #message(): string {
    const lines = [...this.#desk.troubles].map(([name, { error, since }]) => {
      if (error.kind === 'auth' || error.kind === 'forbidden') return error.sentence;
      const due = this.#watch.due;
      const at = due === undefined ? '' : moment(due, this.clock());
      const next = at === '' || at === moment(this.clock(), this.clock()) ? '' : `, next try ${at}`;
      return `No news from ${name} since ${moment(since, this.clock())}${next}: ${error.message}`;
    });
    lines.push(...this.#desk.problems);
    return lines.join('\n');
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#store.dispose();
  }
}

/** What the tree shows. */
interface Sight {
  readonly requests: readonly StagingRequest[];
  /** The day, and the names of the stagers without news. */
  readonly rest: string;
}

/** A request that only was asked for again looks as before: its files are the very same array. */
function looksAlike(a: Sight, b: Sight): boolean {
  return (
    a.rest === b.rest &&
    a.requests.length === b.requests.length &&
    a.requests.every((request, index) => {
      const other = b.requests[index];
      return (
        request.key === other?.key && request.state === other.state && request.files === other.files && request.trouble === other.trouble
      );
    })
  );
}
