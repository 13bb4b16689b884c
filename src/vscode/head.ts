/** The beginning of a document: enough to tell what it is. */
import type { TextDocument } from 'vscode';

const lookAt = 4096;

/** The first 4 kB or so, by whole lines of which none counts more than that. */
export function headOf(document: TextDocument): string {
  let head = '';
  for (let line = 0; line < document.lineCount && head.length < lookAt; line++) head += `${document.lineAt(line).text.slice(0, lookAt)}\n`;
  return head;
}
