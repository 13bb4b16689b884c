/** One click for a problem whose mend is certain: another host or port, one slash, no junk, no second copy. */
import {
  CodeAction,
  CodeActionKind,
  Range,
  WorkspaceEdit,
  type CodeActionContext,
  type CodeActionProvider,
  type CodeActionProviderMetadata,
  type Diagnostic,
  type TextDocument,
} from 'vscode';
import type { Problem, Remedy } from '../../core/links/rule';
import type { Diagnostics } from './diagnostics';

export class ListFixes implements CodeActionProvider {
  static readonly metadata: CodeActionProviderMetadata = { providedCodeActionKinds: [CodeActionKind.QuickFix] };

  constructor(private readonly diagnostics: Diagnostics) {}

  provideCodeActions(document: TextDocument, range: Range, context: CodeActionContext): CodeAction[] {
    const mendable = this.diagnostics
      .problemsOf(document)
      .filter(({ line, data }) => data !== undefined && line >= range.start.line && line <= range.end.line);
    return context.diagnostics.flatMap((diagnostic) => {
      const problem = mendable.find((each) => each.code === diagnostic.code && each.line === diagnostic.range.start.line);
      return problem?.data === undefined ? [] : [toAction(document, diagnostic, problem, problem.data)];
    });
  }
}

function toAction(document: TextDocument, diagnostic: Diagnostic, problem: Problem, remedy: Remedy): CodeAction {
  // The diagnostic may be older than the last key; the problem is of the text as it is.
  const place = new Range(problem.line, problem.start, problem.line, problem.end);
  const action = new CodeAction(titleOf(remedy, document.getText(place)), CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.isPreferred = true;
  action.edit = new WorkspaceEdit();
  if (remedy.removeLine === true) action.edit.delete(document.uri, document.lineAt(problem.line).rangeIncludingLineBreak);
  else action.edit.replace(document.uri, place, remedy.replace ?? '');
  return action;
}

function titleOf({ replace, removeLine }: Remedy, now: string): string {
  if (removeLine === true) return 'Remove this line';
  return replace === '' ? `Remove "${now.length > 30 ? `${now.slice(0, 30)}…` : now}"` : `Write ${replace ?? ''} instead of ${now}`;
}
