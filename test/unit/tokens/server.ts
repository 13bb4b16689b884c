/** Map functions run as a server runs them: by themselves, knowing `emit` and the document only. */
import { runInNewContext } from 'node:vm';

export interface Emitted {
  readonly key: unknown;
  readonly value: unknown;
}

/** What a map emits for a document, through JSON as a server keeps it. Throws what the script throws. */
export function emitted(map: string, document: unknown): Emitted[] {
  const rows: Emitted[] = [];
  const emit = (key: unknown, value: unknown): void => {
    rows.push(JSON.parse(JSON.stringify({ key: key ?? null, value: value ?? null })) as Emitted);
  };
  runInNewContext(`(${map})(JSON.parse(text))`, { emit, text: JSON.stringify(document) });
  return rows;
}
