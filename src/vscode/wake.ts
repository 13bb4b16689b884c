/** What calls for the workbench without a person's asking. Cheap, because it runs in every window. */
import { Uri, window, workspace, type Disposable, type ExtensionContext, type TextDocument } from 'vscode';
import { headOf } from './head';
import { languageId } from './languageId';

/** Plain text that may be a list of links; language/association.ts decides. */
const perhapsLinks = /^[\uFEFF\s]*(?:#[^\n]*\s+)*(?:[a-z]+:\/\/|\/)/i;
/** Text that may be step configuration; language/steps.ts decides. */
const perhapsStep =
  /^[\uFEFF\s{]*["']?(?:Token|LRT|step_name|tokvar|reduction_params|ignore[-_]unstaged|srms_per_node|num[-_]per[-_]node)["']?\s*:|["']Token["']\s*:/m;
/** A local copy of a token; language/tokens.ts decides. */
const perhapsToken = /"lock"\s*:/;
const stepName = /(?:\.(?:step|token)\.(?:ya?ml|json)|(?:^|\/)token[^/]*\.ya?ml)$/i;

export function wake(context: ExtensionContext, workbench: () => Promise<unknown>): readonly Disposable[] {
  const look = (document: TextDocument): void => {
    if (isCalling(document)) void workbench();
  };
  for (const { document } of window.visibleTextEditors) look(document);
  void onRecord(context).then((found) => found && workbench());
  return [
    window.onDidChangeVisibleTextEditors((editors) => editors.forEach(({ document }) => look(document))),
    // What is pasted into a new document is not there yet when it is shown.
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.isUntitled && contentChanges.some(({ range }) => range.start.line === 0)) look(document);
    }),
    workspace.onDidOpenTextDocument((document) => document.languageId !== 'plaintext' && look(document)),
  ];
}

function isCalling(document: TextDocument): boolean {
  switch (document.languageId) {
    case languageId:
      return true;
    case 'plaintext':
      return perhapsLinks.test(headOf(document));
    case 'yaml':
      return stepName.test(document.uri.path) || perhapsStep.test(headOf(document));
    case 'json':
    case 'jsonc':
      return stepName.test(document.uri.path) || perhapsStep.test(headOf(document)) || perhapsToken.test(headOf(document));
    case 'properties':
      return document.uri.path.endsWith('.cfg') && perhapsStep.test(headOf(document));
    default:
      return false;
  }
}

/** Whether a window has written anything down; the folder is made with the first line. */
async function onRecord(context: ExtensionContext): Promise<boolean> {
  // Not workspace.fs: it writes an error into the log of every window that has no such folder.
  const { readdir } = await import('node:fs/promises');
  const names = await readdir(Uri.joinPath(context.globalStorageUri, 'journal').fsPath).catch(() => []);
  return names.some((name) => name.endsWith('.jsonl'));
}
