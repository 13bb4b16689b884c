/** Which words make sense at a place: keys and values of the schema, variables, fields and attachments of the document. */
import { type Cursor } from './cursor';
import { attachmentsOf, definitionsOf, fieldsOf, type Definition } from './definition';
import { tokenFields } from '../fields';
import { dialectNames, type Dialect, type Format, type KeySpec } from '../key';
import { placeholders } from '../outputs';
import { schemas, specAt } from '../schema';
import { type Span, type Step, type Tree } from '../tree';

export type CandidateKind = 'key' | 'value' | 'variable' | 'attachment' | 'field';

export interface Candidate {
  readonly label: string;
  readonly kind: CandidateKind;
  readonly detail: string;
  readonly doc: string;
  readonly word: string;
  /** Smaller comes first. */
  readonly rank: number;
  /** The word is a key: with this value, or with one of this kind. */
  readonly key?: { readonly value?: string; readonly spec?: KeySpec | undefined };
  /** The word replaces only this part of a text, and is written as it is. */
  readonly part?: Span;
  /** A number or truth value, which takes no quotes. */
  readonly bare?: boolean;
}

interface Place {
  readonly text: string;
  readonly tree: Tree;
  readonly dialect: Dialect;
  readonly cursor: Cursor;
  readonly files: readonly string[];
}

/** @param files names of files beside the document */
export function candidatesAt(text: string, tree: Tree, dialect: Dialect, cursor: Cursor, files: readonly string[]): Candidate[] {
  const place: Place = { text, tree, dialect, cursor, files };
  const { path, at } = cursor;
  const root = dialect === 'v0.5' && path.length === 0 ? schemas.workbench : schemas[dialect];
  const spec = specAt(root, path);
  const own = at === 'key' ? ownKeys(place) : ownValues(place);
  if (own !== undefined) {
    const listed = new Set(own.map(({ label }) => label));
    return at === 'key' ? [...own, ...keysOf(place, spec).filter(({ label }) => !listed.has(label))] : own;
  }
  if (at === 'key') return keysOf(place, spec);
  const items = at === 'item' && place.tree.syntax === 'yaml' && !cursor.flow ? keysOf(place, spec) : [];
  return [...items, ...valuesOf(place, spec)];
}

function keysOf({ cursor, dialect }: Place, spec: KeySpec | undefined): Candidate[] {
  return Object.entries(spec?.keys ?? {})
    .filter(([name, { unused }]) => unused === undefined && !cursor.present.has(name) && !isAttachmentMap(cursor.path))
    .map(([name, below]) => ({
      label: name,
      kind: 'key' as const,
      detail: below.required === true ? 'required' : below.reserved === true ? 'the tool sets it' : dialectNames[dialect],
      doc: below.doc,
      word: name,
      rank: below.required === true ? 1 : below.reserved === true ? 5 : 3,
      key: { spec: below },
    }));
}

function isAttachmentMap(path: readonly Step[]): boolean {
  return path.at(-1) === '_attachments';
}

/** Keys whose names come from the document: fields and attachments of the maps of variables. */
function ownKeys(place: Place): Candidate[] | undefined {
  const { cursor, dialect } = place;
  const way = cursor.path.join('/');
  const free = (name: string): boolean => !cursor.present.has(name);
  if (dialect === 'v1') {
    if (way === 'Token/variables/_token_keys') {
      return fieldNames(place)
        .filter(({ name }) => free(`$${name}`) && /^[A-Za-z_]\w*$/.test(name))
        .map(({ name, rank }) => ({ ...field(name, rank), label: `$${name}`, word: `$${name}`, key: { value: name } }));
    }
    if (way !== 'Token/variables/_attachments') return undefined;
    return attachmentNames(place)
      .map((name, index) => ({ name, variable: variableFor(name, 'v1'), index }))
      .filter(({ variable }) => free(variable))
      .map(({ name, variable, index }) => ({ ...attachment(name, index), label: variable, word: variable, key: { value: name } }));
  }
  if (way === 'Shell_variables') {
    const known = fieldNames(place).filter(({ name }) => free(name));
    const id: Candidate[] = free('_id') ? [{ ...field('_id', 1), doc: 'The token’s own name.', key: { value: '$TOKEN' } }] : [];
    return [...known.map(({ name, rank }) => ({ ...field(name, rank), key: { value: `$${name.replace(/\W/g, '_')}` } })), ...id];
  }
  if (way !== 'Shell_variables/_attachments') return undefined;
  return attachmentNames(place)
    .filter(free)
    .map((name, index) => ({ ...attachment(name, index), key: { value: variableFor(name, dialect) } }));
}

/** Values of the maps of variables. */
function ownValues(place: Place): Candidate[] | undefined {
  const { cursor, dialect } = place;
  const [first, second, third, last, ...rest] = cursor.path;
  if (rest.length > 0) return undefined;
  if (dialect === 'v1') {
    if (first !== 'Token' || second !== 'variables' || typeof last !== 'string') return undefined;
    if (third === '_attachments') return attachmentNames(place).map((name, index) => attachment(name, index));
    if (third !== '_token_keys') return undefined;
    const wanted = last.replace(/^\$/, '');
    return fieldNames(place).map(({ name, rank }) => field(name, name === wanted ? 0 : rank));
  }
  if (first !== 'Shell_variables' || typeof second !== 'string' || last !== undefined) return undefined;
  if (third === undefined && second !== '_attachments') {
    const name = second === '_id' ? '$TOKEN' : `$${second.replace(/\W/g, '_')}`;
    return [variable(name, `The token field ${second}, in the environment of the job.`, 0)];
  }
  if (second !== '_attachments' || typeof third !== 'string') return undefined;
  return [
    variable(variableFor(third, 'v1'), 'The job finds the name of the file in this variable.', 0),
    { ...attachment(third, 1), doc: 'The file is downloaded, and no variable names it.' },
  ];
}

