/**
 * Which tokens an action is about: those of a list of ids, those that a view of the server lists, or those that hold
 * certain values. Names of fields are taken as they are: `config.json` is a field, no path.
 */
import { GridError } from '../../errors';
import { isState } from '../design';
import { recordIn, sameValue } from '../document';
import { passes, type Filter } from '../filter';
import type { PageQuery, TokenRow, ViewName } from '../pool';
import { rowOf } from '../row';
import { isToken, standingOf, tokenStates, type TokenDocument, type TokenState } from '../state';
import type { Fields } from '../template';

export type Which =
  | { readonly by: 'ids'; readonly ids: readonly string[] }
  | { readonly by: 'view'; readonly view: ViewName }
  | { readonly by: 'where'; readonly where: Where }
  /** Those that a person looks for, as typed. */
  | { readonly by: 'filter'; readonly filter: Filter }
  /** A part of our own view, as panels count it. */
  | { readonly by: 'part'; readonly part: Part };

export interface Part extends Omit<PageQuery, 'cursor' | 'limit'> {
  /** Only tokens whose code stands in this field; a code means one thing in `output` and another in `exit_code`. */
  readonly codeField?: TokenRow['codeField'];
}

/** All of it has to hold. */
export interface Where {
  /** Ours, as the trees show it. */
  readonly state?: TokenState;
  /** Fields of the document and the value that each has. */
  readonly fields: Fields;
}

/** The options by which a program says which tokens it means. */
export const whichOptions = ['ids', 'view', 'where'] as const;

/** @throws GridError `rejected` unless exactly one of `ids`, `view` and `where` is given, as the contract has it */
export function readWhich(options: Readonly<Record<string, unknown>>): Which {
  const given = whichOptions.filter((name) => options[name] !== undefined);
  const [name] = given;
  if (given.length > 1)
    throw new GridError('rejected', `The options ${given.join(' and ')} cannot be given together.`, { hint: 'Give one of them.' });
  switch (name) {
    case 'ids':
      return { by: 'ids', ids: readIds(options.ids) };
    case 'view':
      return { by: 'view', view: readView(options.view) };
    case 'where':
      return { by: 'where', where: readWhere(options.where) };
    default:
      throw new GridError('rejected', 'Which tokens are meant was not said.', {
        hint: 'Give "ids" (a list), "view" ("design/view") or "where" (fields and their values).',
      });
  }
}

function readIds(ids: unknown): readonly string[] {
  if (!Array.isArray(ids)) throw new GridError('rejected', 'The option "ids" must be a list of ids.');
  const wrong = (ids as readonly unknown[]).findIndex((id) => typeof id !== 'string' || id === '');
  if (wrong >= 0) throw new GridError('rejected', `Entry ${wrong + 1} of "ids" is no id.`, { hint: 'An id is a text that is not empty.' });
  return ids as readonly string[];
}

/** The view's name ends the text: names of design documents may hold a slash. */
function readView(text: unknown): ViewName {
  const path = typeof text === 'string' ? text.replace(/^_design\//, '') : '';
  const slash = path.lastIndexOf('/');
  const [design, view] = [path.slice(0, Math.max(0, slash)), path.slice(slash + 1)];
  if (design === '' || view === '')
    throw new GridError('rejected', 'The option "view" must name a view as "design/view".', { hint: 'An example: "Monitor/error".' });
  return { design, view };
}

function readWhere(value: unknown): Where {
  const where = recordIn(value);
  if (where === undefined) throw new GridError('rejected', 'The option "where" must be an object of fields and their values.');
  const { state, ...fields } = where;
  if (Object.keys(where).length === 0)
    throw new GridError('rejected', 'The option "where" names no field, which would mean every token.', {
      hint: 'Name a field, or the "state".',
    });
  const unset = Object.keys(where).find((field) => where[field] === undefined);
  if (unset !== undefined)
    throw new GridError('rejected', `The value of "${unset}" in "where" is missing.`, { hint: 'Give one; null is a value.' });
  if (state === undefined) return { fields };
  if (!isState(state))
    throw new GridError('rejected', `“${typeof state === 'string' ? state : JSON.stringify(state)}” is no state of a token.`, {
      hint: `There are: ${tokenStates.join(', ')}.`,
    });
  return { state, fields };
}

/** Selections that are told by looking at a document. */
export type Condition = Extract<Which, { readonly by: 'where' | 'filter' | 'part' }>;

export function isMeant(document: TokenDocument, which: Condition): boolean {
  switch (which.by) {
    case 'where':
      return matches(document, which.where);
    case 'filter':
      return passes(document, which.filter);
    case 'part':
      return isToken(document) && isInPart(rowOf(document), which.part);
  }
}

export function isInPart(row: TokenRow, { type, state, step, code, codeField }: Part): boolean {
  // Our view counts codes of errors only.
  const counted = row.state === 'error' ? row.code : null;
  return (
    row.type === type &&
    row.state === state &&
    (step === undefined || step === row.step) &&
    (code === undefined || code === counted) &&
    (codeField === undefined || codeField === row.codeField)
  );
}

/** Whether a document is a token of which all of this holds. */
export function matches(document: TokenDocument, { state, fields }: Where): boolean {
  if (!isToken(document) || (state !== undefined && standingOf(document).state !== state)) return false;
  return Object.entries(fields).every(([field, value]) => Object.hasOwn(document, field) && sameValue(document[field], value));
}
