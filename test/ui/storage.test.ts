/** Grid storage by hand: a root added, folders browsed, files fetched, sent, aged and deleted with their numbers. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { runProgram } from '../../src/adapters/program';
import { chooseFromRows, readMenu } from '../editor/menu';
import { answerDialog, answerInput, answerPick, readDialog, runCommand, waitForPrompt } from '../editor/prompt';
import {
  clickRowAction,
  clickViewAction,
  expandRow,
  foldView,
  openView,
  readTree,
  revealRow,
  rowOf,
  treeOf,
  type Row,
} from '../editor/tree';
import { until } from '../editor/until';
import { answerNotification, waitForNotification } from '../editor/workbench';
import { startTapeDoor } from '../practice/tapeDoor';
import { clickWelcome, roomFor, scene, waitForWelcome } from './room';

const room = roomFor({ pool: false });
const view = 'Grid Storage';
const others = ['Tokens', 'Views', 'Staging Requests'];
let store = '';

const here = { signal: new AbortController().signal, deadlineMs: 10_000 };

after(async () => {
  if (store !== '') await rm(store, { recursive: true, force: true });
});

async function fill(): Promise<void> {
  store = await mkdtemp(join(tmpdir(), 'grid-store-'));
  const run = join(store, 'lofar', 'L769079');
  await mkdir(join(run, 'logs'), { recursive: true });
  await mkdir(join(store, 'lofar', 'sandboxes'));
  await mkdir(join(store, 'lofar', 'zoo'));
  for (let k = 0; k < 12; k++)
    await writeFile(join(run, `L769079_SB${String(k).padStart(3, '0')}_uv.MS_daf24388.tar`), Buffer.alloc(1_250_000 + k * 90_000));
  await writeFile(join(run, 'pref_cal.parset'), 'msin = *.MS\n');
  await writeFile(join(run, 'logs', 'job.out'), 'started\ndone\n');
  for (let k = 0; k < 1200; k++) await writeFile(join(store, 'lofar', 'zoo', `SB${String(k).padStart(4, '0')}.tar`), 'x');
  const old = Date.UTC(2019, 2, 3) / 1000;
  for (const k of [0, 1, 2]) await utimes(join(run, `L769079_SB00${k}_uv.MS_daf24388.tar`), old, old);
}

const rows = () => readTree(room.page, view);

/** The dialog takes no press while it still reads the folder: until it is gone. */
async function downloadHere(): Promise<void> {
  const box = room.page.locator('.quick-input-widget');
  const press = box.getByRole('button', { name: 'Download Here', exact: true });
  await press.waitFor();
  await until('the folder is taken', async () => {
    if (await box.isVisible()) await press.click({ timeout: 2000 }).catch(() => undefined);
    return !(await box.isVisible());
  });
}

async function row(label: string, description: RegExp): Promise<Row> {
  let last: Row | undefined;
  return until(`${label} says ${String(description)}`, async () => {
    last = (await rows()).find((each) => each.label === label);
    return last !== undefined && description.test(last.description) && last;
  });
}

scene(
  room,
  'an empty view says what it is for; a root is added',
  async () => {
    await fill();
    await openView(room.page, 'Grid', view);
    for (const other of others) await foldView(room.page, other);
    await waitForWelcome(room.page, 'Browse folders on grid storage', view);
    await room.picture('storage-empty');
    await clickWelcome(room.page, 'Add Root…', view);
    await answerInput(room.page, 'nonsense', 'Add a root of grid storage (1 of 2)');
    assert.match((await waitForPrompt(room.page)).message ?? '', /is no location on grid storage/);
    await answerInput(room.page, `file://${store}/lofar/`, 'Add a root of grid storage (1 of 2)');
    await answerInput(room.page, 'LOFAR user', 'Add a root of grid storage (2 of 2)');
    await row('LOFAR user', /^file:\/\/.*\/lofar$/);
  },
  { first: true },
);

