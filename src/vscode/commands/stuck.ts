/** grid.tokens.findStuck, exportLinks and download: what is read out of a pool and changes nothing there. */
import { commands, env, Uri, window, workspace } from 'vscode';
import { downloadAttachments } from '../../adapters/download';
import { GridError } from '../../core/errors';
import type { Failure } from '../../core/tokens/bulk/change';
import { linksOf } from '../../core/tokens/bulk/links';
import { checkHours, stuckTokens, type Stuck } from '../../core/tokens/bulk/stuck';
import { surveyOf, thoseSeen } from '../../core/tokens/bulk/survey';
import type { Which } from '../../core/tokens/bulk/which';
import { jobOf } from '../../core/tokens/document';
import type { Pool } from '../../core/tokens/pool';
import { count, duration, plural } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { languageId } from '../languageId';
import { stuckHours } from '../settings';
import type { Sites } from '../sites';
import type { TokensNode } from '../trees/tokens';
import { needTrust } from '../trust';
import { withProgress } from '../progress';
import { logFailures } from './consent';
import type { PoolPorts } from './counts';
import { poolMeant } from './pools';
import { selectionMeant, whichOf, whichShape, type Selection } from './selection';

export interface StuckResult {
  /** The oldest lock first. */
  readonly ids: readonly string[];
}

/** Looks for old locks; a person may then unlock or reset those that they choose. */
export async function findStuck(call: Person | Program, ports: PoolPorts): Promise<StuckResult | undefined> {
  needTrust('Looking for stuck tokens');
  if (call.by === 'program') {
    const { pool, hours } = optionsOf(call.options, { pool: 'string', hours: 'any' });
    const stuck = await stuckTokens(await ports.pools.open(pool), checkHours(hours), Date.now() / 1000, { signal: noCancel });
    return { ids: stuck.map(({ id }) => id) };
  }
  const pool = await poolMeant(call, ports.pools, 'Find stuck tokens');
  if (pool === undefined) return undefined;
  const hours = await askForHours(pool);
  if (hours === undefined) return undefined;
  const connection = await ports.pools.open(pool);
  const [node] = call.nodes as readonly { readonly type?: string }[];
  const stuck = await withProgress(`Looking for stuck tokens of ${pool}`, async (signal) =>
    ofType(connection, await stuckTokens(connection, hours, Date.now() / 1000, { signal }), node?.type, signal),
  );
  void chooseStuck(pool, hours, stuck);
  return { ids: stuck.map(({ id }) => id) };
}

async function askForHours(pool: string): Promise<number | undefined> {
  const text = await window.showInputBox({
    title: `Find stuck tokens of ${pool}`,
    prompt: 'Locked for longer than so many hours. Choose more than your longest job takes: a slow job looks the same',
    value: String(stuckHours()),
    ignoreFocusOut: true,
    validateInput: (value) => (/^\s*\d+(\.\d+)?\s*$/.test(value) ? undefined : 'A number, 0 or more'),
  });
  return text === undefined ? undefined : Number(text);
}

/** Those of one type, with the jobs that hold them; documents are read for the oldest only. */
async function ofType(pool: Pool, stuck: readonly Stuck[], type: string | undefined, signal: AbortSignal): Promise<readonly Stuck[]> {
  const ids = stuck.slice(0, type === undefined ? mostShown : stuck.length).map(({ id }) => id);
  const documents = ids.length === 0 ? new Map<string, Readonly<Record<string, unknown>>>() : await pool.documents(ids, { signal });
  return stuck.flatMap((each): Stuck[] => {
    const document = documents.get(each.id);
    if (type !== undefined && document?.type !== type) return [];
    const job = document === undefined ? undefined : jobOf(document);
    return [job === undefined ? each : { ...each, job }];
  });
}

const mostShown = 500;

