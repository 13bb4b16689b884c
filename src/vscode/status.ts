/** The one status-bar item: how far staging is and whether something needs a person. */
import { StatusBarAlignment, window, type Disposable, type StatusBarItem } from 'vscode';
import { isUnfinished } from '../core/staging/campaign';
import type { Desk } from '../core/staging/desk';
import { isOpen } from '../core/staging/request';
import { percentStaged } from '../core/staging/state';
import { count, percent, plural } from '../core/wording';
import type { Shape } from '../shared/shape';

/** What the item says; undefined when there is nothing to say. */
interface Display {
  readonly shape: Shape;
  readonly text: string;
  readonly tooltip: string;
}

/** Changes that come together are counted together: a poll of a hundred requests is a hundred changes. */
const settleMs = 100;

export class Status implements Disposable {
  #item: StatusBarItem | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #stop: () => void;

  constructor(
    private readonly desk: Desk,
    private readonly clock: () => number,
  ) {
    this.#stop = desk.onChange(() => {
      this.#timer ??= setTimeout(() => this.#show(), settleMs);
    });
  }

  #show(): void {
    this.#timer = undefined;
    const display = displayOf(this.desk, this.desk.troubles.size > 0, this.clock());
    if (display === undefined) {
      this.#item?.hide();
      return;
    }
    const item = (this.#item ??= makeItem());
    item.text = `$(grid-${display.shape}) ${display.text}`;
    item.tooltip = display.tooltip;
    item.accessibilityInformation = { label: `${display.text}. ${display.tooltip}` };
    item.show();
  }

  dispose(): void {
    this.#stop();
    clearTimeout(this.#timer);
    this.#item?.dispose();
  }
}

/** Live requests count for the share; failed files count until their request is forgotten or started again. */
function displayOf({ requests, campaigns }: Desk, silent: boolean, now: number): Display | undefined {
  const live = requests.filter((request) => isOpen(request, now));
  const failed = campaigns.reduce((sum, campaign) => sum + campaign.progress.failed, 0);
  const trouble = failed > 0 ? [`${count(failed)} failed`] : [];
  if (live.length === 0) {
    if (failed === 0) return undefined;
    return { shape: 'cross', text: `Staging ended, ${trouble.join('')}`, tooltip: `${plural(failed, 'file')} failed or lost` };
  }
  // The same figure as the view and the panel: of whole campaigns, what has ended in them included.
  const open = campaigns.filter((campaign) => isUnfinished(campaign, now));
  const total = open.reduce((sum, { progress }) => sum + progress.total, 0);
  const online = open.reduce((sum, { progress }) => sum + progress.online, 0);
  const share = percentStaged(online, total);
  return {
    shape: silent ? 'warning' : 'half',
    text: [`Staging ${percent(share)}`, ...trouble, ...(silent ? ['no news'] : [])].join(', '),
    tooltip: `${count(online)} of ${plural(total, 'file')} online in ${plural(live.length, 'request')}`,
  };
}

function makeItem(): StatusBarItem {
  const item = window.createStatusBarItem('grid.staging', StatusBarAlignment.Left, 10);
  item.name = 'Grid staging';
  item.command = 'grid.staging.focus';
  return item;
}
