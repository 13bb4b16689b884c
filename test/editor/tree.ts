import type { Locator, Page } from 'playwright-core';
import { beginning, DEADLINE_MS, exactly, isInView, until, type Shown } from './until';

export interface Row {
  label: string;
  description: string;
  /** What a screen reader says. */
  spoken: string;
  level: number;
  /** undefined for a row that has nothing below it. */
  expanded: boolean | undefined;
  selected: boolean;
  /** Its place among all rows of the tree, those out of view included. */
  index: number;
}

/** The Explorer's own tree, as its aria-label has it. */
export const FILES = 'Files Explorer';

/** Without the copies of parents that stick to the top while one scrolls. */
const ROWS = '.monaco-list-rows > .monaco-list-row';

/** Shows a view container by the name in the activity bar, and unfolds one of its views. */
export async function openView(page: Page, container: string, view: string): Promise<void> {
  const tab = page.locator('.activitybar [role="tab"]').filter({ has: page.locator(`[aria-label^=${JSON.stringify(container)}]`) });
  const isCurrent = async (): Promise<boolean> => (await tab.first().getAttribute('aria-selected')) === 'true';
  await tab.first().waitFor({ timeout: DEADLINE_MS });
  if (!(await isCurrent())) await tab.first().click();
  // A container with a single view has no header to unfold.
  const header = page.locator('.pane-header').filter({ has: page.locator('h3.title').filter({ hasText: exactly(view) }) });
  await until(`the view "${view}" is shown`, async () => {
    if (await treeOf(page, view).isVisible()) return true;
    if ((await header.count()) > 0 && (await header.first().getAttribute('aria-expanded')) === 'false') await header.first().click();
    return (await header.count()) > 0 && (await header.first().getAttribute('aria-expanded')) === 'true';
  });
}

/** Folds a view, so that the others of its container have more room. */
export async function foldView(page: Page, view: string): Promise<void> {
  const header = page.locator('.pane-header').filter({ has: page.locator('h3.title').filter({ hasText: exactly(view) }) });
  const isFolded = async (): Promise<boolean> => (await header.first().getAttribute('aria-expanded')) === 'false';
  await header.first().waitFor({ timeout: DEADLINE_MS });
  if (await isFolded()) return;
  // Its title: the middle of the line may be a button.
  await header.first().locator('h3.title').click();
  await until(`the view "${view}" is folded`, isFolded);
}

/** The tree with this title, which is what assistive technology calls it too. */
export function treeOf(page: Page, title: string): Locator {
  return page.locator(`[role="tree"][aria-label=${JSON.stringify(title)}]`);
}

/** A row in view, by its label. */
export function rowOf(page: Page, title: string, label: string): Locator {
  return treeOf(page, title)
    .locator(ROWS)
    .filter({ has: page.locator('.label-name').filter({ hasText: exactly(label) }) })
    .first();
}

/** The rows in view, from top to bottom. */
export async function readTree(page: Page, title: string): Promise<Row[]> {
  // The list reuses its elements, so their order in the document is not the order on the screen.
  const rows = await treeOf(page, title)
    .locator(ROWS)
    .evaluateAll((found: Shown[]): Row[] =>
      found.map((row) => ({
        label: row.querySelector('.label-name')?.textContent ?? '',
        description: row.querySelector('.label-description')?.textContent ?? '',
        spoken: (row.getAttribute('aria-label') ?? '').trim(),
        level: Number(row.getAttribute('aria-level')),
        expanded: row.getAttribute('aria-expanded') === null ? undefined : row.getAttribute('aria-expanded') === 'true',
        selected: row.getAttribute('aria-selected') === 'true',
        index: Number(row.getAttribute('data-index')),
      })),
    );
  return rows.sort((a, b) => a.index - b.index);
}

/** Waits until the rows in view are as wanted, and returns them; for trees that fill bit by bit. */
export async function waitForRows(page: Page, title: string, wanted: (rows: Row[]) => boolean): Promise<Row[]> {
  let last: Row[] = [];
  try {
    return await until('the tree has the rows', async () => {
      last = await readTree(page, title);
      return wanted(last) && last;
    });
  } catch {
    const shown = last.map((row) => [row.label, row.description].filter(Boolean).join(' – '));
    throw new Error(`The tree "${title}" did not come to show what was expected; it shows: ${shown.join(' | ') || 'nothing'}`);
  }
}

/**
 * Waits for a row and brings it into view. In a tree longer than its room this goes through it by the keyboard, over and
 * over, since it may still be filling: focus moves, the selection stays.
 */