/** Fields of the document first, then those that the tools know. */
function fieldNames({ tree, dialect }: Place): { name: string; rank: number }[] {
  const own = fieldsOf(tree, dialect).filter((name) => tokenFields[name]?.reserved !== true);
  const known = Object.keys(tokenFields).filter((name) => !own.includes(name) && tokenFields[name]?.reserved !== true);
  return [...own.map((name) => ({ name, rank: 1 })), ...known.map((name) => ({ name, rank: 4 }))];
}

/** The list of links, what the document names already, and parsets beside it. */
function attachmentNames({ tree, dialect, files }: Place): string[] {
  const beside = files.filter((name) => /\.parset$/i.test(name));
  return [...new Set(['srm.txt', ...attachmentsOf(tree, dialect), ...beside])];
}

/** By custom: the variable under which jobs look for such a file. In v0.5 the list of links is only downloaded. */
function variableFor(name: string, dialect: Dialect): string {
  if (name === 'srm.txt') return dialect === 'v1' ? '$SRMFILE' : name;
  if (/\.parset$/i.test(name)) return '$PARSET';
  if (/\.(sh|py)$/i.test(name)) return '$SCRIPT';
  const stem = name
    .replace(/\.[^.]*$/, '')
    .replace(/\W+/g, '_')
    .toUpperCase();
  return /^[A-Z_]/.test(stem) ? `$${stem}` : `$FILE_${stem}`;
}

function field(name: string, rank: number): Candidate {
  const known = Object.hasOwn(tokenFields, name) ? tokenFields[name] : undefined;
  return { label: name, kind: 'field', detail: 'token field', doc: known?.doc ?? 'A field of this file’s token.', word: name, rank };
}

function attachment(name: string, index: number): Candidate {
  const doc = name === 'srm.txt' ? 'The list of links.' : 'An attachment of the token.';
  return { label: name, kind: 'attachment', detail: 'attachment', doc, word: name, rank: 1 + Math.min(index, 3) };
}

function variable(name: string, doc: string, rank: number, part?: Span): Candidate {
  return { label: name, kind: 'variable', detail: 'variable', doc, word: name, rank, ...(part === undefined ? {} : { part }) };
}

/** Texts in which variables are replaced. */
const replaced: ReadonlySet<Format> = new Set(['grid-url', 'upload-location', 'upload-template', 'storage-path']);

function valuesOf(place: Place, spec: KeySpec | undefined): Candidate[] {
  if (spec === undefined) return [];
  const found: Candidate[] = Object.entries(spec.values ?? {}).map(([name, doc]) => ({
    label: name,
    kind: 'value',
    detail: '',
    doc,
    word: name,
    rank: 2,
    bare: !spec.kinds.includes('text'),
  }));
  if (spec.kinds.includes('flag')) {
    for (const word of ['true', 'false']) found.push({ label: word, kind: 'value', detail: '', doc: '', word, rank: 2, bare: true });
  }
  if (spec.format !== undefined && replaced.has(spec.format)) found.push(...variablesIn(place, spec.format));
  if (spec.format === 'name-format') found.push(...placeholdersIn(place));
  return found;
}

/** The part of a text that is being typed: what begins with the mark before the cursor, else nothing at the cursor. */
function partAt({ text, cursor }: Place, begun: RegExp, goesOn: RegExp): Span | undefined {
  const { offset, start, end, quote } = cursor;
  const typed = text.slice(start, offset);
  const length = begun.exec(typed)?.[0].length;
  if (length !== undefined) return { start: offset - length, end: offset + (goesOn.exec(text.slice(offset, end))?.[0].length ?? 0) };
  // Nothing is typed yet: the whole value is written, with its quotes.
  return typed.length <= quote.length && end - start <= 2 * quote.length ? undefined : { start: offset, end: offset };
}

function variablesIn(place: Place, format: Format): Candidate[] {
  const part = partAt(place, /\$\{?\w*$/, /^\w*\}?/);
  const defined = definitionsOf(place.tree, place.dialect).map((each) => variable(each.name, sourceOf(each), 2, part));
  if (format === 'upload-template') defined.push(variable('$DATE', 'The date, as exact as “date_granularity” says.', 2, part));
  return defined;
}

function sourceOf({ from, source }: Definition): string {
  return from === 'field'
    ? `The token field \`${source.replaceAll('`', '')}\`.`
    : `The name of the attachment \`${source.replaceAll('`', '')}\`.`;
}

function placeholdersIn(place: Place): Candidate[] {
  const part = partAt(place, /\{\w*$/, /^\w*\}?/);
  return placeholders.map((name) => ({
    label: `{${name}}`,
    kind: 'value',
    detail: 'placeholder',
    doc: name === 'fname' ? 'The name of the file; a format needs it.' : '',
    word: `{${name}}`,
    rank: name === 'fname' ? 1 : 2,
    ...(part === undefined ? {} : { part }),
  }));
}
