/** Failures as the editor's file system tells them. */
import { FileSystemError, type Uri } from 'vscode';
import { asGridError } from '../../core/errors';
import { redact } from '../../core/redact';

export function toFileError(thrown: unknown, uri: Uri): FileSystemError {
  if (thrown instanceof FileSystemError) return thrown;
  const error = asGridError(thrown);
  const sentence = redact(error.sentence);
  switch (error.kind) {
    case 'notFound':
      // The editor knows what to do about a file that is not there: it needs the name, not our sentence.
      return FileSystemError.FileNotFound(uri);
    case 'auth':
    case 'forbidden':
    case 'untrusted':
      return FileSystemError.NoPermissions(sentence);
    case 'unreachable':
    case 'timeout':
    case 'tls':
      return FileSystemError.Unavailable(sentence);
    default:
      return new FileSystemError(sentence);
  }
}

export function refused(sentence: string): FileSystemError {
  return FileSystemError.NoPermissions(sentence);
}
