/** Fields that tokens do not have, told before somebody relies on them. */
import { listing, plural } from '../../wording';
import type { CallOptions } from '../../ports';
import type { Pool } from '../pool';
import { documentsOf } from './batch';
import type { Which } from './which';

/** How many of the tokens lack each of the fields; fields that all have are left out. */
export async function lackingFields(
  pool: Pool,
  whiches: readonly Which[],
  fields: readonly string[],
  options: CallOptions,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  if (fields.length === 0) return found;
  for (const which of whiches)
    for await (const { documents } of documentsOf(pool, which, options))
      for (const document of documents)
        for (const field of fields) if (!Object.hasOwn(document, field)) found.set(field, (found.get(field) ?? 0) + 1);
  return found;
}

/** "3 tokens lack FREQUENCY and 1 token lacks ABN, which Shell_variables names: the worker skips them." */
export function lackingWords(lacking: ReadonlyMap<string, number>): readonly string[] {
  if (lacking.size === 0) return [];
  const byCount = new Map<number, string[]>();
  for (const [field, number] of lacking) byCount.set(number, [...(byCount.get(number) ?? []), field]);
  const parts = [...byCount].map(([number, fields]) => `${plural(number, 'token')} ${number === 1 ? 'lacks' : 'lack'} ${listing(fields)}`);
  return [`⚠ ${listing(parts)}, which Shell_variables names: the worker skips ${lacking.size === 1 ? 'it' : 'them'}.`];
}
