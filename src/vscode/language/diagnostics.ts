/** Problems of link lists, published when a list is opened and once the keys rest. */
import {
  DiagnosticRelatedInformation,
  DiagnosticTag,
  languages,
  Location,
  Range,
  workspace,
  type Diagnostic,
  type Disposable,
  type Uri,
} from 'vscode';
import type { Problem } from '../../core/links/rule';
import { count } from '../../core/wording';
import { Store } from '../disposable';
import { maxProblems } from '../settings';
import { cappedNotice, diagnosticOf } from './diagnostic';
import type { OpenList, OpenLists } from './openLists';

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
    if (problems.length > limit) {
      const more = count(problems.length - limit);
      shown.push(cappedNotice(`${more} more problems are not shown; grid.links.maxProblems sets how many are.`));
    }
    this.#collection.set(document.uri, shown);
  }

  dispose(): void {
    this.#store.dispose();
  }
}

function toDiagnostic(problem: Problem, uri: Uri): Diagnostic {
  const range = new Range(problem.line, problem.start, problem.line, problem.end);
  const diagnostic = diagnosticOf(range, problem);
  const { related } = problem;
  if (related !== undefined) {
    const place = new Location(uri, new Range(related.line, related.start, related.line, related.end));
    diagnostic.relatedInformation = [new DiagnosticRelatedInformation(place, related.message)];
  }
  if (problem.code === 'retired-host') diagnostic.tags = [DiagnosticTag.Deprecated];
  return diagnostic;
}
