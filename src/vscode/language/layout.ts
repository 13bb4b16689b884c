/** Formatting on request: blanks, columns and the end of the list; never order, never a link. */
import type {
  DocumentFormattingEditProvider,
  DocumentRangeFormattingEditProvider,
  FormattingOptions,
  Range,
  TextDocument,
  TextEdit,
} from 'vscode';
import { tidy } from '../../core/links/tidy';
import { textEdits } from '../edit';
import type { OpenLists } from './openLists';

export class ListLayout implements DocumentFormattingEditProvider, DocumentRangeFormattingEditProvider {
  constructor(private readonly lists: OpenLists) {}

  provideDocumentFormattingEdits(document: TextDocument): TextEdit[] {
    const list = this.lists.of(document);
    return list === undefined ? [] : textEdits(document, tidy(list.rows));
  }

  provideDocumentRangeFormattingEdits(document: TextDocument, { start, end }: Range, _options: FormattingOptions): TextEdit[] {
    const list = this.lists.of(document);
    return list === undefined ? [] : textEdits(document, tidy(list.rows, start.line, end.line));
  }
}
