/** Problems of link lists, published when a list is opened and once the keys rest. */
import {
  Diagnostic,
  DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DiagnosticTag,
  languages,
  Location,
  Range,
  workspace,
  type Disposable,
  type Uri,
} from 'vscode';
import type { Problem } from '../../core/links/rule';
import { count } from '../../core/wording';
import { Store } from '../disposable';
import { maxProblems } from '../settings';
import type { OpenList, OpenLists } from './openLists';

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export class Diagnostics implements Disposable {
  readonly #store = new Store();
  readonly #collection = this.#store.add(languages.createDiagnosticCollection('grid-links'));

  constructor(lists: OpenLists) {
    this.#store.add(lists.onChange((list) => this.#publish(list)));
    this.#store.add(lists.onClose((uri) => this.#collection.delete(uri)));
    this.#store.add(
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('grid.links.maxProblems')) lists.all.forEach((list) => this.#publish(list));
      }),
    );
    lists.all.forEach((list) => this.#publish(list));
  }

  #publish({ document, links }: OpenList): void {
    const problems = links.problems();
    const limit = maxProblems();
    const shown = problems.slice(0, limit).map((problem) => toDiagnostic(problem, document.uri));
    if (problems.length > limit) shown.push(cappedNotice(problems.length, limit));
    this.#collection.set(document.uri, shown);
  }

  dispose(): void {
    this.#store.dispose();
  }
}

function toDiagnostic(problem: Problem, uri: Uri): Diagnostic {
  const range = new Range(problem.line, problem.start, problem.line, problem.end);
  const diagnostic = new Diagnostic(range, problem.message, severities[problem.severity]);
  diagnostic.source = 'grid';
  diagnostic.code = problem.code;
  const { related } = problem;
  if (related !== undefined) {
    const place = new Location(uri, new Range(related.line, related.start, related.line, related.end));
    diagnostic.relatedInformation = [new DiagnosticRelatedInformation(place, related.message)];
  }
  if (problem.code === 'retired-host') diagnostic.tags = [DiagnosticTag.Deprecated];
  return diagnostic;
}

function cappedNotice(total: number, limit: number): Diagnostic {
  const text = `${count(total - limit)} more problems are not shown; grid.links.maxProblems sets how many are.`;
  const notice = new Diagnostic(new Range(0, 0, 0, 0), text, DiagnosticSeverity.Information);
  notice.source = 'grid';
  notice.code = 'more-problems';
  return notice;
}
