/** grid.tokens.archive, restore and deleteType: what leaves a pool for good is offered a file first, and comes back from it. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Uri, window, workspace } from 'vscode';
import { deleteArchived, writeArchive } from '../../adapters/archive';
import { readWhole } from '../../adapters/archiveReader';
import { restoreArchive } from '../../adapters/restore';
import { GridError } from '../../core/errors';
import type { Failure, Tally } from '../../core/tokens/bulk/change';
import { deleting } from '../../core/tokens/bulk/edit';
import { asSeen, surveyOf, thoseSeen, type Survey } from '../../core/tokens/bulk/survey';
import { deleteType, ofType, viewsOfType } from '../../core/tokens/bulk/type';
import type { Which } from '../../core/tokens/bulk/which';
import type { Pool } from '../../core/tokens/pool';
import { typesOf } from '../../core/tokens/stock';
import { count, moment, plural, sizeOf } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { needTrust } from '../trust';
import { telling, withProgress } from '../progress';
import { agreedTokens, counted, logFailures, tellTally, warningsOf } from './consent';
import type { PoolPorts } from './counts';
import { poolMeant } from './pools';
import { selectionMeant, whichOf, whichShape, type Selection } from './selection';

export interface ArchiveResult {
  readonly file: string;
  readonly tokens: number;
  readonly attachments: number;
  /** Tokens that are in the archive and stayed in the pool, though they were to be deleted; absent when there are none. */
  readonly failed?: readonly Failure[];
}

export async function archiveTokens(call: Person | Program, ports: PoolPorts): Promise<ArchiveResult | undefined> {
  needTrust('Archiving tokens');
  if (call.by === 'person') {
    const selection = await selectionMeant(call, ports, 'Archive tokens');
    return selection === undefined ? undefined : archiveForPerson(selection, ports);
  }
  const { pool, to, delete: deletes, ...options } = optionsOf(call.options, { ...whichShape, to: 'uri', delete: 'boolean?' });
  const which = whichOf(options);
  const connection = await ports.pools.open(pool);
  const target = pathOf(to);
  const counts = await writeArchive(connection, which, { signal: noCancel, target, now: Date.now() });
  const result = { file: Uri.file(target).toString(), ...counts };
  if (deletes !== true) return result;
  const { conflicts, failed } = await deleteArchived(connection, target, { signal: noCancel });
  ports.tokensView.changed(pool);
  const left = [...failed, ...conflicts];
  return left.length === 0 ? result : { ...result, failed: left };
}

/** Archives are written and read as files of this machine. */
function pathOf(uri: Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  throw new GridError('rejected', `${uri.toString()} is no file of this machine.`, { hint: 'Choose a place on its disk.' });
}

/** Afterwards the tokens may go: they are in the file, which was read back. */
async function archiveForPerson(selection: Selection, ports: PoolPorts): Promise<ArchiveResult | undefined> {
  const { pool } = selection;
  const archive = await archiveTo(selection, ports);
  if (archive === undefined) return undefined;
  const { target, tokens, attachments } = archive;
  const what = `${plural(tokens, 'token')} of ${pool} ${tokens === 1 ? 'is' : 'are'} archived in ${basename(target)}`;
  const size = sizeOf((await stat(target)).size);
  const offer = 'Delete Them from the Pool…';
  void window
    .showInformationMessage(`${what}, with ${plural(attachments, 'attachment')} (${size}).`, ...(tokens === 0 ? [] : [offer]))
    .then(async (answer) => {
      if (answer === offer) await deleteThose(archive, pool, ports);
    });
  return { file: Uri.file(target).toString(), tokens, attachments };
}

interface Archived {
  readonly target: string;
  readonly tokens: number;
  readonly attachments: number;
  /** As they were just before. */
  readonly survey: Survey;
}

async function archiveTo({ pool, whiches, label }: Selection, { pools }: PoolPorts): Promise<Archived | undefined> {
  const connection = await pools.open(pool);
  const survey = await counted(connection, { pool, whiches, label });
  if (survey.seen.size === 0) throw new GridError('notFound', `There are no such tokens in ${pool}.`, { hint: 'Choose others.' });
  const target = await askForTarget(pool, label, survey.seen.size);
  if (target === undefined) return undefined;
  const title = `Archiving ${plural(survey.seen.size, 'token')} of ${pool}`;
  const [only, ...more] = whiches;
  // Several selections overlap; those that were counted are in it once.
  const which: Which = only !== undefined && more.length === 0 && only.by !== 'ids' ? only : thoseSeen(survey);
  const counts = await withProgress(title, (signal, progress) =>
    // The dialog has asked about a file of that name.
    writeArchive(connection, which, {
      signal,
      target,
      replace: true,
      now: Date.now(),
      progress: everyHundred(telling(progress, survey.seen.size)),
    }),
  );
  return { target, survey, ...counts };
}

/** Progress is told token by token; a notification need not be. */
function everyHundred(tell: (settled: number) => void): (settled: number) => void {
  return (settled) => {
    if (settled % 100 === 0) tell(settled);
  };
}

