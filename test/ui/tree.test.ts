/** The view's tree: what each state looks like and says, what can be done in it, and that a new window shows it again. */
import assert from 'node:assert/strict';
import { chooseFromRows, readMenu } from '../editor/menu';
import { answerDialog, readDialog } from '../editor/prompt';
import { clickRow, clickRowAction, expandRow, foldView, openView, readTree, revealRow, rowOf, treeOf } from '../editor/tree';
import { until } from '../editor/until';
import { setTheme, waitForStatus, waitForWorkbench, readNotifications } from '../editor/workbench';
import { clickTitleAction, copied, linksOf, madeUp, readMessage, roomFor, scene, stageFile, untilShape, view } from './room';

const lists = {
  'srm_two.txt': [...madeUp('L800001', 3), ...madeUp('L800002', 2)],
  'srm_dead.txt': madeUp('L800004', 2),
  'srm_held.txt': madeUp('L800005', 4),
  'srm_ended.txt': madeUp('L800006', 4),
  'srm_many.txt': madeUp('L800003', 450),
};
const room = roomFor({
  files: Object.fromEntries(Object.entries(lists).map(([name, links]) => [name, `${links.join('\n')}\n`])),
});

/** Rows by the names of their lists. */
const two = 'SARA L800001 +1';
const dead = 'SARA L800004';
const held = 'SARA L800005';
const ended = 'SARA L800006';
const many = 'SARA L800003';

/** Ids of the requests, by the order in which they were made. */
const id = (name: keyof typeof lists): number => {
  const links = lists[name];
  const request = room.grid.stager.requests.find((each) => each.links[0] === links[0]);
  if (request === undefined) throw new Error(`${name} was not staged`);
  return request.id;
};
const clock = String.raw`\d\d:\d\d`;
const says = (text: string, name: keyof typeof lists) => new RegExp(`^${text === '' ? '' : `${text}, `}${id(name)}, ${clock}$`);
const badge = () => room.page.locator('.activitybar [role="tab"][aria-label^="Grid"] .badge-content');

scene(
  room,
  'requests appear as they are made, waiting',
  async () => {
    for (const name of Object.keys(lists)) await stageFile(room, name);
    await openView(room.page, 'Grid', view);
    await foldView(room.page, 'Tokens');
    const row = await room.row(two, says('submitted', 'srm_two.txt'));
    assert.match(
      row.spoken,
      new RegExp(`^SARA L800001 \\+1, submitted, 0 of 5 files online, request ${id('srm_two.txt')}, made ${clock}$`),
    );
    await untilShape(room.page, two, 'dot');
    assert.deepEqual(
      (await readTree(room.page, view)).map(({ label }) => label),
      [many, ended, held, dead, two],
      'the newest is first',
    );
    room.pass(1);
    await room.row(two, says('scheduled', 'srm_two.txt'));
    await untilShape(room.page, two, 'dot');
    assert.equal(await badge().isVisible(), false, 'nothing waits for a person');
  },
  { first: true },
);

scene(room, 'a request of two observations opens to them, and each to its files', async () => {
  await expandRow(room.page, view, two);
  assert.equal((await room.row('L800001', /^0\u2009%, 3 files$/)).spoken, 'L800001, 0 of 3 files online');
  await room.row('L800002', /^0\u2009%, 2 files$/);
  await untilShape(room.page, 'L800001', 'dot');
  await expandRow(room.page, view, 'L800001');
  const file = await room.row('L800001_SB000', /^queued$/);
  assert.deepEqual([file.level, file.expanded, file.spoken], [3, undefined, 'L800001_SB000, queued']);
  await untilShape(room.page, 'L800001_SB000', 'dot');
});

