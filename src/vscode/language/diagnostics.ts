/**
 * Problems of link lists, kept up while typing: an edit costs as much as the edited lines, not the list. Published once
 * the keys rest.
 */
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
  type TextDocument,
  type TextDocumentChangeEvent,
  type Uri,
} from 'vscode';
import { LinkDocument } from '../../core/links/document';
import type { Problem } from '../../core/links/rule';
import { count } from '../../core/wording';
import { Store } from '../disposable';
import { languageId } from '../languageId';
import { maxProblems } from '../settings';
import type { Sites } from '../sites';

const restMs = 150;

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

interface Open {
  links: LinkDocument;
  timer: NodeJS.Timeout | undefined;
}

export class Diagnostics implements Disposable {
  readonly #store = new Store();
  readonly #collection = this.#store.add(languages.createDiagnosticCollection('grid-links'));
  readonly #open = new Map<string, Open>();

  constructor(private readonly sites: Sites) {
    this.#store.add(workspace.onDidOpenTextDocument((document) => this.#opened(document)));
    this.#store.add(workspace.onDidChangeTextDocument((event) => this.#edited(event)));
    this.#store.add(workspace.onDidCloseTextDocument((document) => this.#closed(document.uri)));
    this.#store.add(sites.onChange(() => this.#readAgain()));
    this.#store.add(
      workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('grid.links.maxProblems') && this.#readAgain()),
    );
    for (const document of workspace.textDocuments) this.#opened(document);
  }

  /** The problems of a document as it is now; none for one that is no list. */
  problemsOf(document: TextDocument): readonly Problem[] {
    return this.#open.get(document.uri.toString())?.links.problems() ?? [];
  }

  #opened(document: TextDocument): void {
    if (document.languageId !== languageId) return;
    const open = { links: new LinkDocument(document.getText(), this.sites.table), timer: undefined };
    this.#open.set(document.uri.toString(), open);
    this.#publish(document.uri, open);
  }

  #edited({ document, contentChanges }: TextDocumentChangeEvent): void {
    const open = this.#open.get(document.uri.toString());
    if (open === undefined || contentChanges.length === 0) return;
    for (const { range, text } of contentChanges) open.links.edit(range, text);
    // Should the two ever disagree about lines, the editor is right.
    if (open.links.lineCount !== document.lineCount) open.links = new LinkDocument(document.getText(), this.sites.table);
    clearTimeout(open.timer);
    open.timer = setTimeout(() => this.#publish(document.uri, open), restMs);
  }

  #closed(uri: Uri): void {
    clearTimeout(this.#open.get(uri.toString())?.timer);
    this.#open.delete(uri.toString());
    this.#collection.delete(uri);
  }

  #readAgain(): void {
    for (const document of workspace.textDocuments) this.#opened(document);
  }

  #publish(uri: Uri, open: Open): void {
    const problems = open.links.problems();
    const limit = maxProblems();
    const shown = problems.slice(0, limit).map((problem) => toDiagnostic(problem, uri));
    if (problems.length > limit) shown.push(cappedNotice(problems.length, limit));
    this.#collection.set(uri, shown);
  }

  dispose(): void {
    for (const { timer } of this.#open.values()) clearTimeout(timer);
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
