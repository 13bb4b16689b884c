/** Lists of links in the editor: which files are lists, their line of facts, their problems, and what pointing at a link shows. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { answerPick, runCommand } from '../editor/prompt';
import { until, type Shown } from '../editor/until';
import { atRest, openFile, setTheme, waitForStatus } from '../editor/workbench';
import { copied, openList, readLens, roomFor, scene } from './room';

const room = roomFor({});
const actions = ' | Stage… | Convert… | Split…';
const line = (text: string) => room.page.locator('.editor-group-container.active .view-line').filter({ hasText: text }).first();
const hovers = () => room.page.locator('.monaco-hover:not(.hidden) .hover-contents');

const lists: Readonly<Record<string, string>> = {
  'srm_sara.txt': '24 links · L701234 · SARA · SB100–124, SB112 missing',
  srm_L701238: '40 links · L701238 · Jülich · SB050–089, none missing',
  'srm_mixed.txt': '15 links · L701250, L701252 · SARA, Jülich, Poznań',
  'links.txt': '6 links · L701240 · SARA · SB060–065, none missing',
};

for (const [file, facts] of Object.entries(lists)) {
  scene(room, `${file} is a list, and says what it holds`, async () => {
    assert.equal(await openList(room.page, file, facts), facts + actions);
    await waitForStatus(room.page, /^Grid Links$/);
  });
}

scene(room, 'notes.txt stays plain text', async () => {
  await openFile(room.page, 'notes.txt');
  await waitForStatus(room.page, /^Plain Text$/);
  await line('Field notes').waitFor();
  assert.equal(await readLens(room.page), '');
});

scene(room, 'a list that a person made plain text again stays so', async () => {
  await openList(room.page, 'links.txt', '6 links');
  await runCommand(room.page, 'Change Language Mode');
  await answerPick(room.page, 'Plain Text');
  await waitForStatus(room.page, /^Plain Text$/);
  await runCommand(room.page, 'View: Close All Editors');
  await openList(room.page, 'srm_sara.txt', '24 links');
  await openFile(room.page, 'links.txt');
  await line('L701240_SB060').waitFor();
  // When the next list has its line of facts, this file has been looked at too.
  await openList(room.page, 'srm_poznan.txt', '8 links');
  await openFile(room.page, 'links.txt');
  await waitForStatus(room.page, /^Plain Text$/);
});

scene(room, 'every mistake of srm_broken.txt is underlined and in Problems', async () => {
  await openList(room.page, 'srm_broken.txt', '12 links · L701260 · SARA, unknown site');
  await room.page.locator('[id="status.problems"] a').click();
  const wanted = [
    'Error, line 3: No known site has the host srm.grid.sarra.nl. Did you mean srm.grid.sara.nl?',
    'Error, line 10: This is not a link. Begin it with srm://, gsiftp://, https:// or /pnfs/, or remove the line.',
    'Warning, line 4: Two slashes stand before pnfs, and some tools take that for another file. Write one.',
    'Warning, line 5: SARA answers srm at port 8443, not at 8444. Change the port.',
    'Warning, line 7: The same link is on line 6. Remove one of the two.',
    'Warning, line 9: L701260_SB006 is already on line 8, with another link. Keep one of the two.',
    'Warning, line 11: Tools ignore this text behind the link, or stop at it. Remove it, or put “#” before it.',
  ];
  await until('Problems lists them', async () => (await problems('srm_broken.txt')).length === wanted.length);
  assert.deepEqual(await problems('srm_broken.txt'), wanted);
  const drawn = async (kind: string) => room.page.locator(`.editor-group-container.active .cdr.squiggly-${kind}`).count();
  await until(
    'they are underlined',
    async () => (await drawn('error')) === 2 && (await drawn('warning')) === 5 && (await drawn('hint')) === 0,
  );
});

/** The rows of Problems below a file: severity, line and message. */
async function problems(file: string): Promise<string[]> {
  const spoken = await room.page
    .locator('.markers-panel .monaco-list-row')
    .evaluateAll((found: Shown[]) => found.map((row) => [row.getAttribute('aria-level') ?? '', row.getAttribute('aria-label') ?? '']));
  const start = spoken.findIndex(([level, text = '']) => level === '1' && text.includes(`in file ${file}`));
  if (start < 0) return [];
  const end = spoken.findIndex(([level], index) => index > start && level === '1');
  return spoken.slice(start + 1, end < 0 ? undefined : end).flatMap(([, text = '']) => {
    const [, severity, message, at] = /^(Error|Warning|Info|Hint): (.*) at line (\d+) and character/.exec(text) ?? [];
    return severity === undefined ? [] : [`${severity}, line ${at}: ${message}`];
  });
}

