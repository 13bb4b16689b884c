import type { Locator, Page } from 'playwright-core';
import { FILES, revealRow, selectRows } from './tree';
import { beginning, DEADLINE_MS, until, type Shown } from './until';

/**
 * Context menus are slow on purpose in the editor: an item ignores a mouse button that comes before it has seen the
 * pointer rest, so that a shaky hand does not run something. A plain Playwright click leaves the menu open and runs nothing.
 */
const REST_MS = 400;
const HOLD_MS = 80;

/** Right-clicks an element and chooses an item; a path of labels leads through submenus. */
export async function chooseFromMenu(target: Locator, label: string | readonly string[]): Promise<void> {
  const path = typeof label === 'string' ? [label] : label;
  // In the first seconds of a window the editor has not told yet whether it is trusted: items stand there, greyed.
  await until(`"${path.join(' › ')}" can be chosen`, () => tryToChoose(target, path));
}

/** False when an item of the path is greyed; the menu is closed again. */
async function tryToChoose(target: Locator, path: readonly string[]): Promise<boolean> {
  const page = target.page();
  await openMenu(target);
  for (const [depth, part] of path.entries()) {
    const item = await itemOf(page, depth, part);
    if (await item.evaluate((found: Shown) => /\bdisabled\b/.test(found.closest('.action-item')?.className ?? ''))) {
      await page.keyboard.press('Escape');
      await menus(page).first().waitFor({ state: 'hidden', timeout: DEADLINE_MS });
      return false;
    }
    await item.hover();
    await page.waitForTimeout(REST_MS);
    if (depth < path.length - 1) continue; // resting on a submenu opens it
    await page.mouse.down();
    await page.waitForTimeout(HOLD_MS);
    await page.mouse.up();
  }
  await menus(page).first().waitFor({ state: 'hidden', timeout: DEADLINE_MS });
  return true;
}

/** Chooses from the menu of one row or of several, which are selected together first. */
export async function chooseFromRows(
  page: Page,
  title: string,
  labels: readonly string[],
  choice: string | readonly string[],
): Promise<void> {
  const targets = labels.length > 1 ? await selectRows(page, title, labels) : [await revealRow(page, title, labels[0] ?? '')];
  const last = targets.at(-1);
  if (last) await chooseFromMenu(last.locator('.label-name').first(), choice);
}

/** The same for files in the Explorer. */
export async function chooseFromFiles(page: Page, names: readonly string[], choice: string | readonly string[]): Promise<void> {
  await chooseFromRows(page, FILES, names, choice);
}

/** The items of an element's menu, which is closed again. */
export async function readMenu(target: Locator): Promise<string[]> {
  await openMenu(target);
  const page = target.page();
  const names = await namesIn(menus(page).last());
  await page.keyboard.press('Escape');
  await menus(page).first().waitFor({ state: 'hidden', timeout: DEADLINE_MS });
  return names;
}

const menus = (page: Page): Locator => page.locator('.monaco-menu');

async function openMenu(target: Locator): Promise<void> {
  // Forced: after a first try the editor's own cursor stands where the pointer is, and counts as another element.
  await target.click({ button: 'right', timeout: DEADLINE_MS, force: true });
  await menus(target.page()).first().waitFor({ timeout: DEADLINE_MS });
}

async function itemOf(page: Page, depth: number, label: string): Promise<Locator> {
  const menu = menus(page).nth(depth);
  let names: string[] = [];
  const found = await until(`the menu has "${label}"`, async () => {
    names = (await menu.isVisible()) ? await namesIn(menu) : [];
    const exact = names.indexOf(label);
    const at = exact >= 0 ? exact : names.findIndex((name) => beginning(label).test(name));
    return at >= 0 && { at };
  }).catch(async (error: unknown) => {
    await page.keyboard.press('Escape');
    throw new Error(`The menu has no item "${label}", but: ${names.join(' | ')}`, { cause: error });
  });
  return menu.locator('.action-menu-item').nth(found.at);
}

function namesIn(menu: Locator): Promise<string[]> {
  return menu
    .locator('.action-menu-item')
    .evaluateAll((found: Shown[]) =>
      found.map((item) => item.querySelector('.action-label')?.textContent ?? item.getAttribute('aria-label') ?? ''),
    );
}
