/** Texts with a mark where the cursor is, and the sample steps. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Syntax } from '../../../src/core/config/tree';

/** “‸” marks the cursor. */
export function marked(text: string): { text: string; offset: number } {
  const offset = text.indexOf('‸');
  if (offset < 0) throw new Error('The text has no ‸.');
  return { text: text.replace('‸', ''), offset };
}

const folder = join(import.meta.dirname, '../../fixtures/workspace');

/** A step of the sample workspace. */
export async function step(name: string): Promise<{ text: string; syntax: Syntax }> {
  return { text: await readFile(join(folder, name), 'utf8'), syntax: name.endsWith('.json') ? 'json' : 'yaml' };
}

export const samples = ['pref_cal1.cfg', 'imaging.cfg', 'cal_pref3.json', 'target.step.json'];
