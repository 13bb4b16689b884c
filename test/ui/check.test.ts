/** Where the files of a list are, as a person finds out and sees it: signing in, checking, the lines, staging what is on tape. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathOfLink } from '../../src/core/links/path';
import { answerDialog, answerPick, readDialog, runCommand, waitForPrompt } from '../editor/prompt';
import { until } from '../editor/until';
import { answerNotification, atRest, findPanel, readNotifications, setTheme, waitForStatus } from '../editor/workbench';
import { doorName } from '../practice/grid';
import type { PracticeTapeDoor } from '../practice/tapeDoor';
import { linksOf, openList, readLens, roomFor, scene } from './room';

const large = Array.from(
  { length: 20_000 },
  (_, n) =>
    `srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/L${880_000 + Math.floor(n / 500)}_SB${String(n % 500).padStart(3, '0')}_uv.MS_0123abcd.tar`,
);
const room = roomFor({ door: true, width: 1600, files: { 'srm_large.txt': `${large.join('\n')}\n` } });
const list = 'srm_sara.txt';
const facts = '24 links · L701234 · SARA · SB100–124, SB112 missing';

function door(): PracticeTapeDoor {
  const { door: found } = room.grid;
  assert.ok(found);
  return found;
}

const lens = (text: string | RegExp) =>
  room.page.locator('.editor-group-container.active .codelens-decoration a').filter({ hasText: text }).first();
const lensSays = (text: RegExp) => until(`the line of facts says ${String(text)}`, async () => text.test(await readLens(room.page)));

/** The drawings in the gutter of the lines in view, from top to bottom: "hollow-light". */
async function drawings(): Promise<string[]> {
  const found = await room.page.evaluate<(readonly [top: number, image: string])[]>(
    `[...document.querySelectorAll('.editor-group-container.active .glyph-margin-widgets .cgmr')]
      .map((each) => [each.getBoundingClientRect().top, getComputedStyle(each).backgroundImage])`,
  );
  return found
    .sort(([one], [other]) => one - other)
    .map(([, image]) => /([a-z]+-(?:light|dark))\.svg/.exec(image)?.[1] ?? '')
    .filter((name) => name !== '');
}

/** The words behind lines in view. */
async function words(): Promise<string[]> {
  const all = await room.page.locator('.editor-group-container.active .view-line').allInnerTexts();
  return all.flatMap((text) => {
    const [, word] =
      /\.tar[\s\u00a0\u200b-\u200f]*(on tape|staging|queued|lost|unavailable|failed.*|empty file)\s*$/.exec(
        text.replaceAll('\u00a0', ' '),
      ) ?? [];
    return word === undefined ? [] : [word.trim()];
  });
}

scene(
  room,
  'a macaroon is read while it is pasted: one without STAGE is told, and it is kept in no setting',
  async () => {
    const { signs, now } = door();
    const before = `before:${new Date(now + 100 * 60_000).toISOString()}`;
    await openList(room.page, list, facts);
    await runCommand(room.page, 'Grid: Sign In to Stager…');
    await answerPick(room.page, doorName, 'Sign in');
    await waitForPrompt(room.page, `Sign in to ${doorName}`);
    const field = room.page.locator('.quick-input-widget .quick-input-box input');
    await field.fill(signs.macaroon('operator', ['path:/pnfs', 'activity:LIST,READ_METADATA', before]));
    const warned = await until('it is warned of', async () => {
      const { message } = await waitForPrompt(room.page);
      return message.includes('STAGE') && message.includes('does not allow') && message;
    });
    assert.match(
      warned,
      /The macaroon does not allow STAGE, only LIST, READ_METADATA\. It can check where files are, but not stage them\./,
    );
    await room.picture('check-macaroon-light');
    await field.fill(signs.macaroon('operator', ['activity:LIST,READ_METADATA,STAGE', before]));
    await until('the better one is described', async () =>
      (await waitForPrompt(room.page)).message.includes('A macaroon of operator, ends'),
    );
    await room.page.keyboard.press('Enter');
    await until('it has been taken', async () =>
      (await readNotifications(room.page)).some(({ message }) => message.includes(`signed in to ${doorName}`)),
    );
    await runCommand(room.page, 'Notifications: Clear All Notifications');
  },
  { first: true },
);

scene(room, 'its end is counted down before anything else', async () => {
  const { spoken } = await waitForStatus(room.page, /^Macaroon 1 h \d+ min$/);
  assert.match(spoken, /The macaroon of Practice tape ends in 1 h \d+ min/);
});

