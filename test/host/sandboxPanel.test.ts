import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commands, TabInputWebview, Uri, window, type Tab } from 'vscode';
import type { BuildResult } from '../../src/vscode/commands/sandbox';
import { execute } from './practice';

const run = promisify(execFile);

function panels(): Tab[] {
  return window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof TabInputWebview && input.viewType.endsWith('grid.sandbox'));
}

async function until(what: string, look: () => boolean): Promise<void> {
  for (let k = 0; k < 100; k++) {
    if (look()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`waited in vain: ${what}`);
}

describe('the sandbox panel', () => {
  let folder = '';
  const steps: Uri[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grid-host-panel-'));
    const base = join(folder, 'base');
    await mkdir(base);
    await writeFile(join(base, 'master.sh'), '#!/bin/sh\r\necho ran\r\n');
    await chmod(join(base, 'master.sh'), 0o755);
    const git = (...args: string[]) => run('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: base });
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '--all');
    await git('commit', '--quiet', '-m', 'One');
    for (const name of ['one', 'two']) {
      const step = Uri.file(join(folder, `${name}.cfg`));
      const text = `Token: {}\nSandbox:\n  name: ${name}\n  loc: a\n  git: { location: "file://${base}", branch: main }\nShell_variables: {}\n`;
      await writeFile(step.fsPath, text);
      steps.push(step);
    }
  });
  after(async () => {
    await window.tabGroups.close(panels());
    await rm(folder, { recursive: true, force: true });
  });

  it('each step has one, by the shapes that menus pass', async () => {
    const [one, two] = steps;
    await commands.executeCommand('grid.sandbox.open', one, [one]);
    await until('a panel', () => panels().length === 1);
    assert.equal(panels()[0]?.label, 'Sandbox: one.cfg');
    await commands.executeCommand('grid.sandbox.open', one);
    await commands.executeCommand('grid.sandbox.open', two, { groupId: 0 });
    await until('another panel', () => panels().length === 2);
    await commands.executeCommand('grid.sandbox.open', { node: 'sandbox', uri: two?.toString() });
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(panels().length, 2);
  });

  it('what it does for a person, programs have other ways to', async () => {
    for (const id of ['open', 'convertLineEnds', 'setOnTokens'])
      await assert.rejects(execute(`grid.sandbox.${id}`, steps[0], {}), /This command is for a person\..*\[rejected\]$/);
  });

  it('a build from the panel asks nothing: its plan was seen; converted is what is asked to be, each time', async () => {
    const [one] = steps;
    const built = await commands.executeCommand<BuildResult | undefined>('grid.sandbox.build', { node: 'sandbox', uri: one?.toString() });
    assert.ok(built !== undefined);
    assert.deepEqual(
      built.problems.map(({ code }) => code),
      ['crlf'],
    );
    const converted = await execute<BuildResult>('grid.sandbox.build', one, { lineEnds: true });
    assert.notEqual(converted.sha256, built.sha256);
    assert.deepEqual(converted.problems, []);
    const again = await execute<BuildResult>('grid.sandbox.build', one, {});
    assert.equal(again.sha256, built.sha256, 'what one program asks for is not what the next one gets');
    assert.match(await readFile(join(folder, 'base', 'master.sh'), 'utf8'), /\r\n/, 'repositories stay as they are');
  });

  it('a step that is no recipe is told in the panel, and nothing fails', async () => {
    const bad = Uri.file(join(folder, 'bad.cfg'));
    await writeFile(bad.fsPath, 'Token: {}\nSandbox: { name: x }\n');
    await commands.executeCommand('grid.sandbox.open', bad);
    await until('its panel', () => panels().some(({ label }) => label === 'Sandbox: bad.cfg'));
  });
});