scene(room, 'folders come first; files with size and date, of other years too', async () => {
  await expandRow(room.page, view, 'LOFAR user');
  await row('L769079', /^\d{4}-\d\d-\d\d$/);
  await expandRow(room.page, view, 'L769079');
  const file = await row('L769079_SB000_uv.MS_daf24388.tar', /^1\.\d\sMB · 2019-03-03$/);
  assert.match(file.spoken, /^L769079_SB000_uv\.MS_daf24388\.tar, 1\.\d\sMB, 2019-03-03 \d\d:\d\d$/);
  await row('pref_cal.parset', /^12\sB · \d\d-\d\d \d\d:\d\d$/);
  const labels = (await rows()).map(({ label }) => label);
  assert.ok(labels.indexOf('logs') < labels.indexOf('L769079_SB000_uv.MS_daf24388.tar'));
  const menu = await readMenu(await revealRow(room.page, view, 'L769079'));
  for (const item of ['Upload…', 'Make List of Links…', 'Count Files', 'Older Than…', 'Delete…'])
    assert.ok(menu.includes(item), menu.join());
  await room.pictures('storage-tree');
});

scene(room, 'a folder of many entries shows them in pages', async () => {
  await expandRow(room.page, view, 'zoo');
  for (const left of [700, 200]) {
    const more = rowOf(room.page, view, `Show more: ${left} entries are left`);
    await until('the end of the tree', async () => {
      await treeOf(room.page, view).focus();
      await room.page.keyboard.press('End');
      return more.isVisible();
    });
    if (left === 700) await room.picture('storage-many');
    await more.locator('.label-name').first().click();
  }
  await until('all of them', async () => {
    await treeOf(room.page, view).focus();
    await room.page.keyboard.press('End');
    return rowOf(room.page, view, 'SB1199.tar').isVisible();
  });
  await treeOf(room.page, view).focus();
  await room.page.keyboard.press('Home');
  await (await revealRow(room.page, view, 'zoo')).locator('.monaco-tl-twistie').click();
});

scene(room, 'a file is looked at, and one is downloaded', async () => {
  await chooseFromRows(room.page, view, ['pref_cal.parset'], 'Open as Text');
  await until('its text', async () => (await room.page.locator('.view-lines').innerText()).includes('msin'));
  await clickRowAction(room.page, view, 'L769079_SB001_uv.MS_daf24388.tar', 'Download…');
  // The editor's own dialog for files begins with the folder of the workspace.
  await downloadHere();
  await waitForNotification(room.page, /^1 file downloaded to .* and verified\.$/);
  assert.ok((await readdir(room.grid.folder)).includes('L769079_SB001_uv.MS_daf24388.tar'));
});

scene(room, 'files are uploaded to a folder; what is there is replaced only when wished', async () => {
  const target = join(store, 'lofar', 'sandboxes');
  await chooseFromRows(room.page, view, ['sandboxes'], 'Upload…');
  await answerInput(room.page, join(room.grid.folder, 'srm_sara.txt'));
  await waitForNotification(room.page, /^1 file uploaded to sandboxes and verified\.$/);
  assert.equal(await readFile(join(target, 'srm_sara.txt'), 'utf8'), await readFile(join(room.grid.folder, 'srm_sara.txt'), 'utf8'));
  await writeFile(join(target, 'srm_sara.txt'), 'another');
  await chooseFromRows(room.page, view, ['sandboxes'], 'Upload…');
  await answerInput(room.page, join(room.grid.folder, 'srm_sara.txt'));
  const { message } = await readDialog(room.page);
  assert.equal(message, 'Replace srm_sara.txt in sandboxes?');
  await answerDialog(room.page, 'Keep What Is There');
  await waitForNotification(room.page, /^srm_sara\.txt was not uploaded\. srm_sara\.txt is there already/);
  assert.equal(await readFile(join(target, 'srm_sara.txt'), 'utf8'), 'another');
  await chooseFromRows(room.page, view, ['sandboxes'], 'Make Directory…');
  await answerInput(room.page, 'new/deep');
  await until('both are there', async () => (await readdir(join(target, 'new'))).includes('deep'));
});

