import type { Locator, Page } from 'playwright-core';
import { DEADLINE_MS, exactly, isInView, until, type Shown } from './until';

/** What the editor asks at the top of the window: an input box or a list to pick from. */
export interface Prompt {
  title: string;
  value: string;
  placeholder: string;
  /** The line below the box: the prompt of an input, or what is wrong with the value. */
  message: string;
  refused: boolean;
  /** The labels of the rows in view; empty for an input box. */
  rows: string[];
}

const box = (page: Page): Locator => page.locator('.quick-input-widget');
const field = (page: Page): Locator => box(page).locator('.quick-input-box input');
const rows = (page: Page): Locator => box(page).locator('.quick-input-list .monaco-list-row');
const rowOf = (page: Page, label: string): Locator =>
  rows(page).filter({ has: page.locator('.label-name').filter({ hasText: exactly(label) }) });

/** Runs a command of the palette by its whole label, such as `Grid: Stage Links`. */
export async function runCommand(page: Page, label: string): Promise<void> {
  await until(`the palette opens for "${label}"`, async () => {
    await page.keyboard.press('F1');
    return field(page)
      .waitFor({ timeout: 2000 })
      .then(
        () => true,
        () => false,
      );
  });
  await field(page).fill(`>${label}`);
  const row = rowOf(page, label).first();
  await row.waitFor({ timeout: DEADLINE_MS }).catch(async () => {
    const shown = (await readPrompt(page))?.rows.join(' | ');
    await page.keyboard.press('Escape');
    throw new Error(`The palette has no command "${label}"; it shows: ${shown}`);
  });
  await row.click();
  // The command may ask something at once in the same place: only when the palette is gone is the box the command's own.
  await until('the palette closes', async () => !(await readPrompt(page))?.value.startsWith('>'));
}

/** What is asked now; undefined when nothing is. */
export async function readPrompt(page: Page): Promise<Prompt | undefined> {
  if (!(await box(page).isVisible())) return undefined;
  const text = async (selector: string): Promise<string> => {
    const found = box(page).locator(selector).first();
    return (await found.isVisible()) ? (await found.innerText()).trim() : '';
  };
  const input = field(page);
  const isThere = await input.isVisible();
  return {
    title: await text('.quick-input-title'),
    value: isThere ? await input.inputValue() : '',
    placeholder: isThere ? ((await input.getAttribute('placeholder')) ?? '') : '',
    message: await text('.quick-input-message'),
    refused: (await box(page).locator('.monaco-inputbox.error').count()) > 0,
    // The first label of a row: a row keeps in the page what its second line said in the prompt before.
    rows: await rows(page).evaluateAll((found: Shown[]) => found.map((row) => row.querySelector('.label-name')?.textContent ?? '')),
  };
}

/** Waits for a prompt; `title` is its title, or its placeholder where it has none. */
export async function waitForPrompt(page: Page, title?: string): Promise<Prompt> {
  return until(`the editor asks${title === undefined ? '' : ` "${title}"`}`, async () => {
    const prompt = await readPrompt(page);
    return prompt !== undefined && (title === undefined || prompt.title === title || prompt.placeholder === title) && prompt;
  });
}

/** Types an answer into an input box. Returns when it is taken, or refused: then the prompt says why. */
export async function answerInput(page: Page, answer: string, title?: string): Promise<Prompt | undefined> {
  const before = await waitForPrompt(page, title);
  await field(page).fill(answer);
  await page.keyboard.press('Enter');
  const refused = await until(`"${answer}" is taken or refused`, async () => {
    const now = await readPrompt(page);
    if (now?.title !== before.title || now.value !== answer || now.rows.length > 0) return 'taken';
    return now.refused && now;
  });
  return refused === 'taken' ? undefined : refused;
}

/** Picks one row of a list by its label. */
export async function answerPick(page: Page, label: string, title?: string): Promise<void> {
  await waitForPrompt(page, title);
  await narrow(page, label);
  const row = rowOf(page, label).first();
  await row.click({ timeout: DEADLINE_MS });
  await until(`"${label}" is picked`, async () => !(await row.isVisible()));
}

/** Ticks exactly these rows of a list with boxes, and confirms. */
export async function answerPicks(page: Page, labels: readonly string[], title?: string): Promise<void> {
  await waitForPrompt(page, title);
  const ticked = box(page).locator('.quick-input-list .monaco-list-row[aria-checked="true"]');
  await rows(page).first().waitFor({ timeout: DEADLINE_MS });
  for (const label of await ticked.locator('.label-name').allInnerTexts()) {
    if (!labels.includes(label)) await rowOf(page, label).first().click();
  }
  for (const label of labels) {
    await narrow(page, label);
    const row = rowOf(page, label).first();
    await row.waitFor({ timeout: DEADLINE_MS });
    if ((await row.getAttribute('aria-checked')) !== 'true') await row.click();
    await until(`"${label}" is ticked`, async () => (await row.getAttribute('aria-checked')) === 'true');
  }
  const last = rowOf(page, labels.at(-1) ?? '').first();
  await page.keyboard.press('Enter');
  await until('the ticks are taken', async () => !(await last.isVisible()));
}

/** A list keeps only the rows in view in the page: typing the label brings the wanted one there. */
async function narrow(page: Page, label: string): Promise<void> {
  if (await isInView(rowOf(page, label).first(), box(page).locator('.quick-input-list'))) return;
  await field(page).fill(label);
}

export interface Dialog {
  message: string;
  detail: string;
  buttons: string[];
}

const dialog = (page: Page): Locator => page.locator('.monaco-dialog-box');

/** Waits for a modal dialog and says what it asks. */
export async function readDialog(page: Page): Promise<Dialog> {
  await dialog(page).waitFor({ timeout: DEADLINE_MS });
  const text = async (selector: string): Promise<string> => {
    const found = dialog(page).locator(selector).first();
    return (await found.count()) > 0 ? (await found.innerText()).trim() : '';
  };
  return {
    message: await text('.dialog-message-text'),
    detail: await text('.dialog-message-detail'),
    buttons: (await dialog(page).locator('.dialog-buttons .monaco-text-button').allInnerTexts()).map((label) => label.trim()),
  };
}

/** Answers a modal dialog by the label of a button, `Cancel` included, and returns what it had asked. */
export async function answerDialog(page: Page, button: string): Promise<Dialog> {
  const asked = await readDialog(page);
  const choice = dialog(page)
    .locator('.dialog-buttons .monaco-text-button')
    .filter({ hasText: exactly(button) });
  if ((await choice.count()) === 0)
    throw new Error(`The dialog "${asked.message}" has no button "${button}", but: ${asked.buttons.join(', ')}`);
  await choice.first().click();
  await dialog(page).waitFor({ state: 'hidden', timeout: DEADLINE_MS });
  return asked;
}
