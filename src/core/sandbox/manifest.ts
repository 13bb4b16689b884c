/**
 * MANIFEST.json, the last file of a sandbox: what is in it, and from which commits. It holds neither times nor names of
 * machines, so that one recipe gives the same bytes wherever it is built.
 */

export const manifestName = 'MANIFEST.json';
/** Grows when the same recipe comes to other bytes. */
export const manifestFormat = 1;

export interface ManifestSource {
  readonly name: string;
  readonly folder: string;
  /** Without user and password. */
  readonly url: string;
  readonly branch?: string;
  readonly commit: string;
}

export interface ManifestFile {
  readonly path: string;
  readonly bytes: number;
  readonly executable?: true;
  readonly sha256?: string;
  readonly link?: string;
  /** Its source has CR LF where the sandbox has LF. */
  readonly lineEnds?: 'converted';
}

export interface Manifest {
  readonly format: typeof manifestFormat;
  readonly name: string;
  readonly sources: readonly ManifestSource[];
  readonly files: readonly ManifestFile[];
}

/** One file a line, so that two manifests can be compared. */
export function manifestText({ format, name, sources, files }: Manifest): string {
  const lines = (items: readonly object[]): string =>
    items.length === 0 ? '[]' : `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
  return `{\n  "format": ${format},\n  "name": ${JSON.stringify(name)},\n  "sources": ${lines(sources)},\n  "files": ${lines(files)}\n}\n`;
}

/** How a file stands against an older version. */
export type Difference = 'new' | 'changed' | 'removed';

/** Paths that differ from an older manifest. */
export function differences(older: Manifest, newer: Manifest): ReadonlyMap<string, Difference> {
  const before = new Map(older.files.map((file) => [file.path, contentKey(file)]));
  const found = new Map<string, Difference>();
  for (const file of newer.files) {
    const key = before.get(file.path);
    if (key === undefined) found.set(file.path, 'new');
    else if (key !== contentKey(file)) found.set(file.path, 'changed');
    before.delete(file.path);
  }
  for (const path of before.keys()) found.set(path, 'removed');
  return found;
}

function contentKey({ sha256, link, executable }: ManifestFile): string {
  return `${sha256 ?? `→${link ?? ''}`}${executable === true ? '*' : ''}`;
}

/** An address without user name and password. */
export function publicUrl(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}