scene(room, 'files stage and come online; the status bar counts them', async () => {
  room.grid.stager.outcome(/L800001_SB001|L800004/, 'failed');
  room.pass(1);
  await room.row(two, says('0\u2009%, 5 staging', 'srm_two.txt'));
  await untilShape(room.page, two, 'half');
  await room.row('L800001_SB000', /^staging$/);
  await untilShape(room.page, 'L800001_SB000', 'half');
  await untilShape(room.page, 'L800001', 'half');

  room.pass(1);
  await room.row(two, says('20.0\u2009%, 4 staging', 'srm_two.txt'));
  await untilShape(room.page, 'L800001_SB000', 'full');
  assert.equal((await room.row('L800001_SB000', /^online$/)).spoken, 'L800001_SB000, online');
  await room.row('L800001', /^33.3\u2009%, 3 files$/);
  // One file of each list but the one that fails, of 465 in all.
  const item = await waitForStatus(room.page, /^Staging 0\.8\u2009%$/);
  assert.equal(item.spoken, 'Staging 0.8\u2009%. 4 of 465 files online in 5 requests');
  for (const theme of ['light', 'dark', 'contrast'] as const) {
    await setTheme(room.page, theme);
    await openView(room.page, 'Grid', view);
    await room.picture(`staging-${theme}`);
  }
  await setTheme(room.page, 'light');
});

scene(room, 'copying takes what is online, and nothing else', async () => {
  const [first = ''] = lists['srm_two.txt'];
  assert.equal(await copied(room.page, () => clickRowAction(room.page, view, two, 'Copy Online Links')), `${first}\n`);
  await waitForStatus(room.page, '1 online link copied');
  assert.deepEqual(linksOf(await copied(room.page, () => chooseFromRows(room.page, view, [two], 'Copy Links'))), lists['srm_two.txt']);
  const [, , , ...second] = lists['srm_two.txt'];
  assert.deepEqual(linksOf(await copied(room.page, () => chooseFromRows(room.page, view, ['L800002'], 'Copy Links'))), second);
  const number = await copied(room.page, () => chooseFromRows(room.page, view, [two], 'Copy Request Id'));
  assert.equal(number, String(id('srm_two.txt')));
});

scene(room, 'what is on hold says so, and may be rescheduled', async () => {
  room.grid.stager.hold(id('srm_held.txt'));
  await room.row(held, says('25.0\u2009%, on hold', 'srm_held.txt'));
  await untilShape(room.page, held, 'warning');
  const online = 'Create Tokens of the Online Part…';
  const copies = ['Copy Links', 'Export List…', 'Copy Request Id', 'Copy Request Token'];
  assert.deepEqual(await menuOf(held), ['Show Staging', 'Copy Online Links', ...copies, online, 'Reschedule', 'Follow Up…', 'Abort…']);
  assert.deepEqual(await menuOf(many), ['Show Staging', 'Copy Online Links', ...copies, online, 'Follow Up…', 'Abort…']);
});

scene(room, 'Abort… asks; Cancel leaves all as it is; Abort ends the request', async () => {
  await clickRowAction(room.page, view, ended, 'Abort…');
  const asked = await readDialog(room.page);
  assert.equal(asked.message, `Abort request ${id('srm_ended.txt')}?`);
  assert.equal(asked.detail, 'The stager stops working on it. 1 of its files are online; the stager lets go of them too.');
  await answerDialog(room.page, 'Cancel');
  await clickRowAction(room.page, view, ended, 'Abort…');
  await answerDialog(room.page, 'Abort');
  await room.row(ended, says('0\u2009%, aborted', 'srm_ended.txt'));
  await untilShape(room.page, ended, 'dash');
  assert.deepEqual(
    room.calls('abort').map(({ params }) => params),
    [[id('srm_ended.txt')]],
  );
  await expandRow(room.page, view, ended);
  await room.row('L800006_SB000', /^cancelled$/);
  await untilShape(room.page, 'L800006_SB000', 'dash');
  assert.deepEqual(await menuOf(ended), [
    'Show Staging',
    'Copy Links',
    'Export List…',
    'Copy Request Id',
    'Copy Request Token',
    'Reschedule',
    'Follow Up…',
    'Forget Request…',
  ]);
  await clickTitleAction(room.page, 'Collapse All');
});

