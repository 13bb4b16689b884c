/** Two windows of one person, which share a journal: what one does the other knows, and nothing is done twice. */
import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openWindow } from '../editor/browser';
import { chooseFromFiles } from '../editor/menu';
import { answerDialog, readDialog } from '../editor/prompt';
import { openView, readTree } from '../editor/tree';
import { until } from '../editor/until';
import { showFiles, waitForWorkbench } from '../editor/workbench';
import { madeUp, roomFor, scene, view } from './room';

const list = 'srm_both.txt';
const room = roomFor({ files: { [list]: `${madeUp('L820001', 30).join('\n')}\n` } });
let browser: Browser;
let second: Page;
after(() => browser.close());

const submits = () => room.calls('add_getid');
const rows = async (page: Page) => (await readTree(page, view)).map(({ label }) => label);

async function ask(page: Page): Promise<void> {
  await showFiles(page);
  await until('the question stands', async () => {
    await chooseFromFiles(page, [list], 'Stage…').catch(() => page.keyboard.press('Escape'));
    return readDialog(page).catch(() => undefined);
  });
}

scene(
  room,
  'the same list staged in both at the same moment is one request, and both show it',
  async () => {
    browser = await openBrowser();
    second = await openWindow(browser, room.grid.server.url, { folder: room.grid.folder });
    await second.emulateMedia({ reducedMotion: 'reduce' });
    await waitForWorkbench(second);
    await ask(room.page);
    await ask(second);
    await Promise.all([answerDialog(room.page, 'Stage'), answerDialog(second, 'Stage')]);
    await until('a request is made', () => Promise.resolve(submits().length > 0));
    for (const page of [room.page, second]) {
      await openView(page, 'Grid', view);
      await until('the request is in the view', async () => (await rows(page)).length > 0);
    }
    // A second one would come at the latest when the first has been answered.
    room.pass(50);
    for (const page of [room.page, second])
      await until('it is online', async () => (await readTree(page, view)).every(({ description }) => description.startsWith('100')));
    assert.equal(submits().length, 1);
  },
  { first: true },
);
