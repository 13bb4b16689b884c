/** The beginnings of links, offered where a link begins: door and root of each known site. Behind a link, nothing. */
import {
  CompletionItem,
  CompletionItemKind,
  MarkdownString,
  Range,
  type CompletionItemProvider,
  type Position,
  type TextDocument,
} from 'vscode';
import { openings, type Opening } from '../../core/links/opening';
import { plain } from '../markdown';
import type { Sites } from '../sites';

/** Characters at which the editor asks again: they end a word here, and an opening goes on behind them. */
export const triggers: readonly string[] = [':', '/', '=', '?'];

export class LinkOpenings implements CompletionItemProvider {
  constructor(private readonly sites: Sites) {}

  provideCompletionItems(document: TextDocument, position: Position): CompletionItem[] {
    const { text } = document.lineAt(position.line);
    const before = text.slice(0, position.character);
    const start = before.length - before.trimStart().length;
    const typed = before.slice(start);
    if (/[\s#]/.test(typed)) return [];
    const all = openings(this.sites.table);
    // Behind a whole opening comes the path, and that we do not know.
    if (all.some((opening) => typed.startsWith(opening.text))) return [];
    const word = /^\S*/.exec(text.slice(position.character))?.[0] ?? '';
    return word === '' ? items(all, start, position, position.character) : doors(all, start, position, word);
  }
}

function items(all: readonly Opening[], start: number, { line, character }: Position, end: number): CompletionItem[] {
  const inserting = new Range(line, start, line, character);
  const replacing = new Range(line, start, line, end);
  return all.map((opening, index) => toItem(opening, opening.text, { inserting, replacing }, index));
}

/** In a link that goes on behind the cursor only its door is written anew; the path stays. */
function doors(all: readonly Opening[], start: number, position: Position, word: string): CompletionItem[] {
  const authority = /^[^/?]*(?=\/|$)/.exec(word)?.[0].length ?? 0;
  const inserting = new Range(position.line, start, position.line, position.character);
  const replacing = new Range(position.line, start, position.line, position.character + authority);
  const seen = new Set<string>();
  return all.flatMap((opening, index) => {
    const { door } = opening;
    if (door === undefined || seen.has(door)) return [];
    seen.add(door);
    return [toItem(opening, door, { inserting, replacing }, index)];
  });
}

function toItem({ site, what }: Opening, text: string, range: CompletionItem['range'], index: number): CompletionItem {
  const item = new CompletionItem({ label: shortened(text), description: site.name }, CompletionItemKind.Folder);
  item.insertText = text;
  // All of the text that is replaced is compared with all of the opening: the editor's own idea of a word ends at a slash.
  item.filterText = text;
  if (range !== undefined) item.range = range;
  item.sortText = String(index).padStart(4, '0');
  item.detail = `${site.name}, ${what}`;
  const roots = site.roots.map((root) => `\`${root}\``).join(', ');
  item.documentation = new MarkdownString(`${plain(site.name)}${roots === '' ? '' : `, files under ${roots}`}`);
  return item;
}

/** What fits into the list beside the site's name: the door tells the openings apart. */
function shortened(text: string): string {
  return text.length <= 36 ? text : text.replace(/^([a-z]+:\/\/[^/]+\/).+$/, '$1…');
}
