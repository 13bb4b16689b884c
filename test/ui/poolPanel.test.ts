/** The pool panel in the window where people meet it: opened by command, fed by a real pool, live, there again after a reload. */
import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { answerDialog, runCommand } from '../editor/prompt';
import { until } from '../editor/until';
import { findPanel, setTheme, waitForWorkbench } from '../editor/workbench';
import { ask } from '../practice/poolSeed';
import { lrt1Type, lrtType } from '../practice/poolTokens';
import { roomFor, scene } from './room';

const room = roomFor({ pool: true, width: 1500 });
let panel: Frame;

const body = async (): Promise<string> => (await panel.locator('body').innerText()).replace(/\s+/g, ' ');
const shows = (words: string | RegExp): Promise<boolean> =>
  until(`the panel shows ${String(words)}`, async () =>
    typeof words === 'string' ? (await body()).includes(words) : words.test(await body()),
  );
const choose = (type: string): Promise<unknown> => panel.getByRole('combobox', { name: 'Type of tokens' }).selectOption(type);

scene(
  room,
  'a pool without our counts shows the server’s own and offers ours',
  async () => {
    await runCommand(room.page, 'Grid: Show Pool');
    panel = await findPanel(room.page, 'h1');
    await shows('Counts of the server');
    await shows('Monitor/overview_total');
    await room.picture('pool-window-server');
    await panel.getByRole('button', { name: 'Install counts…' }).click();
    await answerDialog(room.page, 'Install');
    await shows(/of 1\d\d tokens/);
  },
  { first: true },
);

scene(room, 'figures, errors by meaning and locks of a real pool', async () => {
  await shows('The data was not staged');
  await shows('Killed (SIGKILL), often for want of memory');
  await shows('Oldest locks');
  await shows(/\d+ of \d+ look stuck: locked for more than 1 d/);
  await room.picture('pool-window-light');
  await setTheme(room.page, 'dark');
  await room.picture('pool-window-dark');
});

scene(room, 'another type is one choice away', async () => {
  await choose('token');
  await shows('14 of 63 tokens, 14 left');
  await shows('Closed without a code, or set by the library');
  await choose(lrt1Type);
  await shows(/of 40 tokens.*Steps/);
  await choose(lrtType);
  await shows(/of 1\d\d tokens/);
});

scene(room, 'what a pilot does is seen while one looks', async () => {
  const { pool } = room.grid;
  assert.ok(pool !== undefined);
  const figure = async (): Promise<number> => Number(/(\d+) of 1\d\d tokens/.exec(await body())?.[1] ?? -1);
  const before = await figure();
  const path = `${pool.database}/${encodeURIComponent(`t_${lrtType}_L701238_pref_cal1_SB000`)}`;
  const token = (await ask(pool.server, 'GET', path)) as Record<string, unknown>;
  const now = Math.floor(Date.now() / 1000);
  await ask(pool.server, 'PUT', path, { ...token, lock: now - 60, done: now, output: 0, status: 'done' });
  await until('one more is done', async () => (await figure()) === before + 1);
});

scene(room, 'the same pool has one panel, and a window that is loaded again shows it again', async () => {
  await runCommand(room.page, 'Grid: Show Pool');
  await until('one tab', async () => (await room.page.locator('.tab').filter({ hasText: 'Pool: practice' }).count()) === 1);
  await room.page.reload();
  await waitForWorkbench(room.page);
  panel = await findPanel(room.page, 'h1');
  await shows('The data was not staged');
  assert.match(await panel.locator('h1').innerText(), /practice/);
});
