import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile, chmod } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigurationTarget, DiagnosticSeverity, languages, tasks, Uri, workspace, type Task } from 'vscode';
import type { UploadResult } from '../../src/vscode/commands/publish';
import type { BuildResult } from '../../src/vscode/commands/sandbox';
import { execute } from './practice';

const run = promisify(execFile);

function ran(task: Task): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const listener = tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name !== task.name) return;
      listener.dispose();
      resolve(exitCode);
    });
    Promise.resolve(tasks.executeTask(task)).catch(reject);
  });
}

async function until<T>(look: () => readonly T[]): Promise<readonly T[]> {
  for (let tries = 0; tries < 200 && look().length === 0; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  return look();
}

describe('sandboxes', () => {
  let folder = '';
  let step: Uri;
  const build = (uri: unknown, options: object = {}) => execute<BuildResult>('grid.sandbox.build', uri, options);
  const upload = (what: unknown, options: object = {}) => execute<UploadResult>('grid.sandbox.upload', what, options);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grid-host-sandbox-'));
    const base = join(folder, 'base');
    await mkdir(base);
    await writeFile(join(base, 'master.sh'), '#!/bin/sh\necho ran\n');
    await chmod(join(base, 'master.sh'), 0o755);
    await writeFile(join(base, 'dos.sh'), 'echo\r\n');
    await mkdir(join(folder, 'store'));
    const git = (...args: string[]) => run('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: base });
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '--all');
    await git('commit', '--quiet', '-m', 'One');
    step = Uri.file(join(folder, 'pref.cfg'));
    await writeFile(
      step.fsPath,
      `Token:\n  OBSID: ""\nSandbox:\n  name: pref\n  loc: LC9\n  git: { location: "file://${base}", branch: main }\nShell_variables: { OBSID: $OBSID, FREQUENCY: $F }\n`,
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('builds: a tar of these checksums, with what pilots may stumble over', async () => {
    const built = await build(step);
    const bytes = await readFile(Uri.parse(built.file).fsPath);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), built.sha256);
    assert.deepEqual([built.bytes, built.entries], [bytes.length, 4]);
    assert.match(built.adler32, /^[0-9a-f]{8}$/);
    assert.deepEqual(built.problems.map(({ code }) => code).sort(), ['crlf', 'missing-field']);
    assert.deepEqual(await build(step.toString(), {}), built, 'the same again, from what was kept');
  });

  it('into the folder of the setting', async () => {
    const settings = workspace.getConfiguration();
    await settings.update('grid.sandbox.folder', 'built', ConfigurationTarget.Global);
    try {
      const { file } = await build(step);
      assert.ok(Uri.parse(file).fsPath.startsWith(join(folder, 'built', 'pref-')));
      assert.equal((await readdir(join(folder, 'built'))).length, 3);
    } finally {
      await settings.update('grid.sandbox.folder', undefined, ConfigurationTarget.Global);
    }
  });

  it('uploads a step, or a file: whole, verified, and again without doing it twice', async () => {
    const built = await build(step);
    const first = await upload(step, { to: `file://${folder}/store/` });
    assert.equal(first.adler32, built.adler32);
    assert.deepEqual(await readFile(Uri.parse(first.location).fsPath), await readFile(Uri.parse(built.file).fsPath));
    assert.deepEqual(await upload({ file: built.file }, { to: `file://${folder}/store/` }), first);
    const settings = workspace.getConfiguration();
    await settings.update('grid.sandbox.root', `file://${folder}/store`, ConfigurationTarget.Global);
    try {
      assert.match((await upload(step)).location, /\/store\/LC9\/pref-[0-9a-f]{8}\.tar$/);
    } finally {
      await settings.update('grid.sandbox.root', undefined, ConfigurationTarget.Global);
    }
    assert.deepEqual(
      (await readdir(join(folder, 'store'), { recursive: true })).filter((name) => name.includes('.part')),
      [],
    );
  });

  it('as a task: steps in its terminal, each problem at the map that it comes from, and an exit code', async function () {
    this.timeout(120_000); // the first terminal of a window takes its time
    const file = Uri.joinPath(workspace.workspaceFolders?.[0]?.uri ?? Uri.file(folder), 'task.cfg');
    const text = await readFile(step.fsPath, 'utf8');
    await workspace.fs.writeFile(file, Buffer.from(text));
    try {
      // This editor has no search of its own: what is open is offered.
      await workspace.openTextDocument(file);
      const task = (await tasks.fetchTasks({ type: 'grid' })).find(({ definition }) => definition.sandbox === 'task.cfg');
      assert.ok(task);
      assert.equal(await ran(task), 0);
      const found = await until(() =>
        languages
          .getDiagnostics(file)
          .filter(({ source }) => source === 'grid' || source === 'grid-sandbox')
          .filter(({ message }) => message.includes('CRLF')),
      );
      assert.deepEqual(
        found.map(({ range, severity }) => [range.start.line, severity]),
        [[2, DiagnosticSeverity.Warning]],
      );
      await workspace.fs.writeFile(file, Buffer.from(text.replace('name: pref', 'name: "../pref"')));
      assert.equal(await ran(task), 1);
    } finally {
      await workspace.fs.delete(file);
    }
  });

  it('what cannot be done is said in a sentence with its kind', async () => {
    await assert.rejects(build(step, { deep: true }), /The option "deep" is not known here.*\[rejected\]$/);
    await assert.rejects(build(undefined), /\[rejected\]$/);
    await assert.rejects(build(Uri.file(join(folder, 'gone.cfg'))), /gone\.cfg cannot be read.*\[notFound\]$/);
    const bad = Uri.file(join(folder, 'bad.cfg'));
    await writeFile(bad.fsPath, 'Token: {}\nSandbox:\n  name: "$(id)"\n  git: { location: https://h/a.git }\nShell_variables: {}\n');
    await assert.rejects(build(bad), /^[^]*bad\.cfg: Line 3: Sandbox\.name: .*\[rejected\]$/);
    await assert.rejects(upload(step), /It is not said where sandboxes go.*\[rejected\]$/);
    await assert.rejects(upload(step, { to: 'ftp://host/x' }), /of a protocol that gfal2 does not upload by.*\[rejected\]$/);
    await assert.rejects(upload({ file: bad }, { to: `file://${folder}/store/` }), /cannot be the name of a sandbox.*\[rejected\]$/);
  });
});
