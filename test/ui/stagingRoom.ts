/** The staging panel in the room of its tests, and what they read in its page. */
import type { Locator, Page } from 'playwright-core';
import type { FromStagingPanel, ToStagingPanel } from '../../src/shared/staging';
import type { Made } from './campaign';
import type { PanelOptions } from './panelPage';
import { PanelRoom } from './panelRoom';

export class StagingRoom extends PanelRoom<FromStagingPanel, ToStagingPanel> {
  constructor() {
    super('staging');
  }

  /** A panel that shows a campaign. */
  async open(made: Made, options: PanelOptions = {}): Promise<Page> {
    await this.enter(options);
    await this.panel.tell({ type: 'campaign', ...made });
    return this.page;
  }

  get files(): Locator {
    return this.page.getByRole('grid', { name: 'Files' });
  }

  get rows(): Locator {
    return this.files.locator('.rows .row');
  }

  /** Title, number and actions of the table of files. */
  get filesTitle(): Locator {
    return this.page.locator('section.files .over');
  }

  get observations(): Locator {
    return this.page.getByRole('grid', { name: 'Observations' });
  }

  map(observation: string): Locator {
    return this.page.getByRole('grid', { name: `${observation}, map` });
  }
}
