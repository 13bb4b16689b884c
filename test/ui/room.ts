/**
 * One practice grid and one window on it, for one file of tests; and what the tests of this suite read in both. The
 * stager's clock stands still but for a test's own steps: an hour each for "new", "scheduled" and every file.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser, openWindow } from '../editor/browser';
import { answerDialog, type Dialog } from '../editor/prompt';
import { chooseFromFiles } from '../editor/menu';
import { clickViewAction, FILES, readTree, rowOf, treeOf, type Row } from '../editor/tree';
import { exactly, until, type Shown } from '../editor/until';
import { openFile, readNotifications, setTheme, showFiles, waitForWorkbench } from '../editor/workbench';
import { startGrid, type Grid, type GridOptions } from '../practice/grid';
import type { LogEntry } from '../practice/stager';

export const view = 'Staging Requests';
export const hour = 3_600_000;
const pace = { newMs: hour, scheduledMs: hour, perFileMs: hour, goneMs: 1000 * hour };
const pictures = join(import.meta.dirname, '../../.practice/ui');

export interface RoomOptions extends Omit<GridOptions, 'place'> {
  /** Files of the workspace beside the samples. */
  readonly files?: Readonly<Record<string, string>>;
  readonly width?: number;
}

export class Room {
  #grid: Grid | undefined;
  #page: Page | undefined;
  #browser: Browser | undefined;
  #place: string | undefined;
  /** The scene that failed and without which there are no others. */
  ended: string | undefined;

