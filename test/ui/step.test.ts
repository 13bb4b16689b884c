/** Step configuration in the editor: what a person sees of problems, hover, completion, a quick fix and a conversion. */
import assert from 'node:assert/strict';
import { answerInput, answerPick, runCommand } from '../editor/prompt';
import { until, type Shown } from '../editor/until';
import { atRest, openFile, setTheme, waitForStatus } from '../editor/workbench';
import { roomFor, scene } from './room';

const room = roomFor({});
const editor = () => room.page.locator('.editor-group-container.active');
const line = (text: string) => editor().locator('.view-line').filter({ hasText: text }).first();
const hover = () => room.page.locator('.monaco-hover:not(.hidden)').filter({ hasText: /\S/ }).first();

/** The same view for all kinds of eyes. */
async function pictures(name: string): Promise<void> {
  for (const theme of ['contrast', 'dark', 'light'] as const) {
    await setTheme(room.page, theme);
    await room.picture(`${name}-${theme}`);
  }
}

/** Problems below the file: severity, line and message. */
async function problems(file: string): Promise<string[]> {
  const rows = await room.page
    .locator('.markers-panel .monaco-list-row')
    .evaluateAll((found: Shown[]) => found.map((row) => [row.getAttribute('aria-level') ?? '', row.getAttribute('aria-label') ?? '']));
  const start = rows.findIndex(([level, text = '']) => level === '1' && text.includes(`in file ${file}`));
  return rows.slice(start + 1).flatMap(([, text = '']) => {
    const [, severity, message, at] = /^(Error|Warning): (.*) at line (\d+) and character/.exec(text) ?? [];
    return severity === undefined ? [] : [`${severity}, line ${at}: ${message}`];
  });
}

const wanted = [
  'Error, line 30: The name of a shell variable begins with “$”; without it the worker fails. Write “$RESULTS_DIR”.',
  'Error, line 32: Attachment and variable are the wrong way round. Here it is “name: "$VARIABLE"”.',
];

scene(room, 'a .cfg with a top-level Token is YAML, and Problems lists what is wrong with it', async () => {
  await openFile(room.page, 'imaging.cfg');
  await waitForStatus(room.page, /^YAML$/);
  await room.page.locator('[id="status.problems"] a').click();
  await until('the problems are listed', async () => (await problems('imaging.cfg')).length >= 7);
  const found = await problems('imaging.cfg');
  for (const each of wanted) assert.ok(found.includes(each), `${each}\namong\n${found.join('\n')}`);
  assert.ok(found.some((each) => each.startsWith('Warning, line 9: YAML 1.1 reads “yes” as true')));
  assert.ok(found.some((each) => each.startsWith('Warning, line 10: YAML 1.1 reads “0010” as octal, that is 8')));
  await pictures('step-problems');
});

scene(room, 'an INI file of the same ending stays what it is', async () => {
  await openFile(room.page, 'tools.cfg');
  await waitForStatus(room.page, /^(Properties|Ini)$/i);
});

scene(room, 'pointing at a key says what it is for', async () => {
  await openFile(room.page, 'imaging.cfg');
  await waitForStatus(room.page, /^YAML$/);
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(room.page, theme);
    await pointAt('PIPELINE_STEP');
    await atRest(hover());
    assert.match(await hover().innerText(), /chooses how the worker downloads and uploads/);
    await room.picture(`step-hover-${theme}`);
  }
});

scene(room, 'keys and variables are offered while one types', async () => {
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(room.page, theme);
    await line('status: queued').click();
    await room.page.keyboard.press('End');
    await room.page.keyboard.press('Enter');
    await room.page.keyboard.type('SI', { delay: 60 });
    await room.page.keyboard.press('Control+Space');
    const offer = room.page.locator('.suggest-widget.visible .monaco-list-row').filter({ hasText: 'SIMG' }).first();
    await offer.waitFor();
    await room.picture(`step-completion-${theme}`);
    await room.page.keyboard.press('Escape');
    for (let k = 0; k < 4; k++) await room.page.keyboard.press('Control+Z');
    await until('the line has gone', async () => (await line('SI').count()) === 0 || !(await line('SI').innerText()).endsWith('SI'));
  }
});

scene(room, 'a missing dollar is written by one choice', async () => {
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(room.page, theme);
    await goTo(30, 22);
    await room.page.keyboard.press('Control+.');
    const choice = room.page.locator('.action-widget .monaco-list-row').filter({ hasText: 'Write $RESULTS_DIR' }).first();
    await choice.waitFor();
    await room.picture(`step-fix-${theme}`);
    if (theme === 'dark') await room.page.keyboard.press('Escape');
    else await choice.click();
  }
  await until('the dollar is there', async () => (await line('RESULTS_DIR: "$RESULTS_DIR"').count()) === 1);
  await until('the problem has gone', async () => !(await problems('imaging.cfg')).includes(wanted[0] ?? ''));
});

scene(room, 'a conversion is shown beside the file before anything is written', async () => {
  await runCommand(room.page, 'Grid: Convert Step Configuration…');
  await answerPick(room.page, 'GRID_LRT v1');
  await room.page.locator('.monaco-diff-editor').first().waitFor();
  await until(
    'the other form is shown',
    async () => (await room.page.locator('.monaco-diff-editor .view-line').filter({ hasText: '_token_keys' }).count()) > 0,
  );
  await pictures('step-convert');
});

/** Puts the cursor somewhere, and that place into view. */
async function goTo(lineNumber: number, column: number): Promise<void> {
  await room.page.keyboard.press('Control+1'); // the focus into the editor
  await room.page.keyboard.press('Control+G');
  await answerInput(room.page, `:${lineNumber}:${column}`);
  await waitForStatus(room.page, new RegExp(`^Ln ${lineNumber}, Col ${column}$`));
}

/** Rests the pointer on a word, as a hand does: the editor ignores one that jumps. */
async function pointAt(word: string): Promise<void> {
  const { page } = room;
  const target = line(word).locator('span span').filter({ hasText: word }).first();
  const box = await target.boundingBox();
  assert.ok(box);
  const rest = async (x: number, y: number) => {
    for (let k = 0; k < 8; k++) await page.mouse.move(x + k, y);
  };
  await rest(box.x + 400, box.y + 160);
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
