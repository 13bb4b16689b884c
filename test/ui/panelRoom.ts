/** One browser for a file of tests of the staging panel, and what they read in its page. */
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import type { FromStagingPanel } from '../../src/shared/staging';
import { openBrowser } from '../editor/browser';
import { run } from '../setup.mjs';
import type { Made } from './campaign';
import { PanelPage, type PanelOptions } from './panelPage';

export class PanelRoom {
  #browser: Browser | undefined;
  #panel: PanelPage | undefined;

  constructor() {
    before(async () => {
      assert.equal(await run(process.execPath, ['build.mjs'], { stdio: 'ignore' }), 0, 'node build.mjs');
      this.#browser = await openBrowser();
    });
    after(() => this.#browser?.close());
    afterEach(() => this.leave());
  }

  get panel(): PanelPage {
    if (this.#panel === undefined) throw new Error('no panel is open');
    return this.#panel;
  }

  get page(): Page {
    return this.panel.page;
  }

  /** A panel that has been told nothing yet. */
  async enter(options: PanelOptions = {}): Promise<Page> {
    if (this.#browser === undefined) throw new Error('the browser is not open');
    this.#panel = await PanelPage.open(this.#browser, options);
    return this.page;
  }

  /** A panel that shows a campaign. */
  async open(made: Made, options: PanelOptions = {}): Promise<Page> {
    await this.enter(options);
    await this.panel.tell({ type: 'campaign', ...made });
    return this.page;
  }

  /** Closes the panel; nothing may have gone wrong in it. */
  async leave(): Promise<void> {
    const panel = this.#panel;
    this.#panel = undefined;
    if (panel === undefined) return;
    const faults = await panel.faults();
    await panel.close();
    assert.deepEqual(faults, [], 'errors, warnings and what the content policy has stopped');
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

  legend(word: string): Locator {
    return this.page.getByRole('button', { name: new RegExp(`^${word} `) });
  }

  map(observation: string): Locator {
    return this.page.getByRole('grid', { name: `${observation}, map` });
  }

  /** An attribute of what has the focus; empty when it has none. */
  async focused(attribute: string): Promise<string> {
    return this.page.evaluate(`document.activeElement.getAttribute('${attribute}') ?? ''`);
  }

  async focusedText(): Promise<string> {
    return this.page.evaluate('document.activeElement.textContent');
  }

  /** What the panel said to its host last. */
  async lastSent(): Promise<FromStagingPanel | undefined> {
    return (await this.panel.sent()).at(-1);
  }
}
