import { type Link } from './link';

/**
 * What makes two links the same file: the same path at the same site, whichever door, port or form names it, and however
 * many slashes stand where one would do. Undefined for a link of no known site.
 */
export function fileOf(link: Link): string | undefined {
  return link.site === undefined ? undefined : `${link.site.id}\n${oneSlashEach(link.path)}`;
}

/** A path with one slash wherever several stand together, as dCache and GridFTP read it. */
export function oneSlashEach(path: string): string {
  return path.includes('//') ? path.replace(/\/{2,}/g, '/') : path;
}
