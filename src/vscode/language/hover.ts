/** Pointing at a link: what it is, what the desk knows of it, and its other forms, each with Copy. */
import { MarkdownString, Hover, Range, workspace, type HoverProvider, type Position, type TextDocument } from 'vscode';
import { cleanPath, convert, targetForms } from '../../core/links/convert';
import { parseLink, type Link } from '../../core/links/link';
import type { Desk } from '../../core/staging/desk';
import { localityNote } from '../../core/staging/locality';
import { fileWord } from '../../core/staging/state';
import { fileShape } from '../../shared/shape';
import { moment } from '../../core/wording';
import { nameOf } from '../lists';
import { plain } from '../markdown';
import type { Sites } from '../sites';
import type { Stagers } from '../stagers';
import type { Localities } from './localities';
import type { Seen } from './locality/sights';

/** Characters of a form that are shown; the rest of a path is left out in the middle, never the file name. */
const width = 70;

export interface HoverPorts {
  readonly sites: Sites;
  readonly desk: Desk;
  readonly stagers: Stagers;
  readonly localities: Localities;
  readonly clock: () => number;
}

export class LinkHover implements HoverProvider {
  constructor(private readonly ports: HoverPorts) {}

  provideHover(document: TextDocument, position: Position): Hover | undefined {
    const { text } = document.lineAt(position.line);
    const link = parseLink(text, this.ports.sites.table);
    if (link === undefined || position.character < link.start || position.character > link.end) return undefined;
    const seen = this.ports.localities.line(document, position.line);
    const markdown = new MarkdownString(`${this.#sentence(link, seen)}\n\n${formsOf(link)}`, true);
    markdown.appendMarkdown(`\n\n${this.#actions(link, document, position.line, seen !== undefined).join(' · ')}`);
    markdown.isTrusted = { enabledCommands: ['grid.links.copy', 'grid.links.checkLink', 'grid.staging.stageLink', 'grid.staging.focus'] };
    return new Hover(markdown, new Range(position.line, link.start, position.line, link.end));
  }

  #actions(link: Link, { uri }: TextDocument, line: number, checked: boolean): string[] {
    const name = `${nameOf(uri)} (line ${line + 1})`;
    const address = convert(link, 'https').text;
    const actions: string[] = [];
    if (workspace.isTrusted) {
      if (link.site !== undefined) actions.push(`[Stage…](${commandLink('grid.staging.stageLink', link.text, name)} "Stage this file")`);
      if (this.ports.stagers.tellers.length > 0) {
        actions.push(
          `[${checked ? 'Check again' : 'Check'}](${commandLink('grid.links.checkLink', link.text, uri.toString())} "Ask where this file is")`,
        );
      }
      if (this.#known(link) !== undefined) actions.push('[Show in Staging Requests](command:grid.staging.focus)');
    }
    if (address !== undefined) actions.push(`[Download](${address.replace(/[<>()\\"\s]/g, encodeURIComponent)} "Open its download door")`);
    return actions;
  }

  #sentence(link: Link, seen: Seen | undefined): string {
    const what = [link.observation, link.band && `${link.band.kind === 'SB' ? 'SB' : 'ABN '}${link.band.digits}`].filter(Boolean).join(' ');
    const where = link.site === undefined ? 'at a site that is not known' : `at ${link.site.name}`;
    const name = `**${plain(what === '' ? link.file : what)}** ${where}`;
    const known = this.#known(link);
    if (seen === undefined) return `${name}${known === undefined ? '' : ` is ${known}`}`;
    return `$(grid-${fileShape(seen.state)}) ${name} ${seenText(seen, this.ports.clock())}`;
  }

  /** "staging, request 41902" when the desk has it. */
  #known(link: Link): string | undefined {
    // By site and path, since a stager's name for the file may have another port or form.
    const path = cleanPath(link);
    for (const request of this.ports.desk.requests) {
      if (request.site !== link.site?.id) continue;
      const file = request.files.find((each) => each.link.endsWith(path));
      if (file !== undefined) return `${fileWord(file.state)}, request ${plain(request.id)}`;
    }
    return undefined;
  }
}

/** "is on tape, checked 14:31", "could not be checked at 14:31: …". */
function seenText(seen: Seen, now: number): string {
  const { state, problem, at } = seen;
  if ('request' in seen) {
    const why = problem === undefined ? '' : `: ${plain(problem)}`;
    return `is ${fileWord(state)} since ${moment(at, now)}, request ${plain(seen.request)}${why}`;
  }
  if (problem !== undefined) return `could not be checked at ${moment(at, now)}: ${plain(problem)}`;
  const note = 'locality' in seen && seen.locality !== undefined ? localityNote(seen.locality) : undefined;
  return `is ${fileWord(state)}, checked ${moment(at, now)}${note === undefined ? '' : `. ${note}`}`;
}

/** One line a form. Not a table: its empty header would leave a gap, and a full one would be bold. */
function formsOf(link: Link): string {
  return targetForms
    .flatMap((form) => {
      const { text } = convert(link, form);
      if (text === undefined) return [];
      return [`[Copy](${commandLink('grid.links.copy', text)} "Copy the ${form} form") ${form} \`${shorten(text)}\``];
    })
    .join('  \n');
}

function commandLink(command: string, ...args: readonly string[]): string {
  // A bracket in an argument would end the link.
  const encoded = encodeURIComponent(JSON.stringify(args)).replace(/[()]/g, (bracket) => (bracket === '(' ? '%28' : '%29'));
  return `command:${command}?${encoded}`;
}

function shorten(text: string): string {
  const clean = text.replace(/[`|]/g, '');
  if (clean.length <= width) return clean;
  const name = clean.slice(clean.lastIndexOf('/'));
  return name.length + 24 > width ? `${clean.slice(0, 24)}…${name}` : `${clean.slice(0, width - name.length - 1)}…${name}`;
}
