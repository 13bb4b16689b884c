/**
 * The language of step configuration. Everything is registered for one document at a time: other YAML and JSON keeps its own
 * formatter, outline and folding.
 */
import { Disposable, extensions, languages, type TextDocument } from 'vscode';
import { Store } from '../../disposable';
import type { Sites } from '../../sites';
import { OwnedDocuments, selectorOf } from '../owned';
import { StepCompletion } from './completion';
import { toDiagnostics } from './diagnostics';
import { StepDocument } from './document';
import { StepFixes } from './fixes';
import { StepHover } from './hover';
import { StepLinks } from './links';
import { StepStatus } from './status';
import { StepFolding, StepFormat, StepSymbols } from './structure';

export class StepLanguage implements Disposable {
  readonly #store = new Store();
  readonly #status = this.#store.add(new StepStatus((document) => this.#steps.get(document)));
  readonly #steps: OwnedDocuments<StepDocument>;

  constructor(sites: Sites) {
    this.#steps = this.#store.add(
      new OwnedDocuments<StepDocument>({
        name: 'grid-step',
        begin: (document) => new StepDocument(document, sites),
        register: (step) => register(step, sites),
        problems: toDiagnostics,
        published: () => this.#status.show(),
      }),
    );
    this.#store.add(
      sites.onChange(() => {
        for (const step of this.#steps.all) {
          step.forget();
          this.#steps.publish(step);
        }
      }),
    );
    // An extension came or went, and with it what is ours.
    this.#store.add(extensions.onDidChange(() => this.#steps.again()));
  }

  /** Takes a document for a step, until it is closed. */
  open(document: TextDocument): void {
    this.#steps.open(document);
  }

  dispose(): void {
    this.#store.dispose();
  }
}

function register(step: StepDocument, sites: Sites): Disposable {
  const selector = selectorOf(step.document);
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
