/** Changes of a list as edits of a document, in one step that is undone as one. */
import { EndOfLine, Range, TextEdit, workspace, WorkspaceEdit, type TextDocument } from 'vscode';
import type { LineChange } from '../core/links/change';

/** Above this many places one edit of all lines between is quicker for the editor than an edit for each. */
const placesAtMost = 1000;

/** Edits of the changed lines and no others; neighbours make one. */
export function textEdits(document: TextDocument, changes: readonly LineChange[]): TextEdit[] {
  const blocks = blocksOf([...changes].sort((a, b) => a.line - b.line));
  if (blocks.length <= placesAtMost) return blocks.map((block) => editOf(document, block));
  const byLine = new Map(changes.map(({ line, text }) => [line, text]));
  const [first, last] = [blocks[0]?.[0]?.line ?? 0, blocks.at(-1)?.at(-1)?.line ?? 0];
  const all = Array.from({ length: last - first + 1 }, (_, index): LineChange => {
    const line = first + index;
    const text = byLine.get(line);
    return { line, text: text === undefined ? document.lineAt(line).text : text };
  });
  return [editOf(document, all)];
}

function blocksOf(changes: readonly LineChange[]): LineChange[][] {
  const blocks: LineChange[][] = [];
  let next = -1;
  for (const change of changes) {
    if (change.line === next) blocks.at(-1)?.push(change);
    else blocks.push([change]);
    next = change.line + 1;
  }
  return blocks;
}

function editOf(document: TextDocument, block: readonly LineChange[]): TextEdit {
  const eol = document.eol === EndOfLine.CRLF ? '\r\n' : '\n';
  const [first, last] = [block[0]?.line ?? 0, block.at(-1)?.line ?? 0];
  const texts = block.map(({ text }) => text).filter((text) => text !== null);
  if (texts.length === 0) return TextEdit.delete(new Range(first, 0, last + 1, 0));
  const [only] = texts;
  if (block.length === 1 && only !== undefined) return middle(document, first, only);
  // The last line has no line break to take along: the one before it stays.
  const open = block.at(-1)?.text === null && last === document.lineCount - 1;
  return TextEdit.replace(new Range(first, 0, last, document.lineAt(last).text.length), texts.join(eol) + (open ? eol : ''));
}

/** One line, without what it has in common with itself, so that a cursor in the rest stays where it is. */
function middle(document: TextDocument, line: number, after: string): TextEdit {
  const before = document.lineAt(line).text;
  const limit = Math.min(before.length, after.length);
  let start = 0;
  while (start < limit && before[start] === after[start]) start++;
  let end = 0;
  while (end < limit - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return TextEdit.replace(new Range(line, start, line, before.length - end), after.slice(start, after.length - end));
}

/** Applies changes to a document; false when the editor did not take them. */
export async function change(document: TextDocument, changes: readonly LineChange[]): Promise<boolean> {
  if (changes.length === 0) return true;
  const edit = new WorkspaceEdit();
  edit.set(document.uri, textEdits(document, changes));
  return workspace.applyEdit(edit);
}