scene(room, 'a macaroon that rclone keeps is offered with what it allows, and one that has run out says so', async () => {
  const { signs, now } = door();
  const before = (minutes: number) => `before:${new Date(now + minutes * 60_000).toISOString()}`;
  const good = signs.macaroon('operator', ['activity:LIST,READ_METADATA,STAGE', before(90)]);
  const over = signs.macaroon('operator', ['activity:LIST', before(-60)]);
  const folder = join(room.home, '.config/rclone');
  await mkdir(folder, { recursive: true });
  const text = `[practice]\ntype = webdav\nurl = ${door().url}\nbearer_token = ${good}\n[old]\nbearer_token = ${over}\n`;
  await writeFile(join(folder, 'rclone.conf'), text, { mode: 0o600 });
  await runCommand(room.page, 'Grid: Sign In to Stager…');
  await answerPick(room.page, doorName, 'Sign in');
  await waitForPrompt(room.page, `Sign in to ${doorName}`);
  const rows = await until('it is offered', async () => {
    const all = await room.page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
    return all.length === 3 && all.map((row) => row.replace(/\s+/g, ' '));
  });
  assert.match(
    rows[0] ?? '',
    /^Macaroon ?from ~\/\.config\/rclone\/rclone\.conf \[practice\], kept for http:.* A macaroon of operator, ends (\w{3} )?\d\d:\d\d, in 1 h .*, allows LIST, READ_METADATA and STAGE\./,
  );
  assert.match(rows[1] ?? '', /\[old\] ?The macaroon for Practice tape ran out 1 h ago\./);
  assert.match(rows[2] ?? '', /^Token or macaroon…/);
  await room.picture('check-found-token-light');
  await room.page.locator('.quick-input-list .monaco-list-row').first().click();
  await until('it has been taken', async () =>
    (await readNotifications(room.page)).some(({ message }) => message.includes(`signed in to ${doorName}`)),
  );
  await runCommand(room.page, 'Notifications: Clear All Notifications');
});

scene(room, 'Check above line 1 paints each line, and counts', async () => {
  const links = linksOf(await readFile(join(room.grid.folder, list), 'utf8'));
  door().store.seed(links.slice(0, 23).map(pathOfLink));
  door().store.putOnline([0, 1, 2, 7, 9, 10, 12, 13, 14, 15, 19, 20, 21].map((n) => pathOfLink(links[n] ?? '')));
  for (const [n, word] of [
    [3, 'LOST'],
    [8, 'UNAVAILABLE'],
  ] as const)
    door().store.locality(pathOfLink(links[n] ?? ''), word);
  await lens(/^Check$/).click();
  await lensSays(/13 online, 8 on tape, 1 unavailable, 1 failed, 1 lost at \d\d:\d\d \| Stage 8… \| Check \| Map \| Export… \| Convert…/);
  await until('the lines have their drawings', async () => (await drawings()).length >= 20);
  assert.deepEqual((await drawings()).slice(0, 10), [
    'full-light',
    'full-light',
    'full-light',
    'lost-light',
    'hollow-light',
    'hollow-light',
    'hollow-light',
    'full-light',
    'hatched-light',
    'full-light',
  ]);
  await until('the words stand behind the lines', async () => (await words()).length >= 10);
  assert.deepEqual((await words()).slice(0, 5), ['lost', 'on tape', 'on tape', 'on tape', 'unavailable']);
  await runCommand(room.page, 'Notifications: Clear All Notifications');
});

for (const theme of ['contrast', 'contrastLight', 'dark', 'light'] as const) {
  scene(room, `the checked list in ${theme}`, async () => {
    await setTheme(room.page, theme);
    const tone = theme === 'dark' || theme === 'contrast' ? 'dark' : 'light';
    await until('the drawings are those of the theme', async () => (await drawings())[0] === `full-${tone}`);
    await room.picture(`links-checked-${theme}`);
    await pointAt('SB104');
    await room.picture(`links-checked-hover-${theme}`);
    await room.page.keyboard.press('Escape');
  });
}

scene(room, 'Map shows the same in a panel: the share, the map of subbands, the reasons', async () => {
  await lens(/^Map$/).click();
  const panel = await findPanel(room.page, 'h1');
  const text = () => panel.locator('body').innerText();
  await until('it is full of files', async () => (await text()).includes('13 of 24 files, 11 left'));
  assert.match(await text(), new RegExp(`${list}\\s+Told by ${doorName} at \\d\\d:\\d\\d`));
  assert.match(await text(), /54\.1\s%\s+online/);
  assert.match(await text(), /has no such file/);
  assert.match(await text(), /Create tokens of 13 online…/);
  await room.pictures('locality-panel');
  await runCommand(room.page, 'View: Close Primary Side Bar').catch(() => undefined);
  await room.page.setViewportSize({ width: 460, height: 1000 });
  await room.picture('locality-panel-narrow-light');
  await room.page.setViewportSize({ width: 1600, height: 1000 });
  await panel.getByText('Check again').first().click();
  await until('it was asked again', () => Promise.resolve(door().log.filter(({ call }) => call === 'archiveinfo').length > 1));
  await runCommand(room.page, 'View: Close Editor');
  await openList(room.page, list, facts);
});

