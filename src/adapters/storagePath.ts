/** Links by path: which of them an answer is about. */
import { pathOfLink } from '../core/links/path';

/** Links by path, as they were asked about and as answers spell them. */
export class LinkPaths {
  readonly #byPath = new Map<string, string[]>();
  #byName: Map<string, string[]> | undefined;

  constructor(links: readonly string[]) {
    for (const link of links) {
      const path = pathOfLink(link);
      const same = this.#byPath.get(path);
      if (same === undefined) this.#byPath.set(path, [link]);
      else same.push(link);
    }
  }

  /** Each path once, in the order of the links. */
  get paths(): readonly string[] {
    return [...this.#byPath.keys()];
  }

  /** The links that lie at exactly this path. */
  at(path: string): readonly string[] {
    return this.#byPath.get(path) ?? [];
  }

  /**
   * The path that an answer means. A door may answer with another root before it, or with none; a spelling that fits
   * several of ours fits none.
   */
  meant(told: string): string | undefined {
    if (this.#byPath.has(told)) return told;
    for (let at = told.indexOf('/', 1); at > 0; at = told.indexOf('/', at + 1)) {
      const rest = told.slice(at);
      if (this.#byPath.has(rest)) return rest;
    }
    const tail = `/${told}`.replace(/^\/{2,}/, '/');
    const alike = ((this.#byName ??= this.#index()).get(nameOf(told)) ?? []).filter((path) => path.endsWith(tail));
    return alike.length === 1 ? alike[0] : undefined;
  }

  #index(): Map<string, string[]> {
    const byName = new Map<string, string[]>();
    for (const path of this.#byPath.keys()) {
      const same = byName.get(nameOf(path));
      if (same === undefined) byName.set(nameOf(path), [path]);
      else same.push(path);
    }
    return byName;
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
