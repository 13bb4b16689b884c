/** Who still reads a version of a sandbox: tokens name it in SBXloc, whatever their state. */
import { GridError } from '../errors';
import type { CallOptions } from '../ports';
import type { Pool } from '../tokens/pool';

export interface NamedPool {
  readonly name: string;
  readonly open: () => Promise<Pool>;
}

/**
 * Which of these locations a token of any pool names, by whichever way.
 * @throws GridError of the first pool that cannot be asked, with its name: then nobody knows
 */
export async function namedByTokens(
  pools: readonly NamedPool[],
  locations: readonly string[],
  options: CallOptions,
): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const { name, open } of pools) {
    try {
      // Documents that are no tokens too: whatever names a version may be put back to work.
      for await (const documents of (await open()).all(options))
        for (const { SBXloc: told } of documents)
          if (typeof told === 'string') for (const location of locations) if (nameIn(told) === nameIn(location)) used.add(location);
    } catch (cause) {
      const kind = cause instanceof GridError ? cause.kind : 'toolFailed';
      throw new GridError(kind, `The pool ${name} cannot be asked which versions its tokens name.`, { cause });
    }
  }
  return used;
}

/** A version has its checksum in its name. The way to it is spelled by other doors and ports too, and older tokens hold its end alone. */
function nameIn(location: string): string {
  return location.slice(location.lastIndexOf('/') + 1);
}
