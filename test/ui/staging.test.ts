/** Every door to Stage…: what it asks, that Cancel sends nothing, and what reaches the stager. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseFromFiles, chooseFromMenu } from '../editor/menu';
import { answerDialog, answerPick, readDialog, runCommand } from '../editor/prompt';
import { foldView, openView } from '../editor/tree';
import { until } from '../editor/until';
import { clickEditorAction, readNotifications, showFiles, waitForStatus } from '../editor/workbench';
import { linksOf, openList, readLens, roomFor, scene, view } from './room';

const room = roomFor({});

interface Door {
  readonly name: string;
  /** What is done once, before the door is opened. */
  readonly prepare?: () => Promise<unknown>;
  readonly open: () => Promise<void>;
  readonly question: string;
  readonly detail: string | RegExp;
  /** What is pressed: "Stage" when absent. */
  readonly button?: string;
  /** The links of each request, in the order in which they are sent. */
  readonly parts: () => Promise<string[][]>;
  readonly picture?: string;
}

const sample = async (name: string) => linksOf(await readFile(join(room.grid.folder, name), 'utf8'));
const tab = (name: string) => room.page.locator(`.tab[data-resource-name="${name}"]`).first();
const line = (text: string) => room.page.locator('.editor-group-container.active .view-line').filter({ hasText: text }).first();

const typed = ['L700001_SB000_uv.MS.tar', 'L700001_SB001_uv.MS.tar', 'L700001_SB003_uv.MS.tar'].map(
  (name) => `srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/lofar/ops/projects/lc9_041/700001/${name}`,
);

const doors: readonly Door[] = [
  {
    name: 'a file of the Explorer',
    prepare: () => showFiles(room.page),
    open: () => chooseFromFiles(room.page, ['srm_sara.txt'], 'Stage…'),
    question: 'Stage 24 files?',
    detail: 'One request to Practice: – SARA: 24 files, L701234 SB100–124 (SB112 missing) Every line is sent.',
    parts: async () => [await sample('srm_sara.txt')],
  },
  {
    name: 'two files of the Explorer, as one plan',
    open: () => chooseFromFiles(room.page, ['srm_juelich.txt', 'srm_mixed.txt'], 'Stage…'),
    question: 'Stage 27 files?',
    detail:
      '3 requests to Practice: – ' +
      'Jülich: 17 files, L701236 SB000–011 (none missing) and L701250 SB015–019 (none missing) ' +
      '– SARA: 5 files, L701250 SB010–014 (none missing) ' +
      '– Poznań: 5 files, L701252 SB010–014 (none missing) Every line is sent.',
    parts: async () => {
      const both = [...(await sample('srm_juelich.txt')), ...(await sample('srm_mixed.txt'))];
      return ['fz-juelich.de', 'sara.nl', 'psnc.pl'].map((host) => both.filter((link) => link.includes(`${host}:`)));
    },
    picture: 'preview',
  },
  {
    name: 'the menu of an editor whose text was never saved',
    prepare: async () => {
      await runCommand(room.page, 'File: New Untitled Text File');
      // Beside the links: one that is no link, and one twice, in another form.
      await room.page.keyboard.insertText([...typed, 'checked', typed[0]?.replace(':8443', '')].join('\n'));
      await until('the text is a list of links', async () => (await readLens(room.page)).startsWith('4 links'));
    },
    open: () => chooseFromMenu(line('L700001_SB001'), 'Stage…'),
    question: 'Stage 3 files?',
    detail:
      'One request to Practice: – SARA: 3 files, L700001 SB000–003 (SB002 missing) ' +
      '2 lines left out: – Untitled-1 line 4: not a link – Untitled-1 line 5: same file as line 1',
    parts: () => Promise.resolve([typed]),
  },
  {
    name: 'three selected lines of an editor',
    prepare: async () => {
      await openList(room.page, 'srm_poznan.txt', '8 links');
      await line('L701242_SB237').click({ position: { x: 40, y: 8 } });
      await room.page.keyboard.press('Home');
      for (let k = 0; k < 3; k++) await room.page.keyboard.press('Shift+ArrowDown');
      await waitForStatus(room.page, /^Ln 5, Col 1 \(\d+ selected\)$/);
    },
    open: () => chooseFromMenu(line('L701242_SB238'), 'Stage…'),
    question: 'Stage 3 files?',
    detail: 'One request to Practice: – Poznań: 3 files, L701242 SB237–239 (none missing) Every line is sent.',
    parts: async () => [(await sample('srm_poznan.txt')).slice(1, 4)],
  },
  {
    name: 'the line above line 1, which means the whole list whatever is selected',
    open: () =>
      room.page
        .locator('.codelens-decoration a')
        .filter({ hasText: /^Stage…$/ })
        .click(),
    question: 'Stage 5 files?',
    detail:
      /^3 files of 8 are online or under way already\. One request to Practice: – Poznań: 5 files, .* 3 lines left out: – srm_poznan\.txt line 2: (online|under way) in request \d+ of Practice/,
    button: 'Stage All 8',
    parts: async () => [await sample('srm_poznan.txt')],
  },
  {
    name: 'the button of an editor',
    prepare: () => openList(room.page, 'links.txt', '6 links'),
    open: () => clickEditorAction(room.page, 'Stage…'),
    question: 'Stage 6 files?',
    detail: 'One request to Practice: – SARA: 6 files, L701240 SB060–065 (none missing) Every line is sent.',
    parts: async () => [await sample('links.txt')],
  },
  {
    name: 'the menu of a tab that is not in front',
    prepare: async () => {
      await openList(room.page, 'srm_L701238', '40 links');
      await tab('links.txt').click();
    },
    open: () => chooseFromMenu(tab('srm_L701238'), 'Stage…'),
    question: 'Stage 40 files?',
    detail: 'One request to Practice: – Jülich: 40 files, L701238 SB050–089 (none missing) Every line is sent.',
    parts: async () => [await sample('srm_L701238')],
  },
  {
    name: 'the palette, which means the editor in front',
    prepare: () => openList(room.page, 'srm_juelich.txt', '12 links'),
    open: () => runCommand(room.page, 'Grid: Stage…'),
    question: 'Stage 12 files again?',
    detail:
      'All of them are online or under way already. One request to Practice: ' +
      '– Jülich: 12 files, L701236 SB000–011 (none missing) Every line is sent.',
    parts: async () => [await sample('srm_juelich.txt')],
  },
  {
    name: 'the palette with no editor, which asks for a list',
    prepare: () => runCommand(room.page, 'View: Close All Editors').then(() => discardUnsaved()),
    open: async () => {
      await runCommand(room.page, 'Grid: Stage…');
      await answerPick(room.page, 'srm_poznan.txt', 'Stage a list');
    },
    question: 'Stage 8 files again?',
    detail:
      'All of them are online or under way already. One request to Practice: ' +
      '– Poznań: 8 files, L701242 SB236–243 (none missing) Every line is sent.',
    parts: async () => [await sample('srm_poznan.txt')],
  },
];

