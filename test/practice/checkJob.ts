/** The other half of the main job: finding out where files are, recalling what is on tape, and seeing the finished map. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { answerDialog, answerInput, answerPick, runCommand } from '../editor/prompt';
import { until } from '../editor/until';
import { findPanel, openFile } from '../editor/workbench';
import { doorName, doorToken, type Grid } from './grid';
import type { Seen } from './mainJob';

export async function findFiles(page: Page, grid: Grid, seen: Seen): Promise<void> {
  const { door } = grid;
  assert.ok(door !== undefined, 'the practice grid has a tape door');
  await runCommand(page, 'Grid: Sign In to Stager…');
  await answerPick(page, doorName, 'Sign in');
  await answerInput(page, doorToken, `Sign in to ${doorName}`);
  await openFile(page, 'srm_juelich.txt');
  const lenses = page.locator('.editor-group-container.active .codelens-decoration');
  const lensSays = (text: string) =>
    until(`the line of facts says "${text}"`, async () => (await lenses.allInnerTexts()).join(' ').includes(text));
  await lensSays('12 links');
  await lenses
    .locator('a')
    .filter({ hasText: /^Check$/ })
    .first()
    .click();
  await lensSays('5 online, 7 on tape at');
  assert.deepEqual(door.store.opened, [], 'no file was opened');
  await seen('Check says where the 12 files of srm_juelich.txt are: 5 online, 7 on tape.', 'checked');

  await lenses.locator('a').filter({ hasText: /^Map$/ }).first().click();
  const panel = await findPanel(page, 'h1');
  const text = () => panel.locator('body').innerText();
  await until('the map is there', async () => (await text()).includes('5 of 12 files, 7 left'));
  await panel.getByText('Stage 7 on tape…').first().click();
  const { message } = await answerDialog(page, 'Stage');
  assert.equal(message, 'Stage 7 files?');
  await until('the door has the request', () => Promise.resolve(door.log.filter(({ call }) => call === 'stage').length === 1));
  await until('the map is full', async () => (await text()).includes('all 12 files are there'), 60_000);
  await seen('What was on tape is staged from the map, and the map is full.', 'map');
}
