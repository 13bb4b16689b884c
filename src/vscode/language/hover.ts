/** Pointing at a link: what it is, what the desk knows of it, and its other forms, each with Copy. */
import { MarkdownString, Hover, Range, workspace, type HoverProvider, type Position, type TextDocument } from 'vscode';
import { cleanPath, convert, type TargetForm } from '../../core/links/convert';
import { parseLink, type Link } from '../../core/links/link';
import type { Desk } from '../../core/staging/desk';
import { fileWord } from '../../core/staging/state';
import { plain } from '../markdown';
import type { Sites } from '../sites';

const forms: readonly TargetForm[] = ['srm', 'gsiftp', 'https', 'gfal', 'path'];
/** Characters of a form that are shown; the rest of a path is left out in the middle, never the file name. */
const width = 70;

export class LinkHover implements HoverProvider {
  constructor(
    private readonly sites: Sites,
    private readonly desk: Desk,
  ) {}

  provideHover(document: TextDocument, position: Position): Hover | undefined {
    const { text } = document.lineAt(position.line);
    const link = parseLink(text, this.sites.table);
    if (link === undefined || position.character < link.start || position.character > link.end) return undefined;
    const markdown = new MarkdownString(`${this.#sentence(link)}\n\n${formsOf(link)}`);
    const actions = ['grid.links.copy'];
    if (workspace.isTrusted) {
      const known = this.#known(link);
      if (known !== undefined) {
        markdown.appendMarkdown(`\n\n[Show in Staging Requests](command:grid.staging.focus)`);
        actions.push('grid.staging.focus');
      }
    }
    markdown.isTrusted = { enabledCommands: actions };
    return new Hover(markdown, new Range(position.line, link.start, position.line, link.end));
  }

  #sentence(link: Link): string {
    const what = [link.observation, link.band && `${link.band.kind === 'SB' ? 'SB' : 'ABN '}${link.band.digits}`].filter(Boolean).join(' ');
    const where = link.site === undefined ? 'at a site that is not known' : `at ${link.site.name}`;
    const known = this.#known(link);
    return `**${plain(what === '' ? link.file : what)}** ${where}${known === undefined ? '' : ` is ${known}`}`;
  }

  /** "staging, request 41902" when the desk has it. */
  #known(link: Link): string | undefined {
    // By site and path, since a stager's name for the file may have another port or form.
    const path = cleanPath(link);
    for (const request of this.desk.requests) {
      if (request.site !== link.site?.id) continue;
      const file = request.files.find((each) => each.link.endsWith(path));
      if (file !== undefined) return `${fileWord(file.state)}, request ${plain(request.id)}`;
    }
    return undefined;
  }
}

/** One line a form. Not a table: its empty header would leave a gap, and a full one would be bold. */
function formsOf(link: Link): string {
  return forms
    .flatMap((form) => {
      const { text } = convert(link, form);
      if (text === undefined) return [];
      const copy = `command:grid.links.copy?${encodeURIComponent(JSON.stringify([text]))}`;
      return [`[Copy](${copy} "Copy the ${form} form") ${form} \`${shorten(text)}\``];
    })
    .join('  \n');
}

function shorten(text: string): string {
  const clean = text.replace(/[`|]/g, '');
  if (clean.length <= width) return clean;
  const name = clean.slice(clean.lastIndexOf('/'));
  return name.length + 24 > width ? `${clean.slice(0, 24)}…${name}` : `${clean.slice(0, width - name.length - 1)}…${name}`;
}
