/** The sandbox panel in the room of its tests. */
import type { Locator, Page } from 'playwright-core';
import type { FromSandboxPanel, ToSandboxPanel } from '../../src/shared/sandbox';
import type { PanelOptions } from './panelPage';
import { PanelRoom } from './panelRoom';
import type { Told } from './sandboxSights';

export class SandboxRoom extends PanelRoom<FromSandboxPanel, ToSandboxPanel> {
  constructor() {
    super('sandbox');
  }

  /** A panel that shows a sandbox. */
  async open(told: Told, options: PanelOptions = {}): Promise<Page> {
    await this.enter(options);
    await this.show(told, true);
    return this.page;
  }

  async show({ sight, content, lines }: Told, anew = false): Promise<void> {
    await this.panel.tell({ type: 'sight', sight });
    await this.panel.tell({ type: 'content', ...(content === undefined ? {} : { content }) });
    await this.panel.tell({ type: 'log', anew, lines });
  }

  get content(): Locator {
    return this.page.getByRole('treegrid', { name: 'Content' });
  }

  row(words: string): Locator {
    return this.content.locator('.rows .row').filter({ hasText: words });
  }
}