scene(room, 'failed and partly online are loud, sorted first, counted in badge and status bar', async () => {
  room.pass(4);
  const partly = await room.row(two, says('80.0\u2009%, 1 failed', 'srm_two.txt'));
  assert.match(partly.spoken, /, partly online, 4 of 5 files online, 1 failed, /);
  await untilShape(room.page, two, 'cross');
  const row = await room.row(dead, says('0\u2009%, 2 failed', 'srm_dead.txt'));
  assert.match(row.spoken, new RegExp(`^${dead}, failed, 0 of 2 files online, 2 failed, request \\d+, made ${clock}$`));
  await untilShape(room.page, dead, 'cross');
  await room.rows('trouble first, and what was aborted last', (rows) => {
    const names = rows.filter(({ level }) => level === 1).map(({ label }) => label);
    return names.join() === [dead, two, held, many, ended].join();
  });
  await expandRow(room.page, view, two);
  await room.row('L800001', /^66.6\u2009%, 1 failed, 3 files$/);
  await untilShape(room.page, 'L800001', 'cross');
  await untilShape(room.page, 'L800002', 'full');
  await expandRow(room.page, view, 'L800001');
  const rows = await room.rows('the files of L800001', (all) => all.some(({ label }) => label === 'L800001_SB000'));
  assert.deepEqual(
    rows.filter(({ level }) => level === 3).map(({ label, description }) => `${label} ${description}`),
    ['L800001_SB001 failed', 'L800001_SB000 online', 'L800001_SB002 online'],
  );
  await untilShape(room.page, 'L800001_SB001', 'cross');
  await until('the badge counts failed files', async () => (await badge().innerText()) === '3');
  await waitForStatus(room.page, /^Staging [\d.]+\u2009%, 3 failed$/);
  await room.picture('failed-light');
  const all = [
    'Show Staging',
    'Copy Online Links',
    'Copy Links',
    'Export List…',
    'Copy Request Id',
    'Copy Request Token',
    'Create Tokens of the Online Part…',
    'Retry Failed Files',
    'Reschedule',
    'Follow Up…',
    'Release Files…',
    'Abort…',
    'Forget Request…',
  ];
  assert.deepEqual(await menuOf(two), all);
  assert.deepEqual(
    await menuOf(dead),
    all.filter((name) => !['Copy Online Links', 'Create Tokens of the Online Part…', 'Release Files…', 'Abort…'].includes(name)),
  );
  assert.deepEqual(await menuOf('L800001_SB001'), ['Copy Links']);
  assert.deepEqual(await menuOf('L800001_SB000'), ['Copy Online Links', 'Copy Links']);
});

scene(room, 'Reschedule starts a request again under its id, and it comes to its end', async () => {
  await clickRowAction(room.page, view, ended, 'Reschedule');
  await room.row(ended, says('25.0\u2009%, (scheduled|submitted)', 'srm_ended.txt'));
  await untilShape(room.page, ended, 'dot');
  assert.deepEqual(
    room.calls('reschedule').map(({ params }) => params),
    [[id('srm_ended.txt')]],
  );
  room.pass(6);
  const done = await room.row(ended, says('100\u2009%', 'srm_ended.txt'));
  assert.match(done.spoken, /, done, 4 of 4 files online, /);
  await untilShape(room.page, ended, 'full');
  const menu = [
    'Show Staging',
    'Copy Online Links',
    'Copy Links',
    'Export List…',
    'Copy Request Id',
    'Copy Request Token',
    'Create Tokens of the Online Part…',
    'Follow Up…',
    'Release Files…',
    'Abort…',
    'Forget Request…',
  ];
  assert.deepEqual(await menuOf(ended), menu);
});

scene(room, 'Forget… asks, and the stager hears nothing of it', async () => {
  const before = room.calls('abort').length;
  await chooseFromRows(room.page, view, [dead], 'Forget Request…');
  const { message, detail } = await answerDialog(room.page, 'Cancel');
  assert.equal(message, `Forget request ${id('srm_dead.txt')}?`);
  assert.equal(detail, 'It leaves this list. The stager keeps it and its files as they are.');
  await room.row(dead, /failed/);
  await chooseFromRows(room.page, view, [dead], 'Forget Request…');
  await answerDialog(room.page, 'Forget');
  await room.rows('the request has left', (rows) => rows.every(({ label }) => label !== dead));
  assert.equal(room.calls('abort').length, before);
  await until('the badge follows', async () => (await badge().innerText()) === '1');
});