scene(room, 'pointing at a link shows what it is, and each form with Copy', async () => {
  await openList(room.page, 'srm_broken.txt', '12 links');
  const shown = await pointAt(line('L701260_SB001'));
  assert.match(await shown.innerText(), /^L701260 SB001 at SARA\b/);
  const forms = (await shown.innerText()).split('\n').filter((text) => text.startsWith('Copy '));
  assert.deepEqual(
    forms.map((row) => row.split(' ')[1]),
    ['srm', 'gsiftp', 'https', 'gfal', 'path'],
  );
  for (const row of forms) assert.ok(row.includes('L701260_SB001_uv.dppp.MS_2ada4b86.tar'), 'the file name is never cut');
  const outer = await room.page.locator('.monaco-hover:not(.hidden)').first().boundingBox();
  const copy = await shown
    .locator('a')
    .filter({ hasText: /^Copy$/ })
    .first()
    .boundingBox();
  assert.ok(outer && copy && copy.x + copy.width <= outer.x + outer.width, 'Copy is in sight');
  await room.picture('broken-hover-light');
  const copies = shown.locator('a').filter({ hasText: /^Copy$/ });
  const gsiftp = () => copies.nth(1).click();
  assert.equal(
    await copied(room.page, gsiftp),
    'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/data/lofar/ops/projects/lc9_041/701260/L701260_SB001_uv.dppp.MS_2ada4b86.tar',
  );
});

scene(room, 'pointing at a mistake says what to do, first', async () => {
  const shown = await pointAt(line('L701260_SB002'));
  const text = await room.page.locator('.monaco-hover:not(.hidden)').first().innerText();
  assert.match(text, /No known site has the host srm\.grid\.sarra\.nl\. Did you mean srm\.grid\.sara\.nl\?/);
  assert.ok(await shown.isVisible());
  await room.picture('mistake-hover-light');
});

for (const theme of ['contrast', 'dark', 'light'] as const) {
  scene(room, `problems, hover, completion and fixes in ${theme}`, async () => {
    await setTheme(room.page, theme);
    await openList(room.page, 'srm_broken.txt', '12 links · L701260 · SARA, unknown site');
    await until('all problems are there again', async () => (await problems('srm_broken.txt')).length === 7);
    await room.picture(`links-problems-${theme}`);
    assert.match(await (await pointAt(line('L701260_SB001'))).innerText(), /L701260 SB001 at SARA/);
    await room.picture(`links-hover-${theme}`);
    await room.page.keyboard.press('Escape');
    await line('L701260_SB004').click({ position: { x: 205, y: 8 } });
    await room.page.keyboard.press('Control+.');
    await room.page.locator('.action-widget .monaco-list-row').filter({ hasText: 'Write 8443' }).first().waitFor();
    await room.picture(`links-fix-${theme}`);
    await room.page.keyboard.press('Escape');
    await room.page.keyboard.press('Control+End');
    await room.page.keyboard.press('Enter');
    await room.page.keyboard.type('sr', { delay: 60 });
    await room.page.keyboard.press('Control+Space');
    const offer = room.page.locator('.suggest-widget.visible .monaco-list-row').filter({ hasText: 'srm.grid.sara.nl' }).first();
    await offer.waitFor();
    await room.picture(`links-completion-${theme}`);
    await room.page.keyboard.press('Escape');
    // The editor saves by itself: what was typed has to go again.
    for (let n = 0; n < 4; n++) await room.page.keyboard.press('Control+Z');
    await until('what was typed has gone', async () => (await room.page.locator('.view-line').filter({ hasText: /^sr$/ }).count()) === 0);
  });
}

scene(room, 'a mistake whose mend is certain is mended by one choice', async () => {
  await line('L701260_SB002').click({ position: { x: 100, y: 8 } });
  await waitForStatus(room.page, /^Ln 3, /);
  const choice = room.page
    .locator('.action-widget .monaco-list-row')
    .filter({ hasText: 'Write srm.grid.sara.nl instead of srm.grid.sarra.nl' });
  // The editor drops the key while it still asks what there is to mend.
  await until('the choices are open', async () => {
    await room.page.keyboard.press('Control+.');
    return choice
      .first()
      .waitFor({ timeout: 2000 })
      .then(
        () => true,
        () => false,
      );
  });
  await room.picture('fix-light');
  await room.page.keyboard.press('Enter');
  await until('the host is right', async () => (await line('L701260_SB002').innerText()).includes('srm.grid.sara.nl:8443'));
  await until('the problem has gone', async () => (await problems('srm_broken.txt')).length === 6);
});

/** Rests the pointer on the host of a line, as a hand does: the editor ignores one that jumps. */
async function pointAt(target: Locator): Promise<Locator> {
  const { page } = room;
  const host = target.locator('span span').nth(1);
  const rest = async (x: number, y: number) => {
    for (let k = 0; k < 8; k++) await page.mouse.move(x + k, y);
  };
  const box = await host.boundingBox();
  assert.ok(box);
  await until('what was shown before has gone', async () => {
    await rest(box.x + 300, box.y + 250);
    await page.keyboard.press('Escape');
    return (await hovers().count()) === 0;
  });
  await until('the hover shows', async () => {
    await rest(box.x + 30, box.y + box.height / 2);
    const seen = hovers().first().waitFor({ timeout: 3000 });
    return seen.then(
      () => true,
      () => false,
    );
  });
  const shown = hovers().filter({ hasText: 'Copy' }).first();
  await shown.waitFor();
  await atRest(hovers().first());
  return shown;
}
