/** The grid proxy as a person meets it: counted down, told of when it is missing, has ended or is open to others, in the tree of storage too. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { answerInput, answerPick, runCommand, waitForPrompt } from '../editor/prompt';
import { expandRow, foldView, openView, rowOf, waitForRows } from '../editor/tree';
import { until } from '../editor/until';
import { atRest, readStatusBar, showFiles, waitForStatus } from '../editor/workbench';
import { doorName } from '../practice/grid';
import { makeAuthority, type Authority } from '../live/authority';
import { startTapeDoor, type PracticeTapeDoor } from '../practice/tapeDoor';
import { clickWelcome, openList, roomFor, scene } from './room';

const folder = join(tmpdir(), `grid-proxy-${randomUUID().slice(0, 8)}`);
const path = join(folder, 'x509up');
let authority: Authority;
/** A storage that knows people by their proxies. */
let secure: PracticeTapeDoor;

before(async () => {
  await mkdir(join(folder, 'authority'), { recursive: true });
  authority = await makeAuthority(join(folder, 'authority'));
  await mkdir(join(folder, 'tape', 'data'), { recursive: true });
  await writeFile(join(folder, 'tape', 'data', 'behind.txt'), 'text');
  const subjects = { 'Test Operator': 'operator' };
  secure = await startTapeDoor({ folder: join(folder, 'tape'), tls: authority.host, subjects, anonymous: '' });
});
const room = roomFor({
  door: true,
  width: 1200,
  // Soon enough to be waited for, and not before a double click.
  settings: { 'workbench.hover.delay': 1500 },
  stagers: [{ name: 'gfal2', kind: 'gfal', url: '' }],
  env: { X509_USER_PROXY: path, X509_CERT_DIR: join(folder, 'authority', 'certificates') },
});
after(async () => {
  await secure.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Puts a proxy in place at once, as the grid's tools do. */
async function put(made: string, mode = 0o600): Promise<void> {
  await copyFile(made, `${path}.new`);
  await chmod(`${path}.new`, mode);
  await rename(`${path}.new`, path);
}

const item = () => room.page.locator('[id="grid-workbench.grid-workbench.grid.deadline"]');

/** Rests the pointer on the countdown until its words show, in a picture of this name. */
async function pointAtCountdown(name: string): Promise<string> {
  const tooltip = room.page.locator('.monaco-hover:not(.hidden) .hover-contents, .workbench-hover .hover-contents').first();
  await room.page.mouse.move(700, 300);
  await item().hover();
  await tooltip.waitFor();
  await atRest(tooltip);
  await room.picture(name);
  const words = await tooltip.innerText();
  await room.page.mouse.move(700, 300);
  return words;
}

/** What signing in to gfal2 says of the proxy. */
async function signInToGfal(): Promise<void> {
  await runCommand(room.page, 'Grid: Sign In to Stager…');
  await answerPick(room.page, 'gfal2', 'Sign in');
}

scene(
  room,
  'without a proxy nothing is counted down; who needs it is told where it would be, and how it is made',
  async () => {
    await room.page.mouse.move(700, 300); // no words of a row that the pointer happens to rest on
    await openList(room.page, 'srm_sara.txt', '24 links');
    await signInToGfal();
    await waitForPrompt(room.page, 'Sign in to gfal2');
    const rows = room.page.locator('.quick-input-list .monaco-list-row');
    await until('it is said', async () => (await waitForPrompt(room.page)).placeholder === `There is no grid proxy at ${path}.`);
    assert.match(await rows.first().innerText(), /^Try Again\s+Make one with voms-proxy-init/);
    await room.picture('proxy-none-light');
    await room.page.keyboard.press('Escape');
    assert.equal(
      (await readStatusBar(room.page)).some(({ id }) => id.includes('grid.deadline')),
      false,
    );
  },
  { first: true },
);

scene(room, 'one that is made in a terminal is counted down by itself', async () => {
  await put(await authority.proxy('good', '40:00'));
  const { spoken } = await waitForStatus(room.page, /^Proxy 1 d 1\d h$/);
  assert.match(spoken, /The grid proxy ends in 1 d 1\d h\./);
  await room.picture('proxy-far-light');
  await put(await authority.proxy('today', '9:00'));
  await waitForStatus(room.page, /^Proxy 8 h 59 min$/);
  await pointAtCountdown('proxy-today-light');
});

scene(room, 'one that ends soon has a colour of its own', async () => {
  await put(await authority.proxy('soon', '1:20'));
  await waitForStatus(room.page, /^Proxy 1 h 1\d min$/);
  await room.pictures('proxy-soon');
});

scene(room, 'of a macaroon and a proxy what ends first is counted down, and both are told', async () => {
  const { signs, now } = room.grid.door ?? assert.fail();
  await runCommand(room.page, 'Grid: Sign In to Stager…');
  await answerPick(room.page, doorName, 'Sign in');
  await waitForPrompt(room.page, `Sign in to ${doorName}`);
  const ends = `before:${new Date(now + 50 * 60_000).toISOString()}`;
  await room.page
    .locator('.quick-input-widget .quick-input-box input')
    .fill(signs.macaroon('operator', [ends, 'activity:STAGE,READ_METADATA']));
  await room.page.keyboard.press('Enter');
  await waitForStatus(room.page, /^Macaroon 4\d min$/);
  const words = await pointAtCountdown('proxy-macaroon-light');
  assert.match(words, /The macaroon of Practice tape ends in 4\d min\.\s+The grid proxy ends in 1 h 1\d min\./);
});

scene(room, 'one that has ended is told of in words, with what to do', async () => {
  await put(await authority.expired(0));
  const { spoken } = await waitForStatus(room.page, /^Proxy has ended$/);
  assert.match(spoken, /The grid proxy ended .* ago\./);
  await pointAtCountdown('proxy-over-light');
  await room.pictures('proxy-over');
  await item().click();
  await room.page.locator('.part.panel .terminal-wrapper.active, .part.panel .xterm').first().waitFor();
  await room.picture('proxy-over-click-light');
  await runCommand(room.page, 'View: Hide Panel');
});

scene(room, 'a folder of the storage that it opened says so in its place, and comes back with another one', async () => {
  const storage = 'Grid Storage';
  await openView(room.page, 'Grid', storage);
  for (const other of ['Tokens', 'Views', 'Staging Requests']) await foldView(room.page, other);
  await clickWelcome(room.page, 'Add Root…', storage);
  await answerInput(room.page, `${secure.url.replace(/^https/, 'davs')}/data`, 'Add a root of grid storage (1 of 2)');
  await answerInput(room.page, 'Secure', 'Add a root of grid storage (2 of 2)');
  await expandRow(room.page, storage, 'Secure');
  const rows = await waitForRows(room.page, storage, (all) => all.some(({ level }) => level === 2));
  await room.pictures('storage-expired');
  const row = rows.find(({ level }) => level === 2);
  assert.match(row?.spoken ?? '', /^The grid proxy ran out .* ago\. Make a new one with voms-proxy-init\./);
  await put(await authority.proxy('again', '9:00'));
  await waitForStatus(room.page, /^Macaroon 4\d min$/);
  await rowOf(room.page, storage, row?.label ?? '').click();
  await waitForRows(room.page, storage, (all) => all.some(({ label }) => label === 'behind.txt'));
  await showFiles(room.page);
});

scene(room, 'one that others can read is good for nothing, and says so', async () => {
  await put(await authority.proxy('open', '9:00'), 0o640);
  const { spoken } = await waitForStatus(room.page, /^Proxy can be read by others$/);
  assert.equal(spoken.startsWith(`Others on this machine can read the grid proxy ${path}. Take their rights away`), true, spoken);
  await pointAtCountdown('proxy-exposed-light');
  await signInToGfal();
  await until('it is said', async () => (await waitForPrompt(room.page)).placeholder.includes('Others on this machine can read'));
  await room.picture('proxy-exposed-sign-in-light');
  await room.page.keyboard.press('Escape');
  await chmod(path, 0o600);
  await waitForStatus(room.page, /^Macaroon 4\d min$/);
});

scene(room, 'one that goes takes its countdown along', async () => {
  await rm(path);
  await until('only the macaroon is left', async () => !(await pointAtCountdown('proxy-gone-light')).includes('proxy'));
  await item().click();
  assert.match((await waitForPrompt(room.page, `Sign in to ${doorName}`)).message, /A macaroon or token/);
  await room.page.keyboard.press('Escape');
});
