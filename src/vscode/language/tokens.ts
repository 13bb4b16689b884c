/** Which documents are tokens. Their language is loaded with the first of them. */
import { workspace, type Disposable, type TextDocument } from 'vscode';
import { tokenScheme } from '../../core/tokens/path';
import { looksLikeToken } from '../../core/tokens/recognition';
import { Store } from '../disposable';
import { headOf } from '../head';
import { failure } from '../log';
import type { TokenFiles } from '../tokens/files';
import { placeIn } from '../tokens/uri';
import type { TokenLanguage } from './token/language';

export interface TokenPorts {
  readonly files: () => Promise<TokenFiles>;
  readonly clock: () => number;
}

export class Tokens implements Disposable {
  readonly #store = new Store();
  #language: Promise<TokenLanguage> | undefined;

  constructor(private readonly ports: TokenPorts) {
    this.#store.add(workspace.onDidOpenTextDocument((document) => this.#look(document)));
    for (const document of workspace.textDocuments) this.#look(document);
  }

  #look(document: TextDocument): void {
    if (!isTokenDocument(document)) return;
    this.#language ??= this.#load();
    this.#language.then((language) => language.open(document)).catch((error: unknown) => failure('A token could not be checked.', error));
  }

  async #load(): Promise<TokenLanguage> {
    const [{ TokenLanguage: Language }, files] = await Promise.all([import('./token/language'), this.ports.files()]);
    return this.#store.add(new Language(files, this.ports.clock));
  }

  dispose(): void {
    this.#store.dispose();
  }
}

/** Former versions shown beside a file, and what extensions print, are nobody's to mend. */
const foreign = new Set(['git', 'output', 'vscode-scm', 'grid-config']);

function isTokenDocument(document: TextDocument): boolean {
  const { languageId, uri } = document;
  if (uri.scheme === tokenScheme) return placeIn(uri)?.kind === 'document';
  return (languageId === 'json' || languageId === 'jsonc') && !foreign.has(uri.scheme) && looksLikeToken(headOf(document));
}
