/** The status-bar item of what ends first: quiet from two days before, a triangle from twelve hours, a colour from two. */
import { MarkdownString, StatusBarAlignment, ThemeColor, window, type Disposable, type StatusBarItem } from 'vscode';
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

/** What helps; a proxy is made in a terminal, and the sign-in says what is wrong with the one that is there. */
const commands: Record<DeadlineKind, string> = {
  pin: 'grid.staging.extend',
  macaroon: 'grid.staging.signIn',
  token: 'grid.staging.signIn',
  proxy: 'grid.staging.signIn',
  attributes: 'grid.staging.signIn',
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
    const first: Ending | undefined = firstDeadline(this.deadlines.all);
    const now = this.clock();
    const near = first === undefined ? 'far' : nearness(first.at, now);
    if (first === undefined || near === 'far') {
      this.#item?.hide();
      return;
    }
    const item = (this.#item ??= this.#store.add(makeItem()));
    const { kind, at } = first;
    item.text = `$(${near === 'near' ? 'clock' : 'grid-warning'}) ${endingNames[kind]} ${near === 'over' ? 'has ended' : duration(at - now)}`;
    const colour = backgrounds[near];
    item.backgroundColor = colour === undefined ? undefined : new ThemeColor(colour);
    item.command = commands[kind];
    const sentences = [...this.deadlines.all].sort((a, b) => a.at - b.at).map((each) => deadlineSentence(each, now));
    item.tooltip = new MarkdownString(sentences.slice(0, 8).map(plain).join('\n\n'));
    item.accessibilityInformation = { label: sentences[0] ?? '' };
    item.show();
    this.#timer = setTimeout(() => this.#show(), minuteMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#store.dispose();
  }
}

function makeItem(): StatusBarItem {
  // Before the item of staging: what ends first is read first.
  const item = window.createStatusBarItem('grid.deadline', StatusBarAlignment.Left, 11);
  item.name = 'Grid deadline';
  return item;
}
