/** Pointing at a step: the meaning of a key, a value, a variable or an address. */
import { Hover, MarkdownString, type HoverProvider, type Position, type TextDocument } from 'vscode';
import { hoverAt, type HoverText } from '../../../core/config/edit/hover';
import { plain } from '../../markdown';
import type { Sites } from '../../sites';
import type { StepDocument } from './document';

export class StepHover implements HoverProvider {
  constructor(
    private readonly step: StepDocument,
    private readonly sites: Sites,
  ) {}

  provideHover(document: TextDocument, position: Position): Hover | undefined {
    const { tree, duty } = this.step;
    if (tree === undefined) return undefined;
    const found = hoverAt(tree, document.offsetAt(position), { sites: this.sites.table, withoutSchema: duty.withoutSchema });
    return found === undefined ? undefined : new Hover(markdown(found), this.step.rangeOf(found));
  }
}

function markdown({ title, doc, facts, values }: HoverText): MarkdownString {
  const parts: string[] = [];
  if (title !== '') parts.push(`**${plain(title)}**`);
  if (doc !== '') parts.push(doc);
  if (facts.length > 0) parts.push(facts.map(plain).join('  \n'));
  if (values.length > 0) parts.push(values.map(([name, meaning]) => `- **${plain(name)}**: ${plain(meaning)}`).join('\n'));
  return new MarkdownString(parts.join('\n\n'));
}
