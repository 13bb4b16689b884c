/** The trees of token pools: the server's own counts, ours, states, tokens with an error explained, views with their rows. */
import assert from 'node:assert/strict';
import { answerDialog, readDialog } from '../editor/prompt';
import { clickRow, expandRow, foldView, openView, readTree, type Row } from '../editor/tree';
import { until } from '../editor/until';
import { setTheme } from '../editor/workbench';
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
