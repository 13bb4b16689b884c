/** grid.tokens.synchronise: tokens and their copies in a folder made the same. A person sees what would be written first. */
import { ProgressLocation, type Uri, window } from 'vscode';
import { GridError } from '../../core/errors';
import { planSynchronise, synchronise, type Outcome, type Plan, type Side } from '../../core/tokens/synchronise';
import { count, plural } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel, signalOf } from '../cancel';
import { info } from '../log';
import { LocalCopies } from '../tokens/localCopies';
import { needTrust } from '../trust';
import { tokensOf, type FilePorts } from './tokenFiles';

interface Wish {
  readonly pool: string;
  readonly ids: readonly string[];
  readonly folder: Uri;
  readonly prefer: Side;
}

export async function synchroniseTokens(call: Person | Program, ports: FilePorts): Promise<Outcome | undefined> {
  needTrust('Synchronising tokens');
  return call.by === 'program' ? forProgram(call, ports) : forPerson(call, ports);
}

async function forProgram(call: Program, ports: FilePorts): Promise<Outcome> {
  const { pool, ids, folder, prefer } = optionsOf(call.options, { pool: 'string', ids: 'array', folder: 'uri', prefer: 'string' });
  if (prefer !== 'local' && prefer !== 'remote')
    throw new GridError('rejected', 'The option "prefer" says which side wins.', { hint: 'There are: local, remote.' });
  if (!ids.every((id) => typeof id === 'string' && id !== '')) throw new GridError('rejected', 'The option "ids" must be an array of ids.');
  const wish: Wish = { pool, ids: [...new Set(ids as readonly string[])], folder, prefer };
  const { copies, plan } = await planFor(wish, ports, noCancel);
  return carryOut(wish, copies, plan, ports, noCancel);
}

async function planFor(
  { pool, ids, folder, prefer }: Wish,
  { pools }: FilePorts,
  signal: AbortSignal,
): Promise<{ copies: LocalCopies; plan: Plan }> {
  const copies = new LocalCopies(folder);
  return { copies, plan: await planSynchronise(await pools.open(pool), copies, ids, prefer, { signal }) };
}

async function carryOut(
  { pool }: Wish,
  copies: LocalCopies,
  plan: Plan,
  { pools, files }: FilePorts,
  signal: AbortSignal,
  progress?: (done: number) => void,
): Promise<Outcome> {
  const outcome = await synchronise(await pools.open(pool), copies, plan, { signal, ...(progress === undefined ? {} : { progress }) });
  const { shelf } = await files();
  for (const { id, there, up } of plan.steps) if (there.length + up.length > 0) shelf.touched(pool, id);
  return outcome;
}

async function forPerson(call: Person, ports: FilePorts): Promise<Outcome | undefined> {
  const wish = await askFor(call);
  if (wish === undefined) return undefined;
  const title = `Synchronising ${plural(wish.ids.length, 'token')}`;
  const { copies, plan } = await within(`${title}: comparing`, (signal) => planFor(wish, ports, signal));
  if (plan.steps.length === 0) {
    tell({ changed: 0, skipped: plan.same, conflicts: plan.conflicts, failed: plan.failed });
    return undefined;
  }
  const detail = previewOf(plan, wish.prefer);
  const go = `Synchronise ${count(plan.steps.length)}`;
  if (
    (await window.showWarningMessage(`Synchronise ${plural(plan.steps.length, 'token')} of ${wish.pool}?`, { modal: true, detail }, go)) !==
    go
  )
    return undefined;
  const outcome = await within(title, (signal, progress) => carryOut(wish, copies, plan, ports, signal, progress), plan.steps.length);
  tell(outcome);
  return outcome;
}

async function askFor(call: Person): Promise<Wish | undefined> {
  const tokens = tokensOf(call);
  const [first] = tokens;
  if (first === undefined)
    throw new GridError('rejected', 'Which tokens are meant is not known.', { hint: 'Select them in the tree of tokens.' });
  if (tokens.some(({ pool }) => pool !== first.pool))
    throw new GridError('rejected', 'The tokens are of several pools.', { hint: 'Select those of one.' });
  const [folder] =
    (await window.showOpenDialog({
      title: 'Synchronise with a folder of copies',
      openLabel: 'Choose Folder',
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  if (folder === undefined) return undefined;
  const items = [
    { label: 'The pool wins', detail: 'Where both have a field or a file, the copy gets the pool’s', prefer: 'remote' as const },
    { label: 'The copy wins', detail: 'Where both have a field or a file, the pool gets the copy’s', prefer: 'local' as const },
  ];
  const choice = await window.showQuickPick(items, { title: 'Synchronise', placeHolder: 'Where the two differ' });
  return choice === undefined ? undefined : { pool: first.pool, ids: tokens.map(({ id }) => id), folder, prefer: choice.prefer };
}

/** What would be written where, in numbers. */
function previewOf({ steps, same, conflicts, failed }: Plan, prefer: Side): string {
  const sum = (of: (step: Plan['steps'][number]) => number): number => steps.reduce((all, step) => all + of(step), 0);
  const lines = [
    toSide(
      'To the pool',
      sum(({ remote }) => (remote === undefined ? 1 : 0)),
      sum(({ remote, there }) => (remote === undefined ? 0 : there.length)),
      sum(({ up }) => up.length),
    ),
    toSide(
      'To the folder',
      sum(({ local }) => (local === undefined ? 1 : 0)),
      sum(({ local, here }) => (local === undefined ? 0 : here.length)),
      sum(({ down }) => down.length),
    ),
  ];
  const held = steps.filter((step) => step.held).length;
  if (held > 0) lines.push(`${plural(held, 'token is', 'tokens are')} held by a pilot: what it writes at its end is lost.`);
  if (same > 0) lines.push(`${plural(same, 'token is', 'tokens are')} the same already.`);
  const left = conflicts.length + failed.length;
  if (left > 0) lines.push(`${plural(left, 'token is', 'tokens are')} left as they are; the log will say why.`);
  lines.push(prefer === 'local' ? 'Where both have a field, the copy wins.' : 'Where both have a field, the pool wins.');
  return lines.join('\n');
}

function toSide(where: string, made: number, fields: number, files: number): string {
  const parts = [
    ...(made > 0 ? [plural(made, 'new token')] : []),
    ...(fields > 0 ? [plural(fields, 'field')] : []),
    ...(files > 0 ? [plural(files, 'attachment')] : []),
  ];
  return `${where}: ${parts.length === 0 ? 'nothing' : parts.join(', ')}.`;
}

function tell({ changed, skipped, conflicts, failed }: Outcome): void {
  const parts = [
    `${count(changed)} synchronised`,
    ...(skipped > 0 ? [`${count(skipped)} the same already`] : []),
    ...(conflicts.length > 0 ? [`${count(conflicts.length)} changed meanwhile`] : []),
    ...(failed.length > 0 ? [`${count(failed.length)} failed`] : []),
  ];
  for (const { id, message } of [...conflicts, ...failed]) info(`Synchronise ${id}: ${message}`);
  const [first] = [...conflicts, ...failed];
  if (first === undefined) void window.showInformationMessage(`${parts.join(', ')}.`);
  else void window.showWarningMessage(`${parts.join(', ')}. ${first.id}: ${first.message}`);
}

function within<T>(title: string, act: (signal: AbortSignal, progress: (done: number) => void) => Promise<T>, total = 0): Thenable<T> {
  return window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
    let before = 0;
    return act(signalOf(token), (done) => {
      if (total > 0) progress.report({ increment: (100 * (done - before)) / total, message: `${count(done)} of ${count(total)}` });
      before = done;
    });
  });
}
