/** Texts that are shown before anything is written: read-only documents that exist in this window alone. */
import { Uri, workspace, type Disposable, type TextDocumentContentProvider } from 'vscode';

export const previewScheme = 'grid-config';
/** A tab that is hidden asks again when it is shown; so many texts are kept for that, the oldest make room. */
const most = 50;

export class Previews implements TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration = workspace.registerTextDocumentContentProvider(previewScheme, this);
  #count = 0;

  /** The address of a text under a name, whose ending decides on the language. */
  add(name: string, text: string): Uri {
    const uri = Uri.from({ scheme: previewScheme, path: `/${name}`, query: String(++this.#count) });
    this.#texts.set(uri.toString(), text);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > most && oldest !== undefined) this.#texts.delete(oldest);
    return uri;
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.#texts.get(uri.toString()) ?? 'This preview has ended. Run the command again to see it.\n';
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
