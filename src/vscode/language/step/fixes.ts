/** The light bulb of a step: each fix, all of one kind, and all that are certain. */
import {
  CodeAction,
  CodeActionKind,
  commands,
  WorkspaceEdit,
  type CodeActionContext,
  type CodeActionProvider,
  type CodeActionProviderMetadata,
  type Diagnostic,
  type Range,
  type TextDocument,
} from 'vscode';
import { apart, certainFix, changes, chosenFix, fixAll } from '../../../core/config/edit/fix';
import type { Edit, Problem } from '../../../core/config/rules/rule';
import type { Sites } from '../../sites';
import type { StepDocument } from './document';

const fixAllKind = CodeActionKind.SourceFixAll.append('grid');
const importCommand = 'grid.config.import';

export class StepFixes implements CodeActionProvider {
  static readonly metadata: CodeActionProviderMetadata = { providedCodeActionKinds: [CodeActionKind.QuickFix, fixAllKind] };

  constructor(
    private readonly step: StepDocument,
    private readonly sites: Sites,
  ) {}

  async provideCodeActions(document: TextDocument, range: Range, { only, diagnostics }: CodeActionContext): Promise<CodeAction[]> {
    if (only?.intersects(fixAllKind) === true) return this.#all(document);
    const { problems } = this.step;
    // Diagnostics may be older than the last key; the problems are of the text as it is.
    const here = problems.filter((problem) => range.intersection(this.step.rangeOf(problem)) !== undefined);
    const actions: CodeAction[] = [];
    for (const problem of here) {
      const place = this.step.rangeOf(problem);
      const shown = diagnostics.filter(({ code, range: at }) => code === problem.code && at.isEqual(place));
      if (problem.code === 'legacy-file') actions.push(...(await importAction(document, shown)));
      else actions.push(...this.#quick(document, problem, shown));
    }
    for (const code of new Set(here.map((problem) => problem.code))) {
      const same = problems.filter((problem) => problem.code === code);
      actions.push(...this.#allOf(document, code, same, diagnostics));
    }
    return actions;
  }

  #quick(document: TextDocument, problem: Problem, shown: Diagnostic[]): CodeAction[] {
    const chosen = chosenFix(problem);
    return (problem.fixes ?? []).map((fix) => {
      const action = this.#action(document, fix.title, CodeActionKind.QuickFix, fix.edits, shown);
      action.isPreferred = fix === chosen;
      return action;
    });
  }

  #allOf(document: TextDocument, code: string, same: readonly Problem[], shown: readonly Diagnostic[]): CodeAction[] {
    const fixes = apart(same.flatMap((problem) => chosenFix(problem) ?? []));
    if (fixes.length < 2) return [];
    const title = `Fix all ${fixes.length} “${code}” problems`;
    const edits = fixes.flatMap((fix) => fix.edits);
    return [
      this.#action(
        document,
        title,
        CodeActionKind.QuickFix,
        edits,
        shown.filter((each) => each.code === code),
      ),
    ];
  }

  #all(document: TextDocument): CodeAction[] {
    const { step } = this;
    if (!step.problems.some((problem) => certainFix(problem) !== undefined)) return [];
    const before = document.getText();
    const { withoutSchema } = step.duty;
    const { text, fixed } = fixAll(before, step.syntax, { sites: this.sites.table, withoutSchema });
    const title = `Fix ${fixed === 1 ? 'the problem' : `all ${fixed} problems`} whose fix is certain`;
    return fixed === 0 ? [] : [this.#action(document, title, fixAllKind, changes(before, text), [])];
  }

  #action(document: TextDocument, title: string, kind: CodeActionKind, edits: readonly Edit[], shown: readonly Diagnostic[]): CodeAction {
    const action = new CodeAction(title, kind);
    action.edit = new WorkspaceEdit();
    for (const edit of edits) action.edit.replace(document.uri, this.step.rangeOf(edit), edit.text);
    if (shown.length > 0) action.diagnostics = [...shown];
    return action;
  }
}

async function importAction({ uri }: TextDocument, shown: Diagnostic[]): Promise<CodeAction[]> {
  const known = await commands.getCommands(true);
  if (!known.includes(importCommand)) return [];
  const action = new CodeAction('Import into a step configuration of today', CodeActionKind.QuickFix);
  action.command = { command: importCommand, title: action.title, arguments: [uri] };
  action.diagnostics = shown;
  action.isPreferred = true;
  return [action];
}
