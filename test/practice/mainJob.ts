/**
 * The main job, done in a window as a person does it: right-click a list, stage it, watch it come online, make tokens of
 * it. Each step is judged twice: by what the window shows and by what reached the stager or the pool.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser, openWindow } from '../editor/browser';
import { chooseFromFiles } from '../editor/menu';
import { answerDialog, answerInput, answerPick, readDialog, runCommand } from '../editor/prompt';
import { clickRow, expandRow, foldView, openView, readTree, waitForRows, type Row } from '../editor/tree';
import { openFile, readNotifications, screenshot, waitForStatus, waitForWorkbench } from '../editor/workbench';
import { until } from '../editor/until';
import { findFiles } from './checkJob';
import { poolName, stagerName, type Grid } from './grid';
import type { PracticePool } from './pool';
import { ask } from './poolSeed';

export const view = 'Staging Requests';
const tokens = 'Tokens';

export interface Report {
  /** Folder for the pictures. */
  readonly pictures: string;
  readonly say: (line: string) => void;
}

export async function doMainJob(grid: Grid, { pictures, say }: Report): Promise<void> {
  const browser = await openBrowser();
  let page: Page | undefined;
  let step = 0;
  const seen = async (line: string, picture: string) => {
    step++;
    if (page !== undefined) await screenshot(page, join(pictures, `${step}-${picture}.png`));
    say(`${String(step).padStart(2)}  ${line}`);
  };
  try {
    page = await openWindow(browser, grid.server.url, { folder: grid.folder });
    await waitForWorkbench(page);
    await openView(page, 'Grid', view);
    await until('the empty view says what to do', () => page?.getByText('Nothing is being staged.').isVisible() ?? Promise.resolve(false));
    await seen('The view is empty and says what to do.', 'empty');

    await openFile(page, 'srm_sara.txt');
    await until('the list has its line of facts', () => page?.getByText('24 links · L701234 · SARA').isVisible() ?? Promise.resolve(false));
    await seen('srm_sara.txt is a list of links: 24 links, one observation, SARA.', 'list');

    assert.equal(submits(grid).length, 0, 'nothing is sent before the consent');
    await chooseFromFiles(page, ['srm_sara.txt'], 'Stage…');
    await answerPick(page, stagerName, 'Stage files at SARA');
    const { message, detail } = await readDialog(page);
    assert.equal(message, 'Stage 24 files?');
    assert.match(detail, /One request to Practice:\s+– SARA: 24 files, L701234 SB100–124 \(SB112 missing\)/);
    await seen('Right-click and Stage… asks first, with the numbers.', 'preview');
    await answerDialog(page, 'Stage');

    await requestMade(page, grid);
    await seen(`The stager got one add_getid with 24 links, and no e-mail was asked for.`, 'submitted');

    await openView(page, 'Grid', view);
    const label = 'SARA L701234';
    await waitForRows(page, view, (rows) => rows.some((row) => row.label === label));
    await expandRow(page, view, label);
    const waiting = await rowsOf(page, (rows) => files(rows).some((row) => row.description === 'queued'));
    assert.ok(
      files(waiting).every((row) => row.spoken.includes('queued') || row.spoken.includes('staging')),
      'the state is also said in words',
    );
    await seen('The request and its files are in the view, queued.', 'queued');

    await rowsOf(page, (rows) => files(rows).some((row) => row.description === 'staging'));
    await waitForStatus(page, /Staging \d/);
    await seen('Files are staging; the status bar says how far.', 'staging');

    await rowsOf(page, (rows) => /^\d+\.\d\u2009%/.test(top(rows, label)?.description ?? ''));
    await seen('Files turn online one after the other.', 'partly-online');

    const done = await rowsOf(page, (rows) => (top(rows, label)?.description ?? '').startsWith('100\u2009%'));
    assert.ok(
      files(done).every((row) => row.description === 'online'),
      'every file in view is online',
    );
    assert.equal(submits(grid).length, 1, 'one add_getid, to the end');
    await seen('All 24 files are online: 100 %.', 'online');

    await buildTokens(page, grid, seen);
    await findFiles(page, grid, seen);
  } catch (error) {
    if (page !== undefined) await screenshot(page, join(pictures, 'failed.png')).catch(() => undefined);
    throw error;
  } finally {
    await browser.close();
  }
}

export type Seen = (line: string, picture: string) => Promise<void>;

