/**
 * Ctrl-click on the file name of a link opens it at the download door of its site. The editor underlines what can be
 * clicked: with whole links every line would be underlined, and no squiggle seen.
 */
import { DocumentLink, Range, Uri, type DocumentLinkProvider, type TextDocument } from 'vscode';
import { convert } from '../../core/links/convert';
import { parseLink } from '../../core/links/link';
import type { Row } from '../../core/links/row';
import type { Sites } from '../sites';
import type { OpenLists } from './openLists';

/**
 * The editor makes a decoration of each link, keeps all of them and asks for all again after an edit: 0.2 s at 5000 of
 * them, six seconds at 100 000, in which it does not answer. It does not tell what is in view. So the first ones have to
 * do; from the others a hover leads to the same address.
 */
export const linksAtMost = 5000;

/** A link whose address is made when it is clicked. */
class Download extends DocumentLink {
  constructor(
    range: Range,
    readonly text: string,
  ) {
    super(range);
  }
}

export class Downloads implements DocumentLinkProvider<Download> {
  constructor(
    private readonly lists: OpenLists,
    private readonly sites: Sites,
  ) {}

  provideDocumentLinks(document: TextDocument): Download[] {
    const found: Download[] = [];
    const rows = this.lists.of(document)?.rows ?? [];
    for (let line = 0; line < rows.length && found.length < linksAtMost; line++) {
      const row = rows[line];
      const door = row === undefined ? undefined : doorOf(row);
      if (row === undefined || door === undefined) continue;
      const name = row.text.lastIndexOf('/', row.end - 1) + 1;
      if (name <= row.start || name >= row.end) continue;
      const link = new Download(new Range(line, name, line, row.end), row.link);
      link.tooltip = `Download through ${door}`;
      found.push(link);
    }
    return found;
  }

  resolveDocumentLink(link: Download): Download {
    const parsed = parseLink(link.text, this.sites.table);
    const address = parsed === undefined ? undefined : convert(parsed, 'https').text;
    if (address !== undefined) link.target = Uri.parse(address);
    return link;
  }
}

/** Host of the site's download door; undefined where there is none, and for what the editor opens by itself. */
function doorOf({ kin, text, start }: Row): string | undefined {
  const door = kin?.place?.door;
  if (door === undefined || /^https?:/i.test(text.slice(start, start + 6))) return undefined;
  return door.split('/', 3)[2];
}
