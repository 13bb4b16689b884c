/** The sandbox panel by hand: its steps, its tree of files, its findings and its log, and what its host is told. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { building, built, differing, failed, gitLines, interrupted, many, plan, published, uploading } from './sandboxSights';
import { SandboxRoom } from './sandboxRoom';

const room = new SandboxRoom();
const names = async (): Promise<readonly string[]> => room.content.locator('.rows .row > :first-child').allInnerTexts();
const step = (title: string) => room.page.getByRole('button', { name: new RegExp(`^${title},`) });
const logText = (): Promise<string> => room.page.getByRole('log').innerText();

describe('the head', () => {
  test('shows the plan before anything was built, and why buttons are off', async () => {
    const page = await room.open(plan());
    await page.getByRole('heading', { level: 1, name: 'pref_cal sandbox' }).waitFor();
    assert.equal(await room.content.isVisible(), false);
    assert.equal(await page.getByRole('log').isVisible(), false);
    await page.locator('vscode-button', { hasText: 'Upload…' }).click({ force: true });
    assert.equal(await page.locator('vscode-button', { hasText: 'Upload…' }).getAttribute('title'), 'Build it first.');
    assert.notEqual((await room.lastSent())?.type, 'act');
    await page.locator('vscode-button', { hasText: 'Build' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'act', id: 'build' });
    assert.deepEqual(await room.panel.kept(), { uri: plan().sight.uri });
  });

  test('cancels in the place of the button that began, and copies whole checksums', async () => {
    const page = await room.open(uploading());
    await page.locator('vscode-button', { hasText: 'Cancel upload' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'act', id: 'cancel' });
    const { sha256 = '' } = uploading().sight.sums ?? {};
    await page.getByRole('button', { name: `Copy ${sha256}` }).click();
    assert.deepEqual(await room.lastSent(), { type: 'copy', text: sha256 });
  });

  test('a button that becomes Cancel keeps the keyboard', async () => {
    const page = await room.open(plan());
    await page.locator('vscode-button', { hasText: 'Build' }).focus();
    await room.show(building());
    assert.equal(await room.focused('data-key'), 'action cancel');
    await page.keyboard.press('Enter');
    assert.deepEqual(await room.lastSent(), { type: 'act', id: 'cancel' });
    await room.show(built());
    assert.equal(await room.focused('data-key'), 'action build');
  });

  test('says what a closed window and a silent pool have left behind', async () => {
    const page = await room.open(interrupted());
    await page.getByText('The window was closed while this was uploaded.').waitFor();
    await page.getByText('No older version was removed.').waitFor();
  });

  test('a step that cannot be read has a sentence and a way to it', async () => {
    const page = await room.enter();
    await room.panel.tell({ type: 'nothing', sentence: 'pref.cfg: Line 3: “git” is no map.' });
    await page.getByText('Line 3').waitFor();
    await page.getByRole('button', { name: 'Open the step' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'openStep' });
  });
});

describe('steps', () => {
  test('say state, detail and time; news leave the keyboard where it is', async () => {
    const page = await room.open(building());
    await step('Clone prefactor').focus();
    assert.match(await room.focused('aria-label'), /^Clone prefactor, running, Receiving objects 41 %, 2/);
    assert.equal(await step('Clone prefactor').getAttribute('aria-current'), 'step');
    await room.show(built());
    assert.match(await room.focused('aria-label'), /^Clone prefactor, done, 3f9c2ab771, V3\.2, 6\.2/);
    assert.equal(await page.locator('.way').count(), 0);
  });

  test('a chosen one has its lines in the log, and all come back', async () => {
    const page = await room.open(differing());
    assert.match(await logText(), /GRID_Sandbox\.git main/);
    await step('Clone prefactor').click();
    assert.doesNotMatch(await logText(), /GRID_Sandbox/);
    assert.match(await logText(), /prefactor\.git V3\.2/);
    await step('Check scripts').click();
    assert.equal(await page.getByRole('log').locator('p').count(), 0);
    await page.getByRole('button', { name: 'All steps' }).click();
    assert.match(await logText(), /GRID_Sandbox/);
    assert.equal(await step('Check scripts').getAttribute('aria-pressed'), 'false');
  });

  test('the one that failed has its sentence, what to do, and its last lines below', async () => {
    const page = await room.open(failed());
    const failure = page.locator('.failure');
    await failure.getByText('Was “V3.3” meant?').waitFor();
    assert.match(await failure.locator('pre').innerText(), /fatal: couldn’t find remote ref V3\.2$/);
    await room.show(building());
    assert.equal(await failure.isVisible(), false);
  });
});

describe('the log', () => {
  test('grows, follows its end unless somebody reads further up, and never holds too much', async () => {
    const page = await room.open(differing());
    const lines = (from: number, count: number) =>
      Array.from({ length: count }, (_, k) => ({ step: 'pack', at: gitLines[0]?.at ?? 0, text: `line ${from + k}` }));
    await room.panel.tell({ type: 'log', anew: false, lines: lines(0, 100) });
    const log = page.getByRole('log');
    const atEnd = () =>
      log.evaluate(
        (element: { scrollHeight: number; scrollTop: number; clientHeight: number }) =>
          element.scrollHeight - element.scrollTop - element.clientHeight < 5,
      );
    assert.ok(await atEnd());
    await log.evaluate((element: { scrollTop: number }) => (element.scrollTop = 0));
    await room.panel.tell({ type: 'log', anew: false, lines: lines(100, 2000) });
    assert.equal(await log.evaluate((element: { scrollTop: number }) => element.scrollTop), 0);
    assert.ok((await log.locator('p').count()) <= 1000);
    assert.match(await logText(), /line 2099$/);
    await room.panel.tell({ type: 'log', anew: true, lines: lines(0, 1) });
    assert.equal(await log.locator('p').count(), 1);
  });
});

describe('the tree of files', () => {
  test('is a tree to who hears it, and arrows open, close and climb', async () => {
    await room.open(differing());
    const bin = room.row('bin/').first();
    await bin.click();
    assert.deepEqual([await bin.getAttribute('aria-expanded'), await bin.getAttribute('aria-level')], ['false', '1']);
    await room.page.keyboard.press('ArrowRight');
    assert.equal(await bin.getAttribute('aria-expanded'), 'true');
    await room.page.keyboard.press('ArrowRight');
    assert.match(await room.focusedText(), /^again\.sh → run_pipeline\.sh/);
    assert.equal(await room.focused('aria-level'), '2');
    await room.page.keyboard.press('ArrowLeft');
    assert.match(await room.focusedText(), /^bin\//);
    await room.page.keyboard.press('ArrowLeft');
    assert.equal(await bin.getAttribute('aria-expanded'), 'false');
    await room.page.keyboard.press('Enter');
    assert.ok((await names()).includes('download.sh*'));
    assert.match(await room.row('aoflagger-2.sh').innerText(), /removed, 2\.4/);
    await bin.locator('.chevron').click();
    assert.ok(!(await names()).includes('download.sh*'));
    await room.page.keyboard.type('mas');
    assert.match(await room.focusedText(), /^master\.sh/);
  });

  test('shows the differences alone, opened, and what was opened stays in the next version', async () => {
    const page = await room.open(differing());
    await page.getByRole('button', { name: '5 differences' }).click();
    const shown = await names();
    assert.deepEqual(shown, [
      'bin/',
      'aoflagger-2.sh',
      'prefactor/',
      'scripts/',
      'sort_times_into_freqGroups.py',
      'transfer_gains_RMextract.py',
      'Pre-Facet-Target.parset',
      'master.sh*',
    ]);
    await page.getByRole('button', { name: 'Show all' }).click();
    const rows = await room.content.getAttribute('aria-rowcount');
    assert.ok(Number(rows) > 20, 'what was opened for the differences is open');
    await room.show(published());
    assert.equal(await room.content.getAttribute('aria-rowcount'), rows);
  });

  for (const count of [2000, 10_000]) {
    test(`with ${count} files it has few rows in the page, whatever is opened`, async () => {
      const page = await room.open(many(count));
      await page.getByRole('button', { name: /^\d+ differences$/ }).click();
      assert.ok(Number(await room.content.getAttribute('aria-rowcount')) > count / 10);
      assert.ok((await room.content.locator('.rows .row').count()) < 60);
      await room.row('tool0/').first().click();
      await page.keyboard.press('End');
      assert.match(await room.focusedText(), /^file_\d+\.py|^master\.sh|^MANIFEST/);
      assert.ok((await room.content.locator('.rows .row').count()) < 60);
    });
  }

  test('a narrow page shows path and size of the selected file below it', async () => {
    await room.open(differing(), { width: 520, height: 1400 });
    await room.row('master.sh').click();
    await room.page.getByText('4100 bytes').waitFor();
  });
});

describe('findings and pins', () => {
  test('have their remedy, and fold what is of one kind', async () => {
    const page = await room.open(many(2000));
    const findings = page.getByRole('region', { name: 'Findings' });
    assert.equal(await findings.locator('li').count(), 1);
    await findings.getByRole('button', { name: 'And 29 more' }).click();
    assert.equal(await findings.locator('.others li').count(), 29);
    await findings.getByRole('button', { name: 'Convert and rebuild…' }).click();
    assert.deepEqual(await room.lastSent(), { type: 'mend', code: 'crlf' });
  });

  test('pins say what is asked for, what it came to, and what it was', async () => {
    const page = await room.open(differing());
    const row = page.getByRole('region', { name: 'Repositories' }).getByRole('row', { name: /^prefactor/ });
    assert.match(await row.innerText(), /V3\.2\s+3f9c2ab771 was 71aa0c5e22/);
    await row.getByRole('button').click();
    const sent = await room.lastSent();
    assert.ok(sent?.type === 'copy');
    assert.equal(sent.text.length, 40);
  });
});
