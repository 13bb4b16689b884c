/** Outline, folding and formatting of YAML steps. */
import {
  DocumentSymbol,
  FoldingRange,
  FoldingRangeKind,
  SymbolKind,
  TextEdit,
  type DocumentFormattingEditProvider,
  type DocumentRangeFormattingEditProvider,
  type DocumentSymbolProvider,
  type FoldingRangeProvider,
  type FormattingOptions,
  type Range,
  type TextDocument,
} from 'vscode';
import { formatEdits } from '../../../core/config/edit/format';
import { foldsOf, symbolsOf, type OutlineItem } from '../../../core/config/edit/outline';
import type { StepDocument } from './document';

const kinds: Readonly<Record<OutlineItem['kind'], SymbolKind>> = {
  map: SymbolKind.Namespace,
  list: SymbolKind.Array,
  repository: SymbolKind.Package,
  variable: SymbolKind.Variable,
  text: SymbolKind.String,
  number: SymbolKind.Number,
  flag: SymbolKind.Boolean,
  nothing: SymbolKind.Null,
};

export class StepSymbols implements DocumentSymbolProvider {
  constructor(private readonly step: StepDocument) {}

  provideDocumentSymbols(): DocumentSymbol[] {
    const { tree } = this.step;
    return tree === undefined ? [] : symbolsOf(tree).map((item) => this.#symbol(item));
  }

  #symbol(item: OutlineItem): DocumentSymbol {
    const symbol = new DocumentSymbol(item.name, item.detail, kinds[item.kind], this.step.rangeOf(item), this.step.rangeOf(item.at));
    symbol.children = item.children.map((child) => this.#symbol(child));
    return symbol;
  }
}

export class StepFolding implements FoldingRangeProvider {
  constructor(private readonly step: StepDocument) {}

  provideFoldingRanges(): FoldingRange[] | undefined {
    const { tree } = this.step;
    // Without a tree the editor folds by indentation.
    if (tree?.root === undefined) return undefined;
    return foldsOf(tree).map(({ start, end, comment }) => new FoldingRange(start, end, comment ? FoldingRangeKind.Comment : undefined));
  }
}

export class StepFormat implements DocumentFormattingEditProvider, DocumentRangeFormattingEditProvider {
  constructor(private readonly step: StepDocument) {}

  provideDocumentFormattingEdits(document: TextDocument): TextEdit[] {
    return this.#edits(document);
  }

  provideDocumentRangeFormattingEdits(document: TextDocument, range: Range, _: FormattingOptions): TextEdit[] {
    return this.#edits(document, range);
  }

  #edits(document: TextDocument, range?: Range): TextEdit[] {
    const { tree } = this.step;
    if (tree === undefined) return [];
    const span = range === undefined ? undefined : { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
    return formatEdits(document.getText(), span, tree).map((edit) => TextEdit.replace(this.step.rangeOf(edit), edit.text));
  }
}
