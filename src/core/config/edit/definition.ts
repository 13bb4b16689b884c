/** What a shell variable of a step stands for: a field of the token or an attachment, and what the file gives for it. */
import { dialectOf } from '../dialect';
import { type Dialect } from '../key';
import { asMap, asScalar, entriesOf, entryOf, type Tree } from '../tree';
import { placesOf } from '../rules/variables';

export type Origin = 'field' | 'attachment';

export interface Definition {
  /** With its `$`. */
  readonly name: string;
  readonly from: Origin;
  /** Name of the field or attachment. */
  readonly source: string;
  /** What the file gives for the field; undefined for attachments, maps and fields that come later. */
  readonly value: string | undefined;
}

/** Every variable that a document defines, each once, in its order. */
export function definitionsOf(tree: Tree, dialect: Dialect = dialectOf(tree)): Definition[] {
  const places = placesOf(asMap(tree.root), dialect);
  const found = new Map<string, Definition>();
  const add = (name: string | undefined, from: Origin, source: string | undefined): void => {
    if (name?.startsWith('$') !== true || source === undefined || found.has(name)) return;
    const field = entryOf(places.token, source) ?? entryOf(places.jobVariables, source);
    found.set(name, { name, from, source, value: from === 'field' ? asScalar(field?.value)?.text : undefined });
  };
  if (places.shell === undefined) {
    for (const { key, value } of entriesOf(places.tokenKeys)) add(key.text, 'field', asScalar(value)?.text);
    for (const { key, value } of entriesOf(places.attachments)) add(key.text, 'attachment', asScalar(value)?.text);
  } else {
    for (const { key, value } of entriesOf(places.shell)) if (key.text !== '_attachments') add(asScalar(value)?.text, 'field', key.text);
    for (const { key, value } of entriesOf(places.attachments)) add(asScalar(value)?.text, 'attachment', key.text);
  }
  return [...found.values()];
}

/** Names of the fields that tokens of this document have. */
export function fieldsOf(tree: Tree, dialect: Dialect = dialectOf(tree)): string[] {
  const { token, jobVariables } = placesOf(asMap(tree.root), dialect);
  const fields = [...entriesOf(token), ...entriesOf(jobVariables)].map(({ key }) => key.text);
  // v1 moves these two out of the token's own fields.
  return [...new Set(fields)].filter((name) => name !== '' && !(dialect === 'v1' && (name === 'variables' || name === 'upload')));
}

/** Names of the attachments that a document speaks of. */
export function attachmentsOf(tree: Tree, dialect: Dialect = dialectOf(tree)): string[] {
  const { shell, attachments } = placesOf(asMap(tree.root), dialect);
  const names = entriesOf(attachments).map(({ key, value }) => (shell === undefined ? asScalar(value)?.text : key.text));
  return [...new Set(names.filter((name) => name !== undefined && name !== '' && !name.startsWith('$')))] as string[];
}
