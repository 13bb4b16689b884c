/** A panel in a bare browser: its real page under its real content policy, with the test in the place of the host. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Uri } from 'vscode';
import { pageOf, type PageName } from '../../src/vscode/panels/page';
import type { Theme } from '../editor/browser';
import { until } from '../editor/until';
import { propertiesOf, themeClass } from './theme';

const root = join(import.meta.dirname, '../..');
const origin = 'http://panel.test';

export interface PanelOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** What the editor has kept from an earlier page. */
  readonly kept?: unknown;
  readonly reducedMotion?: boolean;
}

const read = new Map<string, Promise<Buffer>>();

/** A built file, read once: the next build may begin while pages are still opened. */
function built(path: string): Promise<Buffer> {
  const known = read.get(path) ?? readFile(join(root, path));
  read.set(path, known);
  return known;
}

/** What a panel and its host tell each other: plain data with a type. */
interface Message {
  readonly type: string;
}

/** What the page holds for the test. */
interface Held {
  sent: Message[];
  kept: unknown;
  violations: string[];
}
declare const held: Held;
declare function postMessage(message: unknown): void;

export class PanelPage<From extends Message = Message, To = unknown> {
  readonly #faults: string[] = [];

  private constructor(readonly page: Page) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.#faults.push(message.text());
    });
    page.on('pageerror', (error) => this.#faults.push(error.message));
  }

  static async open<From extends Message, To>(browser: Browser, name: PageName, options: PanelOptions = {}): Promise<PanelPage<From, To>> {
    const { theme = 'light', width = 1100, height = 760 } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
      colorScheme: theme === 'light' || theme === 'contrastLight' ? 'light' : 'dark',
    });
    const page = await context.newPage();
    const panel = new PanelPage<From, To>(page);
    await context.addInitScript(editorSide(options.kept, propertiesOf(theme), themeClass[theme]));
    await page.route(`${origin}/**`, async (route) => {
      const path = new URL(route.request().url()).pathname;
      if (path === '/') return route.fulfill({ contentType: 'text/html', body: html(name) });
      const contentType = path.endsWith('.css') ? 'text/css' : 'text/javascript';
      return route.fulfill({ contentType, body: await built(path) });
    });
    await page.goto(`${origin}/`);
    await until('the panel is ready', async () => (await panel.sent()).some(({ type }) => type === 'ready'));
    return panel;
  }

  async tell(message: To): Promise<void> {
    // As text: 100 000 files would take seconds in the driver's own notation.
    await this.page.evaluate((data) => postMessage(JSON.parse(data)), JSON.stringify(message));
    // Two frames: one to take it, one to draw what depends on sizes.
    await this.settle();
  }

  async settle(): Promise<void> {
    await this.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  }

  /** What the panel has said to its host, oldest first. */
  async sent(): Promise<From[]> {
    return (await this.page.evaluate(() => held.sent)) as From[];
  }

  /** What the panel has left with the editor. */
  async kept(): Promise<unknown> {
    return this.page.evaluate(() => held.kept);
  }

  /** Whatever went wrong: errors, warnings, and what the content policy has stopped. */
  async faults(): Promise<string[]> {
    return [...this.#faults, ...(await this.page.evaluate(() => held.violations))];
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** The page as the host makes it; only the addresses are ours. */
function html(name: PageName): string {
  const uri = (path: string) => ({ path, with: (change: { path: string }) => uri(change.path), toString: () => `${origin}${path}` });
  const host = { cspSource: origin, asWebviewUri: (resource: Uri) => resource };
  return pageOf(host, uri('') as unknown as Uri, name, 'Panel');
}

/**
 * The editor's side of a webview, run in the page before its own script. Text, because what this project's loader makes of
 * a function names things that a page does not have.
 */
function editorSide(kept: unknown, properties: readonly [string, string][], body: string): string {
  return `{
    const held = { sent: [], kept: ${JSON.stringify(kept)}, violations: [] };
    globalThis.held = held;
    document.addEventListener('securitypolicyviolation', (event) => held.violations.push(event.violatedDirective + ': ' + event.blockedURI));
    // The script of the panel is deferred: the body is there, and dressed, before it runs.
    document.addEventListener('readystatechange', () => {
      for (const [name, value] of ${JSON.stringify(properties)}) document.documentElement.style.setProperty(name, value);
      document.body.className = ${JSON.stringify(body)};
      document.body.dataset.vscodeThemeKind = ${JSON.stringify(body)};
    });
    globalThis.acquireVsCodeApi = () => ({
      postMessage: (message) => held.sent.push(structuredClone(message)),
      getState: () => held.kept,
      setState: (next) => { held.kept = structuredClone(next); },
    });
  }`;
}
