/** The staging panel in a bare browser, under its real content policy: what it shows, what news change, what outlives a reload. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Theme } from '../editor/browser';
import { until } from '../editor/until';
import { done, drafts, empty, later, many, nameless, one, single, uncertain, type Made } from './campaign';
import { StagingRoom } from './stagingRoom';

const room = new StagingRoom();

describe('every campaign in every theme', () => {
  const campaigns: Record<string, () => Made> = { one, many, drafts, uncertain, done, single, empty, nameless: () => nameless(320) };
  for (const [name, make] of Object.entries(campaigns)) {
    test(name, async () => {
      const made = make();
      const page = await room.open(made, { theme: 'dark' });
      assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), made.head.name);
      for (const width of [1100, 520, 380]) {
        await page.setViewportSize({ width, height: 900 });
        await room.panel.settle();
        const over: number = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
        assert.ok(over <= 0, `nothing sticks out at ${width} px`);
      }
    });
  }

  for (const theme of ['light', 'contrast'] satisfies Theme[]) {
    test(`one in ${theme}`, async () => {
      await room.open(one(), { theme });
      await room.legend('Online').waitFor();
    });
  }
});

describe('before there is anything to show', () => {
  test('a ring turns, and the host is asked', async () => {
    await room.enter();
    await room.page.getByLabel('Loading').waitFor();
    assert.deepEqual(await room.panel.sent(), [{ type: 'ready' }]);
  });

  test('where motion is not wanted, a word stands in its place', async () => {
    await room.enter({ reducedMotion: true });
    await room.page.getByText('Loading', { exact: true }).waitFor();
  });

  test('an empty campaign says what to do, and one that has gone says so', async () => {
    const page = await room.open(empty());
    await page.getByText('No files in this campaign. Open a list of links and choose Stage.').waitFor();
    await room.panel.tell({ type: 'nothing', sentence: 'This campaign is not on the desk any more.' });
    await page.getByText('This campaign is not on the desk any more.').waitFor();
  });
});

describe('the first glance', () => {
  test('figure, parts, pace, bar and deadlines are words too', async () => {
    const page = await room.open(one());
    await page.getByText('88.2\u2009% online').waitFor();
    await page.getByText('2583 of 2928 files, 345 left').waitFor();
    await page.getByText('214 files/h over 3 h · ends in 2 to 9 h').waitFor();
    await page.getByRole('img', { name: '88.2\u2009% online: 2583 online · 50 staging · 287 queued · 7 failed · 1 lost' }).waitFor();
    await page
      .getByRole('img', { name: /Proxy in 5 h 12 min, may end before staging does; Macaroon in 21 h; First pin in 4 d 6 h/ })
      .waitFor();
    assert.equal(await page.locator('.deadlines').getByText('may end first').count(), 1);
  });

  test('landmarks and headings', async () => {
    const page = await room.open(one());
    assert.equal(await page.getByRole('banner').count(), 1);
    assert.equal(await page.getByRole('main').count(), 1);
    assert.deepEqual(await page.getByRole('heading', { level: 2 }).allInnerTexts(), [
      'Observations',
      'Last 24 hours',
      'Failures',
      'Requests',
      'Files',
    ]);
    for (const name of ['Observations', 'Failures', 'Files']) assert.equal(await page.getByRole('region', { name }).count(), 1, name);
  });

  test('actions reach the host, a disabled one says why instead', async () => {
    const page = await room.open(one());
    await page.getByRole('button', { name: 'Extend pins…' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'act', id: 'extendPins' });
    const tokens = page.locator('vscode-button', { hasText: 'Create tokens…' });
    assert.equal(await tokens.getAttribute('title'), 'No pool is configured.');
    await tokens.click();
    assert.deepEqual(await room.lastSent(), { type: 'act', id: 'extendPins' });
  });

  test('notices are answered, and old figures say how old they are', async () => {
    const page = await room.open(uncertain());
    await page.getByText('as of 17:20').waitFor();
    await page.getByRole('button', { name: 'Look for it' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'answer', notice: 'uncertain 51209', answer: 'look' });
    await page.getByRole('cell', { name: 'uncertain', exact: true }).waitFor();
  });

  test('the sentence is said once, and not again while it stays', async () => {
    const made = one();
    const page = await room.open(made);
    const said = page.locator('[aria-live]');
    await until('it is said', async () => (await said.textContent()) === 'Staging at SARA and Jülich, stalled at Poznań');
    await room.panel.tell({ type: 'head', head: { ...made.head, sentence: [{ text: 'Staging at SARA', tone: 'plain' }] } });
    await page.getByText('Staging at SARA', { exact: true }).waitFor();
    assert.equal(await said.textContent(), 'Staging at SARA and Jülich, stalled at Poznań', 'within a minute nobody is interrupted');
  });
});

describe('the legend filters', () => {
  test('a campaign opens on what needs a person', async () => {
    await room.open(one());
    await room.filesTitle.getByText('8 of 2928: failed or lost').waitFor();
    assert.equal(await room.rows.count(), 8);
    assert.match(await room.rows.first().innerText(), /lost/);
    assert.equal(await room.legend('Failed').getAttribute('aria-pressed'), 'true');
    assert.equal(await room.legend('Online').getAttribute('aria-pressed'), 'false');
  });

  test('buttons and letters turn states on and off, a shows all', async () => {
    const page = await room.open(one());
    await room.legend('Lost').click();
    await room.filesTitle.getByText('7 of 2928: failed', { exact: true }).waitFor();
    await room.rows.first().focus();
    await page.keyboard.press('s');
    await room.filesTitle.getByText('57 of 2928: staging or failed').waitFor();
    await page.keyboard.press('w');
    await room.filesTitle.getByText('240 of 2928: staging, failed or stalled').waitFor();
    await page.keyboard.press('a');
    await room.filesTitle.getByText('2928', { exact: true }).waitFor();
    assert.equal(await room.files.getAttribute('aria-rowcount'), '2929');
    assert.equal(await room.focused('role'), 'row', 'the keyboard stays in the table');
  });

  test('names and messages are looked for together', async () => {
    const page = await room.open(one());
    await page.getByRole('textbox', { name: 'Filter by name or message' }).fill('CACHE3');
    await room.filesTitle.getByText('3 of 2928: failed or lost, matching “CACHE3”').waitFor();
    await page.getByRole('textbox', { name: 'Filter by name or message' }).fill('nowhere');
    await page.getByText('No file is failed or lost, matching “nowhere”.').waitFor();
    await page.keyboard.press('Escape');
    await room.filesTitle.getByText('8 of 2928: failed or lost').waitFor();
  });
});

describe('100 040 files', () => {
  test('only what is in sight is in the page, and the keyboard reaches the last file and comes back', async () => {
    const page = await room.open(many());
    await room.rows.first().focus();
    await page.keyboard.press('a');
    assert.equal(await room.files.getAttribute('aria-rowcount'), '100041');
    await page.keyboard.press('End');
    await until('the last row has the focus', async () => (await room.focused('aria-rowindex')) === '100041');
    assert.ok((await room.rows.count()) < 80);
    await room.files.evaluate((element: { scrollTop: number }) => (element.scrollTop = 0));
    await room.panel.settle();
    assert.match(await room.rows.first().innerText(), /lost/);
    assert.equal(await room.focused('aria-rowindex'), '100041', 'out of sight, not out of focus');
    await page.keyboard.press('ArrowUp');
    assert.equal(await room.focused('aria-rowindex'), '100040');
  });

  test('many open observations are a list, filtered by name or site; Enter opens a map', async () => {
    const page = await room.open(many());
    await page.getByText('58 open, most trouble first; 352 complete').waitFor();
    const list = room.observations;
    assert.equal(await list.getAttribute('aria-rowcount'), '59');
    assert.match(await list.locator('.rows .row').first().innerText(), /L701998[^]*68\u2009%[^]*71[^]*5[^]*stalled 6 h 20 min/);
    await page.getByRole('textbox', { name: 'Filter by name or site' }).fill('poz');
    assert.equal(await list.getAttribute('aria-rowcount'), '20');
    await list.locator('.rows .row').first().focus();
    await page.keyboard.press('Enter');
    await list.getByRole('grid', { name: /^L70\d+, map of subbands$/ }).waitFor();
    await page.getByRole('textbox', { name: 'Filter by name or site' }).fill('');
    await page.getByRole('button', { name: 'Show complete' }).click();
    assert.equal(await list.getAttribute('aria-rowcount'), '411');
  });
});

describe('news', () => {
  test('change cells, rows and counts, and leave the rest and the focus where they are', async () => {
    const made = one();
    const page = await room.open(made);
    const map = room.map('L701238');
    await map.getByRole('gridcell', { name: /^SB057, failed/ }).focus();
    await page.evaluate("document.activeElement.marked = true; document.querySelector('.filed .rows .row').marked = true");
    await room.panel.tell({ type: 'news', ...later(made, { [4 * 244 + 57]: 'o', [4 * 244 + 200]: 's' }) });
    await room.legend('Failed').getByText('6', { exact: true }).waitFor();
    await page.getByText('2584 of 2928 files, 344 left').waitFor();
    assert.equal(await page.evaluate('document.activeElement.marked'), true, 'the same cell has the focus');
    assert.match(await room.focused('aria-label'), /^SB057, online since 18:05$/);
    assert.match(await page.locator('.reading').nth(1).innerText(), /^SB057, online/);
    assert.equal(await room.rows.count(), 7);
    assert.equal(await page.evaluate("document.querySelector('.filed .rows .row').marked"), true, 'a row without news stays');
    await page.getByText('7 files, 3 reasons').waitFor();
  });

  test('a new head alone changes sentence and actions', async () => {
    const { head, ...rest } = one();
    const page = await room.open({ head, ...rest });
    await page.locator('vscode-button', { hasText: 'Abort…' }).focus();
    await room.panel.tell({ type: 'head', head: { ...head, actions: [{ id: 'abort', label: 'Abort…' }] } });
    assert.equal(await page.getByRole('button', { name: 'Extend pins…' }).count(), 0);
    assert.match(await room.focusedText(), /Abort/, 'the focus is on the new button of the same action');
  });
});

describe('after a reload', () => {
  test('the editor knows the campaign before anybody has touched anything', async () => {
    const made = one();
    await room.open(made);
    const kept = (await room.panel.kept()) as { id?: string } | undefined;
    assert.equal(kept?.id, made.head.id);
  });

  test('the same campaign shows the same view', async () => {
    const page = await room.open(many());
    await room.rows.first().focus();
    await page.keyboard.press('a');
    await page.keyboard.press('q');
    await page.getByRole('textbox', { name: 'Filter by name or site' }).fill('sara');
    const list = room.observations;
    await list.locator('.rows .row').first().focus();
    await page.keyboard.press('Enter');
    await room.files.evaluate((element: { scrollTop: number }) => (element.scrollTop = 22_000));
    const scrolled = async () => ((await room.panel.kept()) as { scroll?: number[] } | undefined)?.scroll?.[2] === 22_000;
    await until('the editor has it', scrolled);
    const kept = await room.panel.kept();
    const before = { title: await room.filesTitle.innerText(), rows: await list.getAttribute('aria-rowcount') };
    await room.leave();

    await room.open(many(), { kept });
    assert.equal(await room.filesTitle.innerText(), before.title);
    assert.equal(await room.legend('Queued').getAttribute('aria-pressed'), 'true');
    const listAgain = room.observations;
    assert.equal(await listAgain.getAttribute('aria-rowcount'), before.rows);
    assert.equal(await listAgain.getByRole('grid').count(), 1, 'the map is open');
    assert.equal(await room.files.evaluate((element: { scrollTop: number }) => element.scrollTop), 22_000);
    await room.leave();

    await room.open(one(), { kept });
    await room.filesTitle.getByText('8 of 2928: failed or lost').waitFor();
  });
});
