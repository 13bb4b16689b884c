/** The language of token documents: problems and their fixes, hover, times in words, attachments that open. */
import { Disposable, languages, type TextDocument } from 'vscode';
import type { TokenFiles } from '../../tokens/files';
import { diagnosticOf } from '../diagnostic';
import { OwnedDocuments, selectorOf } from '../owned';
import { TokenText } from './document';
import { TokenFixes } from './fixes';
import { TokenHints, TokenHover, TokenLinks } from './reading';

/** Ages go on while nobody types. */
const minuteMs = 60_000;

interface OwnedToken {
  readonly document: TextDocument;
  readonly text: TokenText;
  readonly hints: TokenHints;
}

export class TokenLanguage implements Disposable {
  readonly #tokens: OwnedDocuments<OwnedToken>;
  readonly #minute: NodeJS.Timeout;

  constructor(files: TokenFiles, clock: () => number) {
    this.#tokens = new OwnedDocuments<OwnedToken>({
      name: 'grid-token',
      begin: (document) => {
        const text = new TokenText(document, files, clock);
        return { document, text, hints: new TokenHints(text) };
      },
      register,
      problems: ({ text }) => text.problems.map((problem) => diagnosticOf(text.rangeOf(problem), problem)),
    });
    this.#minute = setInterval(() => this.#tokens.all.forEach(({ hints }) => hints.again()), minuteMs);
  }

  /** Takes a document for a token, until it is closed. */
  open(document: TextDocument): void {
    this.#tokens.open(document);
  }

  dispose(): void {
    clearInterval(this.#minute);
    this.#tokens.dispose();
  }
}

function register({ document, text, hints }: OwnedToken): Disposable {
  const selector = selectorOf(document);
  return Disposable.from(
    languages.registerHoverProvider(selector, new TokenHover(text)),
    languages.registerInlayHintsProvider(selector, hints),
    languages.registerDocumentLinkProvider(selector, new TokenLinks(text)),
    languages.registerCodeActionsProvider(selector, new TokenFixes(text), TokenFixes.metadata),
    hints,
  );
}
