/** The language of link lists: what is registered for it. */
import { languages, type Disposable, type Memento, type Uri } from 'vscode';
import type { Desk } from '../../core/staging/desk';
import type { Checks } from '../checks';
import { languageId } from '../languageId';
import type { Sites } from '../sites';
import type { Stagers } from '../stagers';
import { Association } from './association';
import { LinkOpenings, triggers } from './completion';
import { Diagnostics } from './diagnostics';
import { Downloads } from './downloads';
import { ListFixes } from './fixes';
import { LinkHover } from './hover';
import { ListLayout } from './layout';
import { ListLens } from './lens';
import { Localities } from './localities';
import { OpenLists } from './openLists';
import { ListOutline } from './outline';
import { ListRewrites } from './rewrites';
import { linkSign } from './sign';
import { ListStatus } from './status';

export interface LanguagePorts {
  readonly sites: Sites;
  readonly desk: Desk;
  readonly stagers: Stagers;
  readonly checks: Checks;
  readonly memory: Memento;
  readonly clock: () => number;
  /** The folder of the gutter's drawings. */
  readonly drawings: Uri;
}

export function registerLanguage({ sites, desk, stagers, checks, memory, clock, drawings }: LanguagePorts): readonly Disposable[] {
  const lists = new OpenLists(sites);
  const sign = linkSign(sites);
  const localities = new Localities({ lists, checks, desk, clock, drawings });
  const lens = new ListLens({ lists, sites, stagers, localities, clock });
  const layout = new ListLayout(lists);
  const outline = new ListOutline(lists);
  return [
    lists,
    localities,
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
    languages.registerHoverProvider(languageId, new LinkHover({ sites, desk, stagers, localities, clock })),
    languages.registerCodeLensProvider(languageId, lens),
    lens,
  ];
}
