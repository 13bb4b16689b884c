/** The pool panel in a bare browser, under its real content policy: what it shows, what its buttons say, what news leave alone. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { PoolSight } from '../../src/shared/pool';
import type { Theme } from '../editor/browser';
import { until } from '../editor/until';
import { PoolRoom } from './poolRoom';
import * as sights from './sights';

const room = new PoolRoom();
const pictures = join(import.meta.dirname, '../../.practice/ui');

async function picture(name: string): Promise<void> {
  await mkdir(pictures, { recursive: true });
  await room.page.screenshot({ path: join(pictures, `pool-${name}.png`) });
}

describe('every pool at every width', () => {
  const all: Record<string, () => PoolSight> = {
    one: sights.one,
    well: sights.well,
    done: sights.done,
    counted: sights.counted,
    unread: sights.unread,
    empty: sights.empty,
    noAccess: sights.noAccess,
    silent: sights.silent,
    unheard: sights.unheard,
    uncounted: () => sights.uncounted(true),
    guest: () => sights.uncounted(false),
    huge: sights.huge,
    many: sights.many,
    picas: sights.picas,
  };
  for (const [name, make] of Object.entries(all)) {
    test(name, async () => {
      const page = await room.open(make(), { theme: 'dark' });
      assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /^lofar-dr3/);
      for (const width of [1400, 1100, 520, 380]) {
        await page.setViewportSize({ width, height: 900 });
        await room.panel.settle();
        const over: number = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
        assert.ok(over <= 0, `nothing sticks out at ${width} px`);
      }
    });
  }

  for (const theme of ['light', 'dark', 'contrast', 'contrastLight'] satisfies Theme[]) {
    test(`one in ${theme}`, async () => {
      await room.open(sights.one(), { theme });
      await room.legend('Done').waitFor();
      await picture(theme);
    });
  }
});

describe('before there is anything to show', () => {
  test('a ring turns, and the host is asked', async () => {
    await room.enter();
    await room.page.getByLabel('Loading').waitFor();
    assert.deepEqual(await room.panel.sent(), [{ type: 'ready' }]);
    await room.panel.tell({ type: 'sight', sight: sights.unread() });
    await room.page.getByLabel('Loading').waitFor();
    await room.panel.tell({ type: 'sight', sight: sights.counted() });
    assert.equal(await room.page.getByLabel('Loading').count(), 0);
    await room.page.getByText('5087 of 8312 tokens, 2506 left').waitFor();
    assert.equal(await room.page.getByRole('region', { name: 'Errors' }).count(), 0, 'not known yet');
  });

  test('a pool without tokens says what to do, and one that has gone says so', async () => {
    const page = await room.open(sights.empty());
    await page.getByText('No tokens. Create tokens from a step file and a list.').waitFor();
    await room.panel.tell({ type: 'nothing', sentence: 'The pool is gone.' });
    await page.getByText('The pool is gone.').waitFor();
  });

  test('an account that is refused leads to the sign-in, and nothing else is offered', async () => {
    const page = await room.open(sights.noAccess());
    await page.getByText('lofar-dr3 refused the user name or password of ann. Sign in again.').waitFor();
    assert.equal(await page.locator('vscode-button').count(), 0);
    await page.getByRole('button', { name: 'Sign In…' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'answer', notice: 'trouble', answer: 'signIn' });
  });

  test('old figures stay with their time when the pool falls silent', async () => {
    const page = await room.open(sights.silent());
    await page.getByText('as of 13:40').waitFor();
    await page.getByText('lofar-dr3 does not answer since 13:40. No connection to lofar-dr3. It is tried again by itself.').waitFor();
    await page.getByRole('button', { name: 'Try now' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'answer', notice: 'trouble', answer: 'tryNow' });
  });
});

describe('where our counts are missing', () => {
  test('the server’s own stand under their own names, and ours are offered in one sentence', async () => {
    const page = await room.open(sights.uncounted(true));
    await page.getByText('which this pool does not have yet').waitFor();
    const monitor = page.locator('.view').filter({ hasText: 'Monitor/overview_total' });
    assert.match((await monitor.innerText()).replace(/\s+/g, ' '), /done 5087 error 655 locked 96 todo 2410/);
    await page.getByText('The map of this view is broken.').waitFor();
    assert.equal(await page.locator('.figure:visible').count(), 0, 'what is not known has no figure');
    await page.getByRole('button', { name: 'Install counts…' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'answer', notice: 'counts', answer: 'install' });
  });

  test('who may not install them is told who can', async () => {
    const page = await room.open(sights.uncounted(false));
    await page.getByText('which this account may not install. Whoever keeps the pool can.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Install counts…' }).count(), 0);
  });
});

describe('the first glance', () => {
  test('figure, parts, pace and bar are words too', async () => {
    const page = await room.open(sights.one());
    await page.getByText('61.2\u2009%').waitFor();
    await page.getByText('5087 of 8312 tokens, 2506 left').waitFor();
    await page.getByText('199 tokens/h over the last 6 h, 35\u2009% of them in error · ends in 10 to 18 h').waitFor();
    await page.getByRole('img', { name: '61.2\u2009% done: 5087 done · 96 locked · 2410 to do · 655 error · 64 unclassified' }).waitFor();
    assert.equal(await page.locator('.sentence').innerText(), 'Working, errors rising since 09:00');
  });

  test('landmarks and headings', async () => {
    const page = await room.open(sights.one());
    assert.equal(await page.getByRole('banner').count(), 1);
    assert.equal(await page.getByRole('main').count(), 1);
    const headings = await page.getByRole('heading', { level: 2 }).allInnerTexts();
    assert.deepEqual(headings, ['Errors', 'Last 24 hours', 'Steps', 'Oldest locks']);
    for (const name of headings) assert.equal(await page.getByRole('region', { name }).count(), 1, name);
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'lofar-dr3 · pref_cal');
  });

  test('the sentence is said once, and not again while it stays', async () => {
    const sight = sights.one();
    const page = await room.open(sight);
    const said = page.locator('[aria-live]');
    await until('it is said', async () => (await said.textContent()) === 'Working, errors rising since 09:00');
    await room.panel.tell({ type: 'sight', sight: { ...sight, sentence: [{ text: 'Working', tone: 'plain' }] } });
    assert.equal(await said.textContent(), 'Working, errors rising since 09:00', 'within a minute nobody is interrupted');
  });

  test('buttons, legend and the choice of a type reach the host; a disabled button says why instead', async () => {
    const page = await room.open(sights.one());
    await page.locator('vscode-button', { hasText: 'Create tokens…' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'act', id: 'createTokens' });
    await room.legend('Locked').click();
    assert.deepEqual(await room.lastSent(), { type: 'show', state: 'locked' });
    assert.equal(await room.legend('Locked').getAttribute('aria-pressed'), null, 'it leads elsewhere and toggles nothing');
    await room.legend('Look stuck').click();
    assert.deepEqual(await room.lastSent(), { type: 'act', id: 'findStuck' });
    await page.getByRole('combobox', { name: 'Type of tokens' }).selectOption('pref_targ_extra_long_name_L701240');
    assert.deepEqual(await room.lastSent(), { type: 'choose', tokens: 'pref_targ_extra_long_name_L701240' });
    await room.panel.tell({ type: 'sight', sight: sights.done() });
    const stuck = page.locator('vscode-button', { hasText: 'Find stuck…' });
    assert.equal(await stuck.getAttribute('title'), 'No token is locked.');
    const before = (await room.panel.sent()).length;
    await stuck.click();
    assert.equal((await room.panel.sent()).length, before);
  });
});

describe('errors', () => {
  test('the most frequent first, each with its code, its time and one action', async () => {
    await room.open(sights.one());
    const rows = await room.errors.locator('.rows .row').allInnerTexts();
    assert.equal(rows.length, 6);
    assert.match(rows[0]?.replace(/\s+/g, ' ') ?? '', /^371 The data was not staged 22 pref_cal1 since 09:00 Retry once staged Reset 371…/);
    assert.match(rows[4]?.replace(/\s+/g, ' ') ?? '', /^9 The pipeline failed 99 pref_cal1 all day Inspect Show/);
    await room.errors.getByRole('button', { name: 'Reset 142…' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'errors', verb: 'reset', groups: [{ code: 97, field: 'output' }] });
  });

  test('Enter shows the tokens; a selection brings every action, with its number', async () => {
    const page = await room.open(sights.one());
    await page.keyboard.press('Tab');
    await room.errors.locator('.rows .row').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.deepEqual(await room.lastSent(), { type: 'errors', verb: 'show', groups: [{ code: 97, field: 'output' }] });
    await page.keyboard.press('Shift+ArrowDown');
    const title = page.locator('section.errors .over');
    await title.getByText('230 tokens selected').waitFor();
    await title.getByRole('button', { name: 'Reset 230…' }).click();
    const groups = [
      { code: 97, field: 'output' },
      { code: 31, field: 'output' },
    ];
    assert.deepEqual(await room.lastSent(), { type: 'errors', verb: 'reset', groups });
    await title.getByRole('button', { name: 'Export links…' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'errors', verb: 'export', groups });
    await page.getByRole('button', { name: 'Export their links…' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'errors', verb: 'export', groups: [] });
  });

  test('of thirty meanings the last is reached by keyboard, and the page stays short', async () => {
    const page = await room.open(sights.many());
    await room.errors.locator('.rows .row').first().focus();
    await page.keyboard.press('End');
    await until('the last row has the focus', async () => (await room.focused('aria-rowindex')) === '31');
    assert.ok(((await room.errors.boundingBox())?.height ?? 0) < 320);
    await page.getByRole('button', { name: 'Show all 40 steps' }).click();
    await page.getByText('step_39').waitFor();
    await page.getByRole('button', { name: 'Show fewer' }).click();
    assert.equal(await page.getByText('step_39').count(), 0);
  });

  test('what has no code says so, and whose fault it is', async () => {
    await room.open(sights.picas());
    const row = room.row(room.errors, 'Closed without a code, or set by the library');
    await row.getByText('none').waitFor();
    await room.row(room.errors, 'Killed (SIGKILL)').getByText('−9').waitFor();
    await room.row(room.errors, 'No table explains this code').getByText('Inspect').waitFor();
  });

  test('a narrow page folds the rest of a row below it', async () => {
    const page = await room.open(sights.one(), { width: 520, height: 1000 });
    await room.row(room.errors, 'The upload failed').click();
    await page.getByText(/^Retry · Thu 22:00–00:00 · code in output · pref_targ2: 88$|Retry · .*code in output · pref_targ2: 88/).waitFor();
    await picture('narrow');
  });
});

describe('history, steps and locks', () => {
  test('history says what it counts, and each drawing is a sentence', async () => {
    const page = await room.open(sights.one());
    await page.getByText('by when each token was last closed').waitFor();
    await page
      .getByRole('img', {
        name: /^Of the tokens that are here now, done: \d+ at Thu 14:00, 5087 now; in error: \d+ at Thu 14:00, 655 now$/,
      })
      .waitFor();
    await page.getByRole('img', { name: /^Closed in each hour: at most 244, at / }).waitFor();
  });

  test('the number of a step leads to its tokens', async () => {
    const page = await room.open(sights.one());
    await page.getByRole('button', { name: 'pref_targ1, error: show 142' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'show', state: 'error', step: 'pref_targ1' });
  });

  test('one step for all is no table', async () => {
    const page = await room.open(sights.well());
    assert.equal(await page.getByRole('region', { name: 'Steps' }).count(), 0);
    assert.equal(await page.locator('.sentence').innerText(), 'Working, no errors');
  });

  test('locks that look stuck say so, and are unlocked by number', async () => {
    const page = await room.open(sights.one());
    await page.getByText('3 of 96 look stuck: locked for more than 1 d').waitFor();
    await room.row(room.locks, 't_pref_cal_L701238_SB127').getByText('looks stuck').waitFor();
    assert.equal(await room.row(room.locks, 't_pref_cal_L701234_SB002').getByText('looks stuck').count(), 0);
    await page.getByRole('button', { name: 'Unlock 3…' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'unlockStuck' });
    await room.row(room.locks, 't_pref_cal_L701234_SB019').click();
    await page.getByRole('button', { name: 'Unlock 1…' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'locks', verb: 'unlock', ids: ['t_pref_cal_L701234_SB019'] });
    await room.row(room.locks, 't_pref_cal_L701234_SB019').press('Enter');
    assert.deepEqual(await room.lastSent(), { type: 'locks', verb: 'show', ids: ['t_pref_cal_L701234_SB019'] });
  });

  test('a lock that is no time has no age', async () => {
    await room.open(sights.picas());
    await room.row(room.locks, 'token_1').getByText('unknown').waitFor();
  });
});

describe('news', () => {
  test('change figures and leave focus and selection where they are', async () => {
    const sight = sights.one();
    const page = await room.open(sight);
    await room.row(room.errors, 'The upload failed').click();
    await room.errors.getByRole('button', { name: 'Reset 88…' }).focus();
    const errors = (sight.errors ?? [])
      .filter(({ code }) => code !== 143)
      .map((group) => (group.code === 31 ? { ...group, count: 90 } : group));
    await room.panel.tell({ type: 'sight', sight: { ...sight, errors } });
    await page.locator('section.errors .over').getByText('90 tokens selected').waitFor();
    assert.equal(await room.focusedText(), 'Reset 90…', 'the focus is on the new button of the same meaning');
    assert.equal(await room.errors.locator('.rows .row').count(), 5);
  });

  test('another type begins anew, and the editor knows which', async () => {
    const sight = sights.one();
    const page = await room.open(sight);
    await room.row(room.errors, 'The upload failed').click();
    await room.panel.tell({ type: 'sight', sight: { ...sight, type: 'pref_targ_extra_long_name_L701240' } });
    assert.equal(await page.getByText('tokens selected').count(), 0);
    assert.deepEqual(await room.panel.kept(), { pool: 'lofar-dr3', type: 'pref_targ_extra_long_name_L701240' });
  });
});
