/** The staging panel in the window where people meet it: opened from the view, fed by the desk, there again after a reload. */
import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { clickRowAction, openView } from '../editor/tree';
import { until } from '../editor/until';
import { findPanel, setTheme, waitForWorkbench } from '../editor/workbench';
import { roomFor, scene, stageFile, view } from './room';

const lists = {
  'srm_panel.txt': list('sara', 810001, 244) + list('juelich', 810002, 60) + list('poznan', 810003, 36),
};
const room = roomFor({ files: lists, width: 1500 });
const campaign = 'srm_panel';
let panel: Frame;

const text = (selector: string) => panel.locator(selector).first().innerText();
const figure = () => panel.locator('body').innerText();

scene(
  room,
  'a campaign of three sites opens in a panel',
  async () => {
    await stageFile(room, 'srm_panel.txt');
    await openView(room.page, 'Grid', view);
    await room.rows(
      'the campaign and its requests',
      (rows) => rows.filter(({ spoken }) => / request \d+, made /.test(spoken)).length === 3,
    );
    await clickRowAction(room.page, view, campaign, 'Show Staging');
    panel = await findPanel(room.page, 'h1');
    assert.equal(await text('h1'), campaign);
    await until('it is full of files', async () => (await figure()).includes('0 of 340 files'));
    assert.match(await figure(), /L810001[\s\S]*SARA/);
  },
  { first: true },
);

scene(room, 'news come in while one looks', async () => {
  for (const band of ['001', '002']) room.grid.stager.outcome(`L810002_SB${band}_`, 'failed');
  room.pass(42);
  await until('files are online', async () => (await figure()).includes('114 of 340 files'));
  await room.row(campaign, /^33\.5/);
  await room.picture('panel-light');
  await setTheme(room.page, 'dark');
  await room.picture('panel-dark');
});

scene(room, 'what failed is retried from the panel, as one new request', async () => {
  room.pass(400);
  await until('all that runs has ended', async () => (await figure()).includes('Ended, partly online'));
  await room.row(campaign, /2 failed/);
  await room.picture('panel-failed');
  const before = room.calls('add_getid').length;
  room.grid.stager.outcome('L810002', 'online');
  await panel.getByText('Retry these').first().click();
  await until('a request is made', () => Promise.resolve(room.calls('add_getid').length === before + 1));
  assert.equal((room.calls('add_getid').at(-1)?.params[0] as string[]).length, 2);
  room.pass(100);
  await until('all is online', async () => (await figure()).includes('all 340 files are there'));
  await room.picture('panel-done');
});

scene(room, 'a window that is loaded again shows the panel again', async () => {
  await room.page.reload();
  await waitForWorkbench(room.page);
  panel = await findPanel(room.page, 'h1');
  await until('it is full of files', async () => (await figure()).includes('all 340 files are there'));
});

/** Links of one observation, subbands from 0 on. */
function list(site: 'sara' | 'juelich' | 'poznan', observation: number, count: number): string {
  const roots = {
    sara: 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/lofar/ops',
    juelich: 'srm://lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de/data/lofar/ops',
    poznan: 'srm://lta-head.lofar.psnc.pl:8443/lofar/ops',
  };
  const name = (n: number) => `L${observation}_SB${String(n).padStart(3, '0')}_uv.MS_0123abcd.tar`;
  return Array.from({ length: count }, (_, n) => `${roots[site]}/projects/lc1/${observation}/${name(n)}\n`).join('');
}
