/** What a person sees of bulk actions: which tokens, how many, what would be lost; and what came of it. */
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseFromRows } from '../editor/menu';
import { answerDialog, answerInput, answerPick, readDialog, readPrompt, runCommand, waitForPrompt } from '../editor/prompt';
import { clickRow, expandRow, foldView, openView, readTree } from '../editor/tree';
import { until } from '../editor/until';
import { answerNotification, setTheme, waitForNotification } from '../editor/workbench';
import { lrtType } from '../practice/poolTokens';
import { roomFor, scene } from './room';

const room = roomFor({ pool: true });
const tokens = 'Tokens';

/** Of what is asked, in each theme: a theme cannot be changed while something is. */
async function pictures(name: string, ask: () => Promise<unknown>): Promise<void> {
  for (const theme of ['dark', 'contrast', 'light'] as const) {
    await setTheme(room.page, theme);
    await ask();
    await room.picture(`bulk-${name}-${theme}`);
    if (theme !== 'light') await room.page.keyboard.press('Escape');
  }
}

/** The number beside a state of the first type. */
async function countOf(state: string): Promise<number> {
  return Number((await readTree(room.page, tokens)).find(({ label }) => label === state)?.description ?? 0);
}

scene(
  room,
  'the states of a type, with their numbers',
  async () => {
    await openView(room.page, 'Grid', tokens);
    await foldView(room.page, 'Staging Requests');
    await until('counts are offered', async () => (await readTree(room.page, tokens)).some(({ label }) => label === 'Install counts…'));
    await clickRow(room.page, tokens, 'Install counts…');
    await answerDialog(room.page, 'Install');
    await until('the type is there', async () =>
      (await readTree(room.page, tokens)).some(({ label, description }) => label === lrtType && description.includes('done')),
    );
    await expandRow(room.page, tokens, lrtType);
    await until('its states, too', async () => (await countOf('Locked')) > 0);
  },
  { first: true },
);

scene(room, 'resetting those in error: the ways differ, numbers come before consent, and what came of it is said', async () => {
  const errors = await countOf('Error');
  await pictures('kinds', async () => {
    await chooseFromRows(room.page, tokens, ['Error'], 'Reset Tokens…');
    await waitForPrompt(room.page, 'Reset tokens');
  });
  const { rows } = await waitForPrompt(room.page, 'Reset tokens');
  assert.deepEqual(rows, ['Scrub (PiCaS)', 'Reset (GRID_LRT)', 'Reset as resetTokens.py', 'Reset as new']);
  await answerPick(room.page, 'Reset (GRID_LRT)');
  const { message, detail, buttons } = await readDialog(room.page);
  assert.equal(message, `Reset ${errors} tokens of practice?`);
  assert.match(detail, /^All are in error\.\s+Reset \(GRID_LRT\): Back to todo, .* attachments stay\.$/s);
  assert.deepEqual(buttons.sort(), ['Cancel', 'Reset']);
  await room.picture('bulk-reset-light');
  await answerDialog(room.page, 'Reset');
  await waitForNotification(room.page, `practice: ${errors} reset.`);
  await until('the tree has followed', async () => (await countOf('Error')) === 0);
});

scene(room, 'unlocking says which locks are young, and can leave them out', async () => {
  const locked = await countOf('Locked');
  await pictures('unlock', async () => {
    await chooseFromRows(room.page, tokens, ['Locked'], 'Unlock Tokens…');
    await readDialog(room.page);
  });
  const { message, detail, buttons } = await readDialog(room.page);
  assert.equal(message, `Unlock ${locked} tokens of practice?`);
  assert.match(detail, /(\d+) have been locked for less than 1 d, the youngest for .*: where pilots still work, what they write is lost\./);
  const spare = buttons.find((each) => /^Unlock All But \d+$/.test(each));
  assert.ok(spare !== undefined, buttons.join(', '));
  await answerDialog(room.page, spare);
  const fresh = Number(/\d+$/.exec(spare)?.[0]);
  await waitForNotification(room.page, `practice: ${locked - fresh} unlocked.`);
  await until('the young ones are still locked', async () => (await countOf('Locked')) === fresh);
});

