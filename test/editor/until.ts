import type { Locator } from 'playwright-core';

/** How long a window may take to show what was asked for; generous, because a busy machine is not a defect. */
export const DEADLINE_MS = 30_000;

/** Asks again and again until `look` finds something, and says what was missing when the deadline has passed. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>, deadline = DEADLINE_MS): Promise<T> {
  const end = Date.now() + deadline;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited ${deadline / 1000} s in vain: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What the page helpers read of an element; the project is compiled without the browser's own types. */
export interface Shown {
  getAttribute(name: string): string | null;
  querySelector(selector: string): Shown | null;
  closest(selector: string): Shown | null;
  querySelectorAll(selector: string): Iterable<Shown>;
  readonly textContent: string | null;
  readonly className: string;
}

/**
 * Whether the middle of a row can be clicked. The editor's lists keep rows in the page that their edge hides, which
 * Playwright takes for visible and cannot scroll to.
 */
export async function isInView(row: Locator, list: Locator): Promise<boolean> {
  if (!(await row.isVisible())) return false;
  const [inner, outer] = await Promise.all([row.boundingBox(), list.boundingBox()]);
  if (!inner || !outer) return false;
  const middle = inner.y + inner.height / 2;
  return middle > outer.y + 2 && middle < outer.y + outer.height - 2;
}

/** Matches a whole text, with the characters that mean something in a pattern taken as they are. */
export function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${escaped(text)}\\s*$`);
}

/** Matches the text alone or followed by what the editor adds to a label, such as a key in parentheses. */
export function beginning(text: string): RegExp {
  return new RegExp(`^${escaped(text)}($|[ ,(])`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
}
