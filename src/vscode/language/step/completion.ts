/** What can be typed in a step. */
import {
  CompletionItem,
  CompletionItemKind,
  FileType,
  MarkdownString,
  SnippetString,
  Uri,
  workspace,
  type CompletionItemProvider,
  type Position,
  type TextDocument,
} from 'vscode';
import { completionsAt, type Suggestion } from '../../../core/config/edit/completion';
import { longestText, type StepDocument } from './document';

const kinds: Readonly<Record<Suggestion['kind'], CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  variable: CompletionItemKind.Variable,
  attachment: CompletionItemKind.File,
  field: CompletionItemKind.Field,
  file: CompletionItemKind.Snippet,
};

export class StepCompletion implements CompletionItemProvider {
  constructor(private readonly step: StepDocument) {}

  async provideCompletionItems(document: TextDocument, position: Position): Promise<CompletionItem[]> {
    const text = document.getText();
    if (text.length > longestText) return [];
    const { syntax, duty } = this.step;
    const offset = document.offsetAt(position);
    const found = completionsAt(text, syntax, offset, duty);
    // The folder is read only where its files matter: it may be far away.
    const isAttaching = found.some(({ kind }) => kind === 'attachment');
    const { withoutSchema } = duty;
    const all = isAttaching ? completionsAt(text, syntax, offset, { withoutSchema, files: await filesBeside(document.uri) }) : found;
    return all.map((each) => this.#item(each));
  }

  #item(suggestion: Suggestion): CompletionItem {
    const item = new CompletionItem({ label: suggestion.label, description: suggestion.detail }, kinds[suggestion.kind]);
    item.range = this.step.rangeOf(suggestion);
    item.insertText = suggestion.snippet ? new SnippetString(suggestion.insert) : suggestion.insert;
    item.filterText = suggestion.filter;
    item.sortText = suggestion.order;
    if (suggestion.documentation !== '') item.documentation = new MarkdownString(suggestion.documentation);
    if (suggestion.more) item.command = { command: 'editor.action.triggerSuggest', title: 'Suggest a value' };
    return item;
  }
}

async function filesBeside(uri: Uri): Promise<string[]> {
  if (uri.scheme === 'untitled') return [];
  try {
    const entries = await workspace.fs.readDirectory(Uri.joinPath(uri, '..'));
    return entries.filter(([, type]) => (type & FileType.File) !== 0).map(([name]) => name);
  } catch {
    // A folder that cannot be read has nothing to offer.
    return [];
  }
}
