/**
 * A whole type: its tokens, and the design document that GRID_LRT keeps for it. PiCaS's `Monitor`, `SingleCore` and the
 * like belong to no type of their own and stay; their views are empty then.
 */
import { GridError } from '../../errors';
import type { CallOptions } from '../../ports';
import { designName } from '../design';
import { recordIn } from '../document';
import type { Pool } from '../pool';
import { wordsOf } from '../script';
import type { TokenDocument } from '../state';
import { readDesign } from '../views';
import { changeTokens, type ChangeOptions, type ChangeReport } from './change';
import { deleting, type Edit } from './edit';
import type { Which } from './which';

export interface TypeReport extends ChangeReport {
  /** Views that went with the design document. */
  readonly views: number;
}

/** The tokens of a type. @throws GridError `rejected` for the empty name */
export function ofType(type: string): Which {
  if (type === '') throw new GridError('rejected', 'The type is missing.', { hint: 'Name one.' });
  return { by: 'where', where: { fields: { type } } };
}

/**
 * Deletes the tokens, then, when none is left, the design document.
 * @param which the type's tokens, or those of them that a person has seen
 * @param others whether there are more tokens of it, that stay
 */
export async function deleteType(
  pool: Pool,
  type: string,
  options: ChangeOptions,
  which: Which = ofType(type),
  edit: Edit = deleting,
  others = false,
): Promise<TypeReport> {
  const report = await changeTokens(pool, which, edit, options);
  const left = others || report.ended !== undefined || report.conflicts.length > 0 || report.failed.length > 0;
  return { ...report, views: left ? 0 : await deleteDesign(pool, type, options) };
}

/** Views of the type's own design document; 0 when there is none, or when it is for other tokens. */
export async function viewsOfType(pool: Pool, type: string, options: CallOptions): Promise<number> {
  if (type === designName) return 0;
  try {
    const design = await pool.document(`_design/${type}`, options);
    return isFor(type, design) ? countOf(design) : 0;
  } catch (error) {
    if (error instanceof GridError && error.kind === 'notFound') return 0;
    throw error;
  }
}

async function deleteDesign(pool: Pool, type: string, options: CallOptions): Promise<number> {
  let views = 0;
  if (type === designName) return views;
  await pool.reviseDesign(
    type,
    (found) => {
      if (found === undefined || !isFor(type, found)) return 'keep';
      views = countOf(found);
      return 'delete';
    },
    options,
  );
  return views;
}

function countOf(design: TokenDocument): number {
  return Object.keys(recordIn(design.views) ?? {}).length;
}

/** Whether each of its views asks for this type: a type may happen to be called as a design document of others is. */
function isFor(type: string, design: TokenDocument): boolean {
  return readDesign(design).views.every(({ map }) => wordsOf(map).some(({ kind, text }) => kind === 'string' && textOf(text) === type));
}

/** What a string of a script says; both kinds of quotes. */
function textOf(literal: string): string | undefined {
  const inner = literal.slice(1, -1);
  try {
    return JSON.parse(`"${literal.startsWith('"') ? inner : inner.replaceAll("\\'", "'").replaceAll('"', '\\"')}"`) as string;
  } catch {
    return inner;
  }
}
