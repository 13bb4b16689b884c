/** What a token says to somebody who reads it: meanings, times in words, attachments that open. */
import {
  DocumentLink,
  EventEmitter,
  Hover,
  InlayHint,
  MarkdownString,
  type DocumentLinkProvider,
  type HoverProvider,
  type InlayHintsProvider,
  type Position,
  type Range,
  type TextDocument,
} from 'vscode';
import { attachmentLinks, hoverToken, remarksOf } from '../../../core/tokens/hover';
import { plain } from '../../markdown';
import { attachmentUri, placeIn } from '../../tokens/uri';
import type { TokenText } from './document';

export class TokenHover implements HoverProvider {
  constructor(private readonly text: TokenText) {}

  provideHover(document: TextDocument, position: Position): Hover | undefined {
    if (!isOf(document, this.text)) return undefined;
    const { tree, now } = this.text;
    const found = tree && hoverToken(tree, document.offsetAt(position), now);
    if (found === undefined) return undefined;
    const parts = [`**${plain(found.title)}**`, ...(found.doc === '' ? [] : [found.doc]), ...found.facts.map(plain)];
    return new Hover(new MarkdownString(parts.join('\n\n')), this.text.rangeOf(found));
  }
}

export class TokenHints implements InlayHintsProvider {
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeInlayHints = this.#changed.event;

  constructor(private readonly text: TokenText) {}

  /** Time has passed. */
  again(): void {
    this.#changed.fire();
  }

  provideInlayHints(document: TextDocument, range: Range): InlayHint[] {
    const { tree, now } = this.text;
    if (tree === undefined || !isOf(document, this.text)) return [];
    return remarksOf(tree, now).flatMap(({ offset, text, detail }) => {
      const position = document.positionAt(offset);
      if (!range.contains(position)) return [];
      const hint = new InlayHint(position, text);
      hint.paddingLeft = true;
      hint.tooltip = detail;
      return [hint];
    });
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

export class TokenLinks implements DocumentLinkProvider {
  constructor(private readonly text: TokenText) {}

  provideDocumentLinks(document: TextDocument): DocumentLink[] {
    const place = placeIn(document.uri);
    const { tree } = this.text;
    if (place?.kind !== 'document' || tree === undefined || !isOf(document, this.text)) return [];
    return attachmentLinks(tree).flatMap(({ start, end, name }) => {
      if (name === '') return [];
      const link = new DocumentLink(this.text.rangeOf({ start: start + 1, end: end - 1 }), attachmentUri(place.pool, place.id, name));
      link.tooltip = 'Open attachment';
      return [link];
    });
  }
}

/** Where the selector cannot tell two documents apart. */
export function isOf(document: TextDocument, text: TokenText): boolean {
  return document.uri.toString() === text.document.uri.toString();
}