export async function revealRow(page: Page, title: string, label: string): Promise<Locator> {
  const row = rowOf(page, title, label);
  const tree = treeOf(page, title);
  await tree.waitFor({ timeout: DEADLINE_MS });
  let place: Place | undefined;
  await until(`"${label}" is in the tree "${title}"`, async () => {
    if (await isInView(row, tree)) return true;
    const clipped = (await row.isVisible()) ? Number(await row.getAttribute('data-index')) : undefined;
    if (clipped === undefined && (await isWhole(tree))) return false;
    const key = nextKey(place, clipped);
    await tree.focus(); // an editor that is opening takes the focus at a moment of its own
    await page.keyboard.press(key);
    const before = place;
    const after = await until('the focus moves', async () => movedPlace(tree, key, before), 1000).catch(() => undefined);
    place = after ?? place;
    return false;
  });
  return row;
}

/** Where the focus is. */
interface Place {
  index: number;
  isLast: boolean;
}

/** A row at the edge is in the page and yet half hidden: step by step to it. Else page by page, from the top again after the end. */
function nextKey(place: Place | undefined, clipped: number | undefined): 'Home' | 'PageDown' | 'ArrowUp' | 'ArrowDown' {
  if (place === undefined) return 'Home';
  if (clipped !== undefined) return clipped > place.index ? 'ArrowDown' : 'ArrowUp';
  return place.isLast ? 'Home' : 'PageDown';
}

async function movedPlace(tree: Locator, key: string, before: Place | undefined): Promise<Place | undefined> {
  const [now] = await tree
    .locator(`${ROWS}.focused`)
    .evaluateAll((found: Shown[]): Place[] =>
      found.map((row) => ({ index: Number(row.getAttribute('data-index')), isLast: row.getAttribute('data-last-element') === 'true' })),
    );
  const hasMoved = key === 'Home' ? now?.index === 0 : now !== undefined && now.index !== before?.index;
  return hasMoved ? now : undefined;
}

/** Whether every row of the tree is in the page. */
async function isWhole(tree: Locator): Promise<boolean> {
  const ends = await tree
    .locator(ROWS)
    .evaluateAll((found: Shown[]) => found.map((row) => [row.getAttribute('data-index'), row.getAttribute('data-last-element')]));
  return ends.length === 0 || (ends.some(([index]) => index === '0') && ends.some(([, last]) => last === 'true'));
}

export async function expandRow(page: Page, title: string, label: string): Promise<void> {
  const row = await revealRow(page, title, label);
  if ((await row.getAttribute('aria-expanded')) === 'true') return;
  await row.locator('.monaco-tl-twistie').click();
  await until(`"${label}" is expanded`, async () => (await row.getAttribute('aria-expanded')) === 'true');
}

/** Clicks a row, which selects it and runs its command. */
export async function clickRow(page: Page, title: string, label: string): Promise<void> {
  await (await revealRow(page, title, label)).locator('.label-name').first().click();
}

/** Clicks an action that a row shows under the pointer. */
export async function clickRowAction(page: Page, title: string, label: string, action: string): Promise<void> {
  const row = await revealRow(page, title, label);
  await row.hover();
  await clickAction(row.locator('.actions'), action, `the row "${label}"`);
}

/** Clicks an action in the title of a view. */
export async function clickViewAction(page: Page, view: string, action: string): Promise<void> {
  const pane = page.locator('.pane').filter({ has: treeOf(page, view) });
  // The only view of a container has no header of its own: its actions are in the title of the side bar.
  const own = pane.locator('.pane-header');
  const header = (await own.isVisible()) ? own : page.locator('.part.sidebar > .composite.title');
  await header.hover();
  await clickAction(header.locator('.actions, .title-actions').first(), action, `the view "${view}"`);
}

async function clickAction(actions: Locator, action: string, where: string): Promise<void> {
  const labels = actions.locator('.action-label');
  const index = await until(`${where} has the action "${action}"`, async () => {
    const names = await labels.evaluateAll((found: Shown[]) =>
      found.map((label) => label.getAttribute('aria-label') ?? label.textContent ?? ''),
    );
    const at = names.findIndex((name) => beginning(action).test(name));
    return at >= 0 && { at };
  });
  await labels.nth(index.at).click();
}

/** Selects exactly these rows without opening any of them. */
export async function selectRows(page: Page, title: string, labels: readonly string[]): Promise<Locator[]> {
  const selected = treeOf(page, title).locator(`${ROWS}[aria-selected="true"]`);
  const targets: Locator[] = [];
  for (const label of labels) targets.push(await revealRow(page, title, label));
  if ((await selected.count()) > 0) {
    await treeOf(page, title).focus();
    await page.keyboard.press('Escape');
    await until('the former selection is gone', async () => (await selected.count()) === 0);
  }
  for (const target of targets) {
    await target
      .locator('.label-name')
      .first()
      .click({ modifiers: ['ControlOrMeta'] });
    await until('the row is selected', async () => (await target.getAttribute('aria-selected')) === 'true');
  }
  return targets;
}
