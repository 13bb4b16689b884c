/** The one status-bar item: how far staging is and whether something needs a person. */
import { StatusBarAlignment, window, type Disposable, type StatusBarItem } from 'vscode';
import type { Desk } from '../core/staging/desk';
import { isLive, progressOf } from '../core/staging/request';
import { count, percent, plural } from '../core/wording';

export class Status implements Disposable {
  #item: StatusBarItem | undefined;
  readonly #stop: () => void;

  constructor(
    private readonly desk: Desk,
    private readonly clock: () => number,
  ) {
    this.#stop = desk.onChange(() => this.#show());
  }

  #show(): void {
    const live = this.desk.requests.filter((request) => isLive(request, this.clock()));
    if (live.length === 0) {
      this.#item?.hide();
      return;
    }
    const item = (this.#item ??= this.#make());
    const { percent: share, online, total, failed } = progressOf(...live);
    const silent = this.desk.troubles.size > 0;
    const facts = [`Staging ${percent(share)}`, ...(failed > 0 ? [`${count(failed)} failed`] : []), ...(silent ? ['no answer'] : [])];
    item.text = `$(grid-${silent ? 'warning' : 'half'}) ${facts.join(', ')}`;
    item.tooltip = `${count(online)} of ${plural(total, 'file')} online in ${plural(live.length, 'request')}`;
    item.accessibilityInformation = { label: `${facts.join(', ')}. ${item.tooltip}` };
    item.show();
  }

  #make(): StatusBarItem {
    const item = window.createStatusBarItem('grid.staging', StatusBarAlignment.Left, 10);
    item.name = 'Grid staging';
    item.command = 'grid.staging.focus';
    return item;
  }

  dispose(): void {
    this.#stop();
    this.#item?.dispose();
  }
}
