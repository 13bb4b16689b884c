/** Tokens in the editor, as the tests of their files and their language open and change them. */
import { Range, Uri, window, workspace, WorkspaceEdit, type TextDocument } from 'vscode';
import { attachmentPath, documentPath } from '../../src/core/tokens/path';
import { execute, eventually, practicePool } from './practice';

/** A name that has to be encoded. */
export const poolName = 'my pool/1';

export const tokenUri = (id: string): Uri => Uri.from({ scheme: 'gridtoken', path: documentPath(poolName, id) });
export const fileUri = (id: string, name: string): Uri => Uri.from({ scheme: 'gridtoken', path: attachmentPath(poolName, id, name) });

export async function addPool(): Promise<void> {
  const { url, database, operator } = practicePool;
  await execute('grid.pool.add', { name: poolName, url, database, ...operator });
}

export async function removePool(): Promise<void> {
  await execute('grid.pool.remove', { name: poolName });
}

/** A free token of a type that nobody else uses. */
export async function make(id: string, fields: object = {}): Promise<void> {
  await practicePool.write([{ _id: id, type: 'files', lock: 0, done: 0, scrub_count: 0, note: 'x', ...fields }]);
}

/** What a pilot or another window does to a token. */
export async function change(id: string, fields: object): Promise<void> {
  const found = await practicePool.document(id);
  await practicePool.write([{ ...found, ...fields }]);
}

export async function openToken(id: string): Promise<TextDocument> {
  await execute('grid.tokens.open', { pool: poolName, id });
  return eventually(
    `${id} is shown`,
    () => window.activeTextEditor?.document.uri.toString() === tokenUri(id).toString() && window.activeTextEditor.document,
  );
}

/** Replaces a piece of a text, as somebody who types. */
export async function edit(document: TextDocument, from: string | RegExp, to: string): Promise<void> {
  const found = typeof from === 'string' ? { at: document.getText().indexOf(from), length: from.length } : matchOf(document, from);
  if (found.at < 0) throw new Error(`“${String(from)}” is not in ${document.getText()}`);
  const change = new WorkspaceEdit();
  change.replace(document.uri, new Range(document.positionAt(found.at), document.positionAt(found.at + found.length)), to);
  if (!(await workspace.applyEdit(change))) throw new Error('not edited');
}

function matchOf(document: TextDocument, pattern: RegExp): { at: number; length: number } {
  const match = pattern.exec(document.getText());
  return { at: match?.index ?? -1, length: match?.[0].length ?? 0 };
}

export async function setText(document: TextDocument, text: string): Promise<void> {
  const change = new WorkspaceEdit();
  change.replace(document.uri, new Range(0, 0, document.lineCount, 0), text);
  if (!(await workspace.applyEdit(change))) throw new Error('not edited');
}

/** The editor throws its text away. */
export async function revert(document: TextDocument): Promise<void> {
  await window.showTextDocument(document);
  await execute('workbench.action.files.revert');
}