async function askForTarget(pool: string, label: string, tokens: number): Promise<string | undefined> {
  const words = [pool, ...(label === '' ? [] : [label]), new Date().toISOString().slice(0, 10)];
  const name = `${words.join(' ').replace(/[^\p{L}\p{N}.-]+/gu, '-')}.tar.gz`;
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const uri = await window.showSaveDialog({
    title: `Archive ${plural(tokens, 'token')} of ${pool}`,
    saveLabel: 'Archive',
    ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name) }),
  });
  return uri === undefined ? undefined : pathOf(uri);
}

async function deleteThose({ target, tokens, survey }: Archived, pool: string, { pools, tokensView }: PoolPorts): Promise<void> {
  const detail = [`Each only as it is in ${basename(target)}: what has changed since stays.`, ...warningsOf(survey)].join('\n\n');
  const question = `Delete ${plural(tokens, 'token')} from ${pool}?`;
  if ((await window.showWarningMessage(question, { modal: true, detail }, 'Delete')) !== 'Delete') return;
  tellTally(pool, await deleteWithProgress(await pools.open(pool), target, tokens), 'deleted');
  tokensView.changed(pool);
}

function deleteWithProgress(pool: Pool, target: string, tokens: number): Thenable<Tally> {
  return withProgress(`Deleting ${plural(tokens, 'token')} from ${pool.name}`, async (signal, progress) => {
    return deleteArchived(pool, target, { signal, progress: telling(progress, tokens) });
  });
}

export interface RestoreResult {
  readonly restored: number;
  /** Had by the pool already; left as they are. */
  readonly existed: number;
  readonly failed: readonly Failure[];
}

export async function restoreTokens(call: Person | Program, ports: PoolPorts): Promise<RestoreResult | undefined> {
  needTrust('Restoring tokens');
  if (call.by === 'program') {
    const { pool, file } = optionsOf(call.options, { pool: 'string', file: 'uri' });
    const connection = await ports.pools.open(pool);
    const { restored, existed, failed } = await restoreArchive(connection, pathOf(file), { signal: noCancel });
    ports.tokensView.changed(pool);
    return { restored, existed, failed };
  }
  const pool = await poolMeant(call, ports.pools, 'Restore tokens');
  if (pool === undefined) return undefined;
  const uri =
    call.uris[0] ??
    (
      await window.showOpenDialog({
        title: `Restore tokens into ${pool}`,
        openLabel: 'Restore…',
        filters: { 'Archives of tokens': ['gz', 'tgz'] },
      })
    )?.[0];
  if (uri === undefined) return undefined;
  const path = pathOf(uri);
  const archive = await withProgress(`Reading ${basename(path)}`, (signal) => readWhole(path, { signal }));
  const tokens = plural(archive.tokens, 'token');
  const detail = `Archived ${moment(Date.parse(archive.time), Date.now())} from ${archive.pool} (${archive.database}), with ${plural(archive.attachments, 'attachment')}. Tokens that ${pool} has are left as they are.`;
  if ((await window.showInformationMessage(`Restore ${tokens} into ${pool}?`, { modal: true, detail }, 'Restore')) !== 'Restore')
    return undefined;
  const connection = await ports.pools.open(pool);
  const { ended, ...result } = await withProgress(`Restoring ${tokens} into ${pool}`, (signal, progress) =>
    restoreArchive(connection, path, { signal, progress: telling(progress, archive.tokens) }),
  );
  ports.tokensView.changed(pool);
  tellRestored(pool, result, ended);
  return result;
}

function tellRestored(pool: string, { restored, existed, failed }: RestoreResult, ended: GridError | undefined): void {
  logFailures(`Tokens that were not restored into ${pool}:`, failed);
  const there = existed === 0 ? '' : `, ${count(existed)} were there already`;
  const sentence = `${plural(restored, 'token')} restored into ${pool}${there}`;
  if (failed.length === 0) {
    void window.showInformationMessage(`${sentence}.`);
    return;
  }
  const why = ended === undefined ? '' : ended.kind === 'cancelled' ? ' You stopped it.' : ` ${ended.sentence}`;
  void window.showWarningMessage(`${sentence}, others not; the log names them.${why} Restore again: only what is missing is made.`);
}

export interface TypeResult {
  /** Tokens that were deleted. */
  readonly tokens: number;
  /** Views that went with the design document of the type. */
  readonly views: number;
  /** Tokens that stayed, and with them the views; absent when there are none. */
  readonly failed?: readonly Failure[];
}

export async function deleteTokenType(call: Person | Program, ports: PoolPorts): Promise<TypeResult | undefined> {
  needTrust('Deleting tokens');
  if (call.by === 'person') return deleteTypeForPerson(call, ports);
  const { pool, type } = optionsOf(call.options, { pool: 'string', type: 'string' });
  const connection = await ports.pools.open(pool);
  const { changed, views, conflicts, failed } = await deleteType(connection, type, { signal: noCancel }, ofType(type));
  ports.tokensView.changed(pool);
  return typeResult(changed, views, [...failed, ...conflicts]);
}

