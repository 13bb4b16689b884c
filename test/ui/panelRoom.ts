/** One browser for a file of tests of a panel, and what they read in any panel's page. */
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import type { PageName } from '../../src/vscode/panels/page';
import { openBrowser } from '../editor/browser';
import { run } from '../setup.mjs';
import { PanelPage, type PanelOptions } from './panelPage';

export class PanelRoom<From extends { readonly type: string }, To> {
  #browser: Browser | undefined;
  #panel: PanelPage<From, To> | undefined;

  constructor(private readonly name: PageName) {
    before(async () => {
      assert.equal(await run(process.execPath, ['build.mjs'], { stdio: 'ignore' }), 0, 'node build.mjs');
      this.#browser = await openBrowser();
    });
    after(() => this.#browser?.close());
    afterEach(() => this.leave());
  }

  get panel(): PanelPage<From, To> {
    if (this.#panel === undefined) throw new Error('no panel is open');
    return this.#panel;
  }

  get page(): Page {
    return this.panel.page;
  }

  /** A panel that has been told nothing yet. */
  async enter(options: PanelOptions = {}): Promise<Page> {
    if (this.#browser === undefined) throw new Error('the browser is not open');
    this.#panel = await PanelPage.open<From, To>(this.#browser, this.name, options);
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

  legend(word: string): Locator {
    return this.page.getByRole('button', { name: new RegExp(`^${word} `) });
  }

  /** An attribute of what has the focus; empty when it has none. */
  async focused(attribute: string): Promise<string> {
    return this.page.evaluate(`document.activeElement.getAttribute('${attribute}') ?? ''`);
  }

  async focusedText(): Promise<string> {
    return this.page.evaluate('document.activeElement.textContent');
  }

  /** What the panel said to its host last. */
  async lastSent(): Promise<From | undefined> {
    return (await this.panel.sent()).at(-1);
  }
}
