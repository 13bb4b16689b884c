/** The language of token documents: problems and their fixes, hover, times in words, attachments that open. */
import {
  Disposable,
  Diagnostic,
  DiagnosticSeverity,
  languages,
  workspace,
  type DiagnosticCollection,
  type DocumentSelector,
  type TextDocument,
  type Uri,
} from 'vscode';
import { Store } from '../../disposable';
import type { TokenFiles } from '../../tokens/files';
import { TokenText } from './document';
import { TokenFixes } from './fixes';
import { TokenHints, TokenHover, TokenLinks } from './reading';

const restMs = 150;
/** Ages go on while nobody types. */
const minuteMs = 60_000;

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

interface Open {
  readonly text: TokenText;
  readonly registered: Disposable;
  readonly hints: TokenHints;
  timer: NodeJS.Timeout | undefined;
}

export class TokenLanguage implements Disposable {
  readonly #store = new Store();
  readonly #problems: DiagnosticCollection = this.#store.add(languages.createDiagnosticCollection('grid-token'));
  readonly #open = new Map<string, Open>();
  readonly #minute: NodeJS.Timeout;

  constructor(
    private readonly files: TokenFiles,
    private readonly clock: () => number,
  ) {
    this.#store.add(workspace.onDidChangeTextDocument(({ document }) => this.#edited(document)));
    this.#store.add(workspace.onDidCloseTextDocument(({ uri }) => this.#close(uri)));
    this.#minute = setInterval(() => this.#open.forEach(({ hints }) => hints.again()), minuteMs);
  }

  /** Takes a document for a token, until it is closed. */
  open(document: TextDocument): void {
    const key = document.uri.toString();
    if (this.#open.has(key) || document.isClosed) return;
    const text = new TokenText(document, this.files, this.clock);
    const hints = new TokenHints(text);
    this.#open.set(key, { text, hints, registered: register(text, hints), timer: undefined });
    this.#publish(text);
  }

  #edited({ uri }: TextDocument): void {
    const open = this.#open.get(uri.toString());
    if (open === undefined) return;
    clearTimeout(open.timer);
    open.timer = setTimeout(() => this.#publish(open.text), restMs);
  }

  #close(uri: Uri): void {
    const open = this.#open.get(uri.toString());
    if (open === undefined) return;
    clearTimeout(open.timer);
    open.registered.dispose();
    this.#open.delete(uri.toString());
    this.#problems.delete(uri);
  }

  #publish(text: TokenText): void {
    const found = text.problems.map((problem) => {
      const diagnostic = new Diagnostic(text.rangeOf(problem), problem.message, severities[problem.severity]);
      diagnostic.source = 'grid';
      diagnostic.code = problem.code;
      return diagnostic;
    });
    this.#problems.set(text.document.uri, found);
  }

  dispose(): void {
    clearInterval(this.#minute);
    for (const { text } of [...this.#open.values()]) this.#close(text.document.uri);
    this.#store.dispose();
  }
}

function register(text: TokenText, hints: TokenHints): Disposable {
  const { languageId, uri } = text.document;
  // A path is no pattern: what stands for itself only is put into brackets.
  const pattern = uri.fsPath.replace(/[*?{}[\]!]/g, (letter) => `[${letter}]`);
  const selector: DocumentSelector = { language: languageId, scheme: uri.scheme, ...(uri.scheme === 'untitled' ? {} : { pattern }) };
  return Disposable.from(
    languages.registerHoverProvider(selector, new TokenHover(text)),
    languages.registerInlayHintsProvider(selector, hints),
    languages.registerDocumentLinkProvider(selector, new TokenLinks(text)),
    languages.registerCodeActionsProvider(selector, new TokenFixes(text), TokenFixes.metadata),
    hints,
  );
}
