/**
 * An archive of tokens as a sequence of files, written and read in one pass whatever its size:
 *
 *     archive.json                              what it is, of which pool, and when
 *     tokens/<id>/token.json                    the document as the server sent it
 *     tokens/<id>/attachments/<name>            each attachment, byte for byte, in the order of the document
 *     manifest/000001.jsonl                     after at most 500 tokens: a line for each of them
 *     end.json                                  how many there are, and a digest of all manifests
 *
 * `<id>` and `<name>` are encoded (name.ts); the true ones stand in the documents. An archive without its end is not
 * whole; one whose files are not what its manifests say was changed.
 */
import { GridError } from '../../errors';
import { count } from '../../wording';
import { recordIn, stubsOf } from '../document';
import { isToken, type TokenDocument } from '../state';
import { entryName } from './name';

const format = 'grid-workbench tokens';
const version = 1;

export const headName = 'archive.json';
export const endName = 'end.json';
/** Tokens of one manifest. */
export const manifestSize = 500;

export interface ArchiveHead {
  readonly pool: string;
  readonly database: string;
  /** "2026-11-17T12:00:00.000Z" */
  readonly time: string;
}

/** What a manifest says of one token. */
export interface ManifestLine {
  readonly id: string;
  readonly rev: string;
  /** Of its file in the archive, in hexadecimal. */
  readonly sha256: string;
  readonly attachments: readonly ManifestAttachment[];
}

export interface ManifestAttachment {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ArchiveEnd {
  readonly tokens: number;
  readonly attachments: number;
  /** Of the texts of all manifests, one after the other. */
  readonly sha256: string;
}

export function headText({ pool, database, time }: ArchiveHead): string {
  return `${JSON.stringify({ format, version, pool, database, time }, null, 2)}\n`;
}

export function tokenText(document: TokenDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

export function tokenName(id: string): string {
  return `tokens/${entryName(id)}/token.json`;
}

export function attachmentName(id: string, name: string): string {
  return `tokens/${entryName(id)}/attachments/${entryName(name)}`;
}

export function manifestName(number: number): string {
  return `manifest/${String(number).padStart(6, '0')}.jsonl`;
}

export function manifestText(lines: readonly ManifestLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

export function endText({ tokens, attachments, sha256 }: ArchiveEnd): string {
  return `${JSON.stringify({ tokens, attachments, sha256 }, null, 2)}\n`;
}

/** @param file its name, for the sentence */
export function readHead(text: string, file: string): ArchiveHead {
  const head = recordIn(parse(text));
  if (head?.format !== format) throw foreign(file);
  if (typeof head.version !== 'number' || head.version > version)
    throw new GridError('malformed', `${file} was written by a newer version of Grid Workbench.`, { hint: 'Update the extension.' });
  const { pool, database, time } = head;
  if (typeof pool !== 'string' || typeof database !== 'string' || typeof time !== 'string') throw altered(file, headName);
  return { pool, database, time };
}

export function readEnd(text: string, file: string): ArchiveEnd {
  const { tokens, attachments, sha256 } = recordIn(parse(text)) ?? {};
  if (typeof tokens !== 'number' || typeof attachments !== 'number' || typeof sha256 !== 'string') throw altered(file, endName);
  return { tokens, attachments, sha256 };
}

/** The token of a file in an archive. */
export function readToken(text: string, name: string, file: string): TokenDocument & { readonly _id: string; readonly _rev: string } {
  const document = recordIn(parse(text));
  const { _id: id, _rev: rev } = document ?? {};
  if (document === undefined || typeof id !== 'string' || typeof rev !== 'string' || !isToken(document) || id.startsWith('_'))
    throw altered(file, name);
  if (tokenName(id) !== name || new Set(stubsOf(document).map((stub) => stub.name)).size !== stubsOf(document).length)
    throw altered(file, name);
  return { ...document, _id: id, _rev: rev };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function foreign(file: string): GridError {
  return new GridError('malformed', `${file} is no archive of tokens.`, { hint: 'Choose one that “Archive Tokens…” has written.' });
}

/** @param tokens that are whole */
export function brokenOff(file: string, tokens: number): GridError {
  return new GridError('malformed', `${file} breaks off after ${count(tokens)} tokens; its end is missing.`, {
    hint: 'Copy it again from where it was written. Nothing was restored.',
  });
}

/** @param name of the first file in it that is not what it was */
export function altered(file: string, name: string): GridError {
  return new GridError('malformed', `${file} was changed after it was written, or is damaged: ${name} is not what it was.`, {
    hint: 'Copy it again from where it was written. Nothing was restored.',
  });
}
