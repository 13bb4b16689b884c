/** The language of link lists: what is registered for it. */
import type { Disposable, Memento } from 'vscode';
import { languages } from 'vscode';
import type { Desk } from '../../core/staging/desk';
import { languageId } from '../languageId';
import type { Sites } from '../sites';
import { Association } from './association';
import { Diagnostics } from './diagnostics';
import { ListFixes } from './fixes';
import { LinkHover } from './hover';
import { ListLens } from './lens';
import { linkSign } from './sign';

export function registerLanguage(sites: Sites, desk: Desk, memory: Memento): readonly Disposable[] {
  const lens = new ListLens(sites);
  const diagnostics = new Diagnostics(sites);
  return [
    new Association(linkSign(sites), memory),
    diagnostics,
    languages.registerCodeActionsProvider(languageId, new ListFixes(diagnostics), ListFixes.metadata),
    languages.registerHoverProvider(languageId, new LinkHover(sites, desk)),
    languages.registerCodeLensProvider(languageId, lens),
    lens,
  ];
}
