import type { StageResult } from '../../src/vscode/commands/stage';
import type { TextResult } from '../../src/vscode/commands/copies';
import { eventually, execute, practice, practiceDoor, sample, sara, write } from './practice';

/** Before the reload: one request that is under way. */
export async function leaveARequest(): Promise<void> {
  await practice.reset();
  await practice.outcomeOf('SB237', 'never');
  await execute<StageResult>('grid.staging.stage', sample('srm_poznan.txt'), {});
}

export const checked = sara(930_001, 4);
export const half = Array.from({ length: 6 }, (_, n) => sara(930_010 + n, 500)).flat();

/** One list that was checked and whose recall is under way, and one in the middle of its check. */
export async function leaveChecks(): Promise<void> {
  await practiceDoor.reset();
  await practiceDoor.seed([...checked, ...half]);
  await practiceDoor.disk(checked.slice(0, 1));
  await practiceDoor.fate('L930001_SB003', 'never');
  await execute('grid.staging.addStager', { name: 'Door', kind: 'tape', url: practiceDoor.url, token: practiceDoor.token });
  const list = await write('srm_before.txt', checked);
  await execute('grid.links.check', list, {});
  await execute<StageResult>('grid.staging.stageOnTape', list, {});
  const middle = await write('srm_middle.txt', half);
  await practiceDoor.fault({ kind: 'hang', method: 'archiveinfo', times: 1 });
  void execute('grid.links.check', middle, {}).catch(() => undefined); // ended by the reload
  await eventually('a part of it has been told', async () => {
    const { text } = await execute<TextResult>('grid.links.exportChecked', middle, { state: 'tape' }).catch(() => ({ text: '' }));
    return text.split('\n').length > 1000;
  });
}