/** Those that the person picks go on to unlock or reset, which show numbers and ask. */
async function chooseStuck(pool: string, hours: number, stuck: readonly Stuck[]): Promise<void> {
  const limit = duration(hours * 3_600_000);
  if (stuck.length === 0) {
    void window.showInformationMessage(`No token of ${pool} has been locked for longer than ${limit}.`);
    return;
  }
  const now = Date.now();
  const items = stuck.slice(0, mostShown).map(({ id, lock, job }) => ({
    label: id,
    description: [duration(now - lock * 1000), ...(job === undefined ? [] : [`job ${job}`])].join(', '),
    picked: true,
    id,
  }));
  const more = stuck.length > mostShown ? `, the oldest ${count(mostShown)} below` : '';
  const chosen = await window.showQuickPick(items, {
    title: `${plural(stuck.length, 'token')} of ${pool} locked for longer than ${limit}${more}`,
    placeHolder: 'Which of them are put back?',
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (chosen === undefined || chosen.length === 0) return;
  const unlock = { label: 'Unlock…', detail: 'The lock is taken away, and nothing else.', command: 'grid.tokens.unlock' };
  const reset = {
    label: 'Reset…',
    detail: 'Back to todo as one of the tools does it; which one is asked next.',
    command: 'grid.tokens.reset',
  };
  const act = await window.showQuickPick([unlock, reset], {
    title: plural(chosen.length, 'token'),
    placeHolder: 'How?',
    ignoreFocusOut: true,
  });
  const nodes = chosen.map(({ id }) => ({ node: 'token' as const, pool, id }));
  if (act !== undefined) await commands.executeCommand(act.command, nodes[0], nodes);
}

export interface LinksResult {
  readonly text: string;
  /** Tokens without links, and lines that are none; absent when there are none. */
  readonly failed?: readonly Failure[];
}

export async function exportTokenLinks(
  call: Person | Program,
  ports: PoolPorts & { readonly sites: Sites },
): Promise<LinksResult | undefined> {
  needTrust('Reading tokens');
  const sites = ports.sites.table;
  if (call.by === 'program') {
    const { pool, ...options } = optionsOf(call.options, whichShape);
    const { text, failed } = await linksOf(await ports.pools.open(pool), whichOf(options), { signal: noCancel, sites });
    return failed.length === 0 ? { text } : { text, failed };
  }
  const selection = await selectionMeant(call, ports, 'Export links');
  if (selection === undefined) return undefined;
  const { pool } = selection;
  const connection = await ports.pools.open(pool);
  const { text, links, tokens, failed } = await withProgress(`Reading links of ${pool}`, async (signal, progress) =>
    linksOf(connection, await oneWhich(connection, selection, signal), {
      signal,
      sites,
      progress: (done) => progress.report({ message: plural(done, 'token') }),
    }),
  );
  logFailures(`Tokens of ${pool} without links, and lines that are none:`, failed);
  if (links === 0) throw new GridError('notFound', `None of ${plural(tokens, 'token')} has links.`, { hint: 'The log says why.' });
  await window.showTextDocument(await workspace.openTextDocument({ language: languageId, content: text }));
  const rest = failed.length === 0 ? '' : ` ${plural(failed.length, 'line')} of the log say what has none.`;
  void window.showInformationMessage(`${plural(links, 'link')} of ${plural(tokens, 'token')}, in their order.${rest}`);
  return failed.length === 0 ? { text } : { text, failed };
}

/** Several selections are counted once each. */
async function oneWhich(pool: Pool, { whiches }: Selection, signal: AbortSignal): Promise<Which> {
  const [only, ...more] = whiches;
  return only !== undefined && more.length === 0 ? only : thoseSeen(await surveyOf(pool, whiches, { signal }));
}

export interface DownloadResult {
  /** Addresses of the files, those that were there already included. */
  readonly files: readonly string[];
  readonly failed?: readonly Failure[];
}

export async function downloadTokens(call: Person | Program, ports: PoolPorts): Promise<DownloadResult | undefined> {
  needTrust('Downloading attachments');
  if (call.by === 'program') {
    const { pool, to, name, ...options } = optionsOf(call.options, { ...whichShape, to: 'uri', name: 'string?' });
    const named = name === undefined ? {} : { name };
    const found = await downloadAttachments(await ports.pools.open(pool), whichOf(options), {
      signal: noCancel,
      folder: folderOf(to),
      ...named,
    });
    return resultOf(found);
  }
  const selection = await selectionMeant(call, ports, 'Download attachments');
  if (selection === undefined) return undefined;
  const name = await nameMeant(call);
  if (name === undefined) return undefined;
  const uri = (
    await window.showOpenDialog({
      title: 'Choose a folder for the attachments',
      openLabel: 'Download Here',
      canSelectFiles: false,
      canSelectFolders: true,
    })
  )?.[0];
  if (uri === undefined) return undefined;
  const { pool } = selection;
  const connection = await ports.pools.open(pool);
  const found = await withProgress(`Downloading attachments of ${pool}`, async (signal, progress) =>
    downloadAttachments(connection, await oneWhich(connection, selection, signal), {
      signal,
      folder: folderOf(uri),
      ...(name === '' ? {} : { name }),
      progress: (tokens) => progress.report({ message: plural(tokens, 'token') }),
    }),
  );
  logFailures(`Attachments of ${pool} that were not downloaded:`, found.failed);
  tellDownloaded(found.files, found.failed.length);
  return resultOf(found);
}

function resultOf({ files, failed }: { readonly files: readonly string[]; readonly failed: readonly Failure[] }): DownloadResult {
  const uris = files.map((file) => Uri.file(file).toString());
  return failed.length === 0 ? { files: uris } : { files: uris, failed };
}

function folderOf(uri: Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  throw new GridError('rejected', `${uri.toString()} is no folder of this machine.`, { hint: 'Choose a place on its disk.' });
}

/** The attachment that was clicked, or the one whose name is typed; '' for all. */
async function nameMeant({ nodes }: Person): Promise<string | undefined> {
  const [node, ...more] = nodes as readonly TokensNode[];
  if (node?.node === 'attachment' && more.length === 0) return node.name;
  return window.showInputBox({
    title: 'Download attachments',
    prompt: 'Name of the attachment; leave it empty for all',
    placeHolder: 'srm.txt',
    ignoreFocusOut: true,
  });
}

function tellDownloaded(files: readonly string[], failed: number): void {
  const [first] = files;
  if (first === undefined) {
    void window.showInformationMessage(
      failed === 0 ? 'These tokens have no such attachment.' : 'No attachment was downloaded; the log says why.',
    );
    return;
  }
  const rest = failed === 0 ? '' : ` ${count(failed)} were not; the log says why.`;
  const copy = 'Copy Path';
  void window.showInformationMessage(`${plural(files.length, 'attachment')} downloaded.${rest}`, copy).then((answer) => {
    if (answer === copy) void env.clipboard.writeText(first);
  });
}
