/** What calls for the workbench without a person's asking. Cheap, because it runs in every window. */
import { Uri, window, workspace, type Disposable, type ExtensionContext, type TextDocument } from 'vscode';
import { languageId } from './languageId';

/** Plain text that may be a list of links; language/association.ts decides. */
const perhapsLinks = /^[\uFEFF\s]*(?:#[^\n]*\s+)*(?:[a-z]+:\/\/|\/)/i;
const lookAt = 4096;

export function wake(context: ExtensionContext, workbench: () => Promise<unknown>): readonly Disposable[] {
  const look = (document: TextDocument): void => {
    const calls = document.languageId === languageId || (document.languageId === 'plaintext' && perhapsLinks.test(headOf(document)));
    if (calls) void workbench();
  };
  for (const { document } of window.visibleTextEditors) look(document);
  void onRecord(context).then((found) => found && workbench());
  return [
    window.onDidChangeVisibleTextEditors((editors) => editors.forEach(({ document }) => look(document))),
    // What is pasted into a new document is not there yet when it is shown.
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.isUntitled && contentChanges.some(({ range }) => range.start.line === 0)) look(document);
    }),
    workspace.onDidOpenTextDocument((document) => document.languageId === languageId && look(document)),
  ];
}

function headOf(document: TextDocument): string {
  let head = '';
  for (let line = 0; line < document.lineCount && head.length < lookAt; line++) head += `${document.lineAt(line).text.slice(0, lookAt)}\n`;
  return head;
}

/** Whether a window has written anything down; the folder is made with the first line. */
async function onRecord(context: ExtensionContext): Promise<boolean> {
  // Not workspace.fs: it writes an error into the log of every window that has no such folder.
  const { readdir } = await import('node:fs/promises');
  const names = await readdir(Uri.joinPath(context.globalStorageUri, 'journal').fsPath).catch(() => []);
  return names.some((name) => name.endsWith('.jsonl'));
}
