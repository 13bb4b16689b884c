/** What keeps the view empty: restricted mode, a password that is refused, a stager that is away; each with its way out. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMenu } from '../editor/menu';
import { answerInput, answerPick, readPrompt, waitForPrompt } from '../editor/prompt';
import { FILES, openView, revealRow } from '../editor/tree';
import { until } from '../editor/until';
import { readNotifications, showFiles, waitForNotification } from '../editor/workbench';
import { account } from '../practice/grid';
import { startStager, type PracticeStager } from '../practice/stager';
import { clickTitleAction, clickWelcome, openList, roomFor, scene, view, waitForWelcome } from './room';

const room = roomFor({ trust: true });
const credentials = (password: string) => writeFile(join(room.home, '.stagingrc'), `user=${account.user}\npassword=${password}\n`);
const nothing = 'Nothing is being staged.';

scene(room, 'in restricted mode lists are checked, and nothing connects', async () => {
  await openView(room.page, 'Grid', view);
  assert.deepEqual(await waitForWelcome(room.page, 'This workspace'), {
    text: 'This workspace is in restricted mode: lists are checked, nothing connects.',
    buttons: ['Manage Trust'],
    links: [],
  });
  await room.picture('restricted-light');
  const lens = await openList(room.page, 'srm_mixed.txt', '15 links');
  assert.match(lens, /\| Convert… \| Split…$/, 'what needs no trust is there');
  assert.doesNotMatch(lens, /Stage/);
  await until('problems are underlined', async () => (await room.page.locator('.cdr[class*=squiggly]').count()) > 0);
  await showFiles(room.page);
  const menu = await readMenu((await revealRow(room.page, FILES, 'srm_mixed.txt')).locator('.label-name').first());
  assert.ok(menu.includes('Stage…') && menu.includes('Grid Links'), 'the menu keeps its place for it');
  await room.picture('restricted-list-light');
  assert.equal(room.grid.stager.log.length, 0, 'nothing reached the stager');
});

scene(
  room,
  'Manage Trust leads to trust, and a refused password to Sign In…',
  async () => {
    await credentials('forgotten');
    await openView(room.page, 'Grid', view);
    await clickWelcome(room.page, 'Manage Trust');
    await room.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await room.page.locator('.monaco-modal-editor-block .action-label[aria-label^="Close"]').click();
    assert.deepEqual(await waitForWelcome(room.page, 'The stager does not know you'), {
      text: 'The stager does not know you yet, or refused the password.',
      buttons: ['Sign In…'],
      links: [],
    });
    await room.picture('signed-out-light');
    assert.ok(room.grid.stager.log.length > 0 && room.grid.stager.log.every(({ outcome }) => outcome === 'refused'));
    assert.deepEqual(await readNotifications(room.page), [], 'nobody asked, so nothing pops up');
  },
  { first: true },
);

scene(room, 'a wrong password is said at once and asked for again, a right one signs in', async () => {
  await clickWelcome(room.page, 'Sign In…');
  await signIn('wrong');
  const again = await until('it asks again', async () => {
    const prompt = await readPrompt(room.page);
    return prompt?.placeholder.includes('refused') && prompt;
  });
  assert.equal(again.title, 'Sign in to Practice');
  assert.equal(again.placeholder, 'Practice refused the user name or password. Which account?');
  await room.picture('refused-light');
  await signIn(account.password);
  await waitForNotification(room.page, 'You are signed in to Practice.');
  await waitForWelcome(room.page, nothing);
});

async function signIn(password: string): Promise<void> {
  await answerPick(room.page, 'Another account…', 'Sign in to Practice');
  assert.equal((await waitForPrompt(room.page, 'Sign in to Practice')).value, '');
  await answerInput(room.page, account.user, 'Sign in to Practice');
  await until('the password is asked for', async () => (await room.page.locator('.quick-input-box input[type="password"]').count()) > 0);
  await answerInput(room.page, password, 'Sign in to Practice');
}

scene(room, 'a stager that is away: the view says so, shows the log, and tries again', async () => {
  const { port } = new URL(room.grid.stager.url);
  await room.grid.stager.stop();
  await clickTitleAction(room.page, 'Refresh Staging Requests');
  assert.deepEqual(await waitForWelcome(room.page, 'The stager does not answer'), {
    text: 'The stager does not answer. It may be down for maintenance.\nShow the log for the reason.',
    buttons: ['Try Again'],
    links: ['Show the log'],
  });
  await room.picture('unreachable-light');
  await clickWelcome(room.page, 'Show the log');
  await until('the log is shown, with the failure', async () => {
    const lines = await room.page.locator('.output-view .view-lines').allInnerTexts();
    return lines.join(' ').includes('ECONNREFUSED');
  });
  await room.picture('log-light');

  const returned: PracticeStager = await startStager({ port: Number(port), users: { [account.user]: account.password } });
  try {
    await clickWelcome(room.page, 'Try Again');
    await waitForWelcome(room.page, nothing);
    assert.ok(returned.log.some(({ outcome }) => outcome === 'answered'));
  } finally {
    await returned.stop();
  }
});
