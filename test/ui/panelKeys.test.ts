/** The staging panel by hand: its maps, its failures and its table, and what its host is told. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../editor/until';
import { nameless, one } from './campaign';
import { StagingRoom } from './stagingRoom';

const room = new StagingRoom();

describe('a map', () => {
  test('is one tab stop, walked by arrows, read on its line, and Enter shows its rows', async () => {
    const page = await room.open(one());
    const map = room.map('L701238');
    assert.equal(await map.locator('[tabindex="0"]').count(), 1);
    assert.equal(await map.getByRole('gridcell').count(), 244);
    await map.locator('[tabindex="0"]').focus();
    await page.keyboard.press('PageDown');
    await page.keyboard.press('PageDown');
    for (let k = 0; k < 27; k++) await page.keyboard.press('ArrowRight');
    const words = /^SB127, failed since 13:52, pool lofar_cache3 is offline$/;
    assert.match(await room.focused('aria-label'), words);
    assert.match(await page.locator('.reading').nth(1).innerText(), words);
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Enter');
    await room.filesTitle.getByText('2 of 2928: L701238 SB127 to SB128').waitFor();
    assert.match(await room.focusedText(), /^L701238_SB127/);
    await page.getByRole('button', { name: 'Show all' }).click();
    await room.filesTitle.getByText('2928', { exact: true }).waitFor();
  });

  test('letters filter from it; Home and End reach its ends', async () => {
    const page = await room.open(one());
    await room.map('L701234').locator('[tabindex="0"]').focus();
    await page.keyboard.press('End');
    assert.match(await room.focused('aria-label'), /^SB243, /);
    await page.keyboard.press('Home');
    assert.match(await room.focused('aria-label'), /^SB000, online since /);
    await page.keyboard.press('l');
    await room.filesTitle.getByText('7 of 2928: failed', { exact: true }).waitFor();
  });

  test('has half the columns in a narrow page', async () => {
    const page = await room.open(one(), { width: 380 });
    assert.equal(await room.map('L701234').getAttribute('aria-colcount'), '25');
    await page.setViewportSize({ width: 700, height: 900 });
    await until('it is wide again', async () => (await page.locator('.map').first().getAttribute('aria-colcount')) === '50');
  });

  test('files without observation and band have one too, in the order of their names', async () => {
    const page = await room.open(nameless(320));
    const map = page.getByRole('grid', { name: 'No observation, map of files by name' });
    assert.equal(await map.getByRole('gridcell', { name: 'calibrator_00319.h5, failed' }).count(), 1);
  });
});

describe('failures', () => {
  test('are grouped by what varies not, and each has its actions', async () => {
    const page = await room.open(one());
    const section = page.getByRole('region', { name: 'Failures' });
    await section.getByText('8 files, 3 reasons').waitFor();
    assert.deepEqual(await section.getByRole('listitem').locator('b').allInnerTexts(), ['4', '3', '1']);
    assert.equal(await section.getByRole('button', { name: 'Retry these' }).count(), 2, 'a lost file is not retried');
    await section.getByRole('button', { name: 'Retry these' }).nth(1).click();
    const sent = await room.lastSent();
    assert.ok(sent?.type === 'files' && sent.verb === 'retry');
    const { names } = one().files;
    assert.deepEqual(
      sent.indices.map((file) => names[file]?.slice(0, 13)),
      ['L701238_SB057', 'L701238_SB058', 'L701238_SB127'],
    );
    await section.getByRole('button', { name: 'Copy for support' }).nth(2).click();
    assert.deepEqual(await room.lastSent(), { type: 'files', verb: 'copySupport', indices: [8 * 244 + 40] });
    await section.getByRole('button', { name: 'Show', exact: true }).first().click();
    await room.filesTitle.getByText('4 of 2928: Checksum mismatch on tape read').waitFor();
  });
});

describe('the table', () => {
  test('arrows and Shift select, Ctrl+C copies, Enter shows a message in full', async () => {
    const page = await room.open(one());
    await room.rows.first().click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await room.filesTitle.getByText('2 selected').waitFor();
    await page.keyboard.press('Control+c');
    assert.deepEqual(await room.lastSent(), { type: 'files', verb: 'copyLinks', indices: [4 * 244 + 57, 4 * 244 + 58] });
    await page.keyboard.press('Enter');
    await room.files.locator('.detail').getByText('Pool lofar_cache3 is offline').waitFor();
    await page.keyboard.press('Enter');
    assert.equal(await room.files.locator('.detail').count(), 0);
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    assert.deepEqual(await room.lastSent(), { type: 'files', verb: 'retry', indices: [4 * 244 + 57, 4 * 244 + 58] });
  });

  test('what is typed leads to a name: digits and capitals, not the letters that filter', async () => {
    const page = await room.open(one());
    await room.rows.first().focus();
    await page.keyboard.press('Shift+L');
    await page.keyboard.type('701242_sb012');
    assert.match(await room.focusedText(), /^L701242_SB012/);
  });

  test('the list of what is shown goes to the host', async () => {
    const page = await room.open(one());
    await page.getByRole('button', { name: 'Export list…' }).click();
    const sent = await room.lastSent();
    assert.ok(sent?.type === 'files' && sent.verb === 'export' && sent.indices.length === 8);
  });

  test('a narrow page shows the message below the selected row', async () => {
    await room.open(one(), { width: 520 });
    await room.rows.nth(1).click();
    await room.files.locator('.detail').getByText('Pool lofar_cache3 is offline').waitFor();
  });
});
