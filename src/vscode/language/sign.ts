/** The two signs by which files are recognised whatever their name says. */
import type { TextDocument } from 'vscode';
import { isStepCfg } from '../../core/config/dialect';
import { parseLink } from '../../core/links/link';
import { headOf } from '../head';
import { languageId } from '../languageId';
import { detectsLinks, detectsSteps } from '../settings';
import type { Sites } from '../sites';
import type { Sign } from './association';

/** Plain text whose first line, comments aside, is a link. */
export function linkSign(sites: Sites): Sign {
  return {
    from: 'plaintext',
    to: languageId,
    memory: 'links.left',
    isWanted: detectsLinks,
    isShownBy: (document) => beginsWithLink(document, sites),
  };
}

function beginsWithLink(document: TextDocument, sites: Sites): boolean {
  for (const line of headOf(document).split('\n')) {
    const start = line.replace(/^\uFEFF/, '').trim();
    if (start === '' || start.startsWith('#')) continue;
    const link = parseLink(start, sites.table);
    // A bare path is a link only where a site is known by it: prose may begin with a slash.
    return link !== undefined && (link.scheme === 'srm' || link.scheme === 'gsiftp' || link.site !== undefined);
  }
  return false;
}

/** A `.cfg` with a top-level `Token:`. */
export const stepSign: Sign = {
  from: 'properties',
  to: 'yaml',
  memory: 'steps.left',
  isWanted: detectsSteps,
  isShownBy: (document) => /\.cfg$/i.test(document.uri.path) && isStepCfg(headOf(document)),
};
