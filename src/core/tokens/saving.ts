/** Saving a token that was edited: over the version that was read, and over no other. */
import { GridError } from '../errors';
import type { CallOptions } from '../ports';
import { checkAttachments, readEdited } from './edited';
import type { Lineage } from './lineage';
import { changedFields } from './merge';
import type { Pool } from './pool';
import { compact, readObject, textIn, textValue, valueIn, withValue, type VerbatimMap } from './verbatim';

export type Saving =
  | { readonly outcome: 'saved'; readonly rev: string }
  /** The pool has it already; nothing was sent. */
  | { readonly outcome: 'unchanged' }
  | Conflict;

/** Somebody else has changed the token since it was read. Nothing was written. */
export interface Conflict {
  readonly outcome: 'conflict';
  /** What the pool has; undefined when the token was deleted. */
  readonly theirs: VerbatimMap | undefined;
  readonly mine: VerbatimMap;
  /** The version that both came from; undefined where neither we nor the pool have it any more. */
  readonly base: VerbatimMap | undefined;
}

type Texts = Pick<Pool, 'text' | 'write'>;

/**
 * @param text of an editor, with the revision that was read into it
 * @throws GridError `rejected` with the place of what cannot be saved, and whatever the pool says
 */
export async function saveEdited(pool: Texts, id: string, text: string, lineage: Lineage, options: CallOptions): Promise<Saving> {
  const edited = readEdited(text, id);
  const tip = lineage.tipOf(edited.rev);
  const origin = await versionOf(pool, id, edited.rev, lineage, options);
  const latest = tip === edited.rev ? origin : await versionOf(pool, id, tip, lineage, options);
  if (latest === undefined) {
    // A version that nobody has any more cannot be the newest.
    const theirs = await newest(pool, id, lineage, options);
    return { outcome: 'conflict', theirs, mine: edited.document, base: undefined };
  }
  checkAttachments(edited, [origin, latest]);
  return writeOver(pool, id, { fields: edited.document, from: edited.rev, latest, lineage }, options);
}

interface Writing {
  readonly fields: VerbatimMap;
  /** The revision that the text says. */
  readonly from: string;
  /** The version to be replaced. */
  readonly latest: VerbatimMap;
  readonly lineage: Lineage;
}

/** Times that files may be attached by others while we save. */
const tries = 5;

async function writeOver(pool: Texts, id: string, writing: Writing, options: CallOptions): Promise<Saving> {
  const { fields, from, lineage } = writing;
  let { latest } = writing;
  for (let attempt = 1; ; attempt++) {
    const document = onTopOf(fields, latest);
    if (changedFields(latest, document).length === 0) return { outcome: 'unchanged' };
    try {
      const { rev } = await pool.write(id, compact(document), options);
      lineage.wrote(from, rev);
      const replaced = textIn(latest, '_rev');
      if (replaced !== undefined && replaced !== from) lineage.wrote(replaced, rev);
      lineage.read(rev, compact(withValue(document, '_rev', textValue(rev))));
      return { outcome: 'saved', rev };
    } catch (error) {
      if (!(error instanceof GridError) || error.kind !== 'conflict') throw error;
    }
    const theirs = await newest(pool, id, lineage, options);
    const rev = theirs && textIn(theirs, '_rev');
    if (theirs === undefined || rev === undefined) return { outcome: 'conflict', theirs, mine: document, base: latest };
    // What we wrote ourselves when the answer was lost.
    if (changedFields(document, theirs).length === 0) {
      lineage.wrote(from, rev);
      return { outcome: 'saved', rev };
    }
    // A file that was attached meanwhile is in nobody's way.
    if (attempt === tries || changedFields(latest, theirs).length > 0) return { outcome: 'conflict', theirs, mine: document, base: latest };
    latest = theirs;
  }
}

/** The fields of one version as the next revision of another. */
export function onTopOf(fields: VerbatimMap, version: VerbatimMap): VerbatimMap {
  const attachments = withValue(fields, '_attachments', valueIn(version, '_attachments'));
  return withValue(attachments, '_rev', valueIn(version, '_rev'));
}

async function versionOf(pool: Texts, id: string, rev: string, lineage: Lineage, options: CallOptions): Promise<VerbatimMap | undefined> {
  const known = lineage.version(rev);
  if (known !== undefined) return known;
  const text = await orNothing(pool.text(id, { ...options, rev }));
  if (text === undefined) return undefined;
  const version = readObject(text);
  // A server that does not keep what is old may answer with what is new.
  if (textIn(version, '_rev') !== rev) return undefined;
  lineage.read(rev, text);
  return version;
}

async function newest(pool: Texts, id: string, lineage: Lineage, options: CallOptions): Promise<VerbatimMap | undefined> {
  const text = await orNothing(pool.text(id, options));
  if (text === undefined) return undefined;
  const version = readObject(text);
  const rev = textIn(version, '_rev');
  if (rev !== undefined) lineage.read(rev, text);
  return version;
}

/** @returns undefined for a document or a revision that is not there */
async function orNothing(reading: Promise<string>): Promise<string | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof GridError && error.kind === 'notFound') return undefined;
    throw error;
  }
}