function typeResult(tokens: number, views: number, left: readonly Failure[]): TypeResult {
  return left.length === 0 ? { tokens, views } : { tokens, views, failed: left };
}

const archiveFirst = 'Archive First…';

async function deleteTypeForPerson(call: Person, ports: PoolPorts): Promise<TypeResult | undefined> {
  const meant = await typeMeant(call, ports);
  if (meant === undefined) return undefined;
  const { pool, type } = meant;
  const connection = await ports.pools.open(pool);
  const selection: Selection = { pool, whiches: [ofType(type)], label: type };
  const survey = await counted(connection, selection);
  const views = await viewsOfType(connection, type, { signal: noCancel });
  const fate =
    views === 0
      ? 'No design document is deleted: views of other design documents stay, without these tokens.'
      : `_design/${type} goes with its ${plural(views, 'view')}: pilots of this type find nothing any more.`;
  const what = [...(survey.seen.size === 0 ? [] : [plural(survey.seen.size, 'token')]), ...(views === 0 ? [] : [plural(views, 'view')])];
  if (what.length === 0) throw new GridError('notFound', `There are no tokens and no views of the type ${type} in ${pool}.`);
  const offer =
    survey.seen.size === 0
      ? undefined
      : await window.showWarningMessage(
          `Delete the type ${type} of ${pool}: ${what.join(' and ')}?`,
          {
            modal: true,
            detail: [fate, 'An archive keeps tokens and attachments; views can be installed again.', ...warningsOf(survey)].join('\n\n'),
          },
          archiveFirst,
          'Delete Without an Archive…',
        );
  if (offer === undefined && survey.seen.size > 0) return undefined;
  if (offer === archiveFirst) {
    const archive = await archiveTo(selection, ports);
    return archive === undefined ? undefined : deleteArchivedType(connection, meant, archive, ports);
  }
  const agreed = await agreedTokens(survey, { question: `Delete ${what.join(' and ')} of ${pool}?`, button: 'Delete', lines: [fate] });
  if (agreed === undefined) return undefined;
  const title = `Deleting the type ${type} of ${pool}`;
  const report = await withProgress(title, (signal, progress) =>
    // Those that the person has left out keep the views, too.
    deleteType(
      connection,
      type,
      { signal, progress: telling(progress, agreed.seen.size) },
      thoseSeen(agreed),
      asSeen(agreed, deleting),
      agreed.seen.size < survey.seen.size,
    ),
  );
  ports.tokensView.changed(pool);
  tellTally(pool, report, 'deleted');
  return typeResult(report.changed, report.views, [...report.failed, ...report.conflicts]);
}

async function deleteArchivedType(
  pool: Pool,
  { type }: TypeName,
  { target, tokens }: Archived,
  { tokensView }: PoolPorts,
): Promise<TypeResult | undefined> {
  const detail = `${plural(tokens, 'token')} ${tokens === 1 ? 'is' : 'are'} archived in ${basename(target)}. Each goes only as it is there.`;
  if ((await window.showWarningMessage(`Delete the type ${type} of ${pool.name} now?`, { modal: true, detail }, 'Delete')) !== 'Delete')
    return undefined;
  const tally = await deleteWithProgress(pool, target, tokens);
  // The views go when nothing is left that they could list.
  const left = await surveyOf(pool, [ofType(type)], { signal: noCancel });
  const { views } = await deleteType(pool, type, { signal: noCancel }, { by: 'ids', ids: [] }, deleting, left.seen.size > 0);
  tokensView.changed(pool.name);
  tellTally(pool.name, tally, 'deleted');
  return typeResult(tally.changed, views, [...tally.failed, ...tally.conflicts]);
}

interface TypeName {
  readonly pool: string;
  readonly type: string;
}

async function typeMeant(call: Person, { pools, stocks }: PoolPorts): Promise<TypeName | undefined> {
  const [node] = call.nodes as readonly { readonly pool?: string; readonly type?: string; readonly design?: string }[];
  const given = node?.type ?? node?.design;
  if (node?.pool !== undefined && given !== undefined) return { pool: node.pool, type: given };
  const pool = await poolMeant(call, pools, 'Delete a type');
  if (pool === undefined) return undefined;
  const { counts = [] } = await stocks.looked(pool, stocks.of(pool).sight({ signal: noCancel }));
  const items = typesOf(counts).map(({ type, total }) => ({ label: type, description: plural(total, 'token') }));
  const title = `Delete a type of ${pool}`;
  const type =
    items.length === 0
      ? await window.showInputBox({ title, prompt: 'Type of the tokens', ignoreFocusOut: true })
      : (await window.showQuickPick(items, { title, placeHolder: 'Which type?' }))?.label;
  return type === undefined || type === '' ? undefined : { pool, type };
}
