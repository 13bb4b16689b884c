/**
 * Finds links in another spelling (port, managerv2, double slash). What is not equal is compared by path; a path that the
 * links name on several hosts counts only with its own host. O(1) a link.
 */
export class Spelling {
  readonly #links: ReadonlySet<string>;
  #byPath: Map<string, { readonly link: string; readonly host: string }[]> | undefined;

  /** The index is made when the first link is not found as it is. */
  constructor(links: readonly string[]) {
    this.#links = new Set(links);
  }

  /** The links that `spelt` means, in their own spelling. */
  find(spelt: string): readonly string[] {
    if (this.#links.has(spelt)) return [spelt];
    const { host, path } = place(spelt);
    const same = (this.#byPath ??= this.#index()).get(path) ?? [];
    const oneHost = same.every((each) => each.host === same[0]?.host);
    return same.filter((each) => oneHost || each.host === host).map((each) => each.link);
  }

  #index() {
    const byPath = new Map<string, { readonly link: string; readonly host: string }[]>();
    for (const link of this.#links) {
      const { host, path } = place(link);
      const same = byPath.get(path);
      if (same) same.push({ link, host });
      else byPath.set(path, [{ link, host }]);
    }
    return byPath;
  }
}

/** Host and path of a link, whatever its form: `srm://h:8443/srm/managerv2?SFN=/p` and `srm://h//p` are at h, /p. */
function place(link: string): { readonly host: string; readonly path: string } {
  const parts = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/is.exec(link.trim());
  const rest = parts?.[2] ?? link.trim();
  const path = /[?&]SFN=([^&]*)/i.exec(rest)?.[1] ?? rest;
  return { host: (parts?.[1] ?? '').replace(/:\d*$/, '').toLowerCase(), path: `/${path}`.replace(/\/{2,}/g, '/') };
}