/** From the list that is online to tokens in the pool: counted first, then made, each with its links. */
async function buildTokens(page: Page, grid: Grid, seen: Seen): Promise<void> {
  const pool = grid.pool;
  assert.ok(pool !== undefined, 'the practice grid has a pool');
  await openView(page, 'Grid', tokens);
  await foldView(page, view);
  await waitForRows(page, tokens, (rows) => rows.some(({ label }) => label === 'Monitor'));
  await seen('The pool shows the server’s own counts, and offers those of Grid Workbench.', 'pool');
  await clickRow(page, tokens, 'Install counts…');
  await answerDialog(page, 'Install');
  await waitForRows(page, tokens, (rows) => rows.some(({ label, description }) => label === poolName && /^\d+ tokens$/.test(description)));
  await seen('Counts by state are installed, without a touch to what pilots use.', 'counts');

  await openFile(page, 'srm_sara.txt');
  await runCommand(page, 'Grid: Create Tokens…');
  await answerPick(page, 'pref_cal1.cfg', 'Create tokens (1 of 2)');
  await answerPick(page, 'Type', 'Create tokens (2 of 2)');
  await answerInput(page, 'practice_run');
  await answerPick(page, 'Preview 3 tokens…', 'Create tokens (2 of 2)');
  const { message, detail } = await readDialog(page);
  assert.equal(message, `Create 3 tokens in ${poolName}?`);
  assert.match(
    detail,
    /Type practice_run, 24 links, each token with its links as srm\.txt\.\nt_practice_run_L701234_pref_cal1_SB100\n… t_practice_run_L701234_pref_cal1_SB120/,
  );
  await seen('Create Tokens… says how many of which ids, before anything is written.', 'tokens-preview');
  await answerDialog(page, 'Create');
  await until('the pool has the tokens', async () => (await documentsOf(pool)).length === 3);
  const [first] = await documentsOf(pool);
  assert.equal(first?.OBSID, 'L701234');
  assert.equal(first.lock, 0);
  assert.deepEqual(Object.keys(first._attachments ?? {}), ['srm.txt']);

  await openView(page, 'Grid', tokens);
  await waitForRows(page, tokens, (rows) => rows.some(({ label }) => label === 'practice_run'));
  await expandRow(page, tokens, 'practice_run');
  await waitForRows(page, tokens, (rows) => rows.some(({ label, description }) => label === 'To do' && description === '3'));
  await expandRow(page, tokens, 'To do');
  await waitForRows(page, tokens, (rows) => rows.filter(({ label }) => /^L701234_SB1[012]0$/.test(label)).length === 3);
  await seen('Three tokens stand in the pool, to do, each with its ten subbands.', 'tokens');
}

interface Token {
  readonly OBSID?: string;
  readonly lock?: number;
  readonly _attachments?: object;
}

/** What the server itself has of the run. */
async function documentsOf(pool: PracticePool): Promise<readonly Token[]> {
  const from = encodeURIComponent('"t_practice_run_"');
  const to = encodeURIComponent('"t_practice_run_\ufff0"');
  const found = await ask(pool.server, 'GET', `${pool.database}/_all_docs?include_docs=true&startkey=${from}&endkey=${to}`);
  return (found as { readonly rows: readonly { readonly doc: Token }[] }).rows.map(({ doc }) => doc);
}

/** Waits for the stager to have the request; a message of the window ends the wait with what it says. */
async function requestMade(page: Page, grid: Grid): Promise<void> {
  await until('the stager has the request', async () => {
    const [refusal] = (await readNotifications(page)).filter(({ severity }) => severity === 'error');
    if (refusal !== undefined) throw new Error(`The window says: ${refusal.message}`);
    return submits(grid).length > 0;
  });
  const [submit] = submits(grid);
  const [links, notify] = submit?.params ?? [];
  assert.ok(Array.isArray(links));
  assert.equal(links.length, 24);
  assert.equal(notify, false);
}

function submits(grid: Grid) {
  return grid.stager.log.filter((entry) => entry.method === 'LtaStager.add_getid' && entry.carriedOut);
}

function rowsOf(page: Page, wanted: (rows: Row[]) => boolean): Promise<Row[]> {
  return until(
    'the view shows it',
    async () => {
      const rows = await readTree(page, view);
      return wanted(rows) && rows;
    },
    60_000,
  );
}

const top = (rows: readonly Row[], label: string) => rows.find((row) => row.label === label);
const files = (rows: readonly Row[]) => rows.filter((row) => row.level === 2);
