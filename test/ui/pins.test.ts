/** Files held longer and let go of before their time, from the view and from the panel; what another request uses is not let go of unasked. */
import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { pathOfLink } from '../../src/core/links/path';
import { chooseFromRows, readMenu } from '../editor/menu';
import { answerDialog, answerPick, readDialog, runCommand, waitForPrompt } from '../editor/prompt';
import { clickRowAction, foldView, openView, revealRow } from '../editor/tree';
import { until } from '../editor/until';
import { findPanel, readNotifications, waitForNotification } from '../editor/workbench';
import { doorName, doorToken } from '../practice/grid';
import type { PracticeTapeDoor } from '../practice/tapeDoor';
import { openList, roomFor, scene, view } from './room';

const links = Array.from({ length: 9 }, (_, n) => {
  const observation = n < 6 ? 'L820001' : 'L820002';
  return `srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/lofar/ops/projects/lc9_041/${observation}_SB00${n}_uv.MS_0123abcd.tar`;
});
/** Rows of the two; one that is a single request is called by what it holds. */
const firstRow = 'SARA L820001';
const secondRow = 'SARA L820001 +1';
/** Two lists that both hold SB004 and SB005. */
const first = links.slice(0, 6);
const second = links.slice(4);
/** Of two requests it has a row of its own. */
const campaign = 'srm_second';
const room = roomFor({
  door: true,
  width: 1500,
  files: { 'srm_first.txt': `${first.join('\n')}\n`, 'srm_second.txt': `${second.join('\n')}\n` },
});
let panel: Frame;

function door(): PracticeTapeDoor {
  const { door: found } = room.grid;
  assert.ok(found);
  return found;
}

/** By subband: how many requests hold a file at the door. */
const held = (band: number) => door().store.pins.get(pathOfLink(links[band] ?? ''))?.size ?? 0;
const heldFiles = () => links.map((_, band) => held(band)).join('');

async function stage(file: string, count: number): Promise<void> {
  await openList(room.page, file, `${count} links`);
  await room.page
    .locator('.editor-group-container.active .codelens-decoration a')
    .filter({ hasText: /^Stage…$/ })
    .first()
    .click();
}

async function signIn(): Promise<void> {
  await runCommand(room.page, 'Grid: Sign In to Stager…');
  await answerPick(room.page, doorName, 'Sign in');
  await waitForPrompt(room.page, `Sign in to ${doorName}`);
  await room.page.locator('.quick-input-widget .quick-input-box input').fill(doorToken);
  await room.page.keyboard.press('Enter');
  await waitForNotification(room.page, `signed in to ${doorName}`);
}

scene(
  room,
  'two campaigns hold files at a door, two of them both',
  async () => {
    door().store.seed(links.map(pathOfLink));
    await openList(room.page, 'srm_first.txt', '6 links');
    await signIn();
    await stage('srm_first.txt', 6);
    await answerPick(room.page, doorName, 'Stage files at SARA');
    await answerDialog(room.page, 'Stage');
    await openView(room.page, 'Grid', view);
    for (const other of ['Tokens', 'Views', 'Grid Storage']) await foldView(room.page, other);
    await room.row(firstRow, /^100/);
    await stage('srm_second.txt', 5);
    const { buttons } = await readDialog(room.page);
    await answerDialog(room.page, buttons.find((label) => label.startsWith('Stage All')) ?? 'Stage');
    await openView(room.page, 'Grid', view);
    await room.row(secondRow, /^100/);
    assert.equal(heldFiles(), '111122111');
    await runCommand(room.page, 'Notifications: Clear All Notifications');
  },
  { first: true },
);

scene(room, 'Release Files… says in numbers what goes, and who uses the rest; Cancel lets nothing go', async () => {
  await chooseFromRows(room.page, view, [firstRow], 'Release Files…');
  const { message, detail, buttons } = await readDialog(room.page);
  await room.picture('pins-release-light');
  assert.match(message, /^Release the files of srm_first \(request 5c0ffee0…\d{4}\)\?$/);
  assert.match(
    detail.replace(/\s+/g, ' '),
    /^They leave the disk when space is needed.* 2 files are used by srm_second \(request 5c0ffee0…\d{4}\) too\.$/,
  );
  assert.deepEqual(buttons.toSorted(), ['Cancel', 'Release 4 files', 'Release All 6']);
  await answerDialog(room.page, 'Cancel');
  assert.equal(heldFiles(), '111122111');
});

scene(room, 'what nobody else uses is let go of, and the rest stays', async () => {
  await chooseFromRows(room.page, view, [firstRow], 'Release Files…');
  await answerDialog(room.page, 'Release 4 files');
  await until('the door has let go', () => Promise.resolve(heldFiles() === '000022111'));
  await room.row(firstRow, /^33\.3\s%, 4 released, 5c0ffee0…/);
  await room.picture('pins-released-light');
  await chooseFromRows(room.page, view, [firstRow], 'Release Files…');
  const { buttons } = await readDialog(room.page);
  assert.deepEqual(buttons.toSorted(), ['Cancel', 'Release All 2']);
  await room.picture('pins-release-shared-light');
  await answerDialog(room.page, 'Release All 2');
  await until('the door has let go', () => Promise.resolve(heldFiles() === '000011111'));
  await room.row(firstRow, /^0\s%, 6 released/);
  const menu = await readMenu(await revealRow(room.page, view, firstRow));
  assert.ok(!menu.some((item) => /^(Release|Extend)/.test(item)), menu.join());
});

scene(room, 'Extend pins… in the panel asks, and the campaign goes on with a request of its own', async () => {
  await clickRowAction(room.page, view, secondRow, 'Show Staging');
  panel = await findPanel(room.page, 'h1');
  const text = () => panel.locator('body').innerText();
  await until('the deadline of its pins', async () => (await text()).includes('First pin'));
  await room.picture('pins-panel-light');
  await panel.getByText('Extend pins…').first().click();
  const { message, detail } = await readDialog(room.page);
  await room.picture('pins-extend-light');
  assert.match(message, /^Keep 5 files of srm_second \(request .*\) longer\?$/);
  assert.match(detail, /followed by a new one that holds its files/);
  await answerDialog(room.page, 'Cancel');
  assert.equal(heldFiles(), '000011111');
  await panel.getByText('Extend pins…').first().click();
  await answerDialog(room.page, 'Extend');
  await until('each is held twice', () => Promise.resolve(heldFiles() === '000022222'));
  await room.row(campaign, /^100.*2 requests/);
  await room.pictures('pins-extended');
});

scene(room, 'a campaign that was extended is released as a whole: its own requests are no others', async () => {
  await until('the new request has ended', async () =>
    (await readMenu(await revealRow(room.page, view, campaign))).includes('Release Files…'),
  );
  await chooseFromRows(room.page, view, [campaign], 'Release Files…');
  const { detail, buttons } = await readDialog(room.page);
  await room.picture('pins-release-campaign-light');
  assert.doesNotMatch(detail, /used by/);
  assert.deepEqual(buttons.toSorted(), ['Cancel', 'Release 5 files']);
  await answerDialog(room.page, 'Release 5 files');
  await until('nothing is held', () => Promise.resolve(heldFiles() === '000000000'));
  assert.deepEqual(
    (await readNotifications(room.page)).filter(({ severity }) => severity === 'error'),
    [],
  );
});