scene(room, 'a long list of files comes in pages', async () => {
  await clickTitleAction(room.page, 'Collapse All');
  await expandRow(room.page, view, many);
  const size = async () =>
    Number(await treeOf(room.page, view).locator('.monaco-list-row[aria-level="2"]').first().getAttribute('aria-setsize'));
  await until('the first page is there', async () => (await size()) === 201);
  await clickRow(room.page, view, 'Load 200 more…');
  await until('the second page is there', async () => (await size()) === 401);
  await clickRow(room.page, view, 'Load 50 more…');
  await until('all are there', async () => (await size()) === 450);
  await revealRow(room.page, view, many);
  await clickTitleAction(room.page, 'Collapse All');
});

scene(room, 'while the stager does not answer the view says so, keeps its figures, and recovers', async () => {
  const before = await room.row(many, /staging/);
  room.grid.stager.fault({ kind: 'page', status: 503 });
  const message = await until('the line above the tree', async () => (await readMessage(room.page)) || undefined);
  assert.match(message, new RegExp(`^No news from Practice since ${clock}(, next try ${clock})?: .*503`));
  const row = await room.row(many, /no news/);
  assert.match(row.description, says('[\\d.]+\u2009%, no news', 'srm_many.txt'));
  assert.match(row.spoken, /, no news, /);
  assert.equal(row.description.split(',')[0], before.description.split(',')[0], 'the last known share stays');
  await untilShape(room.page, many, 'warning');
  await waitForStatus(room.page, /no news$/);
  await room.picture('no-news-light');
  // The end of a campaign is told; that a stager is silent is not.
  const told = (await readNotifications(room.page)).filter(({ message }) => !/ has ended: |files are online\.$/.test(message));
  assert.deepEqual(told, [], 'nobody asked, so nothing pops up');

  room.grid.stager.heal();
  await clickTitleAction(room.page, 'Refresh Staging Requests');
  await until('the line has gone', async () => (await readMessage(room.page)) === '');
  await room.row(many, /staging/);
  await untilShape(room.page, many, 'half');
});

scene(room, 'a narrow side bar keeps drawing and name in sight', async () => {
  const sash = await room.page.locator('.part.sidebar').boundingBox();
  assert.ok(sash);
  await room.page.mouse.move(sash.x + sash.width, sash.y + 300);
  await room.page.mouse.down();
  await room.page.mouse.move(sash.x + 200, sash.y + 300, { steps: 10 });
  await room.page.mouse.up();
  await until('the side bar is narrow', async () => ((await room.page.locator('.part.sidebar').boundingBox())?.width ?? 999) < 230);
  await room.picture('narrow-light');
  const name = rowOf(room.page, view, held).locator('.label-name');
  const [inner, outer] = await Promise.all([name.boundingBox(), rowOf(room.page, view, held).boundingBox()]);
  assert.ok(inner && outer && inner.x + inner.width <= outer.x + outer.width, 'the name fits');
});

scene(room, 'a window that is loaded again shows the same requests', async () => {
  const shown = (rows: readonly { label: string; description: string }[]) =>
    rows.map(({ label, description }) => [label, description.replace(/^.*?(\d{6}, \S+)$/, '$1')]);
  const before = shown(await readTree(room.page, view));
  const submits = room.calls('add_getid').length;
  await room.page.reload();
  await waitForWorkbench(room.page);
  await openView(room.page, 'Grid', view);
  const rows = await room.rows('the requests are there again', (all) => all.length === before.length);
  assert.deepEqual(shown(rows), before);
  await room.row(two, says('80.0\u2009%, 1 failed', 'srm_two.txt'));
  assert.equal(room.calls('add_getid').length, submits, 'nothing is staged twice');
  // The new window asks for news by itself.
  const online = (room.grid.stager.requests.find((each) => each.id === id('srm_many.txt'))?.online.length ?? 0) + 20;
  room.pass(20);
  await room.row(many, says(`${(Math.floor((online * 1000) / 450) / 10).toFixed(1)}\u2009%, ${450 - online} staging`, 'srm_many.txt'));
});

const menuOf = async (label: string) => readMenu((await revealRow(room.page, view, label)).locator('.label-name').first());
