/** A sandbox on its way in the window where people meet it: planned, built, mended, uploaded, and set on tokens; and whatever breaks on the way. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';
import type { Frame } from 'playwright-core';
import { answerDialog, answerInput, answerPick, readDialog, runCommand, waitForPrompt } from '../editor/prompt';
import { until } from '../editor/until';
import { clickEditorAction, findPanel, openFile, waitForNotification, waitForWorkbench } from '../editor/workbench';
import { ask } from '../practice/poolSeed';
import { lrtType } from '../practice/poolTokens';
import { roomFor, scene } from './room';

const run = promisify(execFile);
const room = roomFor({ pool: true, width: 1500 });
let panel: Frame;
/** Repositories and storage, beside the workspace. */
let place = '';
let hung: Server | undefined;
const sockets = new Set<Socket>();

async function commit(files: Readonly<Record<string, string>>): Promise<void> {
  const base = join(place, 'base');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(base, name, '..'), { recursive: true });
    await writeFile(join(base, name), text);
    if (name.endsWith('.sh')) await chmod(join(base, name), 0o755);
  }
  const git = (...args: string[]) => run('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: base });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'Change');
}

function stepOf(git: string): string {
  return `Token:\n    OBSID: ""\n    type: test\nSandbox:\n    name: pref_cal\n    loc: pref3\n    git: ${git}\n    files: [own]\nShell_variables:\n    OBSID: $OBSID\n    FREQUENCY: $FREQ\n`;
}