  get grid(): Grid {
    if (this.#grid === undefined) throw new Error('the grid has not started');
    return this.#grid;
  }

  get page(): Page {
    if (this.#page === undefined) throw new Error('the window is not open');
    return this.#page;
  }

  /** The home folder of the person at the window. */
  get home(): string {
    return join(this.#place ?? '', 'grid', 'home');
  }

  async open({ files = {}, width, ...options }: RoomOptions): Promise<void> {
    this.#place = await mkdtemp(join(tmpdir(), 'grid-ui-'));
    // A tooltip of the row where the pointer happens to rest would cover the next row and take its clicks.
    const settings = { 'workbench.hover.delay': 30_000, ...options.settings };
    this.#grid = await startGrid({ pace, pool: false, ...options, settings, place: join(this.#place, 'grid') });
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.#grid.folder, name), text);
    this.#browser = await openBrowser();
    this.#page = await openWindow(this.#browser, this.#grid.server.url, {
      folder: this.#grid.folder,
      ...(width === undefined ? {} : { width }),
    });
    // Pictures of a dialog that is still fading in are of no use to anybody.
    await this.#page.emulateMedia({ reducedMotion: 'reduce' });
    await waitForWorkbench(this.#page);
    if (options.trust !== true) {
      await untilTrusted(this.#page).catch(async (error: unknown) => {
        await this.picture('failed start');
        throw error;
      });
    }
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#grid?.stop();
    if (this.#place !== undefined) await rm(this.#place, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** Calls of a method that reached the stager, oldest first. */
  calls(method: string): readonly LogEntry[] {
    return this.grid.stager.log.filter((entry) => entry.method === `LtaStager.${method}`);
  }

  /** Leaves a picture for the eyes of a person. */
  async picture(name: string): Promise<void> {
    await mkdir(pictures, { recursive: true });
    await this.page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
  }

  /** The same in every theme; it ends light. */
  async pictures(name: string): Promise<void> {
    for (const theme of ['contrast', 'contrastLight', 'dark', 'light'] as const) {
      await setTheme(this.page, theme);
      await this.picture(`${name}-${theme}`);
    }
  }

  /** Moves the stager's clock by hours. */
  pass(hours: number): void {
    this.grid.stager.advance(hours * hour);
  }

  rows(what: string, wanted: (rows: Row[]) => unknown): Promise<Row[]> {
    return until(what, async () => {
      const rows = await readTree(this.page, view);
      return Boolean(wanted(rows)) && rows;
    });
  }

  /** Waits until a row of the view is as described, and returns it. */
  async row(label: string, description: RegExp): Promise<Row> {
    let last: Row | undefined;
    try {
      return await until('the row', async () => {
        last = (await readTree(this.page, view)).find((row) => row.label === label);
        return last !== undefined && description.test(last.description) && last;
      });
    } catch {
      throw new Error(`"${label}" did not come to say ${String(description)}; it says: ${last?.description ?? 'nothing, it is not there'}`);
    }
  }
}

/**
 * In its first moments a window does not know its extensions, nor that it is trusted: Stage… is missing, then greyed.
 * What it knew of a file stays while that file keeps the focus, so each look is at another one.
 */
async function untilTrusted(page: Page): Promise<void> {
  const names = ['srm_sara.txt', 'srm_poznan.txt'];
  const menu = page.locator('.monaco-menu').first();
  let seen = '';
  // The Explorer lists its files anew while the window starts: each look has a short patience of its own.
  const look = async () => {
    const [name = ''] = names.reverse();
    await rowOf(page, FILES, name).locator('.label-name').first().click({ button: 'right', timeout: 2000 });
    await menu.waitFor({ timeout: 2000 });
    seen = (await menu.locator('.action-item').allInnerTexts()).join(' | ');
    const item = menu.locator('.action-item:not(.disabled)').filter({ hasText: 'Stage…' });
    const ready = (await item.count()) > 0;
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden', timeout: 2000 });
    return ready;
  };
  await until('Stage… can be chosen', () =>
    look().catch(async (error: unknown) => {
      seen = String(error);
      await page.keyboard.press('Escape'); // a menu that came late would stand before everything else
      return false;
    }),
  ).catch((error: unknown) => {
    throw new Error(`A list's menu did not come to offer Stage…; last seen: ${seen}`, { cause: error });
  });
}

/** A file's room, opened before its tests and closed after them. */
export function roomFor(options: RoomOptions): Room {
  const room = new Room();
  before(() => room.open(options));
  after(() => room.close());
  return room;
}

/**
 * A test in the room; when it fails it leaves a picture, and nothing open that would stop the next one. After the
 * failure of one that the others build upon (`first`) they fail at once.
 */
export function scene(room: Room, title: string, play: (context: TestContext) => Promise<void>, { first = false } = {}): void {
  test(title, async (context) => {
    if (room.ended !== undefined) throw new Error(`It cannot be seen, because of: ${room.ended}`);
    try {
      await play(context);
    } catch (error) {
      if (first) room.ended = title;
      await room.picture(`failed ${title.replace(/[^\w ]/g, '')}`).catch(() => undefined);
      const said = await readNotifications(room.page).catch(() => []);
      for (let k = 0; k < 3; k++) await room.page.keyboard.press('Escape').catch(() => undefined);
      const hint = said.map(({ severity, message }) => `${severity}: ${message}`).join('\n');
      throw hint === '' ? error : new Error(`${String(error)}\nThe window says:\n${hint}`, { cause: error });
    }
  });
}

/** Links as the sample lists spell them: one a line, the first column. */
export function linksOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s/)[0] ?? '')
    .filter((link) => link !== '');
}

/** Links of one made-up observation at SARA. */
export function madeUp(observation: string, count: number): string[] {
  return Array.from({ length: count }, (_, k) => {
    const band = String(k).padStart(3, '0');
    return `srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/lofar/ops/projects/lc9_041/${observation.slice(1)}/${observation}_SB${band}_uv.dppp.MS_0000000a.tar`;
  });
}

/** Opens a list and waits for its line of facts, after which no line moves any more. Returns that line: it may be drawn again. */
export async function openList(page: Page, file: string, factsBegin: string): Promise<string> {
  await openFile(page, file);
  return until(`${file} has its line of facts "${factsBegin}"`, async () => {
    const lens = await readLens(page);
    return lens.startsWith(factsBegin) && lens;
  });
}

/** The line above line 1; empty when there is none. */
export async function readLens(page: Page): Promise<string> {
  const lenses = await page.locator('.editor-group-container.active .codelens-decoration').allInnerTexts();
  return lenses.join(' ').replace(/\s+/g, ' ').trim();
}

