import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import type { Theme } from './browser';
import { answerPick, runCommand } from './prompt';
import { expandRow, FILES, openView, revealRow } from './tree';
import { beginning, DEADLINE_MS, exactly, until, type Shown } from './until';

/** Opening a window is slower than anything in it. */
const OPEN_DEADLINE_MS = 120_000;

/** Waits until the window shows its parts and has connected to its extension host. */
export async function waitForWorkbench(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .statusbar-item').first().waitFor({ timeout: OPEN_DEADLINE_MS });
  await page.locator('.monaco-workbench .part.activitybar [role="tab"]').first().waitFor({ timeout: OPEN_DEADLINE_MS });
  await until('the files are listed', async () => (await page.locator('[role="tree"]').count()) > 0, OPEN_DEADLINE_MS);
}

/** Waits for an item of the status bar, which is how an activated extension shows itself first. */
export async function waitForStatus(page: Page, wanted: string | RegExp): Promise<Status> {
  return until(
    `the status bar has ${String(wanted)}`,
    async () => (await readStatusBar(page)).find(({ text }) => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text))),
    OPEN_DEADLINE_MS,
  );
}

/** Opens a file of the workspace from the Explorer, by its path below the folder, and waits for its editor. */
export async function openFile(page: Page, file: string): Promise<void> {
  await showFiles(page);
  const parts = file.split('/');
  const name = parts.pop() ?? file;
  for (const folder of parts) await expandRow(page, FILES, folder);
  const row = await revealRow(page, FILES, name);
  await row.locator('.label-name').first().dblclick(); // a single click would be a preview that the next one replaces
  await page
    .locator(`.tab.active[data-resource-name=${JSON.stringify(name)}]`)
    .first()
    .waitFor({ timeout: DEADLINE_MS });
}

export async function showFiles(page: Page): Promise<void> {
  if (!(await page.locator(`[role="tree"][aria-label="${FILES}"]`).isVisible())) await openView(page, 'Explorer', FILES);
}

export interface Status {
  id: string;
  text: string;
  spoken: string;
}

export async function readStatusBar(page: Page): Promise<Status[]> {
  const items = await page.locator('.statusbar-item').evaluateAll((found: Shown[]) =>
    found.map((item) => ({
      id: item.getAttribute('id') ?? '',
      text: (item.textContent ?? '').trim(),
      spoken: item.getAttribute('aria-label') ?? item.querySelector('[aria-label]')?.getAttribute('aria-label') ?? '',
    })),
  );
  return items.filter(({ text, spoken }) => text !== '' || spoken !== '');
}

export interface Notification {
  severity: 'info' | 'warning' | 'error';
  message: string;
  buttons: string[];
}

const toasts = (page: Page): Locator => page.locator('.notifications-toasts .notification-list-item');

/** The notifications in the corner, the newest first. */
export async function readNotifications(page: Page): Promise<Notification[]> {
  return toasts(page).evaluateAll((found: Shown[]) =>
    found.map((item): Notification => ({
      severity: item.querySelector('.codicon-error') ? 'error' : item.querySelector('.codicon-warning') ? 'warning' : 'info',
      message: (item.querySelector('.notification-list-item-message')?.textContent ?? '').trim(),
      buttons: [...item.querySelectorAll('.notification-list-item-buttons-container .monaco-button')].map((button) =>
        (button.textContent ?? '').trim(),
      ),
    })),
  );
}

export async function waitForNotification(page: Page, wanted: string | RegExp): Promise<Notification> {
  return until(`a notification says ${String(wanted)}`, async () =>
    (await readNotifications(page)).find(({ message }) => (typeof wanted === 'string' ? message.includes(wanted) : wanted.test(message))),
  );
}

export async function answerNotification(page: Page, message: string, button: string): Promise<void> {
  const toast = toasts(page).filter({ hasText: message }).first();
  await toast.waitFor({ timeout: DEADLINE_MS });
  await toast.hover(); // one that is not pointed at hides by itself
  await toast
    .locator('.notification-list-item-buttons-container .monaco-button')
    .filter({ hasText: exactly(button) })
    .click();
}

/** Clicks an action in the title of the editor that is shown. */
export async function clickEditorAction(page: Page, action: string): Promise<void> {
  const labels = page.locator('.editor-group-container.active .editor-actions .action-label');
  const found = await until(`the editor's title has "${action}"`, async () => {
    const names = await labels.evaluateAll((all: Shown[]) => all.map((label) => label.getAttribute('aria-label') ?? ''));
    const at = names.findIndex((name) => beginning(action).test(name));
    return at >= 0 && { at };
  });
  await labels.nth(found.at).click();
}

/** The document inside a webview panel: the frame in which the selector is found. */
export async function findPanel(page: Page, selector: string): Promise<Frame> {
  return until(`a panel shows ${selector}`, async () => {
    for (const frame of page.frames()) {
      if (frame === page.mainFrame() || frame.isDetached()) continue;
      const count = await frame
        .locator(selector)
        .count()
        .catch(() => 0);
      if (count > 0) return frame;
    }
    return undefined;
  });
}

/** Changes the theme as a person does: an open window does not see what others write into its user settings. */
export async function setTheme(page: Page, theme: Theme): Promise<void> {
  const look = {
    light: '.monaco-workbench.vs',
    dark: '.monaco-workbench.vs-dark',
    contrast: '.monaco-workbench.hc-black',
    contrastLight: '.monaco-workbench.hc-light',
  }[theme];
  await runCommand(page, 'Preferences: Color Theme');
  await answerPick(
    page,
    { light: 'Light Modern', dark: 'Dark Modern', contrast: 'Dark High Contrast', contrastLight: 'Light High Contrast' }[theme],
  );
  await page.locator(look).first().waitFor({ timeout: DEADLINE_MS });
}

/** Waits until what fades in or out stands still. */
export async function atRest(target: Locator): Promise<void> {
  await target.evaluate((element: { getAnimations(options: object): { finished: Promise<unknown> }[] }) =>
    Promise.all(element.getAnimations({ subtree: true }).map(({ finished }) => finished.catch(() => undefined))).then(() => undefined),
  );
}

export async function screenshot(page: Page, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
}