/** In the first scene, when the room is open. */
async function prepare(): Promise<void> {
  place = join(room.grid.folder, '../sandbox');
  await mkdir(join(place, 'store'), { recursive: true });
  const tools = Object.fromEntries(Array.from({ length: 40 }, (_, k) => [`tools/tool${k}.py`, `print(${k})\n`.repeat(k * 10)]));
  await commit({ 'master.sh': '#!/bin/sh\n. bin/run.sh\n', 'bin/run.sh': 'echo\r\n', ...tools });
  const server = (hung = createServer((socket) => sockets.add(socket)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  await mkdir(join(room.grid.folder, 'own'));
  await writeFile(join(room.grid.folder, 'own/setup.sh'), '#!/bin/sh\r\necho own\r\n');
  await writeFile(join(room.grid.folder, 'sandbox.step.yaml'), stepOf(`{ location: "file://${place}/base", branch: main }`));
  await writeFile(join(room.grid.folder, 'hung.step.yaml'), stepOf(`{ location: "git://127.0.0.1:${address.port}/hangs" }`));
}
after(() => {
  for (const socket of sockets) socket.destroy();
  hung?.close();
});

const body = async (): Promise<string> => (await panel.locator('body').innerText()).replace(/\s+/g, ' ');
const shows = (words: string | RegExp): Promise<boolean> =>
  until(`the panel shows ${String(words)}`, async () => {
    const text = await body().catch(() => '');
    return typeof words === 'string' ? text.includes(words) : words.test(text);
  });
const press = (label: string): Promise<void> => panel.locator('vscode-button').filter({ hasText: label }).click();
const link = (name: string | RegExp): Promise<void> => panel.getByRole('button', { name }).click();

scene(
  room,
  'the plan, from the title of the step that is open: what would be done, before anything runs',
  async () => {
    await prepare();
    await openFile(room.page, 'sandbox.step.yaml');
    await clickEditorAction(room.page, 'Show Sandbox');
    panel = await findPanel(room.page, 'ol .step');
    await shows(/pref_cal sandbox Not built yet/);
    await shows(/Clone base main.*Upload.*Verify checksum.*Put in place/);
    await shows('Shell_variables names FREQUENCY');
    await shows('Upload asks where: grid.sandbox.root is not set');
    await room.picture('sandbox-window-plan');
  },
  { first: true },
);

scene(room, 'built by one click, without a message beside what the panel shows', async () => {
  await press('Build');
  await shows(/Built \d\d:\d\d, never published/);
  await shows(/master\.sh\*/);
  await shows('has CRLF line ends; a shell stops at line 1. And 1 more');
  await shows(/\$ git ls-remote -- file:/);
  await link(/^Clone base, done/);
  await shows(/Log Clone base All steps/);
  await link('All steps');
  assert.equal(await room.page.locator('.notifications-toasts .notification-list-item').count(), 0);
  await room.picture('sandbox-window-built');
});

scene(room, 'CRLF scripts are converted in the sandbox, named, and theirs stay as they are', async () => {
  await link('Convert and rebuild…');
  const { message, detail, buttons } = await readDialog(room.page);
  assert.equal(message, 'Convert the line ends of 2 scripts and build again?');
  assert.match(detail, /bin\/run\.sh and own\/setup\.sh/);
  assert.match(detail, /can be converted on disk, too: own\/setup\.sh\./);
  assert.deepEqual([...buttons].sort(), ['Cancel', 'Convert My 1 File, Too', 'Convert in the Sandbox']);
  await room.picture('sandbox-window-convert');
  await answerDialog(room.page, 'Convert in the Sandbox');
  await shows('CRLF line ends are converted in the sandbox: bin/run.sh and own/setup.sh.');
  assert.match(await readFile(join(room.grid.folder, 'own/setup.sh'), 'utf8'), /\r\n/);
  await link('Pack as they are');
  await shows('And 1 more');
  await link('Convert and rebuild…');
  await answerDialog(room.page, 'Convert My 1 File, Too');
  await shows('CRLF line ends are converted in the sandbox: bin/run.sh.');
  assert.equal(await readFile(join(room.grid.folder, 'own/setup.sh'), 'utf8'), '#!/bin/sh\necho own\n');
});

scene(room, 'uploaded to the place that is asked for: in place, verified, and set on tokens with what they lack', async () => {
  await press('Upload…');
  await answerInput(room.page, `file://${place}/store/`, 'Upload a sandbox');
  await shows(/Published \d\d:\d\d/);
  await shows(/Verify checksum ADLER32 [0-9a-f]{8}/);
  await shows('the first version that is published');
  const [name = ''] = await readdir(join(place, 'store'));
  assert.match(name, /^pref_cal-[0-9a-f]{8}\.tar$/);
  await press('Set on tokens…');
  const { rows } = await waitForPrompt(room.page, 'Set SBXloc in practice');
  assert.ok(
    rows.some((row) => row.includes('Those that match…')),
    rows.join(' | '),
  );
  await room.picture('sandbox-window-tokens');
  await answerPick(room.page, 'Those that match…');
  await answerInput(room.page, `${lrtType} and state = todo`, 'Set SBXloc in practice');
  const { message, detail } = await readDialog(room.page);
  const [, number = ''] = /^Set “SBXloc” of (\d+) tokens of practice\?$/.exec(message) ?? [];
  assert.match(detail, new RegExp(`To "file://.*/${name.replaceAll('.', '\\.')}" \\(a text\\)`));
  assert.match(detail, new RegExp(`${number} tokens lack FREQUENCY, which Shell_variables names: the worker skips it\\.`));
  await room.picture('sandbox-window-set');
  await answerDialog(room.page, 'Set');
  await waitForNotification(room.page, `practice: ${number} changed`);
  const { pool } = room.grid;
  assert.ok(pool !== undefined);
  const all = (await ask(pool.server, 'GET', `${pool.database}/_all_docs?include_docs=true`)) as {
    readonly rows: readonly { readonly doc: { readonly SBXloc?: string } }[];
  };
  assert.equal(all.rows.filter(({ doc }) => doc.SBXloc === `file://${place}/store/${name}`).length, Number(number));
});

scene(room, 'the next version says what differs, and the one that tokens name is not removed', async () => {
  await commit({ 'tools/tool3.py': 'print(33)\n', 'tools/new.py': 'x\n' });
  await press('Build');
  await shows(/Built \d\d:\d\d, 1 changed, 1 new since it was published/);
  await link('2 differences');
  await shows(/tools\/.*1 changed, 1 new.*new\.py.*A new.*tool3\.py.*M changed/);
  await shows(/main [0-9a-f]{10} was [0-9a-f]{10}/);
  await shows(/store\/pref_cal-[0-9a-f]{8}\.tar Copy keeps 3 older versions/);
  await room.pictures('sandbox-window-differs');
  await press('Upload…');
  assert.equal((await waitForPrompt(room.page, 'Upload a sandbox')).value, `file://${place}/store`);
  await room.page.keyboard.press('Enter');
  await shows(/against the version before, of \d\d:\d\d/);
  assert.equal((await readdir(join(place, 'store'))).length, 2);
});

scene(room, 'what somebody else has put there is fetched and compared by its content', async () => {
  await link('Compare');
  await waitForNotification(room.page, 'What is on the storage is the version that was known here.');
  const other = join(place, 'other');
  await mkdir(other);
  await writeFile(join(other, 'master.sh'), 'of somebody else\n');
  await run('tar', ['-cf', join(place, 'store/pref_cal-0123abcd.tar'), '.'], { cwd: other });
  await link('Compare');
  await shows(/against the version published/);
  await shows(/Built \d\d:\d\d, 1 changed, \d\d new since it was published/);
  assert.equal(await panel.locator('vscode-button', { hasText: 'Set on tokens…' }).getAttribute('aria-disabled'), 'true');
  await press('Upload…');
  await answerInput(room.page, `file://${place}/store/`, 'Upload a sandbox');
  await shows(/Put in place is there already/);
  await shows(/Published \d\d:\d\d/);
});

scene(room, 'a window that is loaded again shows it again', async () => {
  await room.page.reload();
  await waitForWorkbench(room.page);
  panel = await findPanel(room.page, 'ol .step');
  await shows(/Published \d\d:\d\d/);
  await shows(/11 of 11 done|\d of \d done/);
  await shows('against the version before');
});

scene(room, 'an unknown branch: the step, what is meant, and git’s own words', async () => {
  const step = join(room.grid.folder, 'sandbox.step.yaml');
  const text = await readFile(step, 'utf8');
  await writeFile(step, text.replace('branch: main', 'branch: mian'));
  await openFile(room.page, 'sandbox.step.yaml');
  await until('the editor has the new text', async () => (await room.page.locator('.view-lines').innerText()).includes('mian'));
  await clickEditorAction(room.page, 'Show Sandbox');
  panel = await findPanel(room.page, 'ol .step');
  await shows('the step has changed since');
  await press('Build');
  await shows(/the last build failed at “Clone base”/);
  await shows('There is no branch or tag “mian” in base. Was “main” meant?');
  await room.picture('sandbox-window-failed');
  await writeFile(step, text);
});

/** The panel of the step whose server hangs; there may be others. */
async function showHung(): Promise<void> {
  await openFile(room.page, 'hung.step.yaml');
  await clickEditorAction(room.page, 'Show Sandbox');
  panel = await until('its panel', async () => {
    for (const frame of room.page.frames()) {
      const found = await frame
        .locator('.step', { hasText: 'Clone hangs' })
        .count()
        .catch(() => 0);
      if (found > 0) return frame;
    }
    return undefined;
  });
}

scene(room, 'a server that hangs: closed in the middle, a message goes on and can stop it', async () => {
  await showHung();
  await press('Build');
  await shows('Building: Clone hangs');
  await until('git is there', () => Promise.resolve(sockets.size > 0));
  await press('Cancel build');
  await shows('Build cancelled');
  await press('Build');
  await shows('Building: Clone hangs');
  // A window that is loaded again in the middle.
  await room.page.reload();
  await waitForWorkbench(room.page);
  await showHung();
  await shows('The window was closed while this was built. Nothing half is left: build it again.');
  await press('Build');
  await shows('Building: Clone hangs');
  await runCommand(room.page, 'View: Close Editor');
  const toast = room.page.locator('.notifications-toasts .notification-list-item', { hasText: 'Building the sandbox of hung.step.yaml' });
  await toast.waitFor();
  await toast.hover();
  await toast.locator('.monaco-button', { hasText: 'Cancel' }).click();
  await toast.waitFor({ state: 'hidden' });
  await runCommand(room.page, 'Grid: Show Sandbox');
  panel = await findPanel(room.page, '.step.cancelled');
  await shows('Build cancelled');
});
