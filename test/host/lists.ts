/** Lists in the editor, as the tests of their language open and ask for them. */
import assert from 'node:assert/strict';
import { languages, window, workspace, type CodeAction, type CodeActionKind, type Range, type TextDocument, type Uri } from 'vscode';
import { execute, linksAt } from './practice';

/** Three good links of one observation. */
export const [a = '', b = '', c = ''] = linksAt('sara', 1, 3);

export const codes = (uri: Uri) => languages.getDiagnostics(uri).map(({ code }) => code);

/** A new list, shown. */
export async function open(...lines: readonly string[]): Promise<TextDocument> {
  return (await window.showTextDocument(await workspace.openTextDocument({ language: 'grid-links', content: lines.join('\n') }))).document;
}

export async function actions(document: TextDocument, range: Range, kind: CodeActionKind, resolve = 0): Promise<readonly CodeAction[]> {
  return execute('vscode.executeCodeActionProvider', document.uri, range, kind.value, resolve);
}

export function named(found: readonly CodeAction[], title: string | RegExp): CodeAction {
  const action = found.find((each) => (typeof title === 'string' ? each.title === title : title.test(each.title)));
  assert.ok(action, `${String(title)}, of: ${found.map((each) => each.title).join(', ')}`);
  return action;
}

/** Does what choosing an action does. */
export async function choose({ edit, command }: CodeAction): Promise<void> {
  if (edit !== undefined) assert.ok(await workspace.applyEdit(edit));
  if (command !== undefined) await execute(command.command, ...((command.arguments ?? []) as unknown[]));
}