/** The untitled list is not to be saved. */
async function discardUnsaved(): Promise<void> {
  await answerDialog(room.page, "Don't Save");
  await until('all editors are closed', async () => (await room.page.locator('.tab').count()) === 0);
}

const submits = () => room.calls('add_getid');
let expected = 0;

for (const { name, prepare, open, question, detail, button = 'Stage', parts, picture } of doors) {
  scene(room, `stage from ${name}`, async () => {
    await prepare?.();
    await open();
    const asked = await readDialog(room.page);
    assert.equal(asked.message, question);
    const text = asked.detail.replace(/\s+/g, ' ');
    if (typeof detail === 'string') assert.equal(text, detail);
    else assert.match(text, detail);
    assert.deepEqual(asked.buttons.toSorted(), button === 'Stage' ? ['Cancel', 'Stage'] : ['Cancel', 'Stage', button]);
    if (picture !== undefined) await room.picture(picture);
    await answerDialog(room.page, 'Cancel');

    await open();
    assert.equal((await readDialog(room.page)).message, question, 'it asks the same again');
    const before = submits().length;
    await answerDialog(room.page, button);
    const links = await parts();
    await until('the stager has its requests', () => Promise.resolve(submits().length >= before + links.length));
    // Counted over all doors: what Cancel had sent, or what came late and twice, shows at one of the next.
    const sent = submits().slice(expected);
    expected += links.length;
    assert.deepEqual(
      sent.map((call) => call.params),
      links.map((part) => [part, false]),
      'one call for each part, with these links and without e-mails',
    );
    assert.deepEqual(await readNotifications(room.page).then((all) => all.filter(({ severity }) => severity !== 'info')), []);
  });
}

scene(room, 'each request made has one row, and nothing else was made', async () => {
  await openView(room.page, 'Grid', view);
  await foldView(room.page, 'Tokens');
  const isRequest = ({ spoken }: { readonly spoken: string }) => / request \d+, made /.test(spoken);
  const rows = await room.rows('all requests are there', (shown) => shown.filter(isRequest).length === expected);
  assert.equal(submits().length, expected);
  const ids = room.grid.stager.requests.map((request) => String(request.id));
  for (const id of ids) assert.equal(rows.filter((row) => row.spoken.includes(`request ${id}`)).length, 1, `request ${id} has one row`);
});
