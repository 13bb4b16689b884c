/** The trees of token pools: the server's own counts, ours, states, tokens with an error explained, views with their rows. */
import assert from 'node:assert/strict';
import { answerDialog, answerInput, readDialog, runCommand } from '../editor/prompt';
import { clickRow, clickRowAction, expandRow, foldView, openView, readTree, type Row } from '../editor/tree';
import { until } from '../editor/until';
import { readNotifications, setTheme } from '../editor/workbench';
import { ask } from '../practice/poolSeed';
import { lrtType } from '../practice/poolTokens';
import { roomFor, scene } from './room';

const room = roomFor({ pool: true });
const tokens = 'Tokens';
const views = 'Views';
const staging = 'Staging Requests';

async function row(view: string, label: string, description: RegExp): Promise<Row> {
  let last: Row | undefined;
  try {
    return await until('the row', async () => {
      last = (await readTree(room.page, view)).find((each) => each.label === label);
      return last !== undefined && description.test(last.description) && last;
    });
  } catch {
    throw new Error(`"${label}" did not come to say ${String(description)}; it says: ${last?.description ?? 'nothing, it is not there'}`);
  }
}

/** @param open the view that is to be seen; the others are folded */
async function pictures(name: string, open: string): Promise<void> {
  for (const theme of ['light', 'dark', 'contrast'] as const) {
    await setTheme(room.page, theme);
    await openView(room.page, 'Grid', open);
    await room.picture(`${name}-${theme}`);
  }
  await setTheme(room.page, 'light');
}

scene(
  room,
  'a pool without our counts shows the server’s own, under their names, and offers ours',
  async () => {
    await openView(room.page, 'Grid', tokens);
    await foldView(room.page, staging);
    await row(tokens, 'Install counts…', /^below are the server’s own$/);
    await row(tokens, 'Monitor', /^overview_total$/);
    const rows = await readTree(room.page, tokens);
    const buckets = rows.slice(rows.findIndex(({ label }) => label === 'Monitor') + 1).map(({ label }) => label);
    assert.ok(buckets.includes('todo') && buckets.includes('locked'), buckets.join(', '));
    await room.picture('tokens-overview');
  },
  { first: true },
);

scene(room, 'installing counts asks first, and changes nothing that pilots use', async () => {
  await clickRow(room.page, tokens, 'Install counts…');
  const { message, detail } = await readDialog(room.page);
  assert.equal(message, 'Install counts in practice?');
  assert.match(detail, /grid-workbench.*views of pilots and of other tools are not touched/s);
  await answerDialog(room.page, 'Install');
  await row(tokens, 'practice', /^\d+ tokens$/);
  await row(tokens, lrtType, /% done, \d+ in error, \d+ tokens$/);
});

scene(room, 'type → state → tokens: each error says what it means', async () => {
  await expandRow(room.page, tokens, lrtType);
  await row(tokens, 'Locked', /^\d+$/);
  await expandRow(room.page, tokens, 'Error');
  const error = await until('an error with its meaning', async () =>
    (await readTree(room.page, tokens)).find(({ description }) => description.startsWith('data was not staged (22), ')),
  );
  assert.match(error.spoken, /, error, data was not staged \(22\), .*(min|h|d)/);
  await expandRow(room.page, tokens, error.label);
  await row(tokens, 'srm.txt', /^\d.*kB$/);
  await row(tokens, '16/11/2026_22:10:05_logs_out', /B$/);
  await pictures('tokens-tree', tokens);
});

scene(room, 'views with the number of their rows, their condition, and the rows', async () => {
  await openView(room.page, 'Grid', views);
  for (const other of [tokens, staging]) await foldView(room.page, other);
  await row(views, 'practice', /^\d design documents$/);
  await expandRow(room.page, views, 'Monitor');
  await row(views, 'todo', /^\d+$/);
  await row(views, 'overview_total', /rows, reduced$/);
  await expandRow(room.page, views, 'error');
  await until('rows', async () => (await readTree(room.page, views)).some(({ label }) => /^token_\d+$/.test(label)));
  await pictures('tokens-views', views);
});

scene(room, 'what is looked for stands at the head of the pool, until it is cleared', async () => {
  await foldView(room.page, views);
  await openView(room.page, 'Grid', tokens);
  await runCommand(room.page, 'Grid: Find Tokens…');
  assert.match((await answerInput(room.page, 'state = broken', 'Find tokens in practice'))?.message ?? '', /is no state of a token/);
  await answerInput(room.page, 'state = error and output = 22', 'Find tokens in practice');
  const found = await row(tokens, 'state = error and output = 22', /^\d+ tokens$/);
  const rows = await readTree(room.page, tokens);
  const after = rows.slice(rows.findIndex(({ label }) => label === found.label) + 1);
  const below = after.slice(
    0,
    after.findIndex(({ level }) => level === 2),
  );
  assert.ok(below.length > 0 && below.every(({ description }) => description.startsWith('data was not staged (22)')));
  await pictures('tokens-found', tokens);
  await clickRowAction(room.page, tokens, found.label, 'Clear');
  await until('it is gone', async () => !(await readTree(room.page, tokens)).some(({ label }) => label === found.label));
});

scene(room, 'what pilots do is seen without a word from anybody', async () => {
  const before = await countOf('To do');
  const { pool } = room.grid;
  assert.ok(pool !== undefined);
  const path = `${pool.database}/${encodeURIComponent('t_new_by_a_pilot')}`;
  await ask(pool.server, 'PUT', path, { type: lrtType, lock: 0, done: 0, scrub_count: 0, output: '' });
  await until('one more is to do', async () => (await countOf('To do')) === before + 1);
});

/** The number beside the first state of this name. */
async function countOf(state: string): Promise<number> {
  return Number((await readTree(room.page, tokens)).find(({ label }) => label === state)?.description ?? NaN);
}

scene(room, 'signed out, the pool says so and offers to sign in; nothing pops up', async () => {
  const { pool } = room.grid;
  assert.ok(pool !== undefined);
  const id = `_users/${encodeURIComponent(`org.couchdb.user:${pool.operator.user}`)}`;
  const account = (await ask(pool.server, 'GET', id)) as Record<string, unknown>;
  await ask(pool.server, 'PUT', id, { ...account, password: 'another' });
  await clickRowAction(room.page, tokens, 'practice', 'Refresh Tokens');
  await row(tokens, 'practice', /^not signed in$/);
  assert.deepEqual(await readNotifications(room.page), []);
  await room.picture('tokens-signed-out');
  await runCommand(room.page, 'Grid: Sign In to Pool…');
  await answerInput(room.page, pool.operator.user, 'Sign in to practice');
  await answerInput(room.page, 'another', 'Sign in to practice');
  await row(tokens, 'practice', /^\d+ tokens$/);
});
