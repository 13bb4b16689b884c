/** The language of link lists: what is registered for it. */
import type { Disposable, Memento } from 'vscode';
import { languages } from 'vscode';
import type { Desk } from '../../core/staging/desk';
import { languageId } from '../languageId';
import type { Sites } from '../sites';
import { Association } from './association';
import { LinkOpenings, triggers } from './completion';
import { Diagnostics } from './diagnostics';
import { Downloads } from './downloads';
import { ListFixes } from './fixes';
import { LinkHover } from './hover';
import { ListLayout } from './layout';
import { ListLens } from './lens';
import { OpenLists } from './openLists';
import { ListOutline } from './outline';
import { ListRewrites } from './rewrites';
import { linkSign } from './sign';
import { ListStatus } from './status';

export function registerLanguage(sites: Sites, desk: Desk, memory: Memento): readonly Disposable[] {
  const lists = new OpenLists(sites);
  const sign = linkSign(sites);
  const lens = new ListLens(lists, sites);
  const layout = new ListLayout(lists);
  const outline = new ListOutline(lists);
  return [
    lists,
    new Association(sign, memory),
    new Diagnostics(lists),
    new ListStatus(lists, sites, sign),
    languages.registerCodeActionsProvider(languageId, new ListFixes(lists, sites), ListFixes.metadata),
    languages.registerCodeActionsProvider(languageId, new ListRewrites(), ListRewrites.metadata),
    languages.registerDocumentFormattingEditProvider(languageId, layout),
    languages.registerDocumentRangeFormattingEditProvider(languageId, layout),
    languages.registerCompletionItemProvider(languageId, new LinkOpenings(sites), ...triggers),
    languages.registerDocumentLinkProvider(languageId, new Downloads(lists, sites)),
    languages.registerFoldingRangeProvider(languageId, outline),
    languages.registerDocumentSymbolProvider(languageId, outline, { label: 'Grid Links' }),
    languages.registerHoverProvider(languageId, new LinkHover(sites, desk)),
    languages.registerCodeLensProvider(languageId, lens),
    lens,
  ];
}
