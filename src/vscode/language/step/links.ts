/** Links in a step: repositories open in the browser, files beside it in the editor. */
import { DocumentLink, Uri, workspace, type DocumentLinkProvider, type TextDocument } from 'vscode';
import { pointersIn } from '../../../core/config/edit/address';
import type { StepDocument } from './document';

/** So many files are looked for. */
const mostFiles = 50;

export class StepLinks implements DocumentLinkProvider {
  constructor(private readonly step: StepDocument) {}

  async provideDocumentLinks({ uri }: TextDocument): Promise<DocumentLink[]> {
    const { tree } = this.step;
    const pointers = tree === undefined ? [] : pointersIn(tree);
    const pages = pointers.flatMap((each) => ('page' in each ? [this.#link(each, Uri.parse(each.page), 'Open the repository')] : []));
    if (uri.scheme === 'untitled') return pages;
    const files = pointers.flatMap((each) => ('file' in each ? [each] : [])).slice(0, mostFiles);
    const found = await Promise.all(
      files.map(async (each) => {
        const target = Uri.joinPath(uri, '..', each.file);
        return (await isThere(target)) ? [this.#link(each, target, 'Open the file')] : [];
      }),
    );
    return [...pages, ...found.flat()];
  }

  #link(place: Parameters<StepDocument['rangeOf']>[0], target: Uri, tooltip: string): DocumentLink {
    const link = new DocumentLink(this.step.rangeOf(place), target);
    link.tooltip = tooltip;
    return link;
  }
}

async function isThere(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
