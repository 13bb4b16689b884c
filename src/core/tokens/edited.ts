/**
 * The text of a token as somebody edited it, before it is sent: what cannot be a token is refused with the place and
 * what to do, and the fields that belong to the pool come back as they were read.
 */
import { parseJson } from '../config/json';
import { asMap, textOf as textAt, type Entry, type Node, type Span } from '../config/tree';
import { GridError } from '../errors';
import { count } from '../wording';
import { compact, readObject, sameValue, valueIn, type VerbatimMap } from './verbatim';

export interface Edited {
  readonly document: VerbatimMap;
  /** The revision that was read and then changed. */
  readonly rev: string;
}

/** CouchDB's `max_document_size`, in bytes of JSON; attachments do not count. */
export const mostBytes = 8_000_000;
/** Fields of CouchDB that a document may hold when it is sent. */
const sent = new Set(['_id', '_rev', '_attachments']);

/** @throws GridError `rejected` that says where, and that nothing was saved */
export function readEdited(given: string, id: string): Edited {
  const text = given.startsWith('\ufeff') ? given.slice(1) : given;
  const { root, faults } = parseJson(text, { strict: true });
  const [fault] = faults;
  if (fault !== undefined) {
    const said = fault.kind === 'duplicate-key' ? `The field “${fault.message}” stands twice. Keep one of the two.` : fault.message;
    throw refusal(text, fault, said);
  }
  const map = asMap(root);
  if (map === undefined) throw refusal(text, { start: 0, end: 0 }, 'A token is an object with named fields. Begin it with “{”.');
  const entries = new Map(map.entries.map((entry) => [entry.key.text, entry]));
  checkId(text, entries.get('_id'), id);
  const rev = revIn(text, entries.get('_rev'));
  for (const { key } of map.entries) {
    if (key.text.startsWith('_') && !sent.has(key.text))
      throw refusal(text, key, `Names of fields that begin with “_” belong to CouchDB. Call “${key.text}” something else.`);
  }
  const document = readWhole(text);
  const bytes = new TextEncoder().encode(compact(document)).length;
  if (bytes > mostBytes)
    throw new GridError('rejected', `The token has ${count(bytes)} bytes, and ${count(mostBytes)} is the most that a pool takes.`, {
      hint: 'Move what is large into an attachment. Nothing was saved.',
    });
  return { document, rev };
}

/** What the tolerant parser let pass, the strict one tells without a place. */
function readWhole(text: string): VerbatimMap {
  try {
    return readObject(text);
  } catch (error) {
    throw error instanceof GridError ? new GridError('rejected', error.message, { hint: 'Nothing was saved.', cause: error }) : error;
  }
}

function checkId(text: string, entry: Entry | undefined, id: string): void {
  if (entry === undefined)
    throw new GridError('rejected', `The line with “_id” is missing.`, {
      hint: `Put back "_id": ${JSON.stringify(id)}. Nothing was saved.`,
    });
  if (textAt(entry.value) !== id)
    throw refusal(text, entry.value, `A token keeps its id: here it is ${JSON.stringify(id)}. To make another token, create one.`);
}

function revIn(text: string, entry: Entry | undefined): string {
  const rev = textAt(entry?.value);
  if (rev !== undefined && /^\d+-./.test(rev)) return rev;
  const what = '“_rev” says which version was read and changed, and keeps others’ work from being overwritten.';
  if (entry === undefined)
    throw new GridError('rejected', `The line with “_rev” is missing. ${what}`, { hint: 'Undo its removal. Nothing was saved.' });
  throw refusal(text, entry.value, `${what} Undo its change.`);
}

/**
 * Refuses a text in which attachments were added, removed or changed: a document without them deletes them all.
 * @param versions of the document that the text may have been read from
 */
export function checkAttachments({ document }: Edited, versions: readonly (VerbatimMap | undefined)[]): void {
  const stubs = valueIn(document, '_attachments');
  if (versions.some((version) => version !== undefined && sameValue(stubs, valueIn(version, '_attachments')))) return;
  throw new GridError('rejected', 'Attachments are not changed by editing “_attachments”.', {
    hint: 'Undo that change; attach and delete files in the tree of tokens. Nothing was saved.',
  });
}

function refusal(text: string, { start }: Span, message: string): GridError {
  return new GridError('rejected', `${placeIn(text, start)}: ${message}`, { hint: 'Nothing was saved.' });
}

/** "Line 3, column 7", counted as editors count. */
export function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return `Line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The revision that a text says it is of, also where it cannot be read as a whole. */
export function revisionIn(text: string): string | undefined {
  return textAt(entryNamed(parseJson(text).root, '_rev')?.value);
}

function entryNamed(root: Node | undefined, name: string): Entry | undefined {
  return asMap(root)?.entries.findLast(({ key }) => key.text === name);
}
