/** CR LF, which a shell on a worker stops at: how it becomes LF, and whose file it is in. */
import type { LocalSource } from './recipe';

const [lineFeed, carriageReturn] = [10, 13];

/** The same bytes with LF where CR LF is; a CR alone stays. */
export function withLineFeeds(content: Uint8Array): Uint8Array {
  return content.filter((byte, at) => byte !== carriageReturn || content[at + 1] !== lineFeed);
}

/** Where a file of the sandbox lies, seen from the folder of the recipe; undefined for one of a repository. */
export function localPathOf(path: string, files: readonly LocalSource[]): string | undefined {
  const source = files.findLast(({ to }) => path === to || path.startsWith(`${to}/`));
  return source === undefined ? undefined : `${source.from}${path.slice(source.to.length)}`;
}
