import { LinkDocument } from './document';
import { type Problem } from './rule';
import { type SiteTable } from './site';

/** Every problem of a list, by line. For a list that is being edited keep a `LinkDocument` instead. */
export function lint(text: string, table: SiteTable): readonly Problem[] {
  return new LinkDocument(text, table).problems();
}
