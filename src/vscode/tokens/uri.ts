/** Addresses of tokens and attachments in the editor, and the documents that are open of them. */
import { Uri, workspace, type TextDocument } from 'vscode';
import { attachmentPath, documentPath, placeOf, tokenScheme, type TokenPlace } from '../../core/tokens/path';

export function documentUri(pool: string, id: string): Uri {
  return Uri.from({ scheme: tokenScheme, path: documentPath(pool, id) });
}

export function attachmentUri(pool: string, id: string, name: string): Uri {
  return Uri.from({ scheme: tokenScheme, path: attachmentPath(pool, id, name) });
}

export function placeIn(uri: Uri): TokenPlace | undefined {
  return uri.scheme === tokenScheme ? placeOf(uri.path) : undefined;
}

export function openDocument(uri: Uri): TextDocument | undefined {
  return workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}
