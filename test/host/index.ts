/**
 * Runs inside VS Code. The trusted suite ends with a reload of the window: the editor calls `run()` again, and what was
 * left in the phase file is taken up there.
 */
import Mocha from 'mocha';
import { readFile, writeFile } from 'node:fs/promises';
import { commands } from 'vscode';
import { practice } from './practice';

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

const suites: Record<string, readonly (() => Promise<unknown>)[]> = {
  trusted: [
    () => import('./activation.test'),
    () => import('./caller.test'),
    () => import('./links.test'),
    () => import('./language.test'),
    () => import('./config.test'),
    () => import('./step.test'),
    () => import('./listEditing.test'),
    () => import('./listReading.test'),
    () => import('./stagers.test'),
    () => import('./staging.test'),
    () => import('./stageit.test'),
    () => import('./storage.test'),
    () => import('./gridStorage.test'),
    () => import('./check.test'),
    () => import('./desk.test'),
    () => import('./pools.test'),
    () => import('./poolPanel.test'),
    () => import('./tokenFiles.test'),
    () => import('./tokenCopies.test'),
    () => import('./tokenLanguage.test'),
    () => import('./create.test'),
    () => import('./views.test'),
    () => import('./bulk.test'),
    () => import('./sandbox.test'),
    () => import('./sandboxPanel.test'),
    () => import('./sandboxRuns.test'),
  ],
  reloaded: [() => import('./reloaded.test')],
  restricted: [() => import('./restricted.test'), () => import('./yaml.test')],
};

async function runSuite(name: string): Promise<Outcome> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, reporter: 'spec', color: false });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const load of suites[name] ?? []) await load();
  return new Promise((resolve) => {
    const runner = mocha.run((failed) => resolve({ passed: runner.stats?.passes ?? 0, failed }));
  });
}

export async function run(): Promise<void> {
  const { outcome: file, suite } = practice;
  const phase = `${file}.phase`;
  const before = await readFile(phase, 'utf8').then(
    (text) => JSON.parse(text) as Outcome,
    () => undefined,
  );
  if (before === undefined) {
    const outcome = await runSuite(suite);
    if (suite !== 'trusted') return finish(file, outcome);
    const { leaveARequest, leaveChecks } = await import('./reloaded');
    await leaveARequest();
    await leaveChecks();
    await writeFile(phase, JSON.stringify(outcome));
    await commands.executeCommand('workbench.action.reloadWindow');
    return new Promise(() => undefined); // ended by the reload
  }
  const after = await runSuite('reloaded');
  return finish(file, { passed: before.passed + after.passed, failed: before.failed + after.failed });
}

async function finish(file: string, outcome: Outcome): Promise<void> {
  await writeFile(file, JSON.stringify(outcome));
  if (outcome.failed > 0) throw new Error(`${outcome.failed} tests failed`);
}