/** Stages a file from the Explorer. */
export async function stageFile(room: Room, name: string): Promise<Dialog> {
  const before = room.calls('add_getid').length;
  await showFiles(room.page);
  await chooseFromFiles(room.page, [name], 'Stage…');
  const asked = await answerDialog(room.page, 'Stage');
  await until(`${name} reached the stager`, () => Promise.resolve(room.calls('add_getid').length > before));
  return asked;
}

/** Which drawing a row has: `half` of the class `codicon-grid-half`. */
export async function shapeOf(page: Page, label: string): Promise<string> {
  const rows = await treeOf(page, view)
    .locator('.monaco-list-rows > .monaco-list-row')
    .evaluateAll((found: Shown[]) =>
      found.map((row) => [
        row.querySelector('.label-name')?.textContent ?? '',
        row.querySelector('.custom-view-tree-node-item-icon')?.className ?? '',
      ]),
    );
  const [, classes = ''] = rows.find(([name]) => name === label) ?? [];
  return /codicon-grid-(\w+)/.exec(classes)?.[1] ?? `no drawing (${classes})`;
}

/** Waits until a row has a drawing: it follows the text, but not in the same frame. */
export async function untilShape(page: Page, label: string, shape: string): Promise<void> {
  await until(`"${label}" has the drawing ${shape}`, async () => (await shapeOf(page, label)) === shape);
}

/** A view with all that stands in it: title, message, welcome text, tree. */
function paneOf(page: Page, title: string): Locator {
  return page.locator('.part.sidebar .pane').filter({ has: page.locator('h3.title').filter({ hasText: exactly(title) }) });
}

/** Clicks an action in the title of the view. */
export function clickTitleAction(page: Page, action: string): Promise<void> {
  return clickViewAction(page, view, action);
}

/** What the clipboard holds. */
export function readClipboard(page: Page): Promise<string> {
  return page.evaluate('navigator.clipboard.readText()');
}

/** Waits until the clipboard holds something else than before, and returns it. */
export async function copied(page: Page, copy: () => Promise<void>): Promise<string> {
  const before = 'nothing was copied';
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(before)})`);
  await copy();
  return until('something is on the clipboard', async () => {
    const text = await readClipboard(page);
    return text !== before && text;
  });
}

/** The line above the tree; empty when there is none. */
export async function readMessage(page: Page, title = view): Promise<string> {
  // All texts at once: a line that goes while one asks for it would be waited for.
  const [line = ''] = await paneOf(page, title).locator('.tree-explorer-viewlet-tree-view > .message:not(.hide)').allInnerTexts();
  return line.trim();
}

export interface Welcome {
  readonly text: string;
  readonly buttons: readonly string[];
  readonly links: readonly string[];
}

/** What the empty view says. */
export async function readWelcome(page: Page, title = view): Promise<Welcome> {
  const content = paneOf(page, title).locator('.welcome-view-content:visible').first();
  if ((await content.count()) === 0) return { text: '', buttons: [], links: [] };
  const trimmed = (texts: readonly string[]) => texts.map((text) => text.trim()).filter((text) => text !== '');
  return {
    text: trimmed(await content.locator('p').allInnerTexts()).join('\n'),
    buttons: trimmed(await content.locator('.monaco-button').allInnerTexts()),
    links: trimmed(await content.locator('p a').allInnerTexts()),
  };
}

/** Waits for a welcome text by how it begins. */
export function waitForWelcome(page: Page, begin: string, title = view): Promise<Welcome> {
  return until(`the empty view says "${begin}…"`, async () => {
    const welcome = await readWelcome(page, title);
    return welcome.text.startsWith(begin) && welcome;
  });
}

export async function clickWelcome(page: Page, button: string, title = view): Promise<void> {
  await paneOf(page, title)
    .locator('.welcome-view-content:visible')
    .locator('.monaco-button, p a')
    .filter({ hasText: button })
    .first()
    .click();
}
