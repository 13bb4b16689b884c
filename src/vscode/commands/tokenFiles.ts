/** Tokens as files: opening them, their ids, and what to do when somebody else has changed one that was edited. */
import { commands, env, window } from 'vscode';
import { GridError } from '../../core/errors';
import { plural } from '../../core/wording';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import type { Pools } from '../pools';
import type { Choice, Conflicts, Resolved } from '../tokens/conflicts';
import type { TokenFiles } from '../tokens/files';
import { attachmentUri, documentUri } from '../tokens/uri';
import type { TokensNode } from '../trees/tokens';
import type { ViewsNode } from '../trees/views';
import { needTrust } from '../trust';
import { poolMeant } from './pools';

export interface OpenResult {
  /** The address of the document. */
  readonly uri: string;
}

export interface FilePorts {
  readonly pools: Pools;
  readonly files: () => Promise<TokenFiles>;
}

export interface TokenName {
  readonly pool: string;
  readonly id: string;
}

/** Shows the document of a token. */
export async function openToken(call: Person | Program, { pools, files }: FilePorts): Promise<OpenResult | undefined> {
  needTrust('Opening a token');
  const tokens =
    call.by === 'program' ? [named(optionsOf(call.options, { pool: 'string', id: 'string' }), pools)] : await meant(call, pools);
  if (tokens.length > mostOpened)
    throw new GridError('rejected', `${plural(tokens.length, 'token')} are too many to open at once.`, {
      hint: `Select ${mostOpened} at most.`,
    });
  let shown: string | undefined;
  for (const { pool, id } of tokens) {
    const uri = documentUri(pool, id);
    // A token that is not there is told as such, not by an editor that has nothing to show.
    await (await files()).show({ pool, id });
    await commands.executeCommand('vscode.open', uri, { preview: tokens.length === 1 });
    shown = uri.toString();
  }
  return shown === undefined ? undefined : { uri: shown };
}

const mostOpened = 20;

function named<T extends TokenName>(token: T, pools: Pools): T {
  pools.find(token.pool);
  return token;
}

/** Tokens of the nodes that are selected, or one whose id is asked for. */
async function meant(call: Person, pools: Pools): Promise<readonly TokenName[]> {
  const nodes = tokensOf(call);
  if (nodes.length > 0) return nodes;
  const pool = await poolMeant(call, pools, 'Open a token');
  if (pool === undefined) return [];
  const id = await window.showInputBox({ title: 'Open a token', prompt: `Its id in ${pool}`, ignoreFocusOut: true });
  return id === undefined || id === '' ? [] : [{ pool, id }];
}

/** Tokens among what is selected; of an attachment its token. */
export function tokensOf({ nodes }: Person): readonly TokenName[] {
  const tokens = (nodes as readonly (TokensNode | ViewsNode)[]).flatMap((node) =>
    node.node === 'token' || node.node === 'attachment' || node.node === 'row' ? [{ pool: node.pool, id: node.id }] : [],
  );
  return tokens.filter(({ pool, id }, at) => tokens.findIndex((each) => each.pool === pool && each.id === id) === at);
}

export async function openAttachment(call: Person | Program, { pools, files }: FilePorts): Promise<OpenResult | undefined> {
  needTrust('Opening an attachment');
  const wanted =
    call.by === 'program'
      ? [named(optionsOf(call.options, { pool: 'string', id: 'string', name: 'string' }), pools)]
      : (call.nodes as readonly TokensNode[]).filter((node) => node.node === 'attachment');
  let shown: string | undefined;
  for (const { pool, id, name } of wanted.slice(0, mostOpened)) {
    const uri = attachmentUri(pool, id, name);
    if (!(await (await files()).show({ pool, id })).attachments.has(name))
      throw new GridError('notFound', `“${id}” has no attachment “${name}”.`, { hint: 'It may have been deleted meanwhile.' });
    await commands.executeCommand('vscode.open', uri, { preview: wanted.length === 1 });
    shown = uri.toString();
  }
  return shown === undefined ? undefined : { uri: shown };
}

/** Ids of the tokens that are selected, one a line. */
export async function copyTokenIds(call: Person | Program): Promise<{ readonly text: string } | undefined> {
  if (call.by === 'program') throw new GridError('rejected', 'This command is for a person.');
  const ids = tokensOf(call).map(({ id }) => id);
  if (ids.length === 0) return undefined;
  const text = ids.join('\n');
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(ids.length === 1 ? `Token id ${text} copied` : `${plural(ids.length, 'token id')} copied`, 4000);
  return { text };
}

/** Ends a conflict: with their version, with ours over theirs, or with both. */
export async function resolveConflict(call: Person | Program, choice: Choice, conflicts: Conflicts): Promise<Resolved | undefined> {
  if (call.by === 'program') {
    optionsOf(call.options, {});
    const [uri] = urisOf(call.subject);
    if (uri === undefined) throw new GridError('rejected', 'A document is missing: pass its Uri first.');
    return conflicts.resolve(uri, choice);
  }
  const uri = call.uris[0] ?? window.activeTextEditor?.document.uri;
  if (uri === undefined) return undefined;
  if (choice === 'mine' && !(await agreed(uri, conflicts))) return undefined;
  const resolved = await conflicts.resolve(uri, choice);
  if (!resolved.saved && resolved.clashes.length > 0) {
    const fields = resolved.clashes.join(', ');
    void window.showInformationMessage(
      `What only one of you has changed is merged. Both have changed ${fields}: yours stand in the text, the arrows of the comparison take theirs. Then save.`,
    );
  }
  return resolved;
}

async function agreed(uri: Parameters<Conflicts['of']>[0], conflicts: Conflicts): Promise<boolean> {
  const conflict = conflicts.of(uri);
  const write = 'Write Mine';
  const detail = conflicts.lossOf(conflict);
  return (await window.showWarningMessage(`Write your version of “${conflict.id}” over theirs?`, { modal: true, detail }, write)) === write;
}
