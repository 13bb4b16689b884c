import { type LineChange } from './change';
import { fileOf } from './file';
import { type LinkList } from './list';

/**
 * The lines that name a file again which an earlier line names: by another door, port or form too. A link of no known
 * site is compared as it is written. The first line of each file stays.
 */
export function copiesOf(list: Pick<LinkList, 'links'>): LineChange[] {
  const seen = new Set<string>();
  const changes: LineChange[] = [];
  for (const link of list.links) {
    const file = fileOf(link) ?? link.text;
    if (seen.has(file)) changes.push({ line: link.line, text: null });
    else seen.add(file);
  }
  return changes;
}
