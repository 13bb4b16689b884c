/**
 * Who calls a command. VS Code's menus pass `(uri, [uri])` from the Explorer, `(uri)` from the editor, `(uri, { groupId,
 * … })` from an editor title or tab and `(node, nodes?)` from a tree; these shapes, and none, mean a person, whom the
 * command may ask. A program's call ends with a plain options object, even an empty one.
 */
import { Uri } from 'vscode';
import { GridError } from '../core/errors';

/** What a menu passed, sorted. */
export interface Person {
  readonly by: 'person';
  /** The resources meant: the selection where the menu has one, else the one that was clicked. */
  readonly uris: readonly Uri[];
  /** The menu passed a selection of whole files: what is selected inside an editor is not meant. */
  readonly selected: boolean;
  /** The tree nodes meant, in the same manner. */
  readonly nodes: readonly TreeNode[];
}

/** What a program passed: positional arguments, then options. */
export interface Program {
  readonly by: 'program';
  readonly subject: unknown;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Every node of every tree carries this mark, so that it cannot be taken for an options object. */
export interface TreeNode {
  readonly node: string;
}

export function callerOf(args: readonly unknown[]): Person | Program {
  const last = args.at(-1);
  if (isOptions(last)) {
    if (args.length > 2) throw new GridError('rejected', `This command takes at most two arguments, not ${args.length}.`);
    return { by: 'program', subject: args.length === 2 ? args[0] : undefined, options: last };
  }
  const [clicked, selected] = args;
  const all = Array.isArray(selected) && selected.length > 0 ? selected : clicked === undefined ? [] : [clicked];
  return { by: 'person', uris: all.filter(isUri).map(toUri), selected: Array.isArray(selected), nodes: all.filter(isNode) };
}

function isOptions(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && !isUri(value) && !isNode(value) && typeof value.groupId !== 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNode(value: unknown): value is TreeNode {
  return isRecord(value) && typeof value.node === 'string';
}

function isUri(value: unknown): value is Uri {
  return value instanceof Uri || (isRecord(value) && typeof value.scheme === 'string' && typeof value.path === 'string');
}

function toUri(value: Uri): Uri {
  return value instanceof Uri ? value : Uri.from(value);
}

/** One Uri or several, from a program; a Uri that crossed a process border and a text are taken too. */
export function urisOf(subject: unknown): readonly Uri[] {
  const all: readonly unknown[] = Array.isArray(subject) ? subject : [subject];
  return all.map((each) => {
    if (isUri(each)) return toUri(each);
    if (typeof each === 'string' && each !== '') return each.includes('://') ? Uri.parse(each, true) : Uri.file(each);
    throw new GridError('rejected', 'A file is missing: pass its Uri first, then the options.');
  });
}

/** What an option must be; `any` is any JSON value, null included. */
export type OptionType = keyof OptionValues;
interface OptionValues {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly array: readonly unknown[];
  readonly object: Readonly<Record<string, unknown>>;
  /** A Uri, or text that names one. */
  readonly uri: Uri;
  readonly any: unknown;
}
type Typed<T extends OptionType> = OptionValues[T];

const fits: Readonly<Record<OptionType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: (value) => isRecord(value) && !isUri(value),
  uri: (value) => isUri(value) || (typeof value === 'string' && value !== ''),
  any: (value) => value !== undefined,
};
const wanted: Partial<Record<OptionType, string>> = { array: 'an array', object: 'an object', uri: 'a Uri', any: 'a value' };

/**
 * The options, checked: unknown fields and wrong types are refused by name. A field whose type ends with `?` may be
 * left out.
 */
export function optionsOf<S extends Readonly<Record<string, OptionType | `${OptionType}?`>>>(
  options: Readonly<Record<string, unknown>>,
  shape: S,
): {
  readonly [K in keyof S]: S[K] extends `${infer T extends OptionType}?`
    ? Typed<T> | undefined
    : S[K] extends OptionType
      ? Typed<S[K]>
      : never;
} {
  for (const key of Object.keys(options)) {
    if (!(key in shape))
      throw new GridError('rejected', `The option "${key}" is not known here.`, {
        hint: `Known are: ${Object.keys(shape).join(', ') || 'none'}.`,
      });
  }
  const given: Record<string, unknown> = {};
  for (const [key, word] of Object.entries(shape)) {
    const value = options[key];
    const type = word.replace('?', '') as OptionType;
    if (value === undefined && word.endsWith('?')) continue;
    if (!fits[type](value)) throw new GridError('rejected', `The option "${key}" must be ${wanted[type] ?? `a ${type}`}.`);
    given[key] = type === 'uri' ? urisOf(value)[0] : value;
  }
  return given as never;
}
