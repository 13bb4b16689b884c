/** The status-bar item of what ends first: quiet from two days before, a triangle from twelve hours, a colour from two. */
import { MarkdownString, StatusBarAlignment, ThemeColor, window, type Command, type Disposable, type StatusBarItem } from 'vscode';
import { deadlineSentence, firstDeadline, nearness, type DeadlineKind, type Nearness } from '../core/staging/deadline';
import { duration } from '../core/wording';
import type { Deadlines, Ending } from './deadlines';
import { Store } from './disposable';
import { plain } from './markdown';

const minuteMs = 60_000;

export const endingNames: Record<DeadlineKind, string> = {
  pin: 'Pin',
  macaroon: 'Macaroon',
  token: 'Token',
  proxy: 'Proxy',
  attributes: 'VO attributes',
};

/** What helps: a proxy is made in a terminal, and is found by itself then. */
function remedyOf({ kind, stager }: Ending): Command {
  if (kind === 'pin') return { title: 'Extend Pins…', command: 'grid.staging.extend' };
  if (kind === 'proxy' || kind === 'attributes') return { title: 'Focus Terminal', command: 'workbench.action.terminal.focus' };
  return { title: 'Sign In to Stager…', command: 'grid.staging.signIn', arguments: [{ node: 'stager', name: stager }] };
}

/** Said below what ends: what a click does is not to be guessed. */
const hints: Record<DeadlineKind, string> = {
  pin: 'Click to keep the files longer.',
  macaroon: 'Click to sign in with another one.',
  token: 'Click to sign in with another one.',
  proxy: 'Click for a terminal: voms-proxy-init makes a new one, which is found by itself.',
  attributes: 'Click for a terminal: voms-proxy-init makes a new proxy, which is found by itself.',
};

const backgrounds: Partial<Record<Nearness, string>> = {
  soon: 'statusBarItem.warningBackground',
  over: 'statusBarItem.errorBackground',
};

export class Countdown implements Disposable {
  readonly #store = new Store();
  #item: StatusBarItem | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly deadlines: Deadlines,
    private readonly clock: () => number,
  ) {
    this.#store.add(deadlines.onChange(() => this.#show()));
  }

  #show(): void {
    clearTimeout(this.#timer);
    const { all } = this.deadlines;
    // What opens nothing comes before what opens something for a while yet.
    const first: Ending | undefined = all.find(({ problem }) => problem !== undefined) ?? firstDeadline(all);
    const now = this.clock();
    const near = first === undefined ? 'far' : first.problem === undefined ? nearness(first.at, now) : 'over';
    if (first === undefined || near === 'far') {
      this.#item?.hide();
      return;
    }
    const item = (this.#item ??= this.#store.add(makeItem()));
    const { kind, problem } = first;
    item.text = `$(${near === 'near' ? 'clock' : 'grid-warning'}) ${endingNames[kind]} ${remark(first, now)}`;
    const colour = backgrounds[near];
    item.backgroundColor = colour === undefined ? undefined : new ThemeColor(colour);
    item.command = remedyOf(first);
    const rest = all.filter((each) => each !== first).sort((a, b) => a.at - b.at);
    const sentences = [first, ...rest].map((each) => each.problem ?? deadlineSentence(each, now));
    item.tooltip = new MarkdownString([...sentences.slice(0, 8).map(plain), ...(problem === undefined ? [hints[kind]] : [])].join('\n\n'));
    item.accessibilityInformation = { label: sentences[0] ?? '' };
    item.show();
    this.#timer = setTimeout(() => this.#show(), minuteMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#store.dispose();
  }
}

function remark({ problem, at }: Ending, now: number): string {
  if (problem !== undefined) return 'can be read by others';
  return at > now ? duration(at - now) : 'has ended';
}

function makeItem(): StatusBarItem {
  // Before the item of staging: what ends first is read first.
  const item = window.createStatusBarItem('grid.deadline', StatusBarAlignment.Left, 11);
  item.name = 'Grid deadline';
  return item;
}