/** A disk of one megabyte in a folder while something is done; false where this account may mount none. */
async function withSmallDisk(folder: string, act: () => Promise<void>): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const { code } = await runProgram(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], here).catch(() => ({ code: -1 }));
  try {
    if (code === 0) await act();
  } finally {
    if (code === 0) await runProgram(['umount', folder], here);
    await rm(folder, { recursive: true });
  }
  return code === 0;
}

scene(room, 'a disk of the storage that is full is told with the name of the file, and nothing of it stays', async (context) => {
  const there = join(store, 'lofar', 'tight');
  await writeFile(join(room.grid.folder, 'large.tar'), Buffer.alloc(3_000_000, 'x'));
  const mounted = await withSmallDisk(there, async () => {
    await runCommand(room.page, 'Notifications: Clear All Notifications');
    await clickViewAction(room.page, view, 'Refresh Storage');
    await chooseFromRows(room.page, view, ['tight'], 'Upload…');
    await answerInput(room.page, join(room.grid.folder, 'large.tar'));
    const { message } = await waitForNotification(room.page, /not uploaded/);
    await room.picture('storage-full-upload');
    assert.match(
      message,
      /^large\.tar was not uploaded\. The disk of tight is full: 1\.0\sMB of 3\.0\sMB went onto it\. Nothing of it stays there\. Free space, then repeat it\.$/,
    );
    assert.deepEqual(await readdir(there), []);
  });
  if (!mounted) context.skip('this account may not mount a small disk');
});

scene(room, 'a disk of this machine that is full is told so too', async (context) => {
  const local = join(room.grid.folder, 'small');
  const mounted = await withSmallDisk(local, async () => {
    await runCommand(room.page, 'Notifications: Clear All Notifications');
    await chooseFromRows(room.page, view, ['L769079_SB003_uv.MS_daf24388.tar'], 'Download…');
    await answerInput(room.page, `${local}/`);
    await downloadHere();
    const { message } = await waitForNotification(room.page, /not downloaded/);
    await room.picture('storage-full-download');
    assert.match(
      message,
      /^L769079_SB003_uv\.MS_daf24388\.tar was not downloaded\. The disk is full: 1\.0\sMB of 1\.5\sMB went onto it\. Nothing of it stays here\. Free space, then repeat it\.$/,
    );
    assert.deepEqual(await readdir(local), []);
  });
  await runCommand(room.page, 'Notifications: Clear All Notifications');
  if (!mounted) context.skip('this account may not mount a small disk');
});

scene(room, 'a file dropped on a folder is uploaded there', async () => {
  const row = await revealRow(room.page, view, 'sandboxes');
  // As the Explorer of a window to another machine names its files.
  const file = `vscode-remote://${new URL(room.grid.server.url).host}${join(room.grid.folder, 'srm_poznan.txt')}`;
  const data = await room.page.evaluateHandle(
    `(() => { const data = new DataTransfer(); data.setData('text/uri-list', ${JSON.stringify(file)}); return data; })()`,
  );
  for (const type of ['dragenter', 'dragover', 'drop']) await row.dispatchEvent(type, { dataTransfer: data });
  await until('it is there', async () => (await readdir(join(store, 'lofar', 'sandboxes'))).includes('srm_poznan.txt'));
});

scene(room, 'old files are told of first, and only what was told of is deleted', async () => {
  await chooseFromRows(room.page, view, ['L769079'], 'Older Than…');
  await answerInput(room.page, '365');
  await until('the report', async () => (await room.page.locator('.view-lines').innerText()).includes('Older'));
  await room.picture('storage-older');
  await writeFile(join(store, 'lofar', 'L769079', 'L769079_SB002_uv.MS_daf24388.tar'), 'somebody has written to it');
  await answerNotification(room.page, '3 files with', 'Delete…');
  const { message, detail, buttons } = await readDialog(room.page);
  assert.equal(message, 'Delete 3 files below L769079?');
  assert.match(detail, /3 files, 0 folders, .*MB/);
  assert.ok(buttons.includes('Delete 3 files'), buttons.join());
  await answerDialog(room.page, 'Delete 3 files');
  await waitForNotification(room.page, /^2 entries deleted, 1 not: It has been changed since the report\.$/);
  const left = await readdir(join(store, 'lofar', 'L769079'));
  assert.ok(left.includes('L769079_SB002_uv.MS_daf24388.tar') && !left.includes('L769079_SB000_uv.MS_daf24388.tar'));
});

