/** The pool panel in the room of its tests. */
import type { Locator, Page } from 'playwright-core';
import type { FromPoolPanel, PoolSight, ToPoolPanel } from '../../src/shared/pool';
import type { PanelOptions } from './panelPage';
import { PanelRoom } from './panelRoom';

export class PoolRoom extends PanelRoom<FromPoolPanel, ToPoolPanel> {
  constructor() {
    super('pool');
  }

  /** A panel that shows a pool. */
  async open(sight: PoolSight, options: PanelOptions = {}): Promise<Page> {
    await this.enter(options);
    await this.panel.tell({ type: 'sight', sight });
    return this.page;
  }

  get errors(): Locator {
    return this.page.getByRole('grid', { name: 'Errors' });
  }

  get locks(): Locator {
    return this.page.getByRole('grid', { name: 'Oldest locks' });
  }

  /** A row of one of the two tables, by words that it holds. */
  row(table: Locator, words: string): Locator {
    return table.locator('.rows .row').filter({ hasText: words });
  }
}
