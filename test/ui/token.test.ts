/** A token in the editor: what a person sees of its problems and its meanings, and of somebody else's change. */
import assert from 'node:assert/strict';
import { answerInput, runCommand } from '../editor/prompt';
import { until } from '../editor/until';
import { answerNotification, readNotifications, setTheme } from '../editor/workbench';
import { ask } from '../practice/poolSeed';
import { today } from '../practice/poolTokens';
import { roomFor, scene } from './room';

const room = roomFor({ pool: true });
const themes = ['dark', 'light', 'contrast'] as const;
const editor = () => room.page.locator('.editor-group-container.active');
const line = (text: string) => editor().locator('.view-line').filter({ hasText: text }).first();
const hover = () => room.page.locator('.monaco-hover:not(.hidden)').filter({ hasText: /\S/ }).first();

const id = 't_pref_cal1_L701238_pref_cal1_SB120';
const token = {
  _id: id,
  type: 'pref_cal1_L701238',
  lock: today - 22_800,
  done: today - 3600,
  hostname: 'wn-3.example.org',
  status: 'done',
  output: '22',
  scrub_count: -1,
  OBSID: 'L701238',
  STARTSB: '120',
  PIPELINE_STEPS: 'pref_cal1',
  created: today - 400_000,
  times: { launched: today - 22_000, downloading: today - 20_000, error: today - 3700 },
  _attachments: {
    'srm.txt': { content_type: 'text/plain', data: 'c3JtOi8vCg==' },
    '17/11/2026_10:00:00_logs_out': { content_type: 'text/plain', data: 'c3RlcCAxCg==' },
  },
};

const pool = () => {
  const { pool: found } = room.grid;
  if (found === undefined) throw new Error('there is no pool');
  return found;
};
const path = () => `${encodeURIComponent(pool().database)}/${encodeURIComponent(id)}`;
const stored = () => ask(pool().server, 'GET', path()) as Promise<Record<string, unknown>>;

async function open(): Promise<void> {
  await runCommand(room.page, 'Grid: Open Token…');
  await answerInput(room.page, id);
  await line('"_id"').waitFor();
}

async function pictures(name: string, prepare: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  for (const theme of themes) {
    await setTheme(room.page, theme);
    await prepare();
    await room.picture(`${name}-${theme}`);
  }
}

scene(
  room,
  'a token opens by its id, with its times in words and its problems marked',
  async () => {
    await ask(pool().server, 'PUT', path(), token);
    await open();
    await until('the times are in words', async () => (await editor().locator('.view-lines').innerText()).includes('ago'));
    await until('problems are marked', async () => (await editor().locator('.squiggly-error, .squiggly-warning').count()) >= 2);
    await pictures('token', () => pointAt('output'));
    assert.match(await hover().innerText(), /Error: the data was not staged \(22\)\. Retry once staged\./);
  },
  { first: true },
);

scene(room, 'somebody else changes it meanwhile: both are shown, and a merge has both', async () => {
  await room.page.keyboard.press('Escape');
  await retype('"status"', 'done', 'checked');
  const found = await stored();
  await ask(pool().server, 'PUT', path(), { ...found, lock: 0, done: 0, output: '', hostname: '' });
  await room.page.keyboard.press('Control+S');
  await room.page.locator('.monaco-diff-editor').first().waitFor();
  const told = await until('it is said', async () =>
    (await readNotifications(room.page)).find(({ message }) => message.includes('was changed since')),
  );
  assert.match(told.message, /\(lock, done, hostname and output\)/);
  assert.match(told.message, /No field was changed by both/);
  await pictures('token-conflict');
  await answerNotification(room.page, 'was changed since', 'Merge');
  const now = await until('both are in the pool', async () => {
    const document = await stored();
    return document.status === 'checked' && document;
  });
  assert.deepEqual([now.lock, now.done, now.output, Object.keys(now._attachments as object).length], [0, 0, '', 2]);
  await until('the comparison is closed', async () => (await room.page.locator('.monaco-diff-editor').count()) === 0);
});

/** Replaces a word of a line, as somebody who types. */
async function retype(start: string, word: string, text: string): Promise<void> {
  await line(start).locator('span span').filter({ hasText: word }).last().dblclick();
  await room.page.keyboard.type(text, { delay: 30 });
  await until('it is written', async () => (await line(start).innerText()).includes(text));
}

/** Rests the pointer on a word, as a hand does: the editor ignores one that jumps. */
async function pointAt(word: string): Promise<void> {
  const { page } = room;
  const box = await line(`"${word}"`).locator('span span').filter({ hasText: word }).first().boundingBox();
  assert.ok(box);
  const rest = async (x: number, y: number) => {
    for (let k = 0; k < 8; k++) await page.mouse.move(x + k, y);
  };
  await rest(box.x + 500, box.y + 200);
  await page.keyboard.press('Escape');
  await until('the hover shows', async () => {
    await rest(box.x + 20, box.y + box.height / 2);
    return hover()
      .waitFor({ timeout: 3000 })
      .then(
        () => true,
        () => false,
      );
  });
}