scene(room, 'Stage 8 asks in numbers, and the lines follow until the files are online', async () => {
  await lens(/^Stage 8…$/).click();
  const asked = await answerDialog(room.page, 'Stage');
  assert.equal(asked.message, 'Stage 8 files?');
  await lensSays(/21 online, 1 unavailable, 1 failed, 1 lost at/);
  await until('nothing is on tape any more', async () => !(await words()).includes('on tape'));
  await room.picture('links-staged-light');
});

scene(room, 'before a stage the files are looked for, and what is online may be left out', async () => {
  const links = linksOf(await readFile(join(room.grid.folder, 'srm_poznan.txt'), 'utf8'));
  door().store.seed(links.map(pathOfLink));
  door().store.putOnline(links.slice(0, 3).map(pathOfLink));
  await openList(room.page, 'srm_poznan.txt', '8 links');
  await lens(/^Stage…$/).click();
  await answerPick(room.page, doorName, 'Stage files at Poznań');
  const { message, detail, buttons } = await readDialog(room.page);
  assert.match(message, /^3 of 8 files are online: stage the rest\?$/);
  assert.match(detail, /^One request to Practice tape:/);
  assert.deepEqual([...buttons].sort(), ['Another Stager…', 'Cancel', 'Stage 5', 'Stage All 8']);
  await room.picture('check-before-stage-light');
  await answerDialog(room.page, 'Cancel');
  await lens(/^Stage…$/).click();
  assert.match((await readDialog(room.page)).detail, /^One request to Practice tape:/, 'the answer is remembered');
  await answerDialog(room.page, 'Cancel');
});

scene(room, 'twenty thousand lines, each unlike its neighbours: drawn where one looks, and typing is not held up', async () => {
  door().store.seed(large.map(pathOfLink));
  door().store.putOnline(large.filter((_, n) => n % 2 === 0).map(pathOfLink));
  await openList(room.page, 'srm_large.txt', '20 000 links');
  await lens(/^Check$/).click();
  await lensSays(/10 000 online, 10 000 on tape at/);
  await room.page.locator('.editor-group-container.active .view-line').first().click();
  await room.page.keyboard.press('Control+End');
  await until('the end of the list is drawn', async () => {
    const seen = await drawings();
    return seen.length > 20 && seen.includes('hollow-light') && seen.includes('full-light');
  });
  await room.page.keyboard.press('Control+Home');
  await room.page.keyboard.type('# a remark\n');
  await until(
    'the lines have moved with their drawings',
    async () => (await drawings()).slice(0, 2).join() === 'full-light,hollow-light' && (await words())[0] === 'on tape',
  );
  await room.picture('links-checked-large-light');
});

scene(room, 'a check that is cancelled keeps what it has heard, and says so; the map too', async () => {
  door().fault({ kind: 'hang', method: 'archiveinfo', times: 2 });
  await openList(room.page, 'srm_large.txt', '');
  await lens(/^Check$/).click();
  await until('some has been told', async () =>
    (await readNotifications(room.page)).some(({ message }) => message.includes('Asking Practice tape')),
  );
  await until('all is told but for what hangs', () => Promise.resolve(door().log.filter(({ call }) => call === 'archiveinfo').length > 10));
  await lens(/^Map$/).click();
  const panel = await findPanel(room.page, 'h1');
  const text = () => panel.locator('body').innerText();
  await until('the map follows', async () => /Asking Practice tape: \d+\s\d{3} of 20\s000 files/.test(await text()));
  await room.picture('locality-panel-running-light');
  await answerNotification(room.page, 'Asking Practice tape', 'Cancel');
  await until('it is said', async () =>
    (await readNotifications(room.page)).some(({ message }) => /^Cancelled after \d+\s?000 of 20\s?000 files\. /.test(message)),
  );
  await until(
    'the map says what was not asked about',
    async () => /Told by Practice tape at \d\d:\d\d/.test(await text()) && (await text()).includes('online'),
  );
  await room.picture('locality-panel-cancelled-light');
  await runCommand(room.page, 'Notifications: Clear All Notifications');
});

scene(room, 'the map comes back after a reload of the window, with its time', async () => {
  await runCommand(room.page, 'Developer: Reload Window');
  const panel = await findPanel(room.page, 'h1');
  await until('it is full of files', async () => /Told by Practice tape at \d\d:\d\d/.test(await panel.locator('body').innerText()));
  await room.picture('locality-panel-restored-light');
});

/** Rests the pointer on a line, as a hand does. */
async function pointAt(text: string): Promise<void> {
  const { page } = room;
  const box = await page.locator('.editor-group-container.active .view-line').filter({ hasText: text }).first().boundingBox();
  assert.ok(box);
  await until('the hover shows', async () => {
    for (let k = 0; k < 8; k++) await page.mouse.move(box.x + 60 + k, box.y + box.height / 2);
    return page
      .locator('.monaco-hover:not(.hidden) .hover-contents')
      .filter({ hasText: 'checked' })
      .first()
      .waitFor({ timeout: 3000 })
      .then(
        () => true,
        () => false,
      );
  });
  await atRest(page.locator('.monaco-hover:not(.hidden) .hover-contents').first());
}
