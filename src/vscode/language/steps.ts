/**
 * Which documents are step configuration. The language itself, with its two parsers, is loaded with the first of them:
 * most windows never see one.
 */
import { workspace, type Disposable, type Memento, type TextDocument } from 'vscode';
import { isStep } from '../../core/config/dialect';
import { looksLikeToken } from '../../core/tokens/recognition';
import { Store } from '../disposable';
import { headOf } from '../head';
import { failure } from '../log';
import type { Sites } from '../sites';
import { Association } from './association';
import { stepSign } from './sign';
import type { StepLanguage } from './step/language';

/** What a change in these lines says about the document as a whole. */
const headLines = 200;

export class Steps implements Disposable {
  readonly #store = new Store();
  #language: Promise<StepLanguage> | undefined;

  constructor(
    private readonly sites: Sites,
    memory: Memento,
  ) {
    this.#store.add(new Association(stepSign, memory));
    this.#store.add(workspace.onDidOpenTextDocument((document) => this.#look(document)));
    this.#store.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        // A document becomes a step with one of its top keys, while somebody types.
        if (contentChanges.some(({ range, text }) => range.start.line < headLines && text.includes(':'))) this.#look(document);
      }),
    );
    for (const document of workspace.textDocuments) this.#look(document);
  }

  #look(document: TextDocument): void {
    if (!isStepDocument(document)) return;
    this.#language ??= import('./step/language').then(({ StepLanguage: Language }) => this.#store.add(new Language(this.sites)));
    this.#language
      .then((language) => language.open(document))
      .catch((error: unknown) => failure('A step file could not be checked.', error));
  }

  dispose(): void {
    this.#store.dispose();
  }
}

/** Former versions shown beside a file, and what extensions print, are nobody's to mend. */
const foreign = new Set(['git', 'output', 'vscode-scm']);

function isStepDocument(document: TextDocument): boolean {
  const { languageId, uri } = document;
  if (!['yaml', 'json', 'jsonc', 'properties'].includes(languageId) || foreign.has(uri.scheme)) return false;
  const head = headOf(document);
  return isStep(uri.path, languageId, head) && !looksLikeToken(head);
}
