/** A newcomer's window: what the empty view says, adding a stager by its questions, and the first list staged. */
import assert from 'node:assert/strict';
import { answerDialog, answerInput, answerPick, readPrompt, waitForPrompt } from '../editor/prompt';
import { openView } from '../editor/tree';
import { until } from '../editor/until';
import { readNotifications, waitForNotification } from '../editor/workbench';
import { account } from '../practice/grid';
import { clickWelcome, readWelcome, roomFor, scene, view, waitForWelcome } from './room';

const room = roomFor({ stager: false });

scene(room, 'without a stager the view says what one is, and offers to add it', async () => {
  await openView(room.page, 'Grid', view);
  assert.deepEqual(await waitForWelcome(room.page, 'A stager recalls'), {
    text: 'A stager recalls files from tape and keeps them on disk for a while. Add the one you have an account for.',
    buttons: ['Add Stager…'],
    links: [],
  });
  await room.picture('no-stager');
});

scene(room, 'leaving the questions adds nothing', async () => {
  await beginToAdd();
  const prompt = await waitForPrompt(room.page, 'Add LTA stager (1 of 3)');
  assert.equal(prompt.value, 'https://webportal.astron.nl/service-public/xmlrpc', 'the address of the LTA is offered');
  await room.page.keyboard.press('Escape');
  await until('the question has gone', async () => (await readPrompt(room.page)) === undefined);
  assert.deepEqual((await readWelcome(room.page)).buttons, ['Add Stager…']);
});

scene(
  room,
  'the questions ask for address, name and account, and refuse what cannot be',
  async () => {
    await beginToAdd();
    await refuse(
      'ftp://practice',
      'Add LTA stager (1 of 3)',
      /^"ftp:\/\/practice" is not the address of a stager\. It begins with https:\/\/\./,
    );
    await refuse('https://me:secret@practice', 'Add LTA stager (1 of 3)', /^The address must not hold a user or password\./);
    await refuse('http://practice.example', 'Add LTA stager (1 of 3)', /^The password would be readable on its way to practice\.example\./);
    await answerInput(room.page, room.grid.stager.url, 'Add LTA stager (1 of 3)');
    const name = await waitForPrompt(room.page, 'Add LTA stager (2 of 3)');
    assert.equal(name.value, 'LTA');
    await refuse(' ', 'Add LTA stager (2 of 3)', /^A name is needed/);
    await answerInput(room.page, 'Sky', 'Add LTA stager (2 of 3)');
    const accounts = await waitForPrompt(room.page, 'Sign in to Sky');
    assert.deepEqual(accounts.rows, [account.user, 'Another account…']);
    const source = room.page.locator('.quick-input-list .monaco-list-row').first().locator('.label-description');
    assert.equal((await source.innerText()).trim(), 'from ~/.stagingrc');
    await room.picture('account');
    assert.equal(room.grid.stager.log.length, 0, 'nothing is sent before the account is chosen');
    await answerPick(room.page, account.user, 'Sign in to Sky');
    await waitForNotification(room.page, 'Sky is added.');
    assert.ok(
      room.grid.stager.log.every(({ user, outcome }) => user === account.user && outcome === 'answered'),
      'the account of the file signs in',
    );
  },
  { first: true },
);

scene(room, 'then the view offers to stage a list, and the first request is made', async () => {
  assert.deepEqual(await waitForWelcome(room.page, 'Nothing is being staged'), {
    text: 'Nothing is being staged. Open a list of links, or choose one.',
    buttons: ['Stage a List…'],
    links: [],
  });
  await room.picture('empty-light');
  await clickWelcome(room.page, 'Stage a List…');
  const lists = await waitForPrompt(room.page, 'Stage a list');
  assert.deepEqual(
    lists.rows.map((row) => row.trim()),
    ['srm_broken.txt', 'srm_juelich.txt', 'srm_L701238', 'srm_mixed.txt', 'srm_poznan.txt', 'srm_sara.txt', 'Another file…'],
  );
  await answerPick(room.page, 'srm_broken.txt', 'Stage a list');
  const { message, detail } = await answerDialog(room.page, 'Stage');
  assert.equal(message, 'Stage 10 files?');
  assert.deepEqual(detail.split('\n'), [
    'One request to Sky:',
    '– SARA: 10 files, L701260 SB000–009 (SB002 missing)',
    '',
    '3 lines left out:',
    '– srm_broken.txt line 3: unknown host srm.grid.sarra.nl',
    '– srm_broken.txt line 7: same file as line 6',
    '– srm_broken.txt line 10: not a link',
  ]);
  const row = await room.row('SARA L701260', /^submitted, \d+, /);
  assert.match(row.spoken, /0 of 10 files online/);
  assert.equal(room.calls('add_getid').length, 1);
  assert.equal((await readWelcome(room.page)).text, '', 'the text leaves with the first request');
  assert.deepEqual(
    (await readNotifications(room.page)).filter(({ severity }) => severity !== 'info'),
    [],
  );
});

/** Up to the first question about an LTA stager; where there are several kinds, that one is chosen first. */
async function beginToAdd(): Promise<void> {
  await clickWelcome(room.page, 'Add Stager…');
  const { title } = await waitForPrompt(room.page);
  if (title === 'Add stager') await answerPick(room.page, 'LTA stager', title);
}

/** Gives an answer that is not taken, and waits for the reason: that of an answer before it may still stand there. */
async function refuse(answer: string, title: string, reason: RegExp): Promise<void> {
  assert.notEqual(await answerInput(room.page, answer, title), undefined, `"${answer}" is not taken`);
  await until(`the reason ${String(reason)} is said`, async () => reason.test((await readPrompt(room.page))?.message ?? ''));
}
