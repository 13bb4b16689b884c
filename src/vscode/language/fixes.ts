/**
 * Light bulbs. One for each problem that can be mended here; all problems of a kind; all whose mend is certain. How sure
 * a mend is, core/links/rule.ts says.
 */
import {
  CodeAction,
  CodeActionKind,
  Position,
  Range,
  WorkspaceEdit,
  type CodeActionContext,
  type CodeActionProvider,
  type CodeActionProviderMetadata,
  type Diagnostic,
  type TextDocument,
} from 'vscode';
import type { LinkDocument } from '../../core/links/document';
import { editOf, isCertain, isMendable, isMendedTogether, mend, type Mendable } from '../../core/links/mend';
import type { Problem, ProblemCode } from '../../core/links/rule';
import { count } from '../../core/wording';
import { textEdits } from '../edit';
import type { Sites } from '../sites';
import type { OpenLists } from './openLists';

export const fixAllKind = CodeActionKind.SourceFixAll.append('grid');

/** Mends many problems. What that takes is found out when it is chosen: a list may have 100 000 of them. */
class Sweep extends CodeAction {
  constructor(
    title: string,
    kind: CodeActionKind,
    readonly document: TextDocument,
    readonly wanted: (problem: Mendable) => boolean,
  ) {
    super(title, kind);
  }
}

export class ListFixes implements CodeActionProvider {
  static readonly metadata: CodeActionProviderMetadata = { providedCodeActionKinds: [CodeActionKind.QuickFix, fixAllKind] };

  constructor(
    private readonly lists: OpenLists,
    private readonly sites: Sites,
  ) {}

  provideCodeActions(document: TextDocument, range: Range, context: CodeActionContext): CodeAction[] {
    const list = this.lists.of(document);
    if (list === undefined) return [];
    const { only } = context;
    const problems = list.problems();
    if (only !== undefined && !only.contains(CodeActionKind.QuickFix))
      return only.contains(fixAllKind) && total(problems, isCertain) > 0 ? [certainSweep(document, fixAllKind)] : [];
    const here = problems.filter(({ line }) => line >= range.start.line && line <= range.end.line);
    const actions: CodeAction[] = [];
    const codes = new Map<ProblemCode, Diagnostic[]>();
    for (const diagnostic of context.diagnostics) {
      // The diagnostic may be older than the last key; the problem is of the text as it is.
      const problem = here.find(({ code, line }) => code === diagnostic.code && line === diagnostic.range.start.line);
      if (problem === undefined) continue;
      actions.push(...ownActions(document, list, problem, diagnostic));
      if (isMendable(problem)) codes.set(problem.code, [...(codes.get(problem.code) ?? []), diagnostic]);
    }
    return [...actions, ...sweeps(document, problems, here, codes)];
  }

  resolveCodeAction(action: CodeAction): CodeAction {
    if (!(action instanceof Sweep)) return action;
    const { changes } = mend(action.document.getText(), this.sites.table, action.wanted);
    action.edit = new WorkspaceEdit();
    action.edit.set(action.document.uri, textEdits(action.document, changes));
    return action;
  }
}

function certainSweep(document: TextDocument, kind: CodeActionKind): Sweep {
  return new Sweep('Fix all problems that have a certain fix', kind, document, isCertain);
}

/** How many problems there are of a kind, each counted for all lines it speaks for. */
function total(problems: readonly Problem[], wanted: (problem: Mendable) => boolean): number {
  return problems.reduce((sum, problem) => sum + (isMendable(problem) && wanted(problem) ? (problem.count ?? 1) : 0), 0);
}

function sweeps(
  document: TextDocument,
  problems: readonly Problem[],
  here: readonly Problem[],
  codes: ReadonlyMap<ProblemCode, readonly Diagnostic[]>,
): CodeAction[] {
  const actions = [...codes].flatMap(([code, diagnostics]) => {
    const wanted = (problem: Mendable) => problem.code === code && isMendedTogether(problem);
    const number = total(problems, wanted);
    if (number < 2) return [];
    const action = new Sweep(`Fix all ${count(number)} "${code}" problems`, CodeActionKind.QuickFix, document, wanted);
    action.diagnostics = [...diagnostics];
    action.isPreferred = here.some((problem) => problem.code === code && problem.count !== undefined);
    return [action];
  });
  const certain = codes.size > 0 && total(problems, isCertain) > 1;
  return certain ? [...actions, certainSweep(document, CodeActionKind.QuickFix)] : actions;
}

/** What can be done about one problem at its place. */
function ownActions(document: TextDocument, list: LinkDocument, problem: Problem, diagnostic: Diagnostic): CodeAction[] {
  const { code, line, start, related } = problem;
  const actions: CodeAction[] = [];
  const offer = (title: string, edit?: (edit: WorkspaceEdit) => void): CodeAction => {
    const action = new CodeAction(title, CodeActionKind.QuickFix);
    action.diagnostics = [diagnostic];
    if (edit !== undefined) edit((action.edit = new WorkspaceEdit()));
    actions.push(action);
    return action;
  };
  const run = (title: string, command: string, ...args: readonly unknown[]): unknown =>
    (offer(title).command = { title, command, arguments: [...args] });
  const remove = (number: number) => (edit: WorkspaceEdit) => edit.delete(document.uri, document.lineAt(number).rangeIncludingLineBreak);
  // One problem that speaks for many lines is mended for all of them.
  if (isMendable(problem) && problem.count === undefined) {
    const { removeLine, certainty } = problem.data;
    const mended = editOf(document.lineAt(line).text, problem);
    const place = new Range(line, mended.start, line, mended.end);
    const action = offer(
      titleOf(problem, document.getText(new Range(line, start, line, problem.end))),
      removeLine === true ? remove(line) : (edit) => edit.replace(document.uri, place, mended.replace),
    );
    action.isPreferred = certainty !== 'choice';
    if (removeLine === true && related !== undefined && certainty !== 'certain')
      offer(`Remove line ${related.line + 1}, the other one`, remove(related.line));
  }
  if (code === 'joined-links') {
    offer('Put it on a line of its own', (edit) => edit.insert(document.uri, new Position(line, start), '\n'));
  } else if (code === 'trailing-text' && problem.data === undefined) {
    const gap = new Range(line, list.rows[line]?.end ?? start, line, start);
    offer('Put it on a line of its own', (edit) => edit.replace(document.uri, gap, '\n'));
  } else if ((code === 'trailing-text' || code === 'not-a-link') && problem.count === undefined) {
    offer('Make it a comment', (edit) => edit.insert(document.uri, new Position(line, start), '# '));
  } else if (code === 'mixed-observations')
    run('Split the list by observation', 'grid.links.split', document.uri, [document.uri], 'observation');
  else if (code === 'mixed-sites') run('Split the list by site', 'grid.links.split', document.uri, [document.uri], 'site');
  else if (code === 'missing-subbands') {
    const names = list.missing(line);
    const title = names.length === 1 ? 'Copy the name of the missing subband' : `Copy the names of ${count(names.length)} missing subbands`;
    if (names.length > 0) run(title, 'grid.links.copy', names.join('\n'));
  }
  return actions;
}

function titleOf({ code, data: { replace, removeLine } }: Mendable, now: string): string {
  if (removeLine === true) return 'Remove this line';
  if (code === 'quoted-link' || code === 'comma-in-link') return 'Write the link alone';
  if (code === 'not-a-link') return 'Put the link first';
  return replace === '' ? `Remove "${now.length > 30 ? `${now.slice(0, 30)}…` : now}"` : `Write ${replace ?? ''} instead of ${now}`;
}
