/** Refactorings of a list or of its selected lines. They are commands of the palette, too; here they stand beside the text. */
import {
  CodeAction,
  CodeActionKind,
  CodeActionTriggerKind,
  type CodeActionContext,
  type CodeActionProvider,
  type CodeActionProviderMetadata,
  type Range,
  type TextDocument,
} from 'vscode';
import { targetForms } from '../../core/links/convert';

const kind = CodeActionKind.RefactorRewrite.append('grid');

export class ListRewrites implements CodeActionProvider {
  static readonly metadata: CodeActionProviderMetadata = { providedCodeActionKinds: [kind] };

  provideCodeActions(document: TextDocument, range: Range, { only, triggerKind }: CodeActionContext): CodeAction[] {
    // Not unless asked for: every line of every list would have a light bulb.
    const asked = only === undefined ? triggerKind === CodeActionTriggerKind.Invoke : only.contains(kind);
    if (!asked) return [];
    const selected = !range.isEmpty;
    const action = (title: string, command: string, ...args: readonly string[]): CodeAction => {
      const each = new CodeAction(title, kind);
      each.command = { title, command, arguments: [document.uri, undefined, ...args] };
      return each;
    };
    return [
      ...targetForms.map((form) =>
        action(`Convert ${selected ? 'the selected' : 'all'} links to ${form}`, 'grid.links.convertInPlace', form),
      ),
      action(selected ? 'Sort the selected lines' : 'Sort the list', 'grid.links.sort'),
      action(selected ? 'Remove duplicates among the selected lines' : 'Remove duplicates', 'grid.links.removeDuplicates'),
    ];
  }
}
