/** The light bulb of a token. */
import {
  CodeAction,
  CodeActionKind,
  WorkspaceEdit,
  type CodeActionContext,
  type CodeActionProvider,
  type CodeActionProviderMetadata,
  type Range,
  type TextDocument,
} from 'vscode';
import type { TokenText } from './document';
import { isOf } from './reading';

export class TokenFixes implements CodeActionProvider {
  static readonly metadata: CodeActionProviderMetadata = { providedCodeActionKinds: [CodeActionKind.QuickFix] };

  constructor(private readonly text: TokenText) {}

  provideCodeActions(document: TextDocument, range: Range, { diagnostics }: CodeActionContext): CodeAction[] {
    if (!isOf(document, this.text)) return [];
    return this.text.problems.flatMap((problem) => {
      const place = this.text.rangeOf(problem);
      if (range.intersection(place) === undefined) return [];
      const shown = diagnostics.filter(({ code, range: at }) => code === problem.code && at.isEqual(place));
      return (problem.fixes ?? []).map(({ title, edits }) => {
        const action = new CodeAction(title, CodeActionKind.QuickFix);
        action.edit = new WorkspaceEdit();
        for (const edit of edits) action.edit.replace(document.uri, this.text.rangeOf(edit), edit.text);
        action.diagnostics = shown;
        action.isPreferred = problem.fixes?.length === 1;
        return action;
      });
    });
  }
}
