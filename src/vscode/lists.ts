/** Lists of links as commands meet them: a file on disk, an open document with unsaved text, or selected lines of it. */
import { TextDecoder } from 'node:util';
import { type Uri, window, workspace, type Selection, type TextDocument, type TextEditor } from 'vscode';
import { GridError } from '../core/errors';
import { parseList, type LinkList } from '../core/links/list';
import type { Source } from '../core/staging/plan';
import type { Person } from './caller';
import { languageId } from './languageId';
import type { Sites } from './sites';

/** A source, where it came from, and whether it is the whole of it. */
export interface ListSource extends Source {
  readonly uri: Uri;
  readonly list: LinkList;
  /** Only selected lines; their numbers count from the selection's first. */
  readonly selection: boolean;
}

/** The text of a file as a person sees it: with unsaved changes where it is open. Of a file on disk with its byte order mark. */
export async function readText(uri: Uri): Promise<string> {
  const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString() && !document.isClosed);
  if (open !== undefined) return open.getText();
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await workspace.fs.readFile(uri));
  } catch (cause) {
    throw new GridError('notFound', `${nameOf(uri)} cannot be read.`, { hint: 'See whether it exists and may be read.', cause });
  }
}

/** Bytes of a document above which the editor keeps it from extensions: they can read it from disk only. */
export const editorLimit = 50 * 1024 * 1024;

/** The file's name without its folders. */
export function nameOf(uri: Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1) || uri.path;
}

export async function readList(uri: Uri, sites: Sites): Promise<ListSource> {
  return { name: nameOf(uri), uri, list: parseList(await readText(uri), sites.table), selection: false };
}

/**
 * The lists a person means: the files of the menu; else the active editor, of it only the selected lines; else one that
 * is asked for. Empty when the person thought better of it.
 */
export async function listsMeant(call: Person, sites: Sites): Promise<readonly ListSource[]> {
  const editor = window.activeTextEditor;
  if (call.uris.length > 0) {
    const [only] = call.uris;
    const inEditor = !call.selected && only !== undefined && editor?.document.uri.toString() === only.toString();
    if (inEditor) return [fromEditor(editor, sites)];
    return Promise.all(call.uris.map((uri) => readList(uri, sites)));
  }
  if (editor !== undefined && holdsLinks(editor.document, sites)) return [fromEditor(editor, sites)];
  const uri = await askForList();
  return uri === undefined ? [] : [await readList(uri, sites)];
}

/** Whether a document is a list, by its language or by what plain text holds. */
export function holdsLinks(document: TextDocument, sites: Sites): boolean {
  return (
    document.languageId === languageId ||
    (document.languageId === 'plaintext' && parseList(document.getText(), sites.table).links.length > 0)
  );
}

function fromEditor(editor: TextEditor, sites: Sites): ListSource {
  const { document, selections } = editor;
  const name = nameOf(document.uri);
  const lines = selectedLines(selections);
  if (lines.length === 0) return { name, uri: document.uri, list: parseList(document.getText(), sites.table), selection: false };
  const text = lines.map((line) => document.lineAt(line).text);
  return { name: `${name} (${lines.length} selected)`, uri: document.uri, list: parseList(text.join('\n'), sites.table), selection: true };
}

/** The numbers of the lines that are selected, in order; none when there are only cursors. */
export function selectedLines(selections: readonly Selection[]): readonly number[] {
  const lines = new Set<number>();
  for (const { start, end, isEmpty } of selections) {
    if (isEmpty) continue;
    // A selection that ends before the first character of a line does not take that line in.
    const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
    for (let line = start.line; line <= last; line++) lines.add(line);
  }
  return [...lines].sort((a, b) => a - b);
}

/** Asks which list: those of the workspace first, then any file. */
export async function askForList(title = 'Stage a list'): Promise<Uri | undefined> {
  const found = await workspace.findFiles('**/{srm*.txt,*srm.txt,*.srm,srm_*}', undefined, 200);
  const browse = { label: '$(folder-opened) Another file…', uri: undefined };
  const items = found
    .map((uri) => ({ label: nameOf(uri), description: workspace.asRelativePath(uri), uri }))
    .sort((a, b) => a.description.localeCompare(b.description));
  if (items.length > 0) {
    const choice = await window.showQuickPick([...items, browse], { title, placeHolder: 'Which list of links?' });
    if (choice === undefined || choice.uri !== undefined) return choice?.uri;
  }
  return (await window.showOpenDialog({ title: 'Choose a list of links', openLabel: 'Choose' }))?.[0];
}
