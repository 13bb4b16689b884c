import type { StageResult } from '../../src/vscode/commands/stage';
import { execute, practice, sample } from './practice';

/** Before the reload: one request that is under way. */
export async function leaveARequest(): Promise<void> {
  await practice.reset();
  await practice.outcomeOf('SB237', 'never');
  await execute<StageResult>('grid.staging.stage', sample('srm_poznan.txt'), {});
}
