/**
 * The language of step configuration. Everything is registered for one document at a time: other YAML and JSON never
 * hears of us, and keeps its own formatter, outline and folding.
 */
import {
  Disposable,
  extensions,
  languages,
  workspace,
  type DiagnosticCollection,
  type DocumentSelector,
  type TextDocument,
  type Uri,
} from 'vscode';
import { Store } from '../../disposable';
import type { Sites } from '../../sites';
import { StepCompletion } from './completion';
import { toDiagnostics } from './diagnostics';
import { StepDocument } from './document';
import { StepFixes } from './fixes';
import { StepHover } from './hover';
import { StepLinks } from './links';
import { StepStatus } from './status';
import { StepFolding, StepFormat, StepSymbols } from './structure';

const restMs = 150;

interface Open {
  readonly step: StepDocument;
  readonly registered: Disposable;
  timer: NodeJS.Timeout | undefined;
}

export class StepLanguage implements Disposable {
  readonly #store = new Store();
  readonly #problems: DiagnosticCollection = this.#store.add(languages.createDiagnosticCollection('grid-step'));
  readonly #open = new Map<string, Open>();
  readonly #status = this.#store.add(new StepStatus((document) => this.#open.get(document.uri.toString())?.step));

  constructor(private readonly sites: Sites) {
    this.#store.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => contentChanges.length > 0 && this.#edited(document)),
    );
    this.#store.add(workspace.onDidCloseTextDocument(({ uri }) => this.#close(uri)));
    this.#store.add(
      sites.onChange(() => {
        for (const { step } of this.#open.values()) {
          step.forget();
          this.#publish(step);
        }
      }),
    );
    this.#store.add(extensions.onDidChange(() => this.#openAgain()));
  }

  /** Takes a document for a step, until it is closed. */
  open(document: TextDocument): void {
    const key = document.uri.toString();
    if (this.#open.has(key) || document.isClosed) return;
    const step = new StepDocument(document, this.sites);
    this.#open.set(key, { step, registered: register(step, this.sites), timer: undefined });
    this.#publish(step);
  }

  #edited(document: TextDocument): void {
    const open = this.#open.get(document.uri.toString());
    if (open === undefined) return;
    clearTimeout(open.timer);
    open.timer = setTimeout(() => this.#publish(open.step), restMs);
  }

  #close(uri: Uri): void {
    const open = this.#open.get(uri.toString());
    if (open === undefined) return;
    clearTimeout(open.timer);
    open.registered.dispose();
    this.#open.delete(uri.toString());
    this.#problems.delete(uri);
  }

  /** An extension came or went, and with it what is ours. */
  #openAgain(): void {
    for (const { step } of [...this.#open.values()]) {
      this.#close(step.document.uri);
      this.open(step.document);
    }
  }

  #publish(step: StepDocument): void {
    this.#problems.set(step.document.uri, toDiagnostics(step));
    this.#status.show();
  }

  dispose(): void {
    for (const { step } of [...this.#open.values()]) this.#close(step.document.uri);
    this.#store.dispose();
  }
}

function register(step: StepDocument, sites: Sites): Disposable {
  const { languageId, uri } = step.document;
  const selector: DocumentSelector = { language: languageId, scheme: uri.scheme, pattern: uri.fsPath };
  const all = [
    languages.registerCodeActionsProvider(selector, new StepFixes(step, sites), StepFixes.metadata),
    languages.registerHoverProvider(selector, new StepHover(step, sites)),
    languages.registerCompletionItemProvider(selector, new StepCompletion(step), ':', ' ', '"', "'", '$', '{'),
    languages.registerDocumentLinkProvider(selector, new StepLinks(step)),
  ];
  if (step.duty.structure) {
    const format = new StepFormat(step);
    all.push(
      languages.registerDocumentSymbolProvider(selector, new StepSymbols(step), { label: 'Step' }),
      languages.registerFoldingRangeProvider(selector, new StepFolding(step)),
      languages.registerDocumentFormattingEditProvider(selector, format),
      languages.registerDocumentRangeFormattingEditProvider(selector, format),
    );
  }
  return Disposable.from(...all);
}
