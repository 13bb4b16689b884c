/** The map of a list when little can be told: nothing in the list, one door of two down, all of them down. */
import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { pathOfLink } from '../../src/core/links/path';
import { answerPick, runCommand, waitForPrompt } from '../editor/prompt';
import { until } from '../editor/until';
import { findPanel, readNotifications, waitForNotification } from '../editor/workbench';
import { doorName, doorToken } from '../practice/grid';
import { openList, readLens, roomFor, scene } from './room';

const silent = 'Poznań tape';
const at = (root: string, n: number) => `${root}/projects/lc9_041/L830001_SB00${n}_uv.MS_0123abcd.tar`;
const sara = Array.from({ length: 6 }, (_, n) => at('srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/lofar/ops', n));
const poznan = Array.from({ length: 4 }, (_, n) => at('srm://lta-head.lofar.psnc.pl:8443/lofar/ops', n));
const room = roomFor({
  door: true,
  width: 1400,
  // Nobody listens at the discard port.
  stagers: [{ name: silent, kind: 'tape', url: 'http://127.0.0.1:9', sites: ['poznan'] }],
  files: {
    'srm_none.txt': '# nothing yet\n',
    'srm_two.txt': `${[...sara, ...poznan].join('\n')}\n`,
    'srm_down.txt': `${poznan.join('\n')}\n`,
  },
});

const lens = (text: string | RegExp) =>
  room.page.locator('.editor-group-container.active .codelens-decoration a').filter({ hasText: text }).first();
const textOf = (panel: Frame) => panel.locator('body').innerText();

async function signIn(name: string, told: RegExp): Promise<void> {
  await runCommand(room.page, 'Grid: Sign In to Stager…');
  await answerPick(room.page, name, 'Sign in');
  await waitForPrompt(room.page, `Sign in to ${name}`);
  await room.page.locator('.quick-input-widget .quick-input-box input').fill(doorToken);
  await room.page.keyboard.press('Enter');
  await waitForNotification(room.page, told);
}

async function pictures(name: string): Promise<void> {
  await runCommand(room.page, 'Notifications: Clear All Notifications');
  await room.pictures(name);
}

scene(
  room,
  'one door of two is down: its files say why, the others are told of',
  async () => {
    const { store } = room.grid.door ?? assert.fail();
    store.seed(sara.map(pathOfLink));
    store.putOnline(sara.slice(0, 4).map(pathOfLink));
    await openList(room.page, 'srm_two.txt', '10 links');
    await signIn(doorName, /signed in to Practice tape/);
    await signIn(silent, /Poznań tape/);
    await lens(/^Check$/).click();
    const prompt = await until('it is asked, or told', async () => {
      const lensText = await readLens(room.page);
      if (lensText.includes('failed')) return 'told';
      return (await room.page.locator('.quick-input-widget').isVisible()) && 'asked';
    });
    if (prompt === 'asked') await answerPick(room.page, doorName);
    await until('it is told', async () => (await readLens(room.page)).includes('4 online, 2 on tape, 4 failed'));
    await room.picture('locality-two-doors-list-light');
    await lens(/^Map$/).click();
    const panel = await findPanel(room.page, 'h1');
    await until('it is full of files', async () => (await textOf(panel)).includes('4 of 10 files'));
    assert.match(await textOf(panel), /Told by Practice tape at \d\d:\d\d, nothing by Poznań tape/);
    await pictures('locality-two-doors');
    await runCommand(room.page, 'View: Close Editor');
  },
  { first: true },
);

scene(room, 'every door is down: one reason for all, and what to do', async () => {
  await openList(room.page, 'srm_down.txt', '4 links');
  await lens(/^Check$/).click();
  const { message } = await waitForNotification(room.page, /^4 files: /);
  assert.match(message, /Poznań tape/);
  await room.picture('locality-down-list-light');
  await until('the line of facts follows', async () => (await readLens(room.page)).includes('4 failed'));
  await lens(/^Map$/).click();
  const panel = await findPanel(room.page, 'h1');
  await until('it is full of files', async () => (await textOf(panel)).includes('0 of 4 files'));
  assert.match(await textOf(panel), /Nothing was told by Poznań tape at \d\d:\d\d/);
  await pictures('locality-down');
  await runCommand(room.page, 'View: Close Editor');
});

scene(room, 'a list without a link has no map, and a check of it says so', async () => {
  await openList(room.page, 'srm_none.txt', '');
  await runCommand(room.page, 'Grid: Check Where Files Are');
  await until('it is said', async () => (await readNotifications(room.page)).some(({ message }) => message.includes('no link')));
  assert.ok(!(await readNotifications(room.page)).some(({ message }) => message.includes('Asking')));
  await room.picture('locality-none-light');
});
