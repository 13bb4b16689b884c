/** What an action makes of one token. Functions of the document as it was read; the write goes over that revision only. */
import { GridError } from '../../errors';
import { checkValue } from '../create';
import { recordIn, sameValue } from '../document';
import { resetToken, unlockToken, type ResetKind } from '../reset';
import { standingOf, type TokenDocument } from '../state';

/** The document to write; 'keep' where there is nothing to do; 'changed' where it is not what the person has seen. */
export type Edit = (document: TokenDocument) => TokenDocument | 'keep' | 'changed';

/** A token that is to do and would only count one more scrub stays: so a reset can be repeated. */
export function resetting(kind: ResetKind): Edit {
  return (document) => {
    const after = resetToken(document, kind);
    return standingOf(document).state === 'todo' && sameValue(plain(after), plain(document)) ? 'keep' : after;
  };
}

/** Without what a reset adds to a token that has never run: its count, and the host that nobody is. */
function plain({ scrub_count: _scrubs, hostname, ...fields }: TokenDocument): TokenDocument {
  return hostname === '' || hostname === undefined ? fields : { ...fields, hostname };
}
/** Frees locked tokens. The marks of the library are no locks. */
export const unlocking: Edit = (document) => (standingOf(document).state === 'locked' ? unlockToken(document) : 'keep');

export const deleting: Edit = ({ _id, _rev }) => ({ _id, _rev, _deleted: true });

/**
 * Gives a field a value, whatever it holds now. A dot in the name is a part of the name.
 * @throws GridError `rejected` for a field or a value that no token can have
 */
export function setting(field: string, value: unknown): Edit {
  if (field === '') throw new GridError('rejected', 'The name of the field is missing.', { hint: 'Give one.' });
  if (field.startsWith('_'))
    throw new GridError('rejected', `The field “${field}” cannot be set.`, { hint: 'Names that begin with _ belong to CouchDB.' });
  if (value === undefined)
    throw new GridError('rejected', `The value for “${field}” is missing.`, { hint: 'Give any JSON value; null is one.' });
  checkValue(field, value);
  return (document) => (Object.hasOwn(document, field) && sameValue(document[field], value) ? 'keep' : { ...document, [field]: value });
}

/** What is attached: bytes of the file, their base64 where they go within the document, and CouchDB's digest of them. */
export interface Enclosure {
  readonly name: string;
  readonly contentType: string;
  readonly length: number;
  /** "md5-…", of the content. A server that keeps it compressed has another one: then it is written again. */
  readonly digest: string;
  /** Absent where it is sent by itself. */
  readonly data?: string;
}

/** Attaches a file, in place of one of the same name. */
export function attaching({ name, contentType, length, digest, data }: Enclosure): Edit {
  if (name === '' || name.startsWith('_'))
    throw new GridError('rejected', `“${name}” cannot be the name of an attachment.`, {
      hint: name === '' ? 'Give it one.' : 'Names that begin with _ belong to CouchDB.',
    });
  const content = data === undefined ? { content_type: contentType, length, digest } : { content_type: contentType, data };
  return (document) => {
    const attachments = recordIn(document._attachments) ?? {};
    const there = recordIn(Object.hasOwn(attachments, name) ? attachments[name] : undefined);
    if (there?.digest === digest && there.content_type === contentType) return 'keep';
    return { ...document, _attachments: { ...attachments, [name]: content } };
  };
}