scene(room, 'stuck tokens are listed with their age and job, and go on to unlock', async () => {
  await pictures('stuck', async () => {
    await runCommand(room.page, 'Grid: Find Stuck Tokens…');
    await answerInput(room.page, '6', 'Find stuck tokens of practice');
    await until('they are listed', async () => ((await readPrompt(room.page))?.rows.length ?? 0) > 0);
  });
  const { title } = await waitForPrompt(room.page);
  assert.match(title, /^\d+ tokens of practice locked for longer than 6 h$/);
  // All are ticked.
  await room.page.keyboard.press('Enter');
  const number = parseInt(title, 10);
  const stuck = `${number} tokens`;
  await answerPick(room.page, 'Unlock…', stuck);
  assert.equal((await readDialog(room.page)).message, `Unlock ${stuck} of practice?`);
  await answerDialog(room.page, `Unlock All But 7`);
  await waitForNotification(room.page, `practice: ${number - 7} unlocked.`);
});

scene(room, 'a whole type: an archive is offered first, and it comes back from it', async () => {
  const type = 'pref_targ1_L701240';
  await chooseFromRows(room.page, tokens, [type], 'Delete Type…');
  const { message, detail, buttons } = await readDialog(room.page);
  assert.equal(message, `Delete the type ${type} of practice: 40 tokens and 5 views?`);
  assert.match(detail, /_design\/pref_targ1_L701240 goes with its 5 views/);
  assert.deepEqual(buttons.sort(), ['Archive First…', 'Cancel', 'Delete Without an Archive…']);
  await room.picture('bulk-type-light');
  await answerDialog(room.page, 'Archive First…');
  const target = join(room.grid.folder, 'targ.tar.gz');
  await answerInput(room.page, target);
  const asked = await readDialog(room.page);
  assert.match(asked.detail, /40 tokens are archived in targ\.tar\.gz/);
  assert.ok((await stat(target)).size > 0);
  await answerDialog(room.page, 'Delete');
  await waitForNotification(room.page, 'practice: 40 deleted.');
  await until('the type is gone', async () => !(await readTree(room.page, tokens)).some(({ label }) => label === type));
  await runCommand(room.page, 'Grid: Restore Tokens…');
  await answerInput(room.page, target);
  const restore = await readDialog(room.page);
  assert.equal(restore.message, 'Restore 40 tokens into practice?');
  assert.match(
    restore.detail,
    /^Archived \d\d:\d\d from practice \(practice\), with 80 attachments\. Tokens that practice has are left as they are\.$/,
  );
  await answerDialog(room.page, 'Restore');
  await waitForNotification(room.page, '40 tokens restored into practice.');
  await until('the type is back', async () => (await readTree(room.page, tokens)).some(({ label }) => label === type));
});

scene(room, 'from the palette: which tokens is asked, and a field is set, typed', async () => {
  await runCommand(room.page, 'Grid: Set Field of Tokens…');
  const { rows } = await waitForPrompt(room.page, 'Set a field in practice');
  assert.ok(rows.includes(lrtType) && rows.some((row) => row.includes('Those that match…')), rows.join(' | '));
  await room.picture('bulk-which-light');
  await answerPick(room.page, 'Those that match…');
  await answerInput(room.page, 'SB01 and state = todo', 'Set a field in practice');
  await answerInput(room.page, 'status', 'Set a field (1 of 2)');
  await answerInput(room.page, 'queued', 'Set a field (2 of 2)');
  const { message, detail } = await readDialog(room.page);
  assert.match(message, /^Set “status” of \d+ tokens? of practice\?$/);
  assert.match(detail, /To "queued" \(a text\), in place of whatever it holds\./);
  await answerDialog(room.page, 'Set');
  await waitForNotification(room.page, / (changed|had nothing to change)/);
});

scene(room, 'an archive may be followed by deleting what is in it', async () => {
  await expandRow(room.page, tokens, 'token');
  await runCommand(room.page, 'Grid: Archive Tokens…');
  await answerPick(room.page, 'token: done', 'Archive tokens in practice');
  await answerInput(room.page, join(room.grid.folder, 'done.tar.gz'));
  const { message } = await waitForNotification(room.page, /are archived in done\.tar\.gz/);
  assert.match(message, /^14 tokens of practice are archived in done\.tar\.gz, with 28 attachments \(.*B\)\.$/);
  await answerNotification(room.page, message, 'Delete Them from the Pool…');
  const { detail } = await answerDialog(room.page, 'Delete');
  assert.equal(detail, 'Each only as it is in done.tar.gz: what has changed since stays.');
  await waitForNotification(room.page, 'practice: 14 deleted.');
});