scene(room, 'a folder is deleted with its numbers; a root never', async () => {
  await chooseFromRows(room.page, view, ['L769079'], 'Delete…');
  const { message, detail, buttons } = await readDialog(room.page);
  assert.equal(message, 'Delete L769079 from grid storage?');
  assert.match(detail, /12 files, 2 folders, .*MB[\s\S]*The newest file is of \d{4}[\s\S]*no waste basket/);
  await room.picture('storage-delete');
  assert.ok(buttons.includes('Delete 12 files and 2 folders'), buttons.join());
  await answerDialog(room.page, 'Delete 12 files and 2 folders');
  await waitForNotification(room.page, /^14 entries deleted\.$/);
  await until('the row goes', async () => !(await rows()).some(({ label }) => label === 'L769079'));
  assert.deepEqual((await readdir(join(store, 'lofar'))).sort(), ['sandboxes', 'zoo']);
  const menu = await readMenu(await revealRow(room.page, view, 'LOFAR user'));
  assert.ok(!menu.includes('Delete…') && menu.includes('Remove Root…'), menu.join());
});

scene(room, 'where files are, on the rows themselves', async () => {
  await chooseFromRows(room.page, view, ['LOFAR user'], 'Make List of Links…');
  await answerPick(room.page, 'Files in this folder and in all below');
  await answerInput(room.page, 'SB000?.tar');
  await until('the list', async () => (await room.page.locator('.view-lines').first().innerText()).includes('SB0003.tar'));
});

scene(room, 'what cannot be read says so in its place', async () => {
  await rm(join(store, 'lofar', 'sandboxes'), { recursive: true });
  await expandRow(room.page, view, 'sandboxes');
  await until('the trouble', async () => (await rows()).some(({ label }) => label === 'There is no such file.'));
  await room.picture('storage-failed');
});

scene(room, 'a door that wants a token is signed in to from the row that says so', async () => {
  const folder = join(store, 'door');
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeFile(join(folder, 'data', 'L769079_SB000.tar'), 'x'.repeat(4000));
  const door = await startTapeDoor({ folder, anonymous: '' });
  try {
    const host = new URL(door.url).host;
    await runCommand(room.page, 'Grid: Add Root of Grid Storage…');
    await answerInput(room.page, `dav://${host}/data`, 'Add a root of grid storage (1 of 2)');
    await answerInput(room.page, 'SURF', 'Add a root of grid storage (2 of 2)');
    await row('SURF', /^dav:/);
    await expandRow(room.page, view, 'SURF');
    const refusal = await until('the refusal', async () =>
      (await rows()).find(({ label, description }) => label === 'Sign in…' && description === 'The storage does not know who asks.'),
    );
    await room.picture('storage-sign-row');
    await rowOf(room.page, view, refusal.label).first().click();
    await waitForPrompt(room.page, `Sign in to ${host}`);
    await room.picture('storage-sign-light');
    await answerPick(room.page, 'Token or macaroon…', `Sign in to ${host}`);
    await answerInput(room.page, 'nobody-knows-this', `Sign in to ${host}`);
    assert.match((await waitForPrompt(room.page, `Sign in to ${host}`)).placeholder, /does not know who asks.*What signs your calls\?$/);
    await room.picture('storage-sign-refused-light');
    await answerPick(room.page, 'Token or macaroon…', `Sign in to ${host}`);
    await answerInput(
      room.page,
      door.signs.macaroon('operator', ['path:/data', 'activity:LIST,READ_METADATA,DOWNLOAD']),
      `Sign in to ${host}`,
    );
    await waitForNotification(room.page, /is called with this token/);
    await row('L769079_SB000.tar', /^4\.0\skB/);
    await room.picture('storage-signed-light');
  } finally {
    await door.stop();
  }
});
